"""What a scenario can fill in workbooks of other writers."""

import re
from datetime import date

import openpyxl
import pytest
import xlsxwriter
from openpyxl.workbook.defined_name import DefinedName

from bbxl.batch.reading.checking import Options, check
from bbxl.batch.template.inputs import Template
from bbxl.errors import UserError
from bbxl.workbooks import library


def made(path, options=None):
    with xlsxwriter.Workbook(path / "book.xlsx", options or {}) as book:
        first, second = book.add_worksheet("First"), book.add_worksheet("It's")
        first.write("A1", 1)
        first.write("A2", "text")
        first.write_boolean("A3", True)
        first.write_datetime("A4", date(2026, 1, 31), book.add_format({"num_format": "yyyy-mm-dd"}))
        first.write_formula("A5", "=A1*2", None, 2)
        first.write_blank("A6", None, book.add_format({"num_format": "@"}))
        first.merge_range("C1:D2", "merged")
        first.write_array_formula("F1:F2", "{=A1:A2}", None, 1)
        second.write("A1", 7)
        names = {
            "number": "First!$A$1", "words": "First!$A$2", "yes": "First!$A$3",
            "day": "First!$A$4", "double": "First!$A$5", "label": "First!$A$6",
            "missing": "First!$J$99", "merged": "First!$C$1:$D$2", "inside": "First!$D$2",
            "array": "First!$F$2", "range": "First!$A$1:$A$3", "constant": "5",
            "It's!local": "'It''s'!$A$1", "First!twice": "First!$A$1",
            "It's!twice": "'It''s'!$A$1",
        }  # fmt: skip
        for name, cells in names.items():
            book.define_name(name, f"={cells}")
    return Template(path / "book.xlsx")


@pytest.mark.parametrize(
    ("column", "cell", "kind", "current"),
    [
        ("number", ("First", (1, 1)), "number", 1.0),
        ("NUMBER", ("First", (1, 1)), "number", 1.0),
        ("words", ("First", (2, 1)), "text", "text"),
        ("yes", ("First", (3, 1)), "boolean", True),
        ("day", ("First", (4, 1)), "date", 46053.0),
        ("label", ("First", (6, 1)), "text", None),
        ("missing", ("First", (99, 10)), "any", None),
        ("merged", ("First", (1, 3)), "text", "merged"),
    ],
)
def test_what_an_input_takes(tmp_path, column, cell, kind, current):
    found = made(tmp_path).input(column)
    assert (found.cell, found.kind, found.current) == (cell, kind, current)
    assert type(found.current) is type(current)


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("double", r"double \(First!A5\) is computed by a formula"),
        ("inside", r"inside \(First!D2\) lies within C1:D2"),
        ("array", "lies within F1:F2|computed by a formula"),
        ("range", "has no input named range"),
        ("constant", "has no input named constant"),
        ("twice", "has no input named twice"),
        ("numbr", "did you mean number"),
        ("../etc", "has no input named"),
    ],
)
def test_what_cannot_be_filled_is_told(tmp_path, column, told):
    with pytest.raises(UserError, match=told):
        made(tmp_path).input(column)


def test_locked_cells_of_a_protected_sheet_are_not_filled(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write("A1", 1, book.add_format({"locked": False}))
        sheet.write("A2", 2)
        sheet.protect()
        for row, name in enumerate(("free", "fixed", "nowhere"), start=1):
            book.define_name(name, f"=Sheet1!$A${row}")
    found = Template(tmp_path / "book.xlsx")
    assert [each.name for each in found.inputs()] == ["free"]
    for name in ("fixed", "nowhere"):
        with pytest.raises(UserError, match=r"is locked on a protected sheet"):
            found.input(name)
    with pytest.raises(UserError, match=r"tolerance .* is locked"):
        Template("breakeven").input("tolerance")


def test_names_of_sheets(tmp_path):
    template = made(tmp_path)
    assert template.input("local").cell == template.input("it's!local").cell == ("It's", (1, 1))
    assert template.input("It's!twice").cell == ("It's", (1, 1))
    assert template.input("First!twice").cell == ("First", (1, 1))


def test_outputs_are_the_named_formulas(tmp_path):
    assert made(tmp_path).outputs["double"] == ("First", (5, 1))
    assert not {"number", "words"} & set(made(tmp_path).outputs)


@pytest.mark.parametrize(("from_1904", "serial"), [(False, 46053.0), (True, 44591.0)])
def test_dates_count_from_the_workbooks_own_day(tmp_path, from_1904, serial):
    template = made(tmp_path, {"date_1904": from_1904})
    assert template.input("day").current == serial
    with check(template, [{"day": "2026-01-31", "number": 2}], Options()) as found:
        assert next(iter(found)).values == (serial, 2.0)


def test_names_that_openpyxl_wrote(tmp_path):
    book = openpyxl.Workbook()
    book.active["B2"] = 5
    book.active.defined_names["own"] = DefinedName("own", attr_text="Sheet!$B$2")
    book.defined_names["gone"] = DefinedName("gone", attr_text="#REF!")
    book.save(tmp_path / "book.xlsx")
    template = Template(tmp_path / "book.xlsx")
    assert template.input("own") == template.input("Sheet!own")
    with pytest.raises(UserError, match="no input named gone"):
        template.input("gone")


@pytest.mark.parametrize("name", sorted(set(library.TEMPLATES) - {"functions"}))
def test_the_values_of_a_built_template_pass_its_own_rules(name):
    """Read back by openpyxl: the same cells, the same values."""
    template = Template(name)
    book = openpyxl.load_workbook(library.folder() / f"{name}.xlsx")
    inputs = 0
    for defined in book.defined_names:
        try:
            found = template.input(defined)
        except UserError:
            continue
        inputs += 1
        sheet, (row, column) = found.cell
        held = book[sheet].cell(row, column).value
        if found.kind != "date":
            assert found.current == held
        assert found.rule is None or found.rule.allows(found.current), defined
    assert inputs > 3


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("Discount rate", "annual_rate"),
        ("swing of each DRIVER", "swing"),
        ("Horizon", "months"),
        ("Horizon high", "months_high"),
        ("Approach 2 accuracy", "approach_2_accuracy_score"),
        ("approach_1_typed API cost per request", "approach_1_api_cost_per_request"),
        ("API price times", "such as price_1_factor"),
        ("Accuracy", "stands beside 6 inputs of build-vs-buy; name one of them"),
        ("wages growht", "did you mean wage_growth?"),
        ("Unit", "has no input named Unit"),
        ("!", "has no input named !"),
    ],
)
def test_what_a_person_reads_beside_an_input_is_a_name_for_it(column, name):
    template = Template("build-vs-buy")
    if " " in name:
        with pytest.raises(UserError, match=re.escape(name)):
            template.input(column)
    else:
        assert template.input(column).name == name


def test_every_single_input_of_the_templates_has_a_label_of_its_own():
    for name in ("build-vs-buy", "breakeven", "requirements"):
        template = Template(name)
        book = openpyxl.load_workbook(template.path)
        for each in template.inputs():
            sheet, (row, _) = each.cell
            label = book[sheet].cell(row, 1).value
            if re.search(r"_\d+_|_(low|high)$", each.name):
                continue
            assert template.input(label).name == each.name, label

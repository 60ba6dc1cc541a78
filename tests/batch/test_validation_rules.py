"""Data validation as XlsxWriter and openpyxl write it, read back as rules."""

import xml.etree.ElementTree as ET
from datetime import date, time

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.datavalidation import DataValidation

from bbxl.batch.template.inputs import Template
from bbxl.batch.template.rules import Rule, Rules

BETWEEN = {"criteria": "between", "minimum": 1, "maximum": 5}


def rule(path, validation, options=None):
    """The rule of a cell that XlsxWriter gave a validation."""
    with xlsxwriter.Workbook(path / "book.xlsx", options or {}) as book:
        sheet = book.add_worksheet("In")
        sheet.write_column("C1", ["one", "two", 3, True])
        sheet.write_formula("D1", "=C3", None, 3)
        sheet.write("A1", 1)
        sheet.write("B1", 5)
        sheet.data_validation("A1", validation)
        for name, cells in {"x": "$A$1", "cap": "$B$1", "words": "$C$1:$C$4"}.items():
            book.define_name(name, f"=In!{cells}")
    return Template(path / "book.xlsx").input("x").rule


@pytest.mark.parametrize(
    ("criteria", "bounds", "passing", "failing", "allowed"),
    [
        ("between", (2, 4), [2, 3, 4], [1, 5], "from 2 to 4"),
        ("not between", (2, 4), [1, 5], [2, 3, 4], "not from 2 to 4"),
        ("==", (2,), [2], [1, 3], "equal to 2"),
        ("!=", (2,), [1, 3], [2], "other than 2"),
        ("<", (2,), [1], [2, 3], "less than 2"),
        ("<=", (2,), [1, 2], [3], "2 or less"),
        (">", (2,), [3], [1, 2], "more than 2"),
        (">=", (2,), [2, 3], [1], "2 or more"),
    ],
)
@pytest.mark.parametrize("kind", ["decimal", "integer", "length"])
def test_every_operator(tmp_path, kind, criteria, bounds, passing, failing, allowed):
    operands = dict(zip(("minimum", "maximum") if len(bounds) == 2 else ("value",), bounds))  # noqa: B905
    found = rule(tmp_path, {"validate": kind, "criteria": criteria, **operands})
    make = (lambda n: "x" * n) if kind == "length" else float
    assert [n for n in range(1, 6) if found.allows(make(n))] == sorted(
        {*passing, *({4, 5} if criteria in (">", ">=", "!=") else ())}
        | ({5} if criteria == "not between" else set())
    )
    assert not any(found.allows(make(n)) for n in failing)
    assert found.allowed.endswith(allowed)


def test_a_whole_number_is_whole(tmp_path):
    found = rule(tmp_path, {"validate": "integer", **BETWEEN})
    assert found.allows(3.0)
    assert not found.allows(3.5)


@pytest.mark.parametrize(
    ("bound", "serial"),
    [(5, 5), ("=In!$B$1", 5), ("=cap", 5), ("=B1", 5), ("=2+3", 5), ("=-5", -5)],
)
def test_bounds_from_cells_names_and_constant_formulas(tmp_path, bound, serial):
    found = rule(tmp_path, {"validate": "decimal", "criteria": "<=", "value": bound})
    if bound in ("=In!$B$1", "=cap", "=B1"):  # cap is an input: a scenario may change it
        assert found.formula
        assert found.allows(1e9)
    else:
        assert found.bounds == (serial,)


def test_a_bound_of_a_cell_that_no_name_fills_is_known(tmp_path):
    found = rule(tmp_path, {"validate": "decimal", "criteria": "<=", "value": "=In!$C$3"})
    assert found.bounds == (3.0,)
    computed = rule(tmp_path, {"validate": "decimal", "criteria": "<=", "value": "=In!$D$1"})
    assert computed.formula == "In!$D$1"
    assert not computed.bounds


@pytest.mark.parametrize("source", ["=In!$C$1:$C$4", "=$C$1:$C$4", "=words"])
def test_a_list_from_cells(tmp_path, source):
    found = rule(tmp_path, {"validate": "list", "source": source})
    assert found.choices == ("one", "two", 3.0, True)
    assert found.allowed == "one of one, two, 3, TRUE"
    assert all(map(found.allows, ["one", 3.0, True]))
    assert not any(map(found.allows, ["One", "3", 1.0, False]))


def test_a_list_in_the_rule_holds_what_excel_makes_of_a_choice(tmp_path):
    items = ["a b", "10%", "TRUE", "1.5", "nan", "1_000", "007"]
    found = rule(tmp_path, {"validate": "list", "source": items})
    assert found.choices == ("a b", 0.1, True, 1.5, "nan", "1_000", 7.0)


@pytest.mark.parametrize("source", ["=INDIRECT(B1)", "=OFFSET(C1,0,0,2,1)", "=In!$D$1:$D$1"])
def test_a_computed_list_is_not_checked(tmp_path, source):
    found = rule(tmp_path, {"validate": "list", "source": source})
    assert found.formula == source[1:]
    assert found.allows("anything")


def test_a_custom_rule_is_not_checked(tmp_path):
    found = rule(tmp_path, {"validate": "custom", "value": "=MOD(A1,2)=0", "ignore_blank": False})
    assert found.allows(3.0)
    assert not found.allows(None)


@pytest.mark.parametrize("from_1904", [False, True])
def test_dates_are_shown_as_dates(tmp_path, from_1904):
    found = rule(
        tmp_path,
        {"validate": "date", "criteria": ">=", "value": date(2026, 1, 31)},
        {"date_1904": from_1904},
    )
    assert found.bounds == (44591.0 if from_1904 else 46053.0,)
    assert found.allowed == "a date 2026-01-31 or more"


def test_times(tmp_path):
    found = rule(tmp_path, {"validate": "time", "criteria": "<", "value": time(12)})
    assert found.bounds == (0.5,)
    assert found.allowed == "a time less than 12:00:00"


def test_a_length_of_what_is_no_text_is_that_of_what_it_shows():
    assert Rule("textLength", "lessThanOrEqual", (4.0,)).allows(True)


@pytest.mark.parametrize("style", ["stop", "warning", "information"])
@pytest.mark.parametrize("blank", [True, False])
def test_every_alert_style_is_checked(tmp_path, style, blank):
    found = rule(
        tmp_path,
        {"validate": "decimal", **BETWEEN, "error_type": style, "ignore_blank": blank},
    )
    assert not found.allows(6.0)
    assert found.allows(None) is blank


def test_no_rule_where_anything_is_allowed(tmp_path):
    assert rule(tmp_path, {"validate": "any", "input_title": "hint"}) is None


def test_the_bounds_of_openpyxl(tmp_path):
    book = openpyxl.Workbook()
    book.defined_names["x"] = openpyxl.workbook.defined_name.DefinedName(
        "x", attr_text="Sheet!$B$2"
    )
    between = DataValidation(
        "whole", operator="between", formula1="1", formula2="5", allow_blank=False
    )
    between.add("A1:B3")
    between.add("D1:D9")
    book.active.add_data_validation(between)
    book.save(tmp_path / "book.xlsx")
    found = Template(tmp_path / "book.xlsx").input("x").rule
    assert (found.kind, found.operator, found.bounds, found.blank) == (
        "whole", "between", (1.0, 5.0), False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "at", "inside"),
    [
        ("A1:B2 D4", (2, 2), True),
        ("A1:B2 D4", (4, 4), True),
        ("A1:B2 D4", (3, 1), False),
        ("D:D", (1_048_576, 4), True),
        ("3:3", (3, 16_384), True),
        ("3:3", (4, 1), False),
    ],
)
def test_cells_that_a_rule_covers(cells, at, inside):
    sheet = ET.fromstring(
        f'<w xmlns="x"><dataValidation type="custom" sqref="{cells}"/>'
        '<dataValidation type="list" sqref="A1:XFD1048576"/></w>'
    )
    found = Rules(sheet, [at], lambda _: None).of(at)
    assert found.kind == ("custom" if inside else "list")


@pytest.mark.parametrize(
    ("attributes", "formulas"),
    [
        ('type="whole" operator="near"', ["1"]),
        ('type="wholly"', ["1", "5"]),
        ('type="whole"', ["1"]),
        ('type="whole" operator="equal"', []),
        ('type="whole" operator="equal"', ['"one"']),
        ('type="custom"', ["A1>0"]),
        ('type="list"', ["OFFSET(A1,0,0,3)"]),
    ],
)
def test_what_is_not_understood_is_not_checked(attributes, formulas):
    """Files of other programs: a kind or an operator that Excel has not, too few bounds."""
    operands = "".join(f"<formula{i}>{each}</formula{i}>" for i, each in enumerate(formulas, 1))
    data = (
        f'<dataValidations xmlns="x"><dataValidation sqref="A1:B2" {attributes}>'
        f"{operands}</dataValidation></dataValidations>"
    )
    found = Rules(ET.fromstring(data), [(2, 2)], lambda reference: None).of((2, 2))
    assert (found.bounds, found.choices, found.formula) == ((), (), " and ".join(formulas))
    assert found.blank is False
    assert found.allows(7.0)
    assert not found.allows(None)

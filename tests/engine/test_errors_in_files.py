"""Workbooks that hold errors: all that Excel has, and others that some program writes."""

import re
import zipfile
from io import BytesIO

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from bbxl.batch import generate
from bbxl.batch.template.inputs import Template
from bbxl.engine.calculation import recalculate
from bbxl.errors import UserError
from bbxl.xlsx.cells import OLD_ERRORS, ExcelError

OLD = sorted(map(str, OLD_ERRORS))
ALL = [*map(str, ExcelError), "#WHATEVER!", "Err:522", ""]
NOT_READ = [each for each in ALL if each not in OLD]


def holding(path, error, formula=""):
    """A workbook whose A1 holds an error, or stores it with a formula; B1 is another input."""
    book = openpyxl.Workbook()
    cells = {"A1": 0, "B1": 5, "C1": "=IFERROR(A1,B1*2)", "D1": "=A1"}
    for cell, value in cells.items():
        book.active[cell] = value
    for name in ("A1", "B1", "C1"):
        book.defined_names[f"in_{name}"] = DefinedName(
            f"in_{name}", attr_text=f"Sheet!${name[0]}$1"
        )
    saved = BytesIO()
    book.save(saved)
    cell = f'<c r="A1" t="e">{formula}<v>{error}</v></c>'.encode()
    with zipfile.ZipFile(saved) as read, zipfile.ZipFile(path, "w") as written:
        for part in read.infolist():
            data = re.sub(rb'<c r="A1".*?</c>', cell, read.read(part))
            written.writestr(part, data)
    return path


def shown(path):
    row = openpyxl.load_workbook(path, data_only=True).active[1]
    return [(cell.value, cell.data_type) for cell in row]


@pytest.mark.parametrize("error", ALL)
@pytest.mark.parametrize("formula", ["<f>B1+1</f>", '<f t="array" ref="A1">B1+1</f>'])
def test_an_error_stored_with_a_formula_is_computed_anew(tmp_path, error, formula):
    path = holding(tmp_path / "a.xlsx", error, formula)
    recalculate(path, accept_differences=True)
    assert shown(path) == [(6, "n"), (5, "n"), (6, "n"), (6, "n")]


@pytest.mark.parametrize("formula", ["FILTER({1,2},{0,0})", "1/0", "NO_SUCH", "SEQUENCE(2)"])
def test_what_was_recalculated_can_be_recalculated_again(tmp_path, formula):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"] = f"={formula}", "in its way"
    book.save(path)
    first = recalculate(path)
    second = recalculate(path)
    assert (second.formulas, second.errors) == (first.formulas, first.errors)
    assert second.proof.agree == 1


@pytest.mark.parametrize("error", OLD)
def test_an_error_among_the_constants_is_computed_with(tmp_path, error):
    path = holding(tmp_path / "a.xlsx", error)
    done = recalculate(path)
    assert shown(path) == [(error, "e"), (5, "n"), (10, "n"), (error, "e")]
    assert done.errors == [("Sheet!D1", error)]


@pytest.mark.parametrize("error", NOT_READ)
def test_an_error_that_the_engine_lacks_is_named_with_its_cell(tmp_path, error):
    path = holding(tmp_path / "a.xlsx", error)
    before = path.read_bytes()
    with pytest.raises(UserError, match=rf"Sheet!A1 holds {re.escape(error)}, an error"):
        recalculate(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("values", [True, False])
@pytest.mark.parametrize("error", [each for each in OLD if each != "#NAME?"])
def test_an_input_that_holds_an_error_keeps_it_or_is_filled(tmp_path, error, values):
    path = holding(tmp_path / "a.xlsx", error)
    assert Template(path).input("in_A1").current is ExcelError(error)
    table = [{"scenario": "kept", "in_A1": None}, {"scenario": "filled", "in_A1": "7"}]
    made = generate(path, table, tmp_path / "out", values=values)
    kept, filled = shown(tmp_path / "out" / "kept.xlsx"), shown(tmp_path / "out" / "filled.xlsx")
    assert (kept[0], filled[0]) == ((error, "e"), (7, "n"))
    if values:
        assert (kept[2:], filled[2:]) == ([(10, "n"), (error, "e")], [(7, "n"), (7, "n")])
    assert made.manifest.read_text("utf-8-sig").splitlines()[1].split(",")[3] == error


@pytest.mark.parametrize("error", NOT_READ)
def test_errors_that_are_not_read_do_not_keep_a_template_from_being_filled(tmp_path, error):
    path = holding(tmp_path / "a.xlsx", error)
    assert [each.name for each in Template(path).inputs()] == ["in_A1", "in_B1"]
    generate(path, [{"scenario": "one", "in_B1": 8}], tmp_path / "out", values=False)
    assert shown(tmp_path / "out" / "one.xlsx")[1] == (8, "n")

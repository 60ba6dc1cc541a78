"""Proof of computed values: they are compared with those that the file stores."""

import re

import openpyxl
import pytest
import xlsxwriter
from openpyxl.workbook.defined_name import DefinedName

from bbxl.batch import generate
from bbxl.engine.calculation import check, recalculate
from bbxl.engine.proof import DifferenceError, alike
from bbxl.xlsx.cells import ExcelError


def template(path, stored=6.0, formula="=A1*2", more=lambda sheet: None):
    """A workbook with an input, a formula, and the value that is stored for it."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Plan")
        sheet.write("A1", 3)
        sheet.write_formula("B1", formula, None, stored)
        more(sheet)
        book.define_name("price", "=Plan!$A$1")
        book.define_name("cost", "=Plan!$B$1")
    return path


def test_values_that_agree_are_proved(tmp_path, capsys):
    path = template(tmp_path / "a.xlsx", more=lambda s: s.write_formula("C1", "=B1&x", None, "6"))
    with pytest.raises(DifferenceError):
        recalculate(path)
    proof = check(template(path))
    assert (proof.formulas, proof.agree, proof.differences) == (1, 1, [])
    assert proof.summary("a.xlsx") == "1 of 1 formulas agree with the values in a.xlsx"


def test_a_difference_is_told_and_nothing_is_written(tmp_path):
    path = template(tmp_path / "a.xlsx", stored=7.0)
    before = path.read_bytes()
    told = r"Plan!B1 =A1\*2: the file has 7, computed here 6.* 1 of 1 formulas .*old .*--no-values"
    with pytest.raises(DifferenceError) as found:
        recalculate(path)
    assert re.search(told, " ".join(found.value.args))
    with pytest.raises(DifferenceError):
        generate(path, [{"price": 4}], tmp_path / "out")
    assert path.read_bytes() == before
    assert not (tmp_path / "out").exists()


def test_differences_can_be_accepted_and_are_listed(tmp_path):
    path = template(tmp_path / "a.xlsx", stored=7.0)
    made = generate(path, [{"price": 4}], tmp_path / "out", accept_differences=True)
    header, line = made.manifest.read_text("utf-8-sig").splitlines()
    assert header.endswith(",cells of the template computed otherwise than it stores")
    assert line.endswith(",8,1")
    sheet = openpyxl.load_workbook(made.portfolio)["Differences"]
    assert [cell.value for cell in sheet[3]] == ["Plan!B1", "=A1*2", "7", "6"]
    assert sheet["B3"].data_type == "s"
    assert made.proof.differences[0].computed == 6.0
    recalculate(path, accept_differences=True)
    assert check(path).agree == 1


def test_without_values_nothing_is_compared(tmp_path):
    path = template(tmp_path / "a.xlsx", stored=7.0)
    assert generate(path, [{"price": 4}], tmp_path / "out", values=False).proof is None


def test_what_changes_is_left_out(tmp_path):
    def more(sheet):
        for row, formula in enumerate(["NOW()", "C1+1", "RAND()*0+C2", "OFFSET(A1,0,0)", "A1+1"]):
            sheet.write_formula(row, 2, f"={formula}", None, 4)

    proof = check(template(tmp_path / "a.xlsx", more=more))
    assert (proof.formulas, proof.left_out, proof.agree, len(proof.differences)) == (6, 4, 2, 0)
    assert "4 depend on time, chance or the program that saved it" in proof.summary("a.xlsx")


def test_a_program_without_our_functions_proves_nothing_of_them(tmp_path):
    def more(sheet):
        sheet.write_formula("C1", "=BB_BREAKEVEN(0,2,12,1)", None, "#NAME?")
        sheet.write_formula("C2", '=IF(ISERROR(C1),"not installed",C1)', None, "not installed")
        sheet.write_formula("C3", "=BB_BREAKEVEN(0,2,12,1)+1", None, 2)

    proof = check(template(tmp_path / "a.xlsx", more=more))
    assert (proof.agree, proof.left_out, proof.differences) == (2, 2, [])


def test_where_nothing_is_stored_it_is_said(tmp_path):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"] = 1, "=A1*2"
    book.save(path)
    proof = check(path)
    assert (proof.formulas, proof.not_stored) == (1, 1)
    assert proof.summary("a.xlsx").startswith("values not proved: a.xlsx stores none; open it once")


def written_by_openpyxl(path, formulas):
    book = openpyxl.Workbook()
    book.active["A1"] = 3
    for row, formula in enumerate(formulas, start=1):
        book.active[f"B{row}"] = f"={formula}"
    book.defined_names["price"] = DefinedName("price", attr_text="Sheet!$A$1")
    book.save(path)
    return path


@pytest.mark.slow
def test_a_second_engine_is_asked_where_nothing_is_stored(tmp_path, second_engine, monkeypatch):
    formulas = ["A1*2", "BB_BREAKEVEN(0,2,12,1)", "B2+1", 'IF(A1>0,"yes","no")', "1/0", "TRUE"]
    path = written_by_openpyxl(tmp_path / "a.xlsx", formulas)
    proof = check(path)
    assert (proof.agree, proof.not_stored, proof.left_out, proof.differences) == (4, 2, 0, [])
    assert proof.summary("a.xlsx") == (
        "4 of 6 formulas agree with formulon, a second engine, since a.xlsx stores no values; "
        "for 2 it has none"
    )
    made = generate(path, [{"price": 4}], tmp_path / "out")
    assert made.proof.agree == 4
    wrong = {"SUM": lambda *_: 7.0}
    monkeypatch.setattr("bbxl.engine.ours.functions", lambda refuse: wrong)
    path = written_by_openpyxl(tmp_path / "b.xlsx", ["SUM(A1:A2)"])
    for refused in (lambda: recalculate(path), lambda: generate(path, [{"price": 4}], "out")):
        with pytest.raises(DifferenceError, match=r"B1 =SUM.*formulon has 3, computed here 7"):
            refused()


def test_a_zero_that_is_to_be_computed_on_opening_is_no_value(tmp_path):
    """XlsxWriter stores it for every formula without a value."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write("A1", 3)
        sheet.write_formula("B1", "=A1*2")
        sheet.write_formula("C1", "=A1*2", None, 6)
    proof = check(path)
    assert (proof.not_stored, proof.agree) == (1, 1)
    assert "for 1 it has none" in proof.summary("a.xlsx")


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        (1.0, 1.0, True),
        (1e300, 1e300 * (1 + 1e-10), True),
        (1.0, 1.0 + 1e-8, False),
        (0.0, 1e-13, True),
        (0.0, 1e-9, False),
        (1e-13, 2e-13, False),
        (True, 1.0, False),
        (True, True, True),
        (None, "", False),
        ("a", "A", False),
        (ExcelError.NA, ExcelError.NA, True),
        (ExcelError.NA, ExcelError.NUM, False),
    ],
)
def test_which_values_are_the_same(one, other, are_alike):
    assert alike(one, other) == are_alike
    assert alike(other, one) == are_alike

"""The function tour covers every function and shows PASS."""

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from bbxl.hosts.engine import calculate, recalculate
from bbxl.workbooks import library, tour
from bbxl.worksheet import REGISTRY


def test_every_function_is_called():
    assert {call.function for call in tour.calls()} == set(REGISTRY)
    assert all(f"{call.function}(" in call.formula for call in tour.calls())


def test_the_tour_passes():
    path = library.folder() / "functions.xlsx"
    assert calculate("=C1", path) == f"PASS: all {len(tour.calls())} calls"


@pytest.mark.parametrize(
    ("expected", "wrong"),
    [
        (9259259.25925926, 9259259.3),
        ("none", "None at all"),
        ("#N/A", "#NUM!"),
        ("#NUM!", 5),
        (True, False),
    ],
)
def test_a_wrong_answer_fails(tmp_path, expected, wrong):
    """The tour itself must be able to fail: plant a wrong expectation and look."""
    book = tour.build()
    sheet = book["Functions"]
    planted = next(
        c for row in sheet.iter_rows(min_col=tour.EXPECTED, max_col=tour.EXPECTED) for c in row
        if c.value == expected
    )  # fmt: skip
    planted.value = wrong
    if wrong == "#NUM!":
        planted.data_type = "e"
    path = tmp_path / "tour.xlsx"
    book.save(path)
    recalculate(path)
    shown = openpyxl.load_workbook(path, data_only=True)["Functions"]
    assert shown["C1"].value == f"FAIL: 1 of {len(tour.calls())} calls"
    verdicts = [shown[f"C{row}"].value for row in range(5, planted.row + 1)]
    assert [each for each in verdicts if each][-1] == "FAIL"


def test_verdicts_are_formulas_that_are_computed_when_the_file_is_opened():
    """LibreOffice believes the stored value of a plain formula: an old PASS would stand."""
    sheet = openpyxl.load_workbook(library.folder() / "functions.xlsx")["Functions"]
    verdicts = [sheet["C1"], *(row[2] for row in sheet.iter_rows(min_row=5) if row[0].value)]
    assert len(verdicts) == len(tour.calls()) + 1
    assert all(isinstance(cell.value, ArrayFormula) for cell in verdicts)

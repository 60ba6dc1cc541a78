"""The function tour's calls, answered one by one by each host that is here."""

import openpyxl
import pytest

from bbxl import presets
from bbxl.hosts.engine import calculate
from bbxl.workbooks import library, tour
from bbxl.worksheet.values import ExcelError

TOUR = library.folder() / "functions.xlsx"


@pytest.fixture(scope="module")
def engine():
    return lambda formula: calculate(f"={formula}", TOUR)


@pytest.fixture(scope="module")
def excel_wrappers(excel):
    tables = openpyxl.load_workbook(TOUR)["Tables"]
    excel.fill("Tables", [list(row) for row in tables.iter_rows(values_only=True)])
    return excel.answer


HOSTS = ["engine", "excel_wrappers"]  # fixtures: each gives a function from formula to answer


def as_rows(answer):
    return answer if isinstance(answer, list) else [[answer]]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("call", tour.calls(), ids=lambda call: call.formula[:60])
def test_a_call_answers_as_expected(request, host, call):
    answer = as_rows(request.getfixturevalue(host)(call.formula))
    assert [len(row) for row in answer] == [len(row) for row in call.expected]
    for row, expected in zip(answer, call.expected, strict=True):
        for cell, value in zip(row, expected, strict=True):
            if isinstance(value, str) and value in {each.value for each in ExcelError}:
                assert cell is ExcelError(value)
            elif isinstance(value, bool | str):
                assert cell == value
            else:
                assert cell == pytest.approx(value, rel=1e-12)


def test_the_tours_tables_are_the_presets():
    table = calculate("=Tables!A4:M7", TOUR)
    assert table == presets.load("customer-support-classifier").table()

"""The function tour's calls, answered one by one by each host that is here."""

import pytest

from bbxl import presets
from bbxl.hosts.engine import calculate
from bbxl.workbooks import library, tour
from bbxl.worksheet.values import ExcelError

TOUR = library.folder() / "functions.xlsx"


def engine(formula):
    return calculate(f"={formula}", TOUR)


HOSTS = {"engine": engine}


def as_rows(answer):
    return answer if isinstance(answer, list) else [[answer]]


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
@pytest.mark.parametrize("call", tour.calls(), ids=lambda call: call.formula[:60])
def test_a_call_answers_as_expected(host, call):
    answer = as_rows(host(call.formula))
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

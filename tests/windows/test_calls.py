"""Every function, called over COM with every kind of value, against the embedded engine."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from cells import in_engine, rows
from excel_stand_in import MISSING
from pyopenvba.interpreter import VBAArray, VBAInt
from samples import samples

import bbxl
from bbxl.worksheet import REGISTRY
from bbxl.worksheet.readers import ExcelError
from bbxl.worksheet.registry import Cells

FUNCTIONS = [each for each in REGISTRY.values() if each.arguments]
LETTERS = "Zoë цена 株式 😀"
SAME = [  # as VBA hands it over, and the cell that means the same
    (2.5, 2.5),
    (VBAInt(3, "Long"), 3.0),
    (VBAInt(3, "Integer"), 3.0),
    (Decimal("2.5"), 2.5),
    (date(1900, 3, 5), 65.0),
    (True, True),
    (LETTERS, LETTERS),
    (ExcelError.NA, ExcelError.NA),
]


def per_function(test):
    return pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.name)(test)


def same(cell, expected):
    """Whether two cells are the same, numbers but for the last digits of another machine's pow."""
    if type(cell) is type(expected) is float:
        return cell == pytest.approx(expected, rel=1e-12)
    return cell == ("" if expected is None else expected)


def check(excel, name, given, cells=None):
    """The answer to values given as they are is the engine's to cells."""
    answer = rows(excel.call(name, *given))
    expected = rows(in_engine(name, given if cells is None else cells))
    assert [len(row) for row in answer] == [len(row) for row in expected]
    for row, expected_row in zip(answer, expected, strict=True):
        assert all(map(same, row, expected_row)), (row, expected_row)


@per_function
def test_cells_and_ranges(excel_on_windows, function):
    excel_on_windows.clear()
    given = samples(function)
    ranges = [excel_on_windows.cells(rows(each)) for each in given]
    check(excel_on_windows, function.name, ranges, given)


@per_function
def test_each_kind_of_value_in_each_argument(excel_on_windows, function):
    for i, argument in enumerate(function.arguments):
        for value, cell in SAME:
            if argument.hint is Cells and isinstance(value, ExcelError | Decimal | date):
                continue  # BB_CHECK tells of a cell's kind, and Value2 gives neither of these
            given, cells = samples(function), samples(function)
            given[i], cells[i] = value, cell
            check(excel_on_windows, function.name, given, cells)


@per_function
def test_missing_and_empty_arguments(excel_on_windows, function):
    check(excel_on_windows, function.name, samples(function, optional=False))
    for i in range(len(function.arguments)):
        given = samples(function)
        given[i] = None
        excel_on_windows.clear()
        cells = [excel_on_windows.cells(rows(each)) for each in given]
        check(excel_on_windows, function.name, cells, given)
        if not function.arguments[i].required and i < len(given) - 1:
            given[i] = MISSING
            check(excel_on_windows, function.name, given)


@per_function
def test_arrays_with_errors_texts_and_empty_cells(excel_on_windows, function):
    for i, argument in enumerate(function.arguments):
        if argument.quantity:
            given = samples(function)
            given[i] = [[given[i], ExcelError.DIV0], [LETTERS, None]]
            excel_on_windows.clear()
            ranges = [excel_on_windows.cells(rows(each)) for each in given]
            check(excel_on_windows, function.name, ranges, given)


def test_with_no_arguments_a_function_explains_itself(excel_on_windows):
    for function in FUNCTIONS:
        assert excel_on_windows.call(function.name) == function.help
    assert excel_on_windows.call("BB_VERSION") == bbxl.__version__


def column(values):
    return VBAArray([(1, len(values)), (1, 1)], items=list(values))


@pytest.mark.parametrize("count", [1, 65_536, 200_000])
def test_long_columns(excel_on_windows, count):
    requests = np.arange(1.0, count + 1)
    excel_on_windows.call("BB_VERSION")
    given = [120.0, 0.25, column(requests.tolist()), MISSING, MISSING]
    answer = excel_on_windows.caller.call("bbxl.udfs", "BB_MONTHLY_COST", given)
    answered = answer.items if isinstance(answer, VBAArray) else [answer]
    assert np.array_equal(answered, 10 + 0.25 * requests)


@pytest.mark.parametrize("letter", ["x", "株", "😀"])
def test_the_longest_texts_come_and_go(excel_on_windows, letter):
    name = letter * (32_767 // len(letter.encode("utf-16-le")) * 2)
    table = [["name", "upfront_cost", "cost_per_request"], [name, 0.0, 1.0]]
    assert excel_on_windows.call("BB_CHEAPEST", table, 1000.0) == name


def test_truth_values_come_as_truth_values(excel_on_windows):
    found = set()
    for function in FUNCTIONS:
        excel_on_windows.clear()
        ranges = [excel_on_windows.cells(rows(each)) for each in samples(function)]
        answer = rows(excel_on_windows.call(function.name, *ranges))
        found |= {cell for row in answer for cell in row if isinstance(cell, bool)}
    assert found == {True, False}


LOOKING = """
import os
import bbxl.udfs
from xlwings.com_server import XLPython

looked = []
stat = os.stat
os.stat = lambda path, **options: looked.append(path) or stat(path, **options)
os.path.getmtime = lambda path: os.stat(path).st_mtime
for _ in range(3):
    XLPython().CallUDF("bbxl.udfs", "BB_VERSION", ())
print(looked)
"""


def test_a_call_looks_at_no_file(windows):
    """Neither is slow where files are far, nor imports half of a bbxl that is being replaced."""
    ran = windows.python("-c", LOOKING)
    assert (ran.stdout.split(), ran.stderr) == ([b"[]"], b"")

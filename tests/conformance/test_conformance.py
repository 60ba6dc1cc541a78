"""One suite for every host: what a formula must answer, wherever it is asked.

A host is a function that takes a formula, without its equals sign and
referring to the function tour's sheets, and the size of its answer, and gives
rows of values: numbers, texts, truth values, ExcelError.
"""

from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest
from formulon_excel import Formulon
from office import ErrorText
from openpyxl.utils import get_column_letter

from bbxl import presets
from bbxl.engine.calculation import calculate
from bbxl.hosts.names import frame
from bbxl.workbooks import library, tour
from bbxl.worksheet import REGISTRY
from bbxl.xlsx.cells import ExcelError

TOUR = library.folder() / "functions.xlsx"
ERRORS = {error.value: error for error in ExcelError}
SHEET = "Typed"  # where Calc's formulas stand

Host = Callable[[str, int, int], list[list[Any]]]


@pytest.fixture(scope="session")
def engine() -> Host:
    """The embedded engine."""

    def answer(formula, rows, columns):
        answered = calculate(f"={formula}", TOUR)
        return answered if isinstance(answered, list) else [[answered]]

    return answer


@pytest.fixture(scope="session")
def libreoffice_calc(calc) -> Iterator[Host]:
    """LibreOffice Calc: the formula is typed over a range of cells, as an array formula."""
    with calc.open(TOUR) as book:

        def answer(formula, rows, columns):
            cells = f"{SHEET}.A1:{get_column_letter(columns)}{rows}"
            book.type_array(cells, f"={formula.replace('!', '.')}")  # Calc's Sheet.A1
            answered = [[_from_calc(cell) for cell in row] for row in book.get(cells)]
            book.clear(cells)
            return answered

        book.add_sheet(SHEET)
        yield answer


def _from_calc(cell):
    return ERRORS[cell] if isinstance(cell, ErrorText) else cell


@pytest.fixture(scope="module")
def excel_add_in(excel) -> Host:
    """The wrappers of the add-in for Excel, over xlwings, in a stand-in for Excel."""
    return _typed_into(excel)


@pytest.fixture(scope="module")
def excel_on_wine(excel_on_windows) -> Host:
    """The same wrappers over xlwings' real DLL, COM and Windows' Python, under Wine."""
    return _typed_into(excel_on_windows)


@pytest.fixture(scope="session")
def names() -> Host:
    """The functions as LAMBDA names of a workbook, in formulon."""
    book = Formulon(TOUR.read_bytes())

    def answer(formula, rows, columns):
        for name, reason in frame.left_out().items():
            if f"{name}(" in formula:
                pytest.skip(f"{name} is not among the names: {reason}")
        return book.answer(formula)

    return answer


def _typed_into(excel):
    tables = openpyxl.load_workbook(TOUR)["Tables"]
    excel.fill("Tables", [list(row) for row in tables.iter_rows(values_only=True)])

    def answer(formula, rows, columns):
        answered = excel.answer(formula)
        return answered if isinstance(answered, list) else [[answered]]

    return answer


LIBREOFFICE = pytest.param("libreoffice_calc", marks=pytest.mark.libreoffice)
WINE = pytest.param("excel_on_wine", marks=pytest.mark.wine)


@pytest.fixture(params=["engine", LIBREOFFICE, "excel_add_in", WINE, "names"])
def host(request) -> Host:
    """Each host that is here. Another one is a fixture of its own, named in this list."""
    return request.getfixturevalue(request.param)


def assert_equal(cell, expected):
    if isinstance(expected, str) and expected in ERRORS:
        assert cell is ERRORS[expected]
    elif isinstance(expected, bool | str):
        assert cell == expected
    else:
        assert cell == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("call", tour.calls(), ids=lambda call: call.formula[:60])
def test_a_call_answers_as_expected(host, call):
    height, width = len(call.expected), len(call.expected[0])
    answer = host(call.formula, height, width)
    assert [len(row) for row in answer] == [width] * height
    for row, expected in zip(answer, call.expected, strict=True):
        for cell, value in zip(row, expected, strict=True):
            assert_equal(cell, value)


@pytest.mark.parametrize(
    "function", [f for f in REGISTRY.values() if f.arguments], ids=lambda f: f.name
)
def test_a_function_explains_itself(host, function):
    assert host(f"{function.name}()", 1, 1) == [[function.help]]


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("1/0", ExcelError.DIV0),
        ('0+"x"', ExcelError.VALUE),
        ("BB_MONTHLY_COST(1,1,1,-1)", ExcelError.NUM),
        ("NA()", ExcelError.NA),
    ],
)
def test_an_error_in_an_argument_comes_through(host, source, error):
    assert host(f"BB_MONTHLY_COST(0,{source},3)", 1, 1) == [[error]]


def test_arguments_left_out_take_their_defaults(host):
    assert host("BB_MONTHLY_COST(120,1,5,,7)", 1, 1) == host("BB_MONTHLY_COST(120,1,5,12,7)", 1, 1)


def test_in_an_array_only_the_affected_elements_are_errors(host):
    answer = host("BB_MONTHLY_COST(0,{1,-1,2},10)", 1, 3)
    assert answer == [[10, ExcelError.NUM, 20]]


@pytest.mark.parametrize("name", presets.names())
def test_worked_examples_are_the_presets(host, name):
    table = presets.load(name).table()
    assert host(f'BB_PRESET("{name}")', len(table), len(table[0])) == table


def test_the_tours_tables_are_the_presets():
    table = calculate("=Tables!A4:M7", TOUR)
    assert table == presets.load("customer-support-classifier").table()

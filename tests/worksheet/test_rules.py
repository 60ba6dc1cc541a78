"""The rules that every worksheet function keeps, held against the whole registry."""

import math
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import APPROACHES, flat, sample, samples

from bbxl.worksheet import REGISTRY
from bbxl.worksheet.readers import Rows
from bbxl.worksheet.registry import Cells, Elementwise, PerApproach
from bbxl.xlsx.cells import LONGEST_TEXT, ExcelError

FUNCTIONS = list(REGISTRY.values())
ARGUMENTS = [(f, i) for f in FUNCTIONS for i in range(len(f.arguments))]
NUMBERS = [(f, i) for f, i in ARGUMENTS if f.arguments[i].quantity]
TABLES = [(f, i) for f, i in ARGUMENTS if f.arguments[i].is_table]
UNSPOILT = [(f, i) for f, i in ARGUMENTS if f.arguments[i].hint is not Cells]


def kind(function):
    return function.implementation.__annotations__["return"]


def label(value):
    return value.name if hasattr(value, "name") else str(value)


def per_function(cases):
    return pytest.mark.parametrize("function", cases, ids=label)


def per_argument(cases):
    return pytest.mark.parametrize(("function", "position"), cases, ids=label)


def call_with(function, position, value):
    given = samples(function)
    given[position] = value
    return function(*given)


@per_function(FUNCTIONS)
def test_a_good_call_answers_with_no_error(function):
    assert not [cell for cell in flat(function(*samples(function))) if cell is ExcelError.VALUE]


@per_function([f for f in FUNCTIONS if f.arguments])
def test_with_no_arguments_it_explains_itself(function):
    said = function()
    assert said.startswith(f"{function.name}(")
    assert function.purpose in said
    for argument in function.arguments:
        assert argument.name in said
        assert (f"[{argument.name}" in said) != argument.required


@per_function(FUNCTIONS)
def test_it_is_described_for_every_host(function):
    assert function.purpose.endswith(".")
    assert len(function.description) <= 255  # what Excel's function wizard takes
    for argument in function.arguments:
        assert argument.help, argument.name
        assert len(argument.help) <= 255
    assert function.category


@per_function(FUNCTIONS)
def test_required_arguments_come_first(function):
    required = [argument.required for argument in function.arguments]
    assert required == sorted(required, reverse=True)


@per_function(FUNCTIONS)
def test_an_omitted_or_empty_optional_argument_takes_its_default(function):
    short = function(*samples(function, optional=False))
    optional = [None for a in function.arguments if not a.required]
    assert function(*samples(function, optional=False), *optional) == short
    stated = [
        None if a.default is None or a.default == math.inf else a.default
        for a in function.arguments
        if not a.required
    ]
    assert function(*samples(function, optional=False), *stated) == short


@per_function(FUNCTIONS)
def test_too_many_arguments(function):
    assert function(*samples(function), 1) is ExcelError.VALUE


@per_function(FUNCTIONS)
def test_the_same_call_gives_the_same_answer(function):
    assert function(*samples(function)) == function(*samples(function))


@per_argument([(f, i) for f, i in UNSPOILT if f.arguments[i].required])
def test_a_missing_required_argument_is_value(function, position):
    for nothing in (None, "", "  ", [[None, None]]):
        assert set(flat(call_with(function, position, nothing))) == {ExcelError.VALUE}, nothing


@per_argument(NUMBERS)
def test_text_where_a_number_must_be_is_value(function, position):
    for text in ("x", "5", "#N/A is only text here"):
        assert ExcelError.VALUE in flat(call_with(function, position, text))


@per_argument(NUMBERS)
def test_an_impossible_number_is_num(function, position):
    quantity = function.arguments[position].quantity
    impossible = [quantity.minimum - 1, math.nan, math.inf, -math.inf, 10**400]
    if quantity.above_minimum:
        impossible.append(quantity.minimum)
    if quantity.maximum < math.inf:
        impossible.append(quantity.maximum + 0.4)
    for number in impossible:
        assert ExcelError.NUM in flat(call_with(function, position, number)), number


@per_argument(UNSPOILT)
def test_an_error_comes_through_as_itself(function, position):
    for error in ExcelError:
        answer = flat(call_with(function, position, error))
        assert {cell for cell in answer if isinstance(cell, ExcelError)} == {error}, error


@per_argument(NUMBERS)
def test_one_bad_element_spoils_no_other(function, position):
    good = sample(function.arguments[position])
    column = [[good], ["x"], [ExcelError.DIV0], [-5.0], [good]]
    answer = call_with(function, position, column)
    if kind(function) is Rows:
        assert answer is ExcelError.VALUE  # a table is one answer
        return
    single = flat(function(*samples(function)))
    assert answer[0] == answer[4] == single
    assert set(answer[1]) == {ExcelError.VALUE}
    assert set(answer[2]) == {ExcelError.DIV0}
    assert set(answer[3]) == {ExcelError.NUM}


@per_argument([(f, i) for f, i in NUMBERS if kind(f) is Elementwise])
def test_row_by_column_gives_a_grid(function, position):
    other = [i for f, i in NUMBERS if f is function and i != position]
    if not other:
        return
    given = samples(function)
    one, two = given[position], given[other[0]]
    given[position], given[other[0]] = [[one, one, one]], [[two], [two]]
    single = flat(function(*samples(function)))
    assert function(*given) == [single * 3] * 2


@per_argument(NUMBERS)
def test_shorter_ranges_end_in_not_available(function, position):
    other = [i for f, i in NUMBERS if f is function and i != position]
    if not other or kind(function) is Rows:
        return
    given = samples(function)
    given[position], given[other[0]] = [[given[position]]] * 2, [[given[other[0]]]] * 3
    assert set(function(*given)[2]) == {ExcelError.NA}


@per_argument(NUMBERS)
def test_numbers_of_every_kind_are_numbers(function, position):
    expected = call_with(function, position, 1.0)
    for one in (1, True, Decimal(1), datetime(1899, 12, 31)):
        assert call_with(function, position, one) == expected


@per_argument([(f, i) for f, i in ARGUMENTS if f.arguments[i].choices])
def test_a_choice_is_matched_loosely_and_held_to(function, position):
    chosen = sample(function.arguments[position])
    loosely = call_with(function, position, f" {chosen.upper().replace('_', ' ')} ")
    assert loosely == call_with(function, position, chosen)
    for wrong in ("sideways", 5.0, True, [["a", "b"]]):
        assert call_with(function, position, wrong) is ExcelError.VALUE


@per_argument(TABLES)
def test_an_unknown_or_repeated_label_is_value(function, position):
    table = sample(function.arguments[position])
    assert call_with(function, position, [[*row, "?"] for row in table]) is ExcelError.VALUE
    assert call_with(function, position, [[*row, row[1]] for row in table]) is ExcelError.VALUE
    assert call_with(function, position, [row[:1] for row in table]) is ExcelError.VALUE


@per_argument(TABLES)
def test_a_turned_table_is_the_same_table(function, position):
    table = sample(function.arguments[position])
    straight = flat(call_with(function, position, table))
    turned = flat(call_with(function, position, [list(row) for row in zip(*table, strict=True)]))
    assert turned == straight


@per_argument(TABLES)
def test_empty_approaches_at_the_end_are_none(function, position):
    table = sample(function.arguments[position])
    empty = [[None] * len(table[0]), [""] * len(table[0])]
    assert call_with(function, position, table + empty) == call_with(function, position, table)
    gap = [*table[:2], *empty, *table[2:]]
    assert call_with(function, position, gap) is ExcelError.VALUE


@per_argument([(f, i) for f, i in TABLES if kind(f) is PerApproach])
def test_a_bad_cell_spoils_its_approach_alone(function, position):
    for bad, error in (
        (ExcelError.REF, ExcelError.REF),
        ("x", ExcelError.VALUE),
        (-1.0, ExcelError.NUM),
    ):
        table = sample(function.arguments[position])
        table[2][table[0].index(required_number(table[0]))] = bad
        answer = call_with(function, position, table)
        assert set(flat(answer[1:2])) == {error}
        assert not [c for row in (answer[0], *answer[2:]) for c in row if isinstance(c, ExcelError)]


def required_number(labels):
    return next(each for each in ("p99_latency_ms", "infrastructure_monthly") if each in labels)


errors = st.sampled_from(list(ExcelError))
hostile = st.one_of(
    st.none(),
    st.booleans(),
    errors,
    st.text(max_size=8),
    st.sampled_from(["", " ", "name", "#N/A", "=1+1", "months", "x" * 40_000, "1e999", "nan"]),
    st.floats(),
    st.integers(),
    st.sampled_from([0.0, -0.0, 5e-324, -5e-324, 1.7e308, -1.7e308, 1e-300, 10**400, -(10**400)]),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.decimals(),
    st.complex_numbers(),
    st.binary(max_size=3),
)
ranges = st.lists(st.lists(hostile, max_size=4), max_size=4)


@st.composite
def spoilt_tables(draw, table):
    """A good table with some cells replaced, rows cut, or columns swapped."""
    rows = [list(row) for row in table]
    for _ in range(draw(st.integers(0, 4))):
        row = rows[draw(st.integers(0, len(rows) - 1))]
        if row:
            row[draw(st.integers(0, len(row) - 1))] = draw(hostile)
        if draw(st.booleans()):
            del row[draw(st.integers(0, len(row))) :]
    return rows


def hostile_argument(argument):
    good = sample(argument)
    table = [spoilt_tables(good)] if isinstance(good, list) else []
    amounts = [st.floats(0, 1.7e308)] if argument.quantity else []
    return st.one_of(st.just(good), *table, *amounts, hostile, ranges, st.lists(hostile))


FEWER = settings(max_examples=settings().max_examples // 3)  # of each of some 35 functions


@per_function(FUNCTIONS)
@FEWER
@given(data=st.data())
def test_hostile_cells_are_answered_with_values_or_errors(function, data):
    given_cells = [data.draw(hostile_argument(argument)) for argument in function.arguments]
    if data.draw(st.booleans()):
        del given_cells[data.draw(st.integers(0, len(given_cells))) :]
    answer = function(*given_cells)
    if isinstance(answer, list):
        assert answer
        assert len({len(row) for row in answer}) == 1
    for cell in flat(answer):
        assert type(cell) in (float, str, bool, ExcelError), repr(cell)
        if type(cell) is float:
            assert math.isfinite(cell)
        if type(cell) is str:
            assert len(cell) <= LONGEST_TEXT


def test_the_registry_is_what_the_design_promises_so_far():
    assert len(REGISTRY) == len({name.upper() for name in REGISTRY}) >= 17
    assert all(name == function.name for name, function in REGISTRY.items())
    assert APPROACHES[0][0] == "name"

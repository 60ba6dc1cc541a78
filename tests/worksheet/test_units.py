"""A row or column that says units is no approach, wherever it stands, in every function."""

import pytest
from samples import samples

from bbxl.worksheet import REGISTRY

TABLES = [
    (function, position)
    for function in REGISTRY.values()
    for position, argument in enumerate(function.arguments)
    if argument.is_table
]


@pytest.mark.parametrize("name", ["Unit", "unit", " UNIT ", "Unit (USD)", "U_nit"])
@pytest.mark.parametrize("at", [1, 2, None], ids=["first", "second", "last"])
@pytest.mark.parametrize("turned", [False, True], ids=["rows", "columns"])
@pytest.mark.parametrize(
    ("function", "position"), TABLES, ids=lambda each: getattr(each, "name", each)
)
def test_units_change_no_answer(function, position, turned, at, name):
    given = samples(function)
    table = [list(row) for row in given[position]]
    says = [name if label == "name" else "USD a month" for label in table[0]]
    at = len(table) if at is None else at
    with_units = [*table[:at], says, *table[at:]]
    if turned:
        table, with_units = (
            [list(row) for row in zip(*each, strict=True)] for each in (table, with_units)
        )
    given[position] = table
    expected = function(*given)
    given[position] = with_units
    assert function(*given) == expected


def test_a_table_of_units_alone_has_no_approach():
    table = [["name", "upfront cost", "cost per request"], ["Unit", "USD", "USD"]]
    assert REGISTRY["BB_CHECK"](table) == "the table has labels but no approach"

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


@pytest.mark.parametrize("turned", [False, True], ids=["rows", "columns"])
@pytest.mark.parametrize(
    ("function", "position"), TABLES, ids=lambda each: getattr(each, "name", each)
)
def test_units_change_no_answer(function, position, turned):
    given = samples(function)
    header, *rows = given[position]

    def answer(table):
        turn = [list(row) for row in zip(*table, strict=True)] if turned else table
        return function(*given[:position], turn, *given[position + 1 :])

    expected = answer([header, *rows])
    for name in ("Unit", "unit", " UNIT ", "Unit (USD)", "U_nit"):
        says = [name if label == "name" else "USD a month" for label in header]
        for at in range(len(rows) + 1):
            assert answer([header, *rows[:at], says, *rows[at:]]) == expected, (name, at)


def test_a_table_of_units_alone_has_no_approach():
    table = [["name", "upfront cost", "cost per request"], ["Unit", "USD", "USD"]]
    assert REGISTRY["BB_CHECK"](table) == "the table has labels but no approach"

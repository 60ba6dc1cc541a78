"""The module that xlwings imports. Without Excel only its Python side can be tried."""

import inspect

import pytest

from bbxl import udfs
from bbxl.worksheet import REGISTRY


@pytest.mark.parametrize("function", REGISTRY.values(), ids=lambda function: function.name)
def test_every_function_is_there_with_its_arguments(function):
    there = getattr(udfs, function.name)
    assert there.__name__ == function.name
    assert there.__doc__ == function.description
    parameters = inspect.signature(there).parameters
    assert list(parameters) == [argument.name for argument in function.arguments]
    if function.arguments:
        assert there() == there(*[None] * len(parameters)) == function.help


def test_errors_come_and_go_as_their_text():
    assert udfs.BB_BREAKEVEN(0, 1, 0, 1) == "#N/A"
    assert udfs.BB_BREAKEVEN([["#REF!"]], 1, 0, 2) == "#REF!"
    assert udfs.BB_MONTHLY_COST(0, 1, [[1.0], ["#DIV/0!"], ["x"]]) == [
        [1],
        ["#DIV/0!"],
        ["#VALUE!"],
    ]


def test_nothing_of_xlwings_that_is_not_free_is_used():
    for module in (udfs, inspect.getmodule(udfs.user_defined)):
        source = inspect.getsource(module)
        assert "xlwings.pro" not in source
        assert "xlwings.server" not in source
        assert "license" not in source.lower()

"""The Excel host: worksheet functions as xlwings user-defined functions."""

import inspect
from collections.abc import Callable
from typing import Any

import xlwings

from bbxl.worksheet.registry import WorksheetFunction
from bbxl.worksheet.values import ExcelError, each_cell, without_omitted

_ERRORS = {error.value: error for error in ExcelError}


def user_defined(function: WorksheetFunction) -> Callable[..., Any]:
    """A worksheet function as xlwings calls it, with its argument help and category.

    Ranges arrive as rows, errors as their text. An error goes back as its text
    too: xlwings can give Excel no other.
    """

    def answer(*cells: Any) -> Any:
        given = (each_cell(_incoming, each) for each in without_omitted(cells))
        return each_cell(_outgoing, function(*given))

    answer.__name__ = answer.__qualname__ = function.name
    answer.__doc__ = function.description
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    answer.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(each.name, kind, default=None) for each in function.arguments]
    )
    registered: Callable[..., Any] = xlwings.func(category=f"bbxl {function.category}")(answer)
    for each in function.arguments:
        registered = xlwings.arg(each.name, ndim=2, err_to_str=True, doc=each.help)(registered)
    return registered


def _incoming(value: Any) -> Any:
    return _ERRORS.get(value, value) if isinstance(value, str) else value


def _outgoing(value: Any) -> Any:
    return value.value if isinstance(value, ExcelError) else value

"""Worksheet functions as xlwings user-defined functions."""

import inspect
from collections.abc import Callable
from typing import Any

from bbxl.hosts.excel.conventions import CVERR, category
from bbxl.hosts.excel.quiet import xlwings
from bbxl.worksheet.readers import each_cell, without_omitted
from bbxl.worksheet.registry import WorksheetFunction
from bbxl.xlsx.cells import ExcelError

_OTHER_ERRORS = range(2046, 2050)
_SCODE = -0x7FF60000  # a cell's error reaches Python as this whole number plus its XlCVError number

_INCOMING: dict[Any, ExcelError] = {
    **{_SCODE + number: ExcelError.VALUE for number in _OTHER_ERRORS},
    **{_SCODE + number: error for error, number in CVERR.items()},
    **{error.value: error for error in CVERR},
}


def user_defined(function: WorksheetFunction) -> Callable[..., Any]:
    """A worksheet function as xlwings calls it, with its argument help and category.

    Ranges arrive as rows, an omitted argument as None, an error as its text or
    number. An error goes back as its text, since xlwings can hand over no
    other; the add-in's wrapper makes it a real one.
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
    for each in function.arguments:
        xlwings.arg(each.name, ndim=2, err_to_str=True, doc=each.help)(answer)
    registered: Callable[..., Any] = xlwings.func(category=category(function))(answer)
    return registered


def _incoming(value: Any) -> Any:
    return _INCOMING.get(value, value) if type(value) in (str, int) else value


def _outgoing(value: Any) -> Any:
    return value.value if isinstance(value, ExcelError) else value

"""Values on their way into the embedded engine and out of it.

The engine tells an error as a dictionary; nowhere else is one seen.
"""

import marshal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bbxl.worksheet.readers import each_cell
from bbxl.xlsx.cells import ExcelError

REMEMBERED = 16  # answers of each function

_ERRORS_IN = {
    "Null": ExcelError.NULL,
    "Div": ExcelError.DIV0,
    "Value": ExcelError.VALUE,
    "Ref": ExcelError.REF,
    "Name": ExcelError.NAME,
    "Num": ExcelError.NUM,
    "Na": ExcelError.NA,
    "Spill": ExcelError.SPILL,
    "Calc": ExcelError.CALC,
}
_ERRORS_OUT = {error: {"type": "Error", "kind": kind} for kind, error in _ERRORS_IN.items()}
ENGINE_ERROR = dict
"""The type of an error as the engine tells it."""


@dataclass(frozen=True)
class Unanswered:
    """An error of the engine's own, which no cell can hold."""

    kind: str


def incoming(value: Any) -> Any:
    """A value of the engine as a cell's value; an error as ExcelError."""
    if isinstance(value, ENGINE_ERROR):
        return _ERRORS_IN.get(value.get("kind", ""), Unanswered(value.get("kind", "")))
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def outgoing(value: Any) -> Any:
    """A cell's value as the engine takes it; an error that it has not becomes #VALUE!."""
    if isinstance(value, ExcelError):
        return _ERRORS_OUT.get(value, _ERRORS_OUT[ExcelError.VALUE])
    return value


def hosted(function: Callable[..., Any]) -> Callable[..., Any]:
    """A worksheet function as the engine calls it.

    Its answer depends on its arguments alone, so the last answers are remembered. The checks of
    a template ask about one table again and again: with this, filling the comparison takes a
    tenth less time.
    """
    remembered: dict[bytes, Any] = {}

    def answer(*arguments: Any) -> Any:
        try:
            key = marshal.dumps(arguments, 2)  # version 2: equal arguments are equal bytes
        except ValueError:  # a date, which it does not know
            key = b""
        if key and key in remembered:
            return remembered[key]
        found = each_cell(outgoing, function(*(each_cell(_argument, each) for each in arguments)))
        if len(remembered) == REMEMBERED:
            remembered.clear()
        if key:
            remembered[key] = found
        return found

    return answer


def _argument(value: Any) -> Any:
    value = incoming(value)
    return ExcelError.VALUE if isinstance(value, Unanswered) else value

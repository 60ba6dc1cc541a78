"""Values on their way between the embedded engine and the worksheet functions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bbxl.worksheet.values import ExcelError, each_cell

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
ERRORS_OUT = {error: {"type": "Error", "kind": kind} for kind, error in _ERRORS_IN.items()}


@dataclass(frozen=True)
class Unanswered:
    """A kind of error that is the engine's own and no cell can hold."""

    kind: str


def incoming(value: Any) -> Any:
    """A value of the engine as a cell's value; an error as ExcelError."""
    if isinstance(value, dict):
        return _ERRORS_IN.get(value.get("kind", ""), Unanswered(value.get("kind", "")))
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def hosted(function: Callable[..., Any]) -> Callable[..., Any]:
    """A worksheet function as the engine calls it: its errors are dictionaries."""

    def answer(*arguments: Any) -> Any:
        return each_cell(_outgoing, function(*(each_cell(_argument, each) for each in arguments)))

    return answer


def _argument(value: Any) -> Any:
    value = incoming(value)
    return ExcelError.VALUE if isinstance(value, Unanswered) else value


def _outgoing(value: Any) -> Any:
    return (
        ERRORS_OUT.get(value, ERRORS_OUT[ExcelError.VALUE])
        if isinstance(value, ExcelError)
        else value
    )

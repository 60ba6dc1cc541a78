"""Cell values as Calc hands them to an add-in and takes them back.

Calc gives a number or text, rows of them, and None for an omitted argument; in
a range an empty cell is an empty text. Three things it keeps to itself: TRUE
comes as 1; an empty cell that stands alone comes as 0; and where an error
stands in an argument the function is not called at all: a single cell's error
goes through, one in a range makes the answer Err:504.
"""

import struct
from collections.abc import Callable
from typing import Any

from bbxl.worksheet.readers import without_omitted
from bbxl.worksheet.registry import WorksheetFunction
from bbxl.xlsx.cells import ExcelError

# LibreOffice's error codes (formula/errorcodes.hxx); it knows none for the others.
_CODES = {
    ExcelError.NULL: 521,
    ExcelError.DIV0: 532,
    ExcelError.VALUE: 519,
    ExcelError.REF: 524,
    ExcelError.NAME: 525,
    ExcelError.NUM: 503,
    ExcelError.NA: 32767,
}
_QUIET_NAN = 0x7FF8 << 48


def answering(function: WorksheetFunction) -> Callable[..., Any]:
    """A worksheet function as Calc calls it: it answers with rows, if it ever does."""

    def answer(*cells: Any) -> Any:
        answered = function(*without_omitted(cells))
        if function.single_cell:
            return _outgoing(answered)
        rows = answered if isinstance(answered, list) else [[answered]]
        return tuple(tuple(_outgoing(cell) for cell in row) for row in rows)

    return answer


def _outgoing(value: Any) -> Any:
    """A cell's value; an error is a NaN that carries its code, as in Calc's own arrays."""
    if isinstance(value, bool):
        return float(value)  # Calc takes no truth value from an add-in
    if not isinstance(value, ExcelError):
        return value
    code = _CODES.get(value, _CODES[ExcelError.VALUE])
    return struct.unpack("<d", struct.pack("<Q", _QUIET_NAN | code))[0]

"""Cell values and Excel errors: the one conversion that every host shares.

A cell holds a float, text, TRUE or FALSE, an `ExcelError`, or nothing (None).
A range is a list of rows. Inside, numbers travel as a float array with, beside
it, an array of error codes of the same shape (0 where there is none), so that
one bad element of a range spoils no other.
"""

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from bbxl.model.quantities import Array, Quantity
from bbxl.xlsx.cells import LONGEST_TEXT, CellValue, ExcelError, error_of

Rows: TypeAlias = list[list[Any]]


def each_cell(convert: Callable[[Any], Any], value: Any) -> Any:
    """A value, or rows of values, with every cell converted."""
    if isinstance(value, list):
        return [[convert(cell) for cell in row] for row in value]
    return convert(value)


def without_omitted(cells: Sequence[Any]) -> Sequence[Any]:
    """A call's arguments without those left out at its end, which some hosts give as None."""
    given = len(cells)
    while given and cells[given - 1] is None:
        given -= 1
    return cells[:given]


class CellError(Exception):
    """Ends a worksheet function with an Excel error as its whole result, and says why in words."""

    def __init__(self, error: ExcelError, why: str = "") -> None:
        super().__init__(why or error.value)
        self.error = error
        self.why = why


MOST_CELLS = 1_048_576  # of a range or an answer: as many as a column has
EXCEL_EPOCH = datetime(1899, 12, 30)


def cell(value: Any) -> CellValue:
    """One value as any host hands it over, as a cell: dates as serials, NaN as #NUM!."""
    if type(value) is float:  # most are: half the time of a range
        return value if math.isfinite(value) else ExcelError.NUM
    if value is None or isinstance(value, (ExcelError, bool)):
        return value
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, (int, float, Decimal, np.number)) and not isinstance(
        value, np.complexfloating
    ):
        return _number(value)
    if isinstance(value, (date, time, timedelta)):
        return _serial(value)
    return ExcelError.VALUE


def _number(value: Any) -> CellValue:
    try:
        number = float(value)
    except (OverflowError, ValueError):
        return ExcelError.NUM
    return number if math.isfinite(number) else ExcelError.NUM


def _serial(value: date | time | timedelta) -> float:
    """Days since Excel's day zero, the time of day as a fraction."""
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    if isinstance(value, time):
        value = datetime.combine(EXCEL_EPOCH, value)
    elif not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return (value.replace(tzinfo=None) - EXCEL_EPOCH) / timedelta(days=1)


def grid(value: Any) -> list[list[CellValue]]:
    """A cell or a range as rows of cells, all of one length and never empty."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, (list, tuple)):
        return [[cell(value)]]
    rows = value if any(isinstance(row, (list, tuple)) for row in value) else [value]
    width = max([1, *(len(row) for row in rows if isinstance(row, (list, tuple)))])
    bounded(len(rows), width)
    return [_padded(row, width) for row in rows] or [[None] * width]


def bounded(rows: float, columns: float) -> None:
    """Refuse more cells than Excel has in a column, with #NUM!."""
    if rows * columns > MOST_CELLS:
        raise CellError(ExcelError.NUM, f"it would take more than {MOST_CELLS:,} cells")


def _padded(row: Any, width: int) -> list[CellValue]:
    cells = [cell(value) for value in row] if isinstance(row, (list, tuple)) else [cell(row)]
    return cells + [None] * (width - len(cells))


class NumberRange(NamedTuple):
    """Numbers from cells: values (NaN where there is an error) and error codes."""

    values: Array
    errors: Array


def numbers(value: Any, quantity: Quantity, default: float | None) -> NumberRange:
    """Read a cell or range as numbers of one kind.

    Text is #VALUE!, an impossible number #NUM!, an error itself. An empty cell
    is the default, or #VALUE! where there is none.
    """
    rows = grid(value)
    values = np.full((len(rows), len(rows[0])), np.nan)
    errors = np.zeros(values.shape, dtype=np.uint8)
    plain = set(map(type, chain.from_iterable(rows))) == {float}
    if plain:  # in an eighth of the time
        values[:] = rows
    for i, row in enumerate(() if plain else rows):
        for j, each in enumerate(row):
            if each is None and default is not None:
                values[i, j] = default
            elif isinstance(each, ExcelError):
                errors[i, j] = each.code
            elif each is None or isinstance(each, str):
                errors[i, j] = ExcelError.VALUE.code
            else:
                values[i, j] = each
    impossible = quantity.impossible(values)
    values[impossible] = np.nan
    errors[impossible] = ExcelError.NUM.code
    return NumberRange(values, errors)


def text(value: Any) -> str:
    """Read a single cell as text; CellError where it is not."""
    rows = grid(value)
    if len(rows) > 1 or len(rows[0]) > 1:
        raise CellError(ExcelError.VALUE, "must be one cell with a text, not a range")
    (each,) = rows[0]
    if isinstance(each, ExcelError):
        raise CellError(each)
    if not isinstance(each, str):
        raise CellError(ExcelError.VALUE, f"must be a text, not {each!s}")
    return each.strip()


def first_error(*errors: Array) -> Array:
    """Combine error codes elementwise: where several stand, the first."""
    combined = errors[0]
    for following in errors[1:]:
        combined = np.where(combined != 0, combined, following)
    return combined


def expand(ranges: Sequence[NumberRange]) -> list[NumberRange]:
    """Broadcast ranges to one shape as Excel does.

    A single row or column is repeated; a longer range that ends before the
    others is #N/A beyond its end.
    """
    shape = tuple(max([1, *(each.values.shape[axis] for each in ranges)]) for axis in (0, 1))
    return [_expanded(each, shape) for each in ranges]


def _expanded(each: NumberRange, shape: tuple[int, ...]) -> NumberRange:
    values, errors = each.values, each.errors
    for axis in (0, 1):
        length = values.shape[axis]
        if length == 1:
            values = values.repeat(shape[axis], axis)
            errors = errors.repeat(shape[axis], axis)
        elif length < shape[axis]:
            padding = [(0, shape[axis] - length) if a == axis else (0, 0) for a in (0, 1)]
            values = np.pad(values, padding, constant_values=np.nan)
            errors = np.pad(errors, padding, constant_values=ExcelError.NA.code)
    return NumberRange(values, errors)


def with_errors(values: Array, codes: Array) -> list[Any]:
    """A row of values, with the error in place of each that has a code."""
    return [
        error_of(code) if code else value
        for value, code in zip(values.tolist(), codes.tolist(), strict=True)
    ]


def result(value: Any, errors: Array | None = None) -> Any:
    """What a function gives back to a cell: one cell, or rows of them.

    Where `errors` has a code, that error; NaN is #N/A (there is no answer),
    infinity #NUM!.
    """
    if isinstance(value, np.ndarray):
        finite = value.dtype == float and bool(np.isfinite(value).all())
        value = value.tolist()
        if finite and len(value) > 1 and (errors is None or not errors.any()):
            return value
    rows = value if isinstance(value, list) else [[value]]
    codes = errors.tolist() if errors is not None and errors.any() else None
    cells = [
        [
            error_of(codes[i][j]) if codes and codes[i][j] else _outgoing(each)
            for j, each in enumerate(row)
        ]
        for i, row in enumerate(rows)
    ]
    return cells[0][0] if len(cells) == 1 and len(cells[0]) == 1 else cells


def _outgoing(value: Any) -> CellValue:
    if isinstance(value, str):
        return value[:LONGEST_TEXT]
    if isinstance(value, (bool, ExcelError)):
        return value
    if isinstance(value, Enum):
        return str(value.value)
    number = float(value)
    if math.isfinite(number):
        return number
    return ExcelError.NA if math.isnan(number) else ExcelError.NUM

"""Where cells are: positions, addresses, ranges, and places among the values of many cells."""

import re
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any, TypeAlias

from openpyxl.utils.cell import get_column_letter, quote_sheetname, range_boundaries

Position: TypeAlias = tuple[int, int]
"""Row and column of a cell, both from 1."""

CellAddress: TypeAlias = tuple[str, Position]
"""A sheet and a cell of it."""

Picker: TypeAlias = Callable[[Sequence[Any]], tuple[Any, ...]]
"""What takes some elements of a sequence."""

_REFERENCE = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([^'!:()\[\]]+))!)?(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)"
)


def sheet_and_range(reference: str) -> tuple[str, str] | None:
    """The sheet, or "", and the range of a reference as a file has it; None where it is no range.

    Examples
    --------
    >>> sheet_and_range("'Plan & Co'!$B$2:C4")
    ('Plan & Co', '$B$2:C4')
    """
    match = _REFERENCE.fullmatch(reference)
    if not match:
        return None
    quoted, unquoted, area = match.groups()
    return quoted.replace("''", "'") if quoted else unquoted or "", area


def cells_of(reference: str) -> list[Position]:
    """The cells of a range such as "B2:C4", row by row."""
    left, top, right, bottom = range_boundaries(reference)
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def address(at: Position) -> str:
    """A position as it is written, such as B2."""
    return f"{get_column_letter(at[1])}{at[0]}"


def full_address(sheet: str, at: Position) -> str:
    """A cell of a sheet as it is written.

    Examples
    --------
    >>> full_address("Plan & Co", (2, 3))
    "'Plan & Co'!C2"
    """
    return f"{sheet if sheet.isalnum() else quote_sheetname(sheet)}!{address(at)}"


def picker(places: Sequence[int]) -> Picker:
    """What takes the elements at these places: a thousand in a call, and a tuple also of one."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: tuple(values[i] for i in places)


def by_sheet(cells: Iterable[CellAddress]) -> dict[str, tuple[list[Position], Picker]]:
    """Sheet -> its cells among these, and what takes their values from those of all."""
    found: dict[str, list[tuple[int, Position]]] = {}
    for place, (sheet, at) in enumerate(cells):
        found.setdefault(sheet, []).append((place, at))
    return {
        sheet: ([at for _, at in each], picker([place for place, _ in each]))
        for sheet, each in found.items()
    }

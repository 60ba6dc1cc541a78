"""Where cells are: positions, addresses, ranges, and places among the values of many cells."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from openpyxl.utils.cell import column_index_from_string, get_column_letter, quote_sheetname

Position: TypeAlias = tuple[int, int]
"""Row and column of a cell, both from 1."""

CellAddress: TypeAlias = tuple[str, Position]
"""A sheet and a cell of it."""

Picker: TypeAlias = Callable[[Sequence[Any]], tuple[Any, ...]]
"""What takes some elements of a sequence."""

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

_REFERENCE = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([^'!:()\[\]]+))!)?"
    r"(\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?)"
)
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_COLUMN, _ROW = re.compile(r"\$?([A-Z]{1,3})"), re.compile(r"\$?([0-9]{1,7})")


class Bounds(NamedTuple):
    """A range as its first and last row and column, however many cells it has."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> int:
        """How many cells it has."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    @property
    def first(self) -> Position:
        """Its first cell."""
        return self.top, self.left

    def cells(self) -> list[Position]:
        """Its cells, row by row."""
        columns = range(self.left, self.right + 1)
        return [(row, column) for row in range(self.top, self.bottom + 1) for column in columns]


def position(reference: str) -> Position | None:
    """The cell of a reference such as B2; None where it is no cell of a sheet.

    Examples
    --------
    >>> position("B2"), position("XFE1")
    ((2, 2), None)
    """
    match = _CELL.fullmatch(reference)
    if not match:
        return None
    row, column = int(match[2]), column_index_from_string(match[1])
    return (row, column) if 1 <= row <= LAST_ROW and column <= LAST_COLUMN else None


@lru_cache(50_000)
def bounds(reference: str) -> Bounds | None:
    """The range of a reference such as B2:C4, B2, B:C or 2:4; None where it is none.

    Examples
    --------
    >>> bounds("B2:C4")
    Bounds(top=2, left=2, bottom=4, right=3)
    >>> bounds("B:C").size
    2097152
    """
    if not reference.isascii():  # some other letters have A to Z for capitals
        return None
    first, colon, last = reference.upper().partition(":")
    last = last if colon else first
    if colon and _COLUMN.fullmatch(first) and _COLUMN.fullmatch(last):
        first, last = f"{first}1", f"{last}{LAST_ROW}"
    elif colon and _ROW.fullmatch(first) and _ROW.fullmatch(last):
        first, last = f"A{first}", f"{get_column_letter(LAST_COLUMN)}{last}"
    one, other = position(first), position(last)
    if not one or not other:
        return None
    (top, bottom), (left, right) = map(sorted, zip(one, other, strict=True))
    return Bounds(top, left, bottom, right)


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
    if not bounds(area):
        return None
    return quoted.replace("''", "'") if quoted else unquoted or "", area


def cells_of(reference: str) -> list[Position]:
    """The cells of a range such as "B2:C4", row by row."""
    found = bounds(reference)
    if not found:
        raise ValueError(f"{reference} is no range")
    return found.cells()


def folded(name: str) -> str:
    """A name of a sheet, a cell or a table as Excel compares it: in either case.

    Excel keeps apart what casefold() makes one, such as the sharp s and ss.
    """
    return name.lower()


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

"""Where figures stand: along axes, from a first cell on; and their addresses in formulas."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from openpyxl.utils import get_column_letter, quote_sheetname


@dataclass(frozen=True)
class Axis:
    """What records are counted along.

    Attributes
    ----------
    name : what one record is called; inputs are named "approach_1_..." by it.
    count : how many records there is room for.
    present : a field that is 1 where a record is in use; elsewhere its formulas show nothing.
    heading : a field that stands over its records' columns.
    last : a defined name of how many records after the first are in use; later ones do not show.
    """

    name: str
    count: int
    present: str = ""
    heading: str = ""
    last: str = ""


Where: TypeAlias = Mapping[Axis, int]
"""A record of each axis."""

_BESIDE = {"before": -1, "after": 1}


@dataclass(frozen=True)
class Place:
    """Where a field stands: its sheet, first cell, and the axes that it runs along from there."""

    sheet: str
    row: int
    column: int
    down: Axis | None = None
    across: Axis | None = None
    label: str = ""
    name: str = ""

    @property
    def single(self) -> bool:
        """Whether it is a single cell."""
        return not (self.down or self.across)

    def named(self, name: str) -> "Place":
        """The same place, which formulas call by a defined name."""
        return replace(self, name=name)

    def moved(self, columns: int) -> "Place":
        """The place some columns to the right."""
        return replace(self, column=self.column + columns)

    def cell(self, here: Where) -> tuple[int, int]:
        """Row and column of its cell at one record of each of its axes."""
        return (
            self.row + (here[self.down] if self.down else 0),
            self.column + (here[self.across] if self.across else 0),
        )

    @property
    def cells(self) -> str:
        """All its cells, as a range."""
        return self.address({}, "all").replace("$", "")

    def address(self, here: Where, more: str = "") -> str:
        """Its address as seen from a cell, without the sheet."""
        if more == "label":
            return self.label
        if self.name and not more:
            return self.name
        pinned = self.down or self.across  # a table's records are counted downwards
        rows = _span(self.down, self.row, here, more, str, pinned)
        columns = _span(self.across, self.column, here, more, get_column_letter, pinned)
        first, last = (f"{column}{row}" for column, row in zip(columns, rows, strict=True))
        return first if first == last else f"{first}:{last}"


def _span(
    axis: Axis | None, origin: int, here: Where, more: str, named: Any, pinned: Axis | None
) -> tuple[str, str]:
    """First and last row, or column, of an address; fixed ones with a dollar sign."""
    if axis is None:
        return (f"${named(origin)}",) * 2
    if more.isdigit() and axis is pinned:
        return (f"${named(origin + int(more) - 1)}",) * 2
    if axis not in here or more == "all":
        return f"${named(origin)}", f"${named(origin + axis.count - 1)}"
    # In a table the record beside this one is the one above or below.
    beside = 0 if pinned in here and axis is not pinned else _BESIDE.get(more, 0)
    return (named(origin + here[axis] + beside),) * 2


def records(place: Place) -> list[dict[Axis, int]]:
    """Each record along a place's axes: of a table, row by row."""
    found: list[dict[Axis, int]] = [{}]
    for axis in (place.down, place.across):
        if axis:
            found = [{**here, axis: i} for here in found for i in range(axis.count)]
    return found


def quoted(sheet: str) -> str:
    """A sheet's name as formulas write it."""
    return sheet if sheet.isalnum() else quote_sheetname(sheet)

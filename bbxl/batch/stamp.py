"""Filling a template thousands of times: what does not change is prepared once.

A sheet becomes constant pieces with a slot for each cell that varies; a part
in which nothing varies keeps its compressed bytes. A file is the unchanged
parts, the changed sheets, and the archive's directory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from operator import itemgetter
from types import NoneType
from typing import Any

import orjson

from bbxl.xlsx import WorkbookError, archive
from bbxl.xlsx.package import Package
from bbxl.xlsx.sheet import (
    CellErrorValue,
    CellSpan,
    CellValue,
    Position,
    SheetXML,
    around_value,
    empty_cell,
    value_text,
    value_xml,
)

Values = list[Any]
"""Values of cells: float, str, bool, CellErrorValue or None."""

Arrays = tuple[Mapping[Position, CellValue], Mapping[Position, str]]
"""Values of cells that formulas fill, and the ranges that their arrays fill."""

_PATTERNS = 64  # how many patterns of types a sheet keeps its pieces for


class Slots:
    """A sheet as constant pieces, and slots for the cells that vary.

    Parameters
    ----------
    sheet : the sheet.
    cells : positions of the cells that vary; a cell that is missing is made.
    """

    def __init__(self, sheet: SheetXML, cells: Sequence[Position]) -> None:
        self._sheet = sheet = sheet.having(cells)
        order = sorted(range(len(cells)), key=lambda i: sheet.cells[cells[i]].start)
        self._spans = [sheet.cells[cells[i]] for i in order]
        # Two at least, so that it gives a tuple; the last is left out.
        self._in_order: Any = itemgetter(*order, order[0]) if order else lambda _: (None,)
        self._cuts: dict[tuple[type, ...], _Cut] = {}

    def filled(self, values: Sequence[Any]) -> bytes:
        """The sheet with a value in each slot, in the order that the cells were given in."""
        ordered = self._in_order(values)[:-1]
        kinds = tuple(map(type, ordered))
        cut = self._cuts.get(kinds)
        if cut is None:
            if len(self._cuts) == _PATTERNS:
                self._cuts.clear()
            cut = self._cuts[kinds] = self._cut(kinds)
        return cut.filled(ordered)

    def _cut(self, kinds: tuple[type, ...]) -> "_Cut":
        """The constant pieces between values of these types."""
        pieces, begun, position = [], b"", 0
        for span, kind in zip(self._spans, kinds, strict=True):
            before, after = self._around(span, kind)
            pieces.append(begun + self._sheet.data[position : span.start] + before)
            begun, position = after, span.end
        return _Cut([*pieces, begun + self._sheet.data[position:]], kinds)

    def _around(self, span: CellSpan, kind: type) -> tuple[bytes, bytes]:
        """What stands before and after a value of that type."""
        tag, attributes, formula = self._sheet.frame(span)
        if kind is NoneType:
            return empty_cell(tag, attributes, formula), b""
        text = "str" if formula else "inlineStr"
        name = {bool: "b", CellErrorValue: "e", str: text}.get(kind, "")
        before, after = around_value(tag, attributes, formula, name)
        return (before + b">" if kind is float else before), after


class _Cut:
    """A sheet's constant pieces for values of certain types, and where the numbers go."""

    def __init__(self, pieces: list[bytes], kinds: tuple[type, ...]) -> None:
        self._pieces: list[bytes] = [b""] * (2 * len(kinds) + 1)
        self._pieces[::2] = pieces
        self._others = [i for i, kind in enumerate(kinds) if kind is not float]
        ends = [*self._others, len(kinds)]
        starts = [0, *(i + 1 for i in self._others)]
        self._runs = [(a, b) for a, b in zip(starts, ends, strict=True) if a < b]

    def filled(self, values: Sequence[Any]) -> bytes:
        pieces, at = self._pieces.copy(), 0
        written = _numbers([each for a, b in self._runs for each in values[a:b]])
        for a, b in self._runs:
            pieces[2 * a + 1 : 2 * b : 2] = written[at : at + b - a]
            at += b - a
        for i in self._others:
            pieces[2 * i + 1] = _text(values[i])
        return b"".join(pieces)


def _numbers(values: list[float]) -> list[bytes]:
    """Each number as a cell holds it: the shortest text that reads back the same."""
    written = (orjson.dumps(values)[1:-1] + b",").replace(b".0,", b",")
    if b"null" in written:
        raise WorkbookError("a formula gives a number that no cell can hold: it is infinite")
    return written.split(b",")


@lru_cache(10_000, typed=True)
def _text(value: CellValue) -> bytes:
    """What is not a number, as a cell holds it."""
    return b"" if value is None else value_text(value_xml(value)[1])


class Stamper:
    """A template that is written again and again with other values.

    Parameters
    ----------
    package : the template.
    cells : sheet -> positions of the cells that vary.
    """

    def __init__(self, package: Package, cells: Mapping[str, Sequence[Position]]) -> None:
        parts = package.sheets()
        self._sheets = {
            name: Slots(SheetXML(package[parts[name]], f"{package.name}: sheet {name}"), positions)
            for name, positions in cells.items()
        }
        self._entries = {name: replace(package.entries[parts[name]], method=8) for name in cells}
        self._last: dict[str, tuple[Values, list[type], archive.Entry]] = {}
        changed = {parts[name]: name for name in cells}
        unchanged = [each for part, each in package.entries.items() if part not in changed]
        self._body = b"".join(each.local for each in unchanged)
        self._directory: list[bytes | str] = []  # records of unchanged parts, names of sheets
        offset = 0
        for part, entry in package.entries.items():
            self._directory.append(changed.get(part) or entry.central(offset))
            offset += 0 if part in changed else len(entry.local)

    def file(self, values: Mapping[str, Values], arrays: Mapping[str, Arrays]) -> bytes:
        """The workbook with these values.

        Parameters
        ----------
        values : sheet -> its values, one a cell.
        arrays : sheet -> further values and ranges, where arrays fill cells that vary.
        """
        pieces, records, offset = [self._body], {}, len(self._body)
        for name, sheet_values in values.items():
            entry = self._sheet(name, sheet_values, arrays.get(name))
            pieces.append(entry.local)
            records[name] = entry.central(offset)
            offset += len(pieces[-1])
        directory = b"".join(
            each if isinstance(each, bytes) else records[each] for each in self._directory
        )
        pieces += [directory, archive.end(len(self._directory), len(directory), offset)]
        return b"".join(pieces)

    def _sheet(self, name: str, values: Values, arrays: Arrays | None) -> archive.Entry:
        last = self._last.get(name)
        if last and not arrays and last[0] == values and last[1] == list(map(type, values)):
            return last[2]
        data = self._sheets[name].filled(values)
        if arrays:
            data = SheetXML(data, name).with_values(*arrays)
        entry = self._entries[name].packed(archive.deflated(data), data)
        self._last[name] = values, list(map(type, values)), entry
        return entry

"""Writing a template again and again with other values: what does not change is prepared once.

A sheet becomes constant pieces with a slot for each cell that varies; a part
in which nothing varies keeps its compressed bytes. A file is the unchanged
parts, the changed sheets, and the archive's directory.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise

from bbxl.batch.filling.texts import CellTexts
from bbxl.engine.workbook import Arrays
from bbxl.xlsx import archive
from bbxl.xlsx.cells import (
    BOOLEAN,
    EMPTY,
    ERROR,
    NUMBER,
    TEXT,
    around_value,
    empty_cell,
)
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import Position, picker
from bbxl.xlsx.sheet import SheetXML
from bbxl.xlsx.sheet_reading import CellSpan

File = tuple[bytes, bytes]
"""A file in two pieces. The first is the same in all files, and is never copied."""

_PATTERNS = 64  # of kinds of values, for which a sheet keeps its pieces
_LONG = 256  # bytes of a constant piece that may be deflated by itself, in a sheet that has
_MOST_LONG, _MOST_SHORT = 12, 1024  # no more long pieces, and no more bytes in short ones


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
        self._order = order
        self._in_order = picker(order)
        self._cuts: dict[bytes, Callable[[Sequence[bytes]], tuple[bytes, bytes]]] = {}

    def filled(self, values: CellTexts) -> tuple[bytes, bytes]:
        """The sheet with a value in each slot, and the same deflated.

        Parameters
        ----------
        values : in the order that the cells were given in.
        """
        cut = self._cuts.get(values.kinds)
        if cut is None:
            if len(self._cuts) == _PATTERNS:
                self._cuts.clear()
            cut = self._cuts[values.kinds] = self._cut(values.kinds)
        return cut(values.texts)

    def _cut(self, kinds: bytes) -> Callable[[Sequence[bytes]], tuple[bytes, bytes]]:
        """What puts texts of values of these kinds between constant pieces."""
        constant, begun, position = list[bytes](), b"", 0
        for span, i in zip(self._spans, self._order, strict=True):
            before, after = self._around(span, kinds[i])
            constant += begun + self._sheet.data[position : span.start] + before, b""
            begun, position = after, span.end
        constant.append(begun + self._sheet.data[position:])
        deflated = _deflater(constant)

        def filled(texts: Sequence[bytes]) -> tuple[bytes, bytes]:
            pieces = constant.copy()
            pieces[1::2] = self._in_order(texts)
            data = b"".join(pieces)
            return data, deflated(pieces, data)

        return filled

    def _around(self, span: CellSpan, kind: int) -> tuple[bytes, bytes]:
        """What stands before and after a value of that kind."""
        tag, attributes, formula = self._sheet.frame(span)
        if kind == EMPTY:
            return empty_cell(tag, attributes, formula), b""
        text = "str" if formula else "inlineStr"
        name = {BOOLEAN: "b", ERROR: "e", TEXT: text}.get(kind, "")
        before, after = around_value(tag, attributes, formula, name)
        return (before + b">" if kind == NUMBER else before), after


def _deflater(pieces: Sequence[bytes]) -> Callable[[list[bytes], bytes], bytes]:
    """What deflates a sheet, given as pieces and as a whole.

    Where long pieces make up nearly all of it, they are deflated once, and what is between them
    is stored as it is. A sheet of 55 KB with 12 inputs then takes a quarter of the time, and no
    more room.
    """
    long = [i for i in range(0, len(pieces), 2) if len(pieces[i]) >= _LONG]
    short = sum(map(len, pieces)) - sum(len(pieces[i]) for i in long)
    if len(long) > _MOST_LONG or short > _MOST_SHORT:
        return lambda _, data: archive.deflated(data)
    ready = [b"", *(each for i in long for each in (archive.flushed(pieces[i]), b""))]
    between = [slice(i + 1, j) for i, j in pairwise([-1, *long, len(pieces)])]

    def deflated(pieces: list[bytes], _: bytes) -> bytes:
        packed = ready.copy()
        packed[::2] = map(archive.stored, map(b"".join, map(pieces.__getitem__, between)))
        return b"".join([*packed, archive.LAST_BLOCK])

    return deflated


class Stamper:
    """A template that is written again and again with other values.

    Parameters
    ----------
    package : the template.
    cells : sheet -> positions of the cells that vary.
    """

    def __init__(self, package: Package, cells: Mapping[str, Sequence[Position]]) -> None:
        parts = package.sheets()
        names = {parts[name]: name for name in cells}
        self._sheets = {
            name: Slots(SheetXML(package[part], f"{package.name}: sheet {name}"), cells[name])
            for part in package.members
            if (name := names.get(part))
        }
        self._members = {name: package.members[parts[name]]._replace(method=8) for name in cells}
        self._last: dict[str, tuple[CellTexts, archive.Member]] = {}
        unchanged = [each for part, each in package.members.items() if part not in names]
        pieces, records = archive.pieces_and_records(unchanged)
        self._body = b"".join(pieces)
        around, left = [b""], iter(records)
        for part in package.members:  # the directory keeps its order
            if part in names:
                around.append(b"")
            else:
                around[-1] += next(left)
        self._before = len(self._body), around, len(records)
        self._checksum = sha256(self._body)  # of what is the same in all files, taken once

    def file(
        self, cells: Mapping[str, CellTexts], arrays: Mapping[str, Arrays]
    ) -> tuple[File, str]:
        """The workbook with these values, and its SHA-256.

        Parameters
        ----------
        cells : sheet -> what its cells that vary hold.
        arrays : sheet -> further values and ranges, where arrays fill cells.
        """
        sheets = [self._sheet(name, cells[name], arrays.get(name)) for name in self._sheets]
        rest = archive.joined(sheets, *self._before)
        checksum = self._checksum.copy()
        checksum.update(rest)
        return (self._body, rest), checksum.hexdigest()

    def _sheet(self, name: str, values: CellTexts, arrays: Arrays | None) -> archive.Member:
        last = self._last.get(name)
        if last and not arrays and last[0] == values:
            return last[1]
        data, packed = self._sheets[name].filled(values)
        if arrays:
            data = SheetXML(data, name).with_values(*arrays)
            packed = archive.deflated(data)
        member = self._members[name].packed(packed, data)
        self._last[name] = values, member
        return member

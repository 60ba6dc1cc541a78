"""A worksheet's XML: find its cells and put values into them, touching nothing else.

The XML is read once for the byte positions of rows and cells; new bytes are
then spliced in. Whatever stands between the cells keeps its bytes.
"""

import re
from collections.abc import Iterable, Mapping

from bbxl.xlsx.cells import CellValue, element
from bbxl.xlsx.covering import first_covering
from bbxl.xlsx.elements import spliced
from bbxl.xlsx.references import Bounds, Position, address, bounds
from bbxl.xlsx.sheet_reading import CellSpan, RowSpan, SheetReader

_TAG = re.compile(rb"<([^\s/>]+)")


class SheetXML:
    """The cells of one worksheet part.

    Parameters
    ----------
    data : the part's bytes.
    name : what an error message calls it.

    Attributes
    ----------
    cells, rows : what stands where.
    hidden : the rows that are hidden.
    filtered : the ranges of filters that hide rows.
    """

    def __init__(self, data: bytes, name: str = "sheet") -> None:
        self.data = data
        self.name = name
        found = SheetReader(data, name)
        self.cells: dict[Position, CellSpan] = found.cells
        self.rows: dict[int, RowSpan] = found.rows
        self.hidden, self.filtered = found.hidden, found.filtered
        self._sheet_data_end, self._empty = found.sheet_data_end, found.empty
        self._prefix = found.prefix  # of its elements' names, with a colon; mostly none

    def formulas(self) -> dict[Position, CellSpan]:
        """The cells that hold a formula."""
        return {at: each for at, each in self.cells.items() if each.formula is not None}

    def arrays(self) -> list[Bounds]:
        """The ranges that array formulas fill."""
        found = (bounds(each.array) for each in self.cells.values() if each.array)
        return [each for each in found if each]

    def computed(self) -> list[Position]:
        """The cells whose values formulas give: their own, and those that are there of arrays."""
        in_arrays = first_covering(self.cells, arrays) if (arrays := self.arrays()) else ()
        return [
            at for at, each in self.cells.items() if each.formula is not None or at in in_arrays
        ]

    def having(self, cells: Iterable[Position]) -> "SheetXML":
        """The sheet with all of these cells, made where they are missing."""
        missing = {at: 0.0 for at in cells if at not in self.cells}
        return SheetXML(self.with_values(missing), self.name) if missing else self

    def with_values(
        self, values: Mapping[Position, CellValue], arrays: Mapping[Position, str] | None = None
    ) -> bytes:
        """The sheet with values in cells; formulas, styles and all else stay.

        Parameters
        ----------
        values : position -> value; a cell that is not there is made.
        arrays : position of an array formula -> the range that it now fills.
        """
        edits: list[tuple[int, int, bytes]] = []
        made: dict[int, list[tuple[int, bytes]]] = {}
        for at, value in values.items():
            span = self.cells.get(at)
            if span:
                edits.append((span.start, span.end, self._cell(at, value, span, arrays or {})))
            elif value is not None:
                made.setdefault(at[0], []).append((at[1], self._new_cell(at, value)))
        if made and self._empty:
            return SheetXML(spliced(self.data, [self._empty]), self.name).with_values(values)
        for row in sorted(made):
            edits.extend(self._insertions(row, sorted(made[row])))
        return spliced(self.data, edits)

    def _cell(
        self, at: Position, value: CellValue, span: CellSpan, arrays: Mapping[Position, str]
    ) -> bytes:
        """The cell's element with another value; its formula's bytes stay."""
        tag, kept, formula = self.frame(span)
        if at in arrays:
            formula = re.sub(
                rb"""(<[^>]*?\sref=)(["']).*?\2""",
                lambda m: m[1] + m[2] + arrays[at].encode() + m[2],
                formula,
                count=1,
            )
        return element(tag, kept, formula, value)

    def frame(self, span: CellSpan) -> tuple[bytes, dict[str, str], bytes]:
        """What stays of a cell whose value changes: its tag, its attributes, its formula."""
        kept = {k: v for k, v in span.attributes.items() if k not in ("t", "vm")}
        return self._tag(span.start), kept, self.data[slice(*span.formula_span)]

    def _new_cell(self, at: Position, value: CellValue) -> bytes:
        return element(self._prefix + b"c", {"r": address(at)}, b"", value)

    def _insertions(self, row: int, cells: list[tuple[int, bytes]]) -> list[tuple[int, int, bytes]]:
        """Edits that put new cells into a row, which is made where it is missing."""
        tag = self._prefix + b"row"
        span = self.rows.get(row)
        if span is None:
            later = [r.start for number, r in self.rows.items() if number > row]
            content = b"".join(data for _, data in cells)
            at = min(later, default=self._sheet_data_end)
            return [(at, at, b'<%s r="%d">%s</%s>' % (tag, row, content, tag))]
        if span.self_closing:
            start_tag = self.data[span.start : span.end].rstrip()[:-2].rstrip()
            content = b"".join(data for _, data in cells)
            return [(span.start, span.end, b"%s>%s</%s>" % (start_tag, content, tag))]
        edits = []
        for column, data in cells:
            later = [self.cells[at].start for at in span.cells_at if at[1] > column]
            at = min(later, default=span.content_end)
            edits.append((at, at, data))
        return edits

    def _tag(self, start: int) -> bytes:
        match = _TAG.match(self.data, start)
        assert match
        return match[1]

"""A worksheet's XML: find its cells and put values into them, touching nothing else.

The XML is read once for the byte positions of rows and cells; new bytes are
then spliced in. Whatever stands between the cells keeps its bytes.
"""

import html
import re
import xml.parsers.expat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils.cell import coordinate_to_tuple

from bbxl.xlsx import WorkbookError
from bbxl.xlsx.cells import CellValue, element
from bbxl.xlsx.references import Position, address


@dataclass
class CellSpan:
    """A cell in the XML: the bytes it takes, and its formula if it has one.

    Attributes
    ----------
    start, end : the cell element's bytes.
    attributes : of the cell element.
    formula : text of the formula; None for none, "" for a follower in a shared formula.
    formula_span : the formula element's bytes.
    array : reference of the range that an array formula fills.
    """

    start: int
    attributes: dict[str, str]
    end: int = 0
    formula: str | None = None
    formula_span: tuple[int, int] = (0, 0)
    formula_attributes: dict[str, str] = field(default_factory=dict)

    @property
    def array(self) -> str | None:
        is_array = self.formula_attributes.get("t") == "array"
        return self.formula_attributes.get("ref") if is_array else None

    @property
    def dynamic(self) -> bool:
        """Whether the array formula is one that spills, in Excel since 2019."""
        return self.array is not None and "cm" in self.attributes


@dataclass
class RowSpan:
    """A row element: where it begins, where its end tag does, and the cells in it."""

    start: int
    content_end: int = 0
    end: int = 0
    cells_at: list[Position] = field(default_factory=list)

    @property
    def self_closing(self) -> bool:
        return self.content_end == self.end


class SheetXML:
    """The cells of one worksheet part.

    Parameters
    ----------
    data : the part's bytes.
    name : what an error message calls it.
    """

    def __init__(self, data: bytes, name: str = "sheet") -> None:
        self.data = data
        self.name = name
        self.cells: dict[Position, CellSpan] = {}
        self.rows: dict[int, RowSpan] = {}
        self._sheet_data_end = 0
        _Reader(self).read()

    def formulas(self) -> dict[Position, CellSpan]:
        """The cells that hold a formula."""
        return {at: each for at, each in self.cells.items() if each.formula is not None}

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
        for row in sorted(made):
            edits.extend(self._insertions(row, sorted(made[row])))
        return _spliced(self.data, edits)

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

    def text_of(self, span: CellSpan) -> str | None:
        """The text of a cell's value as it is stored; None where it has none."""
        inner = self.data[span.formula_span[1] or span.start : span.end]
        found = re.findall(rb"<(?:\w+:)?(?:v|t)\b[^>]*>([^<]*)<", inner)
        return html.unescape(b"".join(found).decode()) if found else None

    def frame(self, span: CellSpan) -> tuple[bytes, dict[str, str], bytes]:
        """What stays of a cell whose value changes: its tag, its attributes, its formula."""
        kept = {k: v for k, v in span.attributes.items() if k not in ("t", "vm")}
        return self._tag(span.start), kept, self.data[slice(*span.formula_span)]

    def _new_cell(self, at: Position, value: CellValue) -> bytes:
        return element(self._prefix() + b"c", {"r": address(at)}, b"", value)

    def _insertions(self, row: int, cells: list[tuple[int, bytes]]) -> list[tuple[int, int, bytes]]:
        """Edits that put new cells into a row, which is made where it is missing."""
        tag = self._prefix() + b"row"
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
        match = re.match(rb"<([^\s/>]+)", self.data[start : start + 200])
        assert match
        return match[1]

    def _prefix(self) -> bytes:
        """The namespace prefix of the sheet's elements, with its colon; mostly none."""
        first = next(iter(self.rows.values()), None)
        return self._tag(first.start)[: -len(b"row")] if first else b""


class _Reader:
    """Walks the XML once and notes where rows, cells and formulas stand."""

    def __init__(self, sheet: SheetXML) -> None:
        self.sheet = sheet
        self.parser = xml.parsers.expat.ParserCreate()
        self.row = self.column = 0
        self.cell: CellSpan | None = None
        self.in_formula = False
        self.starts: list[int] = []
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.XmlDeclHandler = self.declaration

    def read(self) -> None:
        if self.sheet.data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise WorkbookError(f"{self.sheet.name} is written in UTF-16, not UTF-8")
        try:
            self.parser.Parse(self.sheet.data, True)
        except xml.parsers.expat.ExpatError as error:
            raise WorkbookError(f"{self.sheet.name} is damaged: {error}") from None

    def refuse(self, *_: Any) -> None:
        raise WorkbookError(f"{self.sheet.name} is damaged: it declares a document type")

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "utf8"):
            raise WorkbookError(f"{self.sheet.name} is written in {encoding}, not UTF-8")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        at = self.parser.CurrentByteIndex
        self.starts.append(at)
        local = name.rpartition(":")[2]
        if local == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
            self.sheet.rows[self.row] = RowSpan(at)
        elif local == "c":
            reference = attributes.get("r")
            if reference:
                self.column = coordinate_to_tuple(reference)[1]
            else:
                self.column += 1
            self.cell = CellSpan(at, attributes)
            self.sheet.cells[self.row, self.column] = self.cell
            self.sheet.rows[self.row].cells_at.append((self.row, self.column))
        elif local == "f" and self.cell:
            self.cell.formula, self.cell.formula_attributes = "", attributes
            self.in_formula = True

    def text(self, data: str) -> None:
        if self.in_formula and self.cell:
            self.cell.formula = (self.cell.formula or "") + data

    def end(self, name: str) -> None:
        start = self.starts.pop()
        at = self.parser.CurrentByteIndex
        end = self._end_of(name, at)
        local = name.rpartition(":")[2]
        if local == "f" and self.cell:
            self.cell.formula_span = (start, end)
            self.in_formula = False
        elif local == "c" and self.cell:
            self.cell.end = end
            self.cell = None
        elif local == "row":
            row = self.sheet.rows[self.row]
            row.content_end, row.end = at, end
        elif local == "sheetData":
            self.sheet._sheet_data_end = at

    def _end_of(self, name: str, at: int) -> int:
        """Where an element ends: behind its end tag, or `at` where it closes itself."""
        end_tag = b"</" + name.encode()
        if self.sheet.data.startswith(end_tag, at):
            return self.sheet.data.index(b">", at) + 1
        return at


def _spliced(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Data with each (start, end, replacement) carried out; they do not overlap."""
    pieces, position = [], 0
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [data[position:start], replacement]
        position = end
    return b"".join([*pieces, data[position:]])

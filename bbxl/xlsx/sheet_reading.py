"""Reading a worksheet's XML: where rows, cells and formulas stand, by their bytes."""

import xml.parsers.expat
from dataclasses import dataclass, field
from typing import Any

from bbxl.xlsx import WorkbookError, attributes
from bbxl.xlsx.references import LAST_COLUMN, LAST_ROW, Position, address, position


@dataclass
class CellSpan:
    """A cell in the XML: the bytes it takes, and its formula if it has one.

    Attributes
    ----------
    start, end : the cell element's bytes.
    attributes : of the cell element.
    value : text of its value, or of its own text without how it is read; None where it has none.
    formula : text of the formula; None for none, "" for a follower in a shared formula.
    formula_span : the formula element's bytes.
    array : reference of the range that an array formula fills, which begins at the cell.
    """

    start: int
    attributes: dict[str, str]
    end: int = 0
    value: str | None = None
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


class SheetReader:
    """Walks the XML once and notes where rows, cells and formulas stand.

    Parameters
    ----------
    data : the part's bytes.
    name : what an error message calls it.

    Attributes
    ----------
    cells, rows : what stands where.
    hidden : the rows that are hidden.
    filtered : the ranges of filters that hide rows.
    prefix : of the sheet's elements, with its colon.
    sheet_data_end : where the end tag of sheetData begins.
    empty : the edit that makes room for rows where sheetData closes itself.

    Raises
    ------
    WorkbookError : it is no sheet, or is damaged.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self.data, self.name = data, name
        self.cells: dict[Position, CellSpan] = {}
        self.rows: dict[int, RowSpan] = {}
        self.hidden: set[int] = set()
        self.filtered: list[str] = []
        self.prefix, self.sheet_data_end = b"", 0
        self.empty: tuple[int, int, bytes] | None = None
        self.parser = xml.parsers.expat.ParserCreate()
        self.row = self.column = 0
        self.cell: CellSpan | None = None
        self.in_formula = self.in_value = False
        self.filter = ""
        self.opened: list[tuple[str, int]] = [("", 0)]  # elements around, and where they begin
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.XmlDeclHandler = self.declaration
        self.read()

    def read(self) -> None:
        if self.data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise WorkbookError(f"{self.name} is written in UTF-16, not UTF-8")
        try:
            self.parser.Parse(self.data, True)
        except xml.parsers.expat.ExpatError as error:
            raise WorkbookError(f"{self.name} is damaged: {error}") from None
        if not self.sheet_data_end:
            raise WorkbookError(f"{self.name} is damaged: it has no sheetData")

    def refuse(self, *_: Any) -> None:
        raise WorkbookError(f"{self.name} is damaged: it declares a document type")

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "utf8"):
            raise WorkbookError(f"{self.name} is written in {encoding}, not UTF-8")

    def start(self, name: str, given: dict[str, str]) -> None:
        at = self.parser.CurrentByteIndex
        local, parent = name.rpartition(":")[2], self.opened[-1][0]
        self.opened.append((local, at))
        if local == "c" and parent == "row":
            self.start_cell(at, given)
        elif local == "row" and parent == "sheetData":
            self.row = attributes.whole_number(
                given, "r", f"{self.name}: row", self.row + 1, 1, LAST_ROW
            )
            self.column = 0
            self.once(self.row in self.rows, f"row {self.row}")
            self.rows[self.row] = RowSpan(at)
            if given.get("hidden") in ("1", "true"):
                self.hidden.add(self.row)
        elif local == "f" and parent == "c" and self.cell:
            self.once(self.cell.formula is not None, "a formula")
            self.cell.formula, self.cell.formula_attributes = "", given
            self.in_formula = True
            self.check_formula(given)
        elif self.cell and (local == "v" or local == "t") and "rPh" not in self.around():
            self.cell.value = self.cell.value or ""
            self.in_value = True
        elif local == "autoFilter":
            self.filter = given.get("ref", "")
        elif local == "filterColumn" and parent == "autoFilter":
            self.filtered.append(self.filter)
        else:
            attributes.check(local, given, self.name)

    def around(self) -> list[str]:
        """The elements around, the outermost first."""
        return [name for name, _ in self.opened]

    def start_cell(self, at: int, given: dict[str, str]) -> None:
        reference = given.get("r")
        found = position(reference) if reference else (self.row, self.column + 1)
        if not found or found[0] != self.row or found[1] > LAST_COLUMN:
            of = f"a cell of row {self.row}"
            raise attributes.refused(self.name, "r", reference or "", of)
        self.column = found[1]
        self.once(found in self.cells, f"cell {reference}")
        self.cell = self.cells[found] = CellSpan(at, given)
        self.rows[self.row].cells_at.append(found)

    def check_formula(self, given: dict[str, str]) -> None:
        """Refuse a shared or array formula that does not say where it stands."""
        where = f"{self.name}: {address((self.row, self.column))}"
        attributes.check("f", given, where)
        if given.get("t") == "shared":
            attributes.whole_number(given, "si", where)
        if given.get("t") == "array" or given.get("ref"):
            text = given.get("ref", "")
            found = attributes.area(text, "ref", where)
            if given.get("t") == "array" and found.first != (self.row, self.column):
                raise attributes.refused(where, "ref", text, "a range that begins there")

    def once(self, again: bool, what: str) -> None:
        if again:
            raise WorkbookError(f"{self.name} is damaged: {what} stands there twice")

    def text(self, data: str) -> None:
        if self.in_formula and self.cell:
            self.cell.formula = (self.cell.formula or "") + data
        elif self.in_value and self.cell:
            self.cell.value = (self.cell.value or "") + data

    def end(self, name: str) -> None:
        local, start = self.opened.pop()
        parent = self.opened[-1][0]
        at = self.parser.CurrentByteIndex
        end = self._end_of(name, at)
        if local == "f" and parent == "c" and self.cell:
            self.cell.formula_span = (start, end)
            if not self.cell.formula and self.cell.formula_attributes.get("t") in (None, "normal"):
                self.cell.formula = None  # a cell that the array of another one fills
            self.in_formula = False
        elif local == "v" or local == "t":
            self.in_value = False
        elif local == "c" and parent == "row" and self.cell:
            self.cell.end = end
            self.cell = None
        elif local == "row" and parent == "sheetData":
            row = self.rows[self.row]
            row.content_end, row.end = at, end
        elif local == "sheetData":
            self.once(self.sheet_data_end > 0, "sheetData")
            self.prefix, self.sheet_data_end = name.encode()[: -len(local)], at
            if at == end:
                tag = name.encode()
                opened = self.data[start:end].rstrip(b"/>").rstrip()
                self.empty = start, end, b"%s></%s>" % (opened, tag)

    def _end_of(self, name: str, at: int) -> int:
        """Where an element ends: behind its end tag, or `at` where it closes itself."""
        end_tag = b"</" + name.encode()
        if self.data.startswith(end_tag, at):
            return self.data.index(b">", at) + 1
        return at

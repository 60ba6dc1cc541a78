"""Laying out a workbook by what its figures are, not by where they stand.

A figure has a field name and is laid out along axes: none for a single value,
one for a figure of each approach or month, two for a table of months and
approaches. A formula is written once for a field, and names other fields in
braces. As in array arithmetic, it gets the other field's cell at the same
place along the axes that both have, and the whole range along the others:
with `cost` along months and approaches, SUM({cost}) written for a field along
approaches adds up each approach's months. More can be said after a colon:

    {cost:all}      the whole range, whatever the axes
    {cost:1}        the first record (2 the second ...; 0 the heading before it)
    {cost:before}   the record before this one
    {cost:after}    the record after this one
    {cost:label}    the cell with its label
    {months:cell}   the cell of a single value that has a name

Cell addresses are worked out when all is laid out, and nowhere else.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from bbxl.workbooks import styles
from bbxl.workbooks.sharing import SharedFormula, can_share


@dataclass(frozen=True)
class Axis:
    """What records are counted along.

    Attributes
    ----------
    name : what one record is called; inputs are named "approach_1_..." by it.
    count : how many records there is room for.
    present : a field that is 1 where a record is in use; elsewhere its formulas show nothing.
    heading : a field that stands over its records' columns.
    """

    name: str
    count: int
    present: str = ""
    heading: str = ""


@dataclass(frozen=True)
class Line:
    """A computed figure, or one that is fixed.

    Attributes
    ----------
    field : what formulas call it.
    label, unit, number_format, note : as shown.
    formula : without "=", other fields in braces.
    fixed : in place of a formula, the value, or one for each record; of a table, rows of them.
    empty : what stands where a record is not in use.
    always : whether it is computed for records that are not in use, too.
    fresh : whether LibreOffice is to compute it, though a value is stored.
    hidden : a condition, as a formula, under which it is not shown.
    """

    field: str
    label: str
    unit: str = ""
    formula: str = ""
    number_format: str = styles.MONEY
    style: str = "formula"
    note: str = ""
    fixed: Any = None
    empty: str = '""'
    always: bool = False
    fresh: bool = False
    hidden: str = ""

    @property
    def aligned(self) -> str:
        """The side on which its column's heading stands."""
        sides = {"text": "left", "reason": "left", "check": "center"}
        return "left" if self.unit == "name" else sides.get(self.style, "right")

    @property
    def look(self) -> str:
        """Its style; a plain link to another field has one of its own."""
        linked = self.style == "formula" and re.fullmatch(r"\{\w+\}", self.formula)
        return "bbxl link" if linked else f"bbxl {self.style}"


_BESIDE = {"before": -1, "after": 1}
NUMBERED = range(1, 100)  # as many as needed number the records of an axis
Where = Mapping[Axis, int]

_CELL = r"\$?[A-Z]{1,3}\$?[0-9]+"
_SHEET = r"(?:(?:'[^']+'|\w+)!)"
# A range from one field to another is from the first cell of one to the last cell of the other.
_CHAIN = re.compile(rf"({_SHEET}?{_CELL})(?::{_SHEET}?{_CELL})*:{_SHEET}?({_CELL})")


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


@dataclass
class Model:
    """A workbook in the making.

    Attributes
    ----------
    book : the workbook.
    places : field -> where it stands.
    """

    book: Workbook = field(default_factory=Workbook)
    places: dict[str, Place] = field(default_factory=dict)
    _pending: list[tuple[Cell, Line, Where]] = field(default_factory=list)
    _hidden: list[tuple[str, Place]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.book.remove(self.book.active)
        styles.add_styles(self.book)

    def put(self, line: Line, place: Place, style: str = "") -> None:
        """Lay a field out; its formulas are written when all fields are."""
        if line.field in self.places:
            raise ValueError(f"{line.field} is laid out twice")
        self.places[line.field] = place
        if line.hidden:
            self._hidden.append((line.hidden, place))
        for here in records(place):
            row, column = place.cell(here)
            cell = self.book[place.sheet].cell(row, column)
            cell.style, cell.number_format = style or line.look, line.number_format
            if line.fixed is None:
                self.write(cell, line, here)
            else:
                value = line.fixed
                for record in here.values():
                    listed = isinstance(value, Sequence) and not isinstance(value, str)
                    value = value[record] if listed else value
                cell.value = value

    def write(self, cell: Cell, line: Line, here: Where) -> None:
        """Have a formula written into a cell when all fields are laid out."""
        self._pending.append((cell, line, here))

    def name(self, name: str, reference: str) -> None:
        """Define a name for cells, which are written as in a formula."""
        self.book.defined_names[name] = DefinedName(name, attr_text=self.filled(reference, {}))

    def headline(self, field: str) -> None:
        """Let a single figure be called by its name, in formulas and from outside."""
        self.name(field, f"{{{field}:cell}}")
        self.places[field] = self.places[field].named(field)

    def filled(self, formula: str, here: Where, sheet: str = "") -> str:
        """A formula with the addresses of its fields, as seen from a cell of a sheet."""

        def address(match: re.Match[str]) -> str:
            place = self.places[match[1]]
            text = place.address(here, match[2] or "")
            local = place.sheet == sheet or text == place.name
            return text if local else f"{quoted(place.sheet)}!{text}"

        text = re.sub(r"\{(\w+)(?::(\w+))?\}", address, formula)
        return _CHAIN.sub(r"\1:\2", text)

    def _body(self, line: Line, here: Where, sheet: str) -> str:
        """A line's formula in one of its cells; nothing where the record is not in use."""
        body = self.filled(line.formula, here, sheet)
        for axis in here:
            if axis.present and not line.always:
                present = self.filled(f"{{{axis.present}}}", here, sheet)
                body = f"IF({present}=1,{body},{line.empty})"
        return body

    def _shared(self, line: Line) -> str:
        """The range of a field's cells that share one formula in the file, or nothing.

        They do if the cells of the next record of each axis can share that of the first one.
        """
        place = self.places.get(line.field)
        if place is None or line.fresh:
            return ""
        first = dict.fromkeys(records(place)[0], 0)
        formulas = {}
        for here in (first, *({**first, axis: 1} for axis in first)):
            row, column = place.cell(here)
            formulas[f"{get_column_letter(column)}{row}"] = self._body(line, here, place.sheet)
        return place.cells if can_share(formulas) else ""

    def finished(self) -> Workbook:
        """The workbook with its formulas, protected with no password but for the inputs."""
        numbers: dict[str, int] = {}  # of the fields whose cells share a formula
        for cell, line, here in self._pending:
            first = not any(here.values())
            if not first and line.field in numbers:
                cell.value = SharedFormula(numbers[line.field])
                continue
            body = self._body(line, here, cell.parent.title)
            cell.value = ArrayFormula(cell.coordinate, f"={body}") if line.fresh else f"={body}"
            if first and (cells := self._shared(line)):
                number = numbers[line.field] = len(numbers)
                cell.value = SharedFormula(number, cells, body)
        for condition, place in self._hidden:
            holds = self.filled(condition, records(place)[0], place.sheet)
            styles.hide(self.book[place.sheet], place.cells, holds)
        for sheet in self.book:
            sheet.protection.sheet = True
            sheet.protection.formatColumns = sheet.protection.formatRows = False
        return self.book


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

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

Cell addresses are worked out when all is laid out, and nowhere else. Where a sheet has a link to a
field of another one, its formulas refer to the link.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from bbxl.workbooks import styles
from bbxl.workbooks.placing import Place, Where, quoted, records
from bbxl.workbooks.sharing import SharedFormula, can_share


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


class Labelled(Protocol):
    """A field as it is shown: a line, or an input."""

    @property
    def field(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def number_format(self) -> str: ...


def link(field: str, label: str, unit: str = "", number_format: str = styles.MONEY) -> Line:
    """A line that brings a field of another sheet to the one on which it is put."""
    return Line(field, label, unit, number_format=number_format, style="link")


NUMBERED = range(1, 100)  # as many as needed number the records of an axis

_CELL = r"\$?[A-Z]{1,3}\$?[0-9]+"
_SHEET = r"(?:(?:'[^']+'|\w+)!)"
# A range from one field to another is from the first cell of one to the last cell of the other.
_CHAIN = re.compile(rf"({_SHEET}?{_CELL})(?::{_SHEET}?{_CELL})*:{_SHEET}?({_CELL})")


def linked(of: Labelled) -> Line:
    """The link to a field of another sheet, labelled as it is there."""
    return link(of.field, of.label, of.unit, of.number_format)


@dataclass
class Model:
    """A workbook in the making.

    Attributes
    ----------
    book : the workbook.
    places : field -> where it stands.
    links : a sheet and a field of another one -> where it stands on that sheet, too.
    """

    book: Workbook = field(default_factory=Workbook)
    places: dict[str, Place] = field(default_factory=dict)
    links: dict[tuple[str, str], Place] = field(default_factory=dict)
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
        self._hide(line, place)
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

    def link(self, line: Line, place: Place) -> None:
        """Lay out a link to a field, which may be laid out later."""
        self.links[place.sheet, line.field] = place
        self._hide(line, place)
        bare = replace(line, field="", label="", formula=f"{{{line.field}}}", always=True)
        for here in records(place):
            cell = self.book[place.sheet].cell(*place.cell(here))
            cell.style, cell.number_format = bare.look, line.number_format
            self.write(cell, bare, here)

    def _hide(self, line: Line, place: Place) -> None:
        """Have a field's cells show nothing where it says so, and past the last record in use."""
        if line.hidden:
            self._hidden.append((line.hidden, place))
        if place.down and place.down.last:
            self._hidden.append((f"ROW()-{place.row}>{place.down.last}", place))

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
            place = self.links.get((sheet, match[1])) or self.places[match[1]]
            text = place.address(here, match[2] or "")
            local = place.sheet == sheet or text == place.name
            return text if local else f"{quoted(place.sheet)}!{text}"

        text = re.sub(r"\{(\w+)(?::(\w+))?\}", address, formula)
        return _CHAIN.sub(r"\1:\2", text)

    def _body(self, line: Line, here: Where, sheet: str) -> str:
        """A line's formula in one of its cells; nothing where the record is not in use."""
        sheet = "" if line.style == "link" else sheet  # a link refers to what it is a link to
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

"""Sheets: blocks of labelled rows, columns and tables, one below the other.

Every sheet has the label in its first column, the unit in the second and the
figures from the third on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter

import bbxl
from bbxl.workbooks import currency, styles
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.placing import Axis, Place, records

LABEL, UNIT, FIRST = 1, 2, 3
TWO_LINES, THREE_LINES, WIDE = 28, 38, 1.2  # points; of a bold letter, where a figure is 1
TOP = 4  # the first row below the frozen heading
AMOUNTS = f"Amounts in {currency.WORD}; bbxl {bbxl.__version__}"
FIGURE = 16  # the width of a column of figures
WIDTHS = [38, 19, *[FIGURE] * 6, 48]


class Sheet:
    """A sheet of a model, filled from top to bottom.

    Parameters
    ----------
    model : the workbook in the making.
    title, note : its heading, and what it is for in a line.
    kind : guide, input, working or output, for the colour of its tab.
    widths : of its columns, in characters.
    freeze : how many columns stay in sight.
    """

    def __init__(
        self,
        model: Model,
        title: str,
        note: str,
        kind: str = "working",
        widths: Sequence[float] = WIDTHS,
        freeze: int = UNIT,
        check: int = FIRST,
        one_page: bool = False,
    ) -> None:
        self.model, self.title, self.width = model, title, len(widths)
        self.widths = widths
        self.cells = model.book.create_sheet(title)
        self.row = TOP
        self.text(1, LABEL, title, "title")
        self.text(2, LABEL, note, "note")
        self.cells.cell(TOP - 1, LABEL).style = "bbxl note"
        words = Line("", AMOUNTS, formula=currency.named(AMOUNTS))
        model.write(self.cells.cell(TOP - 1, LABEL), words, {})
        self.cells.row_dimensions[1].height = 26
        master = self.cells.cell(1, check)
        master.style = "bbxl check"
        model.write(master, Line("", "", formula="{checks}"), {})
        styles.mark_verdicts(self.cells, master.coordinate)
        styles.set_widths(self.cells, list(widths))
        styles.print_on_a4(self.cells, not one_page)
        self.cells.freeze_panes = self.cells.cell(TOP, freeze + 1)
        self.cells.print_title_rows = f"1:{TOP - 1}"
        self.cells.sheet_view.showGridLines = False
        self.cells.sheet_properties.tabColor = styles.TABS[kind]

    def text(self, row: int, column: int, text: str, style: str = "text") -> None:
        """Words in a cell, if there are any."""
        if text:
            self.cells.cell(row, column, text).style = f"bbxl {style}"

    def unit(self, row: int, column: int, unit: str) -> None:
        """A unit in a cell; one of money has the currency of the inputs."""
        self.text(row, column, unit, "unit")
        if currency.WORD in unit:
            line = Line("", unit, formula=currency.named(unit))
            self.model.write(self.cells.cell(row, column), line, {})

    def section(self, heading: str, names: Axis | None = None) -> None:
        """A band with a heading; with the names of an axis's records over their columns."""
        self.row += self.row > TOP
        for column in range(1, self.width + 1):
            self.cells.cell(self.row, column).style = "bbxl header"
        self.cells.cell(self.row, LABEL).value = heading
        if names:
            self.cells.cell(self.row, UNIT).value = "Unit"
            self.cells.row_dimensions[self.row].height = TWO_LINES
            self._names(names, self.row, "header")
        self.row += 1

    def workings(self) -> None:
        """Print what is above alone: below is what it follows from."""
        self.cells.print_area = f"A1:{get_column_letter(self.width)}{self.row - 1}"

    def values(self, lines: Sequence[Line], named: bool = False) -> None:
        """Single figures, one below the other; with a defined name where they are headlines."""
        first = self.row
        for line in lines:
            self.put(line, self.labelled(line.label, line.unit), marked=False)
            if named:
                self.model.headline(line.field)
            self.text(self.row - 1, FIRST + 1, line.note, "aside")
        if any(line.style == "check" for line in lines):
            column = get_column_letter(FIRST)
            styles.mark_verdicts(self.cells, f"{column}{first}:{column}{self.row - 1}")

    def rows(self, axis: Axis, lines: Iterable[Line]) -> None:
        """A row for each figure, the axis's records in columns."""
        for line in lines:
            self.put(line, self.labelled(line.label, line.unit, across=axis))
            if line.unit == "name" or line.style == "reason":
                height = TWO_LINES if line.unit == "name" else THREE_LINES
                self.cells.row_dimensions[self.row - 1].height = height
            self.text(self.row - 1, FIRST + axis.count, line.note, "aside")

    def table(
        self,
        axis: Axis,
        lines: Sequence[Line | None],
        grid: Line | None = None,
        across: Axis | None = None,
    ) -> None:
        """A column for each figure, the axis's records in rows; a two-way figure beside them."""
        for place, line in zip(self.columns(axis, lines), lines, strict=True):
            if line:
                self.put(line, place)
            if line and line.style == "reason":
                for row in range(place.row, place.row + axis.count):
                    self.cells.row_dimensions[row].height = TWO_LINES
        if grid and across:
            heading = self.row - axis.count - 1
            self.unit(heading - 1, FIRST, grid.unit)
            self._align(heading - 1, FIRST, "right")
            self._names(across, heading, "columns")
            self.put(grid, Place(self.title, heading + 1, FIRST, down=axis, across=across))

    def columns(self, axis: Axis, figures: Sequence[Any]) -> list[Place]:
        """Units and labels over columns; where their figures go, below them."""
        heading = self.row + 1
        for column in range(1, self.width + 1):
            self.cells.cell(heading, column).style = "bbxl columns"
        places, lines = [], 2
        for column, figure in enumerate(figures, start=1):
            label = f"${get_column_letter(column)}${heading}"
            if figure:
                room = self.widths[column - 1] / WIDE
                lines = max(lines, ceil(len(figure.label) / room))
                self.unit(heading - 1, column, figure.unit)
                self.cells.cell(heading, column).value = figure.label
                if figure.aligned:
                    for row in (heading - 1, heading):
                        self._align(row, column, figure.aligned)
            places.append(Place(self.title, heading + 1, column, down=axis, label=label))
        self.cells.row_dimensions[heading].height = TWO_LINES / 2 * lines
        self.row = heading + 1 + axis.count
        return places

    def sentence(
        self, line: Line, height: float, label: bool = True, style: str = "wrapped"
    ) -> None:
        """A named result in words, across the sheet."""
        first = UNIT if label else LABEL
        if label:
            self.text(self.row, LABEL, line.label)
        corner = self.cells.cell(self.row, first)
        self.model.put(replace(line, style=style), Place(self.title, self.row, first))
        self.model.headline(line.field)
        self.across(corner)
        self.cells.row_dimensions[self.row].height = height
        self.row += 1

    def across(self, corner: Cell) -> None:
        """Let a text run on to the sheet's last column."""
        last = self.cells.cell(corner.row, self.width)
        self.cells.merge_cells(f"{corner.coordinate}:{last.coordinate}")

    def labelled(self, label: str, unit: str, across: Axis | None = None) -> Place:
        """Label and unit in the next row; where its figures go."""
        row, self.row = self.row, self.row + 1
        self.text(row, LABEL, label)
        self.unit(row, UNIT, unit)
        return Place(
            self.title, row, FIRST, across=across, label=f"${get_column_letter(LABEL)}${row}"
        )

    def put(self, line: Line, place: Place, marked: bool = True) -> None:
        """A field's cells; #N/A, which charts need, is kept out of sight, verdicts are marked."""
        if line.style == "link":
            self.model.link(line, place)
            return
        if "NA()" in line.empty + line.formula:
            line = replace(line, hidden=f"ISNA({{{line.field}}})")
        self.model.put(line, place)
        if marked and line.style == "check":
            styles.mark_verdicts(self.cells, place.cells)
        if line.unit == "name" and not place.across:
            for here in records(place):
                styles.align(self.cells.cell(*place.cell(here)), "left", wrap=False)
        if line.style == "result" and place.across:
            styles.mark_totals(self.cells, place.cells)

    def _names(self, axis: Axis, row: int, style: str) -> None:
        """What an axis's records are called, over their columns."""
        for i in range(axis.count):
            cell = self.cells.cell(row, FIRST + i)
            self.model.write(cell, Line("", "", formula=f"{{{axis.heading}}}"), {axis: i})
            cell.style = f"bbxl {style}"
            styles.align(cell, "right", wrap=True)

    def _align(self, row: int, column: int, side: str) -> None:
        cell = self.cells.cell(row, column)
        styles.align(cell, side)

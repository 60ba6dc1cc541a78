"""The portfolio: one workbook with a row for each scenario, and who wins how often."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from bbxl.batch.checking import Checked
from bbxl.batch.record import Record
from bbxl.batch.template import Template
from bbxl.batch.values import Cell
from bbxl.errors import UserError
from bbxl.xlsx.package import whole
from bbxl.xlsx.sheet import CellErrorValue

NAME = "portfolio.xlsx"
WINNERS = ("recommended", "cheapest")  # outputs that name a winner, the first one counts
MOST_ROWS = 1_048_575  # of a sheet, below its headings
_MOST_WINNERS = 20  # that a chart has room for
_CREATED = datetime(2026, 1, 1)
_NAVY, _BLUE = "#1F3864", "#0072B2"


def write(
    folder: Path, template: Template, outputs: Mapping[str, Cell], found: Checked, record: Record
) -> Path:
    """Write the portfolio: a link to each file, its labels, inputs and outputs."""
    if len(found) > MOST_ROWS:
        raise UserError(f"a sheet has room for {MOST_ROWS:,} scenarios; split the table")
    target = folder / NAME
    with whole(target) as path:
        # Rows go to a temporary file at once, so that memory stays flat; text is never a formula.
        book = xlsxwriter.Workbook(
            str(path), {"constant_memory": True, "tmpdir": str(found.folder), "in_memory": False}
        )
        book.set_properties({"author": "bbxl", "created": _CREATED})
        sheet = _Sheet(book, template, outputs, found)
        for scenario, outcome in record:
            sheet.add(scenario.file, (*scenario.labels, *scenario.values, *outcome.outputs))
        sheet.finish()
        book.close()
    return target


class _Sheet:
    """The sheet of scenarios, written row by row."""

    def __init__(
        self, book: Any, template: Template, outputs: Mapping[str, Cell], found: Checked
    ) -> None:
        self.book, self.row, self.won = book, 0, Counter[str]()
        self.sheet = book.add_worksheet("Scenarios")
        self.columns = [
            *((label, "General") for label in found.labels),
            *((each.name, template.number_format(each.cell)) for each in found.inputs),
            *((name, template.number_format(cell)) for name, cell in outputs.items()),
        ]
        names = [name for name, _ in self.columns]
        self.winner = next((names.index(each) for each in WINNERS if each in names), None)
        self.formats = [book.add_format({"num_format": style}) for _, style in self.columns]
        self.link = book.add_format({"font_color": "#0563C1", "underline": 1})
        heading = {"bold": True, "font_color": "white", "bg_color": _NAVY, "text_wrap": True,
                   "valign": "vcenter"}  # fmt: skip
        self.heading = book.add_format(heading)
        self.sheet.set_column(0, 0, 30)
        self.sheet.set_column(1, len(names), 16)
        self.sheet.freeze_panes(1, 1)
        self.sheet.set_row(0, 44)
        for column, text in enumerate(["file", *names]):
            self.sheet.write_string(0, column, text, self.heading)

    def add(self, file: str, values: tuple[Any, ...]) -> None:
        """A row; its first cell opens the file, which stands beside the portfolio."""
        self.row += 1
        formula = f'=HYPERLINK("{file}")'
        self.sheet.write_formula(self.row, 0, formula, self.link, file)
        for column, (value, style) in enumerate(zip(values, self.formats, strict=True), start=1):
            _write(self.sheet, self.row, column, value, style)
        if self.winner is not None:
            self.won[str(values[self.winner])] += 1

    def finish(self) -> None:
        """Filter buttons, by which the table is sorted; then who won how often."""
        self.sheet.autofilter(0, 0, self.row, len(self.columns))
        self.sheet.set_landscape()
        self.sheet.repeat_rows(0)
        if self.winner is None or not self.row:
            return
        name = self.columns[self.winner][0]
        sheet = self.book.add_worksheet("Winners")
        column = xlsxwriter.utility.xl_col_to_name(self.winner + 1)
        cells = f"Scenarios!${column}$2:${column}${self.row + 1}"
        most = sorted(self.won.items(), key=lambda each: (-each[1], each[0]))[:_MOST_WINNERS]
        sheet.set_landscape()
        sheet.fit_to_pages(1, 1)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 16)
        sheet.write_string(0, 0, name, self.heading)
        sheet.write_string(0, 1, "scenarios", self.heading)
        for row, (winner, count) in enumerate(most, start=1):
            sheet.write_string(row, 0, winner)
            sheet.write_formula(row, 1, f"=SUMPRODUCT(({cells}=A{row + 1})*1)", None, count)
        chart = self.book.add_chart({"type": "bar"})
        chart.add_series(
            {
                "name": "Scenarios",
                "categories": ["Winners", 1, 0, len(most), 0],
                "values": ["Winners", 1, 1, len(most), 1],
                "fill": {"color": _BLUE},
                "gap": 40,
                "data_labels": {"value": True, "num_format": "#,##0"},
            }
        )
        chart.set_title({"name": f"{name.capitalize()}, by scenario", "name_font": {"size": 12}})
        grid = {"visible": True, "line": {"color": "#D9D9D9"}}
        chart.set_x_axis(
            {"name": "Scenarios", "num_format": "#,##0", "min": 0, "major_gridlines": grid}
        )
        chart.set_y_axis({"name": name.capitalize(), "reverse": True})
        chart.set_legend({"none": True})
        chart.set_size({"width": 640, "height": 120 + 32 * len(most)})
        text = f"Bars of how many scenarios have each answer for {name}, the most frequent on top."
        sheet.insert_chart("D2", chart, {"description": text})


def _write(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    """A value in a cell, as what it is."""
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, float):
        sheet.write_number(row, column, value, style)
    elif isinstance(value, CellErrorValue):
        sheet.write_formula(row, column, f"={value.text}", style, value.text)
    elif value:
        sheet.write_string(row, column, value, style)

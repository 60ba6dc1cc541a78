"""Putting lines of inputs and formulas on sheets, and knowing where each stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import Reference, ScatterChart, Series
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bbxl.workbooks import styles

CAPACITY = 6
"""How many approaches a workbook can take."""

COLUMNS = [get_column_letter(2 + i) for i in range(CAPACITY)]
FIRST, LAST = COLUMNS[0], COLUMNS[-1]
UNIT, NOTE = get_column_letter(2 + CAPACITY), get_column_letter(3 + CAPACITY)


@dataclass(frozen=True)
class Line:
    """A row of a sheet.

    Attributes
    ----------
    field : what formulas call it.
    label, unit : as shown.
    formula : for a computed row; {other_field} is that field's cell in the same column.
    lowest, highest, choices : what an input may be.
    """

    field: str
    label: str
    unit: str
    number_format: str = styles.MONEY
    formula: str | None = None
    lowest: float = 0
    highest: float | None = None
    choices: Sequence[str] = ()


class Model:
    """A workbook in the making: its sheets, and where each field stands."""

    def __init__(self) -> None:
        self.book = Workbook()
        self.book.remove(self.book.active)
        styles.add_styles(self.book)
        self._where: dict[str, tuple[str, int]] = {}
        self._next: dict[str, int] = {}

    def sheet(self, title: str, note: str) -> Worksheet:
        """A new sheet with its heading."""
        sheet = self.book.create_sheet(title)
        sheet["A1"], sheet["A2"] = title, note
        sheet["A1"].style, sheet["A2"].style = "bbxl title", "bbxl note"
        sheet.column_dimensions["A"].width = 38
        for column in COLUMNS:
            sheet.column_dimensions[column].width = 18
        sheet.column_dimensions[UNIT].width = 20
        sheet.column_dimensions[NOTE].width = 14
        sheet.freeze_panes = "B4"
        sheet.sheet_view.showGridLines = False
        self._next[title] = 4
        return sheet

    def row(self, sheet: Worksheet) -> int:
        """The row that comes next."""
        return self._next[sheet.title]

    def section(self, sheet: Worksheet, heading: str, names: bool = False) -> None:
        """A header row; with the approaches' names over their columns."""
        row = self._next[sheet.title] + (1 if self._next[sheet.title] > 4 else 0)
        sheet[f"A{row}"], sheet[f"{UNIT}{row}"] = heading, "Unit"
        for column in ["A", *COLUMNS, UNIT]:
            cell = sheet[f"{column}{row}"]
            cell.style = "bbxl header"
            if names and column in COLUMNS:
                cell.value = self._filled("{name}", column, sheet, row)
                cell.alignment = Alignment(horizontal="right", vertical="center")
        self._next[sheet.title] = row + 1

    def inputs(
        self,
        sheet: Worksheet,
        lines: Iterable[Line],
        values: Iterable[Mapping[str, Any]],
        named: bool = False,
    ) -> None:
        """Rows that a person fills in: one cell each where they are named, else one an approach."""
        filled = list(values)
        for line in lines:
            row = self._label(sheet, line)
            columns = [FIRST] if named else COLUMNS
            for position, column in enumerate(columns):
                cell = sheet[f"{column}{row}"]
                cell.value = filled[position].get(line.field) if position < len(filled) else None
                cell.style = "bbxl input"
                cell.number_format = line.number_format
            if line.unit != "text":
                _validate(sheet, line, f"{columns[0]}{row}:{columns[-1]}{row}")
            if named:
                self.name(line.field, f"{sheet.title}!${FIRST}${row}")

    def formulas(
        self, sheet: Worksheet, lines: Iterable[Line], style: str = "formula", empty: str = '""'
    ) -> None:
        """Computed rows, one formula across; an empty approach column shows `empty`."""
        for line in lines:
            row = self._label(sheet, line)
            for column in COLUMNS:
                cell = sheet[f"{column}{row}"]
                cell.value = self._filled(line.formula or "", column, sheet, row, empty)
                cell.style = f"bbxl {style}"
                cell.number_format = line.number_format
                cell.alignment = Alignment(horizontal="right")  # texts such as "pass" too

    def headlines(self, sheet: Worksheet, lines: Iterable[Line]) -> None:
        """Single results, each with a name of its own."""
        for line in lines:
            row = self._label(sheet, line)
            cell = sheet[f"{FIRST}{row}"]
            cell.value, cell.style = f"={line.formula}", "bbxl result"
            cell.number_format = line.number_format
            self.name(line.field, f"{sheet.title}!${FIRST}${row}")

    def sentence(self, sheet: Worksheet, formula: str, name: str) -> None:
        """A named result in words, across the sheet."""
        row = self._next[sheet.title]
        sheet.merge_cells(f"A{row}:{UNIT}{row}")
        sheet[f"A{row}"].value, sheet[f"A{row}"].style = f"={formula}", "bbxl wrapped"
        sheet.row_dimensions[row].height = 34
        self.name(name, f"{sheet.title}!$A${row}")
        self._next[sheet.title] = row + 1

    def across(self, field: str, last: str | None = None) -> str:
        """The range of a field over all approaches, or of the fields from it to the last."""
        sheet, row = self._where[field]
        return f"{sheet}!${FIRST}${row}:${LAST}${self._where[last or field][1]}"

    def name(self, name: str, reference: str) -> None:
        """Define a name for a range."""
        self.book.defined_names[name] = DefinedName(name, attr_text=reference)

    def finished(self) -> Workbook:
        """The workbook, its sheets protected (with no password) but for the inputs."""
        for sheet in self.book:
            sheet.protection.sheet = True
            styles.print_one_page_wide(sheet)
        return self.book

    def _label(self, sheet: Worksheet, line: Line) -> int:
        """Write a line's label and unit in the next row."""
        row = self._next[sheet.title]
        self._next[sheet.title] = row + 1
        self._where[line.field] = (sheet.title, row)
        sheet[f"A{row}"], sheet[f"{UNIT}{row}"] = line.label, line.unit
        sheet[f"A{row}"].style, sheet[f"{UNIT}{row}"].style = "bbxl text", "bbxl note"
        return row

    def _filled(
        self, formula: str, column: str, sheet: Worksheet, row: int, empty: str = '""'
    ) -> str:
        """A formula with its fields' cells; `empty` where the approach has no name."""
        cells = {
            field: f"{column}${at}" if name == sheet.title else f"{name}!{column}${at}"
            for field, (name, at) in self._where.items()
        }
        body = formula.format(**cells, column=column, row=row)
        return f'=IF({cells["name"]}="",{empty},{body})'


def line_chart(figures: Worksheet, header: int, last: int, sheet: Worksheet, anchor: str) -> None:
    """Cost against volume, a line an approach, from the figures' rows below their header."""
    chart = ScatterChart()
    chart.title, chart.style, chart.scatterStyle = "Cost a month by volume", 2, "lineMarker"
    chart.x_axis.title, chart.y_axis.title = "Requests a month", "Currency a month"
    chart.x_axis.number_format = chart.y_axis.number_format = "#,##0"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.width, chart.height = 26, 12
    volumes = Reference(figures, min_col=1, min_row=header + 1, max_row=last)
    for position in range(CAPACITY):
        costs = Reference(figures, min_col=2 + position, min_row=header, max_row=last)
        series = Series(costs, volumes, title_from_data=True)
        series.marker.symbol = "none"
        series.smooth = False
        series.graphicalProperties.line.width = 22_000
        chart.series.append(series)
    sheet.add_chart(chart, anchor)


def _validate(sheet: Worksheet, line: Line, cells: str) -> None:
    """Let an input take only what makes sense, and say what that is."""
    if line.choices:
        rule = DataValidation("list", formula1=f'"{",".join(line.choices)}"', allow_blank=True)
        allowed = f"one of {', '.join(line.choices)}"
    elif line.highest is not None:
        rule = DataValidation(
            "decimal", "between", str(line.lowest), str(line.highest), allow_blank=True
        )
        allowed = f"a number from {line.lowest:g} to {line.highest:g}"
    else:
        rule = DataValidation("decimal", "greaterThanOrEqual", str(line.lowest), allow_blank=True)
        allowed = f"a number, {line.lowest:g} or more"
    rule.errorTitle, rule.error = line.label, f"{line.label} must be {allowed} ({line.unit})."
    rule.showErrorMessage = True
    rule.add(cells)
    sheet.add_data_validation(rule)

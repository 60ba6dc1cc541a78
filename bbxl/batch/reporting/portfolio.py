"""All workbooks of a run in one: portfolio.xlsx, with a linked row for each, and who wins.

XlsxWriter writes it row by row, so that memory stays flat; in that mode there
are no tables, but filters that sort. Links are HYPERLINK formulas: they move
with their row when it is sorted, and there may be more than the 65,530 that a
sheet takes of the other kind.
"""

import tempfile
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from bbxl.batch.reporting.listing import Heading, Listing
from bbxl.batch.reporting.survey import MARGIN, ROWS, Survey, cells
from bbxl.engine.proof import Proof
from bbxl.workbooks.charts import COLORS
from bbxl.workbooks.styles import BAND, BLUE, GREEN, GREY, INK, NAVY, TABS, WHITE
from bbxl.xlsx.cells import OLD_ERRORS, CellValue, ExcelError, value_xml
from bbxl.xlsx.writing import PART, whole

NAME = "portfolio.xlsx"
_OF_CLOSEST = ("recommended", "runner_up", "recommended_cost", MARGIN, "recommended_chance")
_WIDEST = 48.0  # characters of a column
_CREATED = datetime(2026, 1, 1, tzinfo=UTC)


def write(target: Path, listing: Listing, replace: bool) -> None:
    """Write the portfolio of a run.

    XlsxWriter's own files lie in the same folder, under a name that a later run removes: where
    this one is killed, no values stay in the folder for temporary files.
    """
    survey = Survey(listing)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "default_format_properties": {"font_name": "Calibri", "font_size": 10, "font_color": INK},
    }
    with (
        whole(target, follow=False, replace=replace) as file,
        tempfile.TemporaryDirectory(PART[1], PART[0], target.parent) as folder,
    ):
        book = xlsxwriter.Workbook(file, {**options, "tmpdir": folder})
        book.set_properties({"title": f"Portfolio of {listing.template}", "created": _CREATED})
        formats = _Formats(book)
        summary = book.add_worksheet("Summary")
        closest = book.add_worksheet("Closest") if survey.closest else None
        scenarios = book.add_worksheet("Scenarios")
        _write_scenarios(scenarios, formats, listing, survey)
        _write_summary(book, summary, formats, listing, survey)
        if closest:
            _write_closest(closest, formats, listing, survey)
        if listing.proof and listing.proof.differences:
            _write_differences(book.add_worksheet("Differences"), formats, listing.proof)
        try:
            book.close()
        except FileCreateError as error:
            raise error.args[0] from None


def _write_differences(sheet: Any, formats: "_Formats", proof: Proof) -> None:
    """The cells of the template that are computed otherwise than its file stores."""
    sheet.set_column(0, 3, _WIDEST / 2)
    sheet.write_string(0, 0, "Cells computed otherwise than the template stores", formats.title)
    for column, name in enumerate(("Cell", "Formula", "Stored", "Computed")):
        sheet.write_string(1, column, name, formats.heading)
    for row, each in enumerate(proof.differences[:ROWS], start=2):
        texts = (
            each.cell,
            f"={each.formula}",
            *(value_xml(v)[1] for v in (each.stored, each.computed)),
        )
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text)


class _Formats:
    """The looks of cells, those of the templates."""

    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 18, "font_color": f"#{NAVY}"})
        self.note = book.add_format({"italic": True, "font_size": 9, "font_color": f"#{GREY}"})
        header = {"bold": True, "font_color": f"#{WHITE}", "valign": "vcenter", "indent": 1}
        self.group = book.add_format({**header, "bg_color": f"#{NAVY}"})
        self.results = book.add_format({**header, "bg_color": f"#{GREEN}"})
        heading = {"bold": True, "font_color": f"#{NAVY}", "bg_color": f"#{BAND}"}
        self.heading = book.add_format({**heading, "indent": 1})
        self.number_heading = book.add_format({**heading, "align": "right"})
        self.link = book.get_default_url_format()
        self.link.set_font_name("Calibri")
        self.link.set_font_size(10)
        self.link.set_indent(1)
        self.text = book.add_format({"indent": 1})
        self.count = book.add_format({"num_format": "#,##0"})
        self.share = book.add_format({"num_format": "0.0%"})
        total = {"bold": True, "top": 1}
        self.total = book.add_format({**total, "indent": 1})
        self.total_count = book.add_format({**total, "num_format": "#,##0"})
        self.total_share = book.add_format({**total, "num_format": "0.0%"})
        self._book = book

    def column(self, column: Heading, given: bool, numeric: bool) -> Any:
        """A column of values, in the number format of the template; inputs are blue."""
        look = {"font_color": f"#{BLUE}"} if given else {}
        place = {"align": "right"} if numeric else {"align": "left", "indent": 1}
        return self._book.add_format({"num_format": column.number_format, **look, **place})


def _write_scenarios(sheet: Any, formats: _Formats, listing: Listing, survey: Survey) -> None:
    results = 1 + len(listing.given)
    last = 1 + survey.rows, len(survey.order) - 1
    sheet.set_row(0, 18)
    for i, of in enumerate(survey.order):
        look = formats.column(survey.columns[of], of < results, survey.numeric[of])
        sheet.set_column(i, i, min(survey.widths[of], _WIDEST), look if of else formats.link)
        group = {0: "Workbook", 1: "Inputs", results: "Results"}.get(i, "")
        sheet.write_string(0, i, group, formats.results if i >= results else formats.group)
    for i, of in enumerate(survey.order):
        look = formats.number_heading if survey.numeric[of] else formats.heading
        sheet.write_string(1, i, survey.names[of], look)
    for number, row in enumerate(islice(listing, ROWS), start=2):
        _write_link(sheet, number, row.file, formats)
        values = cells(row)
        for i, of in enumerate(survey.order[1:], start=1):
            _write_value(sheet, number, i, values[of])
    sheet.autofilter(1, 0, *last)
    sheet.freeze_panes(2, 1)
    sheet.set_tab_color(f"#{TABS['output']}")
    _print_on_a4(sheet)
    sheet.repeat_rows(0, 1)
    sheet.repeat_columns(0)
    sheet.print_area(0, 0, *last)


def _write_closest(sheet: Any, formats: _Formats, listing: Listing, survey: Survey) -> None:
    """The closest choices, sorted: in which workbooks the next one costs least more."""
    outputs = [each.name for each in listing.outputs]
    shown = [outputs.index(name) for name in _OF_CLOSEST if name in outputs]
    sheet.write_string(0, 0, "The closest choices", formats.title)
    note = "The workbooks in which the next one costs least more, sorted; all are on Scenarios."
    sheet.write_string(1, 0, note, formats.note)
    first = 1 + len(listing.given)
    columns = [0, *(first + i for i in shown)]
    for i, of in enumerate(columns):
        look = formats.column(survey.columns[of], False, survey.numeric[of])
        sheet.set_column(i, i, min(survey.widths[of], _WIDEST), look if of else formats.link)
        heading = formats.number_heading if survey.numeric[of] else formats.heading
        sheet.write_string(3, i, survey.names[of], heading)
    for number, row in enumerate(survey.closest, start=4):
        _write_link(sheet, number, row.file, formats)
        for i, of in enumerate(shown, start=1):
            _write_value(sheet, number, i, row.outputs[of])
    sheet.set_row(0, 28)
    sheet.freeze_panes(4, 1)
    sheet.set_tab_color(f"#{TABS['output']}")
    _print_on_a4(sheet)


def _write_link(sheet: Any, row: int, file: str, formats: _Formats) -> None:
    link = file.replace('"', '""')
    sheet.write_formula(row, 0, f'=HYPERLINK("{link}")', formats.link, file)


def _write_value(sheet: Any, row: int, column: int, value: CellValue) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, ExcelError):  # Excel 2010 has no formula for a newer one
        error = value if value in OLD_ERRORS else ExcelError.VALUE
        sheet.write_formula(row, column, f"={error}", None, error.value)
    elif value is not None:
        sheet.write_number(row, column, value)


def _write_summary(
    book: Any, sheet: Any, formats: _Formats, listing: Listing, survey: Survey
) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, max(24, *(len(name) + 2 for name, _ in survey.counts or [("", 0)])))
    sheet.set_column(1, 2, 12)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, f"Portfolio of {listing.template}", formats.title)
    note = f"{survey.rows:,} workbooks, listed with links, inputs and results on sheet Scenarios."
    if survey.rows == ROWS:
        note = f"The first {note} The manifest lists all."
    sheet.write_string(1, 0, note, formats.note)
    sheet.set_tab_color(f"#{NAVY}")
    _print_on_a4(sheet)
    if not survey.counts:
        return
    output = survey.names[survey.order[survey.winner]]
    column = xl_range_abs(2, survey.winner, 1 + survey.rows, survey.winner)
    first, last = 4, 3 + len(survey.counts)
    for i, heading in enumerate((output, "Scenarios", "Share")):
        sheet.write_string(3, i, heading, formats.number_heading if i else formats.heading)
    total = xl_rowcol_to_cell(last + 1, 1, row_abs=True)
    counted = sum(count for _, count in survey.counts)
    for row, (winner, count) in enumerate(survey.counts, start=first):
        sheet.write_string(row, 0, winner, formats.text)
        formula = f"=COUNTIF(Scenarios!{column},{_criterion(row, winner)})"
        sheet.write_formula(row, 1, formula, formats.count, count)
        share = f"={xl_rowcol_to_cell(row, 1)}/{total}"
        sheet.write_formula(row, 2, share, formats.share, count / counted)
    sheet.write_string(last + 1, 0, "Total", formats.total)
    for i, (look, value) in enumerate(
        ((formats.total_count, counted), (formats.total_share, 1)), start=1
    ):
        cells = f"{xl_rowcol_to_cell(first, i)}:{xl_rowcol_to_cell(last, i)}"
        sheet.write_formula(last + 1, i, f"=SUM({cells})", look, value)
    sheet.insert_chart(3, 4, _chart(book, output, first, last))


def _chart(book: Any, output: str, first: int, last: int) -> Any:
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": ["Summary", 3, 1],
            "categories": ["Summary", first, 0, last, 0],
            "values": ["Summary", first, 1, last, 1],
            "fill": {"color": f"#{COLORS[0]}"},
            "data_labels": {"value": True, "num_format": "#,##0"},
            "gap": 60,
        }
    )
    chart.set_title({"name": f"Scenarios by {output}", "name_font": {"size": 13}, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "line": {"color": f"#{GREY}"}, "major_tick_mark": "none"})
    chart.set_x_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}})
    chart.set_size({"width": 620, "height": 150 + 36 * (last - first + 1)})
    return chart


def _print_on_a4(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_footer("&L&8&F&C&8&A&R&8&P / &N")


def _criterion(row: int, winner: str) -> str:
    """What COUNTIF looks for: a cell's text, also where it holds a wildcard or a comparison."""
    cell: str = xl_rowcol_to_cell(row, 0)
    if not any(mark in winner for mark in "~*?<>="):
        return cell
    return f'"="&SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({cell},"~","~~"),"*","~*"),"?","~?")'

"""The sheets that every template ends with: About, and Change log; and the order of all."""

from collections.abc import Sequence
from datetime import date

from openpyxl.styles import Protection

import bbxl
from bbxl.workbooks import entries, styles
from bbxl.workbooks.entries import Entry
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.placing import Axis, quoted
from bbxl.workbooks.sheets import LABEL, UNIT, Sheet

DATED = date(2026, 11, 24)  # of this version of the templates
CHANGES = Axis("change", 12)
CHANGE_COLUMNS = [
    Entry("date", "Date", "day", styles.DATE, "date", 1, 2_958_465, required=False),
    Entry("by", "By", "name", styles.TEXT, "textLength", 0, 60, required=False),
    Entry("what", "What was changed, and why", "in words", styles.TEXT, "textLength", 0, 250,
          required=False),
]  # fmt: skip
CONVENTIONS = (
    "Amounts are costs, in one currency, nominal. Volumes are requests a month. "
    "Rates are effective, a year. Sheets are protected with no password."
)
KEY = (
    ("1,234", "input", "Input: blue on a pale ground, unlocked; has a defined name."),
    ("1,234", "constant", "Constant: black in a box; not to be changed."),
    ("1,234", "formula", "Formula: black."),
    ("1,234", "link", "Link: green; brought from another sheet as it is."),
    ("1,234", "result", "Result: bold; a line stands over totals."),
)


def add_sheets(
    model: Model, first: Sequence[str], title: str, what: str, steps: Sequence[str], answer: Line
) -> None:
    """About and Change log, after all others; first come the sheets that a reader wants."""
    for index, name in enumerate(first):
        model.book.move_sheet(name, index - model.book.sheetnames.index(name))
    _about(model, title, what, steps, answer)
    _change_log(model)


def _about(model: Model, title: str, what: str, steps: Sequence[str], answer: Line) -> None:
    """What the workbook is, the answer, how to fill it in, what is where."""
    sheet = Sheet(model, "About", what, "guide", widths=[24, 24, 96], freeze=0, check=UNIT)
    sheet.text(1, LABEL, title, "title")
    sheet.section("The answer")
    sheet.sentence(answer, height=70, label=False)
    sheet.section("How to fill it in")
    for number, step in enumerate(steps, start=1):
        _pair(sheet, f"{number}.", step)
    sheet.section("Sheets")
    for other in model.book.worksheets:
        if other.title != sheet.title:
            _pair(sheet, other.title, other["A2"].value)
            sheet.cells.cell(sheet.row - 1, LABEL).hyperlink = f"#{quoted(other.title)}!A1"
    sheet.section("Colours")
    for sample, style, meaning in KEY:
        _pair(sheet, sample, meaning)
        sample_cell = sheet.cells.cell(sheet.row - 1, LABEL)
        sample_cell.style, sample_cell.protection = f"bbxl {style}", Protection(locked=True)
        sample_cell.number_format = styles.NUMBER
    sheet.section("Version")
    _pair(sheet, "bbxl", f"{bbxl.__version__}, templates of {DATED:%Y-%m-%d}")
    _pair(sheet, "Conventions", CONVENTIONS)


SIGNATURES = Axis("sign_off", 3)
ROLES = ("Prepared by", "Reviewed by", "Approved by")
SIGNATURE_COLUMNS: list[Entry | Line | None] = [
    Line("role", "Sign-off", "role", fixed=ROLES, style="text"),
    Entry("signed_by", "Name", "name", styles.TEXT, "textLength", 0, 60, required=False),
    Entry("signed_on", "Date, remarks", "in words", styles.TEXT, "textLength", 0, 250,
          required=False),
]  # fmt: skip


def _change_log(model: Model) -> None:
    """Who signed it, who changed what, and when."""
    sheet = Sheet(
        model, "Change log", "Who signed it; who changed what, when and why.", "guide",
        [18, 24, 100], freeze=0,
        check=UNIT,
    )  # fmt: skip
    sheet.section("Signed")
    entries.table(sheet, SIGNATURES, SIGNATURE_COLUMNS, [])
    sheet.section("Changes")
    first = {"date": DATED, "by": "bbxl", "what": f"Made from the template of {bbxl.__version__}."}
    entries.table(sheet, CHANGES, CHANGE_COLUMNS, [first])


def _pair(sheet: Sheet, label: str, text: str) -> None:
    """A label and what it says."""
    sheet.text(sheet.row, LABEL, label)
    sheet.text(sheet.row, UNIT, text, "wrapped")
    sheet.across(sheet.cells.cell(sheet.row, UNIT))
    if len(text) > 125:
        sheet.cells.row_dimensions[sheet.row].height = 28
    sheet.row += 1

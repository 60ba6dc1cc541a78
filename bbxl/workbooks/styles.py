"""How the workbooks look: one place for colours, fonts, number formats and print set-up.

Inputs are blue on a pale ground, formulas black, links to another sheet green,
results bold: the colours that finance teams use (FAST Standard). What a colour
says is always said in words or by place too, for greyscale print.
"""

from copy import copy
from itertools import groupby
from math import ceil

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet


def _figures(shown: str, zero: str = '"-"') -> str:
    """A number format that keeps figures, and words among them, clear of the next column."""
    return ";".join(f"{each}_)" for each in (shown, f"-{shown}", zero, "@"))


MONEY = COUNT = _figures("#,##0")
CENTS = _figures("#,##0.00")
PRICE = _figures("#,##0.000000##")  # of one request
A_MILLION = _figures("#,##0.00##")  # of tokens, or an hour
PER_1K = FACTOR = _figures("#,##0.0000")
HOURS = _figures("#,##0.0")
WHOLE = _figures("#,##0", "0")
NUMBER = _figures("0", "0")
FINE = _figures("0.000000")
PERCENT = _figures("0.0%", "0.0%")
SHARE = _figures("0.00", "0.00")
DATE = "yyyy-mm-dd_)"
TEXT = "@"

NAVY, INK, GREY, WHITE = "1F3864", "1A1A1A", "595959", "FFFFFF"
BLUE, GREEN, PALE, BAND, LINE = "0000FF", "1E6B34", "FFF9E5", "E9EDF4", "BFBFBF"
GROUNDS = ("CCE3F0", "F7DFCC", "CCECE3", "F5E4ED", "FAECCC", "DDF0FA")  # of charts' colours
TABS = {"guide": NAVY, "input": "F2B705", "working": "8C8C8C", "output": GREEN}

_EDGE = Side(style="thin", color=LINE)
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_WRAPPED = Alignment(wrap_text=True, vertical="center")
_LEFT = Alignment(vertical="center")
_RIGHT = Alignment(horizontal="right", vertical="center", wrap_text=True)  # names wrap


def _font(size: float = 10, color: str = INK, **more: bool) -> Font:
    return Font(name="Calibri", size=size, color=color, **more)


def _ground(color: str) -> PatternFill:
    return PatternFill("solid", fgColor=color)


_STYLES = {
    "title": {"font": _font(18, NAVY, bold=True), "alignment": _LEFT},
    "note": {"font": _font(9, GREY, italic=True), "alignment": _LEFT},
    "aside": {"font": _font(9, GREY, italic=True), "alignment": _LEFT},
    "unit": {"font": _font(9, GREY), "alignment": _LEFT},
    "text": {"font": _font(), "alignment": _LEFT},
    "wrapped": {"font": _font(), "alignment": _WRAPPED},
    "reason": {"font": _font(9), "alignment": _WRAPPED},
    "answer": {"font": _font(12, NAVY, bold=True), "alignment": _WRAPPED},
    "header": {"font": _font(10, WHITE, bold=True), "fill": _ground(NAVY), "alignment": _LEFT},
    "columns": {
        "font": _font(10, NAVY, bold=True),
        "fill": _ground(BAND),
        "alignment": Alignment(horizontal="right", vertical="center", wrap_text=True),
    },
    "input": {
        "font": _font(10, BLUE),
        "fill": _ground(PALE),
        "border": _BOX,
        "alignment": _RIGHT,
        "protection": Protection(locked=False),
    },
    "remark": {
        "font": _font(9, BLUE),
        "fill": _ground(PALE),
        "border": _BOX,
        "alignment": _LEFT,
        "protection": Protection(locked=False),
    },
    "constant": {"font": _font(), "border": _BOX, "alignment": _RIGHT},
    "formula": {"font": _font(), "alignment": _RIGHT},
    "link": {"font": _font(10, GREEN), "alignment": _RIGHT},
    "result": {"font": _font(10, INK, bold=True), "alignment": _RIGHT},
    "check": {
        "font": _font(10, INK, bold=True),
        "alignment": Alignment(horizontal="center", vertical="center"),
    },
}
_STYLES["fault"] = _STYLES["check"] | {"font": _font(10, "8B0000", bold=True)}
_SOUND = {"font": Font(color="1E5C1E", bold=True), "fill": PatternFill(bgColor="E2EFDA")}
_DOUBT = {"font": Font(color="7F4F00", bold=True), "fill": PatternFill(bgColor="FFE699")}
_UNKNOWN = {"font": Font(color=GREY, italic=True), "fill": PatternFill(bgColor="EDEDED")}
_FAULT = {"font": Font(color="8B0000", bold=True), "fill": PatternFill(bgColor="F8CBAD")}
_VERDICTS = (
    (_SOUND, ("OK", "pass", "PASS", "complete")),
    (_FAULT, ("fail", "FAIL", "ERROR", "incomplete", "missing", "range", "not a", "no name")),
    (_DOUBT, ("WARNING",)),
    (_UNKNOWN, ("not loaded",)),
)


def add_styles(book: Workbook) -> None:
    """Give a workbook the named styles that the sheets use."""
    for name, parts in _STYLES.items():
        book.add_named_style(NamedStyle(name=f"bbxl {name}", **parts))


def align(cell: Cell, side: str, wrap: bool | None = None) -> None:
    """Let a cell's text stand on a side: left, center or right, as figures do; wrap it, or not."""
    alignment = copy(cell.alignment)
    alignment.horizontal = side
    alignment.wrap_text = alignment.wrap_text if wrap is None else wrap
    cell.alignment = alignment
    if side == "right" and cell.number_format == "General":
        cell.number_format = NUMBER


def mark_verdicts(sheet: Worksheet, cells: str) -> None:
    """Set off verdicts: sound in green, wrong in red, doubtful in amber, unknown in grey."""
    first = cells.partition(":")[0]
    for look, words in _VERDICTS:
        said = ",".join(f'ISNUMBER(FIND("{each}",{first}))' for each in words)
        sheet.conditional_formatting.add(cells, FormulaRule([f"OR({said})"], **look))


def mark_numbers(sheet: Worksheet, cells: str, numbers: str, count: int) -> None:
    """A ground for each number from 1 that stands in other cells; print on it stays clear."""
    first = numbers.partition(":")[0]
    for number in range(count):
        ground = PatternFill(bgColor=GROUNDS[number % len(GROUNDS)])
        rule = FormulaRule([f"{first}={number + 1}"], fill=ground)
        sheet.conditional_formatting.add(cells, rule)


def mark_totals(sheet: Worksheet, cells: str) -> None:
    """A line over totals, where there are any."""
    rule = FormulaRule([f"LEN({cells.partition(':')[0]})>0"], border=Border(top=_EDGE))
    sheet.conditional_formatting.add(cells, rule)


def hide(sheet: Worksheet, cells: str, condition: str) -> None:
    """Show nothing in cells where a condition holds, which is written for the first of them."""
    sheet.conditional_formatting.add(cells, FormulaRule([condition], font=Font(color=WHITE)))


def set_widths(sheet: Worksheet, widths: list[float]) -> None:
    """Column widths from A on, in characters; columns of one width side by side are one entry."""
    last = 0
    for width, side_by_side in groupby(widths):
        first, last = last + 1, last + len(list(side_by_side))
        columns = sheet.column_dimensions[get_column_letter(first)]
        columns.width, columns.min, columns.max = width, first, last


SMALLEST, LEAST_PRINTED = 9, 8  # points: of the styles above, and of what is printed
A4 = (595, 842)  # points
MARGIN, MARGIN_BELOW = 0.4, 0.55  # inches
PER_LETTER, PER_COLUMN = 5.25, 3.75  # points of a column's width, of Calibri 11


def print_on_a4(sheet: Worksheet, long: bool = True) -> None:
    """Let a sheet print on A4: one page wide where that is legible, and else as many as it takes.

    Parameters
    ----------
    sheet : its column widths are set.
    long : whether it takes more than one page below each other.
    """
    setup = sheet.page_setup
    setup.paperSize, setup.errors = sheet.PAPERSIZE_A4, "blank"
    width = sum(
        (each.width * PER_LETTER + PER_COLUMN) * (each.max - each.min + 1)
        for each in sheet.column_dimensions.values()
    )
    upright, across = ((side - 2 * 72 * MARGIN) / width * SMALLEST >= LEAST_PRINTED for side in A4)
    setup.orientation = "portrait" if upright else "landscape"
    if upright or across:
        setup.fitToWidth, setup.fitToHeight = 1, 0 if long else 1
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    else:
        setup.scale = ceil(100 * LEAST_PRINTED / SMALLEST)
        setup.pageOrder = "overThenDown"
        sheet.print_title_cols = "A:A"
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = MARGIN
    margins.bottom, margins.footer = MARGIN_BELOW, MARGIN / 2
    sheet.oddFooter.left.text, sheet.oddFooter.center.text = "&F, &D", "&A"
    sheet.oddFooter.right.text = "&P / &N"
    for part in (sheet.oddFooter.left, sheet.oddFooter.center, sheet.oddFooter.right):
        part.size = LEAST_PRINTED

"""How the workbooks look: one place for colours, fonts and number formats.

Inputs are blue on a pale ground, formulas black, results bold: the colours
that finance teams use (FAST Standard).
"""

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.worksheet.worksheet import Worksheet

MONEY = "#,##0;-#,##0;0"
CENTS = "#,##0.00"
PRICE = "#,##0.0000##"
VOLUME = "#,##0"
SHARE = "0.00"

_INK, _BLUE, _GREY, _PALE, _NAVY = "1A1A1A", "0000FF", "595959", "FFF9E5", "1F3864"
_LINE = Side(style="thin", color="BFBFBF")


def _style(name: str, **parts: object) -> NamedStyle:
    return NamedStyle(name=f"bbxl {name}", **parts)


def add_styles(book: Workbook) -> None:
    """Give a workbook the named styles that the sheets use."""
    wrapped = Alignment(wrap_text=True, vertical="top")
    for style in (
        _style("title", font=Font(name="Calibri", size=16, bold=True, color=_NAVY)),
        _style("note", font=Font(name="Calibri", size=10, italic=True, color=_GREY)),
        _style("text", font=Font(name="Calibri", size=11, color=_INK)),
        _style("wrapped", font=Font(name="Calibri", size=11, color=_INK), alignment=wrapped),
        _style(
            "header",
            font=Font(name="Calibri", size=11, bold=True, color="FFFFFF"),
            fill=PatternFill("solid", fgColor=_NAVY),
            alignment=Alignment(vertical="center"),
        ),
        _style(
            "input",
            font=Font(name="Calibri", size=11, color=_BLUE),
            fill=PatternFill("solid", fgColor=_PALE),
            border=Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE),
            protection=Protection(locked=False),
        ),
        _style("formula", font=Font(name="Calibri", size=11, color=_INK)),
        _style(
            "result",
            font=Font(name="Calibri", size=11, bold=True, color=_INK),
            border=Border(top=_LINE),
        ),
    ):
        book.add_named_style(style)


def print_one_page_wide(sheet: Worksheet) -> None:
    """Let a sheet print on landscape pages, as wide as it is and as many as it takes."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True

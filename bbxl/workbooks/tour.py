"""The function tour: every worksheet function on a worked example, PASS or FAIL beside it.

Opened in any host, it is that host's conformance test. The calls stand in
tour.toml; results are array formulas, so that they fill their ranges in every
spreadsheet program and version.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

import bbxl
from bbxl import presets
from bbxl.workbooks import styles

WIDTH = 5  # columns of the widest answer
TEXT = 30  # width of its first column
RESULT, EXPECTED, CHECK = 5, 5 + WIDTH + 1, 5 + 2 * (WIDTH + 1)
_SHOWN = {"approaches": "customer-support-classifier", "profiles": "content-moderation"}
NOT_LOADED = "bbxl is not loaded"
ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")


@dataclass(frozen=True)
class Call:
    """A formula of one worksheet function, and the rows that it must answer with."""

    function: str
    formula: str
    expected: list[list[Any]]
    why: str


class _Table(NamedTuple):
    """A preset's table on the sheet Tables: its title, its rows, and the row of its labels."""

    title: str
    rows: list[list[Any]]
    top: int

    @property
    def cells(self) -> str:
        """Its range."""
        last = f"{get_column_letter(len(self.rows[0]))}{self.top + len(self.rows) - 1}"
        return f"A{self.top}:{last}"


@cache
def _shown_tables() -> dict[str, _Table]:
    """What the calls name a table by -> the table, one below the other."""
    placed, top = {}, 4
    for name, preset in _SHOWN.items():
        placed[name] = _Table(preset, presets.load(preset).table(), top)
        top += len(placed[name].rows) + 2
    return placed


@cache
def calls() -> tuple[Call, ...]:
    """All calls of the tour, in order."""
    text = Path(__file__).with_suffix(".toml").read_text("utf-8")
    text = text.replace("{version}", bbxl.__version__)
    for name, table in _shown_tables().items():
        text = text.replace(f"{{{name}}}", f"Tables!{table.cells}")
    data = tomllib.loads(text)
    return tuple(Call(**each) for each in data["call"])


def build() -> Workbook:
    """The tour as a workbook."""
    book = Workbook()
    styles.add_styles(book)
    _tour(book.active)
    _tables(book.create_sheet("Tables"))
    for sheet in book:
        sheet.sheet_view.showGridLines = False
        sheet.sheet_properties.tabColor = styles.TABS["guide"]
        styles.print_on_a4(sheet)
    return book


def _tour(sheet: Worksheet) -> None:
    sheet.title = "Functions"
    sheet["A1"], sheet["A1"].style = "Function tour", "bbxl title"
    sheet["A2"].style = "bbxl note"
    sheet["A2"] = "Every BB_ function on a worked example; #NAME? shows where bbxl is not loaded."
    headings = {1: "Function", 2: "Formula", 3: "Result", 4: "What it shows"}
    headings |= {RESULT: "Answer", EXPECTED: "Expected", CHECK: "Equal"}
    for column in range(1, CHECK + WIDTH):
        sheet.cell(4, column, headings.get(column)).style = "bbxl header"
    row = 5
    for call in calls():
        row = _block(sheet, row, call)
    sheet["C1"], sheet["C1"].style = _fresh("C1", _total(row)), "bbxl check"
    sheet.row_dimensions[1].height = 26
    narrow = [19.0] * (WIDTH - 1)
    styles.set_widths(sheet, [28, 54, 22, 46, TEXT, *narrow, 3, TEXT, *narrow, 3, *[8.0] * WIDTH])
    sheet.freeze_panes = "D5"
    sheet.print_title_rows = "1:4"
    styles.mark_verdicts(sheet, "C1")
    styles.mark_verdicts(sheet, f"C5:C{row}")


def _block(sheet: Worksheet, top: int, call: Call) -> int:
    """One call with its answer and the expected one; the row below it."""
    height, width = len(call.expected), len(call.expected[0])
    sheet.cell(top, 1, call.function)
    sheet.cell(top, 2, f" ={call.formula}")  # the blank keeps it from being a formula
    sheet.cell(top, 4, call.why)
    for column, style in ((1, "text"), (2, "wrapped"), (3, "check"), (4, "wrapped")):
        sheet.cell(top, column).style = f"bbxl {style}"
    if max(len(call.formula) / 54, len(call.why) / 46) > 1:
        sheet.row_dimensions[top].height = 28
    corner = sheet.cell(top, RESULT).coordinate
    span = f"{corner}:{sheet.cell(top + height - 1, RESULT + width - 1).coordinate}"
    sheet[corner] = ArrayFormula(span, f"={call.formula}")
    for i, row in enumerate(call.expected):
        for j, value in enumerate(row):
            expected = sheet.cell(top + i, EXPECTED + j, value if value != "" else None)
            if value in ERRORS:
                expected.data_type = "e"
            answer = sheet.cell(top + i, RESULT + j)
            _show(answer, value)
            _show(expected, value)
            check = sheet.cell(top + i, CHECK + j, _equal(answer.coordinate, expected.coordinate))
            check.style = "bbxl note"
    first, last = sheet.cell(top, CHECK), sheet.cell(top + height - 1, CHECK + width - 1)
    equal = f"{first.coordinate}:{last.coordinate}"
    verdict = sheet.cell(top, 3)
    said = _if_loaded(f'IF(AND({equal}),"PASS","FAIL")')
    verdict.value = _fresh(verdict.coordinate, f"={said}")
    return top + height + 1


def _show(cell: Cell, value: Any) -> None:
    """The look of a cell that is to show a value: texts on the left, figures with thousands."""
    figure = isinstance(value, int | float)
    cell.style = "bbxl formula" if figure else "bbxl text"
    if len(str(value)) > 3 * TEXT:
        cell.style = "bbxl reason"
        cell.parent.row_dimensions[cell.row].height = 12 * ceil(len(value) / TEXT)
    if figure and not isinstance(value, bool):
        cell.number_format = styles.WHOLE if float(value).is_integer() else "#,##0.00####_)"


def _fresh(cell: str, formula: str) -> ArrayFormula:
    """A formula that LibreOffice computes when it opens the file, though a value is stored.

    It believes the stored value of a plain formula, and would show an old PASS
    where bbxl is not loaded; an array formula, even of one cell, it computes.
    """
    return ArrayFormula(cell, formula)


def _if_loaded(verdict: str) -> str:
    """A verdict, where the functions are there to be judged; a formula."""
    return f'IF(ISERROR(BB_VERSION()),"{NOT_LOADED}",{verdict})'


def _equal(answer: str, expected: str) -> str:
    """TRUE where an answer is what was expected: the same error, text, or number to 1e-9."""
    numbers = f"ABS({answer}-{expected})<=0.000000001*MAX(1,ABS({expected}))"
    # Joined to nothing, since LibreOffice takes text in an add-in's array for different from
    # the same text elsewhere.
    texts = f'{answer}&""={expected}&""'
    values = f"IF(AND(ISNUMBER({answer}),ISNUMBER({expected})),{numbers},{texts})"
    errors = f"IF(ISERROR({answer}),ERROR.TYPE({answer})=ERROR.TYPE({expected}),FALSE)"
    return f"=IF(ISERROR({expected}),{errors},IF(ISERROR({answer}),FALSE,{values}))"


def _total(last: int) -> str:
    passed = f'COUNTIF(C5:C{last},"PASS")'
    failed = f'COUNTIF(C5:C{last},"FAIL")'
    shown = f'"FAIL: "&{failed}&" of "&{passed}+{failed}&" calls"'
    return "=" + _if_loaded(f'IF({failed}=0,"PASS: all "&{passed}&" calls",{shown})')


def _tables(sheet: Worksheet) -> None:
    """The tables that the calls refer to."""
    sheet["A1"], sheet["A1"].style = "Tables", "bbxl title"
    for table in _shown_tables().values():
        sheet.cell(table.top - 1, 1, table.title).style = "bbxl note"
        for i, row in enumerate(table.rows):
            for j, value in enumerate(row):
                cell = sheet.cell(table.top + i, 1 + j, value)
                _show(cell, value)
                if not i:
                    cell.style = "bbxl columns"
                    styles.align(cell, "left" if isinstance(table.rows[1][j], str) else "right")
    styles.set_widths(sheet, [28.0] * 13)

"""Cash by year and by quarter of the calendar, of the two approaches of the business case."""

from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy.axes import LONGEST
from bbxl.workbooks.layout import NUMBERED, Line
from bbxl.workbooks.placing import Axis
from bbxl.workbooks.sheets import Sheet

QUARTERS = Axis("quarter", 1 + LONGEST // 3, present="quarter_used")
YEARS = Axis("year", 1 + LONGEST // 12, present="year_used")
START = (
    Line("start_year", "Year of the start", "year", "YEAR({start_date})", styles.NUMBER),
    Line("months_of_year", "Months of its year before it", "months", "MONTH({start_date})-1",
         styles.NUMBER),
    Line("start_quarter", "Quarters of its year before it", "quarters",
         "INT({months_of_year}/3)", styles.NUMBER),
    Line("months_of_quarter", "Months of its quarter before it", "months",
         "{months_of_year}-{start_quarter}*3", styles.NUMBER),
)  # fmt: skip


def _cash(period: str, which: str, label: str) -> Line:
    """What an approach costs in a period: what was paid by its last month and not before it."""

    def paid(last: str) -> str:
        return f"INDEX({{cumulative_cost:all}},{last}+1,{{{which}_number}})"

    before = f"IF({{{period}}}=1,0,{paid(f'{{{period}_last:before}}')})"
    return Line(f"{period}_{which}", label, "currency", f"{paid(f'{{{period}_last}}')}-{before}")


def _periods(period: str, label: Line, months: str) -> list[Line]:
    """A table of calendar periods of so many months each."""
    begun = f"({{{period}}}-1)*{months}-{{months_of_{period}}}"
    return [
        label,
        Line(period, "Number", "number", fixed=NUMBERED, number_format=styles.NUMBER,
             hidden=f'{{{period}_label}}=""'),
        _cash(period, "from", "Moved from"),
        _cash(period, "to", "Moved to"),
        Line(f"{period}_saved", "Saved", "currency", f"{{{period}_from}}-{{{period}_to}}",
             style="result"),
        Line(f"{period}_last", "Last month", "month",
             f"MIN({{months}},{{{period}}}*{months}-{{months_of_{period}}})", styles.NUMBER),
        Line(f"{period}_used", "In the horizon", "1 is yes",
             f'IF({{decided}}=1,IF({begun}<{{months}},1,""),"")', styles.NUMBER, always=True),
    ]  # fmt: skip


_NTH = "({start_quarter}+{quarter}-1)"
_OF_YEAR = "3/12"
OF_QUARTERS = _periods(
    "quarter",
    Line("quarter_label", "Quarter", "of the calendar",
         f'{{start_year}}+INT({_NTH}*{_OF_YEAR})&" Q"&'
         f"({_NTH}-INT({_NTH}*{_OF_YEAR})*12/3+1)",
         style="text"),
    "3",
)  # fmt: skip
OF_YEARS = _periods(
    "year",
    Line("year_label", "Year", "of the calendar", '{start_year}+{year}-1&""', style="text"),
    "12",
)


def add(sheet: Sheet) -> None:
    """The tables, and where the start stands in the calendar."""
    for axis, lines in ((YEARS, OF_YEARS), (QUARTERS, OF_QUARTERS)):
        sheet.section(f"Cash by {axis.name}: undiscounted, before tax")
        sheet.table(axis, lines)
    sheet.workings()
    sheet.section("The start in the calendar")
    sheet.values(START)

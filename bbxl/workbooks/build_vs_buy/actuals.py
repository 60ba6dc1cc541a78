"""Actuals: what up to twelve months came to against the plan, and who is the cheapest there."""

from dataclasses import replace

from bbxl.workbooks import entries, styles
from bbxl.workbooks.build_vs_buy.axes import Axes
from bbxl.workbooks.build_vs_buy.summary import counted, money
from bbxl.workbooks.build_vs_buy.tco import MONTH
from bbxl.workbooks.build_vs_buy.volume_price import cost_line, found, told
from bbxl.workbooks.entries import Entry
from bbxl.workbooks.layout import NUMBERED, Line, Model
from bbxl.workbooks.placing import Axis
from bbxl.workbooks.sheets import Sheet

ACTUALS = Axis("month", 12)
VOLUME = "requests a month"
_TYPED = "ISNUMBER({{{}}})".format


def _if_known(needed: list[str], formula: str) -> str:
    """A formula where all of some figures are there, and nothing elsewhere."""
    return f'IF(AND({",".join(map(_TYPED, needed))}),{formula},"")'


COLUMNS: list[Entry | Line | None] = [
    Line("actual_month", "Month", "of the plan", fixed=NUMBERED, number_format=styles.NUMBER),
    Entry("served", "Requests, actual", VOLUME, required=False),
    Entry("paid", "Cost, actual", MONTH, styles.CENTS, required=False),
    Line("planned_requests", "Requests, plan", VOLUME,
         'IF({compared}=0,"",IF({actual_month}<={months},INDEX({requests:all},{actual_month}+1),""))',
         styles.COUNT),
    Line("actual_share", "Requests, of the plan", "share",
         _if_known(["served", "planned_requests"],
                   'IF({planned_requests}=0,"",{served}/{planned_requests})'),
         styles.PERCENT),
    Line("planned_cost", "Cost, plan", MONTH,
         'IF({planned_requests}="","",INDEX({cost:all},{actual_month}+1,{followed}))',
         styles.CENTS),
    Line("cost_over", "Cost, over the plan", MONTH,
         _if_known(["paid", "planned_cost"], "{paid}-{planned_cost}"),
         styles.CENTS, "result"),
    Line("actual_cheapest", "Cheapest at that share of the plan", "who, and by how much",
         f'IF({{actual_share}}="","",{told("actual")})', style="text"),
]  # fmt: skip
_NO_SHARE = '{actual_share}=""'
WORKED_OUT = [replace(each, hidden=_NO_SHARE) for each in found("actual", "N({actual_share})", "1")]
SINGLE = (
    Line("followed", "Number of the one that is planned with", "number, 0 is none",
         'IF({compared}=0,0,IF({decided}=1,{to_number},{leader}))', styles.NUMBER,
         note="The one that is moved to, or the first."),
    Line("counted_requests", "Months with requests", "months", "COUNT({actual_share})",
         styles.NUMBER),
    Line("last_counted", "The last of them", "month",
         'SUMPRODUCT(MAX(({actual_share}<>"")*{actual_month}))', styles.NUMBER),
    Line("counted_costs", "Months with a cost", "months", "COUNT({cost_over})", styles.NUMBER),
    Line("all_over", "Cost over the plan in those, in all", "currency", "SUM({cost_over})"),
)  # fmt: skip
_NAME = "INDEX({name},{followed})"
_AT = "INDEX({{{}}},{{last_counted}})".format
WORDS = Line(
    "actuals_answer",
    "So far",
    formula='IF({counted_requests}+{counted_costs}=0,"No month of the plan has an actual figure.",'
    'IF({counted_costs}=0,"",IF(ABS({all_over})<={tolerance},"As planned with "&' + _NAME
    + ',"With "&' + _NAME + '&" planned, "&' + money("ABS({all_over})")
    + '&IF({all_over}>0," more"," less")&" was paid")&" in "&'
    + counted("{counted_costs}", "month")
    + '&".")&IF({counted_requests}=0,"",IF({counted_costs}=0,""," ")&"In month "&{last_counted}&'
    '" there were "&FIXED(' + _AT("actual_share") + '*100,0)&"% of the planned requests; '
    'were it so in all months, the cheapest "&IF({passing}=0,"","that meets the requirements ")'
    '&"would "&IF(' + _AT("actual_winner") + '={followed},"still ","")&"be "&INDEX({name},'
    + _AT("actual_winner") + ')&"."))',
)  # fmt: skip


def add_sheet(model: Model, axes: Axes) -> None:
    """Actual figures to be typed, beside the plan."""
    sheet = Sheet(
        model,
        "Actuals",
        "What months came to against the plan; type in what is known, and leave the rest empty.",
        "working",
        [36, 16, 16, 16, 16, 16, 16, 30, *[16] * (axes.approaches.count - 6)],
    )
    sheet.section("So far")
    sheet.sentence(WORDS, height=30)
    sheet.section("By month, at the prices of that month, before tax")
    entries.table(sheet, ACTUALS, COLUMNS, [])
    sheet.workings()
    sheet.section("For the sentence above")
    sheet.values(SINGLE)
    sheet.section("Who is the cheapest, by equivalent monthly cost")
    month = Line("month_of_actual", "Month", "of the plan", "{actual_month}", styles.NUMBER)
    sheet.table(ACTUALS, [month, None, *WORKED_OUT])
    sheet.section("What each costs, if all months have that share of the plan")
    sheet.table(
        ACTUALS,
        [replace(month, field="month_of_actual_cost")],
        replace(cost_line("actual", "(N({actual_share})*{requests_per_month})"), hidden=_NO_SHARE),
        axes.approaches,
    )

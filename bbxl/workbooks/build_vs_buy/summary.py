"""Summary: the answer in sentences that follow from the figures, and the figures."""

from bbxl.workbooks import charts, left_out, styles
from bbxl.workbooks.build_vs_buy import breakeven, timeline
from bbxl.workbooks.build_vs_buy.axes import Axes
from bbxl.workbooks.gates import figure, placed
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.sheets import FIGURE, Sheet

MONTH = "currency a month"


def money(value: str) -> str:
    """An amount in words."""
    return f"FIXED({value},{{money_decimals}})"


HEADLINES = (
    Line("compared", "Approaches compared", "approaches", "COUNT({present_monthly})",
         styles.NUMBER),
    Line("passing", "of them meet the requirements", "approaches", 'COUNTIF({verdict},"pass")',
         styles.NUMBER),
    Line("recommended", "Cheapest that meets the requirements", "name",
         'IF({passing}=0,"none",INDEX({candidate},{leader}))', style="result"),
    Line("recommended_cost", "It costs", MONTH,
         'IF({passing}=0,"",INDEX({present_monthly},{leader}))', styles.CENTS, "result",
         note="Present cost a month: with no growth, discounting or tax the TCO a month."),
    Line("runner_up", "Next", "name",
         'IF({comparable}=1,INDEX({candidate},{challenger}),"none")'),
    Line("margin", "It costs more by", MONTH, 'IF({comparable}=1,-{difference},"")', styles.CENTS,
         note="Less than zero where it is cheaper, but does not meet the requirements."),
    Line("cheapest", "Cheapest of all", "name",
         'IF({compared}=0,"none",INDEX({name},MATCH(MIN({present_monthly}),{present_monthly},0)))'),
    Line("cheapest_cost", "It costs", MONTH, 'IF({compared}=0,"",MIN({present_monthly}))',
         styles.CENTS),
    Line("next_winner", "Next to become cheaper as volume grows", "name",
         'IF({compared}=0,"none",IF(COUNT({overtakes_at})=0,"none",'
         "INDEX({candidate},MATCH(MIN({overtakes_at}),{overtakes_at},0))))"),
    Line("next_volume", "from", "requests a month",
         'IF({next_winner}="none","none",MIN({overtakes_at}))', styles.COUNT),
    Line("reversals", "Drivers that alone would put the next first", "drivers",
         'IF({comparable}=1,SUM({leader_reverses:all})+SUM({challenger_reverses:all})'
         '+SUM({common_reverses:all}),"")', styles.NUMBER,
         note="Each moved by the swing of the Inputs sheet."),
)  # fmt: skip

_VOLUME, _LEADER = figure("{requests_per_month}"), "INDEX({candidate},{leader})"
_LEADER_COST = money("INDEX({present_monthly},{leader})")
_PERCENT = figure("{swing}*{hundred}") + '&"%"'
_SAME = "ABS({difference})<={tolerance}*MAX(1,{cheapest_cost})"

_WHO = (
    'IF({compared}=0,"Nothing can be compared yet: fill in the Inputs sheet.",'
    'IF({passing}=0,"No approach meets every requirement at "&' + _VOLUME
    + '&" requests a month. The cheapest of all, "&' + _LEADER + '&", costs "&' + _LEADER_COST
    + '&" a month.","At "&' + _VOLUME + '&" requests a month over "&{months}&" months, "&'
    + _LEADER + '&IF({compared}=1," is the only approach compared, and meets the requirements, '
    'at ",IF({passing}=1," is the only one of "&{compared}&" approaches compared that meets the '
    'requirements, at "," is the cheapest approach that meets the requirements, at "))&'
    + _LEADER_COST + '&" a month."))'
)  # fmt: skip


def who(axes: Axes) -> Line:
    """The recommendation: first who is left out, and then who is the cheapest that passes."""
    told = left_out.told(axes.approaches.count, "Approach")
    return Line("answer", "Recommendation", formula=f"{told}&{_WHO}")


MARGIN = Line(
    "answer_margin",
    "By how much",
    formula='IF({compared}=0,"",IF({comparable}=0,"There is no other approach to compare it with.",'
    f'IF({_SAME},{{runner_up}}&" costs the same",{{runner_up}}&" costs "&'
    + money("ABS({difference})")
    + '&IF({margin}>0," more"," less")&" a month")'
    '&IF({passing}=1,", but does not meet the requirements.",".")))',
)
VOLUME = Line(
    "answer_volume",
    "From what volume on",
    formula='IF({comparable}=0,"",IF({next_winner}="none",'
    '"At no higher volume does another "&IF({passing}=0,"approach","that meets the requirements")'
    '&" cost less than "&' + _LEADER + '&".",{next_winner}&" costs less above "&'
    + 'FIXED(ROUNDUP({next_volume},0),0)&" requests a month."))',
)  # fmt: skip
CERTAINTY = Line(
    "answer_certainty",
    "How sure",
    formula='IF({comparable}=0,"",IF({passing}=1,"It is the only one that passes: the cost of the '
    'others does not change that.",'
    f'IF({_SAME},"The two cost the same: any change decides between them.",'
    'IF({reversals}=0,"It stays ahead of "&{runner_up}&" when any one driver is "&' + _PERCENT
    + '&" lower or higher.",{reversals}&IF({reversals}=1," driver"," drivers")&", "&' + _PERCENT
    + '&" lower or higher, would put "&{runner_up}&" first; see the Sensitivity sheet."))))',
)  # fmt: skip
RECOMMENDATION = Line(
    "recommendation",
    "The answer",
    formula='{answer}&IF({answer_margin}="",""," "&{answer_margin})'
    '&IF({answer_volume}="",""," "&{answer_volume})'
    '&IF({answer_certainty}="",""," "&{answer_certainty})',
)


ORDERED = (
    Line("placed_name", "Approach", "name", placed("candidate"), style="text"),
    Line("placed_verdict", "Requirements", "pass or fail", placed("verdict"), style="check"),
    Line("placed_monthly", "Present cost a month", MONTH, placed("present_monthly"),
         styles.CENTS, "result"),
    Line("placed_gap", "More than the first", MONTH,
         'IF({position}="","",{placed_monthly}-{placed_monthly:1})', styles.CENTS),
    Line("placed_present", "Present cost", "over the horizon", placed("present_cost")),
    Line("placed_1k", "Cost per 1,000", "currency", placed("cost_per_1k"), styles.PER_1K),
    Line("placed_why", "Why it does not pass", "in words", placed("why_not"), style="reason"),
)  # fmt: skip


def add_sheet(model: Model, axes: Axes) -> None:
    """The answer, in words, in figures and in charts."""
    sheet = Sheet(
        model,
        "Summary",
        "What follows from the Inputs sheet.",
        "output",
        [34, 18, *[FIGURE] * 4, 100],
        one_page=True,
    )
    sheet.section("The answer")
    sheet.sentence(who(axes), height=36, style="answer")
    for line in (MARGIN, VOLUME, CERTAINTY):
        sheet.sentence(line, height=18)
    sheet.section("Approaches in order: those that meet the requirements first, then by cost")
    sheet.table(axes.places, ORDERED)
    sheet.section("Headlines")
    sheet.values(HEADLINES, named=True)
    charts.place(sheet, breakeven.chart(sheet, "Present cost"), f"A{sheet.row + 1}", 16)
    charts.place(sheet, timeline.chart(sheet), f"E{sheet.row + 1}", 18)

"""Summary: the answer in sentences that follow from the figures, and the figures."""

from bbxl.workbooks import charts, currency, left_out, styles
from bbxl.workbooks.build_vs_buy import breakeven, timeline
from bbxl.workbooks.build_vs_buy.axes import Axes
from bbxl.workbooks.build_vs_buy.tco import EQUIVALENT
from bbxl.workbooks.build_vs_buy.threats import LIMIT, REVERSALS
from bbxl.workbooks.gates import figure
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.order import placed
from bbxl.workbooks.sheets import Sheet

MONTH = "currency a month"


def money(value: str) -> str:
    """An amount in words: with its currency, to a few digits, as no estimate is known to more."""
    digits = f"{{money_digits}}-1-INT(LOG10(ABS({value})))"
    rounded = f"ROUND({value},MIN({{text_decimals}},{digits}))"
    about = f'IF({value}=0,"",IF({rounded}={value},"","about "))'
    return f"{about}&{currency.of(f'IF({value}=0,0,{figure(rounded)})')}"


def whole(value: str) -> str:
    """A volume in words, as a cell shows it; of whole requests, those above it are above both."""
    return f"FIXED(ROUND({value},0),0)"


def counted(value: str, noun: str) -> str:
    """A number and what it counts, in words."""
    return f'{value}&IF({value}=1," {noun}"," {noun}s")'


def percent(value: str) -> str:
    """A share in words."""
    return figure(f"{value}*100") + '&"%"'


HEADLINES = (
    Line("compared", "Approaches compared", "approaches", "COUNT({present_monthly})",
         styles.NUMBER),
    Line("passing", "of them meet the requirements", "approaches", 'COUNTIF({verdict},"pass")',
         styles.NUMBER),
    Line("recommended", "Cheapest that meets the requirements", "name",
         'IF({passing}=0,"none",INDEX({candidate},{leader}))', style="result"),
    Line("recommended_cost", "It costs", MONTH,
         'IF({passing}=0,"",INDEX({present_monthly},{leader}))', styles.CENTS, "result",
         note="Equivalent monthly cost: equal payments that have the present cost."),
    Line("recommended_chance", "Chance that it is the cheapest of those", "share of draws",
         'IF({passing}=0,"",INDEX({chance},{leader}))', styles.PERCENT,
         note="Within the spreads of the Inputs sheet; see the sheet Probability."),
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
    Line("next_until", "to", "requests a month",
         'IF({next_winner}="none","none",'
         "INDEX({overtakes_until},MATCH({next_volume},{overtakes_at},0)))", styles.COUNT),
    Line("first_passing", "First to pass as volume grows", "name",
         'IF({compared}=0,"none",IF(COUNT({passes_later})=0,"none",'
         "INDEX({candidate},MATCH(MIN({passes_later}),{passes_later},0))))"),
    Line("undercutting", "Cheaper, but do not pass", "approaches",
         'IF({passing}=0,0,SUM({undercuts}))', styles.NUMBER),
    Line("requirements_cost", "What the requirements cost", MONTH,
         'IF({passing}=0,"",{leader_monthly}-{cheapest_cost})', styles.CENTS,
         note="The first less the cheapest of all."),
    Line("reversals", "Moves that make a rival cheaper", "moves",
         f'IF({{comparable}}=1,IF({{rivals}}=0,"",{REVERSALS}),"")', styles.NUMBER,
         note="Each driver alone, by the swings of the Inputs sheet, against all rivals."),
)  # fmt: skip

_VOLUME = figure("{requests_per_month}") + '&" requests a month"'
_LEADER = "INDEX({candidate},{leader})"
_SAME = "ABS({difference})<={tolerance}*MAX(1,{cheapest_cost})"
_TAXED = 'IF({tax_rate}=0,""," after tax at "&' + percent("{tax_rate}") + ")"
_CASH = (
    '"the cash paid over the horizon is "&' + money("{leader_cash}")
    + '&IF({tax_rate}=0,""," before tax")'
)  # fmt: skip
_COSTS = (
    'IF({annual_rate}=0," "&IF({tied}=0,"It",' + _LEADER + ')&" costs "&'
    + money("{leader_monthly}") + '&" a month on average, "&'
    + money("{leader_present}") + '&" over the horizon"&' + _TAXED
    + '&IF({tax_rate}=0,"","; "&' + _CASH + ")"
    + '," "&IF({tied}=0,"Its present cost","The present cost of "&' + _LEADER + ')&" is "&'
    + money("{leader_present}") + '&", discounted at "&'
    + percent("{annual_rate}") + '&" a year"&IF({tax_rate}=0,""," and"&' + _TAXED + ')&", or "&'
    + money("{leader_monthly}") + '&" a month in equal payments; "&' + _CASH + ')&"."'
)  # fmt: skip
_TIED = _LEADER + '&" and "&IF({tied}=1,{runner_up},{tied}&" others")'
_WHO = (
    'IF({compared}=0,"Nothing can be compared yet: fill in the Inputs sheet.",'
    'IF({passing}=0,"No approach meets every requirement at "&' + _VOLUME + '&" over "&'
    + counted("{months}", "month") + '&". The cheapest of all "&IF({tied}=0,"is "&' + _LEADER
    + ',"are "&' + _TIED + ')&".","At "&' + _VOLUME + '&" over "&'
    + counted("{months}", "month") + '&", "&IF({tied}>0,' + _TIED
    + '&" cost the same and are the cheapest that meet the requirements",'
    + _LEADER + '&IF({compared}=1," is the only approach compared, and meets the requirements",'
    'IF({passing}=1," is the only one of "&{compared}&" approaches compared that meets the '
    'requirements"," is the cheapest approach that meets the requirements")))&".")&' + _COSTS + ")"
)  # fmt: skip


_IN_CASE = 'IF(OR({case}="base",{compared}=0),"","In the "&{case}&" case: ")'


def who(axes: Axes) -> Line:
    """The recommendation: first who is left out, and then who is the cheapest that passes."""
    told = left_out.told(axes.approaches.count, "Approach")
    return Line("answer", "Recommendation", formula=f"{told}&{_IN_CASE}&{_WHO}")


MARGIN = Line(
    "answer_margin",
    "By how much",
    formula='IF({compared}=0,"",IF({comparable}=0,"There is no other approach to compare it with.",'
    'IF(AND({passing}=1,{undercutting}>0),"",'
    f'IF({_SAME},{{runner_up}}&" costs the same",{{runner_up}}&" costs "&'
    + money("ABS({difference})")
    + '&IF({margin}>0," more"," less")&{a_month})'
    '&IF({passing}=1,", but does not meet the requirements.","."))))',
)
CHEAPER = Line(
    "answer_cheaper",
    "Cheaper, but failing",
    formula='IF({compared}=0,"",IF({undercutting}=0,"",{cheapest}&" would cost "&'
    + money("{requirements_cost}") + '&" less"&{a_month}&", but does not meet the requirements: "&'
    "INDEX({why_not},MATCH({cheapest_cost},{ordered_cost},0))&\".\"&"
    'IF({undercutting}=1,""," Of those that cost less than "&' + _LEADER
    + '&", "&{undercutting}&" do not meet the requirements.")))',
)  # fmt: skip
_NEXT_FAILS = "INDEX({verdict},MATCH({next_volume},{overtakes_at},0))<>INDEX({verdict},{leader})"
_ANY_UNITS = "SUM({present_below})>0"
_CARRIES = "INDEX({passes_to},{leader})"
_NONE = (
    'IF(SUM({may_overtake})>0,"Units are added whole: at some higher volumes another may cost less '
    'than "&' + _LEADER + '&"; see the Breakeven sheet.","At no higher volume does another "'
    '&IF({passing}=0,"approach","that meets the requirements")&" cost less than "&' + _LEADER
    + '&".")'
)  # fmt: skip
_NEXT_FIRST, _NEXT_LAST = (
    f"INDEX({{changes_{each}}},INDEX({{pair_with_first}},MATCH({{next_volume}},{{overtakes_at}},0)))"
    for each in ("first", "last")
)
_PERHAPS = (
    f'IF(SUM({{may_before}})=0,".",IF(AND({{next_volume}}={_NEXT_LAST},{_NEXT_FIRST}<{_NEXT_LAST}),'
    '", and at some lower volumes",", and perhaps at lower volumes")&", as units are added whole.")'
)
_NEXT = (
    '{next_winner}&" costs less above "&' + whole("{next_volume}")
    + '&IF({next_until}="no limit",""," and below "&' + whole("{next_until}")
    + ')&" requests a month"&IF(' + _NEXT_FAILS + '," and meets the requirements there","")'
    f"&{_PERHAPS}"
)  # fmt: skip
_FIRST_TO_PASS = (
    'IF({first_passing}="none",IF(SUMPRODUCT(({carries}<>"")*({may_pass_from}<>"never")*'
    '({may_pass_from}<>""))>0,"At some higher volumes one may meet '
    'every requirement, as units are added whole.","At no higher volume does one meet every '
    'requirement."),{first_passing}&" meets every requirement above "&'
    + whole("MIN({passes_later})") + '&" requests a month"&'
    f'IF({_ANY_UNITS},", and one perhaps at lower volumes, as units are added whole.","."))'
)  # fmt: skip
VOLUME = Line(
    "answer_volume",
    "From what volume on",
    formula='IF({compared}=0,"",IF({comparable}=0,"",IF({next_winner}="none",'
    + _NONE + "," + _NEXT + '))&IF({passing}>0,IF(IF(ISNUMBER('
    + _CARRIES + "),IF(" + _CARRIES + '<{next_volume},1,0),0)=1,IF({comparable}=0,""," ")&'
    + _LEADER + '&" carries up to "&' + whole(_CARRIES)
    + '&" requests a month at its throughput.",""),IF({comparable}=0,""," ")&'
    + _FIRST_TO_PASS + "))",
)  # fmt: skip
_SWINGS = (
    percent("{swing}") + '&" lower or higher, a rate "&' + figure("{rate_swing}*100")
    + '&IF({rate_swing}*100=1," point"," points")'
)  # fmt: skip
_MOVE = '"With "&{nearest_words}&", "&INDEX({name},{nearest})&" would "&'
CERTAINTY = Line(
    "answer_certainty",
    "How sure",
    formula='IF({comparable}=0,"",IF({rivals}=0,"No other approach meets the requirements, so no '
    'driver was moved against it.",IF({moves}=0,"No driver was moved: the swings on the Inputs '
    'sheet move none.",IF({tied}>0,"They cost the same: any change decides between them.",'
    'IF({reversals}=0,' + _LEADER + '&" stays the cheapest"&IF({passing}=0,""," of those that meet '
    'the requirements")&" in all "&{moves}&" moves of one driver alone'
    ', "&' + _SWINGS + '&". "&' + _MOVE + f'IF(ABS({{nearest_gap}})<={LIMIT},'
    '"cost the same","still cost "&' + money("ABS({nearest_gap})") + '&" more"&{a_month})&".",'
    '{reversals}&" of "&{moves}&" moves of one driver alone, "&'
    + _SWINGS + '&", would make another one cost less; see the Sensitivity sheet. "&' + _MOVE
    + '"cost "&' + money("ABS({nearest_gap})") + '&" less"&{a_month}&".")))))'
    '&IF({answer_chance}="",""," "&{answer_chance})',
)  # fmt: skip
RECOMMENDATION = Line(
    "recommendation",
    "The answer",
    formula='{answer}&IF({answer_margin}="",""," "&{answer_margin})'
    '&IF({answer_cheaper}="",""," "&{answer_cheaper})'
    '&IF({answer_volume}="",""," "&{answer_volume})'
    '&IF({answer_certainty}="",""," "&{answer_certainty})',
)


ORDERED = (
    Line("placed_name", "Approach", "name", placed("candidate"), style="text"),
    Line("placed_verdict", "Requirements", "pass or fail", placed("verdict"), style="check"),
    Line("placed_monthly", EQUIVALENT, MONTH, placed("present_monthly"),
         styles.CENTS, "result"),
    Line("placed_gap", "More than the first", MONTH,
         'IF({position}="","",{placed_monthly}-{placed_monthly:1})', styles.CENTS),
    Line("placed_present", "Present cost", "over the horizon", placed("present_cost")),
    Line("placed_cash", "Cash paid", "over the horizon", placed("nominal_cost")),
    Line("placed_missed", "Requirements that it misses", "the Requirements sheet says by how much",
         placed("missed"), style="text"),
)  # fmt: skip
CHART = 6.2  # cm


def add_sheet(model: Model, axes: Axes) -> None:
    """The answer in words, in charts and in figures; it prints on one page."""
    sheet = Sheet(
        model,
        "Summary",
        "What follows from the Inputs sheet. The About sheet says how to fill it in.",
        "output",
        [22, 13, *[18, 15] * 2, 56],
        one_page=True,
    )
    sheet.section("The answer")
    sheet.sentence(who(axes), height=50, style="answer")
    for line, height in ((MARGIN, 15), (CHEAPER, 28), (VOLUME, 28), (CERTAINTY, 42)):
        sheet.sentence(line, height)
    left, right = f"A{sheet.row}", f"E{sheet.row}"
    charts.place(sheet, breakeven.chart(sheet, EQUIVALENT, True), left, 14, CHART)
    charts.place(sheet, timeline.chart(sheet), right, 16, CHART)
    sheet.row += charts.rows(CHART) - 2
    sheet.section("Approaches in order: those that meet the requirements first, then by cost")
    sheet.table(axes.places, ORDERED)


def add_headlines(model: Model) -> None:
    """The figures that the sentences are made from, and that a batch reads by their names."""
    sheet = Sheet(model, "Headlines", "What the Summary says, in figures with defined names.")
    sheet.section("Headlines")
    sheet.values(HEADLINES, named=True)

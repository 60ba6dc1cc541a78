"""Timeline and Cash flows: what moves costs, month by month, and what each approach then costs.

The definitions are those of `bbxl.model.projection`: month 0 is the start and is not
discounted; month t is discounted by (1+r)^(-t/12), and its volume and prices
have moved for t-1 months.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from bbxl.model.streams import BY_UNIT, EXIT, STREAMS, Stream, Timing
from bbxl.model.weighing import SHOCKED
from bbxl.workbooks import charts, currency, line_names, styles
from bbxl.workbooks.build_vs_buy import units
from bbxl.workbooks.build_vs_buy.axes import MONTHS, Axes, month_of
from bbxl.workbooks.build_vs_buy.streams import ALIKE, OWN_WEIGHT, added, own
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.sheets import Sheet

CASH = f"{currency.WORD}, undiscounted, before tax"
_GROWN = "^(({month}-1)/12)"


class Price(NamedTuple):
    """A price that moves: the field of its factor, and its label here and where it is short."""

    factor: str
    label: str
    short: str


MOVING_PRICES = {
    "api_price_change": Price("price_factor", "API price", "API price"),
    "infra_price_change": Price("infra_factor", "Infrastructure price", "Infrastructure"),
    "wage_growth": Price("wage_factor", "Wages", "Wages"),
}
"""Setting that moves a price -> how it is shown."""


def _moving(setting: str, price: Price) -> Line:
    """What a price is multiplied by in each month."""
    formula = f"{{in_horizon}}*(1+{{{setting}}}){_GROWN}"
    if setting == SHOCKED:
        formula += "*IF({month}>={shock_month},{shock_factor},1)"
    return Line(price.factor, price.label, "times today's", formula, styles.FACTOR)


def _factor(stream: Stream) -> str:
    """The column of what an amount of a stream is multiplied by in each month after the start."""
    if stream.timing is Timing.PER_REQUEST:
        return "priced_requests"
    if stream.timing is Timing.END:
        return "at_end"
    return MOVING_PRICES[stream.price].factor if stream.price else "in_horizon"


_EACH_MONTH = [each for each in ALIKE if each.timing in (Timing.MONTHLY, Timing.PER_REQUEST)]
_OF_MONTH = {
    each.field: each
    for each in (
        *(_moving(*moving) for moving in MOVING_PRICES.items()),
        Line("in_horizon", "In the horizon", "flag",
             "IF({month}=0,0,IF({month}<={months},1,0))", styles.NUMBER),
        Line("priced_requests", "Requests x API price", "requests a month",
             "{requests}*{price_factor}", styles.COUNT),
    )
}  # fmt: skip
_BY_MONTH = (
    Line("at_end", "Last month of the horizon", "flag", "IF({month}={months},1,0)", styles.NUMBER),
    Line("at_start", "Start", "flag", "IF({month}=0,1,0)", styles.NUMBER),
    *(_OF_MONTH[_factor(each)] for each in _EACH_MONTH),
)
DRIVERS = (
    month_of("month"),
    Line("charted_month", "In charts", "month", "MIN({month},{months})", styles.NUMBER),
    Line("discount_factor", "Discount factor", "factor",
         "(1+{annual_rate})^(-{month}/12)", styles.FACTOR),
    Line("volume_factor", "Volume", "times today's",
         "{in_horizon}*(1+{volume_growth})" + _GROWN, styles.FACTOR),
    Line("requests", "Requests", "requests a month",
         "N({requests_per_month})*{volume_factor}", styles.COUNT),
    _OF_MONTH["price_factor"],
    Line("in_life", "In the life of what is capitalised", "flag",
         "IF({month}=0,0,IF({month}<={life_months},1,0))", styles.NUMBER),
    *_BY_MONTH,
)  # fmt: skip
_AMOUNTS = (
    Line("paid_last", "Exit, less what is got back of units", "currency, at the end",
         f"INDEX({{{EXIT.name}:all}},{{listed_number}})"
         "-INDEX({unit_got_back:all},{listed_number})"),
    Line("paid_upfront", "Upfront cost", "currency, once", "INDEX({upfront:all},{listed_number})"),
    *(Line(f"paid_{each.name}", each.label, f"currency{each.timing.value}",
           f"INDEX({{{each.name}:all}},{{listed_number}})", styles.PRICE) for each in ALIKE),
)  # fmt: skip
PAID = (
    Line("paid_name", "Approach", "name", "{listed_name}", style="text"),
    *[None] * (len(DRIVERS) - len(_BY_MONTH) - 1),
    *_AMOUNTS,
)
"""What each pays, an approach in a row, below the column of what it is multiplied by."""


def _factors(stream: Stream, requests: str, driver: Callable[[str], str] = own) -> list[str]:
    """What a stream is multiplied by in each month after the start, as formulas.

    Parameters
    ----------
    requests : the field of the month's volume.
    driver : gives an approach's own driver, as a formula.
    """
    if stream.timing is Timing.RECURRING:
        every = f"MAX(1,{driver('retraining_every_months')})"
        return ["({in_horizon}-{at_end})", f"(MOD({{month}},{every})=0)"]
    if stream.timing is Timing.PER_UNIT:
        return ["{units}", "{infra_factor}"]
    if stream.timing is Timing.PURCHASE:
        return ["{bought}", "{infra_factor}"]
    if stream.own_price:
        return [f"(1+{driver(stream.own_price)}){_GROWN}", f"{{{requests}}}"]
    if stream.timing is Timing.PER_REQUEST:
        return [f"{{{requests}}}", f"{{{MOVING_PRICES[stream.price].factor}}}"]
    return [f"{{{_factor(stream)}}}"]


def weight(stream: Stream, driver: Callable[[str], str] = own) -> str:
    """What 1 spent on a stream is worth today, as a formula.

    Parameters
    ----------
    driver : gives an approach's own driver, as a formula.
    """
    if stream.timing is Timing.START:
        if not stream.capitalisable:
            return "1-{tax_rate}"
        over_life = "SUMPRODUCT({in_life},{discount_factor})/MAX(1,{life_months})"
        return f"1-{{tax_rate}}*(1-{{capitalised_share}}+{{capitalised_share}}*{over_life})"
    factors = "*".join(_factors(stream, "volume_factor", driver))
    paid = f"SUMPRODUCT({factors}*{{discount_factor}})"
    if stream.timing is Timing.PURCHASE:  # deducted over its life; at the end a part is got back
        back = f"{{unit_residual}}*{{unit_left}}*(1-{{tax_rate}})*{units.AT_END}"
        return f"{{unit_kept}}*{paid}-{back}"
    return f"(1-{{tax_rate}})*{paid}"


def _weight(stream: Stream) -> Line:
    """What 1 spent on a stream is worth today."""
    words = {
        Timing.START: "today, for 1 spent at the start",
        Timing.RECURRING: "today, for 1 each time",
        Timing.END: "today, for 1 at the end",
        Timing.PURCHASE: "today, for 1 a unit",
    }
    unit = words.get(stream.timing, "today, for 1 a month")
    return Line(f"weight_of_{stream.name}", stream.label, unit, weight(stream), styles.FACTOR)


def own_weight(stream: Stream) -> Line:
    """The weight of a stream that hangs on an approach's own drivers; 0 where it has none of it."""
    formula = f"IF({{{stream.name}}}=0,0,{weight(stream)})"
    return replace(_weight(stream), label=f"{stream.label}: what 1 is worth", formula=formula)


def _paid(stream: Stream) -> str:
    """What is paid in a month for a stream that no block sums up, as a formula."""
    cost, factors = [f"{{{stream.name}}}"], _factors(stream, "requests")
    return "*".join(cost + factors if stream.own_price else factors + cost)


WEIGHTS = tuple(_weight(each) for each in STREAMS if each not in OWN_WEIGHT)
ANNUITY = Line(
    "annuity",
    "Equal payments",
    "today, for 1 a month",
    "SUMPRODUCT({in_horizon},{discount_factor})",
    styles.FACTOR,
    note="A present cost divided by it is what it comes to in equal payments at each month's end.",
)
_MONTHS_ROW = f"{{{_BY_MONTH[0].field}}}:{{{_BY_MONTH[-1].field}}}"
_AMOUNTS_ROW = f"{{{_AMOUNTS[0].field}:all}}:{{{_AMOUNTS[len(_BY_MONTH) - 1].field}:all}}"
_OWN_TIMES = [each for each in reversed(OWN_WEIGHT) if each.timing not in BY_UNIT]
# What moves alike for all is one product, of the month's row and the approach's row in the Timeline
# sheet. What is of the month stands together, and what is of the approach: the file, in which this
# formula is 366 times, is much smaller for it.
COST = Line(
    "cost",
    "Cost of the month",
    "currency",
    added([*map(_paid, _OWN_TIMES), units.PAID,
           f"SUMPRODUCT({_MONTHS_ROW},INDEX({_AMOUNTS_ROW},{{approach_number}},0))"]),
    styles.CENTS,
)  # fmt: skip
CUMULATIVE = Line(
    "cumulative_cost",
    "Cumulative cost",
    "currency",
    "SUM({cost:1}:{cost})",
    empty="NA()",
)
AFTER_TAX = Line(
    "after_tax",
    "After tax",
    "currency",
    # What is capitalised is deducted over its life, and not at the start.
    "(1-{tax_rate})*{cost}-{tax_rate}*(({in_life}/{life_months}-{at_start})*{capitalised}"
    f"+{units.DEDUCTED})",
    styles.CENTS,
)
BASE = (
    Line("base_discount", "Discount", "log a month", "LN(1+{annual_rate})/12",
         styles.FINE),
    Line("base_infra", "Infrastructure price", "log a month",
         "LN(1+{infra_price_change})/12", styles.FINE),
    Line("base_requests", "Requests", "log a month", "LN(1+{volume_growth})/12",
         styles.FINE),
    Line("base_after", "A price paid after the horizon", "today, for 1 at the start",
         "EXP({base_infra}*{months}-{base_discount}*({months}+1))", styles.FACTOR),
    Line("base_back", "A price got back at its end", "today, after tax",
         "(1-{tax_rate})*EXP(({base_infra}-{base_discount})*{months})", styles.FACTOR),
    Line("busiest", "Busiest month", "times today's", "MAX({volume_factor})", styles.FACTOR),
    Line("peak_rps", "Load at its peak", "requests a second",
         "N({requests_per_month})*{busiest}*N({peak_factor})/({hours_per_month}*{seconds_per_hour})",
         styles.CENTS, note="In the busiest month; who has no units must carry it."),
)  # fmt: skip


def add_timeline(model: Model, axes: Axes) -> None:
    """What moves costs, and what 1 spent is worth today under all of it."""
    sheet = Sheet(
        model,
        "Timeline",
        "How volume, prices and wages move, and what a cost of each month is worth today.",
        widths=[24, 24, *[14] * (len(PAID) - 2)],
        freeze=1,
    )
    sheet.section("Present value weights, after tax")
    sheet.values(WEIGHTS)
    sheet.section("Annuity over the horizon, before tax")
    sheet.values([ANNUITY])
    sheet.section("Monthly rates, and the peak")
    sheet.values(BASE)
    sheet.section("Month by month")
    sheet.table(MONTHS, DRIVERS)
    sheet.section("What each approach pays, below the months' factors that it is multiplied by")
    sheet.table(axes.listed, PAID)


def add_cash_flows(model: Model, axes: Axes) -> None:
    """Each approach's cost of each month, running total, and cost after tax."""
    sheet = Sheet(
        model,
        "Cash flows",
        "Each approach's cost of each month at the prices of that month; month 0 is the start.",
        widths=[24, 19, *axes.figures],
    )
    for heading, line in (
        ("Cost of the month", COST),
        ("Cumulative cost", CUMULATIVE),
        ("Cost of the month after tax, deducted as the Inputs sheet says", AFTER_TAX),
    ):
        sheet.section(heading)
        month = month_of(f"month_of_{line.field}")
        sheet.table(MONTHS, [month], line, axes.approaches)
    sheet.section("For the chart")
    charts.axis_title(sheet, "axis_cash", CASH)
    least = "INDEX({name},MATCH(MIN({nominal_cost}),{nominal_cost},0))"
    said = f'"No other has cost less than "&{least}&" after "&{{months}}&IF({{months}}=1," month"'
    found = f'IF({{compared}}=1,"Cumulative cost",{said}," months"))'
    charts.finding(sheet, "title_cash", f'IF({{compared}}=0,"{charts.EMPTY}",{found})')
    line_names.add(sheet, "cash", axes.approaches, axes.places,
                   f"{{cumulative_cost:{MONTHS.count}}}", currency.WORD)  # fmt: skip


def chart(sheet: Sheet) -> Any:
    """Cumulative cost over the months of the horizon."""
    drawn = charts.scatter(
        sheet,
        charts.Words("title_cash", "Cumulative cost"),
        "Month",
        charts.Words("axis_cash", CASH),
        "Lines of cumulative cost by month over the horizon, one for each approach; "
        "they start at the upfront cost.",
    )
    # Past the horizon all points are the last one: the axis ends there, and so does the line.
    charts.add_lines(drawn, sheet.model, "charted_month", "cumulative_cost")
    charts.add_names(drawn, sheet.model, "months", "cash_height", "name")
    return drawn

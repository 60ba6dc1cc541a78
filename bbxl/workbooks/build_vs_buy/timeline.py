"""Timeline and Cash flows: what moves costs, month by month, and what each approach then costs.

The definitions are those of `bbxl.model.projection`: month 0 is the start and is not
discounted; month t is discounted by (1+r)^(-t/12), and its volume and prices
have moved for t-1 months.
"""

from typing import Any

from bbxl.workbooks import charts, styles
from bbxl.workbooks.build_vs_buy.axes import LONGEST, MONTHS, Axes
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.sheets import Sheet

_GROWN = "^(({month}-1)/{months_per_year})"

DRIVERS = (
    Line("month", "Month", "month", fixed=range(LONGEST + 1), number_format=styles.NUMBER),
    Line("at_start", "Start", "flag", "IF({month}=0,1,0)", styles.NUMBER),
    Line("in_horizon", "In the horizon", "flag",
         "IF({month}=0,0,IF({month}<={months},1,0))", styles.NUMBER),
    Line("in_life", "In the life of what is capitalised", "flag",
         "IF({month}=0,0,IF({month}<={life_months},1,0))", styles.NUMBER),
    Line("discount_factor", "Discount factor", "factor",
         "(1+{annual_rate})^(-{month}/{months_per_year})", styles.FACTOR),
    Line("volume_factor", "Volume", "times today's",
         "{in_horizon}*(1+{volume_growth})" + _GROWN, styles.FACTOR),
    Line("price_factor", "API price", "times today's",
         "{in_horizon}*(1+{api_price_change})" + _GROWN
         + "*IF({month}>={shock_month},{shock_factor},1)", styles.FACTOR),
    Line("infra_factor", "Infrastructure price", "times today's",
         "{in_horizon}*(1+{infra_price_change})" + _GROWN, styles.FACTOR),
    Line("wage_factor", "Wages", "times today's",
         "{in_horizon}*(1+{wage_growth})" + _GROWN, styles.FACTOR),
    Line("requests", "Requests", "requests a month",
         "N({requests_per_month})*{volume_factor}", styles.COUNT),
    Line("charted_month", "In charts", "month", "MIN({month},{months})", styles.NUMBER),
)  # fmt: skip

_KEPT = "(1-{tax_rate})*"
WEIGHTS = (
    Line("weight_of_development", "Development", "today, for 1 spent at the start",
         "1-{tax_rate}*(1-{capitalised_share}+{capitalised_share}"
         "*SUMPRODUCT({in_life},{discount_factor})/MAX(1,{life_months}))", styles.FACTOR),
    Line("weight_of_data", "Data and training", "today, for 1 spent at the start",
         "1-{tax_rate}", styles.FACTOR),
    Line("weight_of_infrastructure", "Infrastructure", "today, for 1 a month",
         _KEPT + "SUMPRODUCT({infra_factor},{discount_factor})", styles.FACTOR),
    Line("weight_of_wages", "Hours of each month", "today, for 1 a month",
         _KEPT + "SUMPRODUCT({wage_factor},{discount_factor})", styles.FACTOR),
    Line("weight_of_tooling", "Tooling", "today, for 1 a month",
         _KEPT + "SUMPRODUCT({in_horizon},{discount_factor})", styles.FACTOR),
    Line("weight_of_requests", "Requests", "today, for 1 a month",
         _KEPT + "SUMPRODUCT({volume_factor},{price_factor},{discount_factor})", styles.FACTOR),
)  # fmt: skip

COST = Line(
    "cost",
    "Cost of the month",
    "currency",
    "{at_start}*{upfront}+{infrastructure}*{infra_factor}+{wages}*{wage_factor}"
    "+{tooling}*{in_horizon}+{per_request}*{requests}*{price_factor}",
    styles.CENTS,
)
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
    "{cost}-{tax_rate}*({in_horizon}*{cost}"
    "+{at_start}*({development}*(1-{capitalised_share})+{data_and_training})"
    "+{in_life}*{development}*{capitalised_share}/{life_months})",
    styles.CENTS,
)


def add_timeline(model: Model) -> None:
    """What moves costs, and what 1 spent is worth today under all of it."""
    sheet = Sheet(
        model,
        "Timeline",
        "How volume, prices and wages move, and what a cost of each month is worth today.",
        widths=[24, 24, *[14] * 9],
        freeze=1,
        portrait=True,
    )
    sheet.section("Present value weights, after tax")
    sheet.values(WEIGHTS)
    sheet.section("Month by month")
    sheet.table(MONTHS, DRIVERS)


def add_cash_flows(model: Model, axes: Axes) -> None:
    """Each approach's cost of each month, running total, and cost after tax."""
    sheet = Sheet(
        model,
        "Cash flows",
        "Each approach's cost of each month at the prices of that month; month 0 is the start.",
        portrait=True,
        widths=[24, 19, *axes.figures],
    )
    for heading, line in (
        ("Cost of the month", COST),
        ("Cumulative cost", CUMULATIVE),
        ("Cost of the month after tax, deducted as the Inputs sheet says", AFTER_TAX),
    ):
        sheet.section(heading)
        month = Line(f"month_of_{line.field}", "Month", "month", "{month}", styles.NUMBER)
        sheet.table(MONTHS, [month], line, axes.approaches)


def chart(sheet: Sheet) -> Any:
    """Cumulative cost over the months of the horizon."""
    drawn = charts.scatter(
        sheet,
        "Cumulative cost",
        "Month",
        "Currency, undiscounted, before tax",
        "Lines of cumulative cost by month over the horizon, one for each approach; "
        "they start at the upfront cost.",
    )
    # Past the horizon all points are the last one: the axis ends there, and so does the line.
    charts.add_lines(drawn, sheet.model, "charted_month", "cumulative_cost")
    return drawn

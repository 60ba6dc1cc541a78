"""Units of capacity: how many each month needs and buys, and what they are worth today.

The definitions are those of `bbxl.model.capacity` and `bbxl.model.weighing`. Units are bought in
the month that first needs them, replaced after their life as long as they are needed, and deducted
evenly over it; what is then left of their value may be got back in part at the end.
"""

from collections.abc import Callable
from typing import NamedTuple

from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy.axes import MONTHS, Axes
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.sheets import Sheet

_CAPACITY, _LEAST = "{unit_capacity}", "{units_minimum}"
LIFE = "{unit_life}"
_SHARE = "(1-{unit_rounding})"  # of what a unit carries; less is no unit more


class Over(NamedTuple):
    """What moves the worth of units: horizon, monthly logarithmic rates, tax, volume; as fields."""

    months: str
    discount: str
    infra: str
    growth: str
    tax: str
    requests: str


BASE = Over("{months}", "{base_discount}", "{base_infra}", "{base_requests}", "{tax_rate}",
            "{requests_per_month}")  # fmt: skip


def annuity(rate: str, months: str) -> str:
    """The sum of e^(rate t) over t from 0 to months - 1; a formula."""
    return f"IF(EXP({rate})=1,{months},(EXP(({rate})*{months})-1)/(EXP({rate})-1))"


def at(volume: str) -> str:
    """Units that a volume needs; a formula."""
    needed = f"ROUNDUP({volume}/{_CAPACITY}*{_SHARE},0)"
    return f"IF({_CAPACITY}>0,MAX({_LEAST},{needed}),0)"


def along(volumes: str) -> str:
    """Units that each of some volumes needs; for SUMPRODUCT, where MAX would give one figure."""
    needed = f"ROUNDUP({volumes}/{_CAPACITY}*{_SHARE},0)"
    return f"({_LEAST}+({needed}>{_LEAST})*({needed}-{_LEAST}))"


def worth(over: Over, life: str = LIFE) -> str:
    """Worth today, after tax, of all units over the horizon, in closed form; a formula.

    With volumes that rise or stay, each unit that a month adds is bought then and after each of
    its lives, k times in all; what is bought from month t on is worth P(t), and a unit that
    month t needs P(t) - P(t+1). With volumes that fall only the first units are replaced.
    """
    month, move = "{month:all}", f"({over.infra}-{over.discount})"
    kept = f"(1-{over.tax}*{annuity(f'-{over.discount}', life)}/{life})"
    back = f"{{unit_residual}}*(1-{over.tax})*EXP(-{over.discount}*{over.months})"
    needed = along(f"({over.requests}*EXP({over.growth}*({month}-1)))")

    def total(each: str) -> str:
        return f"SUMPRODUCT(({month}>0)*({month}<={over.months})*{needed}*({each}))"

    def times(since: str) -> str:
        return f"(INT(({over.months}-{since})/{life})+1)"

    def paid(since: str) -> str:  # but for what does not hang on the month
        return f"EXP({move}*{since}-{over.infra})"

    def left(since: str) -> str:
        last = f"({since}-1+{life}*({times(since)}-1))"
        return f"EXP({over.infra}*{last})*({times(since)}-({over.months}-{since}+1)/{life})"

    def lasting(since: str) -> str:
        return f"{paid(since)}*{times(since)}"

    def moving(since: str) -> str:
        return f"{paid(since)}*(EXP({move}*{life}*{times(since)})-1)"

    def rising(of_month: Callable[[str], str]) -> str:
        return total(f"{of_month(month)}-{of_month(f'({month}+1)')}")

    again = f"(MOD({month}-1,{life})=0)"
    left_of_one = f"(1-({over.months}-{month}+1)/{life})"
    left_once = f"EXP({over.infra}*({month}-1))*({left_of_one}>0)*{left_of_one}"
    falling = f"{kept}*{total(f'{again}*{paid(month)}')}-{back}*{total(f'{again}*{left_once}')}"
    chains = f"IF(EXP({move}*{life})=1,{rising(lasting)},{rising(moving)}/(EXP({move}*{life})-1))"
    bought = f"IF({over.growth}<0,{falling},{kept}*{chains}-{back}*{rising(left)})"
    rent = total(f"EXP({over.infra}*({month}-1)-{over.discount}*{month})")
    return (
        f"IF({_CAPACITY}>0,(1-{over.tax})*{{unit_rent}}*{rent}"
        f"+IF({{unit_purchases}}=0,0,{{unit_purchases}}*{bought}),0)"
    )


AT_END = "EXP(-{base_discount}*{months})"
_LEFT_OF_ONE = f"(1-({{months}}-{{month}}+1)/{LIFE})"
LEFT = Line(
    "unit_left",
    "Left of bought units at the end",
    "times their price",
    f"IF({{unit_purchases}}=0,0,SUMPRODUCT({{bought}}*{{infra_factor}}*({_LEFT_OF_ONE}>0)*{_LEFT_OF_ONE}))",
    styles.FACTOR,
    note="By their life; a share of it is got back.",
)
GOT_BACK = "{unit_purchases}*{unit_residual}*{unit_left}"
_ONE_BY_ONE = "{bought:1}:{bought}*{infra_factor:1}:{infra_factor}"
_IN_LIFE = "({month:1}:{month}>{month}-{unit_life})"
DEDUCTED = (  # what is deducted of bought units, over their life in place of at once
    "IF({unit_purchases}=0,0,{unit_purchases}*"
    f"(SUMPRODUCT({_IN_LIFE}*{_ONE_BY_ONE})/{LIFE}-{{bought}}*{{infra_factor}}))"
)
_BEYOND = "({month}+{unit_life}-1-MAX({month}))"  # months of life after the last month here
_SOONER = "EXP(-{base_discount}*MAX({month}))"


def _saved_beyond(months: str) -> str:
    """What is deducted of bought units after the last month here, as many months; a formula."""
    return f"SUMPRODUCT({{bought}}*{{infra_factor}}*({_BEYOND}>0)*{months})"


TAX_LATER = Line(
    "tax_later",
    "Tax saved after the last month here",
    "today",
    f"IF({{tax_rate}}*{{unit_purchases}}=0,0,{{tax_rate}}*{{unit_purchases}}/{LIFE}*{_SOONER}*"
    f"IF({{annual_rate}}=0,{_saved_beyond(_BEYOND)},"
    f"{_saved_beyond(f'(1-EXP(-{{base_discount}}*{_BEYOND}))')}/(EXP({{base_discount}})-1)))",
    note="Units are deducted over their life, also beyond the horizon.",
)
KEPT = Line(
    "unit_kept",
    "Cost of a bought unit after tax",
    "of its price",
    f"1-{{tax_rate}}*{annuity('-{base_discount}', LIFE)}/{LIFE}",
    styles.FACTOR,
    note="It is deducted evenly over its life.",
)


NEEDED = Line("units", "Units needed", "units", "{in_horizon}*" + at("{requests}"), styles.NUMBER)
_SO_FAR, _THEN = "{units:1}:{units}", "({month}-{month:1}:{month})"
# Of the units that a month needs, those are bought that were not bought whole lives before: all
# that it needs in steps of a life, less the same of the month before.
_ADDED_OR_REPLACED = (
    f"SUMPRODUCT(((MOD({_THEN},{LIFE})=0)-(MOD({_THEN}-1,{LIFE})=0)*({_THEN}>0))*{_SO_FAR})"
)
BOUGHT = Line(
    "bought",
    "Units bought",
    "units",
    "IF({unit_purchases}*{in_horizon}=0,0,IF({volume_growth}<0,"
    f"IF(MOD({{month}}-1,{LIFE})=0,{{units}},0),{_ADDED_OR_REPLACED}))",
    styles.NUMBER,
)
PRICE_WORTH = Line(
    "unit_price_worth",
    "Worth of its price",
    "today, after tax",
    "IF({unit_purchases}*{in_horizon}=0,0,{unit_kept}*{infra_factor}*{discount_factor}"
    f"-{{unit_residual}}*(1-{{tax_rate}})*{AT_END}*{{infra_factor}}*({_LEFT_OF_ONE}>0)*{_LEFT_OF_ONE})",
    styles.FACTOR,
)
_LAST = MONTHS.count
_LATER = f"({{month:1}}:{{month:{_LAST}}}-{{month}})"
_PRICES = f"{{unit_price_worth:1}}:{{unit_price_worth:{_LAST}}}"
# One more unit from this month on is bought now and after each of its lives; less the same from
# the next month on.
_FROM_NOW = (
    f"SUMPRODUCT(((MOD({_LATER},{LIFE})=0)*({_LATER}>=0)"
    f"-(MOD({_LATER}-1,{LIFE})=0)*({_LATER}>0))*{_PRICES})"
)
WORTH = Line(
    "unit_worth",
    "Worth of one unit",
    "today, after tax",
    f"IF({_CAPACITY}*{{in_horizon}}=0,0,(1-{{tax_rate}})*{{unit_rent}}*{{infra_factor}}"
    "*{discount_factor}+IF({unit_purchases}=0,0,{unit_purchases}*IF({volume_growth}<0,"
    f"IF(MOD({{month}}-1,{LIFE})=0,{{unit_price_worth}},0),{_FROM_NOW})))",
    styles.CENTS,
)
AT_LEAST_A_MONTH = Line(
    "unit_life", "Life of a unit", "months, 1 or more", "MAX(1,{unit_life_months})", styles.NUMBER
)
TODAY = Line(
    "units_today", "Units at today's volume", "units", at("{requests_per_month}"), styles.NUMBER
)
NEXT = Line(
    "next_unit",
    "The next unit is needed above",
    "requests a month",
    f'IF({_CAPACITY}>0,{{units_today}}*{_CAPACITY},"")',
    styles.COUNT,
)
LIVES = Line(
    "unit_lives",
    "Prices of a unit that is always there",
    "in the horizon",
    "IF({unit_life_months}>0,ROUNDUP({months}/{unit_life_months}*(1-{unit_rounding}),0)"
    "*(1-{unit_residual})+{unit_residual}*{months}/{unit_life_months},0)",
    styles.FACTOR,
    note="Less what is got back of the last one.",
)
COST = Line(
    "unit_cost",
    "Cost of a unit",
    "currency a month",
    "{unit_rent}+{unit_purchases}*{unit_lives}/{months}",
    styles.CENTS,
)

# Units lie between n / capacity and one more, or the fewest: between two lines. The one in the
# middle of a step is what they are on average.
_WORTHS = "SUMPRODUCT({unit_worth})"
LINES = (
    Line("present_start", "On average at zero volume", "currency a month",
         "{line_start}+" + _WORTHS + "/(1+1)/{annuity}", styles.CENTS,
         note="With half a unit more than the volume fills; the Breakeven sheet is by it."),
    Line("present_slope", "On average for each request a month", "currency a request",
         f"{{line_slope}}+IF({_CAPACITY}>0,SUMPRODUCT({{unit_worth}}*{{volume_factor}})/{_CAPACITY}"
         "/{annuity},0)", styles.PRICE),
    Line("present_below", "It is at most so much less", "currency a month",
         '(SUMIF({unit_worth},">0")-SUMIF({unit_worth},"<0"))/(1+1)/{annuity}', styles.CENTS),
    Line("present_above", "or so much more", "currency a month",
         "{present_below}*((1+1)*MAX(1,{units_minimum})-1)", styles.CENTS,
         note="Where few requests share the fewest units."),
)  # fmt: skip


def cost_at(volume: str) -> str:
    """Equivalent monthly cost at a volume, which is a field or a formula; exact, with its steps."""
    needed = along(f"({volume}*{{volume_factor:all}})")
    stairs = f"IF({_CAPACITY}>0,SUMPRODUCT({{unit_worth}}*{needed})/{{annuity}},0)"
    return f"{{line_start}}+{{line_slope}}*{volume}+{stairs}"


def add_sheet(model: Model, axes: Axes) -> None:
    """Each approach's units in each month, and what one is worth."""
    sheet = Sheet(
        model,
        "Units",
        "Units of capacity, which are rented or bought whole; month 0 is the start.",
        portrait=True,
        widths=[24, 19, *axes.figures],
    )
    for heading, line in (
        ("Units that each month needs", NEEDED),
        ("Units that are bought in each month, for the first time or again", BOUGHT),
        ("What the price of one unit bought in a month is worth today", PRICE_WORTH),
        ("What one unit that a month needs is worth today", WORTH),
    ):
        sheet.section(heading)
        month = Line(f"month_of_{line.field}", "Month", "month", "{month}", styles.NUMBER)
        sheet.table(MONTHS, [month], line, axes.approaches)

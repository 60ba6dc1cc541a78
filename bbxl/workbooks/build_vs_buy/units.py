"""Units of capacity: how many each month needs and buys, and what they are worth today.

The definitions are those of `bbxl.model.capacity` and `bbxl.model.weighing`. Units are bought in
the month that first needs them, replaced after their life as long as they are needed, and deducted
evenly over it; what is then left of their value may be got back in part at the end.
"""

from typing import NamedTuple

from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy.axes import LONGEST, MONTHS, first_month
from bbxl.workbooks.layout import Line

CAPACITY, _LEAST = "{unit_capacity}", "{units_minimum}"
LIFE = "{unit_life}"
_SHARE = "(1-{unit_rounding})"  # of what a unit carries; less is no unit more


class Over(NamedTuple):
    """What moves the worth of units; fields, or formulas.

    Attributes
    ----------
    months : the horizon.
    discount, infra, growth : monthly logarithmic rates.
    tax : the tax rate.
    requests : the volume of the first month.
    life : of a unit.
    price : of the units that a month needs, less the tax saved while they are deducted.
    rent : the rent that is worth as much as that price, over the life of a unit.
    after : worth of a price that is 1 at the start, paid in the month after the horizon.
    back : worth of the same price, got back at the end of the horizon, after tax.
    """

    months: str
    discount: str
    infra: str
    growth: str
    tax: str
    requests: str
    life: str
    price: str
    rent: str
    after: str
    back: str


def annuity(rate: str, months: str) -> str:
    """The sum of e^(rate t) over t from 0 to months - 1; a formula."""
    return f"IF(EXP({rate})=1,{months},(EXP(({rate})*{months})-1)/(EXP({rate})-1))"


def price_after_tax(tax: str, discount: str, life: str) -> str:
    """Price of a unit, less the worth of the tax saved while it is deducted; a formula."""
    return f"{{unit_purchases}}*(1-{tax}*{annuity(f'-{discount}', life)}/{life})"


def as_rent(price: str, discount: str, infra: str, life: str) -> str:
    """The rent that is worth a price and moves as prices do, paid as long as a unit lives."""
    return f"{price}/{annuity(f'{infra}-{discount}', life)}"


def at(volume: str, least: str = _LEAST, capacity: str = CAPACITY) -> str:
    """Units that a volume needs, or the fewest that there are; a formula."""
    needed = f"ROUNDUP({volume}/{capacity}*{_SHARE},0)"
    return f"IF({capacity}>0,MAX({least},{needed}),0)"


def along(volumes: str, capacity: str = CAPACITY, least: str = _LEAST) -> str:
    """Units that each of some volumes needs; for SUMPRODUCT, where MAX would give one figure."""
    needed = f"ROUNDUP({volumes}/{capacity}*{_SHARE},0)"
    return f"(({needed}>{least})*({needed}-{least})+{least})"


def months(field: str, first: int = 1) -> str:
    """A figure of the months from 1 on, or of as many from a later one on; a range."""
    return f"{{{field}:{first + 1}}}:{{{field}:{first + LONGEST}}}"


EACH_MONTH = months("month")


def worth(over: Over) -> str:
    """Worth today, after tax, of all units over the horizon m, in closed form; a formula.

    With volumes that rise or stay, a price paid once in each life L of a unit is worth a rent in
    each month that needs it. In one way it is not as a rent: the last unit that is bought for
    month t lives on for h = (t - m - 1) mod L months after the horizon. Their rent is paid, too,
    and the h / L of the price that are left are got back in part. What a unit of month t adds is
    that less the same of month t + 1, whose h is one more; where that would be L, it is 0.
    With volumes that fall only the first units are replaced: bought are those of the months
    1, 1 + L, 1 + 2 L, ...
    """
    months, life, infra = over.months, over.life, over.infra
    rising, falling = f"({over.growth}>=0)", f"({over.growth}<0)*(MOD({EACH_MONTH}-1,{life})=0)"
    left = f"MOD({EACH_MONTH}-{months}-1,{life})"
    back = f"{{unit_residual}}*{{unit_purchases}}*{over.back}"
    needed = along(f"({over.requests}*EXP({over.growth}*({EACH_MONTH}-1)))")
    in_horizon = (
        f"({{unit_rent}}*(1-{over.tax})+{rising}*{over.rent}+{over.price}*{falling})"
        f"*EXP({infra}*({EACH_MONTH}-1)-{over.discount}*{EACH_MONTH})"
    )
    after_it = (
        f"{rising}*((MOD({EACH_MONTH}-{months},{life})=0)*({over.price}*{over.after}-{back})"
        f"-{over.after}*EXP(({infra}-{over.discount})*{left})*{over.rent})"
    )
    got_back = (
        f"{back}*EXP({infra}*({left}-{life}))/{life}"
        f"*({rising}*(EXP({infra})+(EXP({infra})-1)*{left})"
        f"-{left}*({EACH_MONTH}+{life}>{months})*{falling})"
    )
    return (
        f"IF({CAPACITY}>0,SUMPRODUCT(({EACH_MONTH}<={months})*{needed}"
        f"*({in_horizon}+{after_it}+{got_back})),0)"
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
GOT_BACK = Line(
    "unit_got_back",
    "Got back of bought units at the end",
    "currency",
    "{unit_purchases}*{unit_residual}*{unit_left}",
)
PAID = "({unit_rent}*{units}+{unit_purchases}*{bought})*{infra_factor}"
"""What is paid for units in a month, as a formula; what is got back at the end comes off it."""
# What is deducted of bought units, over their life in place of at once. Each month looks at all of
# them: the ranges are the same, and the file is smaller for it.
_LESS_PAID = (
    f"-({EACH_MONTH}={{month}})+({EACH_MONTH}<={{month}})*({EACH_MONTH}>{{month}}-{LIFE})/{LIFE}"
)
DEDUCTED = (
    "IF({unit_purchases}=0,0,{unit_purchases}"
    f"*SUMPRODUCT(({_LESS_PAID})*{months('infra_factor')}*{months('bought')}))"
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


NEEDED = Line(
    "units", "Units needed", "units", at("{requests}", f"{_LEAST}*{{in_horizon}}"), styles.NUMBER
)
# Bought is what is needed and is not there: what was bought within the life of a unit.
BOUGHT = Line(
    "bought",
    "Units bought",
    "units",
    "IF({unit_purchases}=0,0,MAX(0,{units}-SUMIF({month_of_bought:0}:{month_of_bought:before},"
    f'">"&({{month_of_bought}}-{LIFE}),{{bought:0}}:{{bought:before}})))',
    styles.NUMBER,
)
EVERY = Line(
    "bought_every",
    "A unit may be bought every",
    "months",
    f"IF({{volume_growth}}<0,{LIFE},1)",
    styles.NUMBER,
    note="With volumes that fall only the first units are replaced.",
)
AGAIN = Line(
    "bought_again",
    "and the next purchase follows after",
    "months",
    f"IF({{volume_growth}}<0,1,{LIFE})",
    styles.NUMBER,
)
PRICE_KEPT = Line(
    "unit_price_kept", "Price of a unit after tax", "currency", "{unit_purchases}*{unit_kept}"
)
BACK_KEPT = Line(
    "unit_back_kept",
    "Got back of a unit for each month left of its life",
    "today, after tax",
    f"{{unit_purchases}}*{{unit_residual}}*(1-{{tax_rate}})*{AT_END}/{LIFE}",
    styles.CENTS,
)
_BELOW = MONTHS.count + 1  # the empty row below a table: what follows the last month
FROM_NOW = Line(
    "bought_worth",
    "Worth of what is bought",
    "today, after tax",
    "({unit_price_kept}*{discount_factor}*{infra_factor}"
    f"-{{infra_factor}}*MAX(0,{{month_of_bought_worth}}-{{months}}-1+{LIFE})*{{unit_back_kept}})"
    "*(MOD({month_of_bought_worth}-1,{bought_every})=0)"
    f"+SUMIF({{month_of_bought_worth:after}}:{{month_of_bought_worth:{_BELOW}}},"
    f"{{month_of_bought_worth}}+{{bought_again}},{{bought_worth:after}}:{{bought_worth:{_BELOW}}})",
    styles.CENTS,
)


RENT_KEPT = Line(
    "unit_rent_kept",
    "Rent of a unit after tax",
    "currency a month",
    "{unit_rent}*(1-{tax_rate})",
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
    f'IF({CAPACITY}>0,{{units_today}}*{CAPACITY},"")',
    styles.COUNT,
)
_MORE = "({units}>{units_today})*{in_horizon}"
OUTGROWN = Line(
    "outgrown",
    "Today's units are outgrown in",
    "month",
    f'IF({CAPACITY}>0,IF(SUMPRODUCT({_MORE})=0,"no month",{first_month(_MORE)}),"")',
    styles.NUMBER,
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

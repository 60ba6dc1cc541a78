"""What units add to an equivalent monthly cost at any volume: steps, and lines beside them.

The definitions are those of `bbxl.model.staircase`.
"""

from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy.units import CAPACITY, along, months
from bbxl.workbooks.layout import Line

WORTHS = (
    f"({months('bought_worth')}-{months('bought_worth', 2)}"
    f"+{{unit_rent_kept}}*{months('infra_factor')}*{months('discount_factor')})"
)
"""What a unit that a month needs is worth today, of each month; an array in a formula.

It is what is bought for a unit from that month on, less the same from the next month on, and rent.
"""

# Units lie between n / capacity and one more, or the fewest: between two lines. The one in the
# middle of a step is what they are on average.
LINES = (
    Line("present_start", "On average at zero volume", "currency a month",
         f"{{line_start}}+SUMPRODUCT({WORTHS})/(1+1)/{{annuity}}", styles.CENTS,
         note="With half a unit more than the volume fills; the Breakeven sheet is by it."),
    Line("present_slope", "On average for each request a month", "currency a request",
         f"{{line_slope}}+IF({CAPACITY}>0,SUMPRODUCT({WORTHS}*{months('volume_factor')})"
         f"/{CAPACITY}/{{annuity}},0)", styles.PRICE),
    Line("present_below", "It is at most so much less", "currency a month",
         f"SUMPRODUCT(ABS({WORTHS}))/(1+1)/{{annuity}}", styles.CENTS),
    Line("present_above", "or so much more", "currency a month",
         "{present_below}*((1+1)*MAX(1,{units_minimum})-1)", styles.CENTS,
         note="Where few requests share the fewest units."),
    Line("units_by_month", "Units, by what one is worth in each month", "currency a month",
         f"SUMPRODUCT({WORTHS}*{months('units')})/{{annuity}}", styles.CENTS,
         note="The same as above, added up in another way."),
)  # fmt: skip


def cost_at(volume: str) -> str:
    """Equivalent monthly cost at a volume, which is a field or a formula; exact, with its steps."""
    needed = along(f"({volume}*{months('volume_factor')})")
    stairs = f"IF({CAPACITY}>0,SUMPRODUCT({WORTHS}*{needed})/{{annuity}},0)"
    return f"{{line_start}}+{{line_slope}}*{volume}+{stairs}"

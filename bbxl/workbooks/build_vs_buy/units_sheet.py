"""Units: how many each month needs and buys."""

from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy import units
from bbxl.workbooks.build_vs_buy.axes import MONTHS, Axes, month_of
from bbxl.workbooks.layout import Model, link, linked
from bbxl.workbooks.sheets import Sheet

OF_EACH = (
    link("used", "Takes part", "1 is yes", styles.NUMBER),
    link("unit_capacity", "A unit carries", "requests a month", styles.COUNT),
    link("units_minimum", "Fewest units", "units", styles.NUMBER),
    link("unit_purchases", "Price of a unit", "currency a unit"),
    *map(
        linked,
        (units.AT_LEAST_A_MONTH, units.PRICE_KEPT, units.BACK_KEPT, units.EVERY, units.AGAIN),
    ),
)
BY_MONTH = (
    link("month", "Month", "month", styles.NUMBER),
    link("in_horizon", "In the horizon", "flag", styles.NUMBER),
    link("requests", "Requests", "requests a month", styles.COUNT),
    link("infra_factor", "Infrastructure price", "times today's", styles.FACTOR),
    link("discount_factor", "Discount factor", "factor", styles.FACTOR),
)


def add_sheet(model: Model, axes: Axes) -> None:
    """Each approach's units in each month, and what one is worth."""
    sheet = Sheet(
        model,
        "Units",
        "Units of capacity, which are rented or bought whole; month 0 is the start.",
        widths=[36, 19, *axes.figures, 10],
    )
    for heading, line in (
        ("Units that each month needs", units.NEEDED),
        ("Units that are bought in each month, for the first time or again", units.BOUGHT),
        ("What is bought for one unit from a month on, worth today; rent comes on top",
         units.FROM_NOW),
    ):  # fmt: skip
        sheet.section(heading)
        month = month_of(f"month_of_{line.field}")
        sheet.table(MONTHS, [month], line, axes.approaches)
    _add_links(sheet, axes)


def _add_links(sheet: Sheet, axes: Axes) -> None:
    """What the sheet takes from others: its formulas name none, so cells can share one."""
    sheet.section("From other sheets", names=axes.approaches)
    sheet.rows(axes.approaches, OF_EACH)
    sheet.values([link("months", "Horizon", "months", styles.NUMBER)])
    sheet.section("Months, from other sheets")
    sheet.table(MONTHS, BY_MONTH)

"""What the Cases sheet takes from other sheets: its formulas name none, so cells can share one."""

from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy import inputs, tco
from bbxl.workbooks.build_vs_buy.axes import MONTHS, Axes
from bbxl.workbooks.build_vs_buy.streams import ALIKE
from bbxl.workbooks.layout import Labelled, link, linked
from bbxl.workbooks.sheets import Sheet

_FIELDS: tuple[Labelled, ...] = (*inputs.COSTS, *tco.PAID)
_KNOWN = {each.field: each for each in _FIELDS}
SINGLE = (
    link("comparable", "There are two to compare", "1 is yes", styles.NUMBER),
    link("leader", "First", "number", styles.NUMBER),
    link("challenger", "Second", "number", styles.NUMBER),
    *map(linked, inputs.BY_CASE),
)
OF_EACH = (
    link("used", "Takes part", "1 is yes", styles.NUMBER),
    *(linked(_KNOWN[name]) for name in (
        "approach_number", "errors", "retraining", "error_rate_change", "retraining_every_months",
        "unit_capacity", "units_minimum", "unit_residual", "unit_rent", "unit_purchases",
        "unit_life")),
)  # fmt: skip


def add(sheet: Sheet, axes: Axes) -> None:
    """The links, below what is worked out."""
    sheet.section("From other sheets")
    sheet.values(SINGLE)
    sheet.section("From other sheets, of each approach", names=axes.approaches)
    sheet.rows(axes.approaches, OF_EACH)
    sheet.section("What each approach pays")
    paid = [link(f"paid_{each.name}", each.label, f"currency{each.timing.value}", styles.PRICE)
            for each in ALIKE]  # fmt: skip
    name = link("listed_name", "Approach", "name", styles.TEXT)
    sheet.table(axes.listed, [name, None, *paid])
    sheet.section("Months")
    sheet.table(MONTHS, [link("month", "Month", "month", styles.NUMBER)])

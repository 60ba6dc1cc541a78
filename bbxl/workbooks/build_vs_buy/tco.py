"""TCO: total cost of ownership of each approach, as the model in `bbxl.model` has it."""

from bbxl.model.driver_table import Part
from bbxl.model.streams import BY_UNIT, Component, Stream, Timing
from bbxl.workbooks import charts, styles
from bbxl.workbooks.build_vs_buy import streams, unit_steps, units
from bbxl.workbooks.build_vs_buy.axes import Axes
from bbxl.workbooks.build_vs_buy.streams import added
from bbxl.workbooks.build_vs_buy.timeline import own_weight
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.sheets import Sheet

ONCE, MONTH = "currency, once", "currency a month"
EQUIVALENT = "Equivalent monthly cost"
"""The equal monthly payments over the horizon that have the present cost: an annuity."""

ONCE_OR_NOW_AND_THEN = (Timing.RECURRING, Timing.END)
UNITS = {
    Timing.START: ONCE,
    Timing.MONTHLY: MONTH,
    Timing.PER_REQUEST: "currency a request",
    Timing.RECURRING: "currency, each time",
    Timing.END: "currency, at the end",
    Timing.PER_UNIT: "currency a unit and month",
    Timing.PURCHASE: "currency a unit",
}
FORMATS = {
    Timing.START: styles.MONEY,
    Timing.MONTHLY: styles.CENTS,
    Timing.PER_REQUEST: styles.PRICE,
    Timing.RECURRING: styles.MONEY,
    Timing.END: styles.MONEY,
    Timing.PER_UNIT: styles.CENTS,
    Timing.PURCHASE: styles.MONEY,
}
A_MONTH = {  # what a cost is multiplied by to give its average a month
    Timing.START: "/{months}",
    Timing.MONTHLY: "",
    Timing.PER_REQUEST: "*{requests_per_month}",
    Timing.RECURRING: "*{times_recurring}/{months}",
    Timing.END: "/{months}",
    Timing.PER_UNIT: "*{units_today}",
    Timing.PURCHASE: "*{unit_lives}/{months}*{units_today}",
}
_TABLE = streams.TABLE


def _summed(part: Part) -> str:
    """What a part of a stream comes to, as a formula."""
    fields = added(f"{{{name}}}" for name in part.drivers)
    if not part.times:
        return fields
    return f"({fields})*{{{part.times}}}" if len(part.drivers) > 1 else f"{fields}*{{{part.times}}}"


def _stream(stream: Stream) -> Line:
    """What is paid for a stream."""
    formula = added(map(_summed, _TABLE.streams[stream]))
    timing = stream.timing
    return Line(stream.name, stream.cost, UNITS[timing], formula, FORMATS[timing])


def _total(field: str, label: str, timing: Timing) -> Line:
    """The sum of the streams of a timing."""
    paid = added(f"{{{each.name}}}" for each in streams.of(timing))
    return Line(field, label, UNITS[timing], paid, FORMATS[timing], "result")


def _component(component: Component) -> Line:
    """What a component of the breakdown comes to a month."""
    formula = added(
        # A part that is all of its stream is a link to it.
        (f"{{{part.stream.name}}}" if part in _TABLE.streams[part.stream] else _summed(part))
        + A_MONTH[part.stream.timing]
        for part in streams.COMPONENTS[component]
    )
    return Line(f"monthly_{component.name}", component.label, MONTH, formula, styles.CENTS)


PAID = (
    Line("approach_number", "Number", "number", "COLUMNS({name:1}:{name})", styles.NUMBER,
         always=True),
    *map(_stream, streams.of(Timing.START)),
    _total("upfront", "Upfront cost", Timing.START),
    *map(_stream, streams.of(Timing.MONTHLY)),
    _total("fixed", "Fixed cost", Timing.MONTHLY),
    *map(_stream, streams.of(Timing.PER_REQUEST)),
    _total("by_request", "Cost of each request, in all", Timing.PER_REQUEST),
    *map(_stream, streams.of(*ONCE_OR_NOW_AND_THEN)),
    Line("times_recurring", "Retrainings in the horizon", "times",
         "IF({retraining_every_months}>0,INT(({months}-1)/{retraining_every_months}),0)",
         styles.NUMBER, note="At the end of each period but for the horizon's last month."),
    Line("later", "Paid later, once or now and then", "currency, in the horizon",
         added(f"{{{each.name}}}{A_MONTH[each.timing].removesuffix('/{months}')}"
               for each in streams.of(*ONCE_OR_NOW_AND_THEN)), style="result"),
    *map(_stream, streams.of(*BY_UNIT)),
    units.AT_LEAST_A_MONTH, units.TODAY, units.NEXT, units.LIVES, units.COST,
)  # fmt: skip
COMPONENTS = tuple(map(_component, streams.COMPONENTS))
BREAKDOWN = (
    *COMPONENTS,
    Line("monthly_total", "Total a month", MONTH,
         f"SUM({{{COMPONENTS[0].field}}}:{{{COMPONENTS[-1].field}}})", styles.CENTS, "result"),
    Line("annual_total", "Total a year", "currency a year", "{monthly_total}*12",
         style="result"),
    Line("horizon_total", "Total over the horizon", "currency", "{monthly_total}*{months}",
         style="result"),
    Line("cost_per_1k", "Cost per 1,000 requests", "currency",
         'IF({requests_per_month}=0,"",{monthly_total}/{requests_per_month}*1000)',
         styles.PER_1K, "result",
         note="At today's prices, undiscounted, before tax; limits on it read this."),
)  # fmt: skip


def weighted(stream: Stream) -> str:
    """The present cost of a stream, as a formula."""
    return f"{{{stream.name}}}*{{weight_of_{stream.name}}}"


_AT_ANY_VOLUME, _BY_REQUEST, _OF_UNITS = (
    added(map(weighted, found))
    for found in (
        streams.of(Timing.START, Timing.MONTHLY, *ONCE_OR_NOW_AND_THEN),
        streams.of(Timing.PER_REQUEST),
        streams.of(*BY_UNIT),
    )
)
OVER_TIME = (
    Line("nominal_cost", "Cost over the horizon", "currency", "SUM({cost})",
         note="Month by month, undiscounted, before tax."),
    Line("present_cost", "Present cost", "currency",
         "SUMPRODUCT({after_tax},{discount_factor})-{tax_later}", style="result",
         note="Discounted, after tax: Cash flows x discount factors."),
    Line("present_monthly", EQUIVALENT, MONTH, "{present_cost}/{annuity}",
         styles.CENTS, "result",
         note="Equal payments worth the present cost; the comparison is by it."),
    Line("line_start", "of it at zero volume, without units", MONTH,
         f"({_AT_ANY_VOLUME})/{{annuity}}", styles.CENTS,
         note="By the weights: a line in the volume."),
    Line("line_slope", "of it for each request a month", "currency a request",
         f"({_BY_REQUEST})/{{annuity}}", styles.PRICE),
    Line("present_units", "of it for units", MONTH, f"({_OF_UNITS})/{{annuity}}", styles.CENTS,
         note="They are added whole, so it rises in steps."),
    *unit_steps.LINES,
)  # fmt: skip


OWN_WEIGHTS = (
    units.KEPT, units.RENT_KEPT, units.PRICE_KEPT, units.LEFT, units.GOT_BACK, units.BACK_KEPT,
    units.EVERY, units.AGAIN, *map(own_weight, streams.OWN_WEIGHT), units.TAX_LATER,
)  # fmt: skip


def _spoken(line: Line) -> str:
    """A component's label as words in a sentence."""
    return line.label.removesuffix(", amortized").lower()


def add_sheet(model: Model, axes: Axes) -> None:
    """What each approach costs at the volume of the Inputs sheet, and over time."""
    sheet = Sheet(
        model,
        "TCO",
        "Total cost of ownership of each approach.",
        widths=axes.widths,
    )
    sheet.section("What is paid", names=axes.approaches)
    sheet.rows(axes.approaches, PAID)
    sheet.section("A month, at today's volume and prices", names=axes.approaches)
    sheet.rows(axes.approaches, BREAKDOWN)
    sheet.section("Present value weights of its own, after tax", names=axes.approaches)
    sheet.rows(axes.approaches, OWN_WEIGHTS)
    sheet.section("Over the horizon, with all that moves", names=axes.approaches)
    sheet.rows(axes.approaches, OVER_TIME)
    charts.axis_title(sheet, "axis_month", MONTH)
    breakdown = charts.bars(
        sheet,
        "What a month costs",
        "name",
        [line.field for line in COMPONENTS],
        "Approach",
        charts.Words("axis_month", MONTH),
        f"Stacked columns, one for each approach: {', '.join(map(_spoken, COMPONENTS))}; "
        "they add up to the total a month.",
        stacked=True,
    )
    charts.place(sheet, breakdown, f"A{sheet.row + 1}", 26)

"""Cost against volume on logarithmic axes: from below the first crossing to above the last one."""

from typing import Any

from bbxl.workbooks import charts, currency, line_names, styles
from bbxl.workbooks.build_vs_buy.axes import POINTS, Axes
from bbxl.workbooks.build_vs_buy.crossings import MONTH, VOLUME
from bbxl.workbooks.build_vs_buy.tco import EQUIVALENT
from bbxl.workbooks.build_vs_buy.unit_steps import cost_at
from bbxl.workbooks.layout import Line
from bbxl.workbooks.sheets import Sheet

TITLE = "Cost against volume, on logarithmic axes"
_SECOND = "N(INDEX({band_from:all},1+1))"
_TODAY = "MAX(1,{requests_per_month})"
RANGE = (
    Line("wide_low", "Lowest volume of the chart", VOLUME,
         f"IF({_SECOND}>0,MIN({_TODAY},{_SECOND}),{_TODAY})/{{chart_reach}}", styles.COUNT),
    Line("wide_top", "Highest volume of the chart", VOLUME,
         f"MAX({_TODAY},MAX({{band_from:all}}),N({{next_volume}}))*{{chart_reach}}", styles.COUNT),
    Line("wide_today", "Today's volume", VOLUME,
         "IF({requests_per_month}>0,{requests_per_month},NA())", styles.COUNT),
)  # fmt: skip
ROWS = (
    Line("wide_volume", "Requests a month", VOLUME,
         "{wide_low}*EXP(LN({wide_top}/{wide_low})*{wide_point}/MAX({wide_point:all}))",
         styles.COUNT),
    Line("wide_point", "Point", "number", fixed=range(POINTS.count),
         number_format=styles.NUMBER),
)  # fmt: skip
# What costs nothing has no place on such an axis: it lies at its lower edge.
COST = Line("wide_cost", "Cost", MONTH, f"MAX(1,{cost_at('{wide_volume}')})", styles.WHOLE,
            empty="NA()")  # fmt: skip
_END = f"{{wide_cost:{POINTS.count}}}"
NAME_HEIGHT = Line("wide_name_height", "Height of its name", MONTH, "EXP({wide_height})",
                   styles.WHOLE, empty="NA()")  # fmt: skip
MARKS = (
    Line("wide_mark", "Crossing", VOLUME,
         "IF(ISNUMBER({band_from}),IF({band_from}>0,{band_from},NA()),NA())", styles.WHOLE),
    Line("wide_mark_cost", "Cost there", MONTH,
         "IF(ISNUMBER({wide_mark}),MIN({reached:before}),NA())", styles.WHOLE),
)  # fmt: skip


def add_workings(sheet: Sheet, axes: Axes) -> None:
    """What the chart is made from."""
    sheet.section("For the chart on logarithmic axes")
    sheet.values(RANGE)
    charts.finding(sheet, "title_wide", f'IF({{compared}}=0,"{charts.EMPTY}","{TITLE}")')
    sheet.table(POINTS, ROWS, COST, axes.approaches)
    line_names.add(sheet, "wide", axes.approaches, axes.places,
                   f"LN({_END})", "logarithm")  # fmt: skip
    sheet.section("Points to mark in that chart", names=axes.bands)
    sheet.rows(axes.bands, MARKS)
    sheet.section("Heights of names in that chart", names=axes.approaches)
    sheet.rows(axes.approaches, [NAME_HEIGHT])


def chart(sheet: Sheet) -> Any:
    """Cost against volume over decades, with all crossings and today's volume marked."""
    drawn = charts.scatter(
        sheet,
        charts.Words("title_wide", TITLE),
        "Requests a month, at the start",
        charts.Words("axis_cost", f"{EQUIVALENT}, {currency.WORD}"),
        f"Lines of {EQUIVALENT.lower()} against requests a month on logarithmic axes, one for each "
        "approach. Diamonds mark the volumes at which the cheapest approach changes, a circle the "
        "one that the Summary names, a square today's volume.",
    )
    for axis in (drawn.x_axis, drawn.y_axis):
        axis.scaling.logBase = 10
    model = sheet.model
    charts.add_lines(drawn, model, "wide_volume", "wide_cost")
    charts.add_names(drawn, model, "wide_top", "wide_name_height", "charted_name")
    charts.add_points(drawn, model, "wide_mark", "wide_mark_cost", "diamond")
    charts.add_points(drawn, model, "named_volume", "named_cost", "circle")
    charts.add_points(drawn, model, "wide_today", "today_cost", "square", "today")
    return drawn

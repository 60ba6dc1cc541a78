"""Breakeven: where approaches cost the same, which is cheapest where, cost against volume.

Compared is the equivalent monthly cost, which is a line in the starting volume; with
no growth, discounting or tax it is the total cost of ownership a month.
"""

from dataclasses import replace
from typing import Any

from bbxl.workbooks import charts, currency, line_names, styles
from bbxl.workbooks.build_vs_buy import bands, crossings, wide_chart
from bbxl.workbooks.build_vs_buy.axes import POINTS, Axes
from bbxl.workbooks.build_vs_buy.bands import volume as _volume
from bbxl.workbooks.build_vs_buy.crossings import MONTH, VOLUME
from bbxl.workbooks.build_vs_buy.tco import EQUIVALENT
from bbxl.workbooks.build_vs_buy.unit_steps import cost_at
from bbxl.workbooks.layout import NUMBERED, Line, Model
from bbxl.workbooks.sheets import Sheet

CHART, WIDE = 9.4, 11.5  # cm: with them, the first and the second page in print are full

_ROW_START = "INDEX({present_start:all},{listed_number})"
_ROW_SLOPE = "INDEX({present_slope:all},{listed_number})"
_MET = f"({{present_start}}-{_ROW_START})/({_ROW_SLOPE}-{{present_slope}})"

ROWS = (
    Line("listed_name", "Row against column", "name", "INDEX({name:all},{listed_number})",
         style="text"),
    Line("listed_number", "Number", "number", fixed=NUMBERED, number_format=styles.NUMBER,
         hidden='{listed_name}=""'),
)  # fmt: skip
BREAKEVEN = Line(
    "breakeven",
    "Breakeven",
    VOLUME,
    'IF({listed_name}={name},"",'
    f'IF({_ROW_SLOPE}={{present_slope}},"none",IF({_MET}<0,"none",{_MET})))',
    styles.COUNT,
)
_PAIR = crossings.number_of("{listed_number}", "{approach_number}")
EXACT = replace(
    BREAKEVEN,
    formula=f'IF({{listed_name}}={{name}},"",IF(INDEX({{crossing_kind:all}},{_PAIR})="growth",'
    f"INDEX({{mean_meets:all}},{_PAIR}),INDEX({{changes_last:all}},{_PAIR})))",
)
"""The last volume at which two change places; where volume moves, that of their average costs."""
ROUGHLY = Line(
    "breakeven_answer",
    "Units",
    formula='IF(SUM({present_below})=0,"No approach buys or rents units: the volumes are exact.",'
    'IF({volume_growth}=0,"Units are added whole, so two may change places more than once: the '
    'breakeven volumes are the last ones, and the first ones stand further down."'
    '&IF({bands_exact}=0," Who is the cheapest by volume goes by what units cost on average, half '
    'a unit more than the volume fills.",IF(COUNTIF({band_to:all},"no limit")=0," Above the last '
    'volume, the cheapest changes again.","")),'
    '"Units are added whole: the volumes are those at which costs cross on '
    "average, half a unit more than the volume fills. As the volume moves, they are not worked out "
    'exactly here; BB_DISCOUNTED_BREAKEVEN gives those from which the order stays."))',
)
CHARTED = Line(
    "charted_name",
    "Name in the chart",
    "name",
    '{name}&IF(INDEX({verdict:all},{approach_number})="pass",""," (fails)")',
    style="text",
)
# How many bands begin near today's volume: those farther away would leave no room for it.
_NEAR = (
    "IF(N({requests_per_month})=0,COUNT({band_from:all}),SUMPRODUCT(ISNUMBER({band_from:all})"
    "*({band_from:all}<={chart_reach}*N({requests_per_month}))))"
)
TOP = Line(
    "chart_top",
    "Highest volume of the chart",
    VOLUME,
    f"MAX(1,{{requests_per_month}},N(INDEX({{band_from:all}},MAX(1,{_NEAR}))),N({{next_volume}}))"
    "*{chart_margin}",
    styles.COUNT,
)
POINT_ROWS = (
    Line(
        "volume", "Requests a month", VOLUME, "{chart_top}*{point}/MAX({point:all})", styles.WHOLE
    ),
    Line("point", "Point", "number", fixed=range(POINTS.count), number_format=styles.NUMBER),
)
COST_AT = Line(
    "cost_at_volume",
    "Cost",
    MONTH,
    "{present_start}+{present_slope}*{volume}",
    styles.WHOLE,
    empty="NA()",
)
STAIRS = replace(COST_AT, formula=cost_at("{volume}"))


def _of(verdict: str, field: str, label: str, of: str) -> Line:
    """What the chart shows of those that pass today, or of those that fail."""
    sign = "=" if verdict == "pass" else "<>"
    passes = f'INDEX({{verdict:all}},{{approach_number}}){sign}"pass"'
    return Line(f"{verdict}_{field}", f"{label} of those that {verdict} today", MONTH,
                f"IF({passes},{{{of}}},NA())", styles.WHOLE, empty="NA()")  # fmt: skip


DRAWN = [_of(each, "at_volume", "Cost", "cost_at_volume") for each in ("pass", "fail")]
HEIGHTS = [_of(each, "height", "Height of the name", "volume_height") for each in ("pass", "fail")]
MARKS = (
    Line("mark_volume", "Crossing", VOLUME,
         "IF(ISNUMBER({band_from}),IF({band_from}>0,IF({band_from}<={chart_top},{band_from},"
         "NA()),NA()),NA())", styles.WHOLE),
    Line("mark_cost", "Cost there", MONTH,
         "IF(ISNUMBER({mark_volume}),MIN({reached:before}),NA())", styles.WHOLE),
)  # fmt: skip
TODAY = (
    Line("today_volume", "Today's volume", VOLUME, "{requests_per_month}", styles.COUNT),
    Line(
        "today_cost",
        "Cheapest there",
        MONTH,
        "IF(COUNT({present_monthly})=0,NA(),MIN({present_monthly}))",
        styles.CENTS,
    ),
)
NAMED = (
    Line("named_volume", "Crossing that the Summary names", VOLUME,
         "IF(ISNUMBER({next_volume}),{next_volume},NA())", styles.COUNT),
    Line("named_cost", "Cost of the first there", MONTH,
         f"IF(ISNUMBER({{named_volume}}),{bands.cost_of('{leader}', '{named_volume}')},NA())",
         styles.CENTS),
)  # fmt: skip


def add_sheet(model: Model, axes: Axes) -> None:
    """Breakevens, bands, and cost against volume."""
    sheet = Sheet(
        model,
        "Breakeven",
        "Requests a month, at the start, at which approaches cost the same.",
        widths=[30, 18, *axes.figures, 10],
    )
    sheet.sentence(ROUGHLY, height=30)
    charted = sheet.row
    sheet.row += charts.rows(CHART) - 1
    matrix(sheet, axes, EXACT)
    bands.add(sheet, axes, ", passing or not", [bands.VERDICT])
    wide = sheet.row + 1
    sheet.row += charts.rows(WIDE)
    sheet.section(crossings.HEADING)
    sheet.table(replace(axes.pairs, present=""), crossings.LISTED)
    until = f'IF(ISNUMBER({{next_until}})," and below "&{_volume("{next_until}")},"")'
    sheet.workings()
    workings(sheet, axes, EQUIVALENT, STAIRS, until)
    bands.add_workings(sheet, axes, with_units=True)
    sheet.section("For the chart: who fails at today's volume", names=axes.approaches)
    sheet.rows(axes.approaches, [CHARTED, *HEIGHTS])
    for line in DRAWN:
        sheet.section(f"For the chart: {line.label[0].lower()}{line.label[1:]}")
        point = Line(f"{line.field}_point", "Point", "number", fixed=range(POINTS.count),
                     number_format=styles.NUMBER)  # fmt: skip
        sheet.table(POINTS, [point], line, axes.approaches)
    sheet.values(NAMED)
    wide_chart.add_workings(sheet, axes)
    charts.place(sheet, chart(sheet, EQUIVALENT, True), f"A{charted}", 26, CHART)
    charts.place(sheet, wide_chart.chart(sheet), f"A{wide}", 26, WIDE)


def matrix(sheet: Sheet, axes: Axes, breakeven: Line = BREAKEVEN) -> None:
    """The breakeven volume of each two approaches."""
    sheet.section("Breakeven volumes")
    sheet.table(axes.listed, ROWS, breakeven, axes.approaches)
    sheet.model.name("breakeven_volumes", "{breakeven:all}")


def workings(
    sheet: Sheet, axes: Axes, cost: str, cost_at: Line = COST_AT, until: str = '""'
) -> None:
    """What the chart is made from.

    Parameters
    ----------
    cost_at : cost at a volume.
    until : words, as a formula, of up to which volume the next one costs less.
    """
    sheet.section(f"Cost against volume: {cost[0].lower()}{cost[1:]}")
    sheet.values([TOP])
    found = f'{{next_winner}}&" costs less above "&{_volume("{next_volume}")}&{until}'
    charts.axis_title(sheet, "axis_cost", f"{cost}, {currency.WORD}")
    found = f'IF({{next_winner}}="none","Cost against volume",{found}&" requests a month")'
    charts.finding(sheet, "title_cost", f'IF({{compared}}=0,"{charts.EMPTY}",{found})')
    sheet.table(POINTS, POINT_ROWS, cost_at, axes.approaches)
    line_names.add(sheet, "volume", axes.approaches, axes.places,
                   f"{{cost_at_volume:{POINTS.count}}}", MONTH)  # fmt: skip
    sheet.section("Points to mark in the chart", names=axes.bands)
    sheet.rows(axes.bands, MARKS)
    sheet.values(TODAY)


def chart(sheet: Sheet, cost: str, gated: bool = False) -> Any:
    """Cost against volume, the crossings and today's volume marked; where approaches are gated,
    who fails, and the crossing that the Summary names."""
    drawn = charts.scatter(
        sheet,
        charts.Words("title_cost", "Cost against volume"),
        "Requests a month, at the start",
        charts.Words("axis_cost", f"{cost}, {currency.WORD}"),
        f"Lines of {cost.lower()} against requests a month, one for each approach. "
        "Diamonds mark the volumes at which the cheapest approach changes, "
        "a square today's volume"
        + (
            ", a circle the volume from which the Summary says that another costs less; "
            "an approach that fails today is grey, and its name says so."
            if gated
            else "."
        ),
    )
    model = sheet.model
    if gated:
        for grey, line, height in zip((False, True), DRAWN, HEIGHTS, strict=True):
            charts.add_lines(drawn, model, "volume", line.field, grey)
            charts.add_names(drawn, model, "chart_top", height.field, "charted_name", grey)
    else:
        charts.add_lines(drawn, model, "volume", "cost_at_volume")
        charts.add_names(drawn, model, "chart_top", "volume_height", "name")
    charts.add_points(drawn, model, "mark_volume", "mark_cost", "diamond")
    if gated:
        charts.add_points(drawn, model, "named_volume", "named_cost", "circle")
    charts.add_points(drawn, model, "today_volume", "today_cost", "square", "today")
    return drawn

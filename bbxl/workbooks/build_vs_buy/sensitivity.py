"""Sensitivity: what the comparison hangs on, as in `bbxl.model.risk.tornado`.

What an approach's own drivers do is worked out by `moves`. The drivers that both share
(volume, horizon, rates) are moved one at a time, a case each, on the Cases sheet.
"""

from bbxl.workbooks import charts, styles
from bbxl.workbooks.build_vs_buy import threats
from bbxl.workbooks.build_vs_buy.axes import PRICES, Axes
from bbxl.workbooks.build_vs_buy.cases import CASES, FIRST_OF_SETS, SETS, SHARED, SHARED_LABELS
from bbxl.workbooks.build_vs_buy.moves import CHANGES, FOR_ALL, LIVES, change
from bbxl.workbooks.build_vs_buy.tco import EQUIVALENT
from bbxl.workbooks.layout import NUMBERED, Line, Model
from bbxl.workbooks.order import place
from bbxl.workbooks.placing import Axis
from bbxl.workbooks.sheets import Sheet

MONTH = "currency a month"
AXIS = f"First less second, {MONTH}"
TALL = 8.5  # cm: of the chart, so that it and the table of its bars stand on one page
OWN = Axis("own", len(FOR_ALL), present="comparable")
COMMON = Axis("common", len(SHARED), present="comparable")
SIDE_BY_SIDE = Axis("set", len(SETS), present="comparable")
TOPMOST = Axis("topmost", 10, present="comparable")

_LABELS = f"{{{CHANGES['lower'][0].field}:label}}:{{{CHANGES['lower'][-1].field}:label}}"

PAIR = (
    Line("leader", "First: the cheapest that passes, or of all", "number",
         'IF(COUNT({place})=0,"",MATCH({placed:1},{place},0))', styles.NUMBER),
    Line("challenger", "Second: the next", "number",
         'IF(COUNT({place})<{placed:2},"",MATCH({placed:2},{place},0))', styles.NUMBER),
    *(Line(f"leader_{field}", f"The first: {label}", unit,
           f'IF({{leader}}="","",INDEX({{{source}}},{{leader}}))', styles.CENTS)
      for field, source, label, unit in (
          ("monthly", "present_monthly", "equivalent monthly cost", MONTH),
          ("present", "present_cost", "present cost", "currency"),
          ("cash", "nominal_cost", "cash paid over the horizon", "currency"))),
    Line("a_month", "A month, in words", "in words",
         'IF({annual_rate}=0," a month on average"," a month in equal payments")'
         '&IF({tax_rate}=0,""," after tax")', style="text"),
    Line("comparable", "There are two to compare", "1 is yes", 'IF({challenger}="",0,1)',
         styles.NUMBER),
    Line("difference", "First less second", MONTH,
         'IF({comparable}=1,INDEX({present_monthly},{leader})-INDEX({present_monthly},{challenger})'
         ',"")', styles.CENTS),
)  # fmt: skip


def _own(who: str, sign: str) -> list[Line | None]:
    """The table of an approach's drivers, each lower and higher."""

    def moved(side: str) -> str:
        mine = change(side, f"{{{who}_number}}", f"{{{who}}}")
        if who == "challenger":  # what moves for all is counted once: with the first
            return f"{{difference}}{sign}(1-{{challenger_all}})*{mine}"
        theirs = change(side, "{leader_number}", "{challenger}")
        return f"{{difference}}{sign}({mine}-{{leader_all}}*{theirs})"

    return [
        Line(f"{who}_driver", "Driver", "in words",
             f'IF({{{who}_all}}=1,"",INDEX({{name}},{{{who}}})&": ")&'
             f"INDEX({_LABELS},{{{who}_number}})", style="text"),
        Line(f"{who}_number", "Number", "number", fixed=NUMBERED,
             number_format=styles.NUMBER, hidden=f'{{{who}_driver}}=""'),
        *_swung(who, moved("lower"), moved("higher")),
        Line(f"{who}_all", "Moves for all", "1 is yes", fixed=FOR_ALL,
             number_format=styles.NUMBER),
    ]  # fmt: skip


_TABLES = ("leader", "challenger", "common")
_ROUNDING = "{tolerance}*MAX(1,ABS({difference}))"


def _swung(who: str, low: str, high: str) -> list[Line]:
    """The difference with a driver low and high, how far that is apart, and its rank."""
    width, apart = f"{{{who}_width}}", f"ABS({{{who}_high}}-{{{who}_low}})"
    return [
        Line(f"{who}_low", "Driver low", MONTH, low, styles.CENTS),
        Line(f"{who}_high", "Driver high", MONTH, high, styles.CENTS),
        Line(f"{who}_width", "Apart", MONTH, f"IF({apart}<={_ROUNDING},0,{apart})", styles.CENTS),
        Line(f"{who}_rank", "Rank", "1 is widest",
             place(width, [f"{{{each}_width:all}}" for each in _TABLES],
                   f"{{leader_width:1}}:{width}", ahead=">"), styles.NUMBER),
        Line(f"{who}_reverses", "Reverses", "1 is yes",
             f"IF(MAX({{{who}_low}},{{{who}_high}})>{{tolerance}}*ABS({{difference}}),1,0)",
             styles.NUMBER),
    ]  # fmt: skip


COMMON_DRIVERS = [
    Line("common_driver", "Driver", "in words", fixed=SHARED_LABELS, style="text"),
    None,
    *_swung(
        "common",
        'SUMIFS({case_difference:all},{case_driver:all},{common_driver},{case_side:all},"low")',
        'SUMIFS({case_difference:all},{case_driver:all},{common_driver},{case_side:all},"high")',
    ),
]


def _widest(column: str) -> str:
    """A figure of the driver of a rank, wherever of the three tables it stands."""
    found = "MATCH({topmost},{leader_rank:all}:{common_rank:all},0)"
    return f"INDEX({{leader_{column}:all}}:{{common_{column}:all}},{found})"


def _if_felt(formula: str) -> str:
    """Nothing for a driver that has no effect: it is not among the widest ones."""
    return f'IF({_widest("width")}=0,"",{formula})'


_LEAST, _MOST = (f"{each}({{tornado_low}},{{tornado_high}})" for each in ("MIN", "MAX"))


def _charted(formula: str) -> str:
    """No bar for a driver that is not there."""
    return f'IF({{tornado_driver}}="",0,{formula})'


TORNADO = (
    Line("tornado_driver", "Driver", "in words", _if_felt(_widest("driver")), style="text"),
    Line("topmost", "Rank", "1 is widest", fixed=NUMBERED, number_format=styles.NUMBER,
         hidden='{tornado_driver}=""'),
    Line("tornado_low", "Driver low", MONTH, _if_felt(_widest("low")), styles.CENTS),
    Line("tornado_high", "Driver high", MONTH, _if_felt(_widest("high")), styles.CENTS),
    Line("tornado_width", "Apart", MONTH, _if_felt(_widest("width")), styles.CENTS),
    Line("tornado_reverses", "Reverses", "1 is yes", _if_felt(_widest("reverses")), styles.NUMBER),
    Line("bar_start", "Bar starts at", MONTH,
         _charted(f"MIN({_MOST},0)+MAX({_LEAST},0)"), styles.CENTS, empty="NA()"),
    Line("bar_less", "of it the first costs less", MONTH,
         _charted(f"MIN({_LEAST},0)-MIN({_MOST},0)"), styles.CENTS, empty="NA()"),
    Line("bar_more", "of it the first costs more", MONTH,
         _charted(f"MAX({_MOST},0)-MAX({_LEAST},0)"), styles.CENTS, empty="NA()"),
)  # fmt: skip
WHO_WITH_WHOM = Line(
    "tornado_answer",
    "Compared",
    formula='IF({comparable}=0,"There is no second approach.","First: "&INDEX({candidate},{leader})'
    '&". Second: "&{runner_up}&IF(INDEX({verdict},{challenger})="pass",".",'
    '", which does not meet the requirements."))',
)
PRICE_ROWS = (
    Line("price_times", "API price times", "factor", "INDEX({factor:all},{price_number})",
         styles.SHARE),
    Line("price_number", "Number", "number", fixed=NUMBERED, number_format=styles.NUMBER),
)  # fmt: skip
PRICE_WINNER = Line(
    "price_winner",
    "Cheapest of all",
    "name",
    'IF(COUNT({price_cost})=0,"",INDEX({name:all},MATCH(MIN({price_cost}),{price_cost},0)))',
    style="result",
)
PRICE_COST = Line(
    "price_cost",
    EQUIVALENT,
    MONTH,
    "{present_monthly}+({price_times}-1)*{per_request}*{requests_per_month}"
    "*{weight_of_per_request}/{annuity}",
    styles.CENTS,
)


SETS_SIDE_BY_SIDE = (
    Line("set_name", "Case", "of the Inputs sheet", fixed=SETS, style="text"),
    Line("set_row", "Row among the cases", "number", fixed=range(FIRST_OF_SETS, CASES.count + 1),
         number_format=styles.NUMBER),
)  # fmt: skip
SET_COST = Line("set_cost", EQUIVALENT, MONTH, "INDEX({case_cost},{set_row})", styles.CENTS)
SET_WINNER = Line(
    "set_winner",
    "Cheapest of all",
    "name",
    'IF(COUNT({set_cost})=0,"",INDEX({name:all},MATCH(MIN({set_cost}),{set_cost},0)))',
    style="result",
)


def add_drivers(model: Model, axes: Axes) -> None:
    """What each driver contributes, and what moving it does."""
    sheet = Sheet(
        model,
        "Drivers",
        "What moving each driver alone changes, and what the difference then is.",
        widths=[52, 19, *axes.figures, 14, *[10] * 4],
    )
    for side, lines in CHANGES.items():
        sheet.section(f"What the monthly cost changes by, a driver {side}", axes.approaches)
        sheet.rows(axes.approaches, lines)
    sheet.section("With the life of a unit lower and higher", axes.approaches)
    sheet.rows(axes.approaches, LIVES)
    sheet.section("Compared")
    sheet.values(PAIR)
    threats.rivals(sheet, axes)
    threats.nearest(sheet, axes)
    sheet.section("Drivers of the first, and those that move for all")
    sheet.table(OWN, _own("leader", "+"))
    sheet.section("Drivers of the second")
    sheet.table(OWN, _own("challenger", "-"))
    sheet.section("Drivers that both share; the Cases sheet works them out")
    sheet.table(COMMON, COMMON_DRIVERS)


def add_sheet(model: Model, axes: Axes) -> None:
    """The tornado, and what other API prices would do."""
    sheet = Sheet(
        model,
        "Sensitivity",
        "What the difference between the first and the second becomes when one driver is moved.",
        "output",
        widths=[40, 16, *[14] * axes.approaches.count, 20],
    )
    sheet.section("Compared")
    sheet.sentence(WHO_WITH_WHOM, height=18)
    charted = sheet.row
    sheet.row += charts.rows(TALL) - 2
    sheet.section("The ten widest effects: first less second, equivalent monthly cost")
    sheet.table(TOPMOST, TORNADO)
    sheet.section("The three cases of the Inputs sheet side by side: equivalent monthly cost")
    sheet.table(SIDE_BY_SIDE, [*SETS_SIDE_BY_SIDE, *[None] * axes.approaches.count, SET_WINNER],
                SET_COST, axes.approaches)  # fmt: skip
    sheet.section("Equivalent monthly cost at other API prices: price scenarios, not approaches")
    columns = [*PRICE_ROWS, *[None] * axes.approaches.count, PRICE_WINNER]
    sheet.table(PRICES, columns, PRICE_COST, axes.approaches)
    sheet.workings()
    sheet.section("For the chart")
    charts.axis_title(sheet, "axis_change", AXIS)
    charts.finding(sheet, "title_change", 'IF({comparable}=0,"Nothing to show: there is no second '
                   'approach",IF({tornado_driver:1}="","No driver moves the difference","No driver '
                   'moves the difference more than "&{tornado_driver:1}))')  # fmt: skip
    tornado = charts.bars(
        sheet,
        charts.Words("title_change", "What moves the difference between the first and the second"),
        "tornado_driver",
        ["bar_start", "bar_less", "bar_more"],
        "Driver, the widest effect on top",
        charts.Words("axis_change", AXIS),
        "Tornado chart: for each driver, between what values the cost of the first less that of "
        "the second lies when the driver alone is lower or higher. Where a bar crosses zero, the "
        "driver changes which of the two costs less.",
        stacked=True,
        horizontal=True,
        names=[" ", "the first costs less", "the second costs less"],
        unseen=1,
    )
    charts.place(sheet, tornado, f"A{charted}", 27, TALL)

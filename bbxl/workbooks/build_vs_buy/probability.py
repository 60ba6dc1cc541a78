"""Probability: what the approaches cost when their drivers are uncertain, from fixed draws.

The model is `bbxl.model.simulation.simulate` with a triangular distribution for each driver that
`SPREADS` of the Inputs sheet names: symmetric, from 1 - spread to 1 + spread times what is typed.
Volume, hourly rate and cost of an error are the same for all approaches in a draw; every other
driver is drawn for each approach by itself. Taken as certain are the horizon, the rates of the
Scenario section, the error rate and its change, the life and the residual value of a unit, the
fewest units, and how often there is a retraining.

The draws are a lattice: in draw k a driver lies at MOD(k * step, modulus) / modulus of the way
through its range, by probability. The steps are the data of `draws.toml`; those of what is drawn
once stand on the sheet as numbers that went through the inverse of the distribution already.
"""

import math
import tomllib
from pathlib import Path

from bbxl.model.driver_table import label_of
from bbxl.model.drivers import RATE
from bbxl.model.streams import BY_UNIT, CAPACITY, ERRORS, Timing
from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy.axes import MONTHS, Axes
from bbxl.workbooks.build_vs_buy.spreads import SPREAD_OF, SPREADS
from bbxl.workbooks.build_vs_buy.streams import DRIVERS, ERROR_RATE, TABLE
from bbxl.workbooks.build_vs_buy.summary import money
from bbxl.workbooks.build_vs_buy.tco import MONTH
from bbxl.workbooks.build_vs_buy.units import months
from bbxl.workbooks.layout import Line, Model, link
from bbxl.workbooks.placing import Axis
from bbxl.workbooks.sheets import Sheet

LATTICE = tomllib.loads(Path(__file__).parent.with_name("draws.toml").read_text("utf-8"))
COUNT, MODULUS, SHARED, OWN = (LATTICE[each] for each in ("draws", "modulus", "shared", "own"))
DRAWS = Axis("draw", COUNT)
DECIMALS = 2  # of a number that is drawn once for all approaches
LARGEST_ERROR, USUAL_ERROR = 0.08, 0.03  # of P10, P50 and P90, as a share of P50
LARGEST_POINTS, USUAL_POINTS = 8, 5  # of a chance; what is usual holds for 19 of 20

OF_UNITS = ("unit_monthly", "unit_price", CAPACITY)
LINEAR = [
    name
    for name in DRIVERS
    if name != ERROR_RATE
    and (stream := TABLE.drivers[name].stream)
    and stream.timing not in BY_UNIT
]
MOVED = [*LINEAR, *OF_UNITS]
"""The drivers that are drawn for each approach by itself, in the order of their rows."""
UNCERTAIN = Axis("uncertain", len(MOVED))


def standard(step: int, draw: int) -> float:
    """The number of a draw: triangular on -1 to 1, most often 0."""
    place = 2 * (draw * step % MODULUS) / MODULUS - 1
    return math.copysign(1 - math.sqrt(1 - abs(place)), place)


def shared_numbers(name: str) -> list[float]:
    """The numbers of all draws of a driver that is drawn once for all approaches."""
    return [round(standard(SHARED[name], draw), DECIMALS) for draw in range(1, COUNT + 1)]


def step_of(name: str, approach: int) -> int:
    """The step of a driver of an approach, counted from 0; there are those of six."""
    turn, place = divmod(approach, len(OWN[name]))
    return int(OWN[name][place] * (turn + 1) % MODULUS)


def _number(step: str) -> str:
    """`standard` as a formula."""
    return _triangular(f"MOD({{draw}}*{step},{{modulus}})/{{half_modulus}}-1")


def _numbers(steps: str) -> str:
    """The same of a range of steps, with no MOD: not every program has it for arrays."""
    turns = f"{{draw}}*{steps}/{{modulus}}"
    return _triangular(f"(1+1)*({turns}-INT({turns}))-1")


def _triangular(place: str) -> str:
    """A place from -1 to 1 through the inverse of the distribution; a formula."""
    return f"SIGN({place})*(1-SQRT(1-ABS({place})))"


def _factor(name: str) -> str:
    """What a driver of units is multiplied by in a draw; a formula."""
    row = MOVED.index(name) + 1
    return f"(1+{{spread:{row}}}*{_number(f'{{step:{row}}}')})"


def _part(name: str) -> Line:
    """What a driver brings to the equivalent monthly cost, as it is typed."""
    driver = TABLE.drivers[name]
    assert driver.stream
    price = f"*{{{driver.times}}}" if driver.times else ""
    volume = "*{requests_per_month}" if driver.stream.timing is Timing.PER_REQUEST else ""
    worth = f"{{weight_of_{driver.stream.name}}}/{{annuity}}"
    return Line(f"part_{name}", label_of(name), MONTH, f"{{{name}}}{price}{volume}*{worth}",
                styles.CENTS)  # fmt: skip


PARTS = (
    *map(_part, LINEAR),
    Line("part_errors", "Wrong answers", MONTH,
         f"{{{ERRORS.name}}}*{{requests_per_month}}*{{weight_of_{ERRORS.name}}}/{{annuity}}",
         styles.CENTS),
    Line("drawn_filled", "Units that today's volume fills", "units",
         f"IF({{{CAPACITY}}}>0,{{requests_per_month}}/{{{CAPACITY}}}*(1-{{unit_rounding}}),0)",
         styles.FACTOR),
    Line("drawn_fewest", "Fewest units", "units", "N({units_minimum})", styles.NUMBER),
    link("unit_rent_kept", "Rent of a unit after tax", MONTH, styles.CENTS),
    Line("drawn", "Drawn", "1 is yes", "IF({used}=1,1,0)", styles.NUMBER, always=True),
    link("competes", "Passes, or none does", "1 is yes", styles.NUMBER),
    link("approach_number", "Number", "number", styles.NUMBER),
)  # fmt: skip


def _rows(field: str, last: int = len(LINEAR)) -> str:
    """The first rows of a table of drivers, those in which cost is linear."""
    return f"{{{field}:1}}:{{{field}:{last}}}"


_OFF = {name: f"{{{SPREAD_OF[name]}}}*{{drawn_{name}}}" for name in SHARED}
_VOLUME, _ERRORS = (f"(1+{_OFF[each]})" for each in ("requests_per_month", "cost_per_error"))
_LINEAR = (
    f"SUMPRODUCT({{part_{LINEAR[0]}}}:{{part_{LINEAR[-1]}}}*(1+{_rows('spread')}"
    f"*{_numbers(_rows('step'))})*(1+{_rows('times_rate')}*{_OFF[RATE]})"
    f"*(1+{_rows('times_volume')}*{_OFF['requests_per_month']}))"
)
_FILLED = f"{{drawn_filled}}*{_VOLUME}/{_factor(CAPACITY)}*{months('volume_factor')}"
_NEEDED = f"ROUNDUP({{drawn_fewest}}+({_FILLED}>{{drawn_fewest}})*({_FILLED}-{{drawn_fewest}}),0)"
_BOUGHT = f"({months('bought_worth')}-{months('bought_worth', 2)})"
_UNITS = (
    f"IF({{drawn_filled}}>0,SUMPRODUCT({_NEEDED}*({_BOUGHT}*{_factor('unit_price')}"
    f"+{{unit_rent_kept}}*{months('rent_worth')}*{_factor('unit_monthly')}))/{{annuity}},0)"
)
COST = Line(
    "draw_cost",
    "Equivalent monthly cost",
    MONTH,
    f"IF({{drawn}}=1,{_LINEAR}+{{part_errors}}*{_VOLUME}*{_ERRORS}+{_UNITS},0)",
    styles.CENTS,
    always=True,
    hidden="{drawn}=0",
)


def _winner(field: str, label: str, among: str) -> Line:
    """The number of the cheapest in a draw; of equals, the first."""
    room = "(COLUMNS({approach_number:all})+1)"
    costs = f"({{draw_cost}}+(1-{{{among}:all}})*{{draw_beyond}})"
    first = f"({costs}=SUMPRODUCT(MIN({costs})))*({room}-{{approach_number:all}})"
    return Line(field, label, "number", f"{room}-SUMPRODUCT(MAX({first}))", styles.NUMBER)


_OVER_ALL = "ROWS({draw_cost})"
RESULTS = (
    Line("drawn_estimate", "As estimated", MONTH, "{present_monthly}", styles.CENTS),
    *(Line(f"drawn_p{percent}", f"P{percent}", MONTH,
           f"PERCENTILE({{draw_cost}},{{share_{percent}}})", styles.CENTS, "result",
           note=f"In {percent} of 100 draws it costs no more.")
      for percent in (10, 50, 90)),
    Line("drawn_mean", "Mean", MONTH, f"SUM({{draw_cost}})/{_OVER_ALL}", styles.CENTS),
    Line("drawn_range", "Highest less lowest", MONTH, "MAX({draw_cost})-MIN({draw_cost})",
         styles.CENTS),
    Line("chance", "Cheapest of those that pass", "share of draws",
         f"COUNTIF({{winner}},{{approach_number}})/{_OVER_ALL}", styles.PERCENT, "result",
         note="Today's requirements, at today's volume; of all, where none meets them."),
    Line("chance_of_all", "Cheapest of all", "share of draws",
         f"COUNTIF({{winner_of_all}},{{approach_number}})/{_OVER_ALL}", styles.PERCENT,
         note="Of equals, the first counts."),
)  # fmt: skip
SINGLE = (
    Line("share_10", "P10: share of the draws", "share", fixed=0.1, number_format=styles.PERCENT,
         style="constant"),
    Line("share_50", "P50", "share", fixed=0.5, number_format=styles.PERCENT, style="constant"),
    Line("share_90", "P90", "share", fixed=0.9, number_format=styles.PERCENT, style="constant"),
    Line("modulus", "Modulus of the lattice", "number", fixed=MODULUS, style="constant",
         number_format=styles.NUMBER),
    Line("half_modulus", "Half of it", "number", "{modulus}/(1+1)", styles.HOURS),
    link("annuity", "Equal payments", "today, for 1 a month", styles.FACTOR),
    Line("draw_beyond", "More than any approach costs", MONTH, "(1+MAX({draw_cost}))*1000"),
    Line("varied", "The draws differ", "1 is yes",
         "IF(MAX({drawn_range})>{tolerance}*MAX({drawn_p50}),1,0)", styles.NUMBER),
)  # fmt: skip
_LEADER = "INDEX({candidate},{leader})"
_GROUP = " of those that meet the requirements"
WORDS = Line(
    "answer_chance",
    "How likely",
    formula='IF({comparable}=0,"",IF({rivals}=0,"",IF({varied}=0,"No driver was drawn otherwise '
    'than typed: the spreads on the Inputs sheet move none.","In "&ROWS({draw})&" draws of the '
    'drivers within the spreads of the Inputs sheet, "&IF({tied}=0,' + _LEADER
    + f'&" is the cheapest"&IF({{passing}}=0," of all","{_GROUP}"),"none"&IF({{passing}}=0,"",'
    f'"{_GROUP}")&" costs less than "&{_LEADER})&" in "'
    '&FIXED(INDEX({chance},{leader})*100,0)&"%; in the middle four fifths of them it costs '
    'between "&' + money("INDEX({drawn_p10},{leader})") + '&" and "&'
    + money("INDEX({drawn_p90},{leader})") + '&{a_month}&".")))',
)  # fmt: skip


def _groups() -> list[int]:
    """The number of the spread of each driver."""
    fields = [each.field for each in SPREADS]
    return [fields.index(SPREAD_OF[name]) + 1 for name in MOVED]


def _steps(axes: Axes) -> list[list[int]]:
    """The steps of each driver, for each approach."""
    return [[step_of(name, i) for i in range(axes.approaches.count)] for name in MOVED]


def add_sheet(model: Model, axes: Axes) -> None:
    """The results, and below them what they follow from, down to the draws."""
    room = axes.approaches.count
    sheet = Sheet(
        model,
        "Probability",
        f"{COUNT} fixed draws of the drivers. Against a simulation of many, P10, P50 and P90 were "
        f"off by at most {LARGEST_ERROR:.1%} of P50 and chances by {LARGEST_POINTS} points, and 19 "
        f"of 20 by at most {USUAL_ERROR:.1%} and {USUAL_POINTS} points.",
        widths=[38, 19, *axes.figures, *[14] * 4, 24],
    )
    sheet.section("What each costs, and how often it is the cheapest", names=axes.approaches)
    sheet.rows(axes.approaches, RESULTS)
    sheet.sentence(WORDS, height=30)
    sheet.workings()
    sheet.section("What each driver brings as it is typed", names=axes.approaches)
    sheet.rows(axes.approaches, PARTS)
    sheet.section("Single figures")
    sheet.values(SINGLE)
    sheet.section("Each driver's spread, and its step in the lattice for each approach")
    timings = [TABLE.drivers[name] for name in MOVED]
    by_hour = [int(each.times == RATE) for each in timings]
    by_request = [
        int(each.stream is not None and each.stream.timing is Timing.PER_REQUEST)
        for each in timings
    ]
    spreads = f"{{{SPREADS[0].field}:cell}}:{{{SPREADS[-1].field}:cell}}"
    sheet.table(
        UNCERTAIN,
        [
            Line("uncertain", "Driver", "in words", fixed=[label_of(name) for name in MOVED],
                 style="text"),
            *[None] * (1 + room),
            Line("spread_number", "Number of its spread", "number", fixed=_groups(),
                 number_format=styles.NUMBER),
            Line("spread", "Spread", "share", f"INDEX({spreads},{{spread_number}})",
                 styles.PERCENT),
            Line("times_rate", "Times the hourly rate", "1 is yes", fixed=by_hour,
                 number_format=styles.NUMBER),
            Line("times_volume", "Times the volume", "1 is yes", fixed=by_request,
                 number_format=styles.NUMBER),
        ],
        Line("step", "Step", "number", fixed=_steps(axes), number_format=styles.NUMBER),
        axes.approaches,
    )  # fmt: skip
    sheet.section("What is bought for a unit from each month on, and rent, is worth today")
    sheet.table(
        MONTHS,
        [
            Line("month_of_draws", "Month", "month", fixed=range(MONTHS.count),
                 number_format=styles.NUMBER),
            *[None] * (1 + room),
            link("volume_factor", "Volume", "times today's", styles.FACTOR),
            Line("rent_worth", "Rent of 1", "today", "{infra_factor}*{discount_factor}",
                 styles.FACTOR),
        ],
        link("bought_worth", "Bought", "today, after tax", styles.CENTS),
        axes.approaches,
    )  # fmt: skip
    sheet.section("The draws: 0 is as typed, -1 and 1 are as far off as the spread allows")
    drawn = {
        name: Line(f"drawn_{name}", label_of(name), "-1 to 1", fixed=shared_numbers(name),
                   number_format=styles.SHARE)
        for name in SHARED
    }  # fmt: skip
    sheet.table(
        DRAWS,
        [
            Line("draw", "Draw", "number", fixed=range(1, COUNT + 1), number_format=styles.NUMBER),
            drawn["requests_per_month"],
            *[None] * room,
            drawn[RATE],
            drawn["cost_per_error"],
            _winner("winner", "Cheapest of those compared", "competes"),
            _winner("winner_of_all", "Cheapest of all", "drawn"),
        ],
        COST,
        axes.approaches,
    )

"""Sensitivity: what the comparison hangs on, as in `bbxl.model.risk.tornado`.

Present cost is linear in each of an approach's own drivers, so what a driver
contributes says what moving it does. The drivers that both share (volume,
horizon, rates) are moved one at a time, a case each, with the weights of
`bbxl.model.projection` in closed form.
"""

from bbxl.workbooks import charts, styles
from bbxl.workbooks.build_vs_buy.axes import PRICES, Axes
from bbxl.workbooks.build_vs_buy.inputs import COSTS, SCENARIO
from bbxl.workbooks.layout import NUMBERED, Axis, Line, Model
from bbxl.workbooks.order import place
from bbxl.workbooks.sheets import Sheet

MONTH = "currency a month"
SHARED = SCENARIO[:-1]  # all but the month of the shock
SHARED_LABELS = [each.label for each in SHARED]
OWN = Axis("own", len(COSTS), present="comparable")
COMMON = Axis("common", len(SHARED), present="comparable")
CASES = Axis("case", 1 + 2 * len(SHARED), present="comparable")
TOPMOST = Axis("topmost", 10, present="comparable")

_HOURS = {
    "initial_dev_hours": "weight_of_development",
    "monthly_maintenance_hours": "weight_of_wages",
    "incident_response_hours_monthly": "weight_of_wages",
    "compliance_audit_hours_monthly": "weight_of_wages",
}
_MONEY = {
    "infrastructure_monthly": "{weight_of_infrastructure}",
    "api_cost_per_request": "{requests_per_month}*{weight_of_requests}",
    "monitoring_tooling_monthly": "{weight_of_tooling}",
    "data_labeling_cost": "{weight_of_data}",
    "training_compute_cost": "{weight_of_data}",
}


def _contribution(field: str) -> str:
    """The part of present cost a month that is proportional to a driver."""
    if field in _HOURS:
        return f"{{{field}}}*{{engineer_hourly_rate}}*{{{_HOURS[field]}}}/{{months}}"
    if field in _MONEY:
        return f"{{{field}}}*{_MONEY[field]}/{{months}}"
    return "+".join(f"{{from_{each}}}" for each in _HOURS)  # the hourly rate


CONTRIBUTIONS = [
    Line(f"from_{each.field}", each.label, MONTH, _contribution(each.field), styles.CENTS)
    for each in COSTS
]
_BLOCK = f"{{{CONTRIBUTIONS[0].field}:all}}:{{{CONTRIBUTIONS[-1].field}:all}}"
_LABELS = f"{{{CONTRIBUTIONS[0].field}:label}}:{{{CONTRIBUTIONS[-1].field}:label}}"

PAIR = (
    Line("leader", "First: the cheapest that passes, or of all", "number",
         'IF(COUNT({place})=0,"",MATCH({placed:1},{place},0))', styles.NUMBER),
    Line("challenger", "Second: the next", "number",
         'IF(COUNT({place})<{placed:2},"",MATCH({placed:2},{place},0))', styles.NUMBER),
    Line("comparable", "There are two to compare", "1 is yes", 'IF({challenger}="",0,1)',
         styles.NUMBER),
    Line("difference", "First less second", MONTH,
         'IF({comparable}=1,INDEX({present_monthly},{leader})-INDEX({present_monthly},{challenger})'
         ',"")', styles.CENTS),
)  # fmt: skip
_STREAMS = ("development", "data_and_training", "infrastructure", "wages", "tooling", "per_request")
GAPS = [
    Line(f"{stream}_gap", label, unit,
         f'IF({{comparable}}=1,INDEX({{{stream}}},{{leader}})-INDEX({{{stream}}},{{challenger}}),"")',
         styles.PRICE if stream == "per_request" else styles.CENTS)
    for stream, label, unit in zip(
        _STREAMS,
        ("Development", "Data and training", "Infrastructure", "Hours of each month", "Tooling",
         "Cost per request"),
        (*["currency, once"] * 2, *[MONTH] * 3, "currency a request"), strict=True)
]  # fmt: skip


def _own(who: str, sign: str) -> list[Line | None]:
    """The table of an approach's own drivers, each lower and higher."""
    part = f"{{{who}_part}}"
    opposite = "+" if sign == "-" else "-"
    return [
        Line(f"{who}_driver", "Driver", "in words", f'INDEX({{name}},{{{who}}})&": "&'
             f"INDEX({_LABELS},{{{who}_number}})", style="text"),
        Line(f"{who}_number", "Number", "number", fixed=NUMBERED,
             number_format=styles.NUMBER, hidden=f'{{{who}_driver}}=""'),
        Line(f"{who}_part", "Contributes", MONTH,
             f"INDEX({_BLOCK},{{{who}_number}},{{{who}}})", styles.CENTS),
        *_swung(who, f"{{difference}}{sign}{{swing}}*{part}",
                f"{{difference}}{opposite}{{swing}}*{part}"),
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
    None,
    *_swung(
        "common",
        'SUMIFS({case_difference:all},{case_driver:all},{common_driver},{case_side:all},"low")',
        'SUMIFS({case_difference:all},{case_driver:all},{common_driver},{case_side:all},"high")',
    ),
]


def _moved(field: str) -> str:
    """A shared driver in a case: as it is, or moved where the case is about it."""
    moved = f"{{{field}}}*{{case_factor}}"
    if field in ("tax_rate", "capitalised_share"):
        moved = f"MIN(1,{moved})"
    if field == "shock_factor":  # a factor of 1 is no shock, and cannot be a larger one
        moved = f"IF({{{field}}}=1,1,{moved})"
    return f"IF({{case_driver}}={{case_{field}:label}},{moved},{{{field}}})"


def _annuity(rate: str, months: str) -> str:
    """The sum of e^(rate t) over t from 0 to months - 1."""
    return f"IF(EXP({rate})=1,{months},(EXP(({rate})*{months})-1)/(EXP({rate})-1))"


def _paid(movement: str, months: str = "{case_months}") -> str:
    """Present value, after tax, of 1 a month that moves at a monthly logarithmic rate."""
    rate = f"{movement}-{{log_discount}}" if movement else "-{log_discount}"
    return f"(1-{{case_tax_rate}})*EXP(-{{log_discount}})*{_annuity(rate, months)}"


_DEDUCTED = (
    "{case_capitalised_share}*EXP(-{log_discount})*"
    + _annuity("-{log_discount}", "{case_life_months}")
    + "/{case_life_months}"
)
CASE_COLUMNS = [
    Line("case_driver", "Driver", "in words",
         fixed=["as it is", *[label for label in SHARED_LABELS for _ in range(2)]], style="text"),
    Line("case_side", "Moved", "in words", fixed=["", *["low", "high"] * len(SHARED)],
         style="text"),
    Line("case_factor", "Times", "factor",
         'IF({case_side}="low",1-{swing},IF({case_side}="high",1+{swing},1))', styles.SHARE),
    *[Line(f"case_{each.field}", each.label, each.unit, _moved(each.field), each.number_format)
      for each in SHARED],
    *[Line(f"log_{name}", label, "log a month", f"({rates})/{{months_per_year}}",
           styles.FINE)
      for name, label, rates in (
          ("discount", "Discount", "LN(1+{case_annual_rate})"),
          ("requests", "Requests x price",
           "LN(1+{case_volume_growth})+LN(1+{case_api_price_change})"),
          ("infra", "Infrastructure", "LN(1+{case_infra_price_change})"),
          ("wages", "Wages", "LN(1+{case_wage_growth})"))],
    *[Line(f"case_weight_{name}", label, "present value of 1", formula, styles.FACTOR)
      for name, label, formula in (
          ("development", "Development",
           f"1-{{case_tax_rate}}*(1-{{case_capitalised_share}}+{_DEDUCTED})"),
          ("data", "Data and training", "1-{case_tax_rate}"),
          ("infra", "Infrastructure", _paid("{log_infra}")),
          ("wages", "Hours of each month", _paid("{log_wages}")),
          ("tooling", "Tooling", _paid("")),
          ("before", "Requests before the shock",
           _paid("{log_requests}", "MIN({shock_month}-1,{case_months})")),
          ("requests", "Requests",
           "{case_weight_before}+{case_shock_factor}*("
           + _paid("{log_requests}") + "-{case_weight_before})"))],
    Line("case_difference", "First less second", MONTH,
         "({development_gap}*{case_weight_development}"
         "+{data_and_training_gap}*{case_weight_data}"
         "+{infrastructure_gap}*{case_weight_infra}+{wages_gap}*{case_weight_wages}"
         "+{tooling_gap}*{case_weight_tooling}"
         "+{per_request_gap}*{case_weight_requests}*{case_requests_per_month})/{case_months}",
         styles.CENTS, "result"),
]  # fmt: skip


def _widest(column: str) -> str:
    """A figure of the driver of a rank, wherever of the three tables it stands."""
    found = "MATCH({topmost},{leader_rank:all}:{common_rank:all},0)"
    return f"INDEX({{leader_{column}:all}}:{{common_{column}:all}},{found})"


TORNADO = (
    Line("tornado_driver", "Driver", "in words", _widest("driver"), style="text"),
    Line("topmost", "Rank", "1 is widest", fixed=NUMBERED, number_format=styles.NUMBER,
         hidden='{tornado_driver}=""'),
    Line("tornado_low", "Driver low", MONTH, _widest("low"), styles.CENTS),
    Line("tornado_high", "Driver high", MONTH, _widest("high"), styles.CENTS),
    Line("tornado_width", "Apart", MONTH, _widest("width"), styles.CENTS),
    Line("tornado_reverses", "Reverses", "1 is yes", _widest("reverses"), styles.NUMBER),
    Line("change_low", "Change, driver low", MONTH, "{tornado_low}-{difference}", styles.CENTS,
         empty="NA()"),
    Line("change_high", "Change, driver high", MONTH, "{tornado_high}-{difference}", styles.CENTS,
         empty="NA()"),
)  # fmt: skip
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
    "Present cost a month",
    MONTH,
    "{present_start}+{present_slope}*{requests_per_month}*{price_times}",
    styles.CENTS,
)


def add_drivers(model: Model, axes: Axes) -> None:
    """What each driver contributes, and what moving it does."""
    sheet = Sheet(
        model,
        "Drivers",
        "What each driver contributes, and what the difference becomes when it alone is moved.",
        portrait=True,
        widths=[52, 19, *axes.figures],
    )
    sheet.section("Part of present cost a month that is proportional to a driver", axes.approaches)
    sheet.rows(axes.approaches, CONTRIBUTIONS)
    sheet.section("Compared")
    sheet.values(PAIR)
    sheet.section("What the first costs more than the second, at the start")
    sheet.values(GAPS)
    sheet.section("Drivers of the first")
    sheet.table(OWN, _own("leader", "-"))
    sheet.section("Drivers of the second")
    sheet.table(OWN, _own("challenger", "+"))
    sheet.section("Drivers that both share; the Cases sheet works them out")
    sheet.table(COMMON, COMMON_DRIVERS)


def add_cases(model: Model) -> None:
    """Each shared driver low and high, with the present value weights of each case."""
    sheet = Sheet(
        model,
        "Cases",
        "Shared drivers moved one at a time; present value weights in closed form.",
        widths=[32, 10, *[14] * (len(CASE_COLUMNS) - 2)],
    )
    sheet.section("Each case in a row")
    sheet.table(CASES, CASE_COLUMNS)


def add_sheet(model: Model, axes: Axes) -> None:
    """The tornado, and what other API prices would do."""
    sheet = Sheet(
        model,
        "Sensitivity",
        "What the difference between the first and the second becomes when one driver is moved.",
        "output",
        one_page=True,
        widths=[52, 19, *axes.figures, 24],
    )
    sheet.section("The ten widest effects: first less second, present cost a month")
    sheet.table(TOPMOST, TORNADO)
    sheet.section("Present cost a month at other API prices")
    columns = [*PRICE_ROWS, *[None] * axes.approaches.count, PRICE_WINNER]
    sheet.table(PRICES, columns, PRICE_COST, axes.approaches)
    tornado = charts.bars(
        sheet,
        "What moves the difference between the first and the second",
        "tornado_driver",
        ["change_low", "change_high"],
        "Driver, the widest effect on top",
        "Change of the difference, currency a month",
        "Tornado chart: for each driver, how much the cost difference between the first and the "
        "second approach changes when the driver alone is lower or higher.",
        horizontal=True,
        names=["driver low", "driver high"],
    )
    charts.place(sheet, tornado, f"A{sheet.row + 1}", 26, 11)

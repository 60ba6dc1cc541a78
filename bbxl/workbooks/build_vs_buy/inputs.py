"""Inputs: everything that a person fills in, in one place."""

from dataclasses import MISSING, replace
from datetime import date
from typing import Any

from bbxl.model.capacity import HOURS_PER_MONTH, ROUNDING
from bbxl.model.driver_table import label_of
from bbxl.model.drivers import DeploymentType, Spectrum, TCOComponents
from bbxl.model.projection import Projection
from bbxl.model.quantities import Amount, Fraction, Months, Rate, quantities_of, quantity_of
from bbxl.model.settings import SETTINGS
from bbxl.model.streams import CAPACITY, Timing
from bbxl.presets import Preset
from bbxl.workbooks import entries, left_out, origins, styles
from bbxl.workbooks.build_vs_buy import api_cost
from bbxl.workbooks.build_vs_buy.api_cost import API_COST
from bbxl.workbooks.build_vs_buy.axes import LAST_MONTH, LONGEST, PRICES, VOLUMES, Axes
from bbxl.workbooks.build_vs_buy.spreads import SPREADS
from bbxl.workbooks.build_vs_buy.streams import DRIVERS, ERROR_RATE, REQUIRED, TABLE
from bbxl.workbooks.entries import Entry
from bbxl.workbooks.gates import LIMITS, WEIGHTS
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.left_out import Fault
from bbxl.workbooks.line_names import GAP
from bbxl.workbooks.sheets import Sheet

LOWEST_RATE, HIGHEST_RATE = -0.99, 10  # a year; a rate of -1 would leave nothing
_KINDS = {  # how the Scenario section takes a setting of each kind of number
    quantity_of(Months): {"unit": "months", "number_format": styles.NUMBER, "kind": "whole",
                          "lowest": 1, "highest": LONGEST},
    quantity_of(Rate): {"unit": "a year", "number_format": styles.PERCENT,
                        "lowest": LOWEST_RATE, "highest": HIGHEST_RATE},
    quantity_of(Fraction): {"unit": "share", "number_format": styles.PERCENT, "highest": 1},
    quantity_of(Amount): {"unit": "factor", "number_format": styles.SHARE, "highest": 100},
}  # fmt: skip
_OWN: dict[str, dict[str, Any]] = {  # what is not as in others of its kind
    "months": {"value": None},
    "annual_rate": {"lowest": 0, "highest": 1},
    "wage_growth": {"highest": 1},
    "shock_month": {"unit": "month"},
}
_NOTES = {
    "months": "Upfront cost is spread over it.",
    "annual_rate": "Effective; month t is discounted by (1 + rate)^(-t/12).",
    "volume_growth": "50% is half as much again each year.",
    "api_price_change": "-20% falls by a fifth each year.",
    "infra_price_change": "GPU hours fell about 40% a year.",
    "wage_growth": "Moves the monthly hours.",
    "tax_rate": "Cost is deductible when it is paid; 0% leaves tax out.",
    "capitalised_share": "Deducted over its life; data and training never are.",
    "life_months": "Deducted in equal parts.",
    "shock_factor": "Times the API price, once; 1 is no shock.",
    "shock_month": "The new price holds from this month on.",
    "infrastructure_monthly": "Servers, databases, gateways.",
    "api_cost_per_request": "Paid to a provider; or fill in the rows below.",
    "initial_dev_hours": "Work before the start.",
    "unit_monthly": "Rent, power, space; from here on empty is none.",
    "unit_price": "Paid when it is bought; deducted over its life.",
    "unit_life_months": "Then it is replaced, if it is still needed.",
    "unit_residual": "Of its value at the end, by its life, got back.",
    "unit_capacity": "BB_CAPACITY gives it, from requests a second.",
    "units_minimum": "At any volume.",
    "retraining_cost": "Each time.",
    "retraining_every_months": "Paid at each end of it, but for the horizon's.",
    "migration_cost": "Paid at the start, as moving data and people.",
    "exit_cost": "Paid in the last month.",
    "cost_per_error": "What a wrong answer costs; 1 - accuracy are wrong.",
    "error_rate_change": "-30%: a year later three in ten errors fewer.",
}


def _setting(name: str, label: str) -> Entry:
    """An input of what all approaches share, as the model has it."""
    kind = _KINDS[quantities_of(Projection)[name]]
    value = int(Projection.__dataclass_fields__[name].default)
    given = {"value": value, **kind, **_OWN.get(name, {})}
    return Entry(name, label, note=_NOTES.get(name, ""), **given)


def _driver(name: str) -> Entry:
    """An input of each approach, as the model's table of drivers has it."""
    driver, field = TCOComponents.table.drivers[name], TCOComponents.__dataclass_fields__[name]
    allowed, required = quantities_of(TCOComponents)[name], name in REQUIRED
    number_format = styles.HOURS if driver.times else styles.CENTS
    if driver.stream and driver.stream.timing is Timing.PER_REQUEST:
        number_format = styles.PRICE
    elif name == CAPACITY:
        number_format = styles.COUNT
    elif allowed.whole:
        number_format = styles.NUMBER
    elif allowed.maximum <= 1:
        number_format = styles.PERCENT
    return Entry(
        name,
        label_of(name),
        TCOComponents.table.unit(name),
        number_format,
        "whole" if allowed.whole else "decimal",
        max(allowed.minimum, LOWEST_RATE),
        min(allowed.maximum, entries.MOST),
        required=required,
        value=field.default if required and field.default is not MISSING else None,
        note=_NOTES.get(name, ""),
    )


SCENARIO = (
    Entry("requests_per_month", "Requests per month", "requests a month", note="At the start."),
    Entry(
        "peak_factor",
        "Peak over the average load",
        "times",
        styles.SHARE,
        lowest=1,
        highest=1000,
        value=3,
        note="Without units, the throughput must carry the peak.",
    ),
    *(_setting(name, each.label) for name, each in SETTINGS.items()),
)
NAME = Entry("name", "Name", "Unit", styles.TEXT, "textLength", 0, 40, (), False)
COSTS = tuple(_driver(name) for name in DRIVERS if name not in (API_COST, ERROR_RATE))
TYPED_API_COST = replace(
    _driver(API_COST), field=api_cost.TYPED, label=f"Typed {label_of(API_COST)}",
    known_as=API_COST, required=False, value=None,
)  # fmt: skip
API = (TYPED_API_COST, api_cost.MODEL, *api_cost.TOKENS)
"""What the cost of a request follows from."""
WRONG = Line(
    ERROR_RATE,
    label_of(ERROR_RATE),
    "share",
    "IF(N({cost_per_error})=0,0,1-{accuracy_score})",
    styles.PERCENT,
    note="1 - accuracy, where a wrong answer costs something.",
)
WORKED_OUT = (api_cost.cost(label_of(API_COST)), WRONG)
"""The drivers that are not typed."""
DRIVEN: tuple[Entry | Line, ...] = (*COSTS, *WORKED_OUT)
"""All that costs of an approach follow from, in the order of their rows."""
KINDS = (
    Entry("deployment", "Deployment", "choice", styles.TEXT, "list",
          choices=[each.words for each in DeploymentType], required=False,
          note="Where it runs, and so where the data goes."),
    Entry("spectrum", "Spectrum", "choice", styles.TEXT, "list",
          choices=[each.words for each in Spectrum], required=False,
          note="How much of it is built."),
)  # fmt: skip
PERFORMANCE = (
    Entry("p99_latency_ms", "p99 latency", "milliseconds", required=False,
          note="99 of 100 answers are faster."),
    Entry("throughput_rps", "Throughput", "requests a second", styles.CENTS, lowest=0.001,
          required=False, note="Sustained."),
    Entry("accuracy_score", "Accuracy", "0 to 1", styles.SHARE, highest=1, required=False,
          note="Share of right answers."),
)  # fmt: skip
RISK = (
    Entry("swing", "Swing of each driver", "share", styles.PERCENT, highest=0.5, value=0.2,
          note="How far each is moved, alone, on the Sensitivity sheet."),
    Entry("rate_swing", "Swing of each rate", "share", styles.PERCENT, highest=0.3, value=0.05,
          note="In percentage points, also from 0: discount, growth, prices, wages, tax."),
)  # fmt: skip
MOVE = (
    Entry("move_from", "Move from", "name", styles.TEXT, "textLength", 0, 40, required=False,
          note="An approach; empty is the second place, or the first if the second is named."),
    Entry("move_to", "Move to", "name", styles.TEXT, "textLength", 0, 40, required=False,
          note="An approach; empty is the first place, or the second if the first is named."),
    Entry("start_date", "Start", "date", styles.DATE, "date", 36_526, 73_050,
          value=date(2027, 1, 1), note="Of month 1; quarters and years are the calendar's."),
    Entry("hours_per_fte", "Hours of one person, full time", "hours a month", styles.HOURS,
          lowest=1, highest=744, value=160),
)  # fmt: skip
PRICE_FACTOR = Entry("factor", "API price times", "factor", styles.SHARE, highest=100,
                     note="Price lists change two or three times a year.")  # fmt: skip
WORDS_AND_CHARTS = (
    GAP,
    Line("chart_reach", "Charts show crossings up to, times today's volume", "factor", fixed=10,
         number_format=styles.NUMBER),
    Line("tolerance", "Differences up to this share are rounding", "share", fixed=1e-6,
         number_format=styles.FINE),
    Line("text_decimals", "Most decimals of a figure in words", "decimals", fixed=4),
    Line("money_digits", "Digits of money in words", "digits", fixed=3),
    Line("chart_margin", "Charts reach past the last crossing by", "factor", fixed=1.25,
         number_format=styles.SHARE),
)  # fmt: skip
VOLUME_FACTOR = Entry("times", "Volume times", "factor", styles.SHARE, highest=1000,
                      note="For the sheet Volume and price.")  # fmt: skip
CONSTANTS = (
    Line("unusual_rate", "Rates above this want a second look", "a year", fixed=1,
         number_format=styles.PERCENT),
    Line("most_return", "Rates of return are told up to", "a year", fixed=10,
         number_format=styles.PERCENT),
    Line("unit_rounding", "Part of a unit that is rounding", "share", fixed=ROUNDING,
         number_format="0.0E+00"),
    Line("seconds_per_hour", "Seconds in an hour", "seconds", fixed=3600),
    Line("hours_per_month", "Hours in a month", "hours", fixed=HOURS_PER_MONTH),
    *WORDS_AND_CHARTS,
)  # fmt: skip
CASE = Entry("case", "Case", "choice", styles.TEXT, "list", choices=("base", "low", "high"),
             value="base", note="Which values are in use; empty ones are as in base.")  # fmt: skip
SWITCH = (entries.CURRENCY, CASE)
_SWITCHED = {"requests_per_month", *(name for name, each in SETTINGS.items() if each.moved)}
BY_CASE = tuple(each for each in SCENARIO if each.field in _SWITCHED)
"""What all approaches share and the cost moves with: the model's tornado moves them, too."""
FURTHER = tuple(each for each in SCENARIO if each not in BY_CASE)
SINGLE = (SWITCH, BY_CASE, FURTHER, LIMITS, WEIGHTS, RISK, SPREADS, MOVE)


def add_sheet(model: Model, axes: Axes, preset: Preset) -> None:
    """The sheet, filled with a preset."""
    sheet = Sheet(
        model,
        "Inputs",
        f"Fill in the pale cells with blue figures. Example: {preset.title}. {preset.source}",
        "input",
        [*axes.widths, *origins.WIDTHS],
    )
    given, first = _given(preset), sheet.row
    entries.values(sheet, "Currency and case", SWITCH, given)
    entries.by_case(sheet, "Scenario", BY_CASE,
                    given, CASE)  # fmt: skip
    model.name(LAST_MONTH, "{months:cell}")
    entries.values(sheet, "Further terms, in all cases", FURTHER, given)
    sheet.section("Approaches, each in a column", names=axes.approaches)
    approaches = [{"name": name, **each} for name, each in preset.approaches.items()]
    entries.rows(sheet, axes.approaches, (NAME, *COSTS, *KINDS), approaches)
    sheet.rows(axes.approaches, WORKED_OUT)  # last, so that a person can clear a column of inputs
    model.name("approaches", "{name:label}:{error_rate:all}")
    sheet.section("API cost per request: typed, or from tokens", names=axes.approaches)
    entries.rows(sheet, axes.approaches, API, approaches)
    sheet.rows(axes.approaches, api_cost.lines(TYPED_API_COST))
    sheet.section("Who takes part", names=axes.approaches)
    sheet.rows(axes.approaches, left_out.taking_part(COSTS, _AT_ODDS, API))
    sheet.section("Performance; for requirements only", names=axes.approaches)
    measured = [preset.performance.get(name, {}) for name in preset.approaches]
    entries.rows(sheet, axes.approaches, PERFORMANCE, measured)
    entries.values(sheet, "Requirements; leave one empty for no limit", LIMITS, given)
    entries.values(sheet, "Weights of the score", WEIGHTS, given)
    entries.values(sheet, "Sensitivity", RISK, given)
    entries.rows(
        sheet,
        PRICES,
        [PRICE_FACTOR],
        [{"factor": n} for n in (0.5, 1, 1.5, 2, 3)],
        axes.approaches.count,
    )
    entries.rows(
        sheet,
        VOLUMES,
        [VOLUME_FACTOR],
        [{"times": n} for n in (0.25, 0.5, 1, 2, 3, 4)],
        axes.approaches.count,
    )
    entries.values(sheet, "Uncertainty: how far off what is typed may be", SPREADS, given)
    entries.values(sheet, "Business case", MOVE, given)
    origins.add(sheet, first)
    sheet.section("Constants, not to be changed")
    sheet.values([replace(line, style="constant") for line in CONSTANTS], named=True)


_AT_ODDS = (
    *api_cost.FAULTS,
    *(
        Fault(f"AND(N({{{name}}})>0,N({{{needed}}})=0)", f'{{{needed}:label}}&" is missing"')
        for name, needed in TABLE.needs
    ),
    Fault(
        "AND(N({cost_per_error})>0,NOT(ISNUMBER({accuracy_score})))",
        '{accuracy_score:label}&" is missing, and an error costs"',
    ),
    Fault(
        "AND(N({cost_per_error})>0,OR(N({accuracy_score})<0,N({accuracy_score})>1))",
        '{accuracy_score:label}&" is out of range, and an error costs"',
    ),
)
"""What is wrong with inputs that only together make sense."""


def input_faults() -> str:
    """How many single inputs are missing or wrong, as a formula."""
    return "+".join(entries.faults(section) for section in SINGLE)


def _given(preset: Preset) -> dict[str, Any]:
    """What a preset says of the single inputs."""
    nothing: dict[str, dict[str, float]] = {"requirements": {}, "weights": {}}
    scenario = next(iter(preset.scenarios.values()), nothing)
    weights = {f"weight_{name}": value for name, value in scenario["weights"].items()}
    single = {"requests_per_month": preset.requests_per_month, "months": preset.months}
    return {**single, **scenario["requirements"], **weights}

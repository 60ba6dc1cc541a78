"""Inputs: everything that a person fills in, in one place."""

from dataclasses import replace
from typing import Any

from bbxl.model.drivers import DeploymentType, Spectrum
from bbxl.model.pricing import HOURS_PER_MONTH
from bbxl.presets import Preset
from bbxl.workbooks import entries, styles
from bbxl.workbooks.build_vs_buy.axes import LONGEST, PRICES, Axes
from bbxl.workbooks.entries import Entry
from bbxl.workbooks.gates import LIMITS, WEIGHTS
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.sheets import Sheet

LOWEST_RATE, HIGHEST_RATE = -0.6, 10  # a year; a rate of -1 would leave nothing


def _rate(field: str, label: str, note: str) -> Entry:
    return Entry(field, label, "a year", styles.PERCENT, lowest=LOWEST_RATE, highest=HIGHEST_RATE,
                 value=0, note=note)  # fmt: skip


SCENARIO = (
    Entry("requests_per_month", "Requests per month", "requests a month", note="At the start."),
    Entry("months", "Horizon", "months", styles.NUMBER, "whole", 1, LONGEST,
          note="Upfront cost is spread over it."),
    Entry("annual_rate", "Discount rate", "a year", styles.PERCENT, highest=1, value=0,
          note="Effective; month t is discounted by (1 + rate)^(-t/12)."),
    _rate("volume_growth", "Volume growth", "50% is half as much again each year."),
    _rate("api_price_change", "API price change", "-20% falls by a fifth each year."),
    _rate("infra_price_change", "Infrastructure price change", "GPU hours fell about 40% a year."),
    _rate("wage_growth", "Wage growth", "Moves the monthly hours."),
    Entry("tax_rate", "Tax rate", "share", styles.PERCENT, highest=1, value=0,
          note="Cost is deductible when it is paid; 0% leaves tax out."),
    Entry("capitalised_share", "Capitalised share of development", "share", styles.PERCENT,
          highest=1, value=0, note="Deducted over its life; data and training never are."),
    Entry("life_months", "Life of what is capitalised", "months", styles.NUMBER, "whole", 1,
          LONGEST, value=36, note="Deducted in equal parts."),
    Entry("shock_factor", "API price shock", "factor", styles.SHARE, highest=100, value=1,
          note="Times the API price, once; 1 is no shock."),
    Entry("shock_month", "Month of the shock", "month", styles.NUMBER, "whole", 1, LONGEST,
          value=1, note="The new price holds from this month on."),
)  # fmt: skip
NAME = Entry("name", "Name", "Unit", styles.TEXT, "textLength", 0, 40, (), False)
COSTS = (
    Entry("infrastructure_monthly", "Infrastructure monthly", "currency a month", styles.CENTS,
          note="Servers, databases, gateways."),
    Entry("api_cost_per_request", "API cost per request", "currency a request", styles.PRICE,
          note="Paid to a provider; see the Prices sheet."),
    Entry("initial_dev_hours", "Initial dev hours", "hours, once", styles.HOURS,
          note="Work before the start."),
    Entry("monthly_maintenance_hours", "Monthly maintenance hours", "hours a month", styles.HOURS),
    Entry("engineer_hourly_rate", "Engineer hourly rate", "currency an hour", styles.CENTS),
    Entry("monitoring_tooling_monthly", "Monitoring tooling monthly", "currency a month",
          styles.CENTS),
    Entry("data_labeling_cost", "Data labeling cost", "currency, once", styles.CENTS),
    Entry("training_compute_cost", "Training compute cost", "currency, once", styles.CENTS),
    Entry("incident_response_hours_monthly", "Incident response hours monthly", "hours a month",
          styles.HOURS),
    Entry("compliance_audit_hours_monthly", "Compliance audit hours monthly", "hours a month",
          styles.HOURS),
)  # fmt: skip
KINDS = (
    Entry("deployment", "Deployment", "choice", styles.TEXT, "list",
          choices=[each.value for each in DeploymentType], required=False,
          note="Where it runs, and so where the data goes."),
    Entry("spectrum", "Spectrum", "choice", styles.TEXT, "list",
          choices=[each.value for each in Spectrum], required=False,
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
)  # fmt: skip
PRICE_FACTOR = Entry("factor", "API price times", "factor", styles.SHARE, highest=100,
                     note="Price lists change two or three times a year.")  # fmt: skip
WORDS_AND_CHARTS = (
    Line("tolerance", "Differences up to this share are rounding", "share", fixed=1e-6,
         number_format=styles.FINE),
    Line("text_decimals", "Most decimals of a figure in words", "decimals", fixed=4),
    Line("money_decimals", "Decimals of money in words", "decimals", fixed=2),
    Line("chart_margin", "Charts reach past the last crossing by", "factor", fixed=1.25,
         number_format=styles.SHARE),
)  # fmt: skip
CONSTANTS = (
    Line("months_per_year", "Months in a year", "months", fixed=12),
    Line("thousand", "Requests in a thousand, milliseconds in a second", "number", fixed=1000),
    Line("hundred", "Percent in a whole", "percent", fixed=100),
    Line("million", "Tokens in a million", "tokens", fixed=1_000_000),
    Line("hours_per_month", "Hours in a month", "hours", fixed=HOURS_PER_MONTH),
    *WORDS_AND_CHARTS,
)  # fmt: skip
SINGLE = (SCENARIO, LIMITS, WEIGHTS, RISK)


def add_sheet(model: Model, axes: Axes, preset: Preset) -> None:
    """The sheet, filled with a preset."""
    sheet = Sheet(
        model,
        "Inputs",
        f"Fill in the pale cells with blue figures. Example: {preset.title}. {preset.source}",
        "input",
        axes.widths,
    )
    given = _given(preset)
    entries.values(sheet, "Scenario", SCENARIO, given)
    sheet.section("Approaches, each in a column", names=axes.approaches)
    approaches = [{"name": name, **each} for name, each in preset.approaches.items()]
    entries.rows(sheet, axes.approaches, (NAME, *COSTS, *KINDS), approaches)
    model.name("approaches", "{name:label}:{spectrum:all}")
    sheet.rows(
        axes.approaches, taking_part("{infrastructure_monthly}:{compliance_audit_hours_monthly}")
    )
    sheet.section("Performance; for requirements only", names=axes.approaches)
    measured = [preset.performance.get(name, {}) for name in preset.approaches]
    entries.rows(sheet, axes.approaches, PERFORMANCE, measured)
    entries.values(sheet, "Requirements; leave one empty for no limit", LIMITS, given)
    entries.values(sheet, "Weights of the score", WEIGHTS, given)
    entries.values(sheet, "Sensitivity", RISK, given)
    entries.rows(sheet, PRICES, [PRICE_FACTOR], [{"factor": each} for each in (0.5, 1, 3)])
    sheet.section("Constants, not to be changed")
    sheet.values([replace(line, style="constant") for line in CONSTANTS], named=True)


def taking_part(costs: str) -> tuple[Line, Line]:
    """Whether what stands in a column is complete, and so takes part.

    Parameters
    ----------
    costs : the range of figures that it must have.
    """
    status = (
        f'IF({{name}}="",IF(COUNTA({costs})=0,"","no name"),'
        'IF(SUMPRODUCT(({name:all}={name})*1)>1,"fails: name twice",'
        f'IF(COUNT({costs})<ROWS({costs}),"incomplete",'
        f'IF(COUNTIF({costs},"<0")>0,"fails: negative","complete"))))'
    )
    used = 'IF({status}="complete",IF({input_faults}=0,1,0),"")'
    return (
        Line("status", "Status", "in words", status, style="check", always=True,
             note="Only a complete approach takes part."),
        Line("used", "Takes part", "1 is yes", used, styles.NUMBER, always=True),
    )  # fmt: skip


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

"""The build-vs-buy comparison: up to six approaches, in native formulas only.

Approaches stand in columns B to G on every sheet, so that a formula reads
across unchanged. A `Line` is a row: what it is called, its unit and, for a
computed one, its formula, in which {field} is that field's cell in the same
column, wherever it stands. Empty approach columns show nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from openpyxl import Workbook

from bbxl.cost import DeploymentType, Spectrum
from bbxl.presets import Preset
from bbxl.workbooks import styles
from bbxl.workbooks.sheets import CAPACITY, FIRST, LAST, NOTE, Line, Model, line_chart

CHART_POINTS = 41

SCENARIO = (
    Line("requests_per_month", "Requests per month", "requests a month", styles.VOLUME),
    Line("months", "Horizon", "months", styles.VOLUME, lowest=1),
    Line("chart_step", "Chart volume step", "requests a month", styles.VOLUME),
    Line("months_per_year", "Months in a year", "months", styles.VOLUME, lowest=1),
    Line("tolerance", "Tolerance of the checks", "currency a month", styles.CENTS),
    Line("thousand", "Requests in a thousand", "requests", styles.VOLUME, lowest=1),
)
APPROACHES = (
    Line("name", "Name", "text"),
    Line("infrastructure_monthly", "Infrastructure monthly", "currency a month"),
    Line("api_cost_per_request", "API cost per request", "currency a request", styles.PRICE),
    Line("initial_dev_hours", "Initial dev hours", "hours, once"),
    Line("monthly_maintenance_hours", "Monthly maintenance hours", "hours a month"),
    Line("engineer_hourly_rate", "Engineer hourly rate", "currency an hour"),
    Line("monitoring_tooling_monthly", "Monitoring tooling monthly", "currency a month"),
    Line("data_labeling_cost", "Data labeling cost", "currency, once"),
    Line("training_compute_cost", "Training compute cost", "currency, once"),
    Line("incident_response_hours_monthly", "Incident response hours monthly", "hours a month"),
    Line("compliance_audit_hours_monthly", "Compliance audit hours monthly", "hours a month"),
    Line("deployment", "Deployment", "choice", choices=[each.value for each in DeploymentType]),
    Line("spectrum", "Spectrum", "choice", choices=[each.value for each in Spectrum]),
)
PERFORMANCE = (
    Line("p99_latency_ms", "p99 latency", "milliseconds"),
    Line("throughput_rps", "Throughput", "requests a second"),
    Line("accuracy_score", "Accuracy", "0 to 1", styles.SHARE, highest=1),
)
LIMITS = (
    Line("max_latency_p99", "Highest p99 latency", "milliseconds"),
    Line("min_throughput", "Lowest throughput", "requests a second"),
    Line("min_accuracy", "Lowest accuracy", "0 to 1", styles.SHARE, highest=1),
    Line("max_cost_per_1k", "Highest cost per 1,000 requests", "currency", styles.CENTS),
)

MONTH, ONCE = "currency a month", "currency, once"

LINE_OF_COST = (
    Line(
        "upfront",
        "Upfront cost",
        ONCE,
        formula="{initial_dev_hours}*{engineer_hourly_rate}"
        "+{data_labeling_cost}+{training_compute_cost}",
    ),
    Line("slope", "Cost per request", "currency a request", styles.PRICE, "{api_cost_per_request}"),
    Line(
        "fixed",
        "Fixed cost",
        MONTH,
        formula="{infrastructure_monthly}+({monthly_maintenance_hours}"
        "+{incident_response_hours_monthly}+{compliance_audit_hours_monthly})"
        "*{engineer_hourly_rate}+{monitoring_tooling_monthly}",
    ),
    Line("start", "Cost at zero volume", MONTH, styles.CENTS, "{upfront}/months+{fixed}"),
)
BREAKDOWN = (
    Line(
        "compute",
        "Compute",
        MONTH,
        styles.CENTS,
        "{infrastructure_monthly}+{api_cost_per_request}*requests_per_month",
    ),
    Line(
        "engineering",
        "Engineering",
        MONTH,
        styles.CENTS,
        "({monthly_maintenance_hours}+{incident_response_hours_monthly})*{engineer_hourly_rate}",
    ),
    Line(
        "development_amortized",
        "Development, amortized",
        MONTH,
        styles.CENTS,
        "{initial_dev_hours}*{engineer_hourly_rate}/months",
    ),
    Line(
        "data_and_training_amortized",
        "Data and training, amortized",
        MONTH,
        styles.CENTS,
        "({data_labeling_cost}+{training_compute_cost})/months",
    ),
    Line(
        "compliance",
        "Compliance",
        MONTH,
        styles.CENTS,
        "{compliance_audit_hours_monthly}*{engineer_hourly_rate}",
    ),
    Line("tooling", "Tooling", MONTH, styles.CENTS, "{monitoring_tooling_monthly}"),
)
TOTALS = (
    Line("monthly_total", "Total a month", MONTH, styles.CENTS, "SUM({compute}:{tooling})"),
    Line(
        "annual_total",
        "Total a year",
        "currency a year",
        styles.CENTS,
        "{monthly_total}*months_per_year",
    ),
    Line(
        "horizon_total",
        "Total over the horizon",
        "currency",
        styles.CENTS,
        "{monthly_total}*months",
    ),
    Line(
        "cost_per_1k",
        "Cost per 1,000 requests",
        "currency",
        styles.PRICE,
        'IF(requests_per_month=0,"",{monthly_total}/requests_per_month*thousand)',
    ),
)
REQUIREMENTS = tuple(
    Line(
        f"{limit}_met",
        label,
        "pass or fail",
        formula=f'IF({limit}="","no limit",IF({{{field}}}="","not stated",'
        f'IF({{{field}}}{comparison}{limit},"pass","fail")))',
    )
    for limit, label, field, comparison in (
        ("max_latency_p99", "p99 latency", "p99_latency_ms", "<="),
        ("min_throughput", "Throughput", "throughput_rps", ">="),
        ("min_accuracy", "Accuracy", "accuracy_score", ">="),
        ("max_cost_per_1k", "Cost per 1,000 requests", "cost_per_1k", "<="),
    )
)
VERDICT = (
    Line(
        "verdict",
        "All requirements",
        "pass or fail",
        formula='IF(COUNTIF({max_latency_p99_met}:{max_cost_per_1k_met},"fail")'
        '+COUNTIF({max_latency_p99_met}:{max_cost_per_1k_met},"not stated")=0,"pass","fail")',
    ),
    Line(
        "qualified_total",
        "Total a month, if it passes",
        MONTH,
        styles.CENTS,
        'IF({verdict}="pass",{monthly_total},"")',
    ),
)


def build(preset: Preset) -> Workbook:
    """The workbook with a preset's approaches, volume, horizon and requirements filled in."""
    model = Model()
    inputs(model, preset)
    tco(model)
    breakeven(model)
    requirements(model)
    summary(model)
    return model.finished()


def inputs(model: Model, preset: Preset) -> None:
    """Everything that a person fills in, in one place."""
    sheet = model.sheet(
        "Inputs", "Fill in the pale cells with blue figures. Everything else follows from them."
    )
    scenario = next(iter(preset.scenarios.values()))
    values = {
        "requests_per_month": preset.requests_per_month,
        "months": preset.months,
        "chart_step": preset.requests_per_month / 4,
        "months_per_year": 12,
        "tolerance": 0.01,
        "thousand": 1000,
    }
    model.section(sheet, "Scenario")
    model.inputs(sheet, SCENARIO, [values], named=True)
    model.section(sheet, "Approaches, in columns; leave a column empty for none")
    top = model.row(sheet)
    model.inputs(sheet, APPROACHES, _with_names(preset.approaches))
    model.name("approaches", f"Inputs!$A${top}:${LAST}${model.row(sheet) - 1}")
    sheet["A3"], sheet["A3"].style = f"Example: {preset.title}. {preset.source}", "bbxl note"
    model.section(sheet, "Performance")
    model.inputs(sheet, PERFORMANCE, [preset.performance.get(n, {}) for n in preset.approaches])
    model.section(sheet, "Requirements; leave one empty for no limit")
    model.inputs(sheet, LIMITS, [scenario["requirements"]], named=True)


def tco(model: Model) -> None:
    """Total cost of ownership: each approach as a line, its breakdown, its totals."""
    sheet = model.sheet("TCO", "What each approach costs at the volume of the Inputs sheet.")
    for heading, lines in (
        ("Each approach as a line", LINE_OF_COST),
        ("Breakdown", BREAKDOWN),
        ("Totals", TOTALS),
    ):
        model.section(sheet, heading, names=True)
        model.formulas(sheet, lines, style="result" if lines is TOTALS else "formula")


def breakeven(model: Model) -> None:
    """The volume at which each two approaches cost the same, and the chart's figures."""
    sheet = model.sheet("Breakeven", "Requests a month at which two approaches cost the same.")
    model.section(sheet, "Row against column", names=True)
    top = model.row(sheet)
    for number in range(1, CAPACITY + 1):
        row = model.row(sheet)
        sheet[f"{NOTE}{row}"] = number
        model.formulas(sheet, [_crossing(model, row, header=top - 1)])
        name = f"INDEX({model.across('name')},${NOTE}{row})"
        sheet[f"A{row}"] = f'=IF({name}="","",{name})'
    model.name("breakeven_volumes", f"Breakeven!${FIRST}${top}:${LAST}${model.row(sheet) - 1}")
    model.section(sheet, "Cost a month by volume, for the chart", names=True)
    top = model.row(sheet)
    for point in range(CHART_POINTS):
        row = model.row(sheet)
        cost = Line("cost_at_volume", "", MONTH, styles.MONEY, "{start}+{slope}*$A{row}")
        model.formulas(sheet, [cost], empty="NA()")  # which a chart leaves out
        sheet[f"A{row}"] = f"=A{row - 1}+chart_step" if point else 0
        sheet[f"A{row}"].number_format = styles.VOLUME


def _crossing(model: Model, row: int, header: int) -> Line:
    """Where the row's approach and the column's cost the same, if they do."""
    slope = f"INDEX({model.across('slope')},${NOTE}{row})"
    start = f"INDEX({model.across('start')},${NOTE}{row})"
    volume = f"({{start}}-{start})/({slope}-{{slope}})"
    itself = f"${NOTE}{row}=COLUMNS(${FIRST}${header}:{{column}}${header})"
    none = f'IF({slope}={{slope}},"none",IF({volume}<0,"none",{volume}))'
    formula = f'IF($A{row}="","",IF({itself},"",{none}))'
    return Line("breakeven", "", "requests a month", styles.VOLUME, formula)


def requirements(model: Model) -> None:
    """Which approaches meet the requirements."""
    sheet = model.sheet("Requirements", "Each approach against the limits of the Inputs sheet.")
    model.section(sheet, "Requirement", names=True)
    model.formulas(sheet, REQUIREMENTS)
    model.formulas(sheet, VERDICT, style="result")


def summary(model: Model) -> None:
    """The answer, in figures, in a sentence and in a chart."""
    sheet = model.sheet("Summary", "What follows from the Inputs sheet.")
    model.section(sheet, "Result")
    model.headlines(sheet, _results(model))
    model.section(sheet, "In words")
    model.sentence(
        sheet,
        'IF(recommended="none","No approach meets every requirement at "'
        '&TEXT(requests_per_month,"#,##0")&" requests a month.",'
        '"At "&TEXT(requests_per_month,"#,##0")&" requests a month over "&months&" months, "'
        '&recommended&" is the cheapest approach that meets the requirements: "'
        '&TEXT(recommended_cost,"#,##0")&" a month.")',
        name="recommendation",
    )
    last = model.row(model.book["Breakeven"]) - 1
    line_chart(
        model.book["Breakeven"], last - CHART_POINTS, last, sheet, f"A{model.row(sheet) + 1}"
    )


def _results(model: Model) -> list[Line]:
    """The headline outputs, and the checks that the figures hold together."""
    names, costs = model.across("name"), model.across("monthly_total")
    passing = model.across("qualified_total")
    given = model.across("infrastructure_monthly", "compliance_audit_hours_monthly")
    lines = f"SUM({model.across('start')})+SUM({model.across('slope')})*requests_per_month"

    def cheapest(totals: str) -> str:
        return f'IF(COUNT({totals})=0,"none",INDEX({names},MATCH(MIN({totals}),{totals},0)))'

    def lowest(totals: str) -> str:
        return f'IF(COUNT({totals})=0,"",MIN({totals}))'

    return [
        Line("cheapest", "Cheapest of all", "name", formula=cheapest(costs)),
        Line("cheapest_cost", "It costs", MONTH, styles.CENTS, lowest(costs)),
        Line(
            "recommended",
            "Cheapest that meets the requirements",
            "name",
            formula=cheapest(passing),
        ),
        Line("recommended_cost", "It costs", MONTH, styles.CENTS, lowest(passing)),
        Line(
            "check_sums",
            "Check: breakdowns add up to the lines",
            "OK or ERROR",
            formula=f'IF(ABS(SUM({costs})-({lines}))<=tolerance,"OK","ERROR")',
        ),
        Line(
            "check_inputs",
            "Check: no cost of an approach is empty",
            "OK or ERROR",
            formula=f'IF(SUMPRODUCT(({names}<>"")*({given}=""))=0,"OK","ERROR")',
        ),
    ]


def _with_names(approaches: Mapping[str, Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    return [{"name": name, **each} for name, each in approaches.items()]

"""TCO: total cost of ownership of each approach, as the model in `bbxl.model` has it."""

from bbxl.workbooks import charts, styles
from bbxl.workbooks.build_vs_buy.axes import Axes
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.sheets import Sheet

ONCE, MONTH = "currency, once", "currency a month"

STREAMS = (
    Line("development", "Development", ONCE, "{initial_dev_hours}*{engineer_hourly_rate}"),
    Line("data_and_training", "Data and training", ONCE,
         "{data_labeling_cost}+{training_compute_cost}"),
    Line("upfront", "Upfront cost", ONCE, "{development}+{data_and_training}", style="result"),
    Line("infrastructure", "Infrastructure", MONTH, "{infrastructure_monthly}", styles.CENTS),
    Line("wages", "Hours of each month", MONTH,
         "({monthly_maintenance_hours}+{incident_response_hours_monthly}"
         "+{compliance_audit_hours_monthly})*{engineer_hourly_rate}", styles.CENTS),
    Line("tooling", "Tooling", MONTH, "{monitoring_tooling_monthly}", styles.CENTS),
    Line("fixed", "Fixed cost", MONTH, "{infrastructure}+{wages}+{tooling}", styles.CENTS,
         "result"),
    Line("per_request", "Cost per request", "currency a request", "{api_cost_per_request}",
         styles.PRICE),
)  # fmt: skip
BREAKDOWN = (
    Line("compute", "Compute", MONTH, "{infrastructure}+{per_request}*{requests_per_month}",
         styles.CENTS),
    Line("engineering", "Engineering", MONTH,
         "({monthly_maintenance_hours}+{incident_response_hours_monthly})*{engineer_hourly_rate}",
         styles.CENTS),
    Line("development_amortized", "Development, amortized", MONTH, "{development}/{months}",
         styles.CENTS),
    Line("data_and_training_amortized", "Data and training, amortized", MONTH,
         "{data_and_training}/{months}", styles.CENTS),
    Line("compliance", "Compliance", MONTH,
         "{compliance_audit_hours_monthly}*{engineer_hourly_rate}", styles.CENTS),
    Line("tooling_monthly", "Tooling", MONTH, "{tooling}", styles.CENTS),
    Line("monthly_total", "Total a month", MONTH, "SUM({compute}:{tooling_monthly})",
         styles.CENTS, "result"),
    Line("annual_total", "Total a year", "currency a year", "{monthly_total}*{months_per_year}",
         style="result"),
    Line("horizon_total", "Total over the horizon", "currency", "{monthly_total}*{months}",
         style="result"),
    Line("cost_per_1k", "Cost per 1,000 requests", "currency",
         'IF({requests_per_month}=0,"",{monthly_total}/{requests_per_month}*{thousand})',
         styles.PER_1K, "result"),
)  # fmt: skip
OVER_TIME = (
    Line("nominal_cost", "Cost over the horizon", "currency", "SUM({cost})",
         note="Month by month, undiscounted, before tax."),
    Line("present_cost", "Present cost", "currency",
         "SUMPRODUCT({after_tax},{discount_factor})", style="result",
         note="Discounted, after tax: Cash flows x discount factors."),
    Line("present_monthly", "Present cost a month", MONTH, "{present_cost}/{months}",
         styles.CENTS, "result", note="What the approaches are compared by."),
    Line("present_start", "of it at zero volume", MONTH,
         "({development}*{weight_of_development}+{data_and_training}*{weight_of_data}"
         "+{infrastructure}*{weight_of_infrastructure}+{wages}*{weight_of_wages}"
         "+{tooling}*{weight_of_tooling})/{months}", styles.CENTS,
         note="By the Timeline's weights: a line in the volume."),
    Line("present_slope", "of it for each request a month", "currency a request",
         "{per_request}*{weight_of_requests}/{months}", styles.PRICE),
)  # fmt: skip


def add_sheet(model: Model, axes: Axes) -> None:
    """What each approach costs at the volume of the Inputs sheet, and over time."""
    sheet = Sheet(
        model,
        "TCO",
        "Total cost of ownership of each approach.",
        widths=axes.widths,
        one_page=True,
    )
    sheet.section("What is paid", names=axes.approaches)
    sheet.rows(axes.approaches, STREAMS)
    sheet.section("A month, at today's volume and prices", names=axes.approaches)
    sheet.rows(axes.approaches, BREAKDOWN)
    sheet.section("Over the horizon, with all that moves", names=axes.approaches)
    sheet.rows(axes.approaches, OVER_TIME)
    breakdown = charts.bars(
        sheet,
        "What a month costs",
        "name",
        [line.field for line in BREAKDOWN[:6]],
        "Approach",
        "Currency a month",
        "Stacked columns, one for each approach: compute, engineering, development, "
        "data and training, compliance, tooling; they add up to the total a month.",
        stacked=True,
    )
    charts.place(sheet, breakdown, f"A{sheet.row + 1}", 26)

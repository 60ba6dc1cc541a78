"""A workbook to fill, made for the tests and the benchmarks.

It is as large as a template of ours is meant to be: about 150 inputs, each
with a name and a validation, 1,500 formulas and three charts.
"""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bbxl import presets

APPROACHES, MONTHS, POINTS = 8, 36, 31
COLUMNS = [get_column_letter(2 + i) for i in range(APPROACHES)]
FIRST, LAST = COLUMNS[0], COLUMNS[-1]

SETTINGS = {
    "requests_per_month": 100_000,
    "months": 12,
    "volume_growth": 0.0,
    "api_price_change": 0.0,
    "infra_price_change": 0.0,
    "wage_growth": 0.0,
    "annual_rate": 0.1,
    "chart_step": 50_000,
    "start_date": 46023,
    "note": "",
}
COSTS = (
    "infrastructure_monthly",
    "api_cost_per_request",
    "initial_dev_hours",
    "monthly_maintenance_hours",
    "engineer_hourly_rate",
    "monitoring_tooling_monthly",
    "data_labeling_cost",
    "training_compute_cost",
    "incident_response_hours_monthly",
    "compliance_audit_hours_monthly",
)
OTHERS = ("p50_latency_ms", "p99_latency_ms", "throughput_rps", "accuracy_score", "seats")
CHOICES = {
    "deployment": "api,self_hosted_cloud,self_hosted_on_prem",
    "spectrum": "full_build,hybrid_build,light_build,full_buy",
}
ROWS = {field: len(SETTINGS) + 3 + i for i, field in enumerate(["name", *COSTS, *OTHERS, *CHOICES])}


def plan(path: Path) -> Path:
    """A plan of up to eight approaches, filled with a preset."""
    book = Workbook()
    inputs, tco, months, lines, summary = (
        book.active,
        *(book.create_sheet(title) for title in ("TCO", "Months", "Lines", "Summary")),
    )
    inputs.title = "Inputs"
    _inputs(book, inputs)
    _tco(tco)
    _months(months)
    _lines(lines)
    _summary(book, summary)
    _charts(tco, months, lines, summary)
    book.save(path)
    return path


def scenario_of(preset: presets.Preset) -> dict[str, object]:
    """A preset as one scenario of the plan."""
    cells: dict[str, object] = {
        "requests_per_month": preset.requests_per_month,
        "months": preset.months,
    }
    for number, (name, approach) in enumerate(preset.approaches.items(), 1):
        cells[f"name_{number}"] = name
        cells |= {f"{field}_{number}": value for field, value in approach.items()}
    return cells


def _inputs(book: Workbook, sheet: Worksheet) -> None:
    for row, (name, value) in enumerate(SETTINGS.items(), 1):
        sheet[f"A{row}"], sheet[f"B{row}"] = name, value
        book.defined_names[name] = DefinedName(name, attr_text=f"Inputs!$B${row}")
    sheet[f"B{list(SETTINGS).index('start_date') + 1}"].number_format = "yyyy-mm-dd"
    preset = list(presets.load("customer-support-classifier").approaches.items())
    for field, row in ROWS.items():
        sheet[f"A{row}"] = field
        for i, column in enumerate(COLUMNS):
            name, values = preset[i] if i < len(preset) else (None, {})
            sheet[f"{column}{row}"] = name if field == "name" else values.get(field)
            defined = f"{field}_{i + 1}"
            book.defined_names[defined] = DefinedName(defined, attr_text=f"Inputs!${column}${row}")
    amounts = DataValidation("decimal", "0", operator="greaterThanOrEqual", allow_blank=True)
    amounts.add(f"B{ROWS[COSTS[0]]}:{LAST}{ROWS['throughput_rps']}")
    amounts.add("B1:B1")
    rates = DataValidation("decimal", "-0.9", "10", operator="between", allow_blank=True)
    rates.add("B3:B7")
    share = DataValidation("decimal", "0", "1", operator="between", allow_blank=True)
    share.add(f"B{ROWS['accuracy_score']}:{LAST}{ROWS['accuracy_score']}")
    whole = DataValidation("whole", "1", "120", operator="between", allow_blank=False)
    whole.add("B2")
    dates = DataValidation("date", "43831", operator="greaterThanOrEqual", allow_blank=True)
    dates.add("B9")
    short = DataValidation("textLength", "40", operator="lessThanOrEqual", allow_blank=True)
    short.add("B10")
    rules = [amounts, rates, share, whole, dates, short]
    for field, choices in CHOICES.items():
        rules.append(DataValidation("list", formula1=f'"{choices}"', allow_blank=True))
        rules[-1].add(f"B{ROWS[field]}:{LAST}{ROWS[field]}")
    for rule in rules:
        sheet.add_data_validation(rule)


def _cell(field: str, column: str) -> str:
    return f"Inputs!{column}${ROWS[field]}"


def _tco(sheet: Worksheet) -> None:
    """The figures of TCOComponents.tco, a row each; approaches in columns."""
    for column in COLUMNS:
        of = {field: _cell(field, column) for field in ROWS}
        rate = of["engineer_hourly_rate"]
        formulas = (
            f"={of['name']}",
            f"={of['initial_dev_hours']}*{rate}",
            f"={of['data_labeling_cost']}+{of['training_compute_cost']}",
            f"={of['infrastructure_monthly']}+{of['api_cost_per_request']}*requests_per_month",
            f"=({of['monthly_maintenance_hours']}+{of['incident_response_hours_monthly']})*{rate}",
            f"={column}2/months",
            f"={column}3/months",
            f"={of['compliance_audit_hours_monthly']}*{rate}",
            f"={of['monitoring_tooling_monthly']}+0",
            f"=SUM({column}4:{column}9)",
            f"=({column}2+{column}3)/months+{column}4-{of['api_cost_per_request']}"
            f"*requests_per_month+{column}5+{column}8+{column}9",
            f'=IF({column}1="","",IF({column}10=MIN($B10:${LAST}10),"cheapest","dearer"))',
            f"=IF(requests_per_month=0,NA(),{column}10/requests_per_month*1000)",
            f"={of['accuracy_score']}>=0.9",
        )
        for row, formula in enumerate(formulas, 1):
            sheet[f"{column}{row}"] = formula


def _months(sheet: Worksheet) -> None:
    """Cost of each approach month by month, discounted, and added up."""
    blocks = [get_column_letter(8 + i) for i in range(3 * APPROACHES)]
    for t in range(1, MONTHS + 1):
        row = t + 1
        sheet[f"A{row}"] = "=1" if t == 1 else f"=A{row - 1}+1"
        for column, name in zip("BCDE", list(SETTINGS)[2:6], strict=True):
            sheet[f"{column}{row}"] = f"=(1+{name})^((A{row}-1)/12)"
        sheet[f"F{row}"] = f"=(1+annual_rate)^(-A{row}/12)"
        for i, inputs in enumerate(COLUMNS):
            cost, present, total = blocks[i::APPROACHES]
            of = {field: _cell(field, inputs) for field in COSTS}
            hours = "+".join(of[f] for f in COSTS if f.endswith("hours_monthly"))
            sheet[f"{cost}{row}"] = (
                f"={of['infrastructure_monthly']}*D{row}+{of['api_cost_per_request']}*C{row}"
                f"*requests_per_month*B{row}+({of['monthly_maintenance_hours']}+{hours})"
                f"*{of['engineer_hourly_rate']}*E{row}+{of['monitoring_tooling_monthly']}"
            )
            sheet[f"{present}{row}"] = f"={cost}{row}*$F{row}"
            before = f"TCO!{inputs}2+TCO!{inputs}3" if t == 1 else f"{total}{row - 1}"
            sheet[f"{total}{row}"] = f"={before}+{present}{row}"


def _lines(sheet: Worksheet) -> None:
    """Cost a month by volume, and the volumes at which two approaches cost the same."""
    for point in range(POINTS):
        sheet[f"A{point + 1}"] = f"={point}*chart_step"
        for column in COLUMNS:
            sheet[f"{column}{point + 1}"] = (
                f"=TCO!{column}$11+{_cell('api_cost_per_request', column)}*$A{point + 1}"
            )
    for i, other in enumerate(COLUMNS):
        for column in COLUMNS:
            slopes = (
                f"({_cell('api_cost_per_request', other)}-{_cell('api_cost_per_request', column)})"
            )
            sheet[f"{column}{POINTS + 2 + i}"] = (
                f'=IF({slopes}=0,"none",(TCO!{column}$11-TCO!{other}$11)/{slopes})'
            )


def _summary(book: Workbook, sheet: Worksheet) -> None:
    totals = f"TCO!{FIRST}10:{LAST}10"
    names = f"Inputs!{FIRST}{ROWS['name']}:{LAST}{ROWS['name']}"
    present = f"Months!X{MONTHS + 1}:AE{MONTHS + 1}"
    results = {
        "cheapest": f'=INDEX({names},MATCH(SUMPRODUCT(MIN({totals}+({names}="")*1E+99)),'
        f"{totals},0))",
        "cheapest_cost": f'=SUMPRODUCT(MIN({totals}+({names}="")*1E+99))',
        "present_cost": f'=SUMPRODUCT(MIN({present}+({names}="")*1E+99))',
        "recommendation": '="At "&TEXT(requests_per_month,"#,##0")&" requests a month: "&cheapest',
        "all_covered": f"=COUNT({totals})={APPROACHES}",
    }
    for row, (name, formula) in enumerate(results.items(), 1):
        sheet[f"A{row}"], sheet[f"B{row}"] = name, formula
        book.defined_names[name] = DefinedName(name, attr_text=f"Summary!$B${row}")


def _charts(tco: Worksheet, months: Worksheet, lines: Worksheet, summary: Worksheet) -> None:
    for chart, source, anchor in (
        (LineChart(), Reference(lines, min_col=2, max_col=9, min_row=1, max_row=POINTS), "D2"),
        (LineChart(), Reference(months, min_col=24, max_col=31, min_row=2, max_row=37), "D20"),
        (BarChart(), Reference(tco, min_col=2, max_col=9, min_row=4, max_row=9), "D38"),
    ):
        chart.add_data(source)
        summary.add_chart(chart, anchor)

"""The build-vs-buy comparison: up to six approaches, in native formulas only.

For a preset with more approaches it has room for those.
"""

from openpyxl import Workbook

from bbxl.presets import Preset
from bbxl.workbooks import guide
from bbxl.workbooks.build_vs_buy import (
    actuals,
    breakeven,
    business_case,
    cases,
    checks,
    crossings,
    inputs,
    prices,
    probability,
    ranking,
    sensitivity,
    summary,
    tco,
    threats,
    timeline,
    units_sheet,
    volume_price,
)
from bbxl.workbooks.build_vs_buy.axes import axes
from bbxl.workbooks.layout import Model

ROOM = 6  # approaches
READING = ("Summary", "Inputs", "Business case", "Breakeven", "Sensitivity")
"""The sheets that come first; all others are workings, or asked for now and then."""

STEPS = (
    "On the Inputs sheet, fill in currency, volume and horizon; leave the rates at 0% if in doubt.",
    "Describe each approach in a column: its costs and hours; leave other columns empty.",
    "Fill in its performance and what you require of it; leave a requirement empty for no limit.",
    "See that the check at the top of every sheet says OK; the Checks sheet says what is wrong.",
    "Read the Summary, and the Business case for when it pays back; the Sensitivity sheet shows "
    "what the choice hangs on. Note changes in the log.",
)


def model(preset: Preset) -> Model:
    """The comparison with a preset filled in, and where each of its fields stands."""
    made, along = Model(), axes(max(ROOM, len(preset.approaches)))
    inputs.add_sheet(made, along, preset)
    business_case.add_sheet(made, along)
    actuals.add_sheet(made, along)
    prices.add_sheet(made)
    timeline.add_timeline(made, along)
    units_sheet.add_sheet(made, along)
    timeline.add_cash_flows(made, along)
    tco.add_sheet(made, along)
    crossings.add_sheet(made, along)
    breakeven.add_sheet(made, along)
    ranking.add_sheets(made, along)
    sensitivity.add_drivers(made, along)
    threats.of_cases(cases.add_sheet(made, along), along)
    sensitivity.add_sheet(made, along)
    volume_price.add_sheet(made, along)
    probability.add_sheet(made, along)
    summary.add_headlines(made)
    summary.add_sheet(made, along)
    checks.add_sheet(made)
    guide.add_sheets(
        made,
        READING,
        "Build or buy",
        "What the ways of building or buying an AI/LLM system cost, which meet the requirements, "
        "and what the choice hangs on.",
        STEPS,
        summary.RECOMMENDATION,
    )
    return made


def build(preset: Preset) -> Workbook:
    """The comparison as a workbook."""
    return model(preset).finished()

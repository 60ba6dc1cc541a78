"""Worksheet functions of approach tables: total cost, breakdown, breakeven, bands."""

from typing import Literal

import numpy as np

from bbxl import breakeven as model
from bbxl.cost import CostModel
from bbxl.quantities import Months, Volume
from bbxl.worksheet.registry import Elementwise, PerApproach, worksheet_function
from bbxl.worksheet.tables import Approaches
from bbxl.worksheet.values import ERRORS, Rows, first_error

CATEGORY = "Approaches"
NO_LIMIT = "no limit"

Measure = Literal["monthly", "annual", "horizon", "per_request", "per_1k"]


@worksheet_function(CATEGORY)
def tco(
    approaches: Approaches, requests: Volume, months: Months = 12, measure: Measure = "monthly"
) -> PerApproach:
    """Total cost of ownership of each approach.

    A row of volumes gives a grid with approaches downwards, a column of volumes one
    with approaches across.

    Args:
        approaches: table of approaches with its labels
        requests: requests a month
        months: horizon over which upfront costs are spread
        measure: monthly, annual, horizon, per_request or per_1k
    """
    totals = approaches.tco(requests, months)
    if measure == "monthly":
        return totals.monthly_total
    if measure == "annual":
        return totals.annual_total
    if measure == "horizon":
        return totals.horizon_total
    return totals.cost_per_request * (1000 if measure == "per_1k" else 1)


@worksheet_function(CATEGORY)
def tco_breakdown(approaches: Approaches, requests: Volume, months: Months = 12) -> Rows:
    """Cost a month by component (rows) and approach (columns), total last.

    Args:
        approaches: table of approaches with its labels
        requests: requests a month
        months: horizon over which upfront costs are spread
    """
    totals = approaches.tco(requests, months)
    lines = {**totals.breakdown, "total": totals.monthly_total}
    errors = approaches.errors[:, 0].tolist()
    return [["component", *approaches.names]] + [
        [name, *_with_errors(np.broadcast_to(costs, (len(errors), 1))[:, 0], errors)]
        for name, costs in lines.items()
    ]


@worksheet_function(CATEGORY)
def tco_breakeven(approaches: Approaches, months: Months = 12) -> Rows:
    """Requests a month at which each two approaches cost the same; #N/A where there is none.

    Args:
        approaches: table of approaches with its labels
        months: horizon over which upfront costs are spread
    """
    line = approaches.line
    across = CostModel(line.upfront_cost.T, line.cost_per_request.T, line.fixed_monthly.T)  # type: ignore[union-attr]
    volumes = np.asarray(line.breakeven(across, months))
    errors = first_error(approaches.errors, approaches.errors.T)
    rows = [
        [name, *_with_errors(volumes[i], errors[i].tolist())]
        for i, name in enumerate(approaches.names)
    ]
    for i, row in enumerate(rows):
        row[i + 1] = ""  # an approach against itself is no question
    return [["breakeven", *approaches.names], *rows]


@worksheet_function(CATEGORY)
def bands(approaches: Approaches, months: Months = 12) -> Rows:
    """Which approach is cheapest from which volume to which, in requests a month.

    Args:
        approaches: table of approaches with its labels
        months: horizon over which upfront costs are spread
    """
    found = model.bands(approaches.lines(), months)
    return [["from", "to", "cheapest"]] + [
        [band.start, NO_LIMIT if band.end == np.inf else band.end, band.cheapest] for band in found
    ]


@worksheet_function(CATEGORY)
def cheapest(approaches: Approaches, requests: Volume, months: Months = 12) -> Elementwise:
    """Name of the approach that costs least at each volume; of equals, the first.

    Args:
        approaches: table of approaches with its labels
        requests: requests a month
        months: horizon over which upfront costs are spread
    """
    return model.cheapest(approaches.lines(), requests, months)


def _with_errors(values: np.ndarray, codes: list[int]) -> list:  # type: ignore[type-arg]
    """Values as a list, with the error in place of each that has a code."""
    return [
        ERRORS[code - 1] if code else value
        for value, code in zip(values.tolist(), codes, strict=True)
    ]

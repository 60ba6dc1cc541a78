"""Worksheet functions of approach tables: total cost, breakdown, breakeven, bands."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from bbxl.model import breakeven as model
from bbxl.model.cost import Approach
from bbxl.model.quantities import Months, Volume
from bbxl.worksheet.readers import Rows, bounded, first_error, with_errors
from bbxl.worksheet.registry import Elementwise, PerApproach, worksheet_function
from bbxl.worksheet.tables import Approaches

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

    Parameters
    ----------
    approaches
        table of approaches with its labels
    requests
        requests a month
    months
        horizon over which upfront costs are spread
    measure
        monthly, annual, horizon, per_request or per_1k
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

    Parameters
    ----------
    approaches
        table of approaches with its labels
    requests
        requests a month
    months
        horizon over which upfront costs are spread
    """
    totals = approaches.tco(requests, months)
    lines = {**totals.breakdown, "total": totals.monthly_total}
    codes = approaches.errors
    return [["component", *approaches.names]] + [
        [name, *with_errors(np.broadcast_to(costs, codes.shape).ravel(), codes.ravel())]
        for name, costs in lines.items()
    ]


@worksheet_function(CATEGORY)
def tco_breakeven(approaches: Approaches, months: Months = 12) -> Rows:
    """Requests a month at which each two approaches cost the same; #N/A where there is none.

    Parameters
    ----------
    approaches
        table of approaches with its labels
    months
        horizon over which upfront costs are spread
    """
    return breakeven_table(approaches, lambda a, b: model.breakeven(a, b, months))


@worksheet_function(CATEGORY)
def bands(approaches: Approaches, months: Months = 12) -> Rows:
    """Which approach is cheapest from which volume to which, in requests a month.

    Parameters
    ----------
    approaches
        table of approaches with its labels
    months
        horizon over which upfront costs are spread
    """
    found = model.bands(approaches.simplest(), months)
    return [["from", "to", "cheapest"]] + [
        [band.start, NO_LIMIT if band.end == np.inf else band.end, band.cheapest] for band in found
    ]


@worksheet_function(CATEGORY)
def cheapest(approaches: Approaches, requests: Volume, months: Months = 12) -> Elementwise:
    """Name of the approach that costs least at each volume; of equals, the first.

    Parameters
    ----------
    approaches
        table of approaches with its labels
    requests
        requests a month
    months
        horizon over which upfront costs are spread
    """
    bounded(len(approaches.names), np.size(requests))
    return model.cheapest(approaches.simplest(), requests, months)


def breakeven_table(
    approaches: Approaches, breakeven: Callable[[Approach[Any], Approach[Any]], Any]
) -> Rows:
    """A table approach x approach of the volumes at which they cost the same."""
    bounded(len(approaches.names), len(approaches.names))
    volumes = np.asarray(breakeven(approaches.model, approaches.across))
    codes = first_error(approaches.errors, approaches.errors.T)
    rows = [
        [name, *with_errors(*row)]
        for name, *row in zip(approaches.names, volumes, codes, strict=True)
    ]
    for i, row in enumerate(rows):
        row[i + 1] = ""  # an approach has no breakeven with itself
    return [["breakeven", *approaches.names], *rows]

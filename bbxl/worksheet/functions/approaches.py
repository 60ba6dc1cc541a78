"""Worksheet functions of approach tables: total cost, breakdown, breakeven, bands."""

from collections.abc import Callable
from itertools import combinations
from typing import Any, Literal

import numpy as np

from bbxl.model import breakeven as model
from bbxl.model.cost import Approach
from bbxl.model.intervals import NEITHER, Interval
from bbxl.model.projection import Projection
from bbxl.model.quantities import Months, Volume
from bbxl.model.unanswered import NoAnswerError
from bbxl.worksheet.readers import Rows, bounded, first_error, with_errors
from bbxl.worksheet.registry import Elementwise, PerApproach, worksheet_function
from bbxl.worksheet.tables import Approaches

CATEGORY = "Approaches"
NO_LIMIT = "no limit"
MOST_TOLD = 5  # pairs of approaches, in words

Measure = Literal["monthly", "annual", "horizon", "per_request", "per_1k"]
Part = Literal["monthly", "share"]


def _no_requests(approaches: Approaches, requests: float, months: float, measure: str) -> str:
    none = requests == 0 and measure in ("per_request", "per_1k")
    return "there is no cost of a request where there are none" if none else ""


def who_is_cheaper(
    approaches: Approaches, settle: Callable[[Approach[float], Approach[float]], list[Interval]]
) -> str:
    """In words, for each two approaches whose order is the same at every volume, or never stays."""
    known, said = approaches.each(), []
    bounded(len(known), len(known))
    for (one, mine), (other, theirs) in combinations(known.items(), 2):
        try:
            found = settle(mine, theirs)
        except NoAnswerError as endless:
            said.append(f"{one} and {other}: {endless}")
            continue
        if len(found) > 1:
            continue
        if found[0].cheaper == NEITHER:
            said.append(f"{one} and {other} cost the same at every volume")
        else:
            cheaper, dearer = (one, other) if found[0].cheaper == "A" else (other, one)
            said.append(f"{cheaper} costs less than {dearer} at every volume")
        if len(said) > MOST_TOLD:
            return "; ".join([*said[:MOST_TOLD], "and so on"])
    return "; ".join(said)


def _same_order(approaches: Approaches, months: float) -> str:
    return who_is_cheaper(approaches, Projection(months).intervals)


@worksheet_function(CATEGORY, why=_no_requests)
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
def tco_breakdown(
    approaches: Approaches, requests: Volume, months: Months = 12, measure: Part = "monthly"
) -> Rows:
    """Cost a month by component (rows) and approach (columns), total last.

    Parameters
    ----------
    approaches
        table of approaches with its labels
    requests
        requests a month
    months
        horizon over which upfront costs are spread
    measure
        monthly cost, or its share of the total, which is 1
    """
    totals = approaches.tco(requests, months)
    lines = {**totals.breakdown, "total": totals.monthly_total}
    if measure == "share":
        lines = {name: np.divide(cost, totals.monthly_total) for name, cost in lines.items()}
    codes = approaches.errors
    return [["component", *approaches.names]] + [
        [name, *with_errors(np.broadcast_to(costs, codes.shape).ravel(), codes.ravel())]
        for name, costs in lines.items()
    ]


@worksheet_function(CATEGORY, why=_same_order)
def tco_breakeven(approaches: Approaches, months: Months = 12) -> Rows:
    """Requests a month from which the order of each two approaches stays; #N/A for none.

    For lines it is where they cost the same.

    Parameters
    ----------
    approaches
        table of approaches with its labels
    months
        horizon over which upfront costs are spread
    """
    return breakeven_table(approaches, lambda a, b: model.breakeven(a, b, months))


@worksheet_function(CATEGORY)
def intervals(approaches: Approaches, a: str, b: str, months: Months = 12) -> Rows:
    """Which of two approaches is cheaper from which volume to which, in requests a month.

    With units bought whole, they may change places several times.

    Parameters
    ----------
    approaches
        table of approaches with its labels
    a
        name of approach A
    b
        name of approach B
    months
        horizon over which upfront costs are spread
    """
    (one, mine), (other, theirs) = approaches.named(a), approaches.named(b)
    found = Projection(months).intervals(mine, theirs, (one, other))
    return [["from", "to", "cheaper"]] + [
        [each.start, NO_LIMIT if each.end == np.inf else each.end, each.cheaper] for each in found
    ]


@worksheet_function(CATEGORY)
def units(approaches: Approaches, requests: Volume) -> PerApproach:
    """Units of capacity that each approach needs for a volume; 0 where it has none.

    Parameters
    ----------
    approaches
        table of approaches with its labels
    requests
        requests a month
    """
    return approaches.model.units(requests)


@worksheet_function(CATEGORY)
def bands(approaches: Approaches, months: Months = 12) -> Rows:
    """Which approach is cheapest from which volume to which, in requests a month.

    With units bought whole, an approach may return.

    Parameters
    ----------
    approaches
        table of approaches with its labels
    months
        horizon over which upfront costs are spread
    """
    found = model.bands(approaches.simplest(months), months)
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
    return model.cheapest(approaches.simplest(months), requests, months)


def breakeven_table(
    approaches: Approaches, breakeven: Callable[[Approach[Any], Approach[Any]], Any]
) -> Rows:
    """A table approach x approach of the volumes from which their order stays."""
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

"""Worksheet functions of moving from one approach to another: NPV, IRR, payback month."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bbxl.model import investment
from bbxl.model.projection import Projection
from bbxl.model.quantities import Array, Volume
from bbxl.model.settings import SETTINGS
from bbxl.worksheet.functions.projection import MOVES, SHOCK, TAX, over_time
from bbxl.worksheet.readers import CellError
from bbxl.worksheet.registry import Elementwise, worksheet_function
from bbxl.worksheet.tables import Approaches
from bbxl.xlsx.cells import ExcelError

CATEGORY = "Time"
MOST_WORKED_OUT = 1_000  # elements of one cell, each month by month: a second or two
RATES = ("months", *(name for name in MOVES if name not in ("months", "annual_rate")))


@worksheet_function(CATEGORY)
@over_time(*MOVES, *TAX, *SHOCK)
def npv(
    approaches: Approaches,
    from_approach: str,
    to_approach: str,
    requests: Volume,
    projection: Projection,
) -> Elementwise:
    """What moving from one approach to another is worth: present cost of the one less the other.

    Parameters
    ----------
    approaches
        table of approaches with its labels
    from_approach
        name of the approach that is left
    to_approach
        name of the approach that is chosen
    requests
        requests a month at the start
    """
    (_, before), (_, after) = approaches.named(from_approach), approaches.named(to_approach)
    return investment.npv(before, after, requests, projection)


def _saved(
    approaches: Approaches, from_approach: str, to_approach: str, requests: float, **moves: float
) -> tuple[str, str, Array]:
    (before, left), (after, chosen) = approaches.named(from_approach), approaches.named(to_approach)
    return before, after, investment.savings(left, chosen, requests, Projection(**moves))


def _no_rate(**given: Any) -> str:
    before, after, saved = _saved(**given)
    if not (saved < 0).any():
        return f"moving from {before} to {after} costs nothing in any month: it pays at every rate"
    if not (saved > 0).any():
        return f"moving from {before} to {after} saves nothing in any month: it pays at no rate"
    return ""


def _not_repaid(**given: Any) -> str:
    before, after, saved = _saved(**given)
    total = f"{saved.sum():,.2f}"
    within = f"within {given['months']:,.0f} months"
    found = payback_month(**given)
    if np.isnan(found).any():
        return f"{after} does not stay ahead of {before} {within}; undiscounted it saves {total}"
    return ""


@worksheet_function(CATEGORY, why=_no_rate)
@over_time(*RATES, *TAX, *SHOCK)
def irr(
    approaches: Approaches,
    from_approach: str,
    to_approach: str,
    requests: Volume,
    projection: Projection,
) -> Elementwise:
    """The discount rate at which BB_NPV is 0; #N/A where there is none, or several.

    Parameters
    ----------
    approaches
        table of approaches with its labels
    from_approach
        name of the approach that is left
    to_approach
        name of the approach that is chosen
    requests
        requests a month at the start
    """
    (_, before), (_, after) = approaches.named(from_approach), approaches.named(to_approach)
    return _each(lambda n, over: investment.irr(before, after, n, over), requests, projection)


@worksheet_function(CATEGORY, why=_not_repaid)
@over_time(*MOVES, *TAX, *SHOCK)
def payback_month(
    approaches: Approaches,
    from_approach: str,
    to_approach: str,
    requests: Volume,
    projection: Projection,
) -> Elementwise:
    """First month from which moving to another approach has paid, discounted; #N/A for none.

    Parameters
    ----------
    approaches
        table of approaches with its labels
    from_approach
        name of the approach that is left
    to_approach
        name of the approach that is chosen
    requests
        requests a month at the start
    """
    (_, before), (_, after) = approaches.named(from_approach), approaches.named(to_approach)
    return _each(
        lambda n, over: investment.payback_month(before, after, n, over), requests, projection
    )


def _each(
    solve: Callable[[float, Projection], float], requests: Any, projection: Projection[Any]
) -> Array:
    """What is found for each element; where one has an error, nothing."""
    given = np.broadcast_arrays(requests, *(getattr(projection, name) for name in SETTINGS))
    if given[0].size > MOST_WORKED_OUT:
        raise CellError(ExcelError.NUM, f"more than {MOST_WORKED_OUT:,} answers at once")
    found = [
        np.nan
        if np.isnan(each).any()
        else solve(each[0], Projection(**dict(zip(SETTINGS, each[1:], strict=True))))
        for each in zip(*(values.ravel().tolist() for values in given), strict=True)
    ]
    return np.reshape(found, given[0].shape)

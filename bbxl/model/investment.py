"""What moving from one approach to another is worth: NPV, IRR, payback month, utilisation."""

from typing import Any

import numpy as np

from bbxl.model.cost import Approach
from bbxl.model.projection import Projection
from bbxl.model.quantities import Array, Months, Volume, checked, float_or_array
from bbxl.model.streams import CAPACITY
from bbxl.model.unanswered import TooLargeError

MOST_PERIODS = 361  # in which savings may change their sign more than once: half a second
ROUNDING = 1e-12  # of the largest saving


def npv(
    before: Approach[Any],
    after: Approach[Any],
    requests_per_month: Any,
    projection: Projection[Any],
) -> Any:
    """Present cost of one approach less that of another: what moving to it is worth.

    Parameters
    ----------
    before, after : Approach
        What each costs at the start.
    requests_per_month : float or array_like
        The starting volume, 0 or more.
    projection : Projection
        Horizon, rates and tax.

    Returns
    -------
    float or array
        Above 0 where moving pays.

    Raises
    ------
    ValueError
        The volume is impossible.

    Examples
    --------
    >>> from bbxl.model.cost import CostModel
    >>> api, own = CostModel(0, 0, 1_000), CostModel(10_000, 0, 0)
    >>> round(npv(api, own, 0, Projection(12)), 2)
    2000.0
    """
    cost, then = (projection.present_cost(each, requests_per_month) for each in (before, after))
    return cost - then


@checked
def savings(
    before: Approach[float],
    after: Approach[float],
    requests_per_month: Volume,
    projection: Projection[float],
) -> Array:
    """What moving from one approach to another saves in each period, after tax.

    Parameters
    ----------
    before, after : Approach
        Their fields are single numbers.
    requests_per_month : float
        The starting volume, 0 or more.
    projection : Projection
        Horizon, rates and tax, single numbers.

    Returns
    -------
    array
        Period 0, then month by month; beyond the horizon as long as tax is saved.

    Raises
    ------
    ValueError
        The volume is impossible, or months is not one whole number.
    """
    costs = [
        projection.costs_after_tax(each, requests_per_month).ravel() for each in (before, after)
    ]
    saved = np.zeros(max(map(len, costs)))
    for sign, paid in zip((1, -1), costs, strict=True):
        saved[: len(paid)] += sign * paid
    return saved


def irr(
    before: Approach[float],
    after: Approach[float],
    requests_per_month: float,
    projection: Projection[float],
) -> float:
    """The discount rate at which moving from one approach to another is worth nothing.

    Parameters
    ----------
    before, after : Approach
        Their fields are single numbers.
    requests_per_month : float
        The starting volume, 0 or more.
    projection : Projection
        Horizon, rates and tax, single numbers; its discount rate does not count.

    Returns
    -------
    float
        Effective, a year, as a fraction; NaN where there is no such rate above -1,
        and where there are several.

    Raises
    ------
    ValueError
        The volume is impossible, or months is not one whole number.

    Notes
    -----
    The r with sum_t saved_t (1+r)^(-t/12) = 0: a root x = (1+r)^(-1/12) above 0 of a
    polynomial. It has no more of them than the savings change their sign (Descartes).

    Examples
    --------
    1,000 saved in each of 12 months for 10,000 at the start:

    >>> from bbxl.model.cost import CostModel
    >>> api, own = CostModel(0, 0, 1_000), CostModel(10_000, 0, 0)
    >>> round(irr(api, own, 0, Projection(12)), 4)
    0.413
    """
    saved = savings(before, after, requests_per_month, projection)
    if not np.isfinite(saved).all():
        return np.nan
    saved = np.where(abs(saved) <= ROUNDING * abs(saved).max(), 0.0, saved)
    signs = np.sign(saved[saved != 0])
    changes = np.count_nonzero(np.diff(signs))
    if changes == 0:
        return np.nan
    first, last = np.flatnonzero(saved)[[0, -1]]
    saved = saved[first : last + 1]
    if changes > 1:
        if len(saved) > MOST_PERIODS:
            raise TooLargeError(f"savings that change their sign often over {len(saved):,} periods")
        roots = np.roots(saved[::-1])
        real = roots.real[(abs(roots.imag) <= 1e-7 * abs(roots)) & (roots.real > 0)]
        if len(real) != 1:
            return np.nan
    log_rate = _zero(saved)
    return float(np.expm1(12 * log_rate)) if log_rate < 50 else np.nan


def _zero(saved: Array) -> float:
    """The monthly logarithmic rate at which savings of which the worth has one zero have none."""
    period = np.arange(len(saved))

    def sign(rate: float) -> float:
        # From the end that counts most, so that no power overflows.
        since = period if rate >= 0 else period - period[-1]
        return float(np.sign(saved @ np.exp(-rate * since)))

    low, high, below = -1.0, 1.0, np.sign(saved[-1])
    while sign(low) != below and low > -700:
        low *= 2
    while sign(high) == below and high < 700:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if sign(middle) == below else (low, middle)
    return high


def payback_month(
    before: Approach[float],
    after: Approach[float],
    requests_per_month: float,
    projection: Projection[float],
) -> float:
    """First month from which moving to another approach has saved, in total, all that it cost.

    Parameters
    ----------
    before, after : Approach
        Their fields are single numbers.
    requests_per_month : float
        The starting volume, 0 or more.
    projection : Projection
        Horizon, rates and tax, single numbers.

    Returns
    -------
    float
        A month, from which on the discounted total after tax stays the lower or the same; 0
        where it is so from the start, NaN where it is not so within the horizon.

    Raises
    ------
    ValueError
        The volume is impossible, or months is not one whole number.

    Examples
    --------
    >>> from bbxl.model.cost import CostModel
    >>> api, own = CostModel(0, 0, 1_000), CostModel(10_000, 0, 0)
    >>> payback_month(api, own, 0, Projection(12))
    10.0
    >>> payback_month(own, api, 0, Projection(12))
    nan
    """
    saved = savings(before, after, requests_per_month, projection)
    worth = saved * projection.discount_factors(len(saved))
    total = np.cumsum(worth)
    behind = np.flatnonzero(total < -ROUNDING * np.cumsum(abs(worth)))
    if not behind.size:
        return 0.0
    month = float(behind[-1] + 1)
    return month if month <= projection.months else np.nan


@checked
def paying_utilisation(own: Approach[Any], other: Approach[Any], months: Months[Any] = 12) -> Any:
    """Share of its capacity from which on a unit pays for itself.

    Parameters
    ----------
    own : Approach
        The one that runs on units of capacity.
    other : Approach
        What a request is taken from.
    months : float or array_like
        The horizon over which the price of a bought unit is spread, above 0.

    Returns
    -------
    float or array
        Above 1 a unit never pays. NaN where a request costs no less than with the other,
        or where there are no units.

    Raises
    ------
    ValueError
        The horizon is impossible.

    Notes
    -----
    cost of a unit a month / (unit_capacity x difference of cost per request)

    Examples
    --------
    >>> from bbxl.model.drivers import TCOComponents
    >>> api = TCOComponents(0, 0.001, 0, 0)
    >>> gpus = TCOComponents(0, 0.0002, 0, 0, unit_monthly=600, unit_capacity=1_000_000)
    >>> paying_utilisation(gpus, api)
    0.75
    """
    dearer, cost = (each.cost_model().cost_per_request for each in (other, own))
    saved = np.multiply(np.subtract(dearer, cost), getattr(own, CAPACITY, 0.0))
    with np.errstate(all="ignore"):
        share = np.divide(own.unit_cost(months), saved)
    return float_or_array(np.where(np.greater(saved, 0), share, np.nan))

"""Units of capacity, which are rented or bought whole.

A unit (a GPU, a server, a block of provisioned throughput) carries a number of
requests a month. Of bought units, each is paid in the month that first needs
it and replaced after its life, as long as it is needed; what is left of their
value at the end of the horizon may be got back in part.
"""

from typing import Any

import numpy as np

from bbxl.model.quantities import (
    Array,
    Factor,
    N,
    Throughput,
    Utilisation,
    checked,
    float_or_array,
)
from bbxl.model.unanswered import TooLargeError

HOURS_PER_MONTH = 730.0  # 8,760 / 12: the month that cloud price lists count with
MOST_MONTHS = 2_400
ROUNDING = 1e-12  # a share of a unit that no request makes necessary


def whole(needed: Any) -> Any:
    """The next whole number of units; what is above one by rounding alone is not counted."""
    return np.ceil(np.multiply(needed, 1 - ROUNDING))


def units(requests_per_month: Any, capacity: Any, minimum: Any = 0.0) -> Any:
    """Units that a volume needs: max(minimum, ceil(n / capacity)); 0 where a unit carries none."""
    with np.errstate(all="ignore"):
        needed = np.maximum(minimum, whole(np.divide(requests_per_month, capacity)))
    return float_or_array(np.where(np.greater(capacity, 0), needed, 0.0))


def bought(months: Any, life: Any, residual: Any = 0.0) -> Any:
    """Prices paid over a horizon for one unit that is always there, less what is got back.

    Of the k = ceil(months / life) units the last one has the part
    k - months / life of its life before it.
    """
    with np.errstate(all="ignore"):
        lives = np.where(np.greater(life, 0), np.divide(months, life), 0.0)
    count = whole(lives)
    return float_or_array(count - residual * (count - lives))


def months_of(horizon: Any, dimensions: int = 0) -> Array:
    """The months 1, 2, ... that begin within a horizon, along an axis before some others."""
    last = float(whole(np.nanmax(np.append(horizon, 1.0))))
    if last > MOST_MONTHS:
        raise TooLargeError(f"with units, months must be {MOST_MONTHS:,} or fewer, not {last:,.0f}")
    return np.arange(1.0, last + 1).reshape(-1, *(1,) * dimensions)


def purchases(needed: Array, life: Any) -> Array:
    """Units bought in each month (first axis), of how many each month needs."""
    total = np.zeros((len(needed) + 1, *needed.shape[1:]))
    for month, count in enumerate(needed, start=1):
        expired = _at(total, month - _lives(life, needed.shape[1:]))
        owned = total[month - 1] - expired
        total[month] = total[month - 1] + np.maximum(0.0, count - owned)
    return np.diff(total, axis=0)


def in_use(bought: Array, life: Any) -> Array:
    """Of what was bought in each month (first axis), all that is within its life in a month."""
    total = np.concatenate([np.zeros((1, *bought.shape[1:])), np.cumsum(bought, axis=0)])
    lives = _lives(life, bought.shape[1:])
    return np.stack([total[t] - _at(total, t - lives) for t in range(1, len(total))])


def needed_weights(paid: Array, life: Any, falling: Any) -> Array:
    """The worth of units needed in each month, of the worth of one bought in each month.

    Parameters
    ----------
    paid : array
        What one unit that is bought in a month is worth; first axis the month.
    life : float or array
        Months after which a unit is replaced.
    falling : bool or array of bool
        Whether fewer units are needed from month to month; else more.

    Returns
    -------
    array
        Weights w with which sum_t w_t units_t is the worth of all purchases.

    Notes
    -----
    With volumes that rise or stay, each unit that a month adds is bought then
    and after each of its lives: V_t = p_t + V_{t+life}, and w_t = V_t - V_{t+1}.
    With volumes that fall, only the first units are replaced, so that
    w_t = p_t in the months 1, 1 + life, 1 + 2 life, ..., and 0 in all others.
    """
    shape = np.broadcast_shapes(paid.shape[1:], np.shape(life), np.shape(falling))
    lives = _lives(life, shape)
    worth = np.zeros((len(paid) + 2, *shape))
    for month in range(len(paid), 0, -1):
        worth[month] = paid[month - 1] + _at(worth, month + lives)
    rising = worth[1:-1] - worth[2:]
    since = np.arange(len(paid)).reshape(-1, *(1,) * len(shape))
    return np.where(falling, np.where(since % lives == 0, paid, 0.0), rising)


def _lives(life: Any, shape: tuple[int, ...]) -> Array:
    """Whole months of at least one, of that shape; a missing life is as good as any."""
    lives = np.maximum(1, np.nan_to_num(np.asarray(life, dtype=float), nan=1)).astype(int)
    return np.broadcast_to(lives, np.broadcast_shapes(lives.shape, shape))


def _at(values: Array, months: Array) -> Array:
    """Of values with the month as their first axis, each element's at its own month; else 0."""
    inside = (months > 0) & (months < len(values))
    found = np.take_along_axis(
        np.broadcast_to(values, (len(values), *months.shape)),
        np.where(inside, months, 0)[None, ...],
        0,
    )[0]
    return np.where(inside, found, 0.0)


@checked
def requests_of_a_unit(
    requests_per_second: Throughput[N],
    peak_factor: Factor[N] = 3.0,
    utilisation: Utilisation[N] = 0.7,
) -> N:
    """Requests a month that a unit carries, whose load has a peak.

    Parameters
    ----------
    requests_per_second : float or array_like
        What the unit sustains, 0 or more.
    peak_factor : float or array_like
        How many times the average load the peak is, 1 or more.
    utilisation : float or array_like
        Share of its capacity to which the unit is to be loaded at the peak, above 0 up to 1.

    Returns
    -------
    float or array
        A volume.

    Raises
    ------
    ValueError
        An argument is impossible.

    Notes
    -----
    730 h x 3,600 s x requests_per_second x utilisation / peak_factor

    Examples
    --------
    >>> requests_of_a_unit(10)
    6132000.0
    """
    peak = np.multiply(HOURS_PER_MONTH * 3600, requests_per_second) * utilisation
    return float_or_array(peak / peak_factor)

"""Where one approach becomes cheaper than another: breakeven and bands."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bbxl.model.cost import Approach, CostModel
from bbxl.model.intervals import Band
from bbxl.model.projection import Projection
from bbxl.model.quantities import Array, Months, Volume, checked
from bbxl.model.staircase import envelope


@checked
def explain(
    a: CostModel, b: CostModel, months: Months = 12, names: Sequence[str] = ("A", "B")
) -> str:
    """The breakeven of two lines in a sentence, also where there is none.

    Parameters
    ----------
    a, b : CostModel
        Their fields are single numbers.
    months : float
        The horizon over which upfront cost is spread, above 0.
    names : sequence of str
        What the sentence calls the two.

    Returns
    -------
    str
        Which of the two is cheaper where.

    Raises
    ------
    ValueError
        The horizon is impossible.

    Examples
    --------
    >>> explain(CostModel(50_000, 0.002), CostModel(250_000, 0.0002), names=("API", "Fine-tuned"))
    'API is cheaper below 9,259,259.26 requests a month, Fine-tuned above.'
    >>> explain(CostModel(0, 1), CostModel(5, 1))
    'A is cheaper at every volume.'
    """
    crossing = a.breakeven(b, months)
    start = a.monthly(0, months) - b.monthly(0, months)
    slope = a.cost_per_request - b.cost_per_request
    if start == 0 and slope == 0:
        return f"{names[0]} and {names[1]} cost the same at every volume."
    if crossing > 0:
        below, above = names if start < 0 else (names[1], names[0])
        return f"{below} is cheaper below {crossing:,.2f} requests a month, {above} above."
    cheaper = names[0] if (start, slope) < (0, 0) else names[1]
    return f"{cheaper} is cheaper at every volume{' above zero' if crossing == 0 else ''}."


@checked
def breakeven(a: Approach[Any], b: Approach[Any], months: Months[Any] = 12) -> Any:
    """Requests a month from which the order of two approaches stays.

    Parameters
    ----------
    a, b : Approach
        Their fields are floats or arrays.
    months : float or array_like
        The horizon over which upfront cost is spread, above 0.

    Returns
    -------
    float or array
        Of lines, where they cross; NaN where the order is the same at every volume.

    Raises
    ------
    ValueError
        The horizon is impossible.

    Examples
    --------
    >>> breakeven(CostModel(12, 1), CostModel(24, 0.5))
    2.0
    """
    lines = a.cost_model(months).breakeven(b.cost_model(months), months)
    return Projection(months).settled(a, b, lines)


@checked
def bands(models: Mapping[str, Approach], months: Months = 12) -> list[Band]:
    """Who is cheapest at which volume; with units bought whole, an approach may return.

    Parameters
    ----------
    models : mapping of str to Approach
        Name -> approach, of single numbers; of two equal ones the first stands for both.
    months : float
        The horizon over which upfront cost is spread, above 0.

    Returns
    -------
    list of Band
        From volume 0 up, without a gap: the lower envelope.

    Raises
    ------
    ValueError
        There is no approach, or the horizon is impossible.

    Notes
    -----
    Lines are taken from the steepest to the flattest, as Andrew's monotone
    chain takes points: a new line ends the last band where the two cross, and
    removes it where that is before the band begins. n lines take n log n steps.

    References
    ----------
    A. M. Andrew, "Another efficient algorithm for convex hulls in two
    dimensions", Information Processing Letters 9 (1979), 216-219.

    Examples
    --------
    >>> lines = {"API": CostModel(50_000, 0.002), "Fine-tuned": CostModel(250_000, 0.0002)}
    >>> for band in bands(lines):
    ...     print(f"from {band.start:,.0f} to {band.end:,.0f}: {band.cheapest}")
    from 0 to 9,259,259: API
    from 9,259,259 to inf: Fine-tuned
    """
    if not models:
        raise ValueError("bands needs at least one approach")
    if any(each.has_units for each in models.values()):
        over = Projection(months)
        found = envelope({name: over.staircase(each) for name, each in models.items()})
    else:
        found = _lower_lines(
            {name: each.cost_model(months) for name, each in models.items()}, months
        )
    ends = [start for start, _ in found[1:]] + [np.inf]
    return [Band(start, end, name) for (start, name), end in zip(found, ends, strict=True)]


def _lower_lines(models: Mapping[str, CostModel], months: float) -> list[tuple[float, str]]:
    """From which volume on which line is the lowest, from 0 up."""
    at_zero = {name: each.monthly(0, months) for name, each in models.items()}
    slope = {name: each.cost_per_request for name, each in models.items()}
    order = sorted(models, key=lambda name: (at_zero[name], slope[name]))
    flatter: dict[float, str] = {}
    for name in order:
        if slope[name] < slope[order[0]]:
            flatter.setdefault(slope[name], name)  # of parallel lines the cheapest
    found = [(0.0, order[0])]
    for _, name in sorted(flatter.items(), reverse=True):
        while found:
            start, last = found[-1]
            # Rounding can put a crossing a hair below zero, where there is none.
            crossing = float(np.fmax(models[last].breakeven(models[name], months), 0.0))
            if crossing > start:
                break
            found.pop()
        if crossing < np.inf:
            found.append((crossing, name))
    return found


@checked
def cheapest(
    models: Mapping[str, Approach[Any]],
    requests_per_month: Volume[Any],
    months: Months[Any] = 12,
) -> Array:
    """Name of the cheapest approach at each volume; of equals, the first.

    Parameters
    ----------
    models : mapping of str to Approach
        Name -> approach.
    requests_per_month : float or array_like
        The volumes, 0 or more.
    months : float or array_like
        The horizon over which upfront cost is spread, above 0.

    Returns
    -------
    array of str
        Of the shape to which volumes and horizon broadcast.

    Raises
    ------
    ValueError
        There is no approach, or a volume or the horizon is impossible.

    Examples
    --------
    >>> lines = {"API": CostModel(50_000, 0.002), "Fine-tuned": CostModel(250_000, 0.0002)}
    >>> [str(name) for name in cheapest(lines, [1e6, 1e7])]
    ['API', 'Fine-tuned']
    """
    if not models:
        raise ValueError("cheapest needs at least one approach")
    costs = np.broadcast_arrays(
        *[each.tco(requests_per_month, months).monthly_total for each in models.values()]
    )
    return np.asarray(np.array(list(models), dtype=object)[np.argmin(costs, axis=0)])

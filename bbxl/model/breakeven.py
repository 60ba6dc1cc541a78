"""Where one line becomes cheaper than another: breakeven, bands, payback, switch price."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from bbxl.model.cost import CostModel
from bbxl.model.quantities import Amount, Array, Months, N, Rate, Volume, checked, float_or_array


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


class Band(NamedTuple):
    """A range of volumes and the approach that is cheapest in it.

    Attributes
    ----------
    start, end : float
        Requests a month; the last band's end is infinity.
    cheapest : str
        Name of the approach.
    """

    start: float
    end: float
    cheapest: str


@checked
def bands(models: Mapping[str, CostModel], months: Months = 12) -> list[Band]:
    """Who is cheapest at which volume: the lower envelope of the lines.

    Parameters
    ----------
    models : mapping of str to CostModel
        Name -> line, of single numbers; of two equal lines the first stands for both.
    months : float
        The horizon over which upfront cost is spread, above 0.

    Returns
    -------
    list of Band
        From volume 0 up, without a gap.

    Raises
    ------
    ValueError
        There is no line, or the horizon is impossible.

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
    ends = [start for start, _ in found[1:]] + [np.inf]
    return [Band(start, end, name) for (start, name), end in zip(found, ends, strict=True)]


@checked
def cheapest(
    models: Mapping[str, CostModel[Any]],
    requests_per_month: Volume[Any],
    months: Months[Any] = 12,
) -> Array:
    """Name of the cheapest approach at each volume; of equals, the first.

    Parameters
    ----------
    models : mapping of str to CostModel
        Name -> line.
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
        There is no line, or a volume or the horizon is impossible.

    Examples
    --------
    >>> lines = {"API": CostModel(50_000, 0.002), "Fine-tuned": CostModel(250_000, 0.0002)}
    >>> [str(name) for name in cheapest(lines, [1e6, 1e7])]
    ['API', 'Fine-tuned']
    """
    if not models:
        raise ValueError("cheapest needs at least one approach")
    costs = np.broadcast_arrays(
        *[model.monthly(requests_per_month, months) for model in models.values()]
    )
    return np.asarray(np.array(list(models), dtype=object)[np.argmin(costs, axis=0)])


@checked
def payback(
    upfront_a: Amount[N],
    monthly_a: Amount[N],
    upfront_b: Amount[N],
    monthly_b: Amount[N],
    annual_rate: Rate[N] = 0.0,
) -> N:
    """Months until the dearer start is repaid by its lower monthly cost.

    Parameters
    ----------
    upfront_a, upfront_b : float or array_like
        Paid at the start, 0 or more.
    monthly_a, monthly_b : float or array_like
        Paid at the end of each month, 0 or more.
    annual_rate : float or array_like
        Discount rate, effective, a year, as a fraction.

    Returns
    -------
    float or array
        Months, in fractions; 0 where both starts cost the same, NaN where the
        dearer start is never repaid.

    Raises
    ------
    ValueError
        An amount or the rate is impossible.

    Notes
    -----
    With p = (U_b - U_a) / (M_a - M_b), the simple payback, and
    i = (1 + annual_rate)^(1/12) - 1:

        T = -ln(1 - p i) / ln(1 + i), and T = p where i = 0

    which is the number of periods of an annuity (Excel's NPER).

    References
    ----------
    Microsoft, "NPER function", https://support.microsoft.com/office/nper-function-240535b5-6653-4d2d-bfcf-b6a38151d815

    Examples
    --------
    200,000 more at the start, 18,000 less a month; simple, then at 10% a year:

    >>> round(payback(50_000, 20_000, 250_000, 2_000), 2)
    11.11
    >>> round(payback(50_000, 20_000, 250_000, 2_000, 0.10), 2)
    11.68
    """
    with np.errstate(all="ignore"):
        extra, saving = np.subtract(upfront_b, upfront_a), np.subtract(monthly_a, monthly_b)
        simple = np.where(extra == 0, 0.0, np.divide(extra, saving))
        simple = np.where((simple >= 0) & np.isfinite(simple), simple, np.nan)
        monthly_rate = np.expm1(np.log1p(annual_rate) / 12)
        repaid = -np.log1p(-simple * monthly_rate) / np.log1p(monthly_rate)
        months = np.where(monthly_rate == 0, simple, repaid)
    return float_or_array(np.where(np.isfinite(months), months, np.nan))


@checked
def switch_price(
    upfront_a: Amount[N],
    upfront_b: Amount[N],
    cost_per_request_b: Amount[N],
    requests_per_month: Volume[N],
    months: Months[N] = 12,
    fixed_monthly_a: Amount[N] = 0.0,
    fixed_monthly_b: Amount[N] = 0.0,
) -> N:
    """A's price per request at which A and B cost the same; above it, switch to B.

    Parameters
    ----------
    upfront_a, upfront_b : float or array_like
        Paid at the start, 0 or more.
    cost_per_request_b : float or array_like
        B's cost of one request, 0 or more.
    requests_per_month : float or array_like
        The volume n, 0 or more.
    months : float or array_like
        The horizon m over which upfront cost is spread, above 0.
    fixed_monthly_a, fixed_monthly_b : float or array_like
        Paid each month at any volume, 0 or more.

    Returns
    -------
    float or array
        Currency a request. NaN where there is no such price: at zero volume, or
        where A would be the dearer one even for nothing.

    Raises
    ------
    ValueError
        An argument is impossible.

    Notes
    -----
    c_a = c_b + ((U_b - U_a) / m + F_b - F_a) / n

    Examples
    --------
    At a million requests a month, the API's price would have to rise from
    0.002 to almost 0.017 before fine-tuning is worth it:

    >>> round(switch_price(50_000, 250_000, 0.0002, 1_000_000), 6)
    0.016867
    """
    with np.errstate(all="ignore"):
        upfront = np.subtract(upfront_b, upfront_a) / months
        dearer = upfront + np.subtract(fixed_monthly_b, fixed_monthly_a)
        price = cost_per_request_b + dearer / np.asarray(requests_per_month, dtype=float)
    return float_or_array(np.where(np.isfinite(price) & (price >= 0), price, np.nan))

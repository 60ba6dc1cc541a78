"""What the choice of one approach over another comes to: payback and switch price."""

import numpy as np

from bbxl.model.quantities import Amount, Months, N, Rate, Volume, checked, float_or_array


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

"""Worksheet functions of lines: each cost is typed into the formula."""

import numpy as np

from bbxl.model import choice
from bbxl.model.breakeven import explain
from bbxl.model.cost import CostModel
from bbxl.model.quantities import Amount, DiscountRate, Months, Volume
from bbxl.worksheet.registry import Elementwise, worksheet_function

CATEGORY = "Cost"


def _which_is_cheaper(
    upfront_a: float,
    cost_per_request_a: float,
    upfront_b: float,
    cost_per_request_b: float,
    months: float,
    fixed_monthly_a: float,
    fixed_monthly_b: float,
) -> str:
    a = CostModel(upfront_a, cost_per_request_a, fixed_monthly_a)
    return explain(a, CostModel(upfront_b, cost_per_request_b, fixed_monthly_b), months)


def _never_repaid(
    upfront_a: float, monthly_a: float, upfront_b: float, monthly_b: float, annual_rate: float
) -> str:
    if not np.isnan(choice.payback(upfront_a, monthly_a, upfront_b, monthly_b, annual_rate)):
        return ""
    dearer, other = ("B", "A") if upfront_b > upfront_a else ("A", "B")
    saved = (monthly_a - monthly_b) * (1 if dearer == "B" else -1)
    if saved <= 0:
        return f"{dearer} costs more at the start, and no less a month than {other}"
    return f"{saved:,.2f} a month are never worth {abs(upfront_b - upfront_a):,.2f} at that rate"


def _no_price(
    upfront_a: float,
    upfront_b: float,
    cost_per_request_b: float,
    requests: float,
    months: float,
    fixed_monthly_a: float,
    fixed_monthly_b: float,
) -> str:
    if requests == 0:
        return "with 0 requests a month no price makes a difference"
    free = CostModel(upfront_a, 0.0, fixed_monthly_a).monthly(requests, months)
    b = CostModel(upfront_b, cost_per_request_b, fixed_monthly_b).monthly(requests, months)
    return "A costs more than B even where its requests cost nothing" if free > b else ""


@worksheet_function(CATEGORY)
def monthly_cost(
    upfront: Amount,
    cost_per_request: Amount,
    requests: Volume,
    months: Months = 12,
    fixed_monthly: Amount = 0,
) -> Elementwise:
    """Cost a month of an approach, its upfront cost spread over the horizon.

    Parameters
    ----------
    upfront
        cost paid once, at the start
    cost_per_request
        cost of one request
    requests
        requests a month
    months
        horizon over which the upfront cost is spread
    fixed_monthly
        cost a month at any volume
    """
    return CostModel(upfront, cost_per_request, fixed_monthly).monthly(requests, months)


@worksheet_function(CATEGORY, why=_which_is_cheaper)
def breakeven(
    upfront_a: Amount,
    cost_per_request_a: Amount,
    upfront_b: Amount,
    cost_per_request_b: Amount,
    months: Months = 12,
    fixed_monthly_a: Amount = 0,
    fixed_monthly_b: Amount = 0,
) -> Elementwise:
    """Requests a month at which A and B cost the same; #N/A where there is none.

    Parameters
    ----------
    upfront_a
        A's cost paid once, at the start
    cost_per_request_a
        A's cost of one request
    upfront_b
        B's cost paid once, at the start
    cost_per_request_b
        B's cost of one request
    months
        horizon over which the upfront costs are spread
    fixed_monthly_a
        A's cost a month at any volume
    fixed_monthly_b
        B's cost a month at any volume
    """
    a = CostModel(upfront_a, cost_per_request_a, fixed_monthly_a)
    return a.breakeven(CostModel(upfront_b, cost_per_request_b, fixed_monthly_b), months)


@worksheet_function(CATEGORY, why=_never_repaid)
def payback(
    upfront_a: Amount,
    monthly_a: Amount,
    upfront_b: Amount,
    monthly_b: Amount,
    annual_rate: DiscountRate = 0,
) -> Elementwise:
    """Months until the dearer start is repaid by its lower monthly cost; #N/A where it never is.

    Parameters
    ----------
    upfront_a
        A's cost paid once, at the start
    monthly_a
        A's cost a month
    upfront_b
        B's cost paid once, at the start
    monthly_b
        B's cost a month
    annual_rate
        discount rate a year, as a fraction (0.10 is 10%)
    """
    return choice.payback(upfront_a, monthly_a, upfront_b, monthly_b, annual_rate)


@worksheet_function(CATEGORY, why=_no_price)
def switch_price(
    upfront_a: Amount,
    upfront_b: Amount,
    cost_per_request_b: Amount,
    requests: Volume,
    months: Months = 12,
    fixed_monthly_a: Amount = 0,
    fixed_monthly_b: Amount = 0,
) -> Elementwise:
    """A's price per request at which A and B cost the same; #N/A where there is none.

    Parameters
    ----------
    upfront_a
        A's cost paid once, at the start
    upfront_b
        B's cost paid once, at the start
    cost_per_request_b
        B's cost of one request
    requests
        requests a month
    months
        horizon over which the upfront costs are spread
    fixed_monthly_a
        A's cost a month at any volume
    fixed_monthly_b
        B's cost a month at any volume
    """
    return choice.switch_price(
        upfront_a, upfront_b, cost_per_request_b, requests, months, fixed_monthly_a, fixed_monthly_b
    )

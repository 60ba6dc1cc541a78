"""Worksheet functions of lines: each cost is typed into the formula."""

from bbxl.model import choice
from bbxl.model.cost import CostModel
from bbxl.model.quantities import Amount, Months, Rate, Volume
from bbxl.worksheet.registry import Elementwise, worksheet_function

CATEGORY = "Cost"


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


@worksheet_function(CATEGORY)
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


@worksheet_function(CATEGORY)
def payback(
    upfront_a: Amount,
    monthly_a: Amount,
    upfront_b: Amount,
    monthly_b: Amount,
    annual_rate: Rate = 0,
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


@worksheet_function(CATEGORY)
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

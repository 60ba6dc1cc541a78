"""Worksheet functions of cost over time: growth, price paths, discounting, tax."""

from typing import Literal

import numpy as np

from bbxl.model.projection import Projection
from bbxl.model.quantities import Fraction, Rate, Volume, WholeMonths
from bbxl.worksheet.functions.approaches import breakeven_table
from bbxl.worksheet.readers import Rows, with_errors
from bbxl.worksheet.registry import PerApproach, worksheet_function
from bbxl.worksheet.tables import Approaches

CATEGORY = "Time"

Measure = Literal["cost", "cumulative", "discounted"]


@worksheet_function(CATEGORY)
def project(
    approaches: Approaches,
    requests: Volume,
    months: WholeMonths = 36,
    annual_rate: Rate = 0,
    volume_growth: Rate = 0,
    api_price_change: Rate = 0,
    infra_price_change: Rate = 0,
    wage_growth: Rate = 0,
    measure: Measure = "cumulative",
) -> Rows:
    """Cost of each approach month by month; month 0 is the upfront cost.

    Args:
        approaches: table of approaches with its labels
        requests: requests a month at the start
        months: horizon, whole months
        annual_rate: discount rate a year, as a fraction (0.10 is 10%)
        volume_growth: change of the volume a year, as a fraction
        api_price_change: change of the cost per request a year, as a fraction
        infra_price_change: change of infrastructure cost a year, as a fraction (-0.4 falls by 40%)
        wage_growth: change of the cost of the monthly hours a year, as a fraction
        measure: cost of the month, cumulative cost, or discounted: the month's cost at its
            present value, which add up to BB_PRESENT_COST
    """
    projection = Projection(
        months, annual_rate, volume_growth, api_price_change, infra_price_change, wage_growth
    )
    costs = projection.costs(approaches.model, requests)[:, :, 0]
    if measure == "cumulative":
        costs = np.cumsum(costs, axis=0)
    elif measure == "discounted":
        costs = costs * projection.discount_factors()[:, None]
    codes = approaches.errors.ravel()
    return [["month", *approaches.names]] + [
        [float(month), *with_errors(row, codes)] for month, row in enumerate(costs)
    ]


@worksheet_function(CATEGORY)
def present_cost(
    approaches: Approaches,
    requests: Volume,
    months: WholeMonths = 36,
    annual_rate: Rate = 0,
    volume_growth: Rate = 0,
    api_price_change: Rate = 0,
    infra_price_change: Rate = 0,
    wage_growth: Rate = 0,
    tax_rate: Fraction = 0,
    capitalised_share: Fraction = 0,
    life_months: WholeMonths = 36,
) -> PerApproach:
    """Present value of all that each approach costs over the horizon.

    Args:
        approaches: table of approaches with its labels
        requests: requests a month at the start
        months: horizon, whole months
        annual_rate: discount rate a year, as a fraction (0.10 is 10%)
        volume_growth: change of the volume a year, as a fraction
        api_price_change: change of the cost per request a year, as a fraction
        infra_price_change: change of infrastructure cost a year, as a fraction (-0.4 falls by 40%)
        wage_growth: change of the cost of the monthly hours a year, as a fraction
        tax_rate: share of a deductible cost that tax returns, 0 to 1
        capitalised_share: share of development that is deducted over its life, 0 to 1
        life_months: months over which the capitalised share is deducted, evenly
    """
    return Projection(
        months,
        annual_rate,
        volume_growth,
        api_price_change,
        infra_price_change,
        wage_growth,
        tax_rate=tax_rate,
        capitalised_share=capitalised_share,
        life_months=life_months,
    ).present_cost(approaches.model, requests)


@worksheet_function(CATEGORY)
def discounted_breakeven(
    approaches: Approaches,
    months: WholeMonths = 36,
    annual_rate: Rate = 0,
    volume_growth: Rate = 0,
    api_price_change: Rate = 0,
    infra_price_change: Rate = 0,
    wage_growth: Rate = 0,
    tax_rate: Fraction = 0,
    capitalised_share: Fraction = 0,
    life_months: WholeMonths = 36,
) -> Rows:
    """Requests a month at the start at which each two approaches have the same present cost.

    Args:
        approaches: table of approaches with its labels
        months: horizon, whole months
        annual_rate: discount rate a year, as a fraction (0.10 is 10%)
        volume_growth: change of the volume a year, as a fraction
        api_price_change: change of the cost per request a year, as a fraction
        infra_price_change: change of infrastructure cost a year, as a fraction (-0.4 falls by 40%)
        wage_growth: change of the cost of the monthly hours a year, as a fraction
        tax_rate: share of a deductible cost that tax returns, 0 to 1
        capitalised_share: share of development that is deducted over its life, 0 to 1
        life_months: months over which the capitalised share is deducted, evenly
    """
    projection = Projection(
        months,
        annual_rate,
        volume_growth,
        api_price_change,
        infra_price_change,
        wage_growth,
        tax_rate=tax_rate,
        capitalised_share=capitalised_share,
        life_months=life_months,
    )
    return breakeven_table(approaches, projection.breakeven)

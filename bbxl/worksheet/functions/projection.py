"""Worksheet functions of cost over time: growth, price paths, discounting, tax."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, Literal

import numpy as np

from bbxl.model.projection import Projection
from bbxl.model.quantities import (
    Change,
    DiscountRate,
    Months,
    Rate,
    Volume,
    WholeMonths,
    quantities_of,
    quantity_of,
)
from bbxl.model.settings import SETTINGS
from bbxl.worksheet.functions.approaches import breakeven_table, who_is_cheaper
from bbxl.worksheet.readers import Rows, bounded, with_errors
from bbxl.worksheet.registry import PerApproach, worksheet_function
from bbxl.worksheet.tables import Approaches

CATEGORY = "Time"

Measure = Literal["cost", "cumulative", "after_tax", "discounted"]

MOVES = (
    "months",
    "annual_rate",
    "volume_growth",
    "api_price_change",
    "infra_price_change",
    "wage_growth",
)
TAX = ("tax_rate", "capitalised_share", "life_months")
SHOCK = ("shock_factor", "shock_month")
OWN = {"annual_rate": DiscountRate, "wage_growth": DiscountRate}
NARROWER = {quantity_of(Months): WholeMonths, quantity_of(Rate): Change}
"""What a cell takes is narrower than what the model does: a rate of 10 was meant to be 10%."""


def over_time(
    *settings: str, last: tuple[str, ...] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a function the arguments of these settings in place of its `projection`.

    Their defaults and help are those of `Projection`. Those of `last` stand behind all others.
    """

    def changed(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(**given: Any) -> Any:
            moves = {name: given.pop(name) for name in (*settings, *last)}
            return function(**given, projection=Projection(**moves))

        parameters = []
        for each in inspect.signature(function).parameters.values():
            parameters += _arguments(settings) if each.name == "projection" else [each]
        parameters += _arguments(last)
        helps = "".join(f"\n{name}\n    {SETTINGS[name].help}" for name in (*settings, *last))
        call.__signature__ = inspect.signature(function).replace(parameters=parameters)  # type: ignore[attr-defined]
        call.__doc__ = inspect.getdoc(function) + helps  # type: ignore[operator]
        return call

    return changed


def _arguments(settings: tuple[str, ...]) -> list[inspect.Parameter]:
    fields, kind = Projection.__dataclass_fields__, inspect.Parameter.POSITIONAL_OR_KEYWORD
    kinds = quantities_of(Projection)
    hints = {
        name: OWN.get(name) or NARROWER.get(kinds[name], fields[name].type) for name in settings
    }
    return [
        inspect.Parameter(name, kind, default=fields[name].default, annotation=hint)
        for name, hint in hints.items()
    ]


def _same_order(approaches: Approaches, **moves: float) -> str:
    return who_is_cheaper(approaches, Projection(**moves).intervals)


@worksheet_function(CATEGORY)
@over_time(*MOVES, last=(*TAX, *SHOCK))
def project(
    approaches: Approaches,
    requests: Volume,
    projection: Projection,
    measure: Measure = "cumulative",
) -> Rows:
    """Cost of each approach month by month; month 0 is the upfront cost.

    Parameters
    ----------
    approaches
        table of approaches with its labels
    requests
        requests a month at the start
    measure
        cost of the month, cumulative cost, after_tax: the month's cost less the tax
        that it saves, or discounted: that at its present value, which add up to
        BB_PRESENT_COST
    """
    bounded(projection.months + 1, len(approaches.names))
    taxed = measure in ("after_tax", "discounted")
    by_month = projection.costs_after_tax if taxed else projection.costs
    costs = by_month(approaches.model, requests)[:, :, 0]
    bounded(*costs.shape)  # deductions may go on beyond the horizon
    if measure == "cumulative":
        costs = np.cumsum(costs, axis=0)
    elif measure == "discounted":
        costs = costs * projection.discount_factors(len(costs))[:, None]
    codes = approaches.errors.ravel()
    return [["month", *approaches.names]] + [
        [float(month), *with_errors(row, codes)] for month, row in enumerate(costs)
    ]


@worksheet_function(CATEGORY)
@over_time(*MOVES, *TAX, *SHOCK)
def present_cost(approaches: Approaches, requests: Volume, projection: Projection) -> PerApproach:
    """Present value of all that each approach costs over the horizon.

    Parameters
    ----------
    approaches
        table of approaches with its labels
    requests
        requests a month at the start
    """
    return projection.present_cost(approaches.model, requests)


@worksheet_function(CATEGORY, why=_same_order)
@over_time(*MOVES, *TAX, *SHOCK)
def discounted_breakeven(approaches: Approaches, projection: Projection) -> Rows:
    """Requests a month at the start from which the order of each two approaches stays.

    Order is by present cost.

    Parameters
    ----------
    approaches
        table of approaches with its labels
    """
    return breakeven_table(approaches, projection.breakeven)

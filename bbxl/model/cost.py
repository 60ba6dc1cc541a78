"""What an approach costs: a line in the monthly volume, and units that are bought whole.

    monthly(n) = upfront / months + fixed_monthly + cost_per_request n + unit_cost units(n)

All amounts are costs: positive, in one currency, nominal. A volume n is in
requests a month, months is the horizon over which upfront cost is spread.
Every field and argument may be a number or an array; arrays broadcast, so that
a million scenarios are one call. A missing value (NaN) stays missing.
"""

from typing import Annotated, Any, overload

import numpy as np

from bbxl.model.cost_streams import CostStreams
from bbxl.model.driver_table import Driver, DriverTable
from bbxl.model.quantities import (
    Amount,
    Array,
    Months,
    N,
    Numbers,
    Volume,
    checked,
    float_or_array,
    record,
)
from bbxl.model.streams import (
    BY_REQUEST,
    BY_UNIT,
    DEVELOPMENT,
    FIXED,
    REQUESTS,
    TOOLING,
    UPFRONT_AMORTIZED,
    Stream,
    Timing,
)
from bbxl.model.tco import TCO, added


class Approach(CostStreams[N]):
    """Base of approaches: what follows from the drivers that a class declares.

    Attributes
    ----------
    table : DriverTable
        The drivers of the class.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.table = DriverTable(cls)

    @overload
    def tco(
        self: "Approach[float]", requests_per_month: float, months: float = 12
    ) -> TCO[float]: ...
    @overload
    def tco(
        self: "Approach[Any]", requests_per_month: Numbers, months: Numbers = 12
    ) -> TCO[Array]: ...
    @checked
    def tco(
        self: "Approach[Any]", requests_per_month: Volume[Any], months: Months[Any] = 12
    ) -> TCO[Any]:
        """Total cost of ownership, broken down by what the money is spent on.

        Parameters
        ----------
        requests_per_month : float or array_like
            The volume, 0 or more.
        months : float or array_like
            The horizon over which upfront cost is spread, above 0.

        Returns
        -------
        TCO
            Its values have the shape to which fields and arguments broadcast.

        Raises
        ------
        ValueError
            The volume or the horizon is impossible.
        """
        paid = [each for each in self.table.optional if self.pays(each)]
        return TCO(
            {
                component.name: added(
                    self._a_month(part.stream, part.of(self), requests_per_month, months)
                    for part in counted
                )
                for component, parts in self.table.components.items()
                if (counted := [p for p in parts if not p.stream.optional or p.stream in paid])
            },
            requests_per_month,
            months,
            self.units(requests_per_month) if any(s in paid for s in self.table.of_units) else 0.0,
        )

    def _a_month(self, stream: Stream, cost: Any, requests_per_month: Any, months: Any) -> Any:
        """What a cost comes to a month, on average over the horizon."""
        if stream.timing in (Timing.START, Timing.END):
            return cost / months
        if stream.timing is Timing.RECURRING:
            return cost * self.times_recurring(months) / months
        if stream.timing is Timing.PER_REQUEST:
            return np.multiply(cost, requests_per_month)
        if stream.timing in BY_UNIT:
            return cost * self.unit_months(stream, months) * self.units(requests_per_month)
        return cost

    @overload
    def cost_model(self: "Approach[float]", months: float = 12) -> "CostModel[float]": ...
    @overload
    def cost_model(self: "Approach[Any]", months: Numbers = 12) -> "CostModel[Array]": ...
    @checked
    def cost_model(self: "Approach[Any]", months: Months[Any] = 12) -> "CostModel[Any]":
        """The line that the approach reduces to, without its units of capacity.

        Parameters
        ----------
        months : float or array_like
            The horizon; what recurs is paid so often within it. Without a
            retraining cost the line is the same for all.

        Returns
        -------
        CostModel
            Its upfront cost (with all that is paid once or now and then), cost per request
            and fixed monthly cost.

        Raises
        ------
        ValueError
            The horizon is impossible.
        """
        total = dict.fromkeys(Timing, 0.0)
        for stream, cost in self.streams().items():
            timing = stream.timing
            if timing is Timing.RECURRING:
                cost = cost * self.times_recurring(months)
            once = timing in (Timing.END, Timing.RECURRING)
            paid = Timing.START if once else timing
            total[paid] = total[paid] + cost
        return CostModel(total[Timing.START], total[Timing.PER_REQUEST], total[Timing.MONTHLY])


@record
class CostModel(Approach[N]):
    """An approach as a line.

    Parameters
    ----------
    {fields}

    Each is a float or array_like, 0 or more, in one currency.

    Examples
    --------
    >>> api = CostModel(upfront_cost=50_000, cost_per_request=0.002)
    >>> round(api.monthly(1_000_000), 2)
    6166.67
    """

    upfront_cost: Annotated[
        Amount[N],
        Driver("paid once, at the start", DEVELOPMENT, UPFRONT_AMORTIZED),
    ]
    cost_per_request: Annotated[Amount[N], Driver("paid for each request", REQUESTS, BY_REQUEST)]
    fixed_monthly: Annotated[Amount[N], Driver("paid each month at any volume", TOOLING, FIXED)] = (
        0.0
    )

    @overload
    def monthly(
        self: "CostModel[float]", requests_per_month: float, months: float = 12
    ) -> float: ...
    @overload
    def monthly(
        self: "CostModel[Any]", requests_per_month: Numbers, months: Numbers = 12
    ) -> Array: ...
    def monthly(
        self: "CostModel[Any]", requests_per_month: Volume[Any], months: Months[Any] = 12
    ) -> Any:
        """Cost a month: upfront_cost / m + fixed_monthly + cost_per_request n.

        Parameters
        ----------
        requests_per_month : float or array_like
            The volume n, 0 or more.
        months : float or array_like
            The horizon m, above 0.

        Returns
        -------
        float or array
            In the currency of the fields.

        Raises
        ------
        ValueError
            The volume or the horizon is impossible.
        """
        return self.tco(requests_per_month, months).monthly_total

    @overload
    def breakeven(
        self: "CostModel[float]", other: "CostModel[float]", months: float = 12
    ) -> float: ...
    @overload
    def breakeven(
        self: "CostModel[Any]", other: "CostModel[Any]", months: Numbers = 12
    ) -> Array: ...
    @checked
    def breakeven(self: "CostModel[Any]", other: "CostModel[Any]", months: Months[Any] = 12) -> Any:
        """Requests a month at which both cost the same, exact and unrounded.

        Parameters
        ----------
        other : CostModel
            The line to compare with.
        months : float or array_like
            The horizon m over which upfront cost is spread, above 0.

        Returns
        -------
        float or array
            The volume, or NaN where there is none: the lines are parallel or
            the same, or they cross below zero. `bbxl.model.breakeven.explain`
            says in words which is then always cheaper.

        Raises
        ------
        ValueError
            The horizon is impossible.

        Notes
        -----
        n = ((U_other - U) / m + F_other - F) / (c - c_other)

        Examples
        --------
        >>> api = CostModel(50_000, 0.002)
        >>> fine_tuned = CostModel(250_000, 0.0002)
        >>> round(api.breakeven(fine_tuned), 2)
        9259259.26
        >>> api.breakeven(api)
        nan
        """
        upfront = np.subtract(other.upfront_cost, self.upfront_cost) / months
        rise = upfront + np.subtract(other.fixed_monthly, self.fixed_monthly)
        return crossing(rise, np.subtract(self.cost_per_request, other.cost_per_request))


def crossing(rise: Any, slope: Any) -> Any:
    """The volume, 0 or more, at which `slope` a request has made up for `rise`; NaN for none."""
    with np.errstate(all="ignore"):
        volume = np.divide(rise, slope)
    return float_or_array(np.where(np.not_equal(slope, 0) & (volume >= 0), volume, np.nan))

"""Cost over time: growth, price paths, wages, discounting and tax.

Each of these only gives weights to an approach's costs. A `Projection` works
the weights out once; with them, present cost is again a line in the starting
volume, and every breakeven is again closed-form.

Period 0 (upfront) is not discounted. Month t, from 1, is discounted by
(1+r)^(-t/12); its volume is n(1+g)^((t-1)/12), and prices and wages move
likewise. Fields may be arrays: they broadcast with each other and with the
fields of an approach.
"""

from typing import Any, overload

import numpy as np

from bbxl.model.cash_flows import CashFlows
from bbxl.model.cost import Approach, crossing
from bbxl.model.intervals import Interval, each_place, named, settled
from bbxl.model.quantities import Array, N, Numbers, Volume, checked, float_or_array, record
from bbxl.model.staircase import Staircase, Step

MOST_PLACES = 2_000  # at which units are compared in one call: each takes a millisecond


@record
class Projection(CashFlows[N]):
    """How costs move over a horizon.

    Parameters
    ----------
    {fields}

    Each is a float or array_like. A rate is effective, a year, as a fraction:
    -0.4 falls by 40%. The API price change moves the cost per request, the
    infrastructure price change the infrastructure, wage growth the hours of
    each month (maintenance, incidents, compliance); tooling stays flat.
    Operating cost is deductible when it is paid. Training and data labeling are
    always deducted at once; what is capitalised, even beyond the horizon.

    Notes
    -----
    With monthly logarithmic rates x = ln(1 + x_year)/12, the weight of a cost
    that moves by x a month is a geometric sum over the horizon m,

        W(x) = sum_{t=1..m} e^(x(t-1)) e^(-rt) = e^-r (e^((x-r)m) - 1) / (e^(x-r) - 1)

    times (1 - tax_rate). The weight of development is 1 - tax_rate ((1-k) + k A),
    with k the capitalised share, L its life, A = sum_{t=1..L} e^(-rt) / L.

    Examples
    --------
    The worth today of 1,000 a month for three years, at 10% a year:

    >>> from bbxl.model.streams import TOOLING
    >>> round(1000 * Projection(months=36, annual_rate=0.10).weights[TOOLING], 2)
    31186.46
    """

    @overload
    def present_cost(
        self: "Projection[float]", approach: Approach[float], requests_per_month: float
    ) -> float: ...
    @overload
    def present_cost(
        self: "Projection[Any]", approach: Approach[Any], requests_per_month: Numbers
    ) -> Array: ...
    @checked
    def present_cost(
        self: "Projection[Any]", approach: Approach[Any], requests_per_month: Volume[Any]
    ) -> Any:
        """Present value of all that an approach costs over the horizon.

        Parameters
        ----------
        approach : Approach
            What it costs at the start.
        requests_per_month : float or array_like
            The starting volume n, 0 or more.

        Returns
        -------
        float or array
            In the currency of the approach.

        Raises
        ------
        ValueError
            The volume is impossible.

        Notes
        -----
        The sum of cost x weight over the streams, with n requests a month, and of
        each month's units times the worth of one in that month.

        Examples
        --------
        A classifier on an API, two million requests a month, three years at 10%:

        >>> from bbxl.model.drivers import TCOComponents
        >>> api = TCOComponents(200, 0.001, 160, 20, monitoring_tooling_monthly=500,
        ...     incident_response_hours_monthly=5, compliance_audit_hours_monthly=8)
        >>> round(Projection(36, annual_rate=0.10).present_cost(api, 2_000_000), 2)
        262576.41
        """
        start, slope = self.line(approach)
        cost = start + np.multiply(slope, requests_per_month)
        if approach.has_units:
            cost = cost + self.units_present(approach, requests_per_month)
        return float_or_array(cost)

    @overload
    def breakeven(self: "Projection[float]", a: Approach[float], b: Approach[float]) -> float: ...
    @overload
    def breakeven(self: "Projection[Any]", a: Approach[Any], b: Approach[Any]) -> Array: ...
    def breakeven(self: "Projection[Any]", a: Approach[Any], b: Approach[Any]) -> Any:
        """Starting volume at which two approaches have the same present cost.

        Parameters
        ----------
        a, b : Approach
            What each costs at the start.

        Returns
        -------
        float or array
            Requests a month, exact and unrounded; NaN where there is no such volume.
            Where units are bought whole, the volume from which the order of the two stays.

        Notes
        -----
        n = (F_b - F_a) / (c_a - c_b), with the present cost of each F + c n; with units,
        the start of the last of their `intervals`.

        Examples
        --------
        >>> from bbxl.model.cost import CostModel
        >>> api, fine_tuned = CostModel(50_000, 0.002), CostModel(250_000, 0.0002)
        >>> round(Projection(12).breakeven(api, fine_tuned), 2)
        9259259.26
        >>> round(Projection(36, annual_rate=0.10).breakeven(api, fine_tuned), 2)
        3562799.9
        """
        (start_a, _), (start_b, _) = self.line(a), self.line(b)
        lines = crossing(np.subtract(start_b, start_a), self.slope_less(a, b))
        return self.settled(a, b, lines)

    def settled(self: "Projection[Any]", a: Approach[Any], b: Approach[Any], lines: Numbers) -> Any:
        """The volumes from which the order of two stays; `lines` holds where none has units."""
        if not (a.has_units or b.has_units):
            return lines
        return each_place(
            np.logical_or(a.where_units, b.where_units),
            (a, b, self),
            lambda one, other, over: settled(over.staircase(one), over.staircase(other)),
            lines,
            # With growth each month is a step of its own, and each step is looked at for each.
            MOST_PLACES / max(1.0, np.max(self.months) / 36) ** 2
            if np.any(self.volume_growth)
            else MOST_PLACES,
        )

    def staircase(self: "Projection[float]", approach: Approach[float]) -> Staircase:
        """Present cost at each starting volume, of an approach of single numbers.

        Notes
        -----
        A unit that carries q requests a month carries q / g_t of the starting
        volume, where month t has g_t times as many requests as the first.
        """
        start, slope = self.line(approach)
        if not approach.has_units:
            return Staircase(start, slope)
        one, fewest = approach.unit_capacity, approach.units_minimum  # type: ignore[attr-defined]
        worth = sum(cost * weights for cost, weights in self.unit_weights(approach))
        together: dict[float, float] = {}
        for t, cost in enumerate(np.ravel(worth).tolist()):
            factor = float(np.exp(self.log_rates["volume_growth"] * t))
            together[factor] = together.get(factor, 0.0) + cost
        steps = [Step(cost, one / factor, fewest) for factor, cost in together.items()]
        return Staircase(start, slope, tuple(steps))

    def intervals(
        self: "Projection[float]",
        a: Approach[float],
        b: Approach[float],
        names: tuple[str, str] = ("A", "B"),
    ) -> list[Interval]:
        """Starting volumes at which which of two approaches has the lower present cost.

        Parameters
        ----------
        a, b : Approach
            Their fields are single numbers.
        names : tuple of str
            What the two are called.

        Returns
        -------
        list of Interval
            From volume 0 up, without a gap; exact, at every volume.

        Raises
        ------
        NoAnswerError
            The two change places again and again, without an end.
        TooLargeError
            They change places over too many steps of units.

        Examples
        --------
        An API at 0.001 a request, or servers of 600 a month that carry a million each:

        >>> from bbxl.model.drivers import TCOComponents
        >>> api = TCOComponents(0, 0.001, 0, 0)
        >>> own = TCOComponents(0, 0.0002, 0, 0, unit_monthly=600, unit_capacity=1_000_000)
        >>> for each in Projection(12).intervals(api, own, names=("API", "own")):
        ...     print(f"from {each.start:,.0f} to {each.end:,.0f}: {each.cheaper}")
        from 0 to 750,000: API
        from 750,000 to 1,000,000: own
        from 1,000,000 to 1,500,000: API
        from 1,500,000 to 2,000,000: own
        from 2,000,000 to 2,250,000: API
        from 2,250,000 to inf: own
        """
        return named(self.staircase(a).less(self.staircase(b)).stretches(), names)

    @checked
    def payback_month(
        self, a: Approach[float], b: Approach[float], requests_per_month: Volume[float]
    ) -> float:
        """First month from which the dearer start has, and keeps, the lower discounted total.

        Parameters
        ----------
        a, b : Approach
            Their fields are single numbers.
        requests_per_month : float
            The starting volume, 0 or more.

        Returns
        -------
        float
            A month; 0 where both starts cost the same, NaN where the dearer start
            is not repaid within the horizon, or is repaid and then falls behind.

        Raises
        ------
        ValueError
            The volume is impossible, or months is not one whole number.

        Examples
        --------
        >>> from bbxl.model.cost import CostModel
        >>> api, fine_tuned = CostModel(50_000, 0.002), CostModel(250_000, 0.0002)
        >>> Projection(36, annual_rate=0.10).payback_month(api, fine_tuned, 10_000_000)
        12.0
        """
        gap = np.cumsum(
            (self.costs(b, requests_per_month) - self.costs(a, requests_per_month)).ravel()
            * self.discount_factors()
        )
        if gap[0] == 0:
            return 0.0
        behind = np.flatnonzero(gap * np.sign(gap[0]) > 0)
        return float(behind[-1] + 1) if behind[-1] + 1 < len(gap) else np.nan

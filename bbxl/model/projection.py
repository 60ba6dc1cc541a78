"""Cost over time: growth, price paths, wages, discounting and tax.

Each of these only gives weights to an approach's costs. A `Projection` works
the weights out once; with them, present cost is again a line in the starting
volume, and every breakeven is again closed-form.

Period 0 (upfront) is not discounted. Month t, from 1, is discounted by
(1+r)^(-t/12); its volume is n(1+g)^((t-1)/12), and prices and wages move
likewise. Fields may be arrays: they broadcast with each other and with the
fields of an approach.
"""

from functools import cached_property
from typing import Any, overload

import numpy as np

from bbxl.model.annuity import annuity, times
from bbxl.model.cost import Approach, crossing
from bbxl.model.quantities import Array, N, Numbers, Volume, checked, float_or_array, record
from bbxl.model.settings import Settings
from bbxl.model.streams import STREAMS, Stream, Timing

SHOCKED = "api_price_change"
"""The price that a shock multiplies."""


@record
class Projection(Settings[N]):
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

    @cached_property
    def weights(self) -> dict[Stream, Any]:
        """What each stream is multiplied by to give its present cost over the horizon."""
        with np.errstate(all="ignore"):  # at a rate near -1 the worth of a month is infinite
            return {stream: float_or_array(self._weight(stream)) for stream in STREAMS}

    @cached_property
    def _log_rates(self) -> dict[str, Any]:
        """Field of a rate -> its monthly logarithmic rate; 0 for the price that nothing moves."""
        prices = {stream.price for stream in STREAMS if stream.price}
        moving = ("annual_rate", "volume_growth", *prices)
        return {"": 0.0, **{name: np.log1p(getattr(self, name)) / 12 for name in moving}}

    def _movement(self, stream: Stream) -> Any:
        """Monthly logarithmic rate at which what is paid for a stream moves."""
        price = self._log_rates[stream.price]
        if stream.timing is Timing.PER_REQUEST:
            return self._log_rates["volume_growth"] + price
        return price

    def _weight(self, stream: Stream) -> Any:
        """What a stream is multiplied by to give its present cost over the horizon."""
        kept = np.subtract(1, self.tax_rate)
        rate = self._log_rates["annual_rate"]
        if stream.timing is Timing.START:
            if not stream.capitalisable:
                return kept
            straight_line = annuity(-rate, self.life_months) * np.exp(-rate) / self.life_months
            deducted = (1 - self.capitalised_share) + times(self.capitalised_share, straight_line)
            return 1 - times(self.tax_rate, deducted)
        movement = self._movement(stream) - rate

        def paid(first: Numbers, months: Numbers) -> Any:
            """The worth of 1 a month after a number of months, for some months."""
            return times(kept * np.exp(movement * first - rate), annuity(movement, months))

        if stream.price != SHOCKED:
            return paid(0.0, self.months)
        before = np.minimum(np.subtract(self.shock_month, 1), self.months)
        after = paid(before, np.subtract(self.months, before))
        return paid(0.0, before) + times(self.shock_factor, after)

    def line(self, approach: Approach[Any]) -> tuple[Any, Any]:
        """Present cost as a line in the starting volume.

        Parameters
        ----------
        approach : Approach
            What it costs at the start.

        Returns
        -------
        tuple of float or array
            Present cost at zero volume, and for each request a month at the start.
        """
        return self._line(approach.streams())

    def _line(self, costs: dict[Stream, Any]) -> tuple[Any, Any]:
        """Present cost of streams, at zero volume and for each request a month."""
        line: dict[bool, Any] = {True: 0.0, False: 0.0}
        for stream, cost in costs.items():
            by_request = stream.timing is Timing.PER_REQUEST
            line[by_request] = line[by_request] + times(cost, self.weights[stream])
        return float_or_array(line[False]), float_or_array(line[True])

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
        The sum of cost x weight over the streams, with n requests a month.

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
        return float_or_array(start + np.multiply(slope, requests_per_month))

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

        Notes
        -----
        n = (F_b - F_a) / (c_a - c_b), with the present cost of each F + c n.

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
        # The difference before its weight: weights would round away what is nearly parallel.
        theirs = b.streams()
        less = {stream: cost - theirs[stream] for stream, cost in a.streams().items()}
        return crossing(np.subtract(start_b, start_a), self._line(less)[1])

    @checked
    def costs(self, approach: Approach[Any], requests_per_month: Volume[Any]) -> Array:
        """Cost of each period, undiscounted and before tax: period 0, then month by month.

        Parameters
        ----------
        approach : Approach
            Its fields broadcast with the volume.
        requests_per_month : float or array_like
            The starting volume, 0 or more.

        Returns
        -------
        array
            Its first axis is the period, of length months + 1.

        Raises
        ------
        ValueError
            The volume is impossible, or months is not one whole number.
        """
        costs = approach.streams()
        volume = np.asarray(requests_per_month)
        shape = np.broadcast(volume, *(np.asarray(each) for each in costs.values())).shape
        month = np.arange(1, self._periods() + 1).reshape(-1, *(1,) * len(shape))
        upfront = running = 0.0
        for stream, cost in costs.items():
            if stream.timing is Timing.START:
                upfront = upfront + cost
                continue
            if stream.timing is Timing.PER_REQUEST:
                cost = cost * volume
            cost = cost * np.exp(self._movement(stream) * (month - 1))
            if stream.price == SHOCKED:
                cost = cost * np.where(month >= self.shock_month, self.shock_factor, 1.0)
            running = running + cost
        parts = [(upfront, (1, *shape)), (running, (len(month), *shape))]
        return np.concatenate([np.broadcast_to(*each) for each in parts])

    def discount_factors(self) -> Array:
        """What each period's cost is multiplied by: 1, then (1+r)^(-t/12) for each month t."""
        factors: Array = np.exp(-self._log_rates["annual_rate"] * np.arange(self._periods() + 1))
        return factors

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

    def _periods(self) -> int:
        if np.ndim(self.months) or not float(self.months).is_integer():
            raise ValueError(f"month by month, months must be one whole number, not {self.months}")
        return int(self.months)

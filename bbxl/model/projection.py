"""Cost over time: growth, price paths, wages, discounting and tax.

Each of these only gives weights to an approach's costs. A `Projection` works
the weights out once; with them, present cost is again a line in the starting
volume, and every breakeven is again closed-form.

Period 0 (upfront) is not discounted. Month t, from 1, is discounted by
(1+r)^(-t/12); its volume is n(1+g)^((t-1)/12), and prices and wages move
likewise. Fields may be arrays: they broadcast with each other and with the
fields of an approach.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bbxl.model.cost import CostModel, Streams, TCOComponents, crossing
from bbxl.model.quantities import (
    VOLUME,
    Amount,
    Array,
    Checked,
    Fraction,
    Months,
    Numbers,
    Rate,
    Volume,
    plain,
)

Approach = TCOComponents | CostModel


@dataclass(frozen=True)
class Projection(Checked):
    """How costs move over a horizon.

    Parameters
    ----------
    months : horizon.
    annual_rate : discount rate, effective, a year.
    volume_growth, api_price_change, infra_price_change, wage_growth : change a
        year, as a fraction; -0.4 falls by 40%. API price change moves the cost
        per request, infrastructure price change the infrastructure, wage
        growth the hours of each month (maintenance, incidents, compliance).
        Tooling stays flat.
    shock_month, shock_factor : from this month on, the cost per request is
        multiplied once by this factor; a factor of 1 is no shock.
    tax_rate : operating cost is deductible when it is paid.
    capitalised_share, life_months : this share of development is deducted
        straight-line over its life, even beyond the horizon, the rest at once.
        Training and data labeling are always deducted at once.

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

    >>> round(1000 * float(Projection(months=36, annual_rate=0.10).weights.tooling), 2)
    31186.46
    """

    months: Months = 36.0
    annual_rate: Rate = 0.0
    volume_growth: Rate = 0.0
    api_price_change: Rate = 0.0
    infra_price_change: Rate = 0.0
    wage_growth: Rate = 0.0
    shock_month: Months = 1.0
    shock_factor: Amount = 1.0
    tax_rate: Fraction = 0.0
    capitalised_share: Fraction = 0.0
    life_months: Months = 36.0

    @cached_property
    def weights(self) -> Streams:
        """What each cost is multiplied by to give its present cost over the horizon."""
        kept = np.subtract(1, self.tax_rate)
        rate, requests = _monthly(self.annual_rate), self._requests_rate()
        straight_line = _annuity(-rate, self.life_months) * np.exp(-rate) / self.life_months
        deducted = (1 - self.capitalised_share) + self.capitalised_share * straight_line

        def paid(movement: Numbers, months: Numbers) -> Numbers:
            return kept * np.exp(-rate) * _annuity(movement - rate, months)

        # Before the shock a month has its price once, from then on shock_factor times.
        before = paid(requests, np.minimum(np.subtract(self.shock_month, 1), self.months))
        all_months = paid(requests, self.months)
        return Streams(
            development=1 - self.tax_rate * deducted,
            data_and_training=kept,
            infrastructure=paid(_monthly(self.infra_price_change), self.months),
            wages=paid(_monthly(self.wage_growth), self.months),
            tooling=paid(0.0, self.months),
            per_request=before + self.shock_factor * (all_months - before),
        )

    def line(self, approach: Approach) -> tuple[Numbers, Numbers]:
        """Present cost as a line: at zero volume, and for each request a month at the start."""
        pairs = zip(approach.streams(), self.weights, strict=True)
        *fixed, slope = (cost * weight for cost, weight in pairs)
        return plain(sum(fixed)), plain(slope)

    def present_cost(self, approach: Approach, requests_per_month: Volume) -> Numbers:
        """Present value of all that an approach costs over the horizon.

        Parameters
        ----------
        approach : what it costs at the start.
        requests_per_month : the starting volume n.

        Notes
        -----
        sum of cost x weight over the streams, with n requests a month.

        Examples
        --------
        A classifier on an API, two million requests a month, three years at 10%:

        >>> api = TCOComponents(200, 0.001, 160, 20, monitoring_tooling_monthly=500,
        ...     incident_response_hours_monthly=5, compliance_audit_hours_monthly=8)
        >>> round(Projection(36, annual_rate=0.10).present_cost(api, 2_000_000), 2)
        262576.41
        """
        VOLUME.check("requests_per_month", requests_per_month)
        start, slope = self.line(approach)
        return plain(start + np.multiply(slope, requests_per_month))

    def breakeven(self, a: Approach, b: Approach) -> Numbers:
        """Starting volume at which both have the same present cost; NaN where there is none.

        Notes
        -----
        n = (F_b - F_a) / (c_a - c_b), with the present cost of each F + c n.

        Examples
        --------
        >>> api, fine_tuned = CostModel(50_000, 0.002), CostModel(250_000, 0.0002)
        >>> round(Projection(12).breakeven(api, fine_tuned), 2)
        9259259.26
        >>> round(Projection(36, annual_rate=0.10).breakeven(api, fine_tuned), 2)
        3562799.9
        """
        (start_a, slope_a), (start_b, slope_b) = self.line(a), self.line(b)
        return crossing(np.subtract(start_b, start_a), np.subtract(slope_a, slope_b))

    def costs(self, approach: Approach, requests_per_month: Volume) -> Array:
        """Cost of each period, undiscounted and before tax: period 0, then month by month.

        Parameters
        ----------
        approach : fields that broadcast with the volume.
        requests_per_month : the starting volume.

        Returns
        -------
        Array whose first axis is the period, of length months + 1.
        """
        costs = approach.streams()
        volume = np.asarray(requests_per_month, dtype=float)
        shape = np.broadcast(volume, *(np.asarray(each) for each in costs)).shape
        month = np.arange(1, self._periods() + 1).reshape(-1, *(1,) * len(shape))
        requests = np.exp(self._requests_rate() * (month - 1))
        shock = np.where(month >= self.shock_month, self.shock_factor, 1.0)
        running = (
            costs.infrastructure * np.exp(_monthly(self.infra_price_change) * (month - 1))
            + costs.wages * np.exp(_monthly(self.wage_growth) * (month - 1))
            + costs.tooling
            + costs.per_request * volume * requests * shock
        )
        upfront = np.broadcast_to(costs.development + costs.data_and_training, (1, *shape))
        return np.concatenate([upfront, np.broadcast_to(running, (len(month), *shape))])

    def discount_factors(self) -> Array:
        """What each period's cost is multiplied by: 1 in period 0, (1+r)^(-t/12) in month t."""
        return np.exp(-_monthly(self.annual_rate) * np.arange(self._periods() + 1))

    def payback_month(self, a: Approach, b: Approach, requests_per_month: float) -> float:
        """First month from which the dearer start has, and keeps, the lower discounted total.

        Returns
        -------
        A month; 0 where both starts cost the same, NaN where the dearer start
        is not repaid within the horizon, or is repaid and then falls behind.

        Examples
        --------
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

    def _requests_rate(self) -> Numbers:
        """Monthly logarithmic growth of what is paid for requests: volume times price."""
        return _monthly(self.volume_growth) + _monthly(self.api_price_change)

    def _periods(self) -> int:
        if np.ndim(self.months) or not float(self.months).is_integer():
            raise ValueError(f"month by month, months must be one whole number, not {self.months}")
        return int(self.months)


def _monthly(annual: Numbers) -> Numbers:
    """Monthly logarithmic rate of an annual one."""
    return np.log1p(annual) / 12


def _annuity(rate: Numbers, months: Numbers) -> Numbers:
    """sum_{t=0..m-1} e^(rate t): (e^(rate m) - 1) / (e^rate - 1), and m where the rate is 0."""
    with np.errstate(all="ignore"):
        total = np.expm1(np.multiply(rate, months)) / np.expm1(rate)
    return plain(np.where(np.equal(rate, 0), months, total))

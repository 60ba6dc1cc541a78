"""What a cost is worth at present, by when it is paid and what moves it."""

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from bbxl.model import capacity
from bbxl.model.annuity import annuity, times
from bbxl.model.cost import Approach
from bbxl.model.quantities import Array, N, Numbers, float_or_array, record
from bbxl.model.settings import SETTINGS, Settings
from bbxl.model.streams import BY_UNIT, STREAMS, Stream, Timing

SHOCKED = "api_price_change"
"""The price that a shock multiplies."""


class UnitWeight(NamedTuple):
    """A cost of each unit, and what it is worth for a unit needed in a month (first axis)."""

    cost: Any
    weights: Array


@record
class Weighing(Settings[N]):
    """Present value weights; `Projection` says how they follow from its fields."""

    @cached_property
    def weights(self) -> dict[Stream, Any]:
        """What streams are multiplied by to give their present cost over the horizon.

        Streams that an approach may do without are not among them: their weights hang on
        its own drivers too.
        """
        with np.errstate(all="ignore"):  # at a rate near -1 the worth of a month is infinite
            return {
                stream: float_or_array(self._weight(stream))
                for stream in STREAMS
                if not stream.optional
            }

    @cached_property
    def log_rates(self) -> dict[str, Any]:
        """Field of a rate -> its monthly logarithmic rate; 0 for the price that nothing moves."""
        prices = {stream.price for stream in STREAMS if stream.price}
        moving = ("annual_rate", "volume_growth", *prices)
        return {"": 0.0, **{name: np.log1p(getattr(self, name)) / 12 for name in moving}}

    def movement(self, stream: Stream, approach: Any = None) -> Any:
        """Monthly logarithmic rate at which what is paid for a stream moves."""
        price = self.log_rates[stream.price]
        if stream.own_price:
            price = np.log1p(getattr(approach, stream.own_price)) / 12
        if stream.timing is Timing.PER_REQUEST:
            return self.log_rates["volume_growth"] + price
        return price

    def weight_of(self, stream: Stream, approach: Approach[Any]) -> Any:
        """What a stream of an approach is multiplied by to give its present cost."""
        if not stream.optional:
            return self.weights[stream]
        with np.errstate(all="ignore"):
            return self._weight(stream, approach)

    def _weight(self, stream: Stream, approach: Any = None) -> Any:
        """What a stream is multiplied by to give its present cost over the horizon."""
        kept = np.subtract(1, self.tax_rate)
        rate = self.log_rates["annual_rate"]
        if stream.timing is Timing.START:
            if not stream.capitalisable:
                return kept
            straight_line = annuity(-rate, self.life_months) * np.exp(-rate) / self.life_months
            deducted = (1 - self.capitalised_share) + times(self.capitalised_share, straight_line)
            return 1 - times(self.tax_rate, deducted)
        if stream.timing is Timing.END:
            return kept * np.exp(-rate * np.asarray(self.months))
        if stream.timing is Timing.RECURRING:
            period = rate * approach.retraining_every_months
            times_paid = approach.times_recurring(self.months)
            return times(kept * np.exp(-period), annuity(-period, times_paid))
        movement = self.movement(stream, approach) - rate

        def paid(first: Numbers, months: Numbers) -> Any:
            """The worth of 1 a month after a number of months, for some months."""
            return times(kept * np.exp(movement * first - rate), annuity(movement, months))

        if stream.price != SHOCKED:
            return paid(0.0, self.months)
        before = np.minimum(np.subtract(self.shock_month, 1), self.months)
        after = paid(before, np.subtract(self.months, before))
        return paid(0.0, before) + times(self.shock_factor, after)

    def line(self, approach: Approach[Any]) -> tuple[Any, Any]:
        """Present cost as a line in the starting volume, without units of capacity.

        Parameters
        ----------
        approach : Approach
            What it costs at the start.

        Returns
        -------
        tuple of float or array
            Present cost at zero volume, and for each request a month at the start.
        """
        line: dict[bool, Any] = {True: 0.0, False: 0.0}
        for stream, cost in approach.streams().items():
            if stream.timing in BY_UNIT:
                continue
            by_request = stream.timing is Timing.PER_REQUEST
            line[by_request] = line[by_request] + times(cost, self.weight_of(stream, approach))
        return float_or_array(line[False]), float_or_array(line[True])

    def slope_less(self, a: Approach[Any], b: Approach[Any]) -> Any:
        """Present cost of a request a month of A less that of B."""
        total, paid = 0.0, (a.streams(), b.streams())
        for stream in {**paid[0], **paid[1]}:
            if stream.timing is not Timing.PER_REQUEST:
                continue
            mine, theirs = (costs.get(stream, 0.0) for costs in paid)
            if stream.own_price:
                worth = [
                    times(cost, self.weight_of(stream, each))
                    for cost, each in ((mine, a), (theirs, b))
                ]
                total = total + (worth[0] - worth[1])
            else:  # the difference first: weights would round away what is nearly parallel
                total = total + times(mine - theirs, self.weight_of(stream, a))
        return float_or_array(total)

    def unit_weights(self, approach: Approach[Any]) -> list[UnitWeight]:
        """What units of capacity cost at present, for each unit that a month needs.

        Parameters
        ----------
        approach : Approach
            What it costs at the start.

        Returns
        -------
        list of UnitWeight
            Costs of a unit, each with its weights w: sum_t w_t units_t is their worth.

        Notes
        -----
        Rent of month t is worth (1 - tax_rate) f_t d_t, with the price f_t of the
        month and its discount factor d_t. A unit that is bought in month t is worth
        f_t (d_t - tax_rate / L sum_{j=0..L-1} d_{t+j}): it is deducted evenly over
        its life L. What is got back of it at the end of the horizon m is taxed:
        (1 - tax_rate) f_t d_m of the part of its life that is then before it.
        """
        paid = approach.streams()
        found = []
        for stream in approach.table.streams:
            if stream.timing is Timing.PER_UNIT:
                found.append(
                    UnitWeight(paid.get(stream, 0.0), self.month_weights(stream, approach))
                )
            elif stream.timing is Timing.PURCHASE:
                cost, residual = paid.get(stream, 0.0), approach.unit_residual  # type: ignore[attr-defined]
                bought, back = self._bought(stream, approach)
                found.append(UnitWeight(cost, bought))
                found.append(UnitWeight(-(cost * residual), back))
        return found

    def _months_along(self, approach: Approach[Any] | None) -> Array:
        """The months of the horizon as a first axis before those of all that hangs on them."""
        shaped = [getattr(self, name) for name in SETTINGS]
        shaped += vars(approach).values() if approach else ()
        return capacity.months_of(self.months, max(map(np.ndim, shaped)))

    def month_weights(self, stream: Stream, approach: Approach[Any] | None = None) -> Array:
        """The worth of 1 paid in each month at today's price; of the last one perhaps a part.

        Parameters
        ----------
        stream : Stream
            One that is paid each month, for each request, or for each unit and month.
        approach : Approach, optional
            Its arrays stand behind the first axis, the month.

        Returns
        -------
        array
            Its first axis is the month; for a stream that has a weight, they add up to it.
        """
        month = self._months_along(approach)
        rate = self.log_rates["annual_rate"]
        movement = self.movement(stream, approach) - rate
        part = np.clip(self.months - (month - 1), 0.0, 1.0)
        with np.errstate(all="ignore"):
            paid = np.exp(movement * (month - 1) - rate) * annuity(movement, part)
        if stream.price == SHOCKED:
            paid = paid * np.where(month >= self.shock_month, self.shock_factor, 1.0)
        return np.asarray((1 - self.tax_rate) * paid)

    def _bought(self, stream: Stream, approach: Any) -> tuple[Array, Array]:
        """The worth of 1 paid for each unit bought, and of what its life then lacks at the end."""
        life = approach.unit_life_months
        month, rate = self._months_along(approach), self.log_rates["annual_rate"]
        known = (life, month.ndim) if isinstance(life, float) else None
        if known in self._bought_before:
            return self._bought_before[known]
        lasting = np.maximum(1.0, life)
        with np.errstate(all="ignore"):
            price = np.exp(self.movement(stream) * (month - 1))
            deducted = self.tax_rate * annuity(-rate, lasting) / lasting
            paid = price * np.exp(-rate * month) * (1 - deducted)
            left = np.maximum(0.0, 1 - (self.months - (month - 1)) / lasting)
            back = price * np.exp(-rate * np.asarray(self.months)) * (1 - self.tax_rate) * left
            inside, falling = month - 1 < self.months, np.less(self.volume_growth, 0)
            weights = [
                capacity.needed_weights(np.where(inside, each, 0.0), life, falling)
                for each in (paid, back)
            ]
        found = (weights[0], weights[1])
        if known:
            self._bought_before[known] = found
        return found

    @cached_property
    def _bought_before(self) -> dict[Any, tuple[Array, Array]]:
        """Life -> what was worked out for it: a simulation asks again for each block of draws."""
        return {}

    def units_present(self, approach: Approach[Any], requests_per_month: Any) -> Any:
        """Present cost of the units that a starting volume needs over the horizon."""
        found = self.unit_weights(approach)
        one, fewest = approach.unit_capacity, approach.units_minimum  # type: ignore[attr-defined]
        if not np.any(self.volume_growth):  # every month needs the same
            each = sum(times(cost, weights.sum(axis=0)) for cost, weights in found)
            return times(each, capacity.units(requests_per_month, one, fewest))
        growth, total = self.log_rates["volume_growth"], 0.0
        for t in range(len(found[0].weights)):
            needed = capacity.units(requests_per_month * np.exp(growth * t), one, fewest)
            for cost, weights in found:
                total = total + times(cost * weights[t], needed)
        return total

    def units_bound(
        self, near: Approach[Any], far: Approach[Any], volumes: Any, highest: bool
    ) -> Any:
        """A present cost of units that none is below, or above, where drivers lie between two.

        Parameters
        ----------
        near, far : Approach
            The one whose drivers cost least and the one whose cost most; for the highest
            bound the other way round.
        volumes : sequence of float
            The starting volume of each.
        highest : bool
            Whether none is above; else none is below.

        Returns
        -------
        float or array
        """
        least = np.maximum if highest else np.minimum
        pairs = zip(self.unit_weights(near), self.unit_weights(far), strict=True)
        worth = np.add.reduce([least(a.cost * a.weights, b.cost * b.weights) for a, b in pairs])
        growth, total = self.log_rates["volume_growth"], 0.0
        for t, each in enumerate(worth):
            needed = [
                capacity.units(n * np.exp(growth * t), of.unit_capacity, of.units_minimum)  # type: ignore[attr-defined]
                for of, n in zip((near, far), volumes, strict=True)
            ]
            total = total + least(times(each, needed[0]), times(each, needed[1]))
        return total

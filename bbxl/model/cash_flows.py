"""What an approach costs period by period: the start, then month by month."""

from typing import Any, NamedTuple

import numpy as np

from bbxl.model import capacity
from bbxl.model.cost import Approach
from bbxl.model.quantities import Array, N, Volume, checked, record
from bbxl.model.streams import Stream, Timing
from bbxl.model.weighing import SHOCKED, Weighing


class Flow(NamedTuple):
    """What is paid for a stream: one amount at the start, or an array with the month first.

    Attributes
    ----------
    stream : Stream
    paid : float or array
    life : float or array
        Months over which tax deducts what is paid in a month, 1 for at once.
    """

    stream: Stream
    paid: Any
    life: Any = 1.0


@record
class CashFlows(Weighing[N]):
    """Costs of periods; `Projection` says how they follow from its fields."""

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
        shape = self._shape(approach, requests_per_month)
        total = np.zeros((self._periods() + 1, *shape))
        for stream, paid, _ in self._flows(approach, requests_per_month, shape):
            total[0 if stream.timing is Timing.START else slice(1, None)] += paid
        return total

    @checked
    def costs_after_tax(self, approach: Approach[Any], requests_per_month: Volume[Any]) -> Array:
        """Cost of each period less the tax that it saves.

        Parameters
        ----------
        approach : Approach
            Its fields broadcast with the volume.
        requests_per_month : float or array_like
            The starting volume, 0 or more.

        Returns
        -------
        array
            Its first axis is the period. It goes on beyond the horizon as long as something
            that is capitalised is deducted. Discounted, the periods add up to `present_cost`.

        Raises
        ------
        ValueError
            The volume is impossible, or months is not one whole number.
        """
        shape = self._shape(approach, requests_per_month)
        flows = list(self._flows(approach, requests_per_month, shape))
        horizon = self._periods()
        lives = [np.max(flow.life) for flow in flows if flow.stream.timing is Timing.PURCHASE]
        if np.any(self.capitalised_share):
            lives.append(np.max(self.life_months) - horizon)
        beyond = int(np.ceil(max([0.0, *lives]))) if np.any(self.tax_rate) else 0
        total = np.zeros((horizon + beyond + 1, *shape))
        deducted = np.zeros(total.shape)
        month = np.arange(1, horizon + beyond + 1).reshape(-1, *(1,) * len(shape))
        for stream, paid, life in flows:
            if stream.timing is not Timing.START:
                total[1 : horizon + 1] += paid
                deducted[1:] += _spread(np.broadcast_to(paid, (horizon, *shape)), life, beyond)
                continue
            total[0] += paid
            later = self.capitalised_share if stream.capitalisable else 0.0
            deducted[0] += (1 - later) * paid
            evenly = np.clip(self.life_months - (month - 1), 0, 1) / self.life_months
            deducted[1:] += later * paid * evenly
        return np.asarray(total - self.tax_rate * deducted)

    def discount_factors(self, periods: int | None = None) -> Array:
        """What each period's cost is multiplied by: 1, then (1+r)^(-t/12) for each month t."""
        last = self._periods() if periods is None else periods - 1
        factors: Array = np.exp(-self.log_rates["annual_rate"] * np.arange(last + 1))
        return factors

    def _flows(self, approach: Approach[Any], volume: Any, shape: tuple[int, ...]) -> Any:
        """What is paid for each stream."""
        month = np.arange(1, self._periods() + 1).reshape(-1, *(1,) * len(shape))
        for stream, cost in approach.streams().items():
            if stream.timing is Timing.START:
                yield Flow(stream, cost)
                continue
            if stream.timing is Timing.PER_REQUEST:
                cost = cost * np.asarray(volume)
            paid = cost * np.exp(self.movement(stream, approach) * (month - 1))
            if stream.timing is Timing.RECURRING:
                every = np.maximum(1.0, approach.retraining_every_months)  # type: ignore[attr-defined]
                paid = paid * ((month % every == 0) & (month < self.months))
            if stream.timing is Timing.END:
                paid = paid * (month == self.months)
            if stream.price == SHOCKED:
                paid = paid * np.where(month >= self.shock_month, self.shock_factor, 1.0)
            if stream.timing is Timing.PER_UNIT:
                paid = paid * self._units(approach, volume, month)
            if stream.timing is Timing.PURCHASE:
                yield from self._unit_flows(stream, paid, approach, volume, month)
            else:
                yield Flow(stream, paid)

    def _units(self, approach: Approach[Any], volume: Any, month: Array) -> Any:
        """Units needed in each month."""
        grown = np.exp(self.log_rates["volume_growth"] * (month - 1))
        return approach.units(np.multiply(volume, grown))

    def _unit_flows(
        self, stream: Stream, price: Array, approach: Any, volume: Any, month: Array
    ) -> Any:
        """What is paid for bought units, and what is got back of them in the last month."""
        life = np.maximum(1.0, approach.unit_life_months)
        bought = price * capacity.purchases(self._units(approach, volume, month), life)
        yield Flow(stream, bought, life)
        left = np.maximum(0.0, 1 - (self._periods() - (month - 1)) / life)
        back = np.zeros(np.broadcast_shapes(bought.shape, left.shape))
        back[-1] = -(bought * left * approach.unit_residual).sum(axis=0)
        yield Flow(stream, back)

    def _shape(self, approach: Approach[Any], volume: Any) -> tuple[int, ...]:
        """The shape to which an approach's fields and a volume broadcast."""
        return np.broadcast_shapes(np.shape(volume), *map(np.shape, vars(approach).values()))

    def _periods(self) -> int:
        if np.ndim(self.months) or not float(self.months).is_integer():
            raise ValueError(f"month by month, months must be one whole number, not {self.months}")
        return int(self.months)


def _spread(paid: Array, life: Any, beyond: int) -> Array:
    """What is deducted in each month, and beyond the last, of what is deducted over a life."""
    later = np.zeros((beyond, *paid.shape[1:]))
    if np.all(np.equal(life, 1)):
        return np.concatenate([paid, later])
    return capacity.in_use(np.concatenate([paid / life, later]), life)

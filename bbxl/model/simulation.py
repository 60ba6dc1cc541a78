"""Monte Carlo: what the approaches cost when their drivers are uncertain.

Each driver is its estimate times a random factor. The draws are made in
blocks and only counted, so that memory does not grow with their number; a
percentile is read from a count over 65,536 equal steps between the lowest and
the highest cost that are possible.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from bbxl.model.cost import Approach
from bbxl.model.counting import Block, Counts, Simulation, costs_of
from bbxl.model.distributions import Distribution, Fixed
from bbxl.model.price_paths import PriceChanges
from bbxl.model.projection import Projection
from bbxl.model.quantities import (
    Array,
    Changes,
    Draws,
    Quantity,
    Seed,
    Spread,
    Volume,
    checked,
    quantities_of,
)
from bbxl.model.streams import REQUESTS

LEAST_OF_NEEDED = 0.01  # a capacity is drawn no lower than this, times its estimate
BLOCK = 16_384  # fastest of 2,048 to 32,768: a block's arrays stay in the processor's cache


@checked
def simulate(
    approaches: Mapping[str, Approach[float]],
    requests_per_month: Volume,
    projection: Projection[float],
    drivers: Distribution | Mapping[str, Distribution],
    draws: Draws = 10_000,
    seed: Seed = 1,
    breakevens: bool = True,
    price_changes_a_year: Changes = 0.0,
    price_change_spread: Spread = 0.0,
) -> Simulation:
    """Draw every driver, and count what the approaches then cost.

    Parameters
    ----------
    approaches : mapping of str to Approach
        Name -> estimate; the fields are single numbers.
    requests_per_month : float
        The starting volume, 0 or more; all approaches have the same.
    projection : Projection
        Horizon and rates, single numbers, taken as certain.
    drivers : distribution, or mapping of str to distribution
        A distribution for every driver, or a field's name -> its distribution,
        the others being certain. Each approach's field is drawn by itself, but for
        those that approaches share (the hourly rate, the cost of an error), which are
        drawn once; "requests_per_month" is a driver too. Whole numbers are certain.
    draws : int
        How many, 1 or more.
    seed : int
        The same seed gives the same numbers; 0 or more.
    breakevens : bool
        Whether breakevens are counted too: 256 KB for each two approaches.
    price_changes_a_year, price_change_spread : float
        How often API prices change, on average, and how far; see `PriceChanges`. All
        approaches pay the prices of the same path. With no changes, or no spread, the
        numbers are those without.

    Returns
    -------
    Simulation

    Raises
    ------
    ValueError
        There is no approach, or a number is impossible.

    Examples
    --------
    >>> from bbxl.model.cost import CostModel
    >>> from bbxl.model.distributions import Triangular
    >>> lines = {"API": CostModel(50_000, 0.002), "Fine-tuned": CostModel(250_000, 0.0002)}
    >>> found = simulate(lines, 8_000_000, Projection(12), Triangular(0.7, 1, 1.3))
    >>> [round(float(share), 2) for share in found.probability_cheapest]
    [0.73, 0.27]
    """
    if not approaches:
        raise ValueError("simulate needs at least one approach")
    models, draws = list(approaches.values()), int(draws)
    changes = PriceChanges(price_changes_a_year, price_change_spread)

    def blocks() -> Iterator[Block]:
        random, paths = (
            np.random.Generator(np.random.SFC64(each)) for each in (int(seed), [int(seed), 1])
        )
        for start in range(0, draws, BLOCK):
            size = min(BLOCK, draws - start)
            volume = requests_per_month * _of(drivers, "requests_per_month").draw(random, size)
            yield _block(
                models, volume, projection, _Factors(drivers, random, size), changes, paths
            )

    if changes.any:  # a price has no highest one: the draws are made twice
        costs = [np.stack([each.min(axis=1), each.max(axis=1)]) for each in map(costs_of, blocks())]
        lowest, highest = np.min(costs, axis=0)[0], np.max(costs, axis=0)[1]
    else:
        lowest, highest = (
            np.array(
                [_cost(each, requests_per_month, projection, drivers, side) for each in models]
            )
            for side in (0, 1)
        )
    straight = [i for i, each in enumerate(models) if not each.has_units]
    counts = Counts(lowest, highest, list(combinations(straight, 2)) if breakevens else [])
    for block in blocks():
        counts.add(block)
    return counts.result(tuple(approaches), draws)


def _block(
    models: list[Approach[float]],
    volume: Array,
    projection: Projection,
    factors: "_Factors",
    changes: PriceChanges,
    paths: np.random.Generator,
) -> Block:
    """One block of draws."""
    drawn = [factors.drawn(each) for each in models]
    lines = [projection.line(each) for each in drawn]
    if changes.any:
        weights = np.ravel(projection.month_weights(REQUESTS))
        moved = changes.worth(weights, paths, len(volume)) - projection.weights[REQUESTS]
        lines = [
            (start, slope + each.streams()[REQUESTS] * moved)
            for (start, slope), each in zip(lines, drawn, strict=True)
        ]
    units = [projection.units_present(each, volume) if each.has_units else 0.0 for each in drawn]
    return Block(volume, lines, units)


def _of(drivers: Distribution | Mapping[str, Distribution], name: str) -> Distribution:
    return drivers.get(name, Fixed()) if isinstance(drivers, Mapping) else drivers


class _Factors:
    """The drawn factors of a block: those that approaches share are drawn once."""

    def __init__(
        self,
        drivers: Distribution | Mapping[str, Distribution],
        random: np.random.Generator,
        size: int,
    ) -> None:
        self.drivers, self.random, self.size = drivers, random, size
        self.shared: dict[str, Array] = {}

    def drawn(self, approach: Approach[float]) -> Approach[Any]:
        """An approach with each of its estimates times a drawn factor."""
        moved = {}
        needed = {name for _, name in approach.table.needs}
        for name, quantity in quantities_of(type(approach)).items():
            estimate, driver = getattr(approach, name), _of(self.drivers, name)
            if isinstance(driver, Fixed) or quantity.whole or not estimate:
                moved[name] = _least(estimate, quantity, driver, 0)
                continue
            factor = self._factor(name, driver, approach.table.drivers[name].shared)
            if name in needed:
                factor = np.maximum(factor, LEAST_OF_NEEDED)
            moved[name] = estimate * factor
            if quantity.maximum < np.inf:
                moved[name] = quantity.nearest(moved[name])
        return replace(approach, **moved)

    def _factor(self, name: str, driver: Distribution, shared: bool) -> Array:
        if not shared:
            return driver.draw(self.random, self.size)
        if name not in self.shared:
            self.shared[name] = driver.draw(self.random, self.size)
        return self.shared[name]


def _least(estimate: float, quantity: Quantity, driver: Distribution, side: int) -> float:
    """The lowest (side 0) or highest (side 1) value of a driver; a whole number is certain."""
    if quantity.whole:
        return estimate
    return float(quantity.nearest(sorted(estimate * each for each in driver.bounds())[side]))


def _cost(
    approach: Approach[float],
    requests_per_month: float,
    projection: Projection,
    drivers: Distribution | Mapping[str, Distribution],
    side: int,
) -> float:
    """A cost that no draw is below (side 0) or above (side 1)."""
    extremes, volumes = [], []
    for end in (side, 1 - side):
        declared, quantities = approach.table.drivers, quantities_of(type(approach))
        values = {
            name: _least(
                getattr(approach, name),
                quantities[name],
                _of(drivers, name),
                1 - end if each.saves else end,
            )
            for name, each in declared.items()
        }
        for _, name in approach.table.needs:
            values[name] = max(values[name], LEAST_OF_NEEDED * getattr(approach, name))
        extremes.append(replace(approach, **values))
        volumes.append(requests_per_month * _of(drivers, "requests_per_month").bounds()[end])
    start, slope = projection.line(extremes[0])
    cost = start + slope * volumes[0]
    if approach.has_units:
        cost += projection.units_bound(extremes[0], extremes[1], volumes, highest=bool(side))
    return float(cost)

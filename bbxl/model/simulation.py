"""Monte Carlo: what the approaches cost when their drivers are uncertain.

Each driver is its estimate times a random factor. The draws are made in
blocks and only counted, so that memory does not grow with their number; a
percentile is read from a count over 65,536 equal steps between the lowest and
the highest cost that are possible.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from bbxl.model.cost import Approach
from bbxl.model.counting import Counts, Simulation
from bbxl.model.distributions import Distribution, Fixed
from bbxl.model.projection import Projection
from bbxl.model.quantities import (
    Draws,
    Quantity,
    Seed,
    Volume,
    checked,
    quantities_of,
)

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
        the others being certain. Each approach's field is drawn by itself;
        "requests_per_month" is a driver too.
    draws : int
        How many, 1 or more.
    seed : int
        The same seed gives the same numbers; 0 or more.

    breakevens : bool
        Whether breakevens are counted too: 256 KB for each two approaches.

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
    draws = int(draws)
    random = np.random.Generator(np.random.SFC64(int(seed)))
    lowest, highest = (
        np.array(
            [
                _cost(each, requests_per_month, projection, drivers, side)
                for each in approaches.values()
            ]
        )
        for side in (0, 1)
    )
    straight = [i for i, each in enumerate(approaches.values()) if not each.has_units]
    counts = Counts(lowest, highest, list(combinations(straight, 2)) if breakevens else [])
    for start in range(0, draws, BLOCK):
        size = min(BLOCK, draws - start)
        volume = requests_per_month * _of(drivers, "requests_per_month").draw(random, size)
        drawn = [_drawn(each, drivers, random, size) for each in approaches.values()]
        lines = [projection.line(each) for each in drawn]
        units = [
            projection.units_present(each, volume) if each.has_units else 0.0 for each in drawn
        ]
        counts.add(volume, lines, units)
    return counts.result(tuple(approaches), draws)


def _of(drivers: Distribution | Mapping[str, Distribution], name: str) -> Distribution:
    return drivers.get(name, Fixed()) if isinstance(drivers, Mapping) else drivers


def _drawn(
    approach: Approach[float],
    drivers: Distribution | Mapping[str, Distribution],
    random: np.random.Generator,
    size: int,
) -> Approach[Any]:
    """An approach with each of its estimates times a drawn factor."""
    moved = {}
    for name, quantity in quantities_of(type(approach)).items():
        estimate, driver = getattr(approach, name), _of(drivers, name)
        if isinstance(driver, Fixed) or quantity.whole or not estimate:
            moved[name] = _least(estimate, quantity, driver, 0)
        else:
            moved[name] = estimate * driver.draw(random, size)
            if quantity.maximum < np.inf:
                moved[name] = quantity.nearest(moved[name])
    return replace(approach, **moved)


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
        extremes.append(replace(approach, **values))
        volumes.append(requests_per_month * _of(drivers, "requests_per_month").bounds()[end])
    start, slope = projection.line(extremes[0])
    cost = start + slope * volumes[0]
    if approach.has_units:
        cost += projection.units_bound(extremes[0], extremes[1], volumes, highest=bool(side))
    return float(cost)

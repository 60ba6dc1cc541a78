"""Monte Carlo: what the approaches cost when their drivers are uncertain.

Each driver is its estimate times a random factor. The draws are made in
blocks and only counted, so that memory does not grow with their number; a
percentile is read from a count over 65,536 equal steps between the lowest and
the highest cost that are possible.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import combinations
from typing import Any

import numpy as np

from bbxl.model.cost import Approach, crossing
from bbxl.model.distributions import Distribution, Fixed
from bbxl.model.projection import Projection
from bbxl.model.quantities import Array, Draws, Numbers, Seed, Volume, checked

BLOCK = 16_384  # fastest of 2,048 to 32,768: a block's arrays stay in the processor's cache
BINS = 2**16
_DECADES = (0, 12)
_VOLUMES = np.logspace(*_DECADES, 2**15 + 1)  # steps of 0.08% for breakeven volumes


@dataclass(frozen=True)
class BreakevenSpread:
    """The distribution of a breakeven volume.

    Attributes
    ----------
    probability : float
        Share of the draws that have a breakeven.
    p10, p50, p90 : float
        Percentiles over those draws, requests a month; NaN where there are none.
    """

    probability: float
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True)
class Simulation:
    """What a simulation found; arrays have an element for each approach.

    Attributes
    ----------
    names : tuple of str
        The approaches.
    draws : int
        How many draws were made.
    p10, p50, p90, mean : array
        Of the present cost.
    standard_error : array
        Monte Carlo standard error of the mean.
    probability_cheapest : array
        Share of the draws in which each is cheapest; of equals, the first.
    probability_error : array
        Monte Carlo standard error of that share.
    breakevens : dict of (str, str) to BreakevenSpread
        For each two approaches, the distribution of their breakeven volume; empty where
        none were counted.
    """

    names: tuple[str, ...]
    draws: int
    p10: Array
    p50: Array
    p90: Array
    mean: Array
    standard_error: Array
    probability_cheapest: Array
    probability_error: Array
    breakevens: dict[tuple[str, str], BreakevenSpread]


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
    counts = _Counts(approaches, requests_per_month, projection, drivers, breakevens)
    for start in range(0, draws, BLOCK):
        size = min(BLOCK, draws - start)
        volume = requests_per_month * _of(drivers, "requests_per_month").draw(random, size)
        drawn = [_drawn(each, drivers, random, size) for each in approaches.values()]
        counts.add(volume, [projection.line(each) for each in drawn])
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
    for field in fields(approach):
        estimate, driver = getattr(approach, field.name), _of(drivers, field.name)
        certain = isinstance(driver, Fixed) or not estimate
        moved[field.name] = estimate * (
            driver.bounds()[0] if certain else driver.draw(random, size)
        )
    return replace(approach, **moved)


class _Counts:
    """What is kept of the draws: counts over steps of cost, and sums."""

    def __init__(
        self,
        approaches: Mapping[str, Approach[float]],
        requests_per_month: float,
        projection: Projection,
        drivers: Distribution | Mapping[str, Distribution],
        breakevens: bool,
    ) -> None:
        self.lowest, self.highest = (
            np.array(
                [
                    _cost(each, requests_per_month, projection, drivers, side)
                    for each in approaches.values()
                ]
            )
            for side in (0, 1)
        )
        count = len(approaches)
        self.costs = np.zeros((count, BINS), dtype=np.int64)
        self.cheapest = np.zeros(count, dtype=np.int64)
        self.sum, self.squares = np.zeros(count), np.zeros(count)
        self.pairs = list(combinations(range(count), 2)) if breakevens else []
        self.volumes = np.zeros((len(self.pairs), len(_VOLUMES) - 1), dtype=np.int64)

    def add(self, volume: Array, lines: Sequence[tuple[Numbers, Numbers]]) -> None:
        """Count one block of draws."""
        costs = np.stack(
            [np.broadcast_to(start + slope * volume, volume.shape) for start, slope in lines]
        )
        above = costs - self.lowest[:, None]
        width = self.highest - self.lowest
        scale = np.divide(BINS, width, out=np.zeros_like(width), where=width > 0)
        steps = np.clip(above * scale[:, None], 0, BINS - 1).astype(np.int64)
        for row, step in zip(self.costs, steps, strict=True):
            row += np.bincount(step, minlength=BINS)
        self.cheapest += np.bincount(np.argmin(costs, axis=0), minlength=len(costs))
        self.sum += above.sum(axis=1)
        self.squares += (above**2).sum(axis=1)
        for row, (i, j) in zip(self.volumes, self.pairs, strict=True):
            (start_a, slope_a), (start_b, slope_b) = lines[i], lines[j]
            found = crossing(np.subtract(start_b, start_a), np.subtract(slope_a, slope_b))
            found = np.broadcast_to(found, volume.shape)
            row += np.bincount(_volume_step(found[np.isfinite(found)]), minlength=len(row))

    def result(self, names: tuple[str, ...], draws: int) -> Simulation:
        """Percentiles, means and shares of all draws."""
        edges = np.linspace(self.lowest, self.highest, BINS + 1, axis=1)
        p10, p50, p90 = (
            np.array(
                [_percentile(row, edge, share) for row, edge in zip(self.costs, edges, strict=True)]
            )
            for share in (0.1, 0.5, 0.9)
        )
        mean = self.sum / draws
        variance = np.maximum(self.squares / draws - mean**2, 0)
        share = self.cheapest / draws
        return Simulation(
            names,
            draws,
            p10,
            p50,
            p90,
            self.lowest + mean,
            np.sqrt(variance / draws),
            share,
            np.sqrt(share * (1 - share) / draws),
            {
                (names[i], names[j]): BreakevenSpread(
                    row.sum() / draws, *(_percentile(row, _VOLUMES, at) for at in (0.1, 0.5, 0.9))
                )
                for row, (i, j) in zip(self.volumes, self.pairs, strict=True)
            },
        )


def _cost(
    approach: Approach[float],
    requests_per_month: float,
    projection: Projection,
    drivers: Distribution | Mapping[str, Distribution],
    side: int,
) -> float:
    """The lowest (side 0) or highest (side 1) cost that an approach can have."""
    extreme = {
        each.name: getattr(approach, each.name) * _of(drivers, each.name).bounds()[side]
        for each in fields(approach)
    }
    volume = requests_per_month * _of(drivers, "requests_per_month").bounds()[side]
    return float(projection.present_cost(replace(approach, **extreme), volume))


def _percentile(counts: Array, edges: Array, share: float) -> float:
    """The value below which a share of the counted draws lies; NaN where there are none."""
    total = counts.sum()
    if not total:
        return float("nan")
    below = np.cumsum(counts)
    step = int(np.searchsorted(below, share * total))
    inside = (share * total - (below[step] - counts[step])) / counts[step]
    return float(edges[step] + inside * (edges[step + 1] - edges[step]))


def _volume_step(volumes: Array) -> Array:
    """In which of the steps of _VOLUMES each volume lies; the outer steps take what is beyond."""
    with np.errstate(divide="ignore"):
        decades = np.log10(volumes) - _DECADES[0]
    steps = len(_VOLUMES) - 1
    return np.clip(decades / (_DECADES[1] - _DECADES[0]) * steps, 0, steps - 1).astype(np.int64)

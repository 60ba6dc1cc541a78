"""Monte Carlo: what the approaches cost when their drivers are uncertain.

Each driver is its estimate times a random factor. The draws are made in
blocks and only counted, so that memory does not grow with their number; a
percentile is read from a count over 65,536 equal steps between the lowest and
the highest cost that are possible.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import combinations

import numpy as np

from bbxl.model.cost import crossing
from bbxl.model.projection import Approach, Projection
from bbxl.model.quantities import Array, Numbers

BLOCK = 16_384  # fastest of 2,048 to 32,768: a block's arrays stay in the processor's cache
BINS = 2**16
_DECADES = (0, 12)
_VOLUMES = np.logspace(*_DECADES, 2**15 + 1)  # steps of 0.08% for breakeven volumes


@dataclass(frozen=True)
class Fixed:
    """A factor that is certain."""

    value: float = 1.0

    def draw(self, random: np.random.Generator, count: int) -> Array:
        return np.full(count, self.value)

    def bounds(self) -> tuple[float, float]:
        return self.value, self.value


class _Ranged:
    """A factor between two bounds: its parameters rise from low to high."""

    low: float
    high: float

    def __post_init__(self) -> None:
        values = list(vars(self).values())
        if not (0 <= self.low < self.high and values == sorted(values)):
            raise ValueError(f"factors must be 0 or more and rise from low to high, not {values}")

    def bounds(self) -> tuple[float, float]:
        return self.low, self.high


@dataclass(frozen=True)
class Uniform(_Ranged):
    """A factor that is equally likely anywhere from low to high."""

    low: float
    high: float

    def draw(self, random: np.random.Generator, count: int) -> Array:
        return random.uniform(self.low, self.high, count)


@dataclass(frozen=True)
class Triangular(_Ranged):
    """A factor from low to high, likeliest at mode.

    With U and V uniform and c = (mode - low)/(high - low), it is distributed as
    low + (high - low) ((1-c) min(U, V) + c max(U, V)) (Stein and Keblis 2009),
    which takes half the time of numpy's triangular, and draws are most of the work.
    """

    low: float
    mode: float
    high: float

    def draw(self, random: np.random.Generator, count: int) -> Array:
        first, second = random.random((2, count))
        lesser = np.minimum(first, second)
        greater: Array = np.maximum(first, second, out=first)
        lesser *= self.high - self.mode  # (high - low) (1-c)
        greater *= self.mode - self.low  # (high - low) c
        greater += lesser
        greater += self.low
        return greater


@dataclass(frozen=True)
class Pert(_Ranged):
    """A factor from low to high by the PERT distribution, closer to mode than a triangular one.

    low + (high - low) Beta(1 + 4 (mode - low)/(high - low), 1 + 4 (high - mode)/(high - low))
    """

    low: float
    mode: float
    high: float

    def draw(self, random: np.random.Generator, count: int) -> Array:
        width = self.high - self.low
        left, right = (self.mode - self.low) / width, (self.high - self.mode) / width
        return self.low + width * random.beta(1 + 4 * left, 1 + 4 * right, count)


@dataclass(frozen=True)
class Normal:
    """A normal factor, truncated at zero: a negative draw is drawn again."""

    mean: float
    deviation: float

    def __post_init__(self) -> None:
        if not (self.mean >= 0 and self.deviation >= 0):
            raise ValueError(f"a mean and a deviation must be 0 or more: {self}")

    def draw(self, random: np.random.Generator, count: int) -> Array:
        factors = random.normal(self.mean, self.deviation, count)
        while (negative := factors < 0).any():
            factors[negative] = random.normal(self.mean, self.deviation, negative.sum())
        return factors

    def bounds(self) -> tuple[float, float]:
        return 0.0, self.mean + 12 * self.deviation


Distribution = Fixed | Uniform | Triangular | Pert | Normal


@dataclass(frozen=True)
class BreakevenSpread:
    """The distribution of a breakeven volume, over the draws that have one."""

    probability: float
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True)
class Simulation:
    """What a simulation found; arrays have an element for each approach.

    Attributes
    ----------
    names, draws : the approaches, and how many draws were made.
    p10, p50, p90, mean : of the present cost.
    standard_error : Monte Carlo standard error of the mean.
    probability_cheapest : share of the draws in which each is cheapest; of equals, the first.
    probability_error : Monte Carlo standard error of that share.
    breakevens : (name, name) -> distribution of their breakeven volume.
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


def simulate(
    approaches: Mapping[str, Approach],
    requests_per_month: float,
    projection: Projection,
    drivers: Distribution | Mapping[str, Distribution],
    draws: int = 10_000,
    seed: int = 1,
) -> Simulation:
    """Draw every driver, and count what the approaches then cost.

    Parameters
    ----------
    approaches : name -> estimate; the fields are single numbers.
    requests_per_month : the starting volume; all approaches have the same.
    projection : horizon and rates, taken as certain.
    drivers : a distribution for every driver, or a field's name -> its
        distribution, the others being certain. Each approach's field is drawn
        by itself; "requests_per_month" is a driver too.
    draws, seed : the same seed gives the same numbers.

    Examples
    --------
    >>> from bbxl.model.cost import CostModel
    >>> lines = {"API": CostModel(50_000, 0.002), "Fine-tuned": CostModel(250_000, 0.0002)}
    >>> found = simulate(lines, 8_000_000, Projection(12), Triangular(0.7, 1, 1.3))
    >>> [round(float(share), 2) for share in found.probability_cheapest]
    [0.73, 0.27]
    """
    random = np.random.Generator(np.random.SFC64(seed))
    counts = _Counts(approaches, requests_per_month, projection, drivers)
    for start in range(0, draws, BLOCK):
        size = min(BLOCK, draws - start)
        volume = requests_per_month * _of(drivers, "requests_per_month").draw(random, size)
        drawn = [_drawn(each, drivers, random, size) for each in approaches.values()]
        counts.add(volume, [projection.line(each) for each in drawn])
    return counts.result(tuple(approaches), draws)


def _of(drivers: Distribution | Mapping[str, Distribution], name: str) -> Distribution:
    return drivers.get(name, Fixed()) if isinstance(drivers, Mapping) else drivers


def _drawn(
    approach: Approach,
    drivers: Distribution | Mapping[str, Distribution],
    random: np.random.Generator,
    size: int,
) -> Approach:
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
        approaches: Mapping[str, Approach],
        requests_per_month: float,
        projection: Projection,
        drivers: Distribution | Mapping[str, Distribution],
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
        self.pairs = list(combinations(range(count), 2))
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
    approach: Approach,
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

"""What is kept of the draws of a simulation: counts over steps of cost, and sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bbxl.model.cost import crossing
from bbxl.model.quantities import Array, Numbers

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
        For each two approaches without units of capacity, the distribution of their
        breakeven volume; empty where none were counted.
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


class Block(NamedTuple):
    """Draws: their volumes, and of each approach its line and what its units come to."""

    volume: Array
    lines: Sequence[tuple[Numbers, Numbers]]
    units: Sequence[Numbers]


def costs_of(block: Block) -> Array:
    """What each approach (first axis) costs in each draw."""
    volume = block.volume
    costs = np.stack(
        [np.broadcast_to(start + slope * volume, volume.shape) for start, slope in block.lines]
    )
    for row, cost in zip(costs, block.units, strict=True):
        if np.any(cost):
            row += cost
    return costs


class Counts:
    """What is kept of the draws: counts over steps of cost, and sums."""

    def __init__(self, lowest: Array, highest: Array, pairs: list[tuple[int, int]]) -> None:
        """Between bounds of the cost of each approach; of some pairs the breakevens too."""
        self.lowest, self.highest, self.pairs = lowest, highest, pairs
        count = len(lowest)
        self.costs = np.zeros((count, BINS), dtype=np.int64)
        self.cheapest = np.zeros(count, dtype=np.int64)
        self.sum, self.squares = np.zeros(count), np.zeros(count)
        self.volumes = np.zeros((len(self.pairs), len(_VOLUMES) - 1), dtype=np.int64)

    def add(self, block: Block) -> None:
        """Count one block of draws."""
        volume, lines, costs = block.volume, block.lines, costs_of(block)
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

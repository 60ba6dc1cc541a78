"""What an approach costs at each volume: a line, and steps of units that are bought whole."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any, NamedTuple

import numpy as np

from bbxl.model.capacity import units
from bbxl.model.quantities import Array
from bbxl.model.unanswered import NoAnswerError, TooLargeError

MOST_PAIRS = 1_000  # of approaches that are compared at every volume
MOST_WORK = 50_000_000  # breakpoints x steps of two approaches: a second or two
MOST_BREAKPOINTS = 2_000_000
ROUNDING = 1e-12


class Step(NamedTuple):
    """Units that are needed: each carries `capacity` requests a month and costs `cost`."""

    cost: float
    capacity: float
    minimum: float = 0.0


class Climbing(NamedTuple):
    """The steps that climb between two cuts."""

    costs: Array
    capacities: Array


class Stretch(NamedTuple):
    """Volumes between which an order holds: -1 the first is cheaper, 1 the second, 0 neither."""

    start: float
    end: float
    sign: int


@dataclass(frozen=True)
class Staircase:
    """A cost at each volume n: start + slope n + sum of cost x units(n) over its steps."""

    start: float
    slope: float
    steps: tuple[Step, ...] = ()

    def cost(self, volume: Any) -> Any:
        """The cost at one or more volumes."""
        total = self.start + self.slope * np.asarray(volume, dtype=float)
        for step in self.steps:
            total = total + step.cost * units(volume, step.capacity, step.minimum)
        return total

    def less(self, other: "Staircase") -> "Difference":
        """What it costs more than another one."""
        return Difference(self, other)


@dataclass(frozen=True)
class Difference:
    """What one staircase costs more than another, and where it changes its sign.

    Notes
    -----
    Volumes are cut where a minimum of units ends. Between two cuts, units of a
    step are its minimum, or ceil(n / q): between n / q and one more. So the
    difference lies in a band between two parallel lines, and its sign can
    change only where that band holds 0. There every multiple of a capacity is
    looked at: between two of them the difference is a line, whose zero is
    known in closed form. Beyond the last cut the band leaves 0 for good, and the
    order never changes again.
    """

    first: Staircase
    second: Staircase

    @cached_property
    def _steps(self) -> tuple[Array, Array, Array]:
        """Cost, capacity and minimum of all steps, those of the second with a minus."""
        steps = [
            (*step, sign)
            for sign, each in ((1, self.first), (-1, self.second))
            for step in each.steps
            if step.cost
        ]
        cost, capacity, least, sign = np.array(steps, dtype=float).reshape(-1, 4).T
        return cost * sign, capacity, least

    def stretches(self) -> list[Stretch]:
        """From volume 0 up, without a gap: where which of the two is cheaper.

        Raises
        ------
        NoAnswerError
            They change places again and again without an end.
        TooLargeError
            There are too many steps between their first and last change.
        """
        _, capacity, least = self._steps
        cuts = sorted({0.0, *(least * capacity).tolist()})
        pieces, work = [], 0
        for low, high in pairwise([*cuts, np.inf]):
            pieces.append(self._between(low, high))
            work += len(pieces[-1][0]) * len(capacity)
            if work > MOST_WORK:
                raise TooLargeError("the two change places over too many steps of units")
        starts, signs = (np.concatenate(each) for each in zip(*pieces, strict=True))
        starts, signs = _without_slivers(starts, signs)
        kept = np.flatnonzero(np.diff(signs, prepend=signs[0] + 1))
        ends = [*starts[kept][1:].tolist(), np.inf]
        return [
            Stretch(start, end, int(sign))
            for start, end, sign in zip(starts[kept].tolist(), ends, signs[kept], strict=True)
        ]

    def _between(self, low: float, high: float) -> tuple[Array, Array]:
        """Starts and signs of the stretches between two cuts."""
        start, slope = self.first.start - self.second.start, self.first.slope - self.second.slope
        cost, capacity, least = self._steps
        flat = least * capacity >= high
        start += float((cost * least)[flat].sum())
        # Steps of equal capacity are one, and may come to nothing.
        capacities, alike = np.unique(capacity[~flat], return_inverse=True)
        costs = np.bincount(alike, cost[~flat], len(capacities))
        capacities, costs = capacities[costs != 0], costs[costs != 0]
        climbing = len(costs) > 0
        mean = slope + float((costs / capacities).sum())
        lowest, highest = (
            start + float(side(costs, 0.0).sum()) for side in (np.minimum, np.maximum)
        )
        size = abs(self.first.slope) + abs(self.second.slope) + (abs(costs) / capacities).sum()
        if climbing and abs(mean) <= ROUNDING * size:
            mean = 0.0
        if mean == 0.0 and (not climbing or lowest >= 0 or highest <= 0):
            return np.array([low]), np.sign([lowest + highest])
        if mean == 0.0:
            first, last = low, high if high < np.inf else low + _period(capacities)
        else:
            first, last = np.clip(sorted([-lowest / mean, -highest / mean]), low, high).tolist()
        points = self._breakpoints(first, last, capacities)
        starts, signs = self._looked_at(points, start, slope, Climbing(costs, capacities))
        if mean == 0.0 and high == np.inf:  # what is seen in one period comes again for ever
            if len(set(signs)) > 1:
                raise NoAnswerError("the two change places again and again, without an end")
            return np.array([low]), signs[:1]
        side = float(np.sign(mean))
        before, after = np.array([low] * (first > low)), np.array([last] * (last < high))
        return (
            np.concatenate([before, starts, after]),
            np.concatenate([before * 0 - side, signs, after * 0 + side]),
        )

    def _breakpoints(self, low: float, high: float, capacities: Array) -> Array:
        """Both ends, and each multiple of a capacity between them."""
        count = float(((high - low) / capacities).sum()) if len(capacities) else 0.0
        if not (count <= MOST_BREAKPOINTS and count * len(capacities) <= MOST_WORK):
            raise TooLargeError(f"the two change places over {count:,.0f} steps of units")
        multiples = [
            np.arange(np.floor(low / q) + 1, np.ceil(high / q)) * q for q in capacities.tolist()
        ]
        found = np.unique(np.concatenate([[low, high], *multiples]))
        return found[(found >= low) & (found <= high)]

    def _looked_at(
        self, points: Array, start: float, slope: float, climbing: "Climbing"
    ) -> tuple[Array, Array]:
        """Starts and signs between breakpoints: on each piece the difference is a line."""
        left, right = points[:-1], points[1:]
        if not len(left):
            return np.array([]), np.array([])
        middle = left + (right - left) / 2
        level = np.full(len(left), float(start))
        size = abs(self.first.start) + abs(self.second.start) + right * 0
        size += (abs(self.first.slope) + abs(self.second.slope)) * right
        for cost, capacity in zip(*climbing, strict=True):
            paid = cost * np.ceil(middle / capacity)
            level += paid
            size += abs(paid)
        ends = [level + slope * left, level + slope * right]
        at_left, at_right = (np.where(abs(d) <= ROUNDING * size, 0, np.sign(d)) for d in ends)
        with np.errstate(all="ignore"):
            zero = np.clip(-level / slope, left, right)
        crossed = at_left * at_right < 0
        starts = np.stack([left, np.where(crossed, zero, left)], axis=1)
        signs = np.stack([np.where(at_left == 0, at_right, at_left), at_right], axis=1)
        signs[:, 1] = np.where(crossed, at_right, signs[:, 0])
        return starts.ravel(), signs.ravel()


def _period(capacities: Array) -> float:
    """The lowest volume that is a whole multiple of each capacity; infinite where it is beyond."""
    from fractions import Fraction  # only when asked: a spreadsheet waits for this module

    exact = [Fraction(each) for each in capacities.tolist()]
    scale = max(each.denominator for each in exact)  # powers of two: each divides the largest
    return float(Fraction(math.lcm(*(int(each * scale) for each in exact)), scale))


def _without_slivers(starts: Array, signs: Array) -> tuple[Array, Array]:
    """Without stretches that rounding alone has made: they end where they start."""
    ends = np.append(starts[1:], np.inf)
    wide = ends - starts > ROUNDING * ends
    wide[-1] = True  # its end is infinite
    return np.where(np.arange(len(starts[wide])) == 0, 0.0, starts[wide]), signs[wide]


def envelope(staircases: Mapping[str, Staircase]) -> list[tuple[float, str]]:
    """From which volume on which is the cheapest, from 0 up; of equals the first.

    Raises
    ------
    NoAnswerError
        Two of them change places again and again without an end.
    TooLargeError
        There are too many of them, or too many steps.
    """
    pairs = list(combinations(staircases.values(), 2))
    if len(pairs) > MOST_PAIRS:
        raise TooLargeError(f"{len(staircases):,} approaches with units are too many")
    changes = {0.0, *(each.start for a, b in pairs for each in a.less(b).stretches())}
    starts = np.array(sorted(changes))
    starts, _ = _without_slivers(starts, starts)
    inside = np.append(starts[:-1] + np.diff(starts) / 2, 2 * starts[-1] + 1)
    cheapest = np.argmin([each.cost(inside) for each in staircases.values()], axis=0)
    kept = np.flatnonzero(np.diff(cheapest, prepend=-1))
    names = list(staircases)
    return [(float(starts[i]), names[cheapest[i]]) for i in kept]

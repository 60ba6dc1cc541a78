"""Distributions of the random factors that a simulation multiplies estimates by.

Each has `draw`, which gives an array of factors, and `bounds`, the lowest and
the highest factor (of `Normal`, one that no run of draws will pass).
"""

from dataclasses import dataclass

import numpy as np

from bbxl.model.quantities import Array


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

"""What a comparison hangs on: each driver swung alone, in order of its effect."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from bbxl.model.cost import Approach
from bbxl.model.projection import Projection
from bbxl.model.quantities import (
    Fraction,
    Rate,
    Swing,
    Volume,
    checked,
    quantities_of,
    quantity_of,
)
from bbxl.model.settings import SETTINGS

ROUNDING = 1e-12  # of what both cost: a difference below it is none


class Effect(NamedTuple):
    """What one driver does to a cost difference when it alone is lower or higher.

    Attributes
    ----------
    driver : str
        Its name; an approach's own behind the approach's name, one that both share alone.
    low, high : float
        The difference a month with the driver low, and high.
    """

    driver: str
    low: float
    high: float


@checked
def tornado(
    a: Approach[float],
    b: Approach[float],
    requests_per_month: Volume,
    projection: Projection[float],
    swing: Swing = 0.2,
    names: tuple[str, str] = ("A", "B"),
    points: Swing = 0.05,
) -> list[Effect]:
    """Effect of each driver on what A costs more than B, one driver at a time.

    Parameters
    ----------
    a, b : Approach
        Their fields are single numbers.
    requests_per_month : float
        The starting volume, 0 or more.
    projection : Projection
        Horizon and rates, single numbers.
    swing : float
        Each driver is taken this share lower and higher, within what is
        possible for it, a whole number to the nearest one; 0 to 0.99.
    names : tuple of str
        How the approaches' own drivers are labelled.
    points : float
        Rates and shares (of the projection: discount, growth, prices, wages, tax) are
        taken so much lower and higher, 0.05 being five percentage points.

    Returns
    -------
    list of Effect
        The difference a month, present cost of A less that of B divided by the
        months, with the driver low and high; the widest effect first. A driver
        with no effect is left out. What approaches share moves for both at once:
        the hourly rate, the cost of an error, the volume, the horizon, all rates.

    Raises
    ------
    ValueError
        The volume, the swing or the points are impossible.

    Examples
    --------
    >>> from bbxl.model.cost import CostModel
    >>> api, fine_tuned = CostModel(50_000, 0.002), CostModel(250_000, 0.0002)
    >>> effects = tornado(api, fine_tuned, 1_000_000, Projection(12), 0.2, ("API", "Fine-tuned"))
    >>> for effect in effects[:2]:
    ...     print(f"{effect.driver}: {effect.low:,.0f} to {effect.high:,.0f}")
    Fine-tuned: upfront_cost: -10,700 to -19,033
    months: -19,033 to -12,089
    """
    base = _Case(a, b, requests_per_month, projection)
    at_base = base.difference()
    rounding = ROUNDING * base.size()
    effects = [
        Effect(label, *(move(sign).difference() for sign in (-1, 1)))
        for label, move in base.moves(swing, points, names).items()
    ]
    felt = [each for each in effects if max(abs(value - at_base) for value in each[1:]) > rounding]
    return sorted(felt, key=lambda each: -abs(each.high - each.low))


class _Case(NamedTuple):
    """Two approaches, the volume, and what moves over time."""

    a: Approach[float]
    b: Approach[float]
    volume: float
    over: Projection[float]

    def difference(self) -> float:
        """What A costs more than B a month."""
        mine, theirs = (self.over.present_cost(each, self.volume) for each in (self.a, self.b))
        return float((mine - theirs) / self.over.months)

    def size(self) -> float:
        """What both cost a month."""
        mine, theirs = (self.over.present_cost(each, self.volume) for each in (self.a, self.b))
        return (abs(mine) + abs(theirs)) / self.over.months

    def moves(
        self, swing: float, points: float, names: tuple[str, str]
    ) -> dict[str, Callable[[int], "_Case"]]:
        """Label of each driver -> the case with it lower (-1) or higher (1)."""
        found: dict[str, Callable[[int], _Case]] = {}
        shared: dict[str, list[str]] = {}
        for side, name in zip(("a", "b"), names, strict=True):
            for field, driver in getattr(self, side).table.drivers.items():
                if driver.shared:
                    shared.setdefault(field, []).append(side)
                else:
                    found[f"{name}: {field}"] = partial(self._swung, [side], field, swing)
        for field, sides in shared.items():
            found[field] = partial(self._swung, sides, field, swing)
        found["requests_per_month"] = lambda sign: self._replace(
            volume=self.volume * (1 + sign * swing)
        )
        for field, setting in SETTINGS.items():
            if not setting.moved or getattr(self.over, field) == setting.idle:
                continue
            if quantities_of(Projection)[field] in (quantity_of(Rate), quantity_of(Fraction)):
                found[field] = partial(self._pointed, field, points)
            else:
                found[field] = partial(self._swung, ["over"], field, swing)
        return found

    def _swung(self, sides: list[str], field: str, swing: float, sign: int) -> "_Case":
        """With a field of some records times 1 - swing or 1 + swing."""
        factor = 1 + sign * swing
        moved = {
            side: _with(getattr(self, side), field, getattr(getattr(self, side), field) * factor)
            for side in sides
        }
        return self._replace(**moved)

    def _pointed(self, field: str, points: float, sign: int) -> "_Case":
        """With a rate so many percentage points lower or higher."""
        return self._replace(
            over=_with(self.over, field, getattr(self.over, field) + sign * points)
        )


def _with(record: Any, field: str, value: float) -> Any:
    """A record with one field as near to a value as is possible beside the others."""
    nearest = float(quantities_of(type(record))[field].nearest(value))
    try:
        return replace(record, **{field: nearest})
    except ValueError:  # such as 0 months between retrainings that cost something
        return record

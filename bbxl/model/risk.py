"""What a comparison hangs on: each driver swung alone, in order of its effect."""

from dataclasses import fields, replace
from typing import Any, NamedTuple

from bbxl.model.cost import Approach
from bbxl.model.projection import Projection
from bbxl.model.quantities import Swing, Volume, checked, quantities_of
from bbxl.model.settings import SETTINGS


class Effect(NamedTuple):
    """What one driver does to a cost difference when it alone is lower or higher.

    Attributes
    ----------
    driver : str
        Its name; an approach's own behind the approach's name.
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
        possible for it; 0 to 0.99.
    names : tuple of str
        How the approaches' own drivers are labelled.

    Returns
    -------
    list of Effect
        The difference a month, present cost of A less that of B divided by the
        months, with the driver low and high; the widest effect first. A driver
        with no effect is left out.

    Raises
    ------
    ValueError
        The volume or the swing is impossible.

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
    base: tuple[Any, ...] = (a, b, requests_per_month, projection)
    drivers: list[tuple[str, int, str]] = [
        (f"{names[i]}: {field.name}", i, field.name) for i in (0, 1) for field in fields(base[i])
    ]
    drivers.append(("requests_per_month", 2, ""))
    drivers += [
        (name, 3, name)
        for name, each in SETTINGS.items()
        if each.moved and getattr(projection, name) != each.idle
    ]

    def difference(position: int, name: str, factor: float) -> float:
        moved = list(base)
        moved[position] = _swung(base[position], name, factor)
        mine, theirs, volume, over = moved
        gap = over.present_cost(mine, volume) - over.present_cost(theirs, volume)
        return float(gap / over.months)

    effects = [
        Effect(label, difference(at, name, 1 - swing), difference(at, name, 1 + swing))
        for label, at, name in drivers
    ]
    felt = [each for each in effects if each.low != each.high]
    return sorted(felt, key=lambda each: -abs(each.high - each.low))


def _swung(record: Any, name: str, factor: float) -> Any:
    """A record with one field multiplied, within its bounds; a bare number multiplied."""
    if not name:
        return record * factor
    quantity = quantities_of(type(record))[name]
    return replace(record, **{name: float(quantity.nearest(getattr(record, name) * factor))})

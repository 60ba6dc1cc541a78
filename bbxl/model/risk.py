"""What a comparison hangs on: each driver swung alone, in order of its effect."""

from dataclasses import fields, replace
from typing import Any, NamedTuple

import numpy as np

from bbxl.model.projection import Approach, Projection
from bbxl.model.quantities import quantity_of

_RATES = (
    "annual_rate",
    "volume_growth",
    "api_price_change",
    "infra_price_change",
    "wage_growth",
    "tax_rate",
    "capitalised_share",
    "life_months",
)


class Effect(NamedTuple):
    """What one driver does to a cost difference when it alone is lower or higher."""

    driver: str
    low: float
    high: float


def tornado(
    a: Approach,
    b: Approach,
    requests_per_month: float,
    projection: Projection,
    swing: float = 0.2,
    names: tuple[str, str] = ("A", "B"),
) -> list[Effect]:
    """Effect of each driver on what A costs more than B, one driver at a time.

    Parameters
    ----------
    a, b : the approaches; their fields are single numbers.
    requests_per_month : the starting volume.
    projection : horizon and rates.
    swing : each driver is taken this share lower and higher, within what is possible for it.
    names : how the approaches' own drivers are labelled.

    Returns
    -------
    The difference a month, present cost of A less that of B divided by the
    months, with the driver low and high; the widest effect first. A driver
    with no effect is left out.

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
    shock = ["shock_factor"] if projection.shock_factor != 1 else []
    drivers += [("requests_per_month", 2, "")]
    drivers += [(name, 3, name) for name in ("months", *_RATES, *shock)]

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
    (field,) = [each for each in fields(record) if each.name == name]
    quantity = quantity_of(field.type)
    assert quantity is not None
    value = np.clip(getattr(record, name) * factor, quantity.minimum, quantity.maximum)
    return replace(record, **{name: float(value)})

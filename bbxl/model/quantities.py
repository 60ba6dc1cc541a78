"""The kinds of number that the cost model knows, and where each may lie.

A kind is written as a type, so that a signature says what it takes:
``months: Months = 12``. The same annotation checks the arguments of the model
(`checked`), and tells a worksheet function which cells are impossible.
"""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, get_args

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]
else:  # a spreadsheet waits for this import, and numpy.typing is a tenth of it
    Array = np.ndarray
Numbers: TypeAlias = float | Array


@dataclass(frozen=True)
class Quantity:
    """A kind of number: what it is in words, and its bounds."""

    words: str
    minimum: float = -np.inf
    maximum: float = np.inf
    above_minimum: bool = False
    whole: bool = False
    at_maximum: str = "any"  # what the highest value is called, where it is a default

    def impossible(self, values: Numbers) -> Array:
        """Where values lie outside the bounds; a missing value (NaN) does not."""
        below = values <= self.minimum if self.above_minimum else values < self.minimum
        outside = below | (values > self.maximum)
        if self.whole:
            outside = outside | (np.isfinite(values) & (np.floor(values) != values))
        return np.asarray(outside)

    def check(self, name: str, values: Numbers) -> None:
        """Raise ValueError where any value is impossible, naming it."""
        outside = self.impossible(values)
        if outside.any():
            worst = np.asarray(values, dtype=float)[outside].flat[0]
            raise ValueError(f"{name} must be {self.words}, not {worst:g}")


VOLUME = Quantity("a number of requests a month, 0 or more", 0)
MONTHS = Quantity("a number of months above 0", 0, above_minimum=True)

Amount = Annotated[Numbers, Quantity("an amount of money, 0 or more", 0)]
Volume = Annotated[Numbers, VOLUME]
Months = Annotated[Numbers, MONTHS]
WholeMonths = Annotated[
    Numbers, Quantity("a whole number of months from 1 to 1,200", 1, 1200, whole=True)
]
Hours = Annotated[Numbers, Quantity("a number of hours, 0 or more", 0)]
Rate = Annotated[Numbers, Quantity("a rate a year above -1 (0.10 is 10%)", -1, above_minimum=True)]
Milliseconds = Annotated[Numbers, Quantity("a time in milliseconds, 0 or more", 0)]
Throughput = Annotated[Numbers, Quantity("a number of requests a second, 0 or more", 0)]
PositiveThroughput = Annotated[
    Numbers, Quantity("a number of requests a second above 0", 0, above_minimum=True)
]
Factor = Annotated[Numbers, Quantity("a factor, 1 or more", 1)]
Utilisation = Annotated[Numbers, Quantity("a fraction above 0, up to 1", 0, 1, above_minimum=True)]
Tokens = Annotated[Numbers, Quantity("a number of tokens, 0 or more", 0)]
Requests = Annotated[Numbers, Quantity("a number of requests, 0 or more", 0)]
Swing = Annotated[Numbers, Quantity("a share from 0 to 0.99", 0, 0.99)]
Draws = Annotated[
    Numbers, Quantity("a whole number of draws from 1 to 1,000,000", 1, 1e6, whole=True)
]
Seed = Annotated[Numbers, Quantity("a whole number, 0 or more", 0, 2**32 - 1, whole=True)]
ExcelDate = Annotated[Numbers, Quantity("a date since 1900", 1, 2_958_465, at_maximum="latest")]
Fraction = Annotated[Numbers, Quantity("a fraction from 0 to 1", 0, 1)]
Weight = Annotated[Numbers, Quantity("a weight, 0 or more", 0)]


def quantity_of(annotation: Any) -> Quantity | None:
    """The Quantity that an annotation such as Months carries, if any."""
    return next((each for each in get_args(annotation) if isinstance(each, Quantity)), None)


class Checked:
    """A dataclass whose fields are checked against their Quantity when it is made."""

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            quantity = quantity_of(field.type)
            if quantity:
                quantity.check(field.name, getattr(self, field.name))


def plain(values: Numbers) -> Numbers:
    """A float for a single value, an array for more; negative zero becomes zero."""
    values = np.asarray(values, dtype=float) + 0.0
    return values.item() if values.ndim == 0 else values

"""The kinds of number that the cost model knows, and where each may lie.

A kind is written as a type, so that a signature says what it takes:
``months: Months = 12``. The same annotation checks the arguments of a function
(`checked`) and the fields of a record (`record`), and tells a worksheet
function which cells are impossible.

``Months[N]`` in a signature that returns ``N`` says that numbers give a number
and arrays give an array.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache, wraps
from inspect import Parameter, Signature, signature
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    TypeAlias,
    TypeVar,
    cast,
    dataclass_transform,
    get_args,
    get_type_hints,
)

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from typing_extensions import TypeVar as DefaultedTypeVar

    Array: TypeAlias = NDArray[Any]
    N = DefaultedTypeVar("N", bound=float | NDArray[Any], default=float)
else:  # a spreadsheet waits for this import, and numpy.typing is a tenth of it
    Array = np.ndarray
    N = TypeVar("N")
Numbers: TypeAlias = float | Array

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


@dataclass(frozen=True, repr=False)
class Quantity:
    """A kind of number: what it is in words, and its bounds."""

    words: str
    minimum: float = -np.inf
    maximum: float = np.inf
    above_minimum: bool = False
    whole: bool = False
    at_maximum: str = "any"  # what the highest value is called, where it is a default

    def __repr__(self) -> str:
        return f"<{self.words}>"

    def impossible(self, values: Numbers) -> Array:
        """Where values lie outside the bounds; a missing value (NaN) does not."""
        below = values <= self.minimum if self.above_minimum else values < self.minimum
        outside = below | (values > self.maximum)
        if self.whole:
            outside = outside | (np.isfinite(values) & (np.floor(values) != values))
        return np.asarray(outside)

    def nearest(self, values: Any) -> Any:
        """The nearest values that are possible."""
        within = np.clip(values, self.minimum, self.maximum)
        return np.floor(within + 0.5) if self.whole else within  # a half upward, as in a cell

    def read(self, name: str, values: Any) -> Any:
        """Values as a float, or as an array of floats.

        Raises
        ------
        TypeError : a value is no number.
        ValueError : a value is impossible; it is named.
        """
        if type(values) is not float:
            values = _floats(name, self.words, values)
        elif self.minimum < values < self.maximum and (not self.whole or values.is_integer()):
            return values  # most are: a tenth of the time of asking numpy
        elif values == self.minimum and not self.above_minimum:
            return values
        outside = self.impossible(values)
        if outside.any():
            worst = np.asarray(values)[outside].flat[0]
            raise ValueError(f"{name} must be {self.words}, not {worst:g}")
        return values


Amount = Annotated[N | float, Quantity("an amount of money, 0 or more", 0)]
Volume = Annotated[N | float, Quantity("a number of requests a month, 0 or more", 0)]
Months = Annotated[N | float, Quantity("a number of months above 0", 0, above_minimum=True)]
WholeMonths = Annotated[
    N | float, Quantity("a whole number of months from 1 to 1,200", 1, 1200, whole=True)
]
Hours = Annotated[N | float, Quantity("a number of hours, 0 or more", 0)]
Rate = Annotated[
    N | float, Quantity("a rate a year above -1 (0.10 is 10%)", -1, above_minimum=True)
]
DiscountRate = Annotated[
    N | float,
    Quantity("a rate a year above -1, up to 1 (0.10 is 10%)", -1, 1, above_minimum=True),
]
Change = Annotated[N | float, Quantity("a change a year from -0.99 to 10 (0.10 is 10%)", -0.99, 10)]
Fall = Annotated[
    N | float,
    Quantity("a change a year from -0.99 to 0 (-0.3 falls by 30%)", -0.99, 0),
]
Milliseconds = Annotated[N | float, Quantity("a time in milliseconds, 0 or more", 0)]
Throughput = Annotated[N | float, Quantity("a number of requests a second, 0 or more", 0)]
PositiveThroughput = Annotated[
    N | float, Quantity("a number of requests a second above 0", 0, above_minimum=True)
]
Factor = Annotated[N | float, Quantity("a factor, 1 or more", 1)]
Utilisation = Annotated[
    N | float, Quantity("a fraction above 0, up to 1", 0, 1, above_minimum=True)
]
Tokens = Annotated[N | float, Quantity("a number of tokens, 0 or more", 0)]
Requests = Annotated[N | float, Quantity("a number of requests, 0 or more", 0)]
Units = Annotated[N | float, Quantity("a number of units, 0 or more", 0)]
WholeUnits = Annotated[N | float, Quantity("a whole number of units, 0 or more", 0, whole=True)]
Period = Annotated[
    N | float, Quantity("a whole number of months from 0 to 1,200", 0, 1200, whole=True)
]
Swing = Annotated[N | float, Quantity("a share from 0 to 0.99", 0, 0.99)]
Draws = Annotated[N | float, Quantity("a whole number of draws, 1 or more", 1, whole=True)]
Changes = Annotated[N | float, Quantity("a number of changes a year from 0 to 365", 0, 365)]
Spread = Annotated[N | float, Quantity("a spread from 0 to 3 (0.5 is 50%)", 0, 3)]
Seed = Annotated[N | float, Quantity("a whole number, 0 or more", 0, 2**32 - 1, whole=True)]
ExcelDate = Annotated[N | float, Quantity("a date since 1900", 1, 2_958_465, at_maximum="latest")]
Fraction = Annotated[N | float, Quantity("a fraction from 0 to 1", 0, 1)]
Weight = Annotated[N | float, Quantity("a weight, 0 or more", 0)]


def quantity_of(annotation: Any) -> Quantity | None:
    """The Quantity that an annotation such as Months carries, if any."""
    return next((each for each in get_args(annotation) if isinstance(each, Quantity)), None)


def quantities_of(definition: Any) -> dict[str, Quantity]:
    """Name -> Quantity, for the fields of a class or the parameters of a function."""
    return _quantities_of(definition)


@cache
def _quantities_of(definition: Any) -> dict[str, Quantity]:
    # Resolves annotations that are strings, as a module with `from __future__` has them.
    hints = get_type_hints(definition, include_extras=True)
    found = {name: quantity_of(hint) for name, hint in hints.items()}
    return {name: quantity for name, quantity in found.items() if quantity}


def checked(function: F) -> F:
    """Have a function read its arguments by the quantities that its signature names.

    Lists become arrays. An impossible value raises ValueError, a text TypeError.
    """
    names = tuple(signature(function).parameters)

    @wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        quantities = quantities_of(function)
        position = dict(zip(names, given, strict=False))
        for values in (position, named):
            for name in values:
                if name in quantities:
                    values[name] = quantities[name].read(name, values[name])
        return function(*position.values(), *given[len(names) :], **named)

    call.__signature__ = _without_annotations(function)  # type: ignore[attr-defined]
    return cast(F, call)


@dataclass(frozen=True, eq=False)
class Record:
    """Base of records: fields are read by their quantities, and compared value by value."""

    def __post_init__(self) -> None:
        kind = type(self)
        for name, quantity in quantities_of(kind).items():
            value = getattr(self, name)
            if type(value) is float and value is getattr(kind, name, None):
                continue  # the default, as most are
            object.__setattr__(self, name, quantity.read(name, value))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record) or type(self) is not type(other):
            return NotImplemented
        return self._compared == other._compared

    def __hash__(self) -> int:
        return hash(self._compared)

    @property
    def _compared(self) -> tuple[Any, ...]:
        """The fields' values, arrays as their shape and their numbers."""
        values = (getattr(self, field.name) for field in fields(self))
        return tuple(
            (each.shape, tuple(each.ravel().tolist())) if isinstance(each, np.ndarray) else each
            for each in values
        )


@dataclass_transform(frozen_default=True)
def record(made: type[T]) -> type[T]:
    """Make a class a frozen dataclass on the base Record.

    In its docstring, {fields} becomes a list of its fields, with the `help` of what is declared
    in their types. help() shows a signature without types.
    """
    made = dataclass(frozen=True, eq=False)(made)
    if "{fields}" in (made.__doc__ or ""):
        hints = get_type_hints(made, include_extras=True)
        helps = [
            f"{field.name} : {declared.help}."
            for field in fields(made)  # type: ignore[arg-type]
            for declared in get_args(hints[field.name])
            if hasattr(declared, "help")
        ]
        made.__doc__ = (made.__doc__ or "").replace("{fields}", "\n    ".join(helps))
    made.__init__.__signature__ = _without_annotations(made.__init__)  # type: ignore[attr-defined]
    made.__signature__ = _without_annotations(made)  # type: ignore[attr-defined]
    return made


def float_or_array(values: Any) -> T:  # type: ignore[type-var]  # as the caller says
    """A float for a single value, an array for more; negative zero becomes zero."""
    array = np.asarray(values, dtype=float) + 0.0
    return cast(T, array.item() if array.ndim == 0 else array)


def _without_annotations(definition: Any) -> Signature:
    shown = signature(definition)
    bare = [each.replace(annotation=Parameter.empty) for each in shown.parameters.values()]
    return shown.replace(parameters=bare, return_annotation=Signature.empty)


def _floats(name: str, words: str, values: Any) -> Numbers:
    """Values as a float or an array of floats; TypeError where one of them is no number."""
    try:
        if values is None or np.asarray(values).dtype.kind in "USMm":
            raise TypeError
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError, OverflowError):
        shown = repr(values)
        shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
        raise TypeError(f"{name} must be {words}, not {shown}") from None
    return array.item() if array.ndim == 0 else array

"""What drives costs: the streams that an approach pays, and the drivers that feed them.

An approach is a sum of cost streams. A stream says when it is paid, which
price path moves it, and how it is taxed. A driver is a field that a person
types, such as ``initial_dev_hours``; its declaration says which stream it feeds
and as which component of the cost it is shown. Streams, totals, breakdown,
Inputs rows, sensitivity and help follow from the table of drivers.

A driver is added as a field in `bbxl.model.drivers`; a new stream is entered in
`STREAMS` too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple, get_args, get_type_hints

import numpy as np

from bbxl.model.quantities import quantity_of


class Timing(Enum):
    """When a stream is paid; the value says it behind a unit."""

    START = ", once"
    MONTHLY = " a month"
    PER_REQUEST = " a request"
    PER_UNIT = " a unit and month"
    PURCHASE = " a unit"


BY_UNIT = frozenset((Timing.PER_UNIT, Timing.PURCHASE))
"""Timings of what is paid for units of capacity."""


@dataclass(frozen=True)
class Stream:
    """Costs that are paid at the same times and move with the same price.

    Parameters
    ----------
    name, label : in code, and as shown.
    timing : when it is paid.
    price : the field of `Projection` that moves its price; "" where none does.
    capitalisable : whether tax deducts a part of it over its life; else all when it is paid.
    cost_label : what its cost is called, where that is not the label.
    optional : whether an approach may do without it, and results then leave it out.
    needs : drivers that must be above 0 where it is paid.
    also : further drivers that say how much of it is paid, or when.
    """

    name: str
    label: str
    timing: Timing
    price: str = ""
    capitalisable: bool = False
    cost_label: str = ""
    optional: bool = False
    needs: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.name)  # in half the time of hashing all of it

    @property
    def cost(self) -> str:
        """What its cost is called."""
        return self.cost_label or self.label


DEVELOPMENT = Stream("development", "Development", Timing.START, capitalisable=True)
DATA_AND_TRAINING = Stream("data_and_training", "Data and training", Timing.START)
INFRASTRUCTURE = Stream("infrastructure", "Infrastructure", Timing.MONTHLY, "infra_price_change")
WAGES = Stream("wages", "Hours of each month", Timing.MONTHLY, "wage_growth")
TOOLING = Stream("tooling", "Tooling", Timing.MONTHLY)
REQUESTS = Stream(
    "per_request",
    "Requests",
    Timing.PER_REQUEST,
    "api_price_change",
    cost_label="Cost per request",
)
CAPACITY = "unit_capacity"
"""The driver that says how many requests a month one unit carries."""

RENT = Stream(
    "unit_rent",
    "Units, each month",
    Timing.PER_UNIT,
    "infra_price_change",
    optional=True,
    needs=(CAPACITY,),
    also=("units_minimum",),
)
PURCHASES = Stream(
    "unit_purchases",
    "Units bought",
    Timing.PURCHASE,
    "infra_price_change",
    optional=True,
    needs=(CAPACITY, "unit_life_months"),
    also=("units_minimum", "unit_residual"),
)

STREAMS = (
    DEVELOPMENT, DATA_AND_TRAINING, INFRASTRUCTURE, WAGES, TOOLING, REQUESTS, RENT, PURCHASES,
)  # fmt: skip
"""All streams, in the order in which they are added up."""


class Component(NamedTuple):
    """A part of the cost a month, as the breakdown shows it: its name in code, and its label."""

    name: str
    label: str


COMPUTE = Component("compute", "Compute")
ENGINEERING = Component("engineering", "Engineering")
DEVELOPMENT_AMORTIZED = Component("development_amortized", "Development, amortized")
DATA_AMORTIZED = Component("data_and_training_amortized", "Data and training, amortized")
COMPLIANCE = Component("compliance", "Compliance")
TOOLS = Component("tooling", "Tooling")
UPFRONT_AMORTIZED = Component("upfront_amortized", "Upfront cost, amortized")
FIXED = Component("fixed_monthly", "Fixed cost")
BY_REQUEST = Component("per_request", "Cost of requests")
UNITS = Component("capacity", "Capacity")

COMPONENTS = (
    COMPUTE, ENGINEERING, DEVELOPMENT_AMORTIZED, DATA_AMORTIZED, COMPLIANCE, TOOLS,
    UPFRONT_AMORTIZED, FIXED, BY_REQUEST, UNITS,
)  # fmt: skip
"""All components, in the order in which a breakdown lists and adds them."""


@dataclass(frozen=True)
class Driver:
    """The declaration of a driver.

    Parameters
    ----------
    help : what it is, in a phrase.
    stream : what it feeds; None where it is the price of other drivers' units, or
        one of those that a stream needs, or that say how much of it is paid.
    component : what it is shown as.
    times : the driver that is the price of its unit: hours x hourly rate.
    unit : what it is counted in, where that does not follow from its stream.
    saves : whether more of it costs less.
    """

    help: str
    stream: Stream | None = None
    component: Component | None = None
    times: str = ""
    unit: str = ""
    saves: bool = False


class Part(NamedTuple):
    """Drivers of one stream that are added up, and multiplied by the price of their unit."""

    stream: Stream
    drivers: tuple[str, ...]
    times: str

    def of(self, approach: Any) -> Any:
        """What the part comes to."""
        total = getattr(approach, self.drivers[0])
        for name in self.drivers[1:]:
            total = total + getattr(approach, name)
        return total * getattr(approach, self.times) if self.times else total


def something(amount: Any) -> bool:
    """Whether an amount, or any of an array, is not 0."""
    return bool(amount != 0) if type(amount) is float else bool(np.any(amount))


class DriverTable:
    """The drivers of a class of approaches, in the order of its fields.

    Attributes
    ----------
    drivers : name of each field -> its declaration.
    streams : stream -> the parts that feed it.
    components : component -> the parts that it consists of.
    of_units : those streams that are paid for units of capacity.
    needs : pairs of a driver and another one that must be above 0 where this one is.

    Raises
    ------
    TypeError : a field has no declaration, or one that does not fit the others.
    """

    def __init__(self, approach: type) -> None:
        hints = get_type_hints(approach, include_extras=True)
        self.drivers = {
            name: self._declared(f"{approach.__name__}.{name}", hints[name])
            for name in approach.__annotations__
        }
        for name, driver in self.drivers.items():
            if driver.times and driver.times not in self.drivers:
                raise TypeError(f"{approach.__name__}.{name}: there is no driver {driver.times}")
        every = self.drivers.items()
        fed = [driver.stream for driver in self.drivers.values() if driver.stream]
        shaping = {name for stream in fed for name in (*stream.needs, *stream.also)}
        if unknown := shaping - set(self.drivers):
            raise TypeError(f"{approach.__name__}: a stream needs {', '.join(sorted(unknown))}")
        for name, driver in every:
            if not (driver.stream or self.priced_by(name) or name in shaping):
                raise TypeError(f"{approach.__name__}.{name} feeds no stream and prices no driver")
        self.streams = {
            stream: parts
            for stream in STREAMS
            if (parts := self._parts(name for name, each in every if each.stream is stream))
            or not stream.optional
        }
        self.of_units = tuple(each for each in self.streams if each.timing in BY_UNIT)
        self.needs = [
            (name, needed) for name, each in every if each.stream for needed in each.stream.needs
        ]
        self.components = {
            component: parts
            for component in COMPONENTS
            if (parts := self._parts(name for name, each in every if each.component is component))
        }

    @staticmethod
    def _declared(name: str, hint: Any) -> Driver:
        """The declaration in a field's type hint."""
        driver = next((each for each in get_args(hint) if isinstance(each, Driver)), None)
        if driver is None or quantity_of(hint) is None:
            raise TypeError(f"{name} needs a Driver, and a Quantity such as Amount, in its type")
        if driver.stream and (driver.stream not in STREAMS or driver.component not in COMPONENTS):
            raise TypeError(f"{name}: its stream is not in STREAMS, or its component in COMPONENTS")
        return driver

    def _parts(self, names: Iterable[str]) -> tuple[Part, ...]:
        """These drivers, those of one stream with one price of their unit together."""
        groups: dict[tuple[Stream, str], list[str]] = {}
        for name in names:
            driver = self.drivers[name]
            if driver.stream:
                groups.setdefault((driver.stream, driver.times), []).append(name)
        return tuple(Part(of, tuple(found), times) for (of, times), found in groups.items())

    def unit(self, name: str) -> str:
        """What a driver is counted in: "currency a month", "hours, once"."""
        driver = self.drivers[name]
        if driver.unit or driver.stream is None:
            return driver.unit
        return f"{'hours' if driver.times else 'currency'}{driver.stream.timing.value}"

    def contradictions(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Where a stream is paid and what it needs is 0.

        Parameters
        ----------
        values : name of each driver -> float or array.

        Returns
        -------
        dict of str to bool or array of bool
            What is wrong, in words -> where it is.
        """
        return {
            f"{needed} must be above 0 where there is {name}": paid * (values[needed] == 0) > 0
            for name, needed in self.needs
            if something(paid := values[name])
        }

    def priced_by(self, name: str) -> list[str]:
        """The drivers whose unit has this one as its price."""
        return [each for each, driver in self.drivers.items() if driver.times == name]


def label_of(name: str) -> str:
    """A field's name as a label: "api_cost_per_request" -> "API cost per request"."""
    words = name.replace("_", " ").capitalize()
    return f"API{words[3:]}" if words.startswith("Api ") else words

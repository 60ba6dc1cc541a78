"""The table of drivers of a class of approaches, and what follows from it.

A driver is a field that a person types, such as ``initial_dev_hours``; its
declaration says which stream it feeds and as which component of the cost it is
shown. Totals, breakdown, Inputs rows, sensitivity and help follow from the
table. A driver is added as a field in `bbxl.model.drivers`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, get_args, get_type_hints

import numpy as np

from bbxl.model.quantities import quantity_of
from bbxl.model.streams import BY_UNIT, COMPONENTS, STREAMS, Component, Stream


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
    shared : whether it is the same matter for all approaches, and moves for all together.
    """

    help: str
    stream: Stream | None = None
    component: Component | None = None
    times: str = ""
    unit: str = ""
    saves: bool = False
    shared: bool = False


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
    optional : those streams that an approach may do without.
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
        self.optional = tuple(each for each in self.streams if each.optional)
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

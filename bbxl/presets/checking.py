"""What the file of a preset must hold, and what is wrong with one.

A check takes a place in the file and the value that stands there, and gives
each fault in words that begin with the place.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from enum import Enum
from sys import float_info
from typing import Any, TypeAlias

from bbxl.errors import did_you_mean
from bbxl.model.cost import Approach, CostModel
from bbxl.model.drivers import DeploymentType, Spectrum, TCOComponents
from bbxl.model.quantities import Quantity, quantities_of
from bbxl.model.requirements import PerformanceProfile, Requirements
from bbxl.model.scoring import Weights

Check: TypeAlias = Callable[[str, Any], Iterator[str]]
Checks: TypeAlias = dict[str, Check]

LARGEST = float_info.max
# Template -> the record of the model that each approach of its presets is.
RECORDS: dict[str, type] = {
    "build-vs-buy": TCOComponents,
    "breakeven": CostModel,
    "requirements": PerformanceProfile,
}


def faults(data: Mapping[str, Any]) -> list[str]:
    """What is wrong with a preset's data, a line for each fault; none where it is sound."""
    template, known = data.get("template"), ", ".join(RECORDS)
    if template is None:
        return [f"template is missing; it is one of {known}"]
    if template not in [*RECORDS]:
        return [f"template must be one of {known}, not {template!r}"]
    found = list(_preset(template)("", data))
    found = found or list(_contradictions(RECORDS[template], data["approaches"]))
    return found or [
        f"{_place('performance', name)} is no approach's name"
        for name in data.get("performance", {})
        if name not in data["approaches"]
    ]


def _contradictions(record: type, approaches: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What is paid for in an approach without what that needs."""
    if not issubclass(record, Approach):
        return
    defaults = {each.name: each.default for each in fields(record)}
    for name, approach in approaches.items():
        numbers = {each: float(approach.get(each, defaults[each])) for each in defaults}
        for words, wrong in record.table.contradictions(numbers).items():
            if wrong:
                yield f"{_place('approaches', name)}: {words}"


def _preset(template: str) -> Check:
    """The whole file of a preset for that template."""
    always: Checks = dict.fromkeys(("template", "title", "description", "source"), _text)
    always["approaches"] = _named(_approach(RECORDS[template]), alike=True)
    cost = _numbers(CostModel.tco)  # requests_per_month and months
    limits, weights = _table({}, _numbers(Requirements)), _table({}, _numbers(Weights))
    scenarios = {"scenarios": _named(_table({"requirements": limits, "weights": weights}, {}))}
    measured = {"performance": _named(_table({}, _numbers(PerformanceProfile)))}
    if template == "requirements":
        return _table(always | scenarios, {})
    return _table(always | cost, scenarios | measured if template == "build-vs-buy" else {})


def _approach(record: type) -> Check:
    """A record of the model, with where it runs and how much of it is built."""
    about: Checks = {"deployment": _choice(DeploymentType), "spectrum": _choice(Spectrum)}
    numbers = _numbers(record)
    needed = {each.name: numbers[each.name] for each in fields(record) if each.default is MISSING}
    return _table(needed, about | numbers)


def _numbers(definition: Any) -> Checks:
    """The fields of a record, or the arguments of a function, that are numbers."""
    return {name: _number(quantity) for name, quantity in quantities_of(definition).items()}


def _table(needed: Checks, optional: Checks) -> Check:
    """A table with these keys and no others."""
    known = optional | needed

    def check(place: str, value: Any) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{place} must be a table, not {value!r}"
            return
        yield from (f"{_place(place, key)} is missing" for key in needed if key not in value)
        for key, each in value.items():
            if key in known:
                yield from known[key](_place(place, key), each)
            else:
                yield f"{_place(place, key)} is not known{did_you_mean(key, known)}"

    return check


def _named(item: Check, alike: bool = False) -> Check:
    """Tables under names of a person's choice; where they are alike, all have the same keys."""

    def check(place: str, value: Any) -> Iterator[str]:
        if not isinstance(value, dict) or not value:
            yield f"{place} must be a table for each name, not {value!r}"
            return
        for name in value:
            yield from _name(_place(place, name), name)
        found = [fault for name, each in value.items() for fault in item(_place(place, name), each)]
        yield from found
        if alike and not found:
            keys = dict.fromkeys(key for each in value.values() for key in each)
            for name, each in value.items():
                for key in (key for key in keys if key not in each):
                    yield f"{_place(_place(place, name), key)} is missing; others have it"

    return check


def _name(place: str, value: str) -> Iterator[str]:
    """A name stands in a cell, where '=' would begin a formula."""
    if not value.strip() or not value.isprintable() or value.startswith("="):
        yield f"{place} must be a name on one line that does not begin with '='"


def _text(place: str, value: Any) -> Iterator[str]:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        yield f"{place} must be a text on one line, not {value!r}"


def _choice(kind: type[Enum]) -> Check:
    choices = [each.value for each in kind]

    def check(place: str, value: Any) -> Iterator[str]:
        if value not in choices:
            yield f"{place} must be one of {', '.join(choices)}, not {value!r}"

    return check


def _number(quantity: Quantity) -> Check:
    def check(place: str, value: Any) -> Iterator[str]:
        # A truth value is a number to Python; TOML writes inf, nan and numbers of 400 digits.
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (number and abs(value) <= LARGEST) or quantity.impossible(float(value)).any():
            yield f"{place} must be {quantity.words}, not {value!r}"

    return check


def _place(outer: str, key: str) -> str:
    """A key in an outer place, as TOML writes it where that can be printed."""
    shown = key if re.fullmatch(r"[\w-]+", key) else repr(key)
    return f"{outer}.{shown}" if outer else shown

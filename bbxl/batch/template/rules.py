"""A template's data validation: what a cell may hold, checked as Excel would."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import formualizer
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

from bbxl.engine.calculation import calculate
from bbxl.errors import UserError
from bbxl.xlsx.references import Position

Resolve = Callable[[str], list[Any] | None]
"""From a reference to the constants in its cells; None where not all of them are constant."""

_OPERATORS: dict[str, tuple[str, Callable[[Any, Any, Any], bool]]] = {
    "between": ("from {} to {}", lambda v, a, b: a <= v <= b),
    "notBetween": ("not from {} to {}", lambda v, a, b: not a <= v <= b),
    "equal": ("equal to {}", lambda v, a, _: v == a),
    "notEqual": ("other than {}", lambda v, a, _: v != a),
    "lessThan": ("less than {}", lambda v, a, _: v < a),
    "lessThanOrEqual": ("{} or less", lambda v, a, _: v <= a),
    "greaterThan": ("more than {}", lambda v, a, _: v > a),
    "greaterThanOrEqual": ("{} or more", lambda v, a, _: v >= a),
}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_NOUNS = {
    "decimal": "a number",
    "whole": "a whole number",
    "date": "a date",
    "time": "a time",
    "textLength": "a text of a length",
}


@dataclass(frozen=True)
class Rule:
    """What a cell may hold.

    Attributes
    ----------
    kind : decimal, whole, date, time, textLength, list; or custom, which is not checked.
    operator, bounds : comparison with one number or two; empty bounds are not checked.
    choices : of a list.
    blank : whether the cell may be empty.
    formula : a formula that is not checked, since it depends on other cells; else "".
    epoch : the day that dates are counted from, to show bounds that are dates.
    """

    kind: str
    operator: str = "between"
    bounds: tuple[float, ...] = ()
    choices: tuple[Any, ...] = ()
    blank: bool = True
    formula: str = ""
    epoch: datetime = WINDOWS_EPOCH

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        if self.kind == "list":
            return f"one of {', '.join(map(_shown, self.choices))}"
        noun = _NOUNS.get(self.kind, "a value")
        if not self.bounds:
            return noun
        return f"{noun} {_OPERATORS[self.operator][0].format(*map(self._bound, self.bounds))}"

    def _bound(self, bound: float) -> str:
        if self.kind not in ("date", "time"):
            return _shown(bound)
        moment = from_excel(bound, self.epoch)
        return str(moment).removesuffix(" 00:00:00")

    def allows(self, value: Any) -> bool:
        """Whether a cell may hold the value, which is of the right type."""
        if value is None:
            return self.blank
        if self.formula:
            return True
        if self.kind == "list":
            return any(type(each) is type(value) and each == value for each in self.choices)
        if self.kind == "whole" and value != int(value):
            return False
        measured = len(str(value)) if self.kind == "textLength" else value
        bounds = (*self.bounds, None)[:2]
        return not self.bounds or _OPERATORS[self.operator][1](measured, *bounds)


def rules_of(
    sheet: ET.Element, resolve: Resolve, epoch: datetime = WINDOWS_EPOCH
) -> Iterator[tuple[str, Rule]]:
    """The validations of a sheet: the cells of each, and the rule.

    A batch checks all of them, also those that only warn in Excel: nobody is there to be asked.
    """
    for each in sheet.iter():
        if not each.tag.endswith("}dataValidation") or each.get("type", "none") == "none":
            continue
        cells = each.get("sqref") or each.findtext("{*}sqref") or ""
        yield cells, replace(_rule(each, resolve), epoch=epoch)


def covers(cells: str, at: Position) -> bool:
    """Whether a cell is among ranges such as "A1:B2 D4"."""
    for area in cells.split():
        left, top, right, bottom = range_boundaries(area)
        rows = (top or 1) <= at[0] <= (bottom or 1_048_576)
        if rows and (left or 1) <= at[1] <= (right or 16_384):
            return True
    return False


def _rule(element: ET.Element, resolve: Resolve) -> Rule:
    kind, blank = element.get("type", ""), element.get("allowBlank") in ("1", "true")
    operator = element.get("operator", "between")
    texts = [
        "".join(operand.itertext()).strip()
        for operand in (element.find("{*}formula1"), element.find("{*}formula2"))
        if operand is not None
    ]
    unchecked = Rule(kind, blank=blank, formula=" and ".join(texts))
    if kind == "list":
        choices = _choices(texts[0], resolve) if texts else None
        return unchecked if choices is None else Rule(kind, choices=tuple(choices), blank=blank)
    if kind not in _NOUNS or operator not in _OPERATORS:
        return unchecked
    bounds = [_operand(text, resolve) for text in texts]
    needed = 2 if "etween" in operator else 1
    if len(bounds) < needed or not all(isinstance(each, float) for each in bounds):
        return unchecked
    return Rule(kind, operator, tuple(bounds[:needed]), blank=blank)


def _choices(text: str, resolve: Resolve) -> list[Any] | None:
    """What a list offers; None where it is computed."""
    if not text.startswith('"'):
        found = resolve(text)
        return None if found is None else [each for each in found if each not in (None, "")]
    items = [item.strip() for item in text.strip('"').replace('""', '"').split(",")]
    return [_typed(item) for item in items]


def _operand(text: str, resolve: Resolve) -> Any:
    """A bound as a number; None where it depends on cells that are not constant."""
    if (number := _number(text)) is not None:
        return number
    found = resolve(text)
    if found is not None:
        return found[0] if len(found) == 1 else None
    if any(str(token.subtype) == "Range" for token in formualizer.tokenize(f"={text}") if token):
        return None
    try:
        return calculate(text)
    except UserError:
        return None


def _typed(text: str) -> float | bool | str:
    """What Excel makes of a choice that is picked: 10% is a number, TRUE is a boolean."""
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    number = _number(text.removesuffix("%"))
    return text if number is None else number / (100 if text.endswith("%") else 1)


def _number(text: str) -> float | None:
    """The number that a text is; float() alone would also take "nan" and "1_000"."""
    return float(text) if _NUMBER.fullmatch(text) else None


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.15g}" if isinstance(value, float) else str(value)

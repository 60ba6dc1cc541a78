"""A template's data validation: what a cell may hold, checked as Excel would."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from math import inf
from typing import Any

import formualizer
from openpyxl.utils.datetime import WINDOWS_EPOCH

from bbxl.engine.workbook import FormulaError, Workbook
from bbxl.xlsx import attributes
from bbxl.xlsx.covering import first_covering
from bbxl.xlsx.references import Position
from bbxl.xlsx.values import date_text

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
_NUMBER = re.compile(r"[+-]?(\d++\.?\d*+|\.\d++)([eE][+-]?\d++)?", re.ASCII)
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

    @property
    def lowest(self) -> float:
        """The lowest number that is allowed; -inf where there is none."""
        return self.bounds[0] if self._ranges("between", "greaterThan") else -inf

    @property
    def highest(self) -> float:
        """The highest number that is allowed; inf where there is none."""
        return self.bounds[-1] if self._ranges("between", "lessThan") else inf

    def _ranges(self, *operators: str) -> bool:
        """Whether it is about numbers, by one of these operators, or the same "or equal"."""
        named = self.operator.removesuffix("OrEqual") in operators
        return bool(self.bounds) and self.kind in ("decimal", "whole") and named

    def _bound(self, bound: float) -> str:
        return date_text(bound, self.epoch) if self.kind in ("date", "time") else _shown(bound)

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


class Rules:
    """The validations of a sheet, each read when a cell that it is for is first asked for.

    A batch checks all of them, also those that only warn in Excel: nobody is there to be asked.

    Parameters
    ----------
    sheet : the sheet.
    cells : the cells that may be asked for.
    resolve : gives the constants that a reference means.
    epoch : the day that dates are counted from.
    where : what an error message calls the sheet.
    """

    def __init__(
        self,
        sheet: ET.Element,
        cells: Iterable[Position],
        resolve: Resolve,
        epoch: datetime = WINDOWS_EPOCH,
        where: str = "sheet",
    ) -> None:
        self._resolve, self._epoch, self._where = resolve, epoch, where
        self._read: dict[ET.Element, Rule] = {}
        areas, owners = [], []
        for each in sheet.iter():
            if each.tag.endswith("}dataValidation") and each.get("type", "none") != "none":
                written = (each.get("sqref") or each.findtext("{*}sqref") or "").split()
                areas += [attributes.area(one, "sqref", where) for one in written]
                owners += [each] * len(written)
        self._at = {at: owners[i] for at, i in first_covering(cells, areas).items()}

    def of(self, at: Position) -> Rule | None:
        """The first rule for a cell, if there is one."""
        element = self._at.get(at)
        if element is None:
            return None
        if element not in self._read:
            self._read[element] = replace(self._rule(element), epoch=self._epoch)
        return self._read[element]

    def _rule(self, element: ET.Element) -> Rule:
        kind = element.get("type", "")
        blank = attributes.boolean(element.attrib, "allowBlank", self._where)
        operator = element.get("operator", "between")
        texts = [
            "".join(operand.itertext()).strip()
            for operand in (element.find("{*}formula1"), element.find("{*}formula2"))
            if operand is not None
        ]
        unchecked = Rule(kind, blank=blank, formula=" and ".join(texts))
        if kind == "list":
            choices = _choices(texts[0], self._resolve) if texts else None
            return unchecked if choices is None else Rule(kind, choices=tuple(choices), blank=blank)
        if kind not in _NOUNS or operator not in _OPERATORS:
            return unchecked
        bounds = [self._operand(text) for text in texts]
        needed = 2 if "etween" in operator else 1
        if len(bounds) < needed or not all(isinstance(each, float) for each in bounds):
            return unchecked
        return Rule(kind, operator, tuple(bounds[:needed]), blank=blank)

    def _operand(self, text: str) -> Any:
        """A bound as a number; None where it depends on cells that are not constant."""
        if (number := _number(text)) is not None:
            return number
        found = self._resolve(text)
        if found is not None:
            return found[0] if len(found) == 1 else None
        try:
            tokens = formualizer.tokenize(f"={text}")
            if any(str(token.subtype) == "Range" for token in tokens if token):
                return None
            return self._formulas.answer(text)
        except (FormulaError, formualizer.TokenizerError):
            return None

    @cached_property
    def _formulas(self) -> Workbook:
        """An empty workbook that answers formulas: making one takes as long as many answers."""
        return Workbook()


def _choices(text: str, resolve: Resolve) -> list[Any] | None:
    """What a list offers; None where it is computed."""
    if not text.startswith('"'):
        found = resolve(text)
        return None if found is None else [each for each in found if each not in (None, "")]
    items = [item.strip() for item in text.strip('"').replace('""', '"').split(",")]
    return [_typed(item) for item in items]


def _typed(text: str) -> float | bool | str:
    """What Excel makes of a choice that is picked: 10% is a number, TRUE is a boolean."""
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    number = _number(text.removesuffix("%"))
    return text if number is None else number / (100 if text.endswith("%") else 1)


def _number(text: str) -> float | None:
    """The number that a text is; float() alone would also take "nan" and "1_000"."""
    found = float(text) if _NUMBER.fullmatch(text) else inf
    return found if abs(found) < inf else None


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.15g}" if isinstance(value, float) else str(value)

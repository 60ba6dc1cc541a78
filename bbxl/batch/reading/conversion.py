"""A scenario's values as a template's cells take them."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from numbers import Real
from typing import Any

from openpyxl.utils.datetime import to_excel

from bbxl.batch.reading import hints
from bbxl.batch.reading.hints import NUMBER
from bbxl.batch.template.inputs import Input
from bbxl.xlsx.cells import LONGEST_TEXT, UNWRITABLE, CellValue

_WITH = {mark: re.compile(NUMBER.replace("{mark}", re.escape(mark)), re.ASCII) for mark in ".,"}
_BOOLEANS = {"true": True, "false": False}


class RefusedError(ValueError):
    """A value that an input does not take."""


class Converter:
    """Turns values into what inputs take.

    Parameters
    ----------
    decimal_comma : whether a text such as "0,5" is a half; else "0.5" is.
    epoch : the day that the workbook counts dates from.
    """

    def __init__(self, decimal_comma: bool, epoch: datetime) -> None:
        self._mark = "," if decimal_comma else "."
        self._number = _WITH[self._mark]
        self._epoch = epoch
        self._to: dict[str, Callable[[Any, Input], CellValue]] = {
            "number": self._to_number,
            "share": self._to_number,
            "date": self._to_date,
            "boolean": self._to_boolean,
            "choice": self._to_choice,
            "text": lambda value, _: self.text(value),
            "any": self._to_any,
        }

    def converted(self, value: Any, target: Input) -> CellValue:
        """The value as the input's cell holds it; RefusedError where the input does not take it."""
        found = self._to[target.kind](value, target)
        if target.rule and not target.rule.allows(found):
            raise RefusedError
        return found

    def hint(self, value: Any, target: Input) -> str:
        """What to write instead of a figure that was refused; else ""."""
        return hints.hint(value, target, self._mark)

    def _to_number(self, value: Any, target: Input) -> float:
        if isinstance(value, str):
            match = self._number.fullmatch(value)
            if not match or (match[2] and target.kind == "number"):  # "20%" of requests
                raise RefusedError
            number = float(match[1].replace(",", ".")) / (100 if match[2] else 1)
        elif isinstance(value, bool) or not isinstance(value, Real | Decimal):
            raise RefusedError
        else:
            try:
                number = float(value)
            except (OverflowError, ValueError):  # 400 digits; a Decimal that signals
                raise RefusedError from None
        if not math.isfinite(number):
            raise RefusedError
        return number + 0.0  # no cell holds a zero with a sign

    def _to_date(self, value: Any, _: Input) -> float:
        try:
            if isinstance(value, str):
                text = value.strip()
                read = time.fromisoformat if ":" in text[:3] else datetime.fromisoformat
                value = read(text)
            if not isinstance(value, date | time) or getattr(value, "tzinfo", None):
                raise RefusedError
            serial = to_excel(value, self._epoch)
        except (ValueError, OverflowError):
            raise RefusedError from None
        if serial < 0:
            raise RefusedError
        return float(serial)

    def _to_boolean(self, value: Any, _: Input) -> bool:
        found = _BOOLEANS.get(value.strip().lower()) if isinstance(value, str) else value
        if not isinstance(found, bool):
            raise RefusedError
        return found

    def _to_choice(self, value: Any, target: Input) -> CellValue:
        """The choice as the template spells it."""
        assert target.rule
        choices: tuple[CellValue, ...] = target.rule.choices
        if value in choices and isinstance(value, str):
            return value
        for reduced in (_folded, _letters):
            spelled = [each for each in choices if reduced(each) == reduced(value)]
            if len(spelled) == 1:
                return spelled[0]
        return self._to_number(value, target)

    def text(self, value: Any) -> str:
        """The value as a text that a cell can hold; RefusedError where it is none."""
        if isinstance(value, bool):
            text = str(value).upper()
        elif isinstance(value, float):
            text = f"{value:.15g}"
        elif isinstance(value, str | int | date | time):
            text = str(value)
        else:
            raise RefusedError
        if len(text) > LONGEST_TEXT or UNWRITABLE.search(text):
            raise RefusedError
        return text

    def _to_any(self, value: Any, target: Input) -> CellValue:
        """As Excel takes what is typed: a number or a boolean where it is one, else text."""
        if isinstance(value, date | time):
            return self._to_date(value, target)
        for convert in (self._to_number, self._to_boolean):
            try:
                return convert(value, target)
            except RefusedError:
                continue
        return self.text(value)


def _letters(value: Any) -> Any:
    """A text's letters and figures: self_hosted_cloud is "self-hosted cloud"."""
    return re.sub(r"[\W_]+", "", value.casefold()) if isinstance(value, str) else value


def _folded(value: Any) -> Any:
    return str(value).strip().casefold() if isinstance(value, str | bool) else value

"""Functions of numbers, texts and values, as Excel has them."""

import math
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from bbxl.engine.exchange import ENGINE_ERROR, incoming, outgoing
from bbxl.engine.helpers import Refuse
from bbxl.engine.ours.values import NUMBER, Answer, first_error, numbers
from bbxl.xlsx.cells import ExcelError

_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")


def _whole_steps(number: float, step: float, cut: Callable[[float], int]) -> float:
    """A number cut to a multiple of a step; a quotient counts by its first 15 digits."""
    return cut(float(f"{number / step:.15g}")) * step


def ceiling(number: float, step: float) -> Answer:
    """CEILING."""
    if number > 0 > step:
        return ExcelError.NUM
    return _whole_steps(number, step, math.ceil) if step else 0.0


def floor(number: float, step: float) -> Answer:
    """FLOOR."""
    if number > 0 > step:
        return ExcelError.NUM
    return _whole_steps(number, step, math.floor) if step or number else 0.0


def ceiling_math(number: float, step: float = 1.0, away: float = 0.0) -> Answer:
    """CEILING.MATH, and without `away` CEILING.PRECISE and ISO.CEILING."""
    cut = math.floor if number < 0 and away else math.ceil
    return _whole_steps(number, abs(step), cut) if step else 0.0


def floor_math(number: float, step: float = 1.0, away: float = 0.0) -> Answer:
    """FLOOR.MATH, and without `away` FLOOR.PRECISE."""
    cut = math.ceil if number < 0 and away else math.floor
    return _whole_steps(number, abs(step), cut) if step else 0.0


def mode(*given: Any) -> Any:
    """MODE: the number that is there most often, the first of several; #N/A where none is twice."""
    if error := first_error(*given):
        return error
    found = [each for value in given for each in numbers(value)]
    counts = Counter(found)
    most = max(counts.values(), default=0)
    return (
        next(each for each in found if counts[each] == most)
        if most > 1
        else outgoing(ExcelError.NA)
    )


def value(refuse: Refuse, text: Any) -> Any:
    """VALUE: the number that a text shows, with its currency, its marks and its brackets."""
    if isinstance(text, ENGINE_ERROR):
        return text
    if isinstance(text, bool) or not isinstance(text, str):
        return outgoing(ExcelError.VALUE) if isinstance(text, bool) else float(text or 0)
    core, sign, percent = text.strip(), 1.0, 1.0
    if core.startswith("(") and core.endswith(")"):
        core, sign = core[1:-1].strip(), -1.0
    if core.startswith("-"):
        core, sign = core[1:].strip(), -sign
    core = core.removeprefix("$").strip()
    if core.endswith("%"):
        core, percent = core[:-1].strip(), 100.0
    whole, point, rest = core.partition(".")
    if _GROUPED.fullmatch(whole):
        core = whole.replace(",", "") + point + rest
    if NUMBER.fullmatch(core) and core[0] not in "+-":
        return sign * float(core) / percent
    refuse("VALUE of a text that is no plain number: it may be a date or a currency")
    return outgoing(ExcelError.VALUE)


def time(hours: float, minutes: float, seconds: float) -> Answer:
    """TIME: a part of a day."""
    parts = [math.trunc(each) for each in (hours, minutes, seconds)]
    total = parts[0] * 3600 + parts[1] * 60 + parts[2]
    return ExcelError.NUM if total < 0 or max(parts) > 32_767 else total % 86_400 / 86_400


def proper(text: Any) -> Any:
    """PROPER: a capital begins each row of letters, also behind a digit."""
    if isinstance(text, ENGINE_ERROR):
        return text
    return re.sub(r"[^\W\d_]+", lambda m: m[0][:1].upper() + m[0][1:].lower(), text or "")


def type_(value: Any) -> float:
    """TYPE."""
    kinds = ((ENGINE_ERROR, 16.0), (list, 64.0), (bool, 4.0), (str, 2.0))
    return next((number for kind, number in kinds if isinstance(value, kind)), 1.0)


_NUMBERED = ("NULL", "DIV0", "VALUE", "REF", "NAME", "NUM", "NA", "GETTING_DATA", "SPILL",
             "CONNECT", "BLOCKED", "UNKNOWN", "FIELD", "CALC")  # fmt: skip


def error_type(value: Any) -> Any:
    """ERROR.TYPE: the number of an error; #N/A for what is none."""
    error = incoming(value)
    is_error = isinstance(error, ExcelError) and error.name in _NUMBERED
    return _NUMBERED.index(error.name) + 1.0 if is_error else outgoing(ExcelError.NA)

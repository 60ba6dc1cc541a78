"""What the engine gives a function, and what it takes back."""

import math
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

from bbxl.engine.exchange import ENGINE_ERROR, outgoing
from bbxl.xlsx.cells import ExcelError

Answer: TypeAlias = float | str | ExcelError
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)


def of_numbers(compute: Callable[..., Answer]) -> Callable[..., Any]:
    """A function of single numbers as the engine calls it, with Excel's errors."""

    @wraps(compute)
    def answer(*given: Any) -> Any:
        read = []
        for value in given:
            if isinstance(value, ENGINE_ERROR):
                return value
            read.append(number(value))
        return outgoing(ExcelError.VALUE) if None in read else safe(compute, *read)

    return answer


def safe(compute: Callable[..., Answer], *given: Any) -> Any:
    """What is computed; an error of Python, or a number that is not finite, as Excel's error."""
    try:
        found = compute(*given)
    except ZeroDivisionError:
        found = ExcelError.DIV0
    except (OverflowError, ValueError, TypeError):
        found = ExcelError.NUM
    if isinstance(found, complex) or (isinstance(found, float) and not math.isfinite(found)):
        found = ExcelError.NUM
    return outgoing(found)


def number(value: Any) -> float | None:
    """A value where a number is taken; None for a text that is none."""
    if isinstance(value, str):
        return float(value) if NUMBER.fullmatch(value.strip()) else None
    if isinstance(value, list):
        return number(value[0][0])
    return float(value or 0)


def numbers(values: Any) -> list[float]:
    """The numbers of a range; blanks, texts and booleans are passed over."""
    rows = values if isinstance(values, list) else [[values]]
    return [
        float(each)
        for row in rows
        for each in row
        if isinstance(each, int | float) and not isinstance(each, bool)
    ]


def first_error(*given: Any) -> Any:
    """The first error among values; None where there is none."""
    for value in given:
        for row in value if isinstance(value, list) else [[value]]:
            for each in row:
                if isinstance(each, ENGINE_ERROR):
                    return each
    return None

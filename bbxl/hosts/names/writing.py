"""Pieces of formulas as a person would type them: texts, numbers, arrays, calls."""

from collections.abc import Iterable

import numpy as np

LARGEST = "9.99E+307"  # stands for infinity, which no cell holds
_LONGEST = 250  # characters of a text in a formula; Excel takes 255


def text(value: str) -> str:
    """A text in a formula, in pieces where it is long."""
    pieces = [value[i : i + _LONGEST] for i in range(0, len(value), _LONGEST)] or [""]
    return "&".join('"{}"'.format(each.replace('"', '""')) for each in pieces)


def number(value: float) -> str:
    """A number in a formula; infinity is the largest one."""
    if np.isinf(value):
        return LARGEST if value > 0 else f"-{LARGEST}"
    return f"{value:.15g}"


def array(items: Iterable[str]) -> str:
    """A row of constants."""
    return f"{{{','.join(items)}}}"


def call(function: str, *arguments: str) -> str:
    """A call of a function.

    Examples
    --------
    >>> call("IF", "x=0", text("none"), number(1.5))
    'IF(x=0,"none",1.5)'
    """
    return f"{function}({','.join(arguments)})"

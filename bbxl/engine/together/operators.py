"""The operators of formulas, over vectors: + - * / ^ & = < and the rest."""

import math
import operator
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from bbxl.engine.helpers import NEAR, number_text, same
from bbxl.engine.together.vectors import (
    UNKNOWN,
    UNSURE,
    Function,
    Vector,
    chosen,
    fault,
    mixed,
    with_faults,
)
from bbxl.model.quantities import Array
from bbxl.xlsx.cells import BOOLEAN, EMPTY, ERROR, NUMBER, TEXT, ExcelError


def numbers(operand: Vector) -> Vector:
    """An operand of arithmetic: numbers and faults alone."""
    if operand.kind == NUMBER:
        return operand
    if operand.kind in (EMPTY, BOOLEAN):
        return Vector(NUMBER, operand.number + 0.0)
    kinds = operand.each_kind
    found = mixed(np.where(kinds < TEXT, NUMBER, kinds), operand.number)
    if not (kinds == TEXT).any():
        return found
    # An empty text is no number; whether another text is one, the engine must tell.
    as_number = chosen(operand.text == "", fault(ExcelError.VALUE), UNKNOWN)
    return chosen(kinds == TEXT, as_number, found)


def numeric(compute: Callable[..., Array]) -> Function:
    """An operator of numbers alone, which gives numbers.

    It is first computed without a look at single elements, which is done only where an operand
    has faults or numpy raises an error since a result is not finite.
    """

    def answer(*operands: Vector) -> Vector:
        read = [each if each.kind == NUMBER else numbers(each) for each in operands]
        if all(each.kind == NUMBER for each in read):
            try:
                return Vector(NUMBER, compute(*(each.number for each in read)))
            except FloatingPointError:
                pass
        with np.errstate(all="ignore"):
            found = compute(*(each.number for each in read))
        faulty = reduce(np.logical_or, (each.each_kind >= ERROR for each in read))
        kinds = np.where(np.isfinite(found) | faulty, NUMBER, UNSURE)
        return with_faults(mixed(kinds, found), read)

    return answer


def elementwise(compute: Callable[..., float]) -> Callable[..., Array]:
    """A function of floats, called for each element; NaN where it has no answer.

    numpy has some of these functions, but the last digit of its results depends on the processor
    and on the neighbours of a number in its array.
    """

    def sound(*numbers: float) -> float:
        try:
            return compute(*numbers)
        except (ValueError, OverflowError, ZeroDivisionError):
            return math.nan

    def answer(*operands: Array) -> Array:
        alike = np.broadcast_arrays(*operands)
        given = [array.ravel().tolist() for array in alike]
        try:
            found = np.fromiter(map(compute, *given), float, alike[0].size)
        except (ValueError, OverflowError, ZeroDivisionError):
            found = np.fromiter(map(sound, *given), float, alike[0].size)
        return finite(found.reshape(alike[0].shape))

    return answer


def finite(result: Array) -> Array:
    """A result; FloatingPointError where numpy would raise it for one that is not finite."""
    if np.geterr()["invalid"] == "raise" and not np.isfinite(result).all():
        raise FloatingPointError
    return result


def dividing(compute: Callable[[Array, Array], Array]) -> Function:
    """An operator of a number and its divisor; #DIV/0! where the divisor is 0."""
    divided = numeric(compute)

    def answer(dividend: Vector, divisor: Vector) -> Vector:
        found = divided(dividend, divisor)
        if found.kind == NUMBER:
            return found
        zero = (numbers(divisor).each_kind == NUMBER) & (numbers(divisor).number == 0)
        ours = numbers(dividend).each_kind < ERROR
        return chosen(zero & ours, fault(ExcelError.DIV0), found)

    return answer


def texts(operand: Vector) -> Vector:
    """An operand of &: texts and faults alone."""
    if operand.kind == TEXT:
        return operand
    kinds, number, text = np.broadcast_arrays(operand.each_kind, operand.number, operand.text)
    shown = _shown(kinds, number, text)
    return mixed(np.where(kinds < ERROR, TEXT, kinds), number, shown)


def _as_text(kind: int, number: float, text: str) -> str:
    if kind == NUMBER:
        return number_text(float(number))
    return str(bool(number)).upper() if kind == BOOLEAN else text


def by_value(compute: Callable[..., str], arguments: int) -> Callable[..., Array]:
    """A function of single values, elementwise; called once where all scenarios have the same.

    Many a text is the same in all scenarios, but stands beside one that is not: calling it for
    each took a tenth of the time of the comparison's formulas.
    """
    of_each = np.frompyfunc(compute, arguments, 1)

    def answer(*operands: Array) -> Array:
        alike = np.broadcast_arrays(*operands)
        if alike[0].ndim < 2 or alike[0].shape[-1] == 1:
            return np.asarray(of_each(*operands), object)
        same = reduce(np.logical_and, ((each == each[..., :1]).all(axis=-1) for each in alike))
        found = np.empty(alike[0].shape, object)
        found[same] = of_each(*(each[same, :1] for each in alike))
        found[~same] = of_each(*(each[~same] for each in alike))
        return found

    return answer


_shown = by_value(_as_text, 3)
_joined = np.frompyfunc(operator.add, 2, 1)


def join(one: Vector, other: Vector) -> Vector:
    """Both as texts, one after the other."""
    read = texts(one), texts(other)
    return with_faults(Vector(TEXT, text=_joined(read[0].text, read[1].text)), read)


_RANK = np.array([0, 1, 3, 2, 4, 5, 6], np.uint8)  # of a kind: texts come before booleans


def _compared(
    numbers_hold: Callable[..., Any],
    orders: bool,
    prepared: Callable[[Array, Array], tuple[Array, Array]] = lambda one, other: (one, other),
) -> Function:
    """A comparison; numbers come before texts, texts before FALSE, and that before TRUE."""

    def answer(one: Vector, other: Vector) -> Vector:
        if one.kind == other.kind == NUMBER:
            return Vector(BOOLEAN, numbers_hold(*prepared(one.number, other.number)))
        one, other = _as_the_other(one, other), _as_the_other(other, one)
        kinds = one.each_kind, other.each_kind
        rank = numbers_hold(_RANK[kinds[0]], _RANK[kinds[1]])
        same = kinds[0] == kinds[1]
        numbers_ = prepared(one.number, other.number)
        found = Vector(BOOLEAN, np.where(same, numbers_hold(*numbers_), rank))
        if (same & (kinds[0] == TEXT)).any():
            found = chosen(same & (kinds[0] == TEXT), _texts_compared(one, other), found)
        return with_faults(found, (one, other))

    def _texts_compared(one: Vector, other: Vector) -> Vector:
        if orders:  # which of two texts comes first depends on the language
            return Vector(UNSURE)
        equal = np.asarray(alike(one.text, other.text), float)
        return Vector(BOOLEAN, numbers_hold(equal, 1.0))

    return answer


def _as_the_other(one: Vector, other: Vector) -> Vector:
    """Empty cells as 0, an empty text or FALSE, as the kind of the other operand needs it."""
    kinds = one.each_kind
    if not (kinds == EMPTY).any():
        return one
    like = np.where((other.each_kind < ERROR) & (other.each_kind != EMPTY), other.each_kind, NUMBER)
    return mixed(np.where(kinds == EMPTY, like, kinds), one.number, one.text)


def _with_15_digits(one: Array, other: Array) -> tuple[Array, Array]:
    """Numbers to be compared: those that are equal in 15 digits are made equal."""
    with np.errstate(all="ignore"):
        distance = np.abs(one - other)
        near = (distance != 0) & (distance <= NEAR * np.maximum(np.abs(one), np.abs(other)))
    if not near.any():
        return one, other
    one, other = np.broadcast_arrays(one, other)
    equal = np.zeros(near.shape, bool)
    equal[near] = [*map(same, one[near].tolist(), other[near].tolist())]
    return np.where(equal, other, one), other


_lower = np.frompyfunc(str.lower, 1, 1)


def alike(one: Array, other: Array) -> Array:
    """Which texts are equal in either case; "", with which most are compared, has none."""
    if not any(each.size == 1 and each.item() == "" for each in (one, other)):
        one, other = np.asarray(_lower(one)), np.asarray(_lower(other))
    return np.asarray(one == other, bool)


_HOLDS = {
    "=": (operator.eq, False),
    "<>": (operator.ne, False),
    "<": (operator.lt, True),
    ">": (operator.gt, True),
    "<=": (operator.le, True),
    ">=": (operator.ge, True),
}

BINARY: dict[str, Function] = {
    "+": numeric(np.add),
    "-": numeric(np.subtract),
    "*": numeric(np.multiply),
    "/": dividing(np.divide),
    "^": numeric(elementwise(math.pow)),
    "&": join,
    **{sign: _compared(*how) for sign, how in _HOLDS.items()},
}
"""Comparisons among them are exact: where 15 digits count, formulas are rewritten."""

IN_15_DIGITS = {sign: _compared(*how, _with_15_digits) for sign, how in _HOLDS.items()}
"""Comparisons of numbers by their first 15 digits."""

UNARY: dict[str, Function] = {
    "-": numeric(np.negative),
    "%": numeric(lambda number: number / 100),
    "+": lambda operand: operand,
}

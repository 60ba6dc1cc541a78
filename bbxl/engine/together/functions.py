"""The functions of formulas, over vectors.

Excel has some five hundred; here are those that the templates are made of. A template with
another one is left to the engine.
"""

import math
import re
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from bbxl.engine.together import financial, lookup, ranges
from bbxl.engine.together.operators import (
    by_value,
    dividing,
    elementwise,
    finite,
    numbers,
    numeric,
    texts,
)
from bbxl.engine.together.vectors import (
    UNKNOWN,
    Function,
    Vector,
    chosen,
    constant,
    fault,
    where_sure,
    with_faults,
)
from bbxl.model.quantities import Array
from bbxl.worksheet.readers import EXCEL_EPOCH
from bbxl.xlsx.cells import BOOLEAN, EMPTY, ERROR, NUMBER, TEXT, ExcelError

_NEAR = 1e-14  # of a number: nearer to a boundary, only the engine can tell its side
_MOST = 1e13  # of a number times its power of ten; larger ones are left to the engine
_MOST_WHOLE = 2.0**52  # the same of a whole number: below it no digit is lost
_POWERS = np.array([float(f"1e{digits}") for digits in range(16)])
_FIRST_DAY, _LAST_DAY = 61, 2_958_465  # Excel has a 29 February 1900, which there was not
_FORMAT = re.compile(r"(#,##)?0(?:\.(0+))?")


def condition(value: Vector) -> Vector:
    """Whether a value counts as TRUE; a text is no condition."""
    if value.kind == BOOLEAN:
        return value
    kinds = value.each_kind
    found = Vector(BOOLEAN, (value.number != 0) & (kinds != EMPTY))
    if (kinds == TEXT).any():
        found = chosen(kinds == TEXT, fault(ExcelError.VALUE), found)
    return with_faults(found, [value])


def if_(test: Callable[[], Vector], yes: Callable[[], Vector],
        no: Callable[[], Vector] = lambda: constant(False)) -> Vector:  # fmt: skip
    """IF; a branch that no scenario takes is not computed."""
    holds = condition(test())
    if holds.kind == BOOLEAN and holds.number.all():
        return yes()
    if holds.kind == BOOLEAN and not holds.number.any():
        return no()
    found = chosen(holds.number != 0, yes(), no())
    return found if holds.kind == BOOLEAN else chosen(holds.each_kind >= ERROR, holds, found)


def iferror(value: Callable[[], Vector], instead: Callable[[], Vector]) -> Vector:
    """IFERROR."""
    found = value()
    wrong = found.each_kind == ERROR
    return chosen(wrong, instead(), found) if wrong.any() else found


def _is(kind: int) -> Function:
    """A question about the kind of a value, errors among them."""

    def answer(value: Vector) -> Vector:
        kinds = value.each_kind
        if value.kinds is None:
            kinds = np.broadcast_to(kinds, value.shape)
        return where_sure(Vector(BOOLEAN, kinds == kind), kinds <= ERROR)

    return answer


def _not(value: Vector) -> Vector:
    holds = condition(value)
    return with_faults(Vector(BOOLEAN, holds.number == 0), [holds])


def _number_or_0(value: Vector) -> Vector:
    """N."""
    kinds = value.each_kind
    counts = (kinds == NUMBER) | (kinds == BOOLEAN)
    return with_faults(Vector(NUMBER, np.where(counts, value.number, 0.0)), [value])


def _rounding(cut: Callable[[Array], Array], up: bool = False) -> Function:
    """A rounding to digits; next to a boundary only the engine can tell a number's side.

    A rounding `up` is sure of a number just below a whole one, if it is not scaled.
    """

    def rounded(number: Array, digits: Array) -> Array:
        digits = np.trunc(digits)
        possible = np.abs(digits) < len(_POWERS)
        power = _POWERS[np.where(possible, np.abs(digits), 0).astype(int)]
        scaled = np.abs(np.where(digits < 0, number / power, number * power))
        found, near = cut(scaled), _NEAR * scaled
        certain = (cut(scaled - near) == cut(scaled + near)) | (scaled == found)
        if up:
            certain |= (digits == 0) & (cut(scaled - near) == found)
        is_whole = (digits >= 0) & (number == np.trunc(number)) & (scaled < _MOST_WHOLE)
        found = np.where(certain & possible & ((scaled < _MOST) | is_whole), found, np.nan)
        back = np.where(digits < 0, found * power, found / power)
        return finite(np.copysign(back, number))

    return numeric(rounded)


def _of_whole(number: Array, divisor: Array) -> Array:
    """MOD of whole numbers, of which nothing is lost; of others the engine tells the last digit."""
    whole = (number == np.trunc(number)) & (divisor == np.trunc(divisor))
    with np.errstate(all="ignore"):
        found = np.mod(number, divisor)
    return finite(np.where(whole & (np.abs(number) < _MOST_WHOLE), found, np.nan))


round_ = _rounding(lambda scaled: np.floor(scaled + 0.5))


def fixed(number: Vector, digits: Vector | None = None) -> Vector:
    """FIXED: a rounded number with its thousands marked."""
    digits = constant(2.0) if digits is None else digits
    rounded = round_(number, digits)
    both = np.broadcast_arrays(rounded.number, np.nan_to_num(numbers(digits).number))
    return with_faults(Vector(TEXT, text=_marked(*both)), [rounded])


def _with_marks(number: float, digits: float) -> str:
    if not math.isfinite(number):  # a fault stands there, and its text is not used
        return ""
    written = f"{number:,.{int(min(max(digits, 0), 15))}f}"
    return written if written.strip("-0.,") else written.removeprefix("-")


_marked = by_value(_with_marks, 2)
_without_marks = np.frompyfunc(lambda text: text.replace(",", ""), 1, 1)
_length = np.frompyfunc(len, 1, 1)


def _of_day(part: Callable[[date], int]) -> Function:
    """A part of the date of a serial number; before March 1900 only the engine can tell it.

    A workbook whose dates are counted from 1904 is left to the engine as a whole.
    """

    def answer(serial: float) -> float:
        if not _FIRST_DAY <= serial < _LAST_DAY + 1:
            raise ValueError
        return float(part(EXCEL_EPOCH + timedelta(days=int(serial))))

    return numeric(elementwise(answer))


def text_format_is_known(text_format: str) -> bool:
    """Whether `formatted` shows numbers in that format."""
    return _FORMAT.fullmatch(text_format) is not None


def formatted(value: Vector, text_format: Vector) -> Vector:
    """TEXT, with a format that has digits and perhaps marks of thousands."""
    found = _FORMAT.fullmatch(text_format.text[0])
    assert found
    shown = fixed(value, constant(float(len(found[2] or ""))))
    if not found[1]:
        shown = shown._replace(text=_without_marks(shown.text))
    return with_faults(where_sure(shown, value.each_kind == NUMBER), [value])


def length(value: Vector) -> Vector:
    """LEN."""
    read = texts(value)
    is_ascii = np.array([each.isascii() for each in read.text.flat]).reshape(read.text.shape)
    found = Vector(NUMBER, np.asarray(_length(read.text), float))
    return with_faults(where_sure(found, is_ascii), [read])


_without_spaces = np.frompyfunc(lambda text: " ".join(filter(None, text.split(" "))), 1, 1)


def trimmed(value: Vector) -> Vector:
    """TRIM."""
    read = texts(value)
    return with_faults(Vector(TEXT, text=_without_spaces(read.text)), [read])


_replaced = by_value(lambda text, old, new: text.replace(old, new) if old else text, 3)


def substituted(value: Vector, old: Vector, new: Vector, place: Vector | None = None) -> Vector:
    """SUBSTITUTE, of every place at which a text stands."""
    if place is not None:
        return UNKNOWN
    read = [texts(each) for each in (value, old, new)]
    return with_faults(Vector(TEXT, text=_replaced(*(each.text for each in read))), read)


FUNCTIONS: dict[str, Function] = {
    "ABS": numeric(np.abs),
    "EXP": numeric(elementwise(math.exp)),
    "FIXED": fixed,
    "INT": numeric(np.floor),
    "ISBLANK": _is(EMPTY),
    "ISERROR": _is(ERROR),
    "ISNUMBER": _is(NUMBER),
    "LEN": length,
    "LN": numeric(elementwise(math.log)),
    "MONTH": _of_day(lambda day: day.month),
    "MOD": dividing(_of_whole),
    "LOG10": numeric(elementwise(math.log10)),
    "N": _number_or_0,
    "NA": lambda: fault(ExcelError.NA),
    "NOT": _not,
    "ROUND": round_,
    "ROUNDUP": _rounding(np.ceil, up=True),
    "SIGN": numeric(np.sign),
    "SQRT": numeric(np.sqrt),
    "SUBSTITUTE": substituted,
    "TEXT": formatted,
    "TRIM": trimmed,
    "YEAR": _of_day(lambda day: day.year),
    **financial.FUNCTIONS,
    **lookup.FUNCTIONS,
    **ranges.FUNCTIONS,
}

LAZY: dict[str, Function] = {"IF": if_, "IFERROR": iferror}
"""Functions that are given not values but what computes them."""

OF_RANGES = {*financial.FUNCTIONS, *lookup.FUNCTIONS, *ranges.FUNCTIONS}
"""Functions to which a reference to a single cell is a range of one."""

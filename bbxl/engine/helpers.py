"""What rewritten formulas call, where the engine's own ways differ from Excel's.

Excel compares numbers, and turns them into texts, by their first 15 digits; the engine takes all
17, so that to it 0.1+0.2 is not 0.3.
"""

import math
import operator
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from bbxl.engine.exchange import ENGINE_ERROR, outgoing
from bbxl.xlsx.cells import ExcelError

OMITTED, FIT, ONE = "_BB_OMITTED", "_BB_FIT", "_BB_ONE"
COMPARE, TEXT_OF, ADDRESS_OF = "_BB_COMPARE", "_BB_TEXT_OF", "_BB_ADDRESS_OF"
FORMAT, CRITERION, EACH = "_BB_FORMAT", "_BB_CRITERION", "_BB_EACH"
SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
MATHS: dict[str, Callable[..., float]] = {
    "ABS": abs,
    "EXP": math.exp,
    "INT": math.floor,
    "LN": math.log,
    "MOD": lambda number, divisor: number - divisor * math.floor(number / divisor),
    "ROUNDUP": lambda number, digits: math.copysign(
        math.ceil(abs(float(f"{number:.15g}"))), number
    ),
    "SIGN": lambda number: (number > 0) - (number < 0),
    "SQRT": math.sqrt,
}
"""Functions of numbers that are computed for all elements of an array in one call."""
_LONGEST_NUMBER = 20  # characters of a number in a text, before it takes an exponent
NEAR = 1e-14  # of a number: what is further apart differs in 15 digits
_MEET_BLANKS = ("<>", "=")  # what criteria begin with that a blank cell may meet
_ORDERED = re.compile(r"[0-9a-z ]*")  # in texts of these, every language orders alike

Refuse = Callable[[str], None]
"""Called with why what is computed cannot be trusted."""


NOWHERE = "#REF!"  # what is no reference to the engine either

AddressOf = Callable[[str, str, tuple[int, int]], str | None]
"""The reference that a text stands for in a cell of a sheet."""


def helpers(refuse: Refuse, meaning: AddressOf) -> dict[str, Callable[..., Any]]:
    """The functions that rewritten formulas call, by name."""

    def address_of(text: Any, sheet: str, row: float, column: float) -> Any:
        if not isinstance(text, str):
            return text
        found = meaning(text, sheet, (int(row), int(column)))
        return NOWHERE if found is None else found

    def compare(sign: str, one: Any, other: Any) -> Any:
        return each(lambda a, b: _compared(SIGNS[sign], a, b, refuse), one, other)

    def text_format(given: Any) -> Any:
        if isinstance(given, str) and not is_known_format(given):
            refuse(f"TEXT in the format {given}")
        return given

    def criterion(given: Any) -> Any:
        if given is None or (isinstance(given, str) and given.startswith(_MEET_BLANKS)):
            refuse("COUNTIF of blank cells in a whole row or column")
        return given

    def single(value: Any) -> Any:
        if isinstance(value, list):
            if len(value) > 1 or len(value[0]) > 1:
                refuse("a function that takes a single value is given an array that only "
                       "computing tells")  # fmt: skip
            return value[0][0]
        return value

    return {
        OMITTED: lambda: None,
        FIT: _fit,
        ONE: single,
        ADDRESS_OF: address_of,
        FORMAT: text_format,
        CRITERION: criterion,
        COMPARE: compare,
        TEXT_OF: lambda value: each(text_of, value),
        EACH: lambda name, *given: each(lambda *one: _computed(MATHS[name], one, refuse), *given),
    }


def _computed(compute: Callable[..., float], given: tuple[Any, ...], refuse: Refuse) -> Any:
    """A function of numbers, or the error that a cell shows."""
    for value in given:
        if isinstance(value, ENGINE_ERROR):
            return value
        if isinstance(value, str):  # it may stand for a number
            refuse("a function of numbers is given an array with a text in it")
            return outgoing(ExcelError.VALUE)
    try:
        return float(compute(*(float(value or 0) for value in given)))
    except ZeroDivisionError:
        return outgoing(ExcelError.DIV0)
    except (ValueError, OverflowError):
        return outgoing(ExcelError.NUM)


def each(compute: Callable[..., Any], *given: Any) -> Any:
    """A function of single values, for each element where one is given an array.

    A single row or column is repeated; beyond a longer one stands #N/A.
    """
    if not any(isinstance(value, list) for value in given):
        return compute(*given)
    arrays = [value if isinstance(value, list) else [[value]] for value in given]
    rows, columns = max(map(len, arrays)), max(len(array[0]) for array in arrays)
    return [
        [compute(*(_element(array, i, j) for array in arrays)) for j in range(columns)]
        for i in range(rows)
    ]


def _element(array: list[list[Any]], i: int, j: int) -> Any:
    i, j = (0 if len(array) == 1 else i), (0 if len(array[0]) == 1 else j)
    return array[i][j] if i < len(array) and j < len(array[0]) else outgoing(ExcelError.NA)


def _fit(value: Any, rows: float, columns: float) -> Any:
    """An array cut or filled to a range as Excel does."""
    array = value if isinstance(value, list) else [[value]]
    return [[_element(array, i, j) for j in range(int(columns))] for i in range(int(rows))]


def _compared(holds: Callable[[Any, Any], bool], one: Any, other: Any, refuse: Refuse) -> Any:
    """A comparison: numbers come before texts, texts before FALSE, and that before TRUE."""
    if type(one) is type(other) is float:  # most are
        return holds(0.0, 0.0) if same(one, other) else holds(one, other)
    for value in (one, other):
        if isinstance(value, ENGINE_ERROR):
            return value
    one, other = _as_the_other(one, other), _as_the_other(other, one)
    kinds = _rank(one), _rank(other)
    if kinds[0] != kinds[1]:
        return holds(*kinds)
    if kinds[0] == 0:
        return holds(0.0, 0.0) if same(one, other) else holds(one, other)
    if kinds[0] == 1:
        return holds(*_in_order(one, other, holds, refuse))
    return holds(one, other)


def _as_the_other(one: Any, other: Any) -> Any:
    """An empty cell as 0, an empty text or FALSE, as the other value needs it."""
    if one is not None:
        return one
    return type(other)() if isinstance(other, str | bool) else 0.0


def _rank(value: Any) -> int:
    return 1 if isinstance(value, str) else 2 * isinstance(value, bool)


def same(one: float, other: float) -> bool:
    """Whether two numbers are equal in their first 15 digits.

    Examples
    --------
    >>> same(0.1 + 0.2, 0.3), same(1.0, 1.00000000000002)
    (True, False)
    """
    if one == other:
        return True
    largest = max(abs(one), abs(other))
    return abs(one - other) <= NEAR * largest and f"{one:.14e}" == f"{other:.14e}"


_LITERAL = r"""(?:"[^"]*"|\\.|[$€£ ()+-])*"""
_DIGITS = r"(?:#,##0|#,#|0+|#)(?:\.0+#*)?,*"
_NUMBER_FORMAT = re.compile(rf"{_LITERAL}{_DIGITS}(?:{_LITERAL}[%x]?)*")
_DATE_FORMAT = re.compile(r"(?:yyyy|yy|m{1,4}|d{1,4}|h{1,2}|s{1,2}|AM/PM|[-/., :])+", re.IGNORECASE)


def is_known_format(text_format: str) -> bool:
    """Whether the engine shows a value in a format as Excel does.

    Examples
    --------
    >>> [is_known_format(each) for each in ("#,##0.00", "d mmm yyyy", "0.00E+00", "# ?/?")]
    [True, True, False, False]
    """
    if _DATE_FORMAT.fullmatch(text_format):
        return True
    sections = text_format.split(";")
    return len(sections) <= 3 and all(map(_NUMBER_FORMAT.fullmatch, sections))


@cache
def edges(number: float) -> tuple[float, float]:
    """The least and the largest number that is equal to another in 15 digits.

    Examples
    --------
    >>> edges(1.0) == (1 - 2**-51, 1 + 22 * 2**-52)
    True
    """
    half = abs(number) * 1e-14
    found = []
    for end in (number - half, number + half):
        while not same(end, number):
            end = math.nextafter(end, number)
        found.append(end)
    return found[0], found[1]


def _in_order(one: str, other: str, holds: Any, refuse: Refuse) -> tuple[str, str]:
    """Two texts as what is compared in their place."""
    one, other = one.lower(), other.lower()
    if holds in (operator.eq, operator.ne) or one == other:
        return one, other
    keys = _letters(one), _letters(other)
    if keys[0] == keys[1] or not all(map(_ORDERED.fullmatch, keys)):
        refuse(f"which of {one!r} and {other!r} comes first depends on the language")
    return keys


def _letters(text: str) -> str:
    """A text without the accents of its letters."""
    apart = unicodedata.normalize("NFD", text)
    return "".join(each for each in apart if not unicodedata.combining(each))


def text_of(value: Any) -> Any:
    """A value as a text shows it; an error as it is."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return number_text(value)
    return "" if value is None else value


def number_text(number: float) -> str:
    """A number as a text shows it: 15 digits, and an exponent where it would take too long.

    References
    ----------
    Apache POI, NumberToTextConverter, which was found by trying in Excel.

    Examples
    --------
    >>> number_text(0.1 + 0.2), number_text(1e20), number_text(-1e-5)
    ('0.3', '1E+20', '-0.00001')
    """
    if number == 0 or not math.isfinite(number):
        return "0" if number == 0 else "#NUM!"
    shown = f"{number:.15g}"
    if "e" not in shown and len(shown) <= _LONGEST_NUMBER:
        return shown  # of most numbers: a fifth of the time
    digits = Decimal(f"{number:.14e}").normalize()
    exponent = digits.adjusted()
    plain = f"{digits:f}"
    too_long = (
        len(plain.lstrip("-")) > _LONGEST_NUMBER if exponent < 0 else exponent >= _LONGEST_NUMBER
    )
    if not too_long:
        return plain
    mantissa = f"{digits.scaleb(-exponent):f}"
    return f"{mantissa}E{'-' if exponent < 0 else '+'}{abs(exponent):02}"

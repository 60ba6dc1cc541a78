"""Functions that look values up in ranges, or count and add those that meet a criterion."""

import math
import re
from typing import Any

import numpy as np

from bbxl.engine.together.operators import IN_15_DIGITS, alike, numbers
from bbxl.engine.together.vectors import (
    ABSENT,
    UNKNOWN,
    Function,
    Vector,
    added,
    chosen,
    constant,
    fault,
    flat,
    single,
    where_sure,
    with_faults,
)
from bbxl.model.quantities import Array
from bbxl.xlsx.cells import EMPTY, ERROR, NUMBER, TEXT, ExcelError

_PATTERN = frozenset("*?~")  # what makes a text a pattern
_CRITERION = re.compile(r"(<>|<=|>=|<|>|=|)(.*)", re.DOTALL)
_NEAR = 1e-11  # the engine treats numbers as equal that are less than 1e-12 apart
_NO_WORDS = {
    "true",
    "false",
    "nan",
    "inf",
    "infinity",
}  # that a criterion does not compare as texts


def index(cells: Vector, row: Vector, column: Vector | None = None) -> Vector:
    """INDEX, of a range or an array; in a single row the number is the column's."""
    if not cells.is_range:
        return UNKNOWN
    rows, columns = cells.size
    if column is None:
        row, column = (constant(1.0), row) if rows == 1 else (row, constant(1.0))
    read = numbers(single(row)), numbers(single(column))
    scenarios = np.broadcast_shapes(*(each.shape for each in read), cells.shape[2:])
    i, j = (np.broadcast_to(np.trunc(each.number), scenarios) for each in read)
    if read[0].kind == NUMBER and not i.any():  # 0 stands for all of them
        return _line(cells, 1, j, read[1].each_kind == NUMBER)
    if read[1].kind == NUMBER and not j.any():
        return _line(cells, 0, i, read[0].each_kind == NUMBER)
    inside = (i >= 1) & (i <= rows) & (j >= 1) & (j <= columns)
    at = [np.where(inside, each - 1, 0).astype(int) for each in (i, j)]
    places = *at, *_each_scenario(cells)
    found = cells.map(lambda array: array[places])
    absent = found.each_kind == ABSENT
    if absent.any() or not inside.all():
        found = chosen(inside & ~absent, found, fault(ExcelError.REF))
        found = where_sure(found, (i != 0) & (j != 0))  # 0 stands for a whole row or column
    return with_faults(found, read)


def _each_scenario(cells: Vector) -> list[Array]:
    """What indexes the last two axes of a range, the formulas and the scenarios."""
    formulas, scenarios = cells.shape[2:]
    return [np.arange(formulas)[:, None], np.arange(scenarios)]


def _line(cells: Vector, axis: int, number: Array, is_number: Array) -> Vector:
    """A whole row (axis 0) or column (axis 1) of a range, by its number in each scenario."""
    inside = is_number & (number >= 1) & (number <= cells.size[axis])
    at: Any = np.where(inside, number - 1, 0).astype(int), slice(None), *_each_scenario(cells)

    def line(array: Array) -> Array:
        by_number = np.moveaxis(array, axis, 0)
        return np.expand_dims(np.moveaxis(by_number[at], -1, 0), axis)

    return where_sure(cells.map(line), inside)


def match(value: Vector, cells: Vector, kind: Vector | None = None) -> Vector:
    """MATCH: the place of an equal value, or, in rising numbers, of the last that is not above."""
    value, column = single(value), flat(cells)
    kinds = np.broadcast_to(column.each_kind, column.shape)
    apart = _apart(value, column)
    if kind is not None and kind.kind == NUMBER and not kind.number.any():
        equal = _equal(value, column)
        place = np.where(equal.any(axis=0), equal.argmax(axis=0) + 1.0, 0.0)
        sure = ~_has_mark(value) & (value.each_kind != EMPTY) & (kinds <= ERROR).all(axis=0)
    elif kind is None or (kind.kind == NUMBER and (kind.number > 0).all()):
        place = (column.number <= value.number).sum(axis=0) + 0.0
        rising = (column.number[1:] >= column.number[:-1]).all(axis=0)
        sure = rising & (value.each_kind == NUMBER) & (kinds == NUMBER).all(axis=0)
    else:
        return UNKNOWN
    found = Vector(NUMBER, place)
    if not place.all():
        found = chosen(place > 0, found, fault(ExcelError.NA))
    return with_faults(where_sure(found, sure, apart), [value])


def rank(value: Vector, cells: Vector, order: Vector | None = None) -> Vector:
    """RANK among the numbers of a range, the largest first, or the least where order is not 0."""
    value, column = single(value), flat(cells)
    is_number: Array = column.each_kind == NUMBER
    least = order is not None and order.number.any()
    ahead = column.number < value.number if least else column.number > value.number
    place = Vector(NUMBER, (is_number & ahead).sum(axis=0) + 1.0)
    among = (is_number & (column.number == value.number)).any(axis=0)
    if not among.all():
        place = chosen(among, place, fault(ExcelError.NA))
    sound = np.asarray(np.broadcast_to(column.each_kind < ERROR, column.shape).all(axis=0))
    return where_sure(place, value.each_kind == NUMBER, sound, _apart(value, column))


def countif(cells: Vector, criterion: Vector) -> Vector:
    """COUNTIF."""
    met, sure = _meets(flat(cells), single(criterion))
    return where_sure(Vector(NUMBER, met.sum(axis=0) + 0.0), sure)


def sumifs(summands: Vector, *tests: Vector) -> Vector:
    """SUMIFS."""
    column, all_met = flat(summands), np.ones((1, 1, 1), bool)
    sure = np.asarray(np.broadcast_to(column.each_kind < ERROR, column.shape).all(axis=0))
    for cells, criterion in zip(tests[::2], tests[1::2], strict=True):
        if cells.size != summands.size:
            return UNKNOWN
        met, is_sure = _meets(flat(cells), single(criterion))
        all_met, sure = all_met & met, sure & is_sure
    return where_sure(added(column.number, all_met & (column.each_kind == NUMBER)), sure)


def sumif(cells: Vector, criterion: Vector, summands: Vector | None = None) -> Vector:
    """SUMIF."""
    return sumifs(cells if summands is None else summands, cells, criterion)


def _apart(value: Vector, column: Vector) -> Array:
    """Where no number of a column is nearly equal to a value without being equal."""
    with np.errstate(over="ignore"):
        distance = np.abs(column.number - value.number)
    return np.asarray(((distance == 0) | (distance > _NEAR)).all(axis=0))


def _equal(value: Vector, column: Vector) -> Array:
    """Which cells of a column equal a value: of the same kind, texts in either case."""
    kinds = np.broadcast_to(column.each_kind, column.shape)
    same = (kinds == value.each_kind) & (kinds != EMPTY)
    found: Array = same & (column.number == value.number)
    if (same & (kinds == TEXT)).any():
        found = np.where(kinds == TEXT, same & alike(column.text, value.text), found)
    return found


def _has_mark(value: Vector) -> Array:
    """Where a value is a text that is a pattern."""
    return np.asarray((value.each_kind == TEXT) & _marked(value.text).astype(bool))


_marked = np.frompyfunc(lambda text: not _PATTERN.isdisjoint(text), 1, 1)


def _meets(cells: Vector, criterion: Vector) -> tuple[Array, Array]:
    """Which cells meet a criterion such as 5, "<0" or "fail", and in which scenarios it is sure."""
    is_number: Array = cells.each_kind == NUMBER
    met = is_number & (cells.number == criterion.number)
    # The engine distinguishes -0 from 0.
    minus_0 = (criterion.number == 0) & np.signbit(criterion.number)
    sure = (criterion.each_kind == NUMBER) & ~minus_0
    for text in set(criterion.text.flat):
        here = (criterion.each_kind == TEXT) & (criterion.text == text)
        if here.any():
            found, is_sure = _meets_text(cells, is_number, text)
            met, sure = np.where(here, found, met), np.where(here, is_sure, sure)
    sure_cells = np.broadcast_to(cells.each_kind <= ERROR, cells.shape).all(axis=0)
    sure = sure & sure_cells & _apart(criterion, cells)
    return np.broadcast_to(met, (cells.shape[0], *met.shape[1:])), sure


def _meets_text(cells: Vector, is_number: Array, criterion: str) -> tuple[Array, Array]:
    match = _CRITERION.fullmatch(criterion)
    assert match
    sign, wanted = match[1] or "=", match[2]
    never, no_text = np.zeros(1, bool), ~(cells.each_kind == TEXT).any(axis=0)
    try:
        limit = float(wanted)
    except ValueError:
        is_word = wanted[:1].isalpha() and _PATTERN.isdisjoint(wanted) and wanted.isascii()
        if sign != "=" or not is_word or wanted.lower() in _NO_WORDS:
            return never, never
        return _equal(constant(wanted), cells), ~never
    if sign == "<>" or not math.isfinite(limit):
        return never, never
    holds = IN_15_DIGITS[sign](Vector(NUMBER, cells.number), constant(limit)).number
    # A text may look like the number that is wanted.
    return is_number & holds, no_text if sign == "=" else ~never


FUNCTIONS: dict[str, Function] = {
    "COUNTIF": countif,
    "INDEX": index,
    "MATCH": match,
    "RANK": rank,
    "SUMIF": sumif,
    "SUMIFS": sumifs,
}

"""Functions of many cells: sums, extremes, counts, and whether all or any hold."""

from collections.abc import Callable, Sequence
from functools import reduce

import numpy as np

from bbxl.engine.together.operators import BINARY
from bbxl.engine.together.vectors import (
    ABSENT,
    UNKNOWN,
    UNSURE,
    Function,
    Vector,
    added,
    chosen,
    constant,
    fault,
    flat,
    mixed,
    single,
    where_sure,
    with_faults,
)
from bbxl.model.quantities import Array
from bbxl.xlsx.cells import BOOLEAN, EMPTY, ERROR, NUMBER, TEXT, ExcelError


def _counted(value: Vector, booleans: bool) -> Vector:
    """The numbers that count among cells, one under the other; what does not count is EMPTY.

    In a range texts and booleans do not count. One that is given by itself may count: that is
    left to the engine.
    """
    cells = flat(value)
    if cells.kind == NUMBER:
        return cells
    kinds, passed_over = cells.each_kind, EMPTY if value.is_range else UNSURE
    other = (kinds == EMPTY) | (kinds == TEXT) | (kinds == ABSENT)
    if not booleans:
        other |= kinds == BOOLEAN
    return mixed(np.where(other, passed_over, kinds), cells.number)


def _stacked(parts: Sequence[Vector]) -> Vector:
    """The cells of several ranges, all one under the other."""
    if len(parts) == 1:
        return parts[0]
    scenarios = np.broadcast_shapes(*(each.shape[1:] for each in parts))

    def stacked(arrays: Sequence[Array]) -> Array:
        return np.concatenate([
            np.broadcast_to(array, (each.shape[0], *scenarios))
            for array, each in zip(arrays, parts, strict=True)
        ])  # fmt: skip

    number = stacked([each.number for each in parts])
    if all(each.kind == NUMBER for each in parts):
        return Vector(NUMBER, number)
    return mixed(stacked([each.each_kind for each in parts]), number)


def _over(compute: Callable[[Array, Array], Vector], booleans: bool = False) -> Function:
    """A function of all numbers among many cells: it is given them, and which of them count."""

    def answer(*given: Vector) -> Vector:
        cells = _stacked([_counted(each, booleans) for each in given])
        if cells.kind == NUMBER:
            return compute(cells.number, np.ones((1, 1, 1), bool))
        kinds = np.broadcast_to(cells.each_kind, cells.shape)
        number = np.broadcast_to(cells.number, cells.shape)
        found = compute(number, (kinds == NUMBER) | (kinds == BOOLEAN))
        worst = kinds.max(axis=0)
        if (worst < ERROR).all():
            return found
        first = (kinds == worst).argmax(axis=0)
        faults = mixed(worst, np.take_along_axis(number, first[None], axis=0)[0])
        return chosen(worst >= ERROR, faults, found)

    return answer


def _extreme(compute: Callable[..., Array], limit: float) -> Function:
    def found(number: Array, counts: Array) -> Vector:
        extreme = compute(np.where(counts, number, limit), axis=0)
        return Vector(NUMBER, np.where(counts.any(axis=0), extreme, 0.0))

    return _over(found)


def _truth(combine: Callable[..., Array], neutral: bool) -> Function:
    def found(number: Array, counts: Array) -> Vector:
        answer = Vector(BOOLEAN, combine(np.where(counts, number != 0, neutral), axis=0))
        some = np.asarray(counts.any(axis=0))
        return answer if some.all() else chosen(some, answer, fault(ExcelError.VALUE))

    return _over(found, booleans=True)


def _counting(counts: Callable[[Array], Array]) -> Function:
    """A count of cells by their kind, of ranges."""

    def answer(*given: Vector) -> Vector:
        every = constant(0.0)
        for value in given:
            if not value.is_range:
                return UNKNOWN
            cells = flat(value)
            kinds = np.broadcast_to(cells.each_kind, cells.shape)
            count = Vector(NUMBER, counts(kinds).sum(axis=0) + 0.0)
            every = BINARY["+"](every, where_sure(count, (kinds != UNSURE).all(axis=0)))
        return every

    return answer


def sumproduct(*given: Vector) -> Vector:
    """SUMPRODUCT; what is no number counts as 0."""
    factors = []
    for value in given:
        if value.size != given[0].size:
            return UNKNOWN
        if value.kind != NUMBER:
            kinds = value.each_kind
            number = Vector(NUMBER, np.where(kinds == NUMBER, value.number, 0.0))
            is_sure = (kinds != BOOLEAN) & ((kinds != TEXT) | (value.text == ""))
            value = where_sure(with_faults(number, [value]), is_sure)
        factors.append(value)
    return total(reduce(BINARY["*"], factors))


def percentile(cells: Vector, share: Vector) -> Vector:
    """PERCENTILE, between the two numbers next to the share; without numbers the engine tells."""
    column, at = _counted(cells, False), single(share)
    kinds = np.broadcast_to(column.each_kind, column.shape)
    counts = kinds == NUMBER
    rising = np.sort(np.where(counts, column.number, np.inf), axis=0)
    last = counts.sum(axis=0) - 1
    asked = (at.each_kind == NUMBER) & (at.number >= 0) & (at.number <= 1)
    possible = asked & (last >= 0) & (kinds < ERROR).all(axis=0)
    place = np.where(possible, at.number * last, 0.0)
    below = np.floor(place).astype(int)
    rising = np.broadcast_to(rising, (len(rising), *place.shape))
    low, high = (
        np.take_along_axis(rising, each[None], axis=0)[0]
        for each in (below, np.clip(below + 1, 0, np.maximum(last, 0)))
    )
    with np.errstate(all="ignore"):
        found = np.where(possible, low + (high - low) * (place - below), 0.0)
    return where_sure(Vector(NUMBER, found), possible & np.isfinite(found))


def _size(axis: int) -> Function:
    """ROWS or COLUMNS."""
    return lambda cells: constant(float(cells.size[axis])) if cells.is_range else UNKNOWN


total = _over(added)

FUNCTIONS: dict[str, Function] = {
    "AND": _truth(np.all, True),
    "COLUMNS": _size(1),
    "COUNT": _counting(lambda kinds: kinds == NUMBER),
    "COUNTA": _counting(lambda kinds: (kinds != EMPTY) & (kinds != ABSENT)),
    "MAX": _extreme(np.max, -np.inf),
    "MIN": _extreme(np.min, np.inf),
    "OR": _truth(np.any, False),
    "PERCENTILE": percentile,
    "ROWS": _size(0),
    "SUM": total,
    "SUMPRODUCT": sumproduct,
}

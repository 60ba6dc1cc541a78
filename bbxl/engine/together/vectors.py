"""What cells show in many scenarios at once.

A `Vector` holds a cell's value in each scenario, or those of a range or an array. Formulas that
differ only in the cells that they refer to are computed together, so that its last two axes are
the formulas and the scenarios: (g, n) for a cell, (rows, columns, g, n) for a range; 1 in place of
g or n where they all show the same. What stands alone may be (n,) or (1,). So formulas are
computed for all scenarios in a few calls of numpy.

Vectors do not cover all that a formula can meet. Where a scenario meets something else, its value
is UNSURE, and so is all that depends on it: the engine computes that scenario.
"""

from collections.abc import Callable, Iterable, Sequence
from types import EllipsisType
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from bbxl.model.quantities import Array
from bbxl.xlsx.cells import (
    BOOLEAN,
    EMPTY,
    ERROR,
    NUMBER,
    TEXT,
    CellValue,
    ExcelError,
    error_of,
)

MIXED = -1
UNSURE, ABSENT = ERROR + 1, ERROR + 2
"""Further kinds of values: one that only the engine knows; and none, where another scenario's
array is larger. They and errors are faults: they pass through whatever is computed from them."""

_ZERO = np.zeros(1)
_KINDS = np.arange(ABSENT + 1, dtype=np.uint8)[:, None]
NO_TEXT = np.array([""], dtype=object)


class Vector(NamedTuple):
    """A cell, or the cells of a range, in each of many scenarios.

    Attributes
    ----------
    kind : of all its values; MIXED where they differ.
    number : numbers; 0 or 1 of a boolean; an error's code.
    text : texts.
    kinds : of each value, where they differ.
    """

    kind: int
    number: Array = _ZERO
    text: Array = NO_TEXT
    kinds: Array | None = None

    @property
    def each_kind(self) -> Array:
        """The kind of each value, in an array that broadcasts with the others."""
        return _KINDS[self.kind] if self.kinds is None else self.kinds

    @property
    def shape(self) -> tuple[int, ...]:
        """Of all its arrays together."""
        shapes = {self.number.shape, self.text.shape, self.each_kind.shape} - {(1,)}
        if len(shapes) > 1:  # rarely, and that takes long
            return np.broadcast_shapes(*shapes)
        return shapes.pop() if shapes else (1,)

    @property
    def is_range(self) -> bool:
        """Whether it has rows and columns."""
        return len(self.shape) == 4

    @property
    def size(self) -> tuple[int, ...]:
        """Rows and columns of a range; of a cell, nothing."""
        return self.shape[:-2]

    def map(self, change: Callable[[Array], Array]) -> "Vector":
        """The vector with its arrays, made of one shape, changed alike."""
        shape = self.shape

        def changed(array: Array) -> Array:
            return change(array if array.shape == shape else np.broadcast_to(array, shape))

        number, text = changed(self.number), self.text
        if text is not NO_TEXT:
            text = changed(text)
        if self.kinds is None:
            return Vector(self.kind, number, text)
        return mixed(changed(self.kinds), number, text)


Function: TypeAlias = Callable[..., Vector]
"""A function or an operator of formulas, over vectors."""

UNKNOWN = Vector(UNSURE)
"""A value that only the engine knows, in every scenario."""


def mixed(kinds: Array, number: Array = _ZERO, text: Array = NO_TEXT) -> Vector:
    """A vector of values of these kinds; of one kind, where they all have it."""
    kinds = kinds.astype(np.uint8, copy=False)
    first = int(kinds.flat[0])
    if (kinds == first).all():
        shape = np.broadcast_shapes(kinds.shape, number.shape)
        return Vector(first, np.broadcast_to(number, shape), text)
    return Vector(MIXED, number, text, kinds)


def fault(error: ExcelError) -> Vector:
    """An error, in every scenario."""
    return Vector(ERROR, np.array([float(error.code)]))


def constant(value: CellValue) -> Vector:
    """A value that is the same in every scenario."""
    return vector([value])


def vector(values: Sequence[CellValue | EllipsisType]) -> Vector:
    """A cell's value in each scenario; ... where there is none."""
    types = set(map(type, values))
    if types <= {float, int}:
        number = np.array(values, float)
        return Vector(NUMBER, number[:1] if (number == number[0]).all() else number)
    if len(types) == 1 and all(each == values[0] for each in values):
        values = values[:1]
    kinds, numbers, texts = zip(*map(_parts, values), strict=True)
    text = np.array(texts, dtype=object) if any(texts) else NO_TEXT
    return mixed(np.array(kinds, np.uint8), np.array(numbers, float), text)


def _parts(value: CellValue | EllipsisType) -> tuple[int, float, str]:
    """A value's kind, number and text."""
    if value is None:
        return EMPTY, 0.0, ""
    if isinstance(value, str):
        return TEXT, 0.0, value
    if isinstance(value, ExcelError):
        return ERROR, value.code, ""
    if isinstance(value, EllipsisType):
        return ABSENT, 0.0, ""
    return BOOLEAN if isinstance(value, bool) else NUMBER, value, ""


def values_of(cell: Vector, scenarios: int) -> list[CellValue]:
    """A cell's value in each scenario; None where it has none, or only the engine knows it."""
    found: list[CellValue]
    if cell.kind == NUMBER:
        found = cell.number.tolist()
    elif cell.kind == TEXT:
        found = cell.text.tolist()
    else:
        parts = np.broadcast_arrays(cell.each_kind, cell.number, cell.text)
        found = [_value(*each) for each in zip(*(part.tolist() for part in parts), strict=True)]
    return found * scenarios if len(found) < scenarios else found


def value_in(cell: Vector, scenario: int) -> CellValue:
    """A cell's value in one scenario, as `values_of` gives it."""
    parts = (cell.each_kind, cell.number, cell.text)
    kind, number, text = (each[scenario if len(each) > 1 else 0] for each in parts)
    return _value(kind, number, text)


def _value(kind: int, number: float, text: str) -> CellValue:
    if kind == NUMBER:
        return float(number)
    if kind == BOOLEAN:
        return bool(number)
    if kind == TEXT:
        return text
    return error_of(int(number)) if kind == ERROR else None


def assembled(cells: Sequence[Vector], rows: int, columns: int) -> Vector:
    """A range from its cells, row by row."""
    scenarios = np.broadcast_shapes((1, 1), *(each.shape for each in cells))
    kinds = {each.kind for each in cells}

    def stacked(parts: Iterable[Array], dtype: Any) -> Array:
        found = np.empty((len(cells), *scenarios), dtype)
        for row, part in zip(found, parts, strict=True):
            row[:] = part
        return found.reshape(rows, columns, *scenarios)

    number = stacked((each.number for each in cells), float)
    text = NO_TEXT
    if kinds & {TEXT, MIXED}:
        text = stacked((each.text for each in cells), object)
    if len(kinds) == 1 and MIXED not in kinds:
        return Vector(kinds.pop(), number, text)
    return mixed(stacked((each.each_kind for each in cells), np.uint8), number, text)


def chosen(where: Array, one: Vector, other: Vector) -> Vector:
    """One vector's values where a condition holds, and another's elsewhere."""
    text = other.text if one.text is other.text else np.where(where, one.text, other.text)
    number = np.where(where, one.number, other.number)
    if one.kind == other.kind and one.kinds is None:
        return Vector(one.kind, number, text)
    return mixed(np.where(where, one.each_kind, other.each_kind), number, text)


def where_sure(found: Vector, *conditions: Array) -> Vector:
    """What was found where conditions hold; elsewhere only the engine can tell."""
    sure = conditions[0]
    for condition in conditions[1:]:
        sure = sure & condition
    return found if sure.all() else chosen(sure, found, UNKNOWN)


def with_faults(found: Vector, operands: Iterable[Vector]) -> Vector:
    """The faults of operands, and elsewhere what was found; of two errors, the first."""
    faults: Vector | None = None
    for operand in operands:
        if operand.kind in (EMPTY, NUMBER, BOOLEAN, TEXT):
            continue
        if faults is not None:
            theirs, ours = operand.each_kind, faults.each_kind
            passes = (theirs >= ERROR) & ((ours < ERROR) | (theirs > ours))
            operand = chosen(passes, operand, faults)
        faults = operand
    return found if faults is None else chosen(faults.each_kind >= ERROR, faults, found)


def single(value: Vector) -> Vector:
    """A range of one cell as the cell; the first cell of another."""
    return value.map(lambda array: array[0, 0]) if value.is_range else value


def flat(cells: Vector) -> Vector:
    """The cells of a range one under the other, as (cells, g, n)."""
    scenarios = (1, 1, *cells.shape)[-2:]
    return cells.map(lambda array: array.reshape(-1, *scenarios))


def added(number: Array, counts: Array) -> Vector:
    """Sums of the numbers that count, over the first axis.

    They are added one after the other, as the engine does: the order can change the last digit.
    """
    summands = np.where(counts, number, 0.0)
    start = np.zeros((1, *summands.shape[1:]))
    with np.errstate(all="ignore"):
        total = np.add.accumulate(np.concatenate([start, summands]))[-1]
    return where_sure(Vector(NUMBER, total), np.isfinite(total))


def unsure(columns: Iterable[Vector], scenarios: int) -> Array:
    """The scenarios in which one of these cells has a value that only the engine knows."""
    found = np.zeros(scenarios, bool)
    for column in columns:
        if column.kind not in (EMPTY, NUMBER, BOOLEAN, TEXT, ERROR):
            found |= column.each_kind > ERROR
    return found

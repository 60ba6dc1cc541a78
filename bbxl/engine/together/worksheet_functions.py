"""bbxl's own worksheet functions, over vectors."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from bbxl.engine.together.vectors import UNKNOWN, Vector, assembled, values_of, vector
from bbxl.model.quantities import Array
from bbxl.worksheet import REGISTRY
from bbxl.worksheet.many import Given, answers
from bbxl.xlsx.cells import BOOLEAN, ERROR, NUMBER


def ask(name: str, *given: Vector) -> Vector:
    """The answer of a function in each scenario."""
    if any((each.each_kind > ERROR).any() for each in given):
        return UNKNOWN
    shape = np.broadcast_shapes((1, 1), *(each.shape[-2:] for each in given))
    given = tuple(each.map(lambda array: _in_a_row(array, *shape)) for each in given)
    count = shape[0] * shape[1]
    found = list[Any]([...]) * count
    for same in _alike(given, count):
        arguments = [_given(each, same) for each in given]
        for i, answer in zip(same.tolist(), answers(REGISTRY[name], arguments), strict=False):
            found[i] = answer
    for i in [i for i, answer in enumerate(found) if answer is ...]:
        found[i] = REGISTRY[name](*(_cells(_in(each, np.array([i]))) for each in given))
    answer = _as_vector([each if isinstance(each, list) else [[each]] for each in found])
    return answer.map(lambda array: _with_scenarios(array, *shape))


def _in_a_row(array: Array, formulas: int, scenarios: int) -> Array:
    """An array with the scenarios of all formulas one after the other, in its last axis."""
    if array.shape[-2:] in ((1,), (1, 1)):
        return array
    size = array.shape[:-2]
    return np.broadcast_to(array, (*size, formulas, scenarios)).reshape(*size, 1, -1)


def _with_scenarios(array: Array, formulas: int, scenarios: int) -> Array:
    """An array with the formulas and their scenarios in its last axes again."""
    if array.shape[-1] == 1:
        return array
    return array.reshape(*array.shape[:-2], formulas, scenarios)


def _as_vector(tables: list[list[list[Any]]]) -> Vector:
    """The answers of all scenarios; where one is larger than others, these have nothing there."""
    rows, columns = max(map(len, tables)), max(len(table[0]) for table in tables)
    if (rows, columns) == (1, 1):
        return vector([table[0][0] for table in tables])
    cells = [
        vector([table[i][j] if i < len(table) and j < len(table[0]) else ... for table in tables])
        for i in range(rows)
        for j in range(columns)
    ]
    return assembled(cells, rows, columns)


def _alike(given: Sequence[Vector], count: int) -> Iterator[Array]:
    """Scenarios in which values of the same kinds stand, and the same texts, together."""
    left = np.arange(count)
    while len(left):
        same = np.ones(count, bool)
        for each in given:
            for part in (each.each_kind, each.text):
                first = part[..., left[:1]] if part.shape[-1] > 1 else part
                same &= (part == first).reshape(-1, part.shape[-1]).all(axis=0)
        yield left[same[left]]
        left = left[~same[left]]


def _given(argument: Vector, alike: Array) -> Given:
    """An argument in some scenarios, which differ in their numbers alone."""
    some = _in(argument, alike)
    counts = (some.each_kind == NUMBER) | (some.each_kind == BOOLEAN)
    numbers = np.where(counts, some.number, np.nan)
    numbers = np.broadcast_to(numbers, some.shape).reshape(*(some.size or (1, 1)), -1)
    return Given(_cells(_in(some, np.array([0]))), np.moveaxis(numbers, -1, 0))


def _in(given: Vector, scenarios: Array) -> Vector:
    """A vector in some scenarios."""
    return given if given.shape[-1] == 1 else given.map(lambda array: array[..., scenarios])


def _cells(given: Vector) -> Any:
    """An argument in the one scenario that is left: a cell, or rows of cells."""
    values = values_of(given.map(np.ravel), 1)
    if not given.is_range:
        return values[0]
    columns = given.size[1]
    return [values[i : i + columns] for i in range(0, len(values), columns)]

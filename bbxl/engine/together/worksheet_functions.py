"""bbxl's own worksheet functions, over vectors: with a call for each scenario."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from bbxl.engine.together.vectors import UNKNOWN, Vector, assembled, values_of, vector
from bbxl.worksheet import REGISTRY
from bbxl.xlsx.cells import ERROR


def ask(name: str, *given: Vector) -> Vector:
    """The answer of a function in each scenario."""
    if any((each.each_kind > ERROR).any() for each in given):
        return UNKNOWN
    count = max([each.shape[-1] for each in given], default=1)
    arguments = zip(*(_cells(each, count) for each in given), strict=True) if given else [()]
    answers = [REGISTRY[name](*each) for each in arguments]
    tables = [each if isinstance(each, list) else [[each]] for each in answers]
    rows, columns = max(map(len, tables)), max(len(table[0]) for table in tables)
    if (rows, columns) == (1, 1):
        return vector([table[0][0] for table in tables])
    cells = [
        vector([table[i][j] if i < len(table) and j < len(table[0]) else ... for table in tables])
        for i in range(rows)
        for j in range(columns)
    ]
    return assembled(cells, rows, columns)


def _cells(given: Vector, count: int) -> Sequence[Any]:
    """An argument in each scenario: a cell, or rows of cells."""
    if not given.is_range:
        return values_of(given, count)
    rows, columns, _ = given.shape
    places = [(i, j) for i in range(rows) for j in range(columns)]
    cells = [values_of(given.map(itemgetter(place)), count) for place in places]
    return [
        [list(row[i : i + columns]) for i in range(0, len(places), columns)]
        for row in zip(*cells, strict=True)
    ]

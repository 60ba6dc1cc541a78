"""Many calls of a function at once, where they differ in nothing but their numbers.

A batch asks the same functions of a template's tables in each scenario. To read a table takes
longer than to compute with it, so it is read once, for all calls in which the same cells hold
numbers. In place of each number then stands an array of them: approaches get the shape
(calls, k, 1), other numbers (calls, 1, n).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from bbxl.model.cost import Approach
from bbxl.model.quantities import Array, quantities_of
from bbxl.model.unanswered import NoAnswerError, TooLargeError
from bbxl.worksheet.readers import CellError, result
from bbxl.worksheet.registry import Cells, PerApproach, WorksheetFunction
from bbxl.worksheet.tables import AnyTable, Table

FUNCTIONS = frozenset({
    "BB_BREAKEVEN", "BB_CAPACITY", "BB_CHECK", "BB_GPUS", "BB_MEETS", "BB_MONTHLY_COST",
    "BB_PAYBACK", "BB_PRESENT_COST", "BB_SWITCH_PRICE", "BB_TCO", "BB_UNITS",
})  # fmt: skip
"""Those that compute each element by itself, so that a further axis changes nothing."""


class Given(NamedTuple):
    """An argument in many calls.

    Attributes
    ----------
    cells : what stands there in the first call, a cell or rows of cells.
    numbers : its numbers in each call, of shape (calls, rows, columns); NaN where there is none.
    """

    cells: Any
    numbers: Array


class _UnlikeError(Exception):
    """The calls differ in more than numbers, or one of them has no plain answer."""


def answers(function: WorksheetFunction, given: Sequence[Given]) -> list[Any]:
    """The answer of each call, a cell or rows of cells; ... where it must be made by itself.

    Parameters
    ----------
    function : the function.
    given : its arguments; in all calls the same cells hold numbers, and the others the same.
    """
    calls = max([len(each.numbers) for each in given], default=0)
    found: list[Any] = [...] * calls
    if function.name in FUNCTIONS and calls > 1:
        try:
            with np.errstate(all="ignore"):
                values, sound = _answers(function, given, calls)
        except (_UnlikeError, CellError, NoAnswerError, TooLargeError):
            return found
        plain = values.dtype == float and np.isfinite(values).all()
        cells = values.tolist() if plain else map(result, values)
        for i, value in zip(sound.tolist(), cells, strict=True):
            found[i] = value
    return found


def _answers(
    function: WorksheetFunction, given: Sequence[Given], calls: int
) -> tuple[Array, Array]:
    """The answers of those calls in which nothing is wrong, and which these are."""
    missing = Given(None, np.full((1, 1, 1), np.nan))
    given = [*given, *[missing] * (len(function.arguments) - len(given))]
    read, numbers = dict[str, Any](), dict[str, Array]()
    fields, sound = dict[str, dict[str, Array]](), np.ones(calls, bool)
    for argument, each in zip(function.arguments, given, strict=True):
        name, read[argument.name] = argument.name, argument.read(each.cells)
        if argument.quantity:
            if read[name].errors.any():
                raise _UnlikeError
            numbers[name] = np.where(np.isnan(each.numbers), read[name].values, each.numbers)
            sound &= ~argument.quantity.impossible(numbers[name]).any(axis=(1, 2))
        elif argument.is_table:
            fields[name], fit = _fields(read[name], each.numbers)
            sound &= fit
        elif argument.hint is Cells:  # where nothing is wrong, the same is said of every table
            sound &= _fields(AnyTable.from_cells(each.cells), each.numbers)[1]
        elif not _same(each.numbers).all():
            raise _UnlikeError
    which = np.flatnonzero(sound)
    for name, columns in fields.items():
        read[name] = _with_fields(read[name], {key: _at(which, f) for key, f in columns.items()})
    numbers = {name: _at(which, each) for name, each in numbers.items()}
    return _computed(function, read, numbers, len(which)), which


def _fields(table: Table, numbers: Array) -> tuple[dict[str, Array], Array]:
    """The fields of the model in each call, (calls, k), and in which calls all of it is possible.

    A field without a column keeps its default.
    """
    if table.problems:
        raise _UnlikeError
    quantities, free = quantities_of(type(table.model)), np.zeros(numbers.shape[1:], bool)
    found = {name: getattr(table.model, name).T for name in quantities}
    for name in found.keys() & table.columns.keys():
        at: Any = table.lines, table.columns[name]
        at = at[::-1] if table.turned else at
        free[at] = True
        values = numbers[:, *at]
        found[name] = np.where(np.isnan(values), found[name], values)
    wrong = [quantities[name].impossible(values) for name, values in found.items()]
    if isinstance(table.model, Approach):
        wrong += table.model.table.contradictions(found).values()
    possible = ~np.any(np.broadcast_arrays(*wrong), axis=(0, 2))
    return found, possible & (_same(numbers) | free).all(axis=(1, 2))


def _with_fields(table: Any, fields: dict[str, Array]) -> Any:
    """The table with other numbers, those of each call along a first axis."""
    model = type(table.model)(**{name: each[:, :, None] for name, each in fields.items()})
    return replace(table, model=model)


def _computed(
    function: WorksheetFunction, read: dict[str, Any], numbers: dict[str, Array], calls: int
) -> Array:
    """What the function gives: (calls, rows, columns)."""
    shape = tuple(max([1, *(each.shape[axis] for each in numbers.values())]) for axis in (1, 2))
    if any(each.shape[axis + 1] not in (1, shape[axis]) for each in numbers.values()
           for axis in (0, 1)):  # fmt: skip
        raise _UnlikeError  # beyond the end of a range that is too short stands #N/A
    if function.answers is not PerApproach:
        found = np.asarray(function.implementation(**{**read, **numbers}))
        return np.broadcast_to(found, (calls, *shape))
    if min(shape) > 1:
        raise _UnlikeError
    spread = {
        name: np.broadcast_to(each, (len(each), *shape)).reshape(len(each), 1, -1)
        for name, each in numbers.items()
    }
    found = np.asarray(function.implementation(**{**read, **spread}))
    table = next(each for each in read.values() if isinstance(each, Table))
    found = np.broadcast_to(found, (calls, len(table.names), max(shape)))
    across = shape[0] > 1 or (max(shape) == 1 and table.turned)
    return found.swapaxes(1, 2) if across else found


def _same(numbers: Array) -> Array:
    """Which numbers are the same as in the first call."""
    return np.asarray((numbers == numbers[:1]) | np.isnan(numbers))


def _at(calls: Array, numbers: Array) -> Array:
    """The numbers of some calls; once, where they are the same in all."""
    return numbers if len(numbers) == 1 else numbers[calls]

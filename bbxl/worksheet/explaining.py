"""Why a worksheet function answers with an error, in words."""

from collections.abc import Iterator, Sequence
from typing import Any

from bbxl.errors import did_you_mean
from bbxl.worksheet.columns import Column
from bbxl.worksheet.readers import CellError, grid, without_omitted
from bbxl.worksheet.registry import REGISTRY, Argument, WorksheetFunction
from bbxl.xlsx.cells import ExcelError

MOST_TOLD = 5


def explain(name: str, cells: Sequence[Any]) -> str:
    """What is wrong with a call, or why it has no answer; OK where there is nothing to say.

    Parameters
    ----------
    name : of the function, with BB_ or without.
    cells : what the function would be given.
    """
    function = _named(name)
    if function is None:
        return f"there is no function {name}{did_you_mean(_full(name), REGISTRY)}"
    given = without_omitted([None if _empty(each) else each for each in cells])
    if not given and function.arguments:
        return function.help
    if len(given) > len(function.arguments):
        most = len(function.arguments)
        return f"{function.name} takes {most} arguments at most, not {len(given)}"
    padded = [*given, *[None] * (len(function.arguments) - len(given))]
    pairs = zip(function.arguments, padded, strict=True)
    faults = [fault for argument, value in pairs for fault in _faults(argument, value)]
    if faults:
        more = len(faults) - MOST_TOLD
        return "; ".join(faults[:MOST_TOLD]) + (f"; and {more} more" if more > 0 else "")
    answer, why = function.answer(given)
    said = why or function.reason(given)
    if said:
        return said
    cells_of = [cell for row in grid(answer) for cell in row] if answer != "" else []
    errors = [cell for cell in cells_of if isinstance(cell, ExcelError)]
    return f"there is no answer: {function.purpose}" if errors else "OK"


def _full(name: str) -> str:
    upper = name.strip().upper()
    return upper if upper.startswith("BB_") else f"BB_{upper}"


def _named(name: str) -> WorksheetFunction | None:
    return REGISTRY.get(_full(name))


def _empty(value: Any) -> bool:
    return all(each is None for row in grid(value) for each in row)


def _faults(argument: Argument, value: Any) -> Iterator[str]:
    """What is wrong with one argument."""
    if argument.required and _empty(value):
        yield f"{argument.name} is missing"
    elif argument.quantity:
        yield from _of_numbers(argument, value)
    elif argument.is_table:
        yield from argument.hint.from_cells(value).problems
    else:
        try:
            argument.read(value)
        except CellError as fault:
            yield f"{argument.name} {fault.why or f'holds {fault.error}'}"


def _of_numbers(argument: Argument, value: Any) -> Iterator[str]:
    quantity = argument.quantity
    assert quantity
    column = Column(argument.name, quantity, argument.required, argument.default)
    rows = grid(value)
    for i, row in enumerate(rows, 1):
        for j, each in enumerate(row, 1):
            problem = column.parse(each)[2]
            if problem:
                single = len(rows) == len(row) == 1
                place = "" if single else f", row {i}, column {j},"
                yield f"{argument.name}{place} {problem}"

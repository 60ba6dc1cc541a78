"""One definition for each worksheet function, from which every host is made.

A worksheet function is an ordinary Python function with type hints and a
docstring. The decorator `worksheet_function` enters it in `REGISTRY`; called
with cells, the entry reads them by the hints, calls the function and gives
back cells. A function never sees a bad cell, and a cell never an exception.

What the hints mean:

- a number such as ``Months``: a cell or range of numbers of that kind.
- ``Approaches``, ``Profiles``: a range that holds such a table.
- ``Literal[...]``: one of these texts. ``str``: a text. ``Deployments``: some
  deployments. ``Cells``: whatever stands there.
- ``-> Elementwise``: one result for each element of the number arguments.
- ``-> PerApproach``: one for each approach, and for each element of the
  number arguments. The function sees approaches of shape (k, 1) and numbers of
  shape (1, n) and gives (k, n). A row of numbers spreads the result to the
  right, a column of numbers downwards.
- ``-> Rows``: a table with a header; its number arguments are single cells.
"""

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, get_args, get_origin

import numpy as np

from bbxl.model.drivers import DeploymentType
from bbxl.model.quantities import ExcelDate, Quantity, quantity_of
from bbxl.model.unanswered import NoAnswerError, TooLargeError
from bbxl.worksheet.columns import normalised
from bbxl.worksheet.readers import (
    EXCEL_EPOCH,
    CellError,
    NumberRange,
    Rows,
    bounded,
    expand,
    first_error,
    grid,
    numbers,
    result,
    text,
)
from bbxl.worksheet.tables import Table
from bbxl.xlsx.cells import ExcelError, error_of

Elementwise: TypeAlias = Annotated[Any, "elementwise"]
PerApproach: TypeAlias = Annotated[Any, "per approach"]
Cells: TypeAlias = Annotated[Any, "cells"]
Deployments: TypeAlias = frozenset[DeploymentType] | None

REQUIRED = inspect.Parameter.empty
PARAMETERS = "\n\nParameters\n----------\n"
"""What stands in a docstring before the help of the arguments."""


class Argument(NamedTuple):
    """An argument of a worksheet function; `help` says what it takes."""

    name: str
    hint: Any
    default: Any
    help: str

    @property
    def required(self) -> bool:
        return self.default is REQUIRED

    @property
    def quantity(self) -> Quantity | None:
        return quantity_of(self.hint)

    @property
    def choices(self) -> tuple[str, ...]:
        """The texts that it takes, where only some are allowed."""
        return get_args(self.hint) if get_origin(self.hint) is Literal else ()

    @property
    def is_table(self) -> bool:
        return inspect.isclass(self.hint) and issubclass(self.hint, Table)

    @property
    def syntax(self) -> str:
        """How it stands in the syntax line: optional ones in brackets with their default."""
        if self.required:
            return self.name
        if self.default is None:
            shown = "any"
        elif isinstance(self.default, str):
            shown = f'"{self.default}"'
        elif self.quantity and self.default == self.quantity.maximum > 1:
            shown = self.quantity.at_maximum
        elif self.quantity == quantity_of(ExcelDate):
            shown = (EXCEL_EPOCH + timedelta(days=self.default)).date().isoformat()
        else:
            shown = f"{self.default:g}"
        return f"[{self.name}={shown}]"

    def read(self, value: Any) -> Any:
        """The value that the function takes; CellError where the cell cannot be that."""
        if self.quantity:
            return numbers(value, self.quantity, None if self.required else self.default)
        if self.hint is Cells:
            return value
        if self.is_table:
            table = self.hint.from_cells(value)
            if table.fault:
                raise CellError(table.fault)
            return table
        if all(each is None for row in grid(value) for each in row) and not self.required:
            return self.default
        if self.hint is Deployments:
            return _deployments(value)
        if not self.choices:
            return text(value)
        given = text(value)
        found = [each for each in self.choices if normalised(each) == normalised(given)]
        if not found:
            words = f"must be one of {', '.join(self.choices)}, not {given!r}"
            raise CellError(ExcelError.VALUE, words)
        return found[0]


@dataclass(frozen=True)
class WorksheetFunction:
    """An entry of the registry: call it with cells and ranges, it answers with cells."""

    name: str
    category: str
    implementation: Callable[..., Any]
    why: Callable[..., str] | None = None

    @cached_property
    def _signature(self) -> inspect.Signature:
        return inspect.signature(self.implementation, eval_str=True)

    @cached_property
    def _doc(self) -> tuple[str, dict[str, str]]:
        """The docstring's text, and the help of each argument under its heading Parameters."""
        text, _, listed = (inspect.getdoc(self.implementation) or "").partition(PARAMETERS)
        found = re.findall(r"^(\w+)\n((?:    .*\n?)+)", listed, re.MULTILINE)
        return text, {name: " ".join(words.split()) for name, words in found}

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        """Its arguments in order, required ones first."""
        helps = self._doc[1]
        return tuple(
            Argument(name, each.annotation, each.default, helps.get(name, ""))
            for name, each in self._signature.parameters.items()
        )

    @cached_property
    def purpose(self) -> str:
        """What it gives, in a sentence."""
        return " ".join(self._doc[0].partition("\n\n")[0].split())

    @cached_property
    def description(self) -> str:
        """Purpose and details, as a paragraph."""
        return " ".join(self._doc[0].split())

    @property
    def answers(self) -> Any:
        """What it answers with: Elementwise, PerApproach or Rows."""
        return self._signature.return_annotation

    @property
    def single_cell(self) -> bool:
        """Whether it answers with one cell, whatever it is given."""
        one_for_each = self._signature.return_annotation is Elementwise
        return one_for_each and not any(each.quantity for each in self.arguments)

    @property
    def syntax(self) -> str:
        """Name and arguments, optional ones in brackets."""
        return f"{self.name}({', '.join(argument.syntax for argument in self.arguments)})"

    @property
    def help(self) -> str:
        """What the function answers when it is called with no arguments."""
        return f"{self.syntax}: {self.purpose}"

    def __call__(self, *cells: Any) -> Any:
        """Answer with a cell or rows of cells; a fault is an ExcelError, never an exception."""
        if self.arguments and not cells:
            return self.help
        if len(cells) > len(self.arguments):
            return ExcelError.VALUE
        return self.answer(cells)[0]

    def answer(self, cells: Sequence[Any]) -> tuple[Any, str]:
        """The answer, and of an error that stands for all of it why in words, where known."""
        try:
            with np.errstate(all="ignore"):
                return self._answer(self._read(cells)), ""
        except CellError as fault:
            return fault.error, fault.why
        except NoAnswerError as none:
            return ExcelError.NA, str(none)
        except TooLargeError as large:
            return ExcelError.NUM, str(large)

    def reason(self, cells: Sequence[Any]) -> str:
        """What the function itself has to say of a sound call of single numbers; else nothing."""
        read = self._read(cells)
        sizes = {each.values.size for each in read.values() if isinstance(each, NumberRange)}
        if self.why is None or sizes - {1}:
            return ""
        single = {
            name: each.values.item() if isinstance(each, NumberRange) else each
            for name, each in read.items()
        }
        return self.why(**single)

    def _read(self, cells: Sequence[Any]) -> dict[str, Any]:
        given = [*cells, *[None] * (len(self.arguments) - len(cells))]
        return {a.name: a.read(v) for a, v in zip(self.arguments, given, strict=True)}

    def _answer(self, read: dict[str, Any]) -> Any:
        ranges = {name: each for name, each in read.items() if isinstance(each, NumberRange)}
        bounded(*(max([1, *(r.values.shape[axis] for r in ranges.values())]) for axis in (0, 1)))
        expanded = dict(zip(ranges, expand(list(ranges.values())), strict=True))
        shape = next((each.values.shape for each in expanded.values()), (1, 1))
        kind = self._signature.return_annotation
        if kind is Rows and shape != (1, 1):
            raise CellError(ExcelError.VALUE, "it answers with a table: each number is one cell")
        if kind is PerApproach:
            return self._per_approach(read, expanded, shape)
        errors = first_error(
            np.zeros(shape, np.uint8), *(each.errors for each in expanded.values())
        )
        if kind is Rows:
            if errors.any():
                raise CellError(error_of(errors[0, 0]))
            single = {name: each.values.item() for name, each in expanded.items()}
            return result(self.implementation(**{**read, **single}))
        values = {name: each.values for name, each in expanded.items()}
        answer = self.implementation(**{**read, **values})
        return result(np.broadcast_to(np.asarray(answer), shape), errors)

    def _per_approach(
        self, read: dict[str, Any], expanded: dict[str, NumberRange], shape: tuple[int, ...]
    ) -> Any:
        """Approaches along one axis, the numbers along the other."""
        if min(shape) > 1:
            words = "it answers for each approach: numbers are one row or one column"
            raise CellError(ExcelError.VALUE, words)
        table: Table = next(each for each in read.values() if isinstance(each, Table))
        bounded(len(table.names), max(shape))
        flat = {name: each.values.reshape(1, -1) for name, each in expanded.items()}
        answer = np.asarray(self.implementation(**{**read, **flat}))
        errors = first_error(
            table.errors, *(each.errors.reshape(1, -1) for each in expanded.values())
        )
        codes = np.broadcast_to(errors, (len(table.names), max(shape)))
        answer = np.broadcast_to(answer, codes.shape)
        across = shape[0] > 1 or (max(shape) == 1 and table.turned)
        return result(answer.T, codes.T) if across else result(answer, codes)


REGISTRY: dict[str, WorksheetFunction] = {}


def worksheet_function(
    category: str, why: Callable[..., str] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a function in the registry as BB_ and its name in capitals.

    `why` takes the same arguments, single numbers, and says in words what the answer means,
    or why there is none; "" where it has nothing to say.
    """

    def register(implementation: Callable[..., Any]) -> Callable[..., Any]:
        name = f"BB_{implementation.__name__.upper()}"
        REGISTRY[name] = WorksheetFunction(name, category, implementation, why)
        return implementation

    return register


def _deployments(value: Any) -> Deployments:
    """Deployments from cells, or from one cell that lists them with commas."""
    members = {normalised(each.value): each for each in DeploymentType}
    found = set()
    for each in (cell for row in grid(value) for cell in row if cell is not None):
        if isinstance(each, ExcelError):
            raise CellError(each)
        for part in str(each).split(","):
            if normalised(part) not in members:
                raise CellError(ExcelError.VALUE)
            found.add(members[normalised(part)])
    return frozenset(found)

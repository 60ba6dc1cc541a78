"""The values of some cells in one scenario, made ready to be written."""

from collections.abc import Sequence
from functools import lru_cache
from types import NoneType
from typing import NamedTuple

import numpy as np

from bbxl.batch.vectors.values import (
    BOOLEAN,
    EMPTY,
    ERROR,
    MIXED,
    NUMBER,
    TEXT,
    Vector,
    told,
    values_of,
)
from bbxl.quantities import Array
from bbxl.xlsx.sheet import CellErrorValue, CellValue, value_text, value_xml

_KINDS = {float: NUMBER, int: NUMBER, str: TEXT, bool: BOOLEAN, CellErrorValue: ERROR,
          NoneType: EMPTY}  # fmt: skip


class Row(NamedTuple):
    """Values of cells.

    Attributes
    ----------
    kinds : of each, as a vector tells it: a byte a cell.
    numbers : of each; 0 or 1 of a boolean; an error's code.
    written : of each what stands in the file, unless it is a number or nothing.
    """

    kinds: bytes
    numbers: Array
    written: Sequence[bytes]

    def same(self, other: "Row") -> bool:
        """Whether both hold the same values."""
        return (
            self.kinds == other.kinds
            and self.numbers.tobytes() == other.numbers.tobytes()
            and self.written == other.written
        )

    def differences(self, other: "Row", tolerance: float) -> list[int]:
        """Places of values that are not the same, numbers to a tolerance of the larger one or 1."""
        size = np.maximum(1, np.maximum(np.abs(self.numbers), np.abs(other.numbers)))
        far = np.abs(self.numbers - other.numbers) > tolerance * size
        kinds = np.frombuffer(self.kinds, np.uint8) != np.frombuffer(other.kinds, np.uint8)
        written = [one != two for one, two in zip(self.written, other.written, strict=True)]
        return np.flatnonzero(far | kinds | written).tolist()

    def shown(self, i: int) -> str:
        """A cell's value in words, given by its place from 0."""
        is_number = self.kinds[i] == NUMBER
        return f"{self.numbers[i]}" if is_number else self.written[i].decode().partition(">")[2]


def row(values: Sequence[CellValue]) -> Row:
    """Values of cells."""
    kinds = bytes(map(_KINDS.__getitem__, map(type, values)))
    if kinds.count(NUMBER) == len(kinds):
        return Row(kinds, np.array(values, float) + 0.0, (b"",) * len(kinds))
    numbers = [value if type(value) is float else told(value)[1] for value in values]
    return Row(kinds, np.array(numbers, float) + 0.0, tuple(map(_written, values)))


def rows(columns: Sequence[Vector], scenarios: int) -> list[Row]:
    """A row for each scenario, of cells given as vectors."""
    kinds = np.empty((len(columns), scenarios), np.uint8)
    numbers = np.empty((len(columns), scenarios))
    nothing = [b""] * scenarios
    written = []
    for i, column in enumerate(columns):
        kinds[i], numbers[i] = column.each_kind, column.number
        if column.kind in (EMPTY, NUMBER):
            written.append(nothing)
        elif column.kind != MIXED and column.shape == (1,):
            written.append(list(map(_written, values_of(column, 1))) * scenarios)
        else:
            written.append(list(map(_written, values_of(column, scenarios))))
    return [
        Row(of.tobytes(), number, texts)
        for of, number, texts in zip(
            kinds.T.copy(),
            numbers.T + 0.0,  # no zero keeps a sign
            zip(*written, strict=True) if written else [()] * scenarios,
            strict=True,
        )
    ]


def _written(value: CellValue) -> bytes:
    return b"" if _KINDS[type(value)] in (EMPTY, NUMBER) else _text(value)


@lru_cache(10_000)
def _text(value: CellValue) -> bytes:
    """What is not a number, as a cell holds it."""
    return value_text(value_xml(value)[1])

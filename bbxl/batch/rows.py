"""The values of some cells in one scenario, as arrays."""

from collections.abc import Mapping, Sequence
from types import NoneType

import numpy as np

from bbxl.batch.vectors.values import BOOLEAN, EMPTY, ERROR, NUMBER, TEXT, Vector, told
from bbxl.quantities import Array
from bbxl.worksheet.values import error_of
from bbxl.xlsx.sheet import CellErrorValue, CellValue

__all__ = ["BOOLEAN", "EMPTY", "ERROR", "NUMBER", "TEXT", "Row", "row", "rows"]

_KINDS = {
    float: NUMBER,
    int: NUMBER,
    str: TEXT,
    bool: BOOLEAN,
    CellErrorValue: ERROR,
    NoneType: EMPTY,
}


class Row:
    """Values of cells.

    Parameters
    ----------
    kinds : of each, as a vector tells it: a byte a cell.
    numbers : numbers; 0 or 1 of a boolean; an error's code.
    texts : place -> text of each that is one.
    """

    def __init__(self, kinds: bytes, numbers: Array, texts: Mapping[int, str]) -> None:
        self.kinds, self.numbers, self.texts = kinds, numbers, texts

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Row)
            and self.kinds == other.kinds
            and self.texts == other.texts
            and self.numbers.tobytes() == other.numbers.tobytes()
        )

    __hash__ = None  # type: ignore[assignment]

    def value(self, i: int) -> CellValue:
        """A cell's value, given by its place from 0."""
        kind = self.kinds[i]
        if kind == EMPTY:
            return None
        if kind == TEXT:
            return self.texts[i]
        number = float(self.numbers[i])
        if kind == ERROR:
            return CellErrorValue(error_of(int(number)).value)
        return bool(number) if kind == BOOLEAN else number

    def differences(self, other: "Row", tolerance: float) -> list[int]:
        """Places of values that are not the same, numbers to a tolerance of the larger one or 1."""
        size = np.maximum(1, np.maximum(np.abs(self.numbers), np.abs(other.numbers)))
        far = np.abs(self.numbers - other.numbers) > tolerance * size
        kinds = np.frombuffer(self.kinds, np.uint8) != np.frombuffer(other.kinds, np.uint8)
        texts = [i for i, text in self.texts.items() if other.texts.get(i) != text]
        return sorted({*np.flatnonzero(far | kinds).tolist(), *texts})


def row(values: Sequence[CellValue]) -> Row:
    """Values of cells."""
    kinds = bytes(map(_KINDS.__getitem__, map(type, values)))
    if kinds.count(NUMBER) == len(kinds):
        return Row(kinds, np.array(values, float) + 0.0, {})
    numbers = [value if type(value) is float else told(value)[1] for value in values]
    texts = {i: value for i, value in enumerate(values) if isinstance(value, str)}
    return Row(kinds, np.array(numbers, float) + 0.0, texts)


def rows(columns: Sequence[Vector], scenarios: int) -> list[Row]:
    """A row for each scenario, of cells given as vectors."""
    kinds = np.empty((len(columns), scenarios), np.uint8)
    numbers = np.empty((len(columns), scenarios))
    texts = {}
    for i, column in enumerate(columns):
        kinds[i], numbers[i] = column.each_kind, column.number
        if (column.each_kind == TEXT).any():
            texts[i] = np.broadcast_to(column.text, scenarios).tolist()
    found = zip(kinds.T.copy(), numbers.T + 0.0, strict=True)  # no zero keeps a sign
    return [
        Row(of.tobytes(), each, {i: text[n] for i, text in texts.items() if of[i] == TEXT})
        for n, (of, each) in enumerate(found)
    ]

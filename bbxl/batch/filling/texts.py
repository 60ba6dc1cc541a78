"""The values of cells as texts, made ready to be written: thousands in a call."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import orjson

from bbxl.engine.together.vectors import Vector, values_of
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.cells import KINDS, NUMBER, CellValue, value_text, value_xml
from bbxl.xlsx.references import picker


class CellTexts(NamedTuple):
    """What cells hold in one scenario.

    Attributes
    ----------
    kinds : the kind of each value, a byte a cell.
    texts : for each value what stands in the file.
    """

    kinds: bytes
    texts: Sequence[bytes]


def of_scenarios(scenarios: Sequence[Sequence[CellValue]]) -> list[CellTexts]:
    """For each scenario the texts of its cells, whose values are given."""
    width = len(scenarios[0]) if scenarios else 0
    values = list(chain.from_iterable(scenarios))
    kinds = bytes(map(KINDS.__getitem__, map(type, values)))
    texts = _texts(values, kinds)
    places = [slice(i * width, (i + 1) * width) for i in range(len(scenarios))]
    return [CellTexts(kinds[each], texts[each]) for each in places]


def of_columns(columns: Sequence[Vector], scenarios: int) -> Callable[[int], CellTexts]:
    """What gives the texts of each scenario, by its number from 0, of cells given as vectors."""
    numbers = [i for i, column in enumerate(columns) if column.kind == NUMBER]
    others = [i for i, column in enumerate(columns) if column.kind != NUMBER]
    kinds = np.full((len(columns), scenarios), NUMBER, np.uint8)
    table = np.empty((len(numbers), scenarios))
    for row, i in zip(table, numbers, strict=True):
        row[:] = columns[i].number
    written = []
    for i in others:
        kinds[i] = columns[i].each_kind
        same = columns[i].shape == (1,)
        values = values_of(columns[i], 1 if same else scenarios)
        texts = _texts(values, kinds[i, : len(values)].tobytes())
        written.append(texts * scenarios if same else texts)
    kinds, table = kinds.T.copy(), table.T.copy()
    texts_of = list(zip(*written, strict=True)) if written else [()] * scenarios
    in_order = picker(np.argsort([*others, *numbers]).tolist())

    def found(i: int) -> CellTexts:
        return CellTexts(kinds[i].tobytes(), in_order([*texts_of[i], *_number_texts(table[i])]))

    return found


def _texts(values: Sequence[CellValue], kinds: bytes) -> list[bytes]:
    """Values of these kinds as cells hold them."""
    if kinds.count(NUMBER) == len(kinds):
        return _number_texts(values)
    which = list(zip(values, kinds, strict=True))
    numbers = iter(_number_texts([value for value, kind in which if kind == NUMBER]))
    return [next(numbers) if kind == NUMBER else _text(value) for value, kind in which]


def _number_texts(numbers: Any) -> list[bytes]:
    """Numbers as cells hold them: each the shortest text that reads back the same."""
    positive = np.asarray(numbers, float) + 0.0  # no zero keeps a sign
    dumped = orjson.dumps(positive, option=orjson.OPT_SERIALIZE_NUMPY)
    if b"n" in dumped:  # null
        raise WorkbookError("a formula gives a number that no cell can hold: it is infinite")
    return (dumped[1:-1] + b",").replace(b".0,", b",").split(b",")[:-1]


@lru_cache(10_000)
def _text(value: CellValue) -> bytes:
    """What is not a number, as a cell holds it."""
    return b"" if value is None else value_text(value_xml(value)[1])

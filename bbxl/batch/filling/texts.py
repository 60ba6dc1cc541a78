"""The values of cells as texts, made ready to be written: thousands in a call."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import orjson

from bbxl.engine.together.vectors import Vector, value_in, values_of
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
    same = [i for i, column in enumerate(columns) if column.shape == (1,)]
    vary = [i for i, column in enumerate(columns) if column.shape != (1,)]
    numbers = [i for i in vary if columns[i].kind == NUMBER]
    others = [i for i in vary if columns[i].kind != NUMBER]
    kinds = np.empty((len(columns), scenarios), np.uint8)
    for row, column in zip(kinds, columns, strict=True):
        row[:] = column.each_kind
    # What is the same in all scenarios becomes text once: it is half of a comparison.
    fixed = _texts([value_in(columns[i], 0) for i in same], kinds[same, 0].tobytes())
    table = np.array([columns[i].number for i in numbers]).reshape(-1, scenarios).T.copy()
    written = [_texts(values_of(columns[i], scenarios), kinds[i].tobytes()) for i in others]
    texts_of = list(zip(*written, strict=True)) if written else [()] * scenarios
    in_order = picker(np.argsort([*same, *others, *numbers]).tolist())
    kinds = kinds.T.copy()

    def found(i: int) -> CellTexts:
        texts = [*fixed, *texts_of[i], *_number_texts(table[i])]
        return CellTexts(kinds[i].tobytes(), in_order(texts))

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
    if not len(numbers):
        return []
    positive = np.asarray(numbers, float) + 0.0  # no zero keeps a sign
    dumped = orjson.dumps(positive, option=orjson.OPT_SERIALIZE_NUMPY)
    if b"n" in dumped:  # null
        raise WorkbookError("a formula gives a number that no cell can hold: it is infinite")
    return (dumped[1:-1] + b",").replace(b".0,", b",").split(b",")[:-1]


@lru_cache(10_000)
def _text(value: CellValue) -> bytes:
    """What is not a number, as a cell holds it."""
    return b"" if value is None else value_text(value_xml(value)[1])

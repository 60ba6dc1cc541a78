"""A template's formulas, computed for many scenarios at once.

Those that depend on the inputs are put in steps, and each step is computed over vectors. The
other cells keep the values that the engine gives them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bbxl.engine.together.reading import Formulas, NotTogetherError
from bbxl.engine.together.running import RunningTotals
from bbxl.engine.together.shown import Shown
from bbxl.engine.together.step import Known, Part, Step
from bbxl.engine.together.vectors import Vector, vector
from bbxl.engine.workbook import Workbook
from bbxl.xlsx.cells import CellValue
from bbxl.xlsx.references import CellAddress


class Program:
    """The formulas of a workbook that depend on its inputs.

    Parameters
    ----------
    book : the workbook in the engine, computed.
    inputs : the cells that scenarios set.

    Attributes
    ----------
    cells : the cells that depend on the inputs, each after those that it needs.
    size : how many cells it keeps the values of, in each scenario.

    Raises
    ------
    NotTogetherError : the engine must compute them.
    """

    def __init__(self, book: Workbook, inputs: Sequence[CellAddress]) -> None:
        formulas = Formulas(book.trees)
        steps = formulas.steps(inputs, lambda cell: book.value(*cell))
        self.cells = [cell for cells in steps for cell in cells]
        _refuse_arrays(book, self.cells)
        self._inputs, self._every = inputs, [*inputs, *self.cells]
        constants = formulas.needs(self.cells).difference(self._every)
        self._shown = Shown(self._every, {cell: book.value(*cell) for cell in constants})
        self.size = len(self._every) + len(constants)
        computed = {*inputs, *constants}
        self._totals = RunningTotals(self._shown, formulas.sums(self.cells))
        parts: dict[tuple[Any, ...], Part] = {}
        known = Known(formulas, frozenset(self._every), self._shown, self._totals, computed, parts)
        with _strict():
            self._steps = [
                Step(cells, [book.trees[cell] for cell in cells], known) for cells in steps
            ]
        for part in parts.values():
            if part.last and part.changes and part.uses > 1:
                part.last.ending.append(part)

    def compute(self, scenarios: Sequence[Sequence[CellValue]]) -> dict[CellAddress, Vector]:
        """What the cells show, and the inputs, whose values are given for each scenario.

        They are valid until the next call.
        """
        self._totals.clear()
        self._shown.prepare(len(scenarios))
        for cell, given in zip(self._inputs, zip(*scenarios, strict=True), strict=True):
            self._shown.put([cell], vector(given))
        with _strict():
            for step in self._steps:
                step.compute()
        return self._shown.columns(self._every)


def _strict() -> "np.errstate":
    """Let numpy raise FloatingPointError where a result is not finite."""
    return np.errstate(over="raise", divide="raise", invalid="raise", under="ignore")


def _refuse_arrays(book: Workbook, cells: Sequence[CellAddress]) -> None:
    for sheet, at in cells:
        span = book.sheets[sheet].cells[at]
        if span.dynamic or (span.array and ":" in span.array):
            raise NotTogetherError

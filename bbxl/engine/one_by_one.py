"""What a template's formulas show for a scenario, computed by the embedded engine.

The template is loaded once. A scenario then sets the inputs that differ from
the last one's, computes what depends on them, and reads each sheet in one call.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

from bbxl.engine.exchange import ENGINE_ERROR
from bbxl.engine.proof import prove
from bbxl.engine.workbook import Arrays, Workbook
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.cells import CellValue
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import CellAddress, Position, by_sheet, cells_of, picker

InputValues: TypeAlias = Sequence[CellValue]
"""A scenario: a value for each input."""

WIDEST = 1_000_000  # cells that a sheet's formulas may be spread over


class Shown(NamedTuple):
    """What cells show in a scenario.

    Attributes
    ----------
    values : sheet -> values of its inputs and of the formulas that are read.
    arrays : sheet -> further values, and the ranges of arrays.
    outputs : values of the outputs.
    """

    values: dict[str, list[CellValue]]
    arrays: dict[str, Arrays]
    outputs: list[CellValue]


class Engine:
    """The values of a template's formulas, scenario by scenario.

    Parameters
    ----------
    package : the template.
    inputs : the cells that a scenario sets, in the order of its values.
    outputs : cells whose values are reported.
    moment : what NOW() and TODAY() take for now.

    Attributes
    ----------
    book : the template in the embedded engine.
    proof : how it computes the template compared with what the file stores.
    """

    def __init__(
        self,
        package: Package,
        inputs: Sequence[CellAddress],
        outputs: Sequence[CellAddress],
        moment: datetime,
    ) -> None:
        self.book = Workbook(package, parallel=False, moment=moment)
        self.book.evaluate()
        self.proof = prove(package, self.book, ask_second=False)
        self._inputs, self._outputs, self._given = inputs, outputs, by_sheet(inputs)
        self._blocks = _blocks(inputs)
        self._last_put: dict[CellAddress, tuple[list[type], list[CellValue]]] = {}
        self._sheets: dict[str, ComputedSheet] = {}
        self.read_only(
            (name, at) for name, sheet in self.book.sheets.items() for at in sheet.formulas()
        )
        self._read()

    @property
    def cells(self) -> dict[str, list[Position]]:
        """Sheet -> its inputs, and the formulas that are read; not these where it has arrays."""
        found = {name: list(positions) for name, (positions, _) in self._given.items()}
        for name, sheet in self._sheets.items():
            found.setdefault(name, []).extend([] if sheet.has_arrays else sheet.cells)
        return found

    def read_only(self, cells: Iterable[CellAddress]) -> None:
        """Read these formulas from now on, and no others."""
        self._sheets = {
            name: ComputedSheet(self.book, name, each)
            for name, (each, _) in by_sheet(cells).items()
        }

    def shown(self, scenario: InputValues) -> Shown:
        """What the cells show in a scenario."""
        self._set(dict(zip(self._inputs, scenario, strict=True)))
        values = {name: list(pick(scenario)) for name, (_, pick) in self._given.items()}
        for name, sheet in self._sheets.items():
            values.setdefault(name, []).extend([] if sheet.has_arrays else sheet.shown)
        arrays = {name: sheet.spilled() for name, sheet in self._sheets.items() if sheet.has_arrays}
        return Shown(values, arrays, [self.book.value(*cell) for cell in self._outputs])

    def _set(self, inputs: Mapping[CellAddress, CellValue]) -> None:
        """Set the inputs, the same cells each time, and compute."""
        for block in self._blocks:
            first, width = block[0][0], len(block[0])
            values = [inputs[cell] for row in block for cell in row]
            if self._last_put.get(first) != (kinds := list(map(type, values)), values):
                rows = [values[i : i + width] for i in range(0, len(values), width)]
                self.book.put(*first, rows)
                self._last_put[first] = kinds, values  # also the types, since True is equal to 1
        self.book.evaluate()
        self._read()

    def _read(self) -> None:
        """Read all sheets."""
        for each in self._sheets.values():
            each.read()


def _blocks(cells: Iterable[CellAddress]) -> list[list[tuple[CellAddress, ...]]]:
    """The cells as rectangles: the engine sets one, however large, in the time of a single cell."""
    columns: list[list[CellAddress]] = []
    for sheet, (row, column) in sorted(cells, key=lambda cell: (cell[0], cell[1][::-1])):
        if columns and columns[-1][-1] == (sheet, (row - 1, column)):
            columns[-1].append((sheet, (row, column)))
        else:
            columns.append([(sheet, (row, column))])
    blocks: list[list[list[CellAddress]]] = []
    for each in sorted(columns, key=lambda c: (c[0][0], c[0][1][0], len(c), c[0][1][1])):
        if blocks and each == [(of, (row, column + 1)) for of, (row, column) in blocks[-1][-1]]:
            blocks[-1].append(each)
        else:
            blocks.append([each])
    return [list(zip(*block, strict=True)) for block in blocks]


class ComputedSheet:
    """Formulas of one sheet.

    Attributes
    ----------
    cells : where they are.
    shown : what they show.
    has_arrays : whether one of them fills several cells; see `spilled`.
    """

    def __init__(self, book: Workbook, name: str, cells: list[Position]) -> None:
        self._book, self._name, self.cells = book, name, cells
        formulas = book.sheets[name].cells
        self.shown: list[Any] = []
        self.has_arrays = any(
            span.dynamic or (span.array and len(cells_of(span.array)) > 1)
            for span in map(formulas.__getitem__, cells)
        )
        rows, columns = zip(*self.cells, strict=True)
        self._first = min(rows), min(columns)
        self._last = max(rows), max(columns)
        self._width = self._last[1] - self._first[1] + 1
        if self._width * (self._last[0] - self._first[0] + 1) > WIDEST:
            raise WorkbookError(
                f"{book.name}: the formulas of sheet {name} are spread over more than "
                f"{WIDEST:,} cells; only --no-values can fill it"
            )
        self._pick = picker([*map(self._index, self.cells)])

    def read(self) -> None:
        """Read what the formulas show."""
        block = self._book.block(self._name, self._first, self._last)
        self.shown = list(self._pick(list(chain.from_iterable(block))))
        numbers = [each for each in self.shown if type(each) is float]
        if ENGINE_ERROR in map(type, self.shown) or not math.isfinite(sum(numbers)):
            self.shown = [
                self._book.checked(value, self._name, at)
                for value, at in zip(self.shown, self.cells, strict=True)
            ]

    def spilled(self) -> Arrays:
        """What all cells show that the formulas fill, and the ranges of arrays."""
        return self._book.values(self._name)

    def _index(self, at: Position) -> int:
        index: int = (at[0] - self._first[0]) * self._width + at[1] - self._first[1]
        return index

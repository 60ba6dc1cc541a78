"""What the cells of a program show: a row for each cell, with its value in each scenario."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from bbxl.engine.together.reading import Area
from bbxl.engine.together.vectors import MIXED, NO_TEXT, Vector, constant, mixed
from bbxl.model.quantities import Array
from bbxl.xlsx.cells import CellValue
from bbxl.xlsx.references import CellAddress

Rows: TypeAlias = Array | slice
"""Rows of cells, in an array of the shape that the cells have; or some that follow each other."""


class Shown:
    """What cells show in each scenario.

    To take the values of many cells is one call of numpy, whichever cells they are.

    Parameters
    ----------
    cells : those that scenarios set, and those that are computed.
    constants : further cells, whose values never change.
    """

    def __init__(
        self, cells: Sequence[CellAddress], constants: Mapping[CellAddress, CellValue]
    ) -> None:
        self._row = {cell: i for i, cell in enumerate([*cells, *constants])}
        self._constants = [(self._row[cell], constant(each)) for cell, each in constants.items()]
        self._kind = np.zeros(len(self._row), np.int8)  # of all values of a cell, or MIXED
        self._has_text, self._varies = (np.zeros(len(self._row), bool) for _ in range(2))
        self.prepare(1)

    def prepare(self, scenarios: int) -> None:
        """Make room for so many scenarios."""
        shape = len(self._row), scenarios
        if getattr(self, "_number", np.zeros(0)).shape == shape:
            return
        self._number, self._kinds = np.zeros(shape), np.zeros(shape, np.uint8)
        self._text = np.full(shape, "", dtype=object)
        for row, each in self._constants:
            self._put(slice(row, row + 1), each)

    def rows(self, areas: Sequence[Area]) -> Array:
        """The rows of the cells of ranges of one size, (rows, columns, g); of equal ones once."""
        different = areas if len(set(areas)) > 1 else areas[:1]
        found = np.array([self._row[cell] for area in different for cell in area.cells])
        found = found.reshape(len(different), areas[0].rows, areas[0].columns)
        return np.moveaxis(found, 0, -1)

    def put(self, cells: Sequence[CellAddress], found: Vector) -> None:
        """Keep the values of cells, one under the other."""
        first = self._row[cells[0]]
        self._put(slice(first, first + len(cells)), found)

    def _put(self, rows: slice, found: Vector) -> None:
        self._number[rows], self._kinds[rows] = found.number, found.each_kind
        self._kind[rows] = found.kind
        has_text = found.text is not NO_TEXT
        if has_text or self._has_text[rows].any():
            self._text[rows], self._has_text[rows] = found.text, has_text
        if found.kinds is not None:
            kinds = self._kinds[rows]
            same = (kinds == kinds[:, :1]).all(axis=1)
            self._kind[rows] = np.where(same, kinds[:, 0], MIXED)
        self._varies[rows] = found.shape[-1] > 1 and self._differ(rows, has_text)

    def _differ(self, rows: slice, has_text: bool) -> Array:
        """Which of some cells do not show the same in all scenarios, to the last bit."""
        bits, kinds = self._number[rows].view(np.int64), self._kinds[rows]
        found = (bits != bits[:, :1]).any(axis=1) | (kinds != kinds[:, :1]).any(axis=1)
        if has_text:
            text = self._text[rows]
            found |= (text != text[:, :1]).any(axis=1)
        return np.asarray(found)

    def take(self, rows: Rows) -> Vector:
        """The values of cells; of all scenarios once, where each cell shows the same in all."""
        varies = self._varies[rows].any()

        def part(of: Array) -> Array:
            return of[rows] if varies else of[rows, :1]

        kind = self._kind[rows]
        first = int(kind.flat[0])
        text = part(self._text) if self._has_text[rows].any() else NO_TEXT
        if first != MIXED and (kind == first).all():
            return Vector(first, part(self._number), text)
        return mixed(part(self._kinds), part(self._number), text)

    def columns(self, cells: Sequence[CellAddress]) -> dict[CellAddress, Vector]:
        """The values of each cell, until others are computed."""
        kinds, has_text, varies = (
            each.tolist() for each in (self._kind, self._has_text, self._varies)
        )
        found = dict[CellAddress, Vector]()
        for cell in cells:
            row = self._row[cell]
            width = None if varies[row] else 1
            found[cell] = Vector(
                kinds[row],
                self._number[row, :width],
                self._text[row, :width] if has_text[row] else NO_TEXT,
                self._kinds[row] if kinds[row] == MIXED else None,
            )
        return found

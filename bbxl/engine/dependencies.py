"""Which formulas depend on which cells."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from bbxl.engine.trees import Tree, parts
from bbxl.xlsx.references import Bounds, CellAddress

_FEW = 1_000  # cells of a range that are listed one by one

Area = tuple[str, Bounds]
"""A sheet and a range of it."""


def areas_of(tree: Tree) -> list[Area]:
    """The ranges that a formula refers to."""
    return [(each["sheet"], each["area"]) for each in parts(tree) if "area" in each]


class Dependencies:
    """The formulas of a workbook, by the cells that they refer to.

    Parameters
    ----------
    trees : cell -> its formula, in which every reference means cells.
    """

    def __init__(self, trees: Mapping[CellAddress, Tree]) -> None:
        self.areas = {cell: areas_of(tree) for cell, tree in trees.items()}

    @cached_property
    def _by_cell(self) -> dict[CellAddress, list[CellAddress]]:
        found: dict[CellAddress, list[CellAddress]] = {}
        for cell, areas in self.areas.items():
            for sheet, area in areas:
                if area.size <= _FEW:
                    for at in area.cells():
                        found.setdefault((sheet, at), []).append(cell)
        return found

    @cached_property
    def _large(self) -> list[tuple[str, Bounds, CellAddress]]:
        return [
            (sheet, area, cell)
            for cell, areas in self.areas.items()
            for sheet, area in areas
            if area.size > _FEW
        ]

    def direct(self, cell: CellAddress) -> Iterable[CellAddress]:
        """The formulas that refer to a cell."""
        sheet, (row, column) = cell
        yield from self._by_cell.get(cell, ())
        for of, area, formula in self._large:
            inside = area.top <= row <= area.bottom and area.left <= column <= area.right
            if of == sheet and inside:
                yield formula

    def dependent(self, cells: Iterable[CellAddress]) -> set[CellAddress]:
        """The formulas that depend on cells, also through others."""
        found, left = set[CellAddress](), list(cells)
        while left:
            new = set(self.direct(left.pop())) - found
            found |= new
            left += new
        return found

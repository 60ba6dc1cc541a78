"""What a template's formulas say: the cells they refer to, and in which order to compute those
that depend on the inputs.

All of it is found without computing a formula. Where that is not certain, it is refused.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import groupby
from typing import Any, TypeAlias

from bbxl.engine.dependencies import areas_of
from bbxl.engine.together.operators import BINARY, UNARY
from bbxl.engine.trees import Tree, parts
from bbxl.xlsx.cells import CellValue
from bbxl.xlsx.references import Bounds, CellAddress

_MOST_CELLS = 10_000  # of a range
_MOST_FORMULAS, _MOST_OF_RANGES = 64, 500  # of a step: formulas, and cells of all their ranges
_OPERATORS = {*BINARY, *UNARY, "@"}
_KINDS = {"Array", "BinaryOp", "Error", "Function", "Literal", "Reference", "Stack", "UnaryOp"}
_ELSEWHERE = {"CELL", "INDIRECT", "INFO", "OFFSET", "RAND", "RANDARRAY", "RANDBETWEEN"}
"""Functions whose answer depends on more than the references in their formula."""


Form: TypeAlias = tuple[Any, ...]


class NotTogetherError(Exception):
    """The formulas are not all of the kinds that are computed for many scenarios at once."""


@dataclass(frozen=True, eq=False)
class Area:
    """A range: its size and its cells, row by row."""

    rows: int
    columns: int
    cells: tuple[CellAddress, ...]


class Formulas:
    """The formulas of a workbook, and the cells that they refer to.

    Parameters
    ----------
    trees : cell -> its formula, in which every reference means cells.

    Raises
    ------
    NotTogetherError : one of them refers to cells that only its values tell.
    """

    def __init__(self, trees: Mapping[CellAddress, Tree]) -> None:
        self._trees = trees
        self._areas: dict[tuple[str, Bounds], Area] = {}
        self._needs: dict[CellAddress, set[CellAddress]] = {}  # what each formula refers to
        for cell, tree in trees.items():
            _refuse(tree)
            areas = [self.area(sheet, area) for sheet, area in areas_of(tree)]
            self._needs[cell] = {each for area in areas for each in area.cells}

    def steps(
        self, inputs: Sequence[CellAddress], value: Callable[[CellAddress], CellValue]
    ) -> list[list[CellAddress]]:
        """The cells that depend on inputs, each after those that it needs.

        Those whose formulas have the same form, and need each other neither directly nor through
        others, are one step; if their values in the template are of one kind: where approaches
        that are left empty show "", numbers are computed without a look at texts.
        """
        levels: dict[CellAddress, int] = {}
        steps: dict[tuple[int, Form, type], list[CellAddress]] = {}
        for cell in self._in_order(inputs):
            needed = [levels[each] for each in self._needs[cell] if each in levels]
            levels[cell] = max(needed, default=-1) + 1
            key = levels[cell], form(self._trees[cell]), type(value(cell))
            steps.setdefault(key, []).append(cell)
        in_order = sorted(steps.items(), key=lambda step: step[0][0])
        return [each for _, cells in in_order for each in self._cut(sorted(cells, key=_by_column))]

    def _cut(self, cells: list[CellAddress]) -> list[list[CellAddress]]:
        """A step in parts, none of which takes too much memory."""
        largest = max((area.size for _, area in areas_of(self._trees[cells[0]])), default=1)
        most = max(1, min(_MOST_FORMULAS, _MOST_OF_RANGES // largest))
        cut = list[list[CellAddress]]()
        for _, column in groupby(cells, lambda cell: (cell[0], cell[1][1])):
            run = list(column)
            if cut and len(cut[-1]) + len(run) <= most:
                cut[-1] += run
            else:  # columns side by side are cut alike, and repeat what they look up
                cut += [run[first : first + most] for first in range(0, len(run), most)]
        return cut

    def _in_order(self, inputs: Sequence[CellAddress]) -> list[CellAddress]:
        """The cells that depend on inputs, each after those that it needs."""
        needed_by: dict[CellAddress, list[CellAddress]] = {}
        for cell, others in self._needs.items():
            for other in others:
                needed_by.setdefault(other, []).append(cell)
        found, new = set[CellAddress](), set(inputs)
        while new:
            new = {cell for each in new for cell in needed_by.get(each, ())} - found
            found |= new
        try:
            order = TopologicalSorter({cell: needs & found for cell, needs in self._needs.items()
                                       if cell in found})  # fmt: skip
            return list(order.static_order())
        except CycleError:
            raise NotTogetherError from None

    def needs(self, cells: Iterable[CellAddress]) -> set[CellAddress]:
        """The cells to which the formulas of these refer."""
        return set().union(*(self._needs[cell] for cell in cells))

    def sums(self, cells: Iterable[CellAddress]) -> Iterator[Area]:
        """The ranges that the formulas of cells add up by themselves."""
        for cell in cells:
            for part in parts(self._trees[cell]):
                if part["node_type"] == "Function" and part["name"] == "SUM":
                    for each in part["args"]:
                        if each["node_type"] == "Reference":
                            yield self.area(each["sheet"], each["area"])

    def area(self, sheet: str, area: Bounds) -> Area:
        """The cells of a range."""
        if (sheet, area) not in self._areas:
            if area.size > _MOST_CELLS:
                raise NotTogetherError
            rows, columns = area.bottom - area.top + 1, area.right - area.left + 1
            cells = tuple((sheet, at) for at in area.cells())
            self._areas[sheet, area] = Area(rows, columns, cells)
        return self._areas[sheet, area]


def operation(tree: Tree) -> tuple[str, list[Tree]]:
    """The name of a function or an operator, and what it is given; "- " has one operand."""
    kind = tree["node_type"]
    if kind == "UnaryOp":
        return f"{tree['operator']} ", [tree["operand"]]
    if kind == "BinaryOp":
        return tree["operator"], [tree["left"], tree["right"]]
    return tree["name"], tree["args"]


def _by_column(cell: CellAddress) -> tuple[str, int, int]:
    """The order of cells in a step: what is left empty mostly is a column, as of an approach."""
    sheet, (row, column) = cell
    return sheet, column, row


def form(tree: Tree) -> Form:
    """What formulas have in common that differ only in the cells that they refer to."""
    kind = tree["node_type"]
    if kind == "Reference":
        area = tree["area"]
        return kind, area.bottom - area.top, area.right - area.left
    if kind in ("Literal", "Error"):
        return kind, repr(tree["value"])
    if kind in ("Array", "Stack"):
        return kind, *(tuple(map(form, row)) for row in tree["rows"])
    name, given = operation(tree)
    return name, *map(form, given)


def _refuse(tree: Tree) -> None:
    """NotTogetherError where the parts of a formula do not show what it depends on."""
    for part in parts(tree):
        kind = part["node_type"]
        is_elsewhere = kind == "Function" and part["name"] in _ELSEWHERE
        is_other = "operator" in part and part["operator"] not in _OPERATORS
        if kind not in _KINDS or is_elsewhere or is_other or (
            kind == "Reference" and "area" not in part
        ):  # fmt: skip
            raise NotTogetherError

"""What a template's formulas say: their parts, the cells they refer to, and in which order to
compute those that depend on the inputs.

All of it is found without running a formula. Where that is not certain, it is refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

import formualizer
from openpyxl.utils.cell import range_boundaries

from bbxl.batch.vectors.operators import BINARY, UNARY
from bbxl.hosts.engine import Workbook
from bbxl.worksheet.values import ExcelError
from bbxl.xlsx.package import Package
from bbxl.xlsx.sheet import Position

Cell = tuple[str, Position]
"""A sheet and a cell of it."""

Tree = dict[str, Any]
"""A formula as the engine's parser reads it."""

_MOST_CELLS = 10_000  # of a range
_REFERENCE = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([^'!:()\[\],\s]+))!)?(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)",
    re.IGNORECASE,
)
_FIXED = re.compile(r"=?[^!]+!\$[A-Z]{1,3}\$\d+(:\$[A-Z]{1,3}\$\d+)?", re.IGNORECASE)
_ELSEWHERE = {"CELL", "INDIRECT", "INFO", "OFFSET", "RAND", "RANDARRAY", "RANDBETWEEN"}
"""Functions whose answer depends on more than the references in their formula."""

_ERRORS = {each.value for each in ExcelError}


class NotComputedError(Exception):
    """The formulas are not all of the kinds that are computed for many scenarios at once."""


@dataclass(frozen=True, eq=False)
class Area:
    """A range: its sheet, its size and its cells, row by row."""

    rows: int
    columns: int
    cells: tuple[Cell, ...]


class Formulas:
    """The formulas of a workbook, as trees.

    Parameters
    ----------
    package : the workbook.
    book : the same in the engine.

    Attributes
    ----------
    trees : cell -> its formula.

    Raises
    ------
    NotComputedError : one of them cannot be read, or refers to cells that only running it tells.
    """

    def __init__(self, package: Package, book: Workbook) -> None:
        self._sheets = {name.casefold(): name for name in book.sheets}
        self._names = {
            (each.scope, each.name.casefold()): each.reference for each in package.names()
        }
        self._areas: dict[tuple[str, str], Area] = {}
        self.trees: dict[Cell, Tree] = {
            (name, at): _parsed(book.formula(name, at))
            for name, sheet in book.sheets.items()
            for at in sheet.formulas()
        }

    def dependent(self, inputs: Sequence[Cell]) -> list[Cell]:
        """The cells that depend on inputs, each after those that it needs."""
        needs = {cell: self._needs(tree, cell[0]) for cell, tree in self.trees.items()}
        needed_by: dict[Cell, list[Cell]] = {}
        for cell, others in needs.items():
            for other in others:
                needed_by.setdefault(other, []).append(cell)
        found, new = set[Cell](), set(inputs)
        while new:
            new = {cell for each in new for cell in needed_by.get(each, ())} - found
            found |= new
        try:
            order = TopologicalSorter({cell: needs[cell] & found for cell in self.trees
                                       if cell in found})  # fmt: skip
            return list(order.static_order())
        except CycleError:
            raise NotComputedError from None

    def area(self, reference: str, sheet: str) -> Area:
        """The range of a reference or a name, as a formula on a sheet means it."""
        if (sheet, reference) not in self._areas:
            self._areas[sheet, reference] = self._read(reference, sheet)
        return self._areas[sheet, reference]

    def _needs(self, tree: Tree, sheet: str) -> set[Cell]:
        """The cells that a formula refers to."""
        return {
            cell
            for part in _parts(tree)
            if part["node_type"] == "Reference"
            for cell in self.area(part["reference"], sheet).cells
        }

    def _read(self, reference: str, sheet: str) -> Area:
        name = reference.casefold()
        named = self._names.get((sheet, name), self._names.get((None, name)))
        if named is not None and not _FIXED.fullmatch(named):
            raise NotComputedError  # it is a formula, or means other cells on another sheet
        found = _REFERENCE.fullmatch((named or reference).removeprefix("="))
        if not found:
            raise NotComputedError
        quoted, bare, cells = found.groups()
        on = (quoted.replace("''", "'") if quoted else bare or sheet).casefold()
        left, top, right, bottom = range_boundaries(cells.upper())
        rows, columns = bottom - top + 1, right - left + 1
        if on not in self._sheets or rows * columns > _MOST_CELLS:
            raise NotComputedError
        of = self._sheets[on]
        return Area(rows, columns, tuple((of, (row, column)) for row in range(top, bottom + 1)
                                         for column in range(left, right + 1)))  # fmt: skip


def operation(tree: Tree) -> tuple[str, list[Tree]]:
    """The name of a function or an operator, and what it is given; "- " has one operand."""
    kind = tree["node_type"]
    if kind == "UnaryOp":
        return f"{tree['operator']} ", [tree["operand"]]
    if kind == "BinaryOp":
        return tree["operator"], [tree["left"], tree["right"]]
    return tree["name"].upper(), tree["args"]


def _parsed(formula: str) -> Tree:
    """A formula's tree; NotComputedError where its references do not tell what it depends on."""
    try:
        tree: Tree = formualizer.parse(formula).to_dict()
    except formualizer.ParserError:
        raise NotComputedError from None
    _parts(tree)
    return tree


def _parts(tree: Tree) -> list[Tree]:
    """All parts of a formula."""
    found, i = [tree], 0
    while i < len(found):
        part, i = found[i], i + 1
        kind = part["node_type"]
        if kind == "Array":
            found += [each for row in part["rows"] for each in row]
        elif kind in ("Function", "BinaryOp", "UnaryOp"):
            name, given = operation(part)
            if name in _ELSEWHERE if kind == "Function" else name.strip() not in {*BINARY, *UNARY}:
                raise NotComputedError
            found += given
        elif kind not in ("Literal", "Reference") or part.get("value") in _ERRORS:
            raise NotComputedError  # the parser tells no error from the same text
    return found

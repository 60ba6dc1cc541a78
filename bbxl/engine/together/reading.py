"""What a template's formulas say: their parts, the cells they refer to, and in which order to
compute those that depend on the inputs.

All of it is found without computing a formula. Where that is not certain, it is refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

import formualizer

from bbxl.engine.together.operators import BINARY, UNARY
from bbxl.engine.workbook import Workbook
from bbxl.xlsx.cells import ERROR_TEXTS
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import CellAddress, bounds, sheet_and_range

Tree = dict[str, Any]
"""A formula as the engine's parser reads it."""

_MOST_CELLS = 10_000  # of a range
_OPERATORS = {*BINARY, *UNARY}
_SHEET_NAME = re.compile(r"[^',\s]*|'.*'", re.DOTALL)  # what a sheet's name is, quoted or not
_FIXED = re.compile(r"=?[^!]+!\$[A-Z]{1,3}\$\d+(:\$[A-Z]{1,3}\$\d+)?", re.IGNORECASE)
_ELSEWHERE = {"CELL", "INDIRECT", "INFO", "OFFSET", "RAND", "RANDARRAY", "RANDBETWEEN"}
"""Functions whose answer depends on more than the references in their formula."""


class NotComputedError(Exception):
    """The formulas are not all of the kinds that are computed for many scenarios at once."""


@dataclass(frozen=True, eq=False)
class Area:
    """A range: its sheet, its size and its cells, row by row."""

    rows: int
    columns: int
    cells: tuple[CellAddress, ...]


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
    NotComputedError : one of them cannot be read, or refers to cells that only its values tell.
    """

    def __init__(self, package: Package, book: Workbook) -> None:
        self._sheets = {name.casefold(): name for name in book.sheets}
        self._names = {
            (each.scope, each.name.casefold()): each.reference for each in package.names()
        }
        self._areas: dict[tuple[str, str], Area] = {}
        self.trees: dict[CellAddress, Tree] = {}
        self._needs: dict[CellAddress, set[CellAddress]] = {}  # what each formula refers to
        for name, sheet in book.sheets.items():
            for at in sheet.formulas():
                tree = _parsed(book.formula(name, at))
                self.trees[name, at] = tree
                self._needs[name, at] = {
                    cell
                    for part in _parts(tree)
                    if part["node_type"] == "Reference"
                    for cell in self.area(part["reference"], name).cells
                }

    def dependent(self, inputs: Sequence[CellAddress]) -> list[CellAddress]:
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
            raise NotComputedError from None

    def area(self, reference: str, sheet: str) -> Area:
        """The range of a reference or a name, as a formula on a sheet means it."""
        if (sheet, reference) not in self._areas:
            self._areas[sheet, reference] = self._read(reference, sheet)
        return self._areas[sheet, reference]

    def _read(self, reference: str, sheet: str) -> Area:
        name = reference.casefold()
        named = self._names.get((sheet, name), self._names.get((None, name)))
        if named is not None and not _FIXED.fullmatch(named):
            raise NotComputedError  # it is a formula, or means other cells on another sheet
        on, mark, cells = (named or reference).removeprefix("=").rpartition("!")
        found = sheet_and_range(f"{on}{mark}{cells.upper()}") if _SHEET_NAME.fullmatch(on) else None
        if not found:
            raise NotComputedError
        area = bounds(found[1])
        of = self._sheets.get((found[0] or sheet).casefold())
        if of is None or area is None or area.size > _MOST_CELLS:
            raise NotComputedError
        rows, columns = area.bottom - area.top + 1, area.right - area.left + 1
        return Area(rows, columns, tuple((of, at) for at in area.cells()))


def operation(tree: Tree) -> tuple[str, list[Tree]]:
    """The name of a function or an operator, and what it is given; "- " has one operand."""
    kind = tree["node_type"]
    if kind == "UnaryOp":
        return f"{tree['operator']} ", [tree["operand"]]
    if kind == "BinaryOp":
        return tree["operator"], [tree["left"], tree["right"]]
    return tree["name"].upper(), tree["args"]


def _parsed(formula: str) -> Tree:
    try:
        tree: Tree = formualizer.parse(formula).to_dict()
    except formualizer.ParserError:
        raise NotComputedError from None
    return tree


def _parts(tree: Tree) -> list[Tree]:
    """All parts of a formula; NotComputedError where they do not show what it depends on."""
    found, i = [tree], 0
    while i < len(found):
        part, i = found[i], i + 1
        kind = part["node_type"]
        if kind == "Array":
            found += [each for row in part["rows"] for each in row]
        elif kind in ("Function", "BinaryOp", "UnaryOp"):
            name, given = operation(part)
            if name in _ELSEWHERE if kind == "Function" else name.strip() not in _OPERATORS:
                raise NotComputedError
            found += given
        elif kind not in ("Literal", "Reference") or part.get("value") in ERROR_TEXTS:
            raise NotComputedError  # the parser gives an error and the same text alike
    return found

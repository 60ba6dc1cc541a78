"""Rewriting formulas for the embedded engine, so that it computes them as Excel does.

The engine differs from Excel in how it reads a formula, more than in how it computes one. So it
is given formulas in which nothing is left to be read: references mean cells, a range that stands
for a single value is that value's cell, and a call for each element of an array is written out.
"""

from collections.abc import Callable
from typing import NamedTuple

from bbxl.engine import asking, binding, mending
from bbxl.engine.arguments import plain, signatures
from bbxl.engine.arrays import each_element, element, size
from bbxl.engine.digits import as_text, operation
from bbxl.engine.helpers import FIT, OMITTED, ONE
from bbxl.engine.moving import located
from bbxl.engine.places import NotComputedError, Places
from bbxl.engine.trees import (
    REFERENCE_OPERATORS,
    Tree,
    changed,
    error,
    function,
    literal,
    parsed,
)
from bbxl.worksheet import REGISTRY
from bbxl.xlsx.references import Bounds, Position, folded

_AT: Tree = {"node_type": "UnaryOp", "operator": "@"}
CHOOSING = {"IF", "CHOOSE", "IFS", "SWITCH"}
"""Functions that answer one of their arguments."""

_SEVERAL = {"AVERAGE", "AVERAGEA", "COUNT", "COUNTA", "MAX", "MAXA", "MIN", "MINA", "PRODUCT",
            "STDEV", "STDEV.P", "STDEV.S", "STDEVP", "SUM", "SUMSQ", "VAR", "VAR.P", "VAR.S",
            "VARP", "AND", "OR", "MEDIAN"}  # fmt: skip
"""Functions to which several ranges in brackets are the same as several arguments."""


class Cell(NamedTuple):
    """Where a formula stands, and how.

    Attributes
    ----------
    sheet, at : the cell.
    base : "A" where arrays are computed element by element, "V" where a range is one value.
    bound : the variables of LET and LAMBDA around.
    """

    sheet: str
    at: Position
    base: str
    bound: frozenset[str] = frozenset()


class Rewriting:
    """Rewrites the formulas of a workbook.

    Parameters
    ----------
    places : what references mean there.
    known : whether the engine has a function of that name.
    facts : what else is known of the cells, for functions that ask about them.
    strict : whether a function that nobody knows is refused; else it is #NAME?, as in Excel.

    Attributes
    ----------
    functions : the names of all functions that were met.
    placed : whether the last formula hung on the cell it stands in other than by its references.
    """

    def __init__(
        self,
        places: Places,
        known: Callable[[str], bool],
        facts: asking.Facts,
        strict: bool = True,
    ) -> None:
        self._places, self._known, self._facts, self._strict = places, known, facts, strict
        self.functions: set[str] = set()
        self.placed = False

    def rewritten(self, formula: str | Tree, sheet: str, at: Position, array: bool) -> Tree:
        """A formula as the engine is to compute it.

        Parameters
        ----------
        formula : its text, or its tree.
        sheet, at : the cell that it stands in.
        array : whether it is an array formula; another one shows a single value.

        Raises
        ------
        FormulaSyntaxError : it cannot be read.
        NotComputedError : it is not computed here.
        """
        tree = parsed(formula) if isinstance(formula, str) else formula
        self.placed = False
        cell = Cell(sheet, at, "A" if array else "V")
        found = self._part(tree, cell, cell.base)
        return found if array else self._first(found)

    def _part(self, tree: Tree, cell: Cell, kind: str) -> Tree:
        """A part of a formula, where a function takes an argument of a kind."""
        node = tree["node_type"]
        if node == "Reference":
            return self._reference(tree, cell, kind)
        if node == "Function":
            return self._function(tree, cell, kind)
        if node == "BinaryOp" and tree["operator"] in REFERENCE_OPERATORS:
            return self._of_ranges(tree, cell, kind)
        if node == "UnaryOp" and tree["operator"] == "@":
            single = cell._replace(base="V")
            return self._first(self._part(tree["operand"], single, "V"))
        if node == "UnaryOp" and tree["operator"] == "#":
            return {**tree, "operand": self._part(tree["operand"], cell, "R")}
        if node == "Call":
            return self._part(binding.called(tree), cell, kind)
        found = changed(tree, lambda part: self._part(part, cell, cell.base))
        return operation(found) if node == "BinaryOp" else found

    def _reference(self, tree: Tree, cell: Cell, kind: str) -> Tree:
        if folded(tree["reference"]) in cell.bound:
            return {**tree, "reference": tree["reference"].removeprefix("_xlpm.")}
        known = "area" in tree
        meant = tree if known else self._places.meant(tree, cell.sheet, cell.at)
        if meant["node_type"] != "Reference":
            # The formula that a name stands for is computed as in an array formula.
            found = self._part(meant, cell._replace(base="A"), "R" if kind == "R" else "A")
            return self._first(found, arrays_too=False) if kind == "V" else found
        area = meant.get("area")
        if area is None:
            return error("#NAME?")
        return self._intersection(meant, cell) if kind == "V" and area.size > 1 else meant

    def _of_ranges(self, tree: Tree, cell: Cell, kind: str) -> Tree:
        """A reference that is made of others."""
        self.placed = True
        left, right = (self._part(tree[side], cell, "R") for side in ("left", "right"))
        one, other = left.get("area"), right.get("area")
        found = {**tree, "left": left, "right": right}
        if tree["operator"] == ",":
            return found
        if one is None or other is None or left["sheet"] != right["sheet"]:
            if tree["operator"] == " ":
                raise NotComputedError("the cells that two references share are not computed here")
            return self._first(found) if kind == "V" else found
        choose = (min, min, max, max) if tree["operator"] == ":" else (max, max, min, min)
        pairs = zip(choose, one, other, strict=True)
        area = Bounds(*(which(a, b) for which, a, b in pairs))
        if area.top > area.bottom or area.left > area.right:
            return error("#NULL!")
        meant = located(left["sheet"], area)
        return self._intersection(meant, cell) if kind == "V" and area.size > 1 else meant

    def _function(self, tree: Tree, cell: Cell, kind: str) -> Tree:
        name = plain(tree["name"])
        self.functions.add(name)
        if name in REGISTRY:
            return self._worksheet_function(name, tree, cell, kind)
        if name in binding.BINDING:
            return self._binding(name, tree, cell, kind)
        if name == "SINGLE" and len(tree["args"]) == 1:
            return self._part({**_AT, "operand": tree["args"][0]}, cell, kind)
        tree = {**tree, "name": name}
        fixed = asking.fixed(tree, cell, self._facts, lambda part: self._part(part, cell, "R"))
        if fixed:
            self.placed = True
            return fixed
        if not self._known(name):
            if self._strict or name in signatures():
                raise NotComputedError(f"the function {name} is not computed here")
            return error("#NAME?")
        signature = signatures().get(name)
        kinds = signature.of(len(tree["args"])) if signature else ["R"] * len(tree["args"])
        given = self._arguments(tree, kinds, cell, kind)
        kinds = kinds if len(kinds) == len(given) else (["R"] * len(given))
        for i in mending.TAKE_TEXTS.get(name, ()):
            if i < len(given):
                given[i] = as_text(given[i])
        self.placed |= name == "INDIRECT"
        call = mending.mended({**tree, "args": given}, cell, self._facts)
        if call["node_type"] != "Function":
            return call
        kinds += kinds[-1:] * (len(call["args"]) - len(kinds))
        if name not in CHOOSING:
            call = each_element(call, [each == "V" for each in kinds])
        return self._first(call, arrays_too=False) if kind == "V" else call

    def _arguments(self, tree: Tree, kinds: list[str], cell: Cell, kind: str) -> list[Tree]:
        """The arguments of a call, each as the function takes it."""
        chooses = tree["name"] in CHOOSING and kind != "R"  # one of them is its answer
        given = []
        for part, wanted in zip(tree["args"], kinds, strict=True):
            if wanted == "A":
                given.append(self._part(part, cell._replace(base="A"), "A"))
            elif wanted == "V":
                given.append(self._single(self._part(part, cell, cell.base), cell))
            elif chooses:
                given.append(self._part(part, cell, cell.base))
            else:
                given += self._several(tree["name"], part, cell)
        return given

    def _several(self, name: str, part: Tree, cell: Cell) -> list[Tree]:
        """An argument that is a range; several in brackets, or of several sheets, are several."""
        if part["node_type"] == "Reference" and folded(part["reference"]) not in cell.bound:
            ranges = self._places.across(part["reference"])
            if ranges:
                if name not in _SEVERAL:
                    raise NotComputedError(f"{name} of several sheets is not computed here")
                return ranges
        found = self._part(part, cell, "R")
        ranges = _united(found)
        if len(ranges) > 1 and name not in _SEVERAL:
            raise NotComputedError(f"{name} of several ranges is not computed here")
        return ranges

    def _worksheet_function(self, name: str, tree: Tree, cell: Cell, kind: str) -> Tree:
        """A call of bbxl's own, which takes ranges; to the engine what is left out would be 0."""
        given = [
            function(OMITTED) if each["node_type"] == "Omitted" else self._part(each, cell, "R")
            for each in tree["args"]
        ]
        call = function(name, *given)
        return self._first(call) if kind == "V" and cell.base == "V" else call

    def _binding(self, name: str, tree: Tree, cell: Cell, kind: str) -> Tree:
        """LET or LAMBDA, which give names to values."""
        bound = {folded(each) for each in binding.variables(tree)}
        inside = cell._replace(bound=cell.bound | bound)
        given = [
            self._part(each, inside, kind if i == len(tree["args"]) - 1 else "R")
            for i, each in enumerate(tree["args"])
        ]
        return {**tree, "name": name, "args": given}

    def _single(self, tree: Tree, cell: Cell) -> Tree:
        """An argument where one value is taken, of which only computing tells how large it is."""
        if size(tree) is not None:
            return tree
        return self._first(tree) if cell.base == "V" else function(ONE, tree)

    def _intersection(self, tree: Tree, cell: Cell) -> Tree:
        """The cell of a row or a column that is in the formula's own column or row."""
        self.placed = True
        area, (row, column) = tree["area"], cell.at
        if area.left == area.right and area.top <= row <= area.bottom:
            return located(tree["sheet"], Bounds(row, area.left, row, area.left))
        if area.top == area.bottom and area.left <= column <= area.right:
            return located(tree["sheet"], Bounds(area.top, column, area.top, column))
        return error("#VALUE!")

    def _first(self, tree: Tree, arrays_too: bool = True) -> Tree:
        """The one value of a part of a formula: of a range, its cell in the own row or column."""
        of = size(tree)
        if of == (1, 1):
            return tree
        if of is not None:
            return element(tree, 0, 0) if arrays_too else tree
        answers = signatures().get(plain(tree.get("name", "")))
        if tree["node_type"] == "BinaryOp" or (answers and answers.answers == "reference"):
            return {**_AT, "operand": tree}
        return function(FIT, tree, literal(1.0), literal(1.0)) if arrays_too else tree


def _united(tree: Tree) -> list[Tree]:
    """The ranges that stand in brackets, with commas between them."""
    if tree["node_type"] == "BinaryOp" and tree["operator"] == ",":
        return [*_united(tree["left"]), *_united(tree["right"])]
    return [tree]

"""A template's formulas, computed for many scenarios at once.

Each formula that depends on the inputs becomes a function over vectors. The other cells keep the
values that the engine gives them.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

import numpy as np

from bbxl.engine.helpers import COMPARE, FIT, OMITTED, ONE, TEXT_OF
from bbxl.engine.together import functions, worksheet_functions
from bbxl.engine.together.operators import BINARY, UNARY, texts
from bbxl.engine.together.reading import Area, Formulas, NotTogetherError, operation
from bbxl.engine.together.vectors import (
    UNKNOWN,
    Function,
    Vector,
    assembled,
    constant,
    fault,
    mixed,
    single,
    vector,
)
from bbxl.engine.trees import Tree
from bbxl.engine.workbook import Workbook
from bbxl.worksheet import REGISTRY
from bbxl.xlsx.cells import EMPTY, ERROR_TEXTS, NUMBER, CellValue
from bbxl.xlsx.references import CellAddress

Node = Callable[[], Vector]
"""What computes a part of a formula."""

_OPERATIONS: dict[str, Function] = {
    **functions.FUNCTIONS,
    **BINARY,
    **{f"{sign} ": operate for sign, operate in UNARY.items()},
    OMITTED: lambda: constant(None),
    FIT: lambda found, *_: single(found),
    TEXT_OF: texts,
    "@ ": lambda found: _only(found),
    ONE: lambda found: _only(found),
}


class Program:
    """The formulas of a workbook that depend on its inputs.

    Parameters
    ----------
    book : the workbook in the engine, computed.
    inputs : the cells that scenarios set.

    Attributes
    ----------
    cells : the cells that depend on the inputs, each after those that it needs.

    Raises
    ------
    NotTogetherError : the engine must compute them.
    """

    def __init__(self, book: Workbook, inputs: Sequence[CellAddress]) -> None:
        self._book, self._inputs = book, inputs
        self._formulas = Formulas(book.trees)
        self.cells = self._formulas.dependent(inputs)
        self._refuse_arrays()
        self._varying = {*inputs, *self.cells}
        self._values: dict[CellAddress, Vector] = {}
        self._ranges: dict[Area, Vector] = {}
        self._answers: dict[str, Vector] = {}
        with self._strict():
            self._steps = [(cell, self._node(book.trees[cell])[0]) for cell in self.cells]
        del self._formulas

    def compute(self, scenarios: Sequence[Sequence[CellValue]]) -> dict[CellAddress, Vector]:
        """What the cells show, and the inputs, whose values are given for each scenario."""
        self._ranges.clear()
        self._answers.clear()
        for cell, given in zip(self._inputs, zip(*scenarios, strict=True), strict=True):
            self._values[cell] = vector(given)
        with self._strict():
            for cell, node in self._steps:
                self._values[cell] = _shown(node())
        return {cell: self._values[cell] for cell in (*self._inputs, *self.cells)}

    @staticmethod
    def _strict() -> "np.errstate":
        """Let numpy raise FloatingPointError where a result is not finite."""
        return np.errstate(over="raise", divide="raise", invalid="raise", under="ignore")

    def _refuse_arrays(self) -> None:
        for sheet, at in self.cells:
            span = self._book.sheets[sheet].cells[at]
            if span.dynamic or (span.array and ":" in span.array):
                raise NotTogetherError

    def _node(self, tree: Tree, as_range: bool = False) -> tuple[Node, bool]:
        """What computes a part of a formula, and whether it changes; if not, it is computed now."""
        kind = tree["node_type"]
        if kind == "Literal":
            return _literal(tree["value"]), False
        if kind == "Error":
            return _settled(fault(ERROR_TEXTS[tree["value"]])), False
        if kind == "Reference":
            area = self._formulas.area(tree["sheet"], tree["area"])
            return self._reference(area, as_range)
        if kind in ("Array", "Stack"):
            return self._array(tree["rows"])
        name, given = operation(tree)
        as_ranges = name in functions.OF_RANGES or name in REGISTRY
        parts, changes = [], False
        for each in given:
            part, part_changes = self._node(each, as_ranges)
            parts.append(part)
            changes = changes or part_changes
        node = _computing(name, parts, given)
        if not changes:
            return _settled(node()), False
        if name in REGISTRY:  # checks ask the same of one table again and again
            node = partial(self._once, f"{tree}", node)
        return node, True

    def _array(self, rows: list[list[Tree]]) -> tuple[Node, bool]:
        elements = [self._node(each) for row in rows for each in row]
        nodes = [node for node, _ in elements]

        def node() -> Vector:
            return assembled([each() for each in nodes], len(rows), len(rows[0]))

        return (node, True) if any(c for _, c in elements) else (_settled(node()), False)

    def _once(self, key: str, node: Node) -> Vector:
        if key not in self._answers:
            self._answers[key] = node()
        return self._answers[key]

    def _reference(self, area: Area, as_range: bool) -> tuple[Node, bool]:
        cells = area.cells
        for cell in cells:
            if cell not in self._varying and cell not in self._values:
                self._values[cell] = constant(self._book.value(*cell))
        changes = not self._varying.isdisjoint(cells)
        if len(cells) == 1 and not as_range:
            node: Node = partial(self._values.__getitem__, cells[0])
        else:
            node = partial(self._range, area)
        return (node, True) if changes else (_settled(node()), False)

    def _range(self, area: Area) -> Vector:
        if area not in self._ranges:
            cells = [self._values[cell] for cell in area.cells]
            self._ranges[area] = assembled(cells, area.rows, area.columns)
        return self._ranges[area]


def _settled(found: Vector) -> Node:
    """What gives a value that never changes."""
    return lambda: found


@lru_cache(typed=True)  # TRUE is equal to 1
def _literal(value: float | str | bool) -> Node:
    return _settled(constant(value))


def _computing(name: str, parts: list[Node], given: list[Tree]) -> Node:
    """What computes a function or an operator."""
    if name in functions.LAZY:
        return partial(functions.LAZY[name], *parts)
    if name in REGISTRY:
        return _applied(partial(worksheet_functions.ask, name), parts)
    if name == COMPARE:
        return _applied(BINARY[given[0]["value"]], parts[1:])
    if name == FIT and [each.get("value") for each in given[1:]] != [1, 1]:
        raise NotTogetherError
    if name == "TEXT" and not functions.text_format_is_known(str(given[1].get("value"))):
        raise NotTogetherError
    if name not in _OPERATIONS:
        raise NotTogetherError
    return _applied(_OPERATIONS[name], parts)


def _applied(operate: Function, parts: Sequence[Node]) -> Node:
    if len(parts) == 2:  # most operators
        one, other = parts
        return lambda: operate(one(), other())
    return lambda: operate(*(part() for part in parts))


def _only(found: Vector) -> Vector:
    """The one cell of a range, or a single value; another range is left to the engine."""
    if found.is_range and found.shape[:2] != (1, 1):
        return UNKNOWN
    return single(found)


def _shown(found: Vector) -> Vector:
    """A formula's result as its cell shows it: nothing as 0."""
    if found.is_range:
        return single(found) if found.shape[:2] == (1, 1) else UNKNOWN
    if found.kind == EMPTY:
        return Vector(NUMBER, np.zeros(1))
    if found.kinds is not None and (found.kinds == EMPTY).any():
        kinds = np.where(found.kinds == EMPTY, NUMBER, found.kinds)
        return mixed(kinds, found.number, found.text)
    return found

"""A step of a program: formulas of one form, computed for all scenarios at once.

The formulas of a row or column of a sheet mostly differ in nothing but the cells that they refer
to. So a part of them, such as a sum of two cells, is one call of numpy for all of them. That makes
the comparison's 4,500 formulas, with 170,000 parts, 500 steps with 7,000 different ones.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from bbxl.engine.helpers import COMPARE, EACH, FIT, OMITTED, ONE, TEXT_OF
from bbxl.engine.together import functions, worksheet_functions
from bbxl.engine.together.operators import BINARY, IN_15_DIGITS, UNARY, texts
from bbxl.engine.together.reading import Area, Formulas, NotTogetherError, operation
from bbxl.engine.together.running import RunningTotals
from bbxl.engine.together.shown import Shown
from bbxl.engine.together.vectors import (
    UNKNOWN,
    Function,
    Vector,
    assembled,
    constant,
    fault,
    mixed,
    single,
)
from bbxl.engine.trees import Tree
from bbxl.worksheet import REGISTRY
from bbxl.xlsx.cells import EMPTY, ERROR_TEXTS, NUMBER
from bbxl.xlsx.references import CellAddress

Compute = Callable[[], Vector]

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


class Part:
    """A part of formulas, which is computed once however often they repeat it.

    Attributes
    ----------
    changes : whether it depends on the inputs; if not, it is computed when it is made.
    uses : in how many places it stands.
    last : the last step in which it stands; then it is let go of.
    """

    def __init__(self, compute: Compute, changes: bool) -> None:
        self._compute, self.changes, self.uses = compute, changes, 0
        self.last: Step | None = None
        self._found = None if changes else compute()

    def __call__(self) -> Vector:
        if self._found is not None:
            return self._found
        found = self._compute()
        if self.uses > 1:
            self._found = found
        return found

    def forget(self) -> None:
        """Let go of what was found, where it depends on the inputs."""
        if self.changes:
            self._found = None


class Known(NamedTuple):
    """What the steps of a program share.

    Attributes
    ----------
    formulas : the formulas of the workbook.
    varying : the inputs, and the cells that depend on them.
    shown : what cells show.
    totals : running totals of columns.
    computed : the cells that the steps before show.
    parts : the parts of which they consist, by what these are made of.
    """

    formulas: Formulas
    varying: frozenset[CellAddress]
    shown: Shown
    totals: RunningTotals
    computed: set[CellAddress]
    parts: "dict[tuple[Any, ...], Part]"


class Step:
    """Formulas of one form, none of which depends on another.

    Parameters
    ----------
    cells : where they stand.
    trees : the formulas.
    known : what the steps of a program share.

    Attributes
    ----------
    ending : parts that no later step repeats.
    """

    def __init__(self, cells: Sequence[CellAddress], trees: Sequence[Tree], known: Known) -> None:
        self._cells, self._known = cells, known
        self._whole = self._part(trees)
        self._whole.uses += 1
        self.ending: list[Part] = []
        known.computed.update(cells)

    def compute(self) -> None:
        """Compute the formulas, and keep what they show."""
        self._known.shown.put(self._cells, _as_shown(self._whole()))
        for part in self.ending:
            part.forget()

    def _part(self, trees: Sequence[Tree], as_range: bool = False) -> Part:
        """The same part of each formula."""
        tree, kind = trees[0], trees[0]["node_type"]
        if kind == "Literal":
            return self._made((kind, repr(tree["value"])), lambda: constant(tree["value"]))
        if kind == "Error":
            return self._made((kind, tree["value"]), lambda: fault(ERROR_TEXTS[tree["value"]]))
        if kind == "Reference":
            return self._reference([self._area(each) for each in trees], as_range)
        if kind in ("Array", "Stack"):
            return self._array([each["rows"] for each in trees])
        name, _ = operation(tree)
        given = list(zip(*(operation(each)[1] for each in trees), strict=True))
        as_ranges = name in functions.OF_RANGES or name in REGISTRY
        parts = [self._part(each, as_ranges) for each in given]
        compute = _computing(name, parts, [each[0] for each in given])
        if name == "SUM" and len(given) == 1 and tree["args"][0]["node_type"] == "Reference":
            areas = [self._area(each) for each in given[0]]
            compute = self._known.totals.sums(areas, self._known.computed) or compute
        return self._made((name,), compute, parts)

    def _made(
        self,
        key: tuple[Any, ...],
        compute: Compute,
        parts: Sequence[Part] = (),
        changes: bool = False,
    ) -> Part:
        """A part that consists of others, the same for the same key and parts."""
        key = (*key, *parts)
        made = self._known.parts.get(key)
        if made is None:
            changes = changes or any(each.changes for each in parts)
            made = self._known.parts[key] = Part(compute, changes)
            for each in parts:
                each.uses += 1
        made.last = self
        return made

    def _reference(self, areas: Sequence[Area], as_range: bool) -> Part:
        """The cells to which each formula refers; once, where all refer to the same."""
        rows = self._known.shown.rows(areas)
        if rows.shape[:2] == (1, 1) and not as_range:
            rows = rows[0, 0]
        changes = any(not self._known.varying.isdisjoint(each.cells) for each in set(areas))
        compute = partial(self._known.shown.take, _as_slice(rows))
        different = areas if len(set(areas)) > 1 else areas[:1]
        return self._made((as_range, *different), compute, changes=changes)

    def _area(self, reference: Tree) -> Area:
        return self._known.formulas.area(reference["sheet"], reference["area"])

    def _array(self, arrays: Sequence[Sequence[Sequence[Tree]]]) -> Part:
        """An array: its elements, each in every formula."""
        parts = [self._part(each) for row in zip(*arrays, strict=True)
                 for each in zip(*row, strict=True)]  # fmt: skip
        rows, columns = len(arrays[0]), len(arrays[0][0])

        def compute() -> Vector:
            return assembled([each() for each in parts], rows, columns)

        return self._made((rows, columns), compute, parts)


def _computing(name: str, parts: Sequence[Part], given: Sequence[Tree]) -> Compute:
    """What computes a function or an operator."""
    if name in functions.LAZY:
        return partial(functions.LAZY[name], *parts)
    if name in REGISTRY:
        return _applied(partial(worksheet_functions.ask, name), parts)
    if name == COMPARE:
        return _applied(IN_15_DIGITS[given[0]["value"]], parts[1:])
    if name == EACH:
        return _applied(functions.FUNCTIONS[given[0]["value"]], parts[1:])
    if name == FIT and [each.get("value") for each in given[1:]] != [1, 1]:
        raise NotTogetherError
    if name == "TEXT" and not functions.text_format_is_known(str(given[1].get("value"))):
        raise NotTogetherError
    if name not in _OPERATIONS:
        raise NotTogetherError
    return _applied(_OPERATIONS[name], parts)


def _applied(operate: Function, parts: Sequence[Part]) -> Compute:
    return lambda: operate(*[part() for part in parts])


def _as_slice(rows: np.ndarray) -> np.ndarray | slice:
    """Rows that follow each other as a slice: it is a view, and not a copy."""
    follow = rows.ndim == 1 and (np.diff(rows) == 1).all()
    return slice(int(rows[0]), int(rows[-1]) + 1) if follow else rows


def _only(found: Vector) -> Vector:
    """The one cell of a range, or a single value; another range is left to the engine."""
    return single(found) if found.size in ((), (1, 1)) else UNKNOWN


def _as_shown(found: Vector) -> Vector:
    """A formula's result as its cell shows it: nothing as 0."""
    found = _only(found)
    if found.kind == EMPTY:
        return Vector(NUMBER, np.zeros(1))
    if found.kinds is not None and (found.kinds == EMPTY).any():
        kinds = np.where(found.kinds == EMPTY, NUMBER, found.kinds)
        return mixed(kinds, found.number, found.text)
    return found

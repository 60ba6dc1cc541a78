"""Arrays in formulas: how large a part of a formula is, and its elements.

The engine gives a function that takes single values an array as it is, and many then answer for
its first cell, or #VALUE!. Here such a call is written out, once for each element.
"""

from bbxl.engine.arguments import plain, signatures
from bbxl.engine.helpers import COMPARE, EACH, FIT, MATHS, ONE, TEXT_OF
from bbxl.engine.moving import located
from bbxl.engine.places import NotComputedError
from bbxl.engine.trees import (
    REFERENCE_OPERATORS,
    Tree,
    changed,
    error,
    function,
    literal,
    operands,
    stack,
)
from bbxl.xlsx.references import Bounds

Size = tuple[int, int] | None
"""Rows and columns; None where only computing tells them."""

MOST_ELEMENTS = 20_000
ELEMENTWISE = {"IF", "IFERROR", "IFNA", COMPARE, EACH, TEXT_OF}
"""Functions that the engine computes for each element of an array."""


def size(tree: Tree) -> Size:
    """How many rows and columns a part of a formula has."""
    kind = tree["node_type"]
    if kind in ("Literal", "Error", "Omitted"):
        return 1, 1
    if kind == "Reference":
        area = tree.get("area")
        return (area.bottom - area.top + 1, area.right - area.left + 1) if area else None
    if kind in ("Array", "Stack"):
        return len(tree["rows"]), len(tree["rows"][0])
    if kind == "Function":
        name = plain(tree["name"])
        signature = signatures().get(name)
        if name in ELEMENTWISE:
            return common(tree["args"])
        if name in (FIT, ONE):
            return 1, 1
        if name == "INDEX" and _is_of_one_cell(tree):
            return 1, 1
        return (1, 1) if signature and signature.answers == "value" else None
    if kind == "UnaryOp":
        if tree["operator"] == "@":
            return 1, 1
        return None if tree["operator"] == "#" else size(tree["operand"])
    if kind == "BinaryOp" and tree["operator"] not in REFERENCE_OPERATORS:
        return common([tree["left"], tree["right"]])
    return None


def common(trees: list[Tree]) -> Size:
    """The size of what is computed from parts, element by element."""
    rows = columns = 0
    for each in trees:
        of = size(each)
        if of is None:
            return None
        rows, columns = max(rows, of[0]), max(columns, of[1])
    return (rows, columns) if rows else None


def _is_of_one_cell(tree: Tree) -> bool:
    """Whether INDEX gives a single cell: both numbers are given, and neither is 0."""
    cells, *numbers = tree["args"]
    if any(each["node_type"] == "Omitted" or each.get("value") == 0 for each in numbers):
        return False
    if any(size(each) != (1, 1) for each in numbers):
        return False
    return len(numbers) > 1 or 1 in (size(cells) or ())


def element(tree: Tree, i: int, j: int) -> Tree:
    """An element of a part of a formula, by its row and column from 0.

    A single row or column is repeated; beyond a longer one stands #N/A.
    """
    of = size(tree)
    if of is None:
        raise NotComputedError("the size of an array in it is known only once it is computed")
    i, j = (0 if of[0] == 1 else i), (0 if of[1] == 1 else j)
    if i >= of[0] or j >= of[1]:
        return error("#N/A")
    kind = tree["node_type"]
    if kind == "Reference":
        area = tree["area"]
        row, column = area.top + i, area.left + j
        return located(tree["sheet"], Bounds(row, column, row, column), tree["moves"])
    if kind in ("Array", "Stack"):
        found: Tree = tree["rows"][i][j]
        return found
    if kind == "Function" and plain(tree["name"]) not in ELEMENTWISE:
        return tree
    return changed(tree, lambda part: element(part, i, j)) if operands(tree) else tree


def each_element(call: Tree, single: list[bool]) -> Tree:
    """A call with arrays where single values are taken, as an array of calls.

    Parameters
    ----------
    call : the call of a function.
    single : for each argument whether the function takes a single value there.
    """
    given = call["args"]
    of = common([each for each, is_single in zip(given, single, strict=True) if is_single])
    if of is None or of == (1, 1):
        return call
    name = plain(call["name"])
    if name in MATHS and (name != "ROUNDUP" or given[-1].get("value") == 0):
        return function(EACH, literal(name), *given)  # one call in place of one for each element
    if of[0] * of[1] > MOST_ELEMENTS:
        raise NotComputedError(f"{call['name']} is given more than {MOST_ELEMENTS:,} cells")

    def at(i: int, j: int) -> Tree:
        pairs = zip(given, single, strict=True)
        return {**call, "args": [element(e, i, j) if is_single else e for e, is_single in pairs]}

    return stack([[at(i, j) for j in range(of[1])] for i in range(of[0])])

"""Comparisons of numbers, and numbers in texts: Excel takes their first 15 digits.

The engine takes all 17, so both are rewritten where that can make a difference.
"""

from bbxl.engine.helpers import COMPARE, TEXT_OF, edges
from bbxl.engine.trees import Tree, function, literal

TEXTS = {"ADDRESS", "CHAR", "CLEAN", "CONCAT", "CONCATENATE", "DOLLAR", "FIXED", "FORMULATEXT",
         "LEFT", "LOWER", "MID", "PROPER", "REPLACE", "REPT", "RIGHT", "SUBSTITUTE", "TEXT",
         "TEXTJOIN", "TRIM", "UNICHAR", "UPPER"}  # fmt: skip
"""Functions whose answer is a text."""

WHOLE = {"AND", "COLUMN", "COLUMNS", "COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "COUNTIFS",
         "DAY", "EXACT", "ISBLANK", "ISERR", "ISERROR", "ISEVEN", "ISLOGICAL", "ISNA",
         "ISNONTEXT", "ISNUMBER", "ISODD", "ISTEXT", "LEN", "MATCH", "MONTH", "NOT", "OR", "ROW",
         "ROWS", "WEEKDAY", "XOR", "YEAR"}  # fmt: skip
"""Functions whose answer is a whole number or a boolean, so that it is exact."""

COMPARISONS = {"=", "<>", "<", ">", "<=", ">="}
_TURNED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def operation(tree: Tree) -> Tree:
    """A comparison or a joining of texts: both take numbers to 15 digits, the engine to 17."""
    left, right, operator = tree["left"], tree["right"], tree["operator"]
    if operator == "&":
        return {**tree, "left": as_text(left), "right": as_text(right)}
    if operator not in COMPARISONS or _is_exact(left, operator) or _is_exact(right, operator):
        return tree
    if _is_number(left) and not _is_number(right):
        left, right, operator = right, left, _TURNED[operator]
    if _is_number(right) and (operator not in ("=", "<>") or left["node_type"] == "Reference"):
        return _with_number(left, operator, right["value"])
    return function(COMPARE, literal(operator), left, right)


def _with_number(left: Tree, operator: str, number: float) -> Tree:
    """A comparison with a number, in which all numbers count that are equal to it in 15 digits."""
    low, high = edges(number)

    def against(sign: str) -> Tree:
        bound = literal(low if sign in ("<", ">=") else high)
        return {"node_type": "BinaryOp", "operator": sign, "left": left, "right": bound}

    if operator not in ("=", "<>"):
        return against(operator)
    one, other, joined = (">=", "<=", "*") if operator == "=" else ("<", ">", "+")
    both = {
        "node_type": "BinaryOp",
        "operator": joined,
        "left": against(one),
        "right": against(other),
    }
    return {"node_type": "BinaryOp", "operator": ">", "left": both, "right": literal(0.0)}


def _is_number(tree: Tree) -> bool:
    return tree["node_type"] == "Literal" and type(tree["value"]) is float


def as_text(tree: Tree) -> Tree:
    """A part of a formula whose number is to be a text."""
    is_text = tree["node_type"] == "Literal" and isinstance(tree["value"], str)
    is_text = is_text or tree["node_type"] in ("Error", "Omitted")
    if tree["node_type"] == "BinaryOp" and tree["operator"] == "&":
        is_text = True
    if tree["node_type"] == "Function":
        is_text = tree["name"] in TEXTS or tree["name"] == TEXT_OF
    return tree if is_text else function(TEXT_OF, tree)


def _is_exact(tree: Tree, operator: str) -> bool:
    """Whether the engine compares with it as Excel does: a plain text, a boolean, an error or 0."""
    if tree["node_type"] == "Literal":
        value = tree["value"]
        if isinstance(value, str):
            return value.isascii() and operator in ("=", "<>")
        return isinstance(value, bool) or value == 0
    if tree["node_type"] == "Function":
        return tree["name"] in WHOLE
    return tree["node_type"] in ("Error", "Omitted")

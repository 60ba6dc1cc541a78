"""Formulas as trees: read from text by the engine's parser, changed, and written as text again.

A tree is a dictionary with a `node_type`, as the parser gives it. Two types are our own: "Error"
for an error that stands in a formula, which the parser does not tell from a text, and "Stack" for
an array whose elements are formulas.
"""

import re
from collections.abc import Callable, Iterator
from operator import is_
from typing import Any, TypeAlias

import formualizer

from bbxl.xlsx.cells import ERROR_TEXTS

Tree: TypeAlias = dict[str, Any]
"""A formula, or a part of it."""

REFERENCE_OPERATORS = {":", ",", " "}
_INTERNAL = re.compile(r":? (at position \d+: )?TokenSpan \{.*|InvalidReference\(|\)$")
"""What the parser adds to a reason that is of use to its authors alone."""

_WIDEST_CALL = 200  # arguments in one call; the engine refuses more than 255


class FormulaSyntaxError(Exception):
    """A text that is no formula; its text says why."""


def parsed(formula: str) -> Tree:
    """The tree of a formula, with or without the sign of equality.

    Examples
    --------
    >>> parsed("=A1+1")["operator"]
    '+'
    """
    text = f"={formula.strip().removeprefix('=')}"
    try:
        tree: Tree = formualizer.parse(text).to_dict()
    except (formualizer.ParserError, formualizer.TokenizerError, RuntimeError) as error:
        reason = str(error).rpartition("ParserError ")[2]
        raise FormulaSyntaxError(_INTERNAL.sub("", reason)) from None
    if "#" in text:
        _mark_errors(tree, text)
    return tree


def _mark_errors(tree: Tree, text: str) -> None:
    """Make the literals that are errors known as such; the tokens tell them from texts."""
    are_errors = [
        str(token.subtype) == "Error"
        for token in formualizer.tokenize(text)
        if token and token.value.strip('"').replace('""', '"') in ERROR_TEXTS
    ]
    literals = [each for each in parts(tree) if each.get("value") in ERROR_TEXTS]
    for literal, is_error in zip(literals, are_errors, strict=False):
        if is_error:
            literal["node_type"] = "Error"


def operands(tree: Tree) -> list[Tree]:
    """The parts that a tree is made of, from left to right."""
    kind = tree["node_type"]
    if kind == "Function":
        return list(tree["args"])
    if kind == "BinaryOp":
        return [tree["left"], tree["right"]]
    if kind == "UnaryOp":
        return [tree["operand"]]
    if kind in ("Array", "Stack"):
        return [each for row in tree["rows"] for each in row]
    if kind == "Call":
        return [tree["callee"], *tree["args"]]
    return []


def parts(tree: Tree) -> Iterator[Tree]:
    """A tree and all its parts, from left to right."""
    left = [tree]
    while left:
        part = left.pop()
        yield part
        left += reversed(operands(part))


def changed(tree: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """A tree with each of its parts, one level down, changed; the same one where none does."""
    kind = tree["node_type"]
    if kind == "Function":
        args = [change(each) for each in tree["args"]]
        return tree if all(map(is_, args, tree["args"])) else {**tree, "args": args}
    if kind == "BinaryOp":
        left, right = change(tree["left"]), change(tree["right"])
        same = left is tree["left"] and right is tree["right"]
        return tree if same else {**tree, "left": left, "right": right}
    if kind == "UnaryOp":
        operand = change(tree["operand"])
        return tree if operand is tree["operand"] else {**tree, "operand": operand}
    if kind in ("Array", "Stack"):
        return {**tree, "rows": [[change(each) for each in row] for row in tree["rows"]]}
    if kind == "Call":
        callee = change(tree["callee"])
        return {**tree, "callee": callee, "args": [change(each) for each in tree["args"]]}
    return tree


def literal(value: float | str | bool) -> Tree:
    return {"node_type": "Literal", "value": value}


def error(text: str) -> Tree:
    return {"node_type": "Error", "value": text}


def reference(text: str) -> Tree:
    return {"node_type": "Reference", "reference": text}


def function(name: str, *given: Tree) -> Tree:
    return {"node_type": "Function", "name": name, "args": list(given)}


def stack(rows: list[list[Tree]]) -> Tree:
    """An array whose elements are formulas."""
    return {"node_type": "Stack", "rows": rows}


def written(tree: Tree) -> str:
    """The text of a tree, without the sign of equality.

    Operations stand in brackets wherever they are parts of others, so that no order is left to be
    read out of the text.

    Examples
    --------
    >>> written(parsed("=-2^2+SUM(A1:A3,,1)&TRUE"))
    '(((-2)^2)+SUM(A1:A3,,1))&TRUE'
    """
    kind = tree["node_type"]
    if kind == "Literal":
        return _literal_text(tree["value"])
    if kind == "Error":
        return str(tree["value"])
    if kind == "Reference":
        return str(tree["reference"])
    if kind == "Omitted":
        return ""
    if kind == "Function":
        return f"{tree['name']}({','.join(map(written, tree['args']))})"
    if kind == "BinaryOp":
        text = f"{_inner(tree['left'])}{tree['operator']}{_inner(tree['right'])}"
        return (
            f"({text})" if tree["operator"] == "," else text
        )  # in a call, a comma ends an argument
    if kind == "UnaryOp":
        operand = _inner(tree["operand"])
        after = tree["operator"] in "%#"
        return f"{operand}{tree['operator']}" if after else f"{tree['operator']}{operand}"
    if kind == "Array" or (kind == "Stack" and _is_constant(tree)):
        return "{" + ";".join(",".join(map(written, row)) for row in tree["rows"]) + "}"
    if kind == "Stack":
        return _stacked("VSTACK", [_stacked("HSTACK", list(map(written, r))) for r in tree["rows"]])
    given = ",".join(map(written, tree["args"]))
    return f"{_inner(tree['callee'])}({given})"


def _is_constant(tree: Tree) -> bool:
    return all(each["node_type"] == "Literal" for row in tree["rows"] for each in row)


def _inner(tree: Tree) -> str:
    text = written(tree)
    if tree["node_type"] == "BinaryOp" and tree["operator"] != ",":
        return f"({text})"
    return f"({text})" if tree["node_type"] == "UnaryOp" and tree["operator"] != "#" else text


def _literal_text(value: float | str | bool) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return repr(value).removesuffix(".0")


def _stacked(name: str, texts: list[str]) -> str:
    while len(texts) > 1:
        groups = range(0, len(texts), _WIDEST_CALL)
        texts = [f"{name}({','.join(texts[i : i + _WIDEST_CALL])})" for i in groups]
    return texts[0]

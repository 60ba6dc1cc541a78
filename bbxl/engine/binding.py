"""LET and LAMBDA, which give names to values."""

from bbxl.engine.arguments import plain
from bbxl.engine.places import NotComputedError
from bbxl.engine.trees import Tree, function

BINDING = {"LET", "LAMBDA"}
"""Functions that give names to values."""


def variables(tree: Tree) -> list[str]:
    """The names that LET or LAMBDA gives."""
    return [tree["args"][i]["reference"] for i in sorted(places_of_variables(tree))]


def places_of_variables(tree: Tree) -> set[int]:
    """Which arguments of LET or LAMBDA are names."""
    count = len(tree["args"]) - 1
    places = range(0, count, 2) if plain(tree["name"]) == "LET" else range(count)
    if any(tree["args"][i]["node_type"] != "Reference" for i in places):
        raise NotComputedError(f"{plain(tree['name'])} with a name that is none")
    return set(places)


def called(tree: Tree) -> Tree:
    """The call of a LAMBDA as it stands, as LET."""
    callee, given = tree["callee"], tree["args"]
    if callee["node_type"] != "Function" or plain(callee["name"]) != "LAMBDA":
        raise NotComputedError("what is called is no LAMBDA")
    *names, body = callee["args"]
    if len(names) != len(given):
        raise NotComputedError("a LAMBDA is given too few or too many values")
    pairs = [each for pair in zip(names, given, strict=True) for each in pair]
    return function("LET", *pairs, body)

"""The form in which a file holds a formula with functions that are younger than Excel 2010.

Their names have the prefix _xlfn., some _xlfn._xlws.; variables of LET and LAMBDA have _xlpm.,
and optional parameters _xlop. where they are declared.
"""

import re

PREFIXED = frozenset({
    "BYCOL", "BYROW", "CHOOSECOLS", "CHOOSEROWS", "DROP", "EXPAND", "HSTACK", "IFNA", "ISOMITTED",
    "LAMBDA", "LET", "MAKEARRAY", "MAP", "REDUCE", "SCAN", "SEQUENCE", "SORTBY", "TAKE",
    "TEXTJOIN", "TEXTSPLIT", "TOCOL", "TOROW", "UNICHAR", "UNIQUE", "VSTACK", "WRAPROWS", "XMATCH",
})  # fmt: skip
"""Functions with the prefix _xlfn., of those that the formulas here use."""

_WORKSHEET = frozenset({"FILTER", "SORT"})  # with the prefix _xlfn._xlws.
_TOKEN = re.compile(
    r""""(?:[^"]|"")*"|\#[A-Z0-9/]+[!?]?|[A-Za-z_][\w.]*|[0-9]+(?:\.[0-9]*)?(?:E[+-]?[0-9]+)?|\s+|.""",
    re.DOTALL,
)
_NAME = re.compile(r"[A-Za-z_]\w*")


def tokens(formula: str) -> list[str]:
    """The parts of a formula, without the blanks between them."""
    return [each for each in _TOKEN.findall(formula) if not each.isspace()]


def typed(formula: str) -> str:
    """A formula as a person would see it, without blanks."""
    return "".join(tokens(formula))


def stored(formula: str) -> str:
    """A formula as a file has it.

    Examples
    --------
    >>> stored("LAMBDA(x, [y], IF(ISOMITTED(y), x, x + y))")
    '_xlfn.LAMBDA(_xlpm.x,_xlop.y,IF(_xlfn.ISOMITTED(_xlpm.y),_xlpm.x,_xlpm.x+_xlpm.y))'
    """
    parts = tokens(formula)
    variables = declared(parts)
    written = []
    for before, part, after in zip(["", *parts], parts, [*parts[1:], ""], strict=False):
        if part in "[]":
            continue
        if part in variables:
            written.append(("_xlop." if (before, after) == ("[", "]") else "_xlpm.") + part)
        elif after == "(" and part in _WORKSHEET:
            written.append(f"_xlfn._xlws.{part}")
        else:
            written.append(f"_xlfn.{part}" if after == "(" and part in PREFIXED else part)
    return "".join(written)


def declared(parts: list[str]) -> set[str]:
    """The variables that LET and LAMBDA declare in a formula, given as its tokens."""
    found = set()
    around: list[tuple[str, int]] = []  # the functions around, and which argument of each
    for i, part in enumerate(parts):
        before, after = parts[i - 1] if i else "", parts[i + 1] if i + 1 < len(parts) else ""
        if part in ("(", "{"):
            around.append((before if part == "(" else "", 0))
        elif part in (")", "}"):
            around.pop()
        elif part == "," and around:
            around[-1] = around[-1][0], around[-1][1] + 1
        elif _NAME.fullmatch(part) and around:
            function, argument = around[-1]
            optional = function == "LAMBDA" and (before, after) == ("[", "]")
            first = before in ("(", ",") and after == ","
            if optional or (
                first and (function == "LAMBDA" or (function, argument % 2) == ("LET", 0))
            ):
                found.add(part)
    return found

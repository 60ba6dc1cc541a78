"""Calls of functions put otherwise, so that the engine answers as Excel does; or refused.

Some functions leave out hidden rows, which the engine does not know of. Of some it gets a case
wrong.
"""

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from bbxl.engine.arrays import element, size
from bbxl.engine.asking import Facts
from bbxl.engine.helpers import ADDRESS_OF, CRITERION, FORMAT, TEXT_OF, is_known_format
from bbxl.engine.moving import located
from bbxl.engine.places import NotComputedError
from bbxl.engine.trees import Tree, error, function, literal
from bbxl.xlsx.references import LAST_COLUMN, LAST_ROW, Bounds

TAKE_TEXTS: Mapping[str, frozenset[int]] = {
    name: frozenset(places)
    for name, places in {
        "CLEAN": (0,), "CODE": (0,), "CONCAT": range(254), "CONCATENATE": range(254),
        "EXACT": (0, 1), "FIND": (0, 1), "LEFT": (0,), "LEN": (0,), "LOWER": (0,), "MID": (0,),
        "PROPER": (0,), "REPLACE": (0, 3), "REPT": (0,), "RIGHT": (0,), "SEARCH": (0, 1),
        "SUBSTITUTE": (0, 1, 2), "TEXTJOIN": range(2, 254), "TRIM": (0,), "UNICODE": (0,),
        "UPPER": (0,),
    }.items()
}  # fmt: skip
"""Name of a function -> its arguments that are taken as texts."""

_DEFAULTS = {"LINEST": {2: True}, "LOGEST": {2: True}, "TREND": {3: True}, "GROWTH": {3: True}}
"""Name of a function -> arguments that are not 0 where they are left empty between commas."""

_CUT = {"CHISQ.DIST": {1}, "CHISQ.DIST.RT": {1}, "CHISQ.INV": {1}, "CHISQ.INV.RT": {1},
        "CHIDIST": {1}, "CHIINV": {1}, "T.DIST": {1}, "T.DIST.2T": {1}, "T.DIST.RT": {1},
        "T.INV": {1}, "T.INV.2T": {1}, "TDIST": {1}, "TINV": {1}, "F.DIST": {1, 2},
        "F.DIST.RT": {1, 2}, "F.INV": {1, 2}, "F.INV.RT": {1, 2}, "FDIST": {1, 2},
        "FINV": {1, 2}}  # fmt: skip
"""Name of a distribution -> arguments whose fraction is cut off: degrees of freedom."""

_NUMBERS_ONLY = {
    "AVERAGE",
    "AVERAGEA",
    "MAX",
    "MAXA",
    "MIN",
    "MINA",
    "PRODUCT",
    "STDEV",
    "STDEV.P",
    "STDEV.S",
    "STDEVP",
    "SUM",
    "SUMSQ",
    "VAR",
    "VAR.P",
    "VAR.S",
    "VARP",
}
"""Functions that give #VALUE! for a text that stands in the formula and is no number."""

_HIDDEN_TOO = range(101, 112)  # numbers of SUBTOTAL's functions that leave out hidden rows
_AGGREGATE_SKIPS = {1, 3, 5, 7}  # options of AGGREGATE that leave out hidden rows


def mended(tree: Tree, cell: Any, facts: Facts) -> Tree:
    """A call, its arguments rewritten, so that the engine answers as Excel does.

    Raises
    ------
    NotComputedError : it would answer otherwise.
    """
    name, given = tree["name"], list(tree["args"])
    for place, value in _DEFAULTS.get(name, {}).items():
        if len(given) > place and given[place]["node_type"] == "Omitted":
            given[place] = literal(value)
    for place in _CUT.get(name, ()):
        if len(given) > place:
            given[place] = function("TRUNC", given[place])
    _refuse_known(name, given)
    if name in ("N", "T") and given and size(given[0]) not in (None, (1, 1)):
        given[0] = element(given[0], 0, 0)
    if name == "INDIRECT":
        return _indirect(given, cell)
    if name == "TEXT" and len(given) == 2:
        if given[1].get("value") == "@":
            return function(TEXT_OF, given[0])
        given[1] = _checked_format(given[1])
    if name in ("COUNTIF", "COUNTIFS"):
        for place in range(0, len(given) - 1, 2):
            if _is_whole(given[place]):
                given[place + 1] = function(CRITERION, given[place + 1])
    if name in _NUMBERS_ONLY and any(map(_is_no_number, given)):
        return error("#VALUE!")
    if name in ("SUBTOTAL", "AGGREGATE"):
        given = _of_visible_rows(name, given, facts)
    return {**tree, "args": given}


def _refuse_known(name: str, given: list[Tree]) -> None:
    """NotComputedError where the engine is known to answer otherwise than Excel."""
    always, right_only, most = _refused()
    if name in always or len(given) > most.get(name, len(given)):
        raise NotComputedError(f"the function {name} is not computed here as in Excel")
    for place, values in right_only.get(name, {}).items():
        part = given[int(place) - 1] if len(given) >= int(place) else None
        if part and part["node_type"] != "Omitted" and part.get("value") not in values:
            raise NotComputedError(f"{name} with its argument {place} is not computed here")


@cache
def _refused() -> tuple[frozenset[str], dict[str, dict[str, Any]], dict[str, int]]:
    text = files("bbxl.engine").joinpath("refused.toml").read_text("utf-8")
    found = tomllib.loads(text)
    always = frozenset(found["always"]["names"].split())
    return always, found["right_only"], found["most_arguments"]


def _checked_format(tree: Tree) -> Tree:
    """The format of TEXT; refused now or, where it is computed, then."""
    if tree["node_type"] != "Literal":
        return function(FORMAT, tree)
    if isinstance(tree["value"], str) and not is_known_format(tree["value"]):
        raise NotComputedError(f"TEXT in the format {tree['value']} is not computed here")
    return tree


def _is_whole(tree: Tree) -> bool:
    """Whether a range is whole rows or columns, of which the engine looks at those in use."""
    area = tree.get("area")
    return area is not None and (area.bottom == LAST_ROW or area.right == LAST_COLUMN)


def _is_no_number(tree: Tree) -> bool:
    """Whether a part of a formula is a text that is no number."""
    value = tree.get("value")
    if tree["node_type"] != "Literal" or not isinstance(value, str):
        return False
    try:
        return not math.isfinite(float(value))
    except ValueError:
        return True


def _indirect(given: list[Tree], cell: Any) -> Tree:
    """INDIRECT, of which the engine knows no names, and no references in the style of R1C1."""
    if len(given) > 1 and given[1].get("value") is not True:
        raise NotComputedError("INDIRECT with a reference in the style of R1C1")
    row, column = map(float, cell.at)
    place = [literal(cell.sheet), literal(row), literal(column)]
    return function("INDIRECT", function(ADDRESS_OF, given[0], *place))


def _of_visible_rows(name: str, given: list[Tree], facts: Facts) -> list[Tree]:
    """The arguments of SUBTOTAL or AGGREGATE without the rows that it leaves out."""
    first = 1 if name == "SUBTOTAL" else 2
    code = given[first - 1].get("value") if len(given) >= first else None
    if not any(facts.hidden.values()):
        return given
    if not isinstance(code, float):
        raise NotComputedError(f"{name} over hidden rows, its first number computed")
    everything = code in _HIDDEN_TOO if name == "SUBTOTAL" else code in _AGGREGATE_SKIPS
    hidden = facts.hidden if everything or name == "AGGREGATE" else facts.filtered
    if name == "AGGREGATE" and not everything:
        return given
    kept: list[Tree] = given[:first]
    for each in given[first:]:
        area = each.get("area")
        rows = hidden.get(each.get("sheet", ""), frozenset()) if area else frozenset()
        if area is None:
            raise NotComputedError(
                f"{name} of a range that only computing tells, in a workbook with hidden rows"
            )
        kept += _visible(each, rows)
    return kept


def _visible(of: Tree, rows: frozenset[int]) -> list[Tree]:
    """A range without some rows, as the ranges between them."""
    area = of["area"]
    found, top = [], area.top
    for row in sorted(each for each in rows if area.top <= each <= area.bottom):
        if row > top:
            found.append(located(of["sheet"], Bounds(top, area.left, row - 1, area.right)))
        top = row + 1
    if top <= area.bottom:
        found.append(located(of["sheet"], Bounds(top, area.left, area.bottom, area.right)))
    if not found:
        raise NotComputedError("all rows of a range are hidden, and SUBTOTAL leaves them out")
    return found

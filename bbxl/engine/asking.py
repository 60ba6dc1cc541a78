"""Functions that ask about references and not about values: ROW, ISFORMULA and others.

They are answered before anything is computed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bbxl.engine.arrays import MOST_ELEMENTS
from bbxl.engine.places import NotComputedError
from bbxl.engine.trees import Tree, error, literal, stack
from bbxl.xlsx.references import Position


@dataclass(frozen=True)
class Facts:
    """What is known of a workbook's cells before anything is computed.

    Attributes
    ----------
    sheets : the names of its sheets, in their order.
    formula : the text of a cell's formula, without the sign of equality; None for none.
    hidden : sheet -> rows that are hidden.
    filtered : sheet -> those of them that a filter hides.
    """

    sheets: list[str] = field(default_factory=list)
    formula: Callable[[str, Position], str | None] = lambda sheet, at: None
    hidden: Mapping[str, frozenset[int]] = field(default_factory=dict)
    filtered: Mapping[str, frozenset[int]] = field(default_factory=dict)


def fixed(tree: Tree, cell: Any, facts: Facts, meaning: Callable[[Tree], Tree]) -> Tree | None:
    """The answer of a call that asks about references and not about values; None for another.

    Parameters
    ----------
    tree : the call.
    cell : where it stands.
    meaning : what a reference in it means.
    """
    name, given = tree["name"], tree["args"]
    if name in ("ROW", "COLUMN") and not given:
        return literal(float(cell.at[name == "COLUMN"]))
    if name == "SHEETS" and not given:
        return literal(float(len(facts.sheets)))
    if name == "SHEET" and not given:
        return literal(facts.sheets.index(cell.sheet) + 1.0)
    if name == "ANCHORARRAY" and len(given) == 1:
        return {"node_type": "UnaryOp", "operator": "#", "operand": meaning(given[0])}
    if name not in _ASKING or len(given) != 1:
        return None
    of = meaning(given[0])
    if of["node_type"] == "Error":
        return of
    if "area" not in of:
        in_array = cell.base == "A" and name in ("ROW", "COLUMN")
        if in_array or name in ("ISFORMULA", "FORMULATEXT"):
            raise NotComputedError(f"{name} of a range that only computing tells")
        return None
    return _ASKING[name](of, cell, facts)


def _numbers(first: int, last: int, in_array: bool, down: bool) -> Tree:
    """ROW or COLUMN of a range: its first number, or all of them in an array formula."""
    if not in_array or first == last:
        return literal(float(first))
    if last - first >= MOST_ELEMENTS:
        raise NotComputedError(f"an array of more than {MOST_ELEMENTS:,} numbers is not computed")
    numbers = [literal(float(each)) for each in range(first, last + 1)]
    return stack([[each] for each in numbers] if down else [numbers])


def _formula_text(of: Tree, cell: Any, facts: Facts) -> Tree:
    text = facts.formula(of["sheet"], of["area"].first)
    if text is None:
        return error("#N/A")
    return literal("=" + re.sub(r"_xlfn\.(_xlws\.)?|_xlpm\.", "", text))


_ASKING: dict[str, Callable[[Tree, Any, Facts], Tree]] = {
    "ROW": lambda of, cell, _: _numbers(of["area"].top, of["area"].bottom, cell.base == "A", True),
    "COLUMN": lambda of, cell, _: _numbers(
        of["area"].left, of["area"].right, cell.base == "A", False
    ),
    "ROWS": lambda of, *_: literal(float(of["area"].bottom - of["area"].top + 1)),
    "COLUMNS": lambda of, *_: literal(float(of["area"].right - of["area"].left + 1)),
    "ISFORMULA": lambda of, _, facts: literal(
        facts.formula(of["sheet"], of["area"].first) is not None
    ),
    "FORMULATEXT": _formula_text,
    "SHEET": lambda of, _, facts: literal(facts.sheets.index(of["sheet"]) + 1.0),
    "AREAS": lambda *_: literal(1.0),
    "ISREF": lambda *_: literal(True),
}
"""Functions that ask about a reference -> what answers them."""

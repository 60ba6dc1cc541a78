"""Labels: what a person reads beside an input, as a name for it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import takewhile

from bbxl.errors import UserError, did_you_mean
from bbxl.xlsx.cells import CellValue
from bbxl.xlsx.references import CellAddress, folded


@dataclass(frozen=True)
class Labels:
    """The names of cells, and label in words -> the names of the cells beside it."""

    names: list[str]
    labelled: dict[str, list[str]]


def labels(
    named: Mapping[str, CellAddress], constant: Callable[[CellAddress], CellValue]
) -> Labels:
    """The labels of cells: the first text of the row.

    Where there are several, such as approach_1_swing and approach_2_swing beside the label "Move",
    each has a label of its own, too: "approach 1 move". Where one name is the beginning of all, as
    of months and months_low beside the label "Horizon", it has the label, and the others are
    "Horizon low" and the like.

    Parameters
    ----------
    named : name -> its cell.
    constant : gives what a cell holds, None where it is a formula.
    """
    found: dict[str, list[str]] = {}
    for name, (sheet, (row, column)) in named.items():
        before = (constant((sheet, (row, each))) for each in range(1, column))
        label = next((_words(each) for each in before if isinstance(each, str)), "")
        found.setdefault(label, []).append(name)
    found.pop("", None)
    for label, names in [each for each in found.items() if len(each[1]) > 1]:
        base = min(names, key=len)
        if all(name.startswith(base) for name in names):
            found |= {_words(f"{label} {name.removeprefix(base)}"): [name] for name in names}
            continue
        endings = zip(*(name[::-1] for name in names), strict=False)
        same = sum(1 for _ in takewhile(lambda letters: len(set(letters)) == 1, endings))
        for name in names:
            found.setdefault(_words(f"{name[: len(name) - same]} {label}"), [name])
    return Labels(list(named), found)


def labelled(column: str, known: Labels, where: str) -> str:
    """The name of the only cell that has a label.

    Raises
    ------
    UserError : there is none, or there are several.
    """
    found = known.labelled.get(_words(column), [])
    if len(found) > 1:
        raise UserError(
            f"{column} stands beside {len(found)} inputs of {where}; name one of them, "
            f"such as {found[0]}"
        )
    if not found:
        names = f"; bbxl inputs {where} lists them, and text of your own goes into a column note"
        raise UserError(
            f"{where} has no input named {column}{did_you_mean(column, known.names) or names}"
        )
    return found[0]


def _words(text: str) -> str:
    """The letters and figures of a label alone, in lower case."""
    return "_".join(re.findall(r"[^\W_]+", folded(text)))

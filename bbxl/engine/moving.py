"""References that say which cells they are, and how they move with the cell of their formula."""

import re

from openpyxl.utils.cell import column_index_from_string, get_column_letter, quote_sheetname

from bbxl.engine.trees import Tree, changed, parts, reference
from bbxl.xlsx.references import LAST_COLUMN, LAST_ROW, Bounds

AREA = re.compile(
    r"\$?[A-Z]{1,3}\$?\d{1,7}(:\$?[A-Z]{1,3}\$?\d{1,7})?|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|\$?\d+:\$?\d+",
    re.IGNORECASE,
)
_CORNER = re.compile(r"(\$?)([A-Z]{1,3})?(\$?)(\d+)?", re.IGNORECASE)

Moves = tuple[bool, bool] | None
"""Whether a reference moves down and to the right with its cell; None where neither will do."""


def located(sheet: str, area: Bounds, moves: Moves = None) -> Tree:
    """The reference to a range, from wherever it stands.

    Examples
    --------
    >>> located("Plan & Co", Bounds(2, 1, 4, 1))["reference"]
    "'Plan & Co'!$A$2:$A$4"
    """
    corners = [
        f"${get_column_letter(column)}${row}"
        for row, column in ((area.top, area.left), (area.bottom, area.right))
    ]
    text = corners[0] if area.size == 1 else ":".join(corners)
    if (area.top, area.bottom) == (1, LAST_ROW):
        text = f"${get_column_letter(area.left)}:${get_column_letter(area.right)}"
    elif (area.left, area.right) == (1, LAST_COLUMN):
        text = f"${area.top}:${area.bottom}"
    return {**reference(f"{quote_sheetname(sheet)}!{text}"), "sheet": sheet, "area": area,
            "moves": moves}  # fmt: skip


def moves(text: str) -> Moves:
    """Whether a reference moves; of one whose corners do not alike, its size changes."""
    found = set()
    for to_column, column, to_row, row in _CORNER.findall(text):
        fixed = to_row if column else to_column  # of a whole row, its dollar sign comes first
        if row or column:
            found.add((bool(row and not fixed), bool(column and not to_column)))
    return found.pop() if len(found) == 1 else None


def follows(tree: Tree) -> bool:
    """Whether all that a formula refers to can move with its cell."""
    return all("area" not in each or each["moves"] for each in parts(tree))


def followed(tree: Tree, rows: int, columns: int) -> Tree | None:
    """A formula whose references are cells, as it stands further down and to the right.

    It is None where one would leave the sheet: in Excel that one goes on at the other side.
    """
    try:
        return _followed(tree, rows, columns)
    except _LeftError:
        return None


class _LeftError(Exception):
    """A reference would leave its sheet."""


def _followed(tree: Tree, rows: int, columns: int) -> Tree:
    if tree["node_type"] != "Reference":
        return changed(tree, lambda part: _followed(part, rows, columns))
    if "area" not in tree:
        return tree
    down, right = (n if moves else 0 for n, moves in zip((rows, columns), tree["moves"],
                                                         strict=True))  # fmt: skip
    if not down and not right:
        return tree
    top, left, bottom, last = tree["area"]
    area = Bounds(top + down, left + right, bottom + down, last + right)
    if area.top < 1 or area.left < 1 or area.bottom > LAST_ROW or area.right > LAST_COLUMN:
        raise _LeftError
    return located(tree["sheet"], area, tree["moves"])


def moved(tree: Tree, rows: int, columns: int) -> Tree:
    """A formula as it stands in a cell that is further down and to the right.

    Beyond the sheet's last row or column it goes on at the first, as in Excel.
    """
    if tree["node_type"] != "Reference":
        return changed(tree, lambda part: moved(part, rows, columns))
    on, mark, area = tree["reference"].rpartition("!")
    if not AREA.fullmatch(area):
        return tree

    def corner(match: re.Match[str]) -> str:
        to_column, column, to_row, row = match.groups()
        if column and not to_column:
            at = (column_index_from_string(column) - 1 + columns) % LAST_COLUMN + 1
            column = get_column_letter(at)
        if row and not to_row and not (column is None and to_column):
            row = str((int(row) - 1 + rows) % LAST_ROW + 1)
        return f"{to_column}{column or ''}{to_row}{row or ''}"

    return reference(f"{on}{mark}{_CORNER.sub(corner, area)}")

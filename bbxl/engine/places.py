"""What a reference in a formula means: cells, a defined name, a part of a table.

The engine is given cells alone. So names and tables mean here what they mean in Excel, whatever
the engine knows of them: sheets' own names, names that are formulas, names and columns that move
with the cell.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from bbxl.engine.moving import AREA, located, moved, moves
from bbxl.engine.trees import FormulaSyntaxError, Tree, changed, error, parsed
from bbxl.xlsx.package import Package, TableRange
from bbxl.xlsx.references import Bounds, Position, bounds, folded

_DEEPEST = 20  # names that refer to names
_ELSEWHERE = re.compile(r"'?(.*\\)?\[[^]]+\]")  # how a reference to another file begins


class NotComputedError(Exception):
    """A formula that is not computed here; its text says why."""


class Table(NamedTuple):
    """A table, and the sheet that it is on."""

    sheet: str
    range: TableRange


class Places:
    """What references mean in a workbook.

    Parameters
    ----------
    sheets : names of its sheets, in their order.
    package : the workbook, for its names and tables; none in an empty one.
    """

    def __init__(self, sheets: Iterable[str], package: Package | None = None) -> None:
        self.sheets = list(sheets)
        self._of = {folded(each): each for each in self.sheets}
        self._package = package
        self._cells: dict[tuple[str, str], Tree] = {}  # what was found: most stand in many formulas

    @cached_property
    def _names(self) -> Mapping[tuple[str | None, str], str]:
        names = self._package.names() if self._package else []
        return {(each.scope and folded(each.scope), folded(each.name)): each.reference
                for each in names}  # fmt: skip

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """Name of each table in lower case -> the table."""
        package = self._package
        return {
            folded(table.name): Table(sheet, table)
            for sheet, part in (package.sheets() if package else {}).items()
            for table in (package.tables(part) if package else ())
        }

    def meant(self, tree: Tree, sheet: str, at: Position, depth: int = 0) -> Tree:
        """What a reference in a cell means: a range of cells, a name's formula, or an error.

        A name that is not there stays as it is: a variable of LET, or #NAME?.

        Raises
        ------
        NotComputedError : it means cells of another file, or of several sheets.
        """
        text = tree["reference"]
        if (sheet, text) in self._cells:
            return self._cells[sheet, text]
        if depth > _DEEPEST:
            raise NotComputedError(f"the name {text} refers to itself")
        text = text.removeprefix("[0]!")  # the file itself
        if "[" in text and "!" not in text:
            return self._of_table(text, sheet, at)
        if _ELSEWHERE.match(text):
            raise NotComputedError(f"{text} is in another file")
        on, mark, rest = text.rpartition("!")
        if mark and _unquoted(on) is None:
            raise NotComputedError(f"{text} refers to several sheets")
        of = self._of.get(folded(_unquoted(on) or "")) if on else sheet
        if AREA.fullmatch(rest):
            area = bounds(rest)
            if of is None or area is None:
                return error("#REF!")
            found = located(of, area, moves(rest))
            return self._cells.setdefault((sheet, tree["reference"]), found)
        return self._named(tree, of if on else None, rest, sheet, at, depth)

    def _named(self, tree: Tree, on: str | None, name: str, sheet: str, at: Position,
               depth: int) -> Tree:  # fmt: skip
        """The formula that a name stands for."""
        key = folded(name)
        found = self._names.get((folded(on or sheet), key))
        if found is None:
            found = self._names.get((None, key))
        if found is None:
            table = self.tables.get(key)
            return self._of_table(f"{name}[]", sheet, at) if table else tree
        try:
            meaning = parsed(found)
        except FormulaSyntaxError:
            raise NotComputedError(f"the name {name} cannot be read: {found}") from None
        if "Reference" in str(meaning):
            meaning = moved(meaning, at[0] - 1, at[1] - 1)
        return self.resolved(meaning, on or sheet, at, depth + 1)

    def resolved(self, tree: Tree, sheet: str, at: Position, depth: int = 0) -> Tree:
        """A formula with what all of its references mean."""
        if tree["node_type"] == "Reference" and "area" not in tree:
            return self.meant(tree, sheet, at, depth)
        return changed(tree, lambda part: self.resolved(part, sheet, at, depth))

    def across(self, text: str) -> list[Tree] | None:
        """The ranges of a reference to several sheets, such as Jan:Mar!A1, or None."""
        on, mark, rest = text.rpartition("!")
        first, colon, last = on.strip("'").replace("''", "'").partition(":")
        area = bounds(rest)
        ends = [self._of.get(folded(each)) for each in (first, last)]
        if not mark or not colon or area is None or None in ends:
            return None
        places = sorted(self.sheets.index(each) for each in ends if each)
        return [located(each, area) for each in self.sheets[places[0] : places[1] + 1]]

    def _around(self, sheet: str, at: Position) -> Table | None:
        """The table that a cell is in."""
        for table in self.tables.values():
            area = bounds(table.range.reference)
            inside = area and area.top <= at[0] <= area.bottom and area.left <= at[1] <= area.right
            if table.sheet == sheet and inside:
                return table
        return None

    def text_address(self, text: str, sheet: str, at: Position) -> str | None:
        """The reference that a text stands for in INDIRECT; None where it is none."""
        try:
            meant = self.resolved(parsed(text), sheet, at) if text.strip() else error("#REF!")
        except FormulaSyntaxError:
            return None
        return meant["reference"] if "area" in meant else None

    def _of_table(self, text: str, sheet: str, at: Position) -> Tree:
        """What a structured reference means, such as Sales[[#This Row],[Price]]."""
        name, _, inside = text.partition("[")
        table = self.tables.get(folded(name)) if name else self._around(sheet, at)
        if table is None:
            return error("#REF!")
        items, columns = _items_and_columns(f"[{inside}")
        area = bounds(table.range.reference)
        assert area  # since tables() reads it strictly
        headers = [folded(each) for each in table.range.headers]
        if any(folded(each) not in headers for each in columns):
            return error("#REF!")
        places = [headers.index(folded(each)) for each in columns] or [0, len(headers) - 1]
        left, right = area.left + min(places), area.left + max(places)
        first = area.top + table.range.header_row
        last = area.bottom - table.range.totals_row
        rows: list[tuple[int, int]] = []
        for item in items or ["#data"]:
            if item == "#this row":
                if sheet != table.sheet or not first <= at[0] <= last:
                    return error("#VALUE!")
                rows.append((at[0], at[0]))
            elif item == "#headers" and table.range.header_row:
                rows.append((area.top, area.top))
            elif item == "#totals" and table.range.totals_row:
                rows.append((area.bottom, area.bottom))
            elif item == "#all":
                rows.append((area.top, area.bottom))
            elif item == "#data":
                rows.append((first, last))
        if not rows:
            return error("#REF!")
        top, bottom = min(each[0] for each in rows), max(each[1] for each in rows)
        return located(table.sheet, Bounds(top, left, bottom, right))


def _unquoted(sheet: str) -> str | None:
    """The name of a sheet as a reference has it; None where it is several sheets."""
    if sheet.startswith("'") and sheet.endswith("'") and len(sheet) > 1:
        sheet = sheet[1:-1].replace("''", "'")
    return None if ":" in sheet else sheet


_PIECE = re.compile(r"\[((?:'.|[^\]\['])*)\]|(@)|(:)|(,)|\s+")


def _items_and_columns(inside: str) -> tuple[list[str], list[str]]:
    """The items, such as "#this row", and the columns between the brackets of a reference."""
    text = inside.strip()
    single = re.fullmatch(r"\[((?:'.|[^\]\['])*)\]", text)
    pieces = [single[1]] if single else []
    if not single:
        core = text[1:-1]
        if core.startswith("@") and not core.startswith("@["):
            core = f"@[{core[1:]}]" if core[1:] else "@"
        for match in _PIECE.finditer(core):
            if match[2]:
                pieces.append("#This Row")
            elif match[1] is not None:
                pieces.append(match[1])
    elif single[1].startswith("@"):
        pieces = ["#This Row", *([single[1][1:]] if single[1][1:] else [])]
    items = [folded(each.strip()) for each in pieces if each.strip().startswith("#")]
    columns = [re.sub(r"'(.)", r"\1", each) for each in pieces if not each.strip().startswith("#")]
    return items, [each for each in columns if each.strip()]

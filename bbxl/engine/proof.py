"""Proof that the engine computes a workbook as the program did that saved it.

All formulas are computed at the workbook's own inputs, and compared with the values that the file
stores beside them. Left out are those that depend on the time or on chance.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from functools import cache

from bbxl.engine import second
from bbxl.engine.dependencies import Dependencies
from bbxl.engine.helpers import same
from bbxl.engine.trees import parts
from bbxl.engine.workbook import Workbook
from bbxl.errors import UserError
from bbxl.worksheet import REGISTRY
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.cells import CellValue, ExcelError, value_xml
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import CellAddress, full_address
from bbxl.xlsx.values import stored_value

FILE = "the file"
MOST_TOLD = 20  # differences that a message lists
_TOLERANCE = 1e-9  # of a number
_RESIDUE = 1e-12  # what rounding leaves where a sum is 0
_LONGEST = 60  # characters of a formula or a value that a message shows
_CHANGING = {"CELL", "INFO", "NOW", "RAND", "RANDARRAY", "RANDBETWEEN", "TODAY"}
_ANYWHERE = {"INDIRECT", "OFFSET"}
"""Functions that may refer to any cell: where something changes, they may depend on it."""

NOT_PROVED = (
    "values not proved: {name} stores none; open it once in Excel or LibreOffice and save it, "
    "or install a second engine to compare with: pip install 'bbxl[proof]'"
)


class DifferenceError(UserError):
    """Computed values differ from stored ones; its texts are a line for a cell each."""


@dataclass(frozen=True)
class Difference:
    """A cell whose computed value is not the one that the file stores, or that a second engine has.

    Attributes
    ----------
    cell, formula : where it is, and its formula.
    stored : the other value.
    computed : the value that is computed here.
    source : where the other value is from: "the file", or the second engine's name.
    """

    cell: str
    formula: str
    stored: CellValue
    computed: CellValue
    source: str = FILE

    def __str__(self) -> str:
        return (
            f"{self.cell} ={_short(self.formula)}: {self.source} has {_shown(self.stored)}, "
            f"computed here {_shown(self.computed)}"
        )


@dataclass(frozen=True)
class Proof:
    """How the computed values of a workbook compare with others.

    Attributes
    ----------
    formulas : how many there are.
    agree : how many of them show the same.
    left_out : how many depend on the time, on chance, on the machine, or on whether the program
        that saved the file had bbxl's functions.
    not_stored : for how many there is no other value.
    differences : the others.
    source : where the other values are from: "the file", or the second engine's name.
    """

    formulas: int
    agree: int
    left_out: int
    not_stored: int
    differences: list[Difference]
    source: str = FILE

    @property
    def nothing_stored(self) -> bool:
        """Whether there is nothing to compare with."""
        return 0 < self.formulas == self.not_stored

    def summary(self, name: str) -> str:
        """What was found, in a sentence."""
        if self.nothing_stored:
            return NOT_PROVED.format(name=name)
        of = f"{self.agree:,} of {self.formulas:,} formulas agree with"
        text = f"{of} the values in {name}"
        if self.source != FILE:
            text = f"{of} {self.source}, a second engine, since {name} stores no values"
        if self.left_out:
            text += f"; {self.left_out:,} depend on time, chance or the program that saved it"
        if self.not_stored:
            text += f"; for {self.not_stored:,} it has none"
        return text

    def refuse_differences(self, name: str) -> None:
        """DifferenceError where a computed value differs from the other one."""
        if not self.differences:
            return
        count = len(self.differences)
        lines = [f"{name}: {each}" for each in self.differences[:MOST_TOLD]]
        if count > MOST_TOLD:
            lines.append(f"{name}: {count - MOST_TOLD:,} more cells differ")
        raise DifferenceError(
            *lines,
            f"{name}: {count:,} of {self.formulas:,} formulas are computed otherwise than "
            f"{self.source} has them. A value may be old (saved without calculating), or the "
            "formula is not computed here as in Excel. Save it again after calculating, fill it "
            "without values (--no-values), or accept this (--accept-differences)",
        )


def prove(package: Package, book: Workbook, ask_second: bool = True) -> Proof:
    """Compare what a workbook shows, computed at its own inputs, with what its file stores.

    Where it stores nothing, a second engine is asked, if it is installed.
    """
    changing, asking = _changing(book), cache(lambda: _asking_us(book))
    stored = {cell: _stored(package, book, cell) for cell in book.trees}
    proof = _compared(book, stored, changing, asking, FILE, package.calculated_on_opening)
    few = proof.formulas <= second.MOST_FORMULAS
    if proof.nothing_stored and ask_second and few and second.is_there():
        others = second.computed(package, book)
        return _compared(book, others, changing, asking, second.NAME, False)
    return proof


def _stored(package: Package, book: Workbook, cell: CellAddress) -> CellValue:
    sheet, at = cell
    span = book.sheets[sheet].cells[at]
    where = f"{package.name}: {full_address(sheet, at)}"
    try:
        value = stored_value(span, where, package.shared_strings, package.epoch)
    except WorkbookError:  # a damaged value is computed anew, and proves nothing
        return None
    if "vm" in span.attributes and isinstance(value, ExcelError):
        computed = book.value(sheet, at)  # a new error is stored as #VALUE!, its name elsewhere
        return computed if isinstance(computed, ExcelError) else value
    return "" if value is None and span.attributes.get("t") == "str" else value


def _compared(
    book: Workbook,
    others: Mapping[CellAddress, CellValue],
    changing: set[CellAddress],
    asking: Callable[[], set[CellAddress]],
    source: str,
    zero_is_none: bool,
) -> Proof:
    """The proof by other values; XlsxWriter stores 0 for what is to be computed on opening."""
    agree = not_stored = left_out = 0
    differences = []
    for cell in book.trees:
        sheet, at = cell
        other = others.get(cell)
        if other is None:
            not_stored += 1
        elif cell in changing:
            left_out += 1
        elif alike(computed := book.value(sheet, at), other):
            agree += 1
        elif other == 0.0 and zero_is_none:
            not_stored += 1
        elif cell in asking():  # the program that saved the file had no bbxl
            left_out += 1
        else:
            text = book.formula(sheet, at) or ""
            address = full_address(sheet, at)
            differences.append(Difference(address, text, other, computed, source))
    return Proof(len(book.trees), agree, left_out, not_stored, differences, source)


def alike(one: CellValue, other: CellValue) -> bool:
    """Whether two values are the same: numbers to 9 digits, others as they are.

    Examples
    --------
    >>> alike(1.0, 1.0 + 1e-12), alike(1.0, True), alike("a", "A")
    (True, False, False)
    """
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, float | int) and isinstance(other, float | int):
        near = _TOLERANCE * max(abs(one), abs(other))
        residue = 0 in (one, other) and abs(one - other) <= _RESIDUE
        return same(one, other) or abs(one - other) <= near or residue
    return type(one) is type(other) and one == other


def _changing(book: Workbook) -> set[CellAddress]:
    """The formulas that depend on the time, on chance or on the machine."""
    changing = _calling(book, _CHANGING)
    if changing:
        changing |= _calling(book, _ANYWHERE)
    return changing | _dependent(book, changing)


def _asking_us(book: Workbook) -> set[CellAddress]:
    """The formulas that depend on functions of bbxl's own."""
    asking = _calling(book, set(REGISTRY))
    return asking | _dependent(book, asking)


def _calling(book: Workbook, names: Set[str]) -> set[CellAddress]:
    """The formulas that call one of these functions."""
    if book.functions.isdisjoint(names):
        return set()
    return {
        cell
        for cell, tree in book.trees.items()
        if any(each["node_type"] == "Function" and each["name"] in names for each in parts(tree))
    }


def _dependent(book: Workbook, cells: set[CellAddress]) -> set[CellAddress]:
    return Dependencies(book.trees).dependent(cells) if cells else set()


def _shown(value: CellValue) -> str:
    if value is None:
        return "nothing"
    text = value_xml(value)[1]
    return f'"{_short(text)}"' if isinstance(value, str) else text


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."

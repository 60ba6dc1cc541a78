"""Proof that the engine computes a workbook as the program did that saved it.

All formulas are computed at the workbook's own inputs, and compared with the values that the file
stores beside them. Left out are those that depend on the time or on chance.
"""

from dataclasses import dataclass

from bbxl.engine.dependencies import Dependencies
from bbxl.engine.helpers import same
from bbxl.engine.trees import Tree, parts, written
from bbxl.engine.workbook import Workbook
from bbxl.errors import UserError
from bbxl.xlsx.cells import CellValue, ExcelError, value_xml
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import CellAddress, full_address
from bbxl.xlsx.values import stored_value

MOST_TOLD = 20  # differences that a message lists
_TOLERANCE = 1e-9  # of a number
_RESIDUE = 1e-12  # what rounding leaves where a sum is 0
_LONGEST = 60  # characters of a formula or a value that a message shows
_CHANGING = {"CELL", "INFO", "NOW", "RAND", "RANDARRAY", "RANDBETWEEN", "TODAY"}
_ANYWHERE = {"INDIRECT", "OFFSET"}
"""Functions that may refer to any cell: where something changes, they may depend on it."""

NOT_PROVED = (
    "values not proved: {name} stores none; open it once in Excel or LibreOffice and save it"
)


class DifferenceError(UserError):
    """Computed values differ from stored ones; its texts are a line for a cell each."""


@dataclass(frozen=True)
class Difference:
    """A cell whose computed value is not the one that the file stores."""

    cell: str
    formula: str
    stored: CellValue
    computed: CellValue

    def __str__(self) -> str:
        return (
            f"{self.cell} ={_short(self.formula)}: the file has {_shown(self.stored)}, "
            f"computed here {_shown(self.computed)}"
        )


@dataclass(frozen=True)
class Proof:
    """How the computed values of a workbook compare with those that it stores.

    Attributes
    ----------
    formulas : how many there are.
    agree : how many of them show what the file stores.
    left_out : how many depend on the time, on chance or on the machine.
    not_stored : for how many the file stores no value.
    differences : the others.
    """

    formulas: int
    agree: int
    left_out: int
    not_stored: int
    differences: list[Difference]

    def summary(self, name: str) -> str:
        """What was found, in a sentence."""
        if self.formulas and self.not_stored == self.formulas:
            return NOT_PROVED.format(name=name)
        text = f"{self.agree:,} of {self.formulas:,} formulas agree with the values in {name}"
        if self.left_out:
            text += f"; {self.left_out:,} depend on time, chance or the machine"
        if self.not_stored:
            text += f"; for {self.not_stored:,} it stores none"
        return text

    def refuse_differences(self, name: str) -> None:
        """DifferenceError where a computed value differs from the stored one."""
        if not self.differences:
            return
        count = len(self.differences)
        lines = [f"{name}: {each}" for each in self.differences[:MOST_TOLD]]
        if count > MOST_TOLD:
            lines.append(f"{name}: {count - MOST_TOLD:,} more cells differ")
        raise DifferenceError(
            *lines,
            f"{name}: {count:,} of {self.formulas:,} formulas are computed otherwise than the "
            "file stores. A value may be old (saved without calculating), or the formula is not "
            "computed here as in Excel. Save it again after calculating, fill it without values "
            "(--no-values), or accept this (--accept-differences)",
        )


def prove(package: Package, book: Workbook) -> Proof:
    """Compare what a workbook shows, computed at its own inputs, with what its file stores."""
    changing = _changing(book)
    agree = not_stored = left_out = 0
    differences = []
    for cell, tree in book.stored.items():
        sheet, at = cell
        span = book.sheets[sheet].cells[at]
        where = f"{package.name}: {full_address(sheet, at)}"
        stored = stored_value(span, where, package.shared_strings, package.epoch)
        is_new_error = "vm" in span.attributes and isinstance(stored, ExcelError)
        if stored is None and span.attributes.get("t") != "str":
            not_stored += 1
        elif cell in changing:
            left_out += 1
        elif alike(computed := book.value(sheet, at), "" if stored is None else stored) or (
            is_new_error and isinstance(computed, ExcelError)
        ):
            agree += 1
        elif stored == 0.0 and package.calculated_on_opening:
            # XlsxWriter stores 0 for what it does not know, and has it computed on opening.
            not_stored += 1
        else:
            text = span.formula or written(tree)
            differences.append(Difference(full_address(sheet, at), text, stored, computed))
    return Proof(len(book.stored), agree, left_out, not_stored, differences)


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
    asked = {cell: _functions(tree) for cell, tree in book.trees.items()}
    changing = {cell for cell, names in asked.items() if names & _CHANGING}
    if not changing:
        return changing
    changing |= {cell for cell, names in asked.items() if names & _ANYWHERE}
    return changing | Dependencies(book.trees).dependent(changing)


def _functions(tree: Tree) -> set[str]:
    return {each["name"] for each in parts(tree) if each["node_type"] == "Function"}


def _shown(value: CellValue) -> str:
    if value is None:
        return "nothing"
    text = value_xml(value)[1]
    return f'"{_short(text)}"' if isinstance(value, str) else text


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."

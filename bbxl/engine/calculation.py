"""Answering formulas, and recalculating workbooks, with no spreadsheet program at all."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bbxl.engine.proof import Proof, prove
from bbxl.engine.workbook import Workbook
from bbxl.xlsx.cells import ExcelError
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import full_address


def calculate(formula: str, workbook: str | Path | None = None) -> Any:
    """Answer a formula.

    Parameters
    ----------
    formula : str
        As it is typed into a cell, such as "=BB_BREAKEVEN(50000,0.002,250000,0.0002)"; the sign
        of equality may be left out.
    workbook : str or Path, optional
        A file whose cells, names and tables the formula may refer to. A reference without a
        sheet means its first sheet. The file is only read.

    Returns
    -------
    float, str, bool, ExcelError, None or list of list
        What the cell would show: None for an empty cell, rows of values where the formula spills.

    Raises
    ------
    FormulaError
        The formula cannot be read, or refers to itself.
    WorkbookError
        The workbook cannot be read.

    Examples
    --------
    >>> calculate("=1+2")
    3.0
    >>> calculate('=BB_TCO(BB_PRESET("customer-support-classifier"),{100000,500000})')[0]
    [7750.0, 8150.0]
    """
    return Workbook(Package(workbook) if workbook else None).answer(formula)


@dataclass(frozen=True)
class Recalculated:
    """What a recalculation did.

    Attributes
    ----------
    formulas : int
        How many formula cells were computed.
    errors : list of (str, str)
        Address and error of each cell that shows an error.
    proof : Proof
        How the values compare with those that the file stored.
    """

    formulas: int
    errors: list[tuple[str, str]]
    proof: Proof


def recalculate(
    source: str | Path, target: str | Path | None = None, accept_differences: bool = False
) -> Recalculated:
    """Compute every formula of a workbook, and store the values beside the formulas.

    Parameters
    ----------
    source : str or Path
        The workbook to read.
    target : str or Path, optional
        The file to write, whole or not at all; by default the source itself.
    accept_differences : bool
        Whether to go on where a computed value differs from the stored one.

    Returns
    -------
    Recalculated

    Raises
    ------
    WorkbookError
        The workbook cannot be read, computed or written; nothing was written.
    DifferenceError
        Computed values differ from stored ones; nothing was written.

    Notes
    -----
    All else in the file keeps its bytes: charts, styles, pictures, macros.
    """
    package = Package(source)
    done = recalculate_package(package)
    if not accept_differences:
        done.proof.refuse_differences(package.name)
    package.write(target or source)
    return done


def recalculate_package(package: Package) -> Recalculated:
    """As `recalculate`, on a package in memory; differences are told, and not refused."""
    book = Workbook(package)
    book.evaluate()
    proof = prove(package, book)
    return Recalculated(*_stored(package, book), proof)


def store_values(package: Package) -> None:
    """As `recalculate_package`, without a proof: for a workbook that bbxl itself has built."""
    book = Workbook(package)
    book.evaluate()
    _stored(package, book)


def _stored(package: Package, book: Workbook) -> tuple[int, list[tuple[str, str]]]:
    """Store what a workbook computes; how many formulas it has, and which show errors."""
    errors, formulas = [], 0
    for name, part in package.sheets().items():
        sheet = book.sheets[name]
        values, arrays = book.values(name)
        formulas += len(sheet.formulas())
        package[part] = sheet.with_values(values, arrays)
        errors += [
            (full_address(name, at), value.value)
            for at, value in values.items()
            if isinstance(value, ExcelError)
        ]
    return formulas, errors


def check(source: str | Path) -> Proof:
    """Compute every formula of a workbook, and compare with the values that the file stores.

    Parameters
    ----------
    source : str or Path
        The workbook; it is only read.

    Returns
    -------
    Proof

    Raises
    ------
    WorkbookError
        The workbook cannot be read or computed.
    """
    return check_package(Package(source))


def check_package(package: Package) -> Proof:
    """As `check`, on a package in memory."""
    book = Workbook(package)
    book.evaluate()
    return prove(package, book)

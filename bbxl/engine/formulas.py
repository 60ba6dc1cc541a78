"""The formulas of a sheet, also where cells share one."""

from collections.abc import Iterator, Mapping

from bbxl.engine.moving import moved
from bbxl.engine.trees import FormulaSyntaxError, Tree, parsed, written
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.references import Position, full_address
from bbxl.xlsx.sheet import SheetXML


def formulas_of(name: str, sheet: SheetXML, book: str) -> Iterator[tuple[Position, Position, Tree]]:
    """Each cell that has a formula, the cell for which it is written, and the formula.

    Parameters
    ----------
    name, sheet : the sheet's name, and its cells.
    book : what an error message calls the workbook.

    Raises
    ------
    WorkbookError : one cannot be read.
    """
    shared: dict[str, tuple[Position, Tree]] = {}
    for at, span in sheet.formulas().items():
        kind = span.formula_attributes.get("t")
        where = f"{book}: {full_address(name, at)}"
        if kind == "dataTable":
            raise WorkbookError(f"{where} is a what-if data table, which only Excel computes")
        number = span.formula_attributes.get("si", "")
        if span.formula:
            try:
                tree = parsed(span.formula)
            except FormulaSyntaxError as error:
                raise WorkbookError(f"{where}: cannot read its formula: {error}") from None
            if kind == "shared" and number not in shared:
                shared[number] = at, tree
            yield at, at, tree
        elif kind == "shared" and number in shared:
            yield at, *shared[number]
        else:
            raise WorkbookError(f"{where} is damaged: its formula is empty")


def first_of_shared(sheet: SheetXML) -> dict[str, Position]:
    """Number of a formula that cells share -> the cell in which it stands."""
    found: dict[str, Position] = {}
    for at, span in sheet.formulas().items():
        if span.formula and span.formula_attributes.get("t") == "shared":
            found.setdefault(span.formula_attributes.get("si", ""), at)
    return found


def text_of(sheet: SheetXML, at: Position, firsts: Mapping[str, Position]) -> str | None:
    """A formula without the sign of equality, written out where cells share it; None for none.

    Parameters
    ----------
    firsts : what `first_of_shared` finds on the sheet.
    """
    span = sheet.cells.get(at)
    if span is None or span.formula is None or span.formula:
        return span.formula if span else None
    row, column = firsts[span.formula_attributes.get("si", "")]
    tree = parsed(sheet.cells[row, column].formula or "")
    return written(moved(tree, at[0] - row, at[1] - column))

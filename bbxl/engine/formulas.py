"""The formulas of a sheet, each written out, also where cells share one."""

from bbxl.engine.places import moved
from bbxl.engine.trees import FormulaSyntaxError, Tree, parsed
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.references import Position, full_address
from bbxl.xlsx.sheet import SheetXML


def formulas_of(name: str, sheet: SheetXML, book: str) -> dict[Position, Tree]:
    """The formula of each cell that has one.

    Parameters
    ----------
    name, sheet : the sheet's name, and its cells.
    book : what an error message calls the workbook.

    Raises
    ------
    WorkbookError : one cannot be read.
    """
    shared: dict[str, tuple[Position, Tree]] = {}
    found: dict[Position, Tree] = {}
    for at, span in sheet.formulas().items():
        kind = span.formula_attributes.get("t")
        where = f"{book}: {full_address(name, at)}"
        if kind == "dataTable":
            raise WorkbookError(f"{where} is a what-if data table, which only Excel computes")
        number = span.formula_attributes.get("si", "")
        if span.formula:
            try:
                found[at] = parsed(span.formula)
            except FormulaSyntaxError as error:
                raise WorkbookError(f"{where}: cannot read its formula: {error}") from None
            if kind == "shared" and number not in shared:
                shared[number] = at, found[at]
        elif kind == "shared" and number in shared:
            (row, column), tree = shared[number]
            found[at] = moved(tree, at[0] - row, at[1] - column)
        else:
            raise WorkbookError(f"{where} is damaged: its formula is empty")
    return found

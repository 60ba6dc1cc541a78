"""What the functions and the add-in's VBA agree on; without xlwings, which may be broken."""

from bbxl.worksheet.registry import WorksheetFunction
from bbxl.xlsx.cells import ExcelError

CVERR = {  # Microsoft's XlCVError numbers; other errors become #VALUE!
    ExcelError.NULL: 2000,
    ExcelError.DIV0: 2007,
    ExcelError.VALUE: 2015,
    ExcelError.REF: 2023,
    ExcelError.NAME: 2029,
    ExcelError.NUM: 2036,
    ExcelError.NA: 2042,
    ExcelError.GETTING_DATA: 2043,
    ExcelError.SPILL: 2045,
    ExcelError.CALC: 2050,
}


def category(function: WorksheetFunction) -> str:
    """The category under which Excel's function wizard lists it."""
    return f"bbxl {function.category}"

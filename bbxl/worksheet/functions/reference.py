"""Worksheet functions that look things up: worked examples, checks, version."""

import bbxl
from bbxl import presets
from bbxl.errors import UserError
from bbxl.worksheet import tables
from bbxl.worksheet.readers import CellError, Rows
from bbxl.worksheet.registry import Cells, Elementwise, worksheet_function
from bbxl.xlsx.cells import ExcelError

CATEGORY = "Reference"


@worksheet_function(CATEGORY)
def preset(name: str) -> Rows:
    """A worked example's table; #N/A where there is none of that name.

    Parameters
    ----------
    name
        such as customer-support-classifier; the command "bbxl templates list" shows all
    """
    if name not in presets.names():
        raise CellError(ExcelError.NA)
    try:
        return presets.load(name).table()
    except UserError:
        raise CellError(ExcelError.VALUE) from None


@worksheet_function(CATEGORY)
def check(table: Cells) -> Elementwise:
    """What is wrong with a table of approaches or profiles, in words; OK where it is right.

    Parameters
    ----------
    table
        range with the table and its labels
    """
    return "; ".join(tables.check(table)) or "OK"


@worksheet_function(CATEGORY)
def version() -> Elementwise:
    """The version of bbxl that answers."""
    return bbxl.__version__

"""What LibreOffice runs when it has opened a document: BB_ names in an .xlsx are made known.

Some versions of LibreOffice (7.4 is one) read the functions of an .xlsx by
their stored names alone, and leave one that an add-in brings as #NAME?. When
the document's names change, Calc reads such formulas once more, as if they
were typed: so a name comes and goes. Nothing of bbxl is imported here, since
it runs for every document.
"""

from typing import Any

import uno
import unohelper
from com.sun.star.task import XJob

_PASSING_NAME = "bbxl_passing_name"


class Opening(unohelper.Base, XJob):  # type: ignore[misc]
    """A job that LibreOffice's Jobs.xcu ties to the end of loading."""

    def __init__(self, context: object) -> None:
        super().__init__()

    def execute(self, arguments: Any) -> None:
        """Read a spreadsheet's functions once more."""
        given = {each.Name: each.Value for each in arguments}
        document = {each.Name: each.Value for each in given["Environment"]}.get("Model")
        if not document or not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            return
        if any(map(_calls_functions, document.Sheets)):
            changed = document.isModified()
            document.UndoManager.lock()
            nowhere = uno.createUnoStruct("com.sun.star.table.CellAddress")
            document.NamedRanges.addNewByName(_PASSING_NAME, "0", nowhere, 0)
            document.NamedRanges.removeByName(_PASSING_NAME)
            document.UndoManager.unlock()
            document.setModified(changed)


def _calls_functions(sheet: Any) -> bool:
    """Whether a formula names a function of bbxl, also where IFERROR hides that it is unknown."""
    search = sheet.createSearchDescriptor()
    search.SearchString = "BB_"
    return sheet.findFirst(search) is not None


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 (LibreOffice asks for it)
g_ImplementationHelper.addImplementation(
    Opening, "bbxl.hosts.libreoffice.opening", ("bbxl.Opening",)
)

"""Workbook files as packages of XML parts: read, edit in place, write whole or not at all.

Nothing here knows of bbxl's model. A part that is not touched keeps its bytes.
"""

from bbxl.errors import UserError


class WorkbookError(UserError):
    """A workbook that cannot be read or written; its text is one line for a person."""

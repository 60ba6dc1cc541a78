"""The value that a file holds in a cell."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel, from_ISO8601, to_excel

from bbxl.xlsx import attributes
from bbxl.xlsx.cells import ERROR_TEXTS, CellValue, plain_text
from bbxl.xlsx.sheet_reading import CellSpan

_TEXTS = {"str", "inlineStr"}  # types of cells whose value is the text that stands there


def stored_value(
    span: CellSpan, where: str, texts: Sequence[str], epoch: datetime = WINDOWS_EPOCH
) -> CellValue:
    """The value that a file holds in a cell, also where a formula gave it.

    Parameters
    ----------
    span : the cell.
    where : what an error message calls it.
    texts : the workbook's shared texts.
    epoch : the day that the workbook counts dates from.

    Returns
    -------
    float, str, bool, ExcelError or None
        An error that is not Excel's is its text.

    Raises
    ------
    WorkbookError : it holds what no cell can.
    """
    text = span.value
    if text is None:
        return None
    kind = span.attributes.get("t") or "n"
    if kind in _TEXTS:
        return plain_text(text)
    if kind == "e":
        return ERROR_TEXTS.get(text, text)
    if kind not in ("s", "b", "n", "d"):
        raise attributes.refused(where, "t", kind, "a type of cells")
    if not text.strip():
        return None
    if kind == "b":
        return attributes.truth(text, "its value", where)
    if kind == "n":
        return attributes.number(text, "its value", where)
    if kind == "s":
        return texts[attributes.whole(text, "its shared text", where, most=len(texts) - 1)]
    try:
        return float(to_excel(from_ISO8601(text), epoch))
    except (ValueError, TypeError):
        raise attributes.refused(where, "its value", text, "a date") from None


def date_text(serial: float, epoch: datetime = WINDOWS_EPOCH) -> str:
    """A date or a time as people read it, 2026-01-31; the number where it is none.

    Parameters
    ----------
    serial : the number that the cell holds.
    epoch : the day that the workbook counts dates from.

    Examples
    --------
    >>> date_text(46053), date_text(46053.5), date_text(-1)
    ('2026-01-31', '2026-01-31 12:00:00', '-1')
    """
    if serial >= 0:
        with suppress(OverflowError, ValueError):
            return str(from_excel(serial, epoch)).removesuffix(" 00:00:00")
    return f"{serial:.15g}"

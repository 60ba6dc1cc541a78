"""Values in a workbook's XML, read strictly, and all of them here.

A file may hold anything where a number, a boolean or a reference must stand (ECMA-376 part 1,
section 18 says what must). What is not as it must be is refused in one line that names the
place, the attribute and what it holds. An attribute that is empty counts as one that is not
there, as in LibreOffice.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from bbxl.xlsx import WorkbookError
from bbxl.xlsx.references import Bounds, bounds

Attributes: TypeAlias = Mapping[str, str]
"""Name of each attribute of an element -> its text."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,10}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}
_SHOWN = 30  # characters of a wrong value that a message shows


def whole_number(
    given: Attributes,
    name: str,
    where: str,
    default: int | None = None,
    least: int = 0,
    most: int = 2**31 - 1,
) -> int:
    """An attribute that is a whole number.

    Parameters
    ----------
    given, name : the attributes of an element, and which of them it is.
    where : what an error message begins with: the file, and the sheet, part or cell.
    default : what it is where it is not there; None where it must be there.
    least, most : what it may be.

    Raises
    ------
    WorkbookError : it is something else.

    Examples
    --------
    >>> whole_number({"s": "3"}, "s", "book.xlsx: Plan!B2")
    3
    """
    text = given.get(name) or ""
    if not text and default is not None:
        return default
    return whole(text, name, where, least, most)


def whole(text: str, name: str, where: str, least: int = 0, most: int = 2**31 - 1) -> int:
    """A text that is a whole number; as `whole_number`."""
    if _WHOLE.fullmatch(stripped := text.strip()) and least <= int(stripped) <= most:
        return int(stripped)
    wanted = f"a whole number from {least} to {most}" if least <= most else "there to refer to"
    raise refused(where, name, text, wanted)


def number(text: str, name: str, where: str) -> float:
    """A text that is a finite number; float() alone would also take "nan" and "1_000".

    Examples
    --------
    >>> number("1.5E3", "value", "book.xlsx: Plan!B2")
    1500.0
    """
    if _NUMBER.fullmatch(stripped := text.strip()):
        found = float(stripped)
        if abs(found) < float("inf"):
            return found
    raise refused(where, name, text, "a number")


def boolean(given: Attributes, name: str, where: str, default: bool = False) -> bool:
    """An attribute that is a boolean; as `whole_number`."""
    text = given.get(name) or ""
    return truth(text, name, where) if text else default


def truth(text: str, name: str, where: str) -> bool:
    """A text that is a boolean."""
    found = _BOOLEANS.get(text.strip())
    if found is None:
        raise refused(where, name, text, "0, 1, true or false")
    return found


def area(text: str, name: str, where: str) -> Bounds:
    """A text that is a range of cells, such as B2:C4, B2 or B:C."""
    found = bounds(text)
    if found is None:
        raise refused(where, name, text, "a range of cells")
    return found


def areas(text: str, name: str, where: str) -> list[Bounds]:
    """A text that is ranges of cells with spaces between them."""
    return [area(each, name, where) for each in text.split()]


_READ: dict[str, dict[str, Callable[[str, str, str], Any]]] = {
    "definedName": {"localSheetId": whole},
    "workbookPr": {"date1904": truth},
    "calcPr": {"fullCalcOnLoad": truth, "iterate": truth, "fullPrecision": truth},
    "xf": {"numFmtId": whole},
    "protection": {"locked": truth},
    "sheetProtection": {"sheet": truth},
    "dataValidation": {"allowBlank": truth, "sqref": areas},
    "mergeCell": {"ref": area},
    "f": {"aca": truth, "bx": truth, "ca": truth},
}
"""Element -> attribute -> what reads it: what changes how a workbook is computed or filled."""


def check(element: str, given: Attributes, where: str) -> None:
    """Refuse an element, known by its name without prefix, that holds what must not be there."""
    for name, read in _READ.get(element, {}).items():
        text = given.get(name, "")
        if text or read is area:  # which must be there
            label = f"{element} {given['name']}" if "name" in given else element
            read(text, name, f"{where}: {label}")


def refused(where: str, name: str, text: str, wanted: str) -> WorkbookError:
    """The error that an attribute or a text is not what it must be."""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    return WorkbookError(f"{where} is damaged: {name} is {shown!r}, not {wanted}")

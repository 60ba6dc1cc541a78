"""Cells: where they are, what they hold, and how they stand in a worksheet's XML."""

import re
from dataclasses import dataclass

from openpyxl.utils.cell import range_boundaries

Position = tuple[int, int]
"""Row and column of a cell, both from 1."""

Cell = tuple[str, Position]
"""A sheet and a cell of it."""

_REFERENCE = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([^'!:()\[\]]+))!)?(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)"
)


@dataclass(frozen=True)
class CellErrorValue:
    """An error as a cell's value, such as #N/A."""

    text: str


CellValue = float | str | bool | CellErrorValue | None

UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold."""


def sheet_and_range(reference: str) -> tuple[str, str] | None:
    """The sheet, or "", and the range of a reference as a file has it; None where it is no range.

    Examples
    --------
    >>> sheet_and_range("'Plan & Co'!$B$2:C4")
    ('Plan & Co', '$B$2:C4')
    """
    match = _REFERENCE.fullmatch(reference)
    if not match:
        return None
    quoted, plain, area = match.groups()
    return quoted.replace("''", "'") if quoted else plain or "", area


def cells_of(reference: str) -> list[Position]:
    """The cells of a range such as "B2:C4", row by row."""
    left, top, right, bottom = range_boundaries(reference)
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def value_xml(value: CellValue) -> tuple[str, str]:
    """A value's cell type and text, as they stand in the XML."""
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, CellErrorValue):
        return "e", value.text
    if isinstance(value, str):
        return "str", value
    return "", "" if value is None else repr(float(value)).removesuffix(".0")


def element(tag: bytes, attributes: dict[str, str], formula: bytes, value: CellValue) -> bytes:
    """A cell with its value."""
    kind, text = value_xml(value)
    if value is None:
        return empty_cell(tag, attributes, formula)
    before, after = around_value(tag, attributes, formula, kind)
    return b"".join((before, value_text(text), after))


def empty_cell(tag: bytes, attributes: dict[str, str], formula: bytes) -> bytes:
    """A cell without a value."""
    start = _start_tag(tag, attributes)
    return b"%s>%s</%s>" % (start, formula, tag) if formula else b"%s/>" % start


def around_value(
    tag: bytes, attributes: dict[str, str], formula: bytes, kind: str
) -> tuple[bytes, bytes]:
    """What stands before and after the `value_text` of a cell of that type."""
    prefix = tag[:-1]
    start = _start_tag(tag, {**attributes, "t": kind} if kind else attributes)
    if kind == "inlineStr":
        is_, t = prefix + b"is", prefix + b"t"
        return b"%s><%s><%s" % (start, is_, t), b"</%s></%s></%s>" % (t, is_, tag)
    return b"%s>%s<%sv" % (start, formula, prefix), b"</%sv></%s>" % (prefix, tag)


def value_text(text: str) -> bytes:
    """A value's text with the end of the start tag before it, which says whether spaces count."""
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"{space}>{_escaped(text)}".encode()


def _start_tag(tag: bytes, attributes: dict[str, str]) -> bytes:
    written = "".join(f' {k}="{_escaped(v, quote=True)}"' for k, v in attributes.items())
    return b"<%s%s" % (tag, written.encode())


def _escaped(text: str, quote: bool = False) -> str:
    """Text as XML; a character that XML cannot hold is written _xHHHH_, as Excel does."""
    text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = UNWRITABLE.sub(lambda m: f"_x{ord(m[0]):04X}_", text).replace("\r", "_x000D_")
    return text.replace('"', "&quot;") if quote else text

"""What cells hold: values, their kinds, errors; and how a cell stands in a worksheet's XML.

The worksheet functions use this where there is no openpyxl: nothing but the standard library
is imported here.
"""

import re
from enum import Enum
from types import NoneType
from typing import TypeAlias


class ExcelError(Enum):
    """The errors that a cell can show, as Excel writes them."""

    NULL = "#NULL!"
    DIV0 = "#DIV/0!"
    VALUE = "#VALUE!"
    REF = "#REF!"
    NAME = "#NAME?"
    NUM = "#NUM!"
    NA = "#N/A"
    GETTING_DATA = "#GETTING_DATA"
    SPILL = "#SPILL!"
    CALC = "#CALC!"
    FIELD = "#FIELD!"
    CONNECT = "#CONNECT!"
    BLOCKED = "#BLOCKED!"
    UNKNOWN = "#UNKNOWN!"
    EXTERNAL = "#EXTERNAL!"
    BUSY = "#BUSY!"
    TIMEOUT = "#TIMEOUT!"
    PYTHON = "#PYTHON!"

    @property
    def code(self) -> int:
        """This error's code in an array of errors; 0 means that there is none."""
        return _CODES[self]

    def __str__(self) -> str:
        return self.value


_ERRORS = tuple(ExcelError)
_CODES = {error: code for code, error in enumerate(_ERRORS, start=1)}
ERROR_TEXTS = {error.value: error for error in ExcelError}
"""What stands in a cell or a formula -> the error."""

OLD_ERRORS = frozenset(
    map(ExcelError, ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"))
)
"""The errors of Excel 2010, which every program reads."""

CellValue: TypeAlias = float | str | bool | ExcelError | None
"""What a cell holds; None where it is empty."""

EMPTY, NUMBER, BOOLEAN, TEXT, ERROR = range(5)
"""The kinds of values."""

KINDS = {NoneType: EMPTY, float: NUMBER, int: NUMBER, bool: BOOLEAN, str: TEXT, ExcelError: ERROR}
"""Type of a cell's value -> its kind."""

UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold."""

LONGEST_TEXT = 32_767  # characters of a cell


def error_of(code: int) -> ExcelError:
    """The error that a code in an array of errors stands for."""
    return _ERRORS[code - 1]


def value_xml(value: CellValue) -> tuple[str, str]:
    """A value's cell type and text, as they stand in the XML."""
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, ExcelError):
        return "e", value.value
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


def plain_text(text: str) -> str:
    """A text of a file as a person sees it: _xHHHH_ stands for a character."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)


def _escaped(text: str, quote: bool = False) -> str:
    """Text as XML; a character that XML cannot hold is written _xHHHH_, as Excel does."""
    text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = UNWRITABLE.sub(lambda m: f"_x{ord(m[0]):04X}_", text).replace("\r", "_x000D_")
    return text.replace('"', "&quot;") if quote else text

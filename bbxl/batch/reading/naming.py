"""Names of files made from scenarios; they are safe on every system."""

import re
import string
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from pathvalidate import sanitize_filename

from bbxl.batch.reading.scenarios import ScenarioError

LONGEST = 200  # bytes of a name: systems take 255, but archives and synchronised folders less


def checked_pattern(pattern: str, columns: Iterable[str]) -> str:
    """A pattern whose fields are columns, or {number}, which counts the scenarios from 1.

    Raises
    ------
    ScenarioError : it names something else, or cannot be read.
    """
    try:
        parts = [*string.Formatter().parse(pattern)]
    except ValueError as error:
        raise ScenarioError(f"the name pattern {pattern} cannot be read: {error}") from None
    allowed = ["number", *columns]
    for _, field, form, _ in parts:
        if field is None:
            continue
        if field not in allowed:
            raise ScenarioError(
                f"the name pattern has {{{field}}}; it may have {', '.join(allowed)}"
            )
        widths = re.findall(r"\d+", form or "")
        wide = any(len(each) > 9 or int(each) > LONGEST for each in widths)
        if wide or "{" in (form or ""):  # a field within could say any width
            raise ScenarioError(
                f"the name pattern has {{{field}:{form}}}; a width is a number up to {LONGEST}"
            )
    return pattern


def file_name(pattern: str, values: Mapping[str, Any], suffix: str) -> str:
    """The file's name; "" where nothing of it is left.

    What a system forbids becomes "-": path separators, control and formatting characters,
    names that Windows reserves, dots and spaces at either end. So does a semicolon, at which a
    spreadsheet may split the manifest.

    Examples
    --------
    >>> file_name("{scenario}-{number:03}", {"scenario": "../EU: base", "number": 7}, ".xlsx")
    '-EU- base-007.xlsx'
    >>> file_name("{scenario}", {"scenario": "con"}, ".xlsx")
    'con_.xlsx'
    """
    whole = {k: int(v) for k, v in values.items() if type(v) is float and v.is_integer()}
    try:
        text = unicodedata.normalize("NFC", pattern.format_map({**values, **whole}))
    except (ValueError, TypeError, KeyError) as error:
        raise ScenarioError(f"the name pattern {pattern} does not fit: {error}") from None
    text = "".join("-" if unicodedata.category(c)[0] == "C" or c in "#%;" else c for c in text)
    text = re.sub(r"\s+", " ", text).replace(" .", ".").strip(" .")
    room = LONGEST - len(suffix)
    name = sanitize_filename(text, replacement_text="-", platform="universal", max_len=room)
    return f"{name.rstrip(' .')}{suffix}" if name.strip(" .") else ""

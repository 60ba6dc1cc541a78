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
        fields = [each[1] for each in string.Formatter().parse(pattern) if each[1] is not None]
    except ValueError as error:
        raise ScenarioError(f"the name pattern {pattern} cannot be read: {error}") from None
    for field in fields:
        if field != "number" and field not in columns:
            allowed = ", ".join(["number", *columns])
            raise ScenarioError(f"the name pattern has {{{field}}}; it may have {allowed}")
    return pattern


def file_name(pattern: str, values: Mapping[str, Any], suffix: str) -> str:
    """The file's name; "" where nothing of it is left.

    What a system forbids becomes "-": path separators, control and formatting characters,
    names that Windows reserves, dots and spaces at either end.

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
    text = "".join("-" if unicodedata.category(c)[0] == "C" or c in "#%" else c for c in text)
    text = re.sub(r"\s+", " ", text).replace(" .", ".").strip(" .")
    room = LONGEST - len(suffix)
    name = sanitize_filename(text, replacement_text="-", platform="universal", max_len=room)
    return f"{name.rstrip(' .')}{suffix}" if name.strip(" .") else ""

"""A line of JSON, strictly: no key of an object stands twice."""

import json
from collections import Counter
from typing import Any

import orjson


class TwiceError(Exception):
    """A key that stands twice in an object."""


def read(line: bytes) -> Any:
    """The value that a line of JSON writes.

    Raises
    ------
    TwiceError : a key stands twice; orjson would keep the last one's value unasked.
    ValueError : it is not JSON.
    """
    line = line.removeprefix(b"\xef\xbb\xbf")
    value = orjson.loads(line)
    if isinstance(value, dict) and line.count(b":") > len(value):  # else each key stands once
        try:
            json.loads(line, object_pairs_hook=_once_each, parse_int=str)
        except RecursionError:  # orjson reads what is nested somewhat deeper
            raise ValueError("it is nested too deeply") from None
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        [(key, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise TwiceError(key)
    return found

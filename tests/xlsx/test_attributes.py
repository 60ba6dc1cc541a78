"""Values in XML: right, or refused in a line that names place, attribute and value."""

import math
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bbxl.xlsx import WorkbookError, attributes

TEXTS = st.one_of(st.text(max_size=8), st.from_regex(r"\A\s?[+-]?[0-9.eE_]{0,12}\s?\Z"))
READERS = {
    "whole": (lambda text: attributes.whole(text, "s", "here", 0, 99), r"[+-]?[0-9]+"),
    "number": (
        lambda text: attributes.number(text, "v", "here"),
        r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?",
    ),
    "boolean": (lambda text: attributes.truth(text, "b", "here"), "0|1|true|false"),
    "area": (lambda text: attributes.area(text, "ref", "here"), None),
}


@pytest.mark.parametrize("kind", READERS)
@given(text=TEXTS)
@example(text="9" * 5000)
@example(text="1e999")
@example(text="nan")
@example(text="1_0")
@example(text="٣")
@example(text="A1:XFD1048576")
def test_what_is_read_is_what_the_standard_allows(kind, text):
    read, pattern = READERS[kind]
    try:
        found = read(text)
    except WorkbookError as error:
        told = str(error)
        assert told.startswith("here is damaged: ")
        assert len(told) < 300
        assert "\n" not in told
        if kind == "boolean":
            assert not re.fullmatch(pattern, text.strip())
    else:
        assert all(map(math.isfinite, found if kind == "area" else [found]))
        if pattern:
            assert re.fullmatch(pattern, text.strip())


def test_an_attribute_that_is_not_there_or_empty():
    for given_ in ({}, {"s": ""}):
        assert attributes.whole_number(given_, "s", "here", 7) == 7
        assert attributes.boolean(given_, "s", "here", True) is True
        with pytest.raises(WorkbookError, match=r"here is damaged: s is '', not a whole number"):
            attributes.whole_number(given_, "s", "here")


def test_a_number_out_of_bounds_is_told_with_them():
    with pytest.raises(WorkbookError, match="s is '99', not a whole number from 0 to 1"):
        attributes.whole_number({"s": "99"}, "s", "here", 0, most=1)

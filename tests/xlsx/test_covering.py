"""Which areas cover which cells: as comparing each with each finds, and in little work."""

import random
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbxl.xlsx import covering
from bbxl.xlsx.covering import first_covering
from bbxl.xlsx.references import LAST_COLUMN, LAST_ROW, Bounds, bounds, position

NUMBER = st.integers(1, 8)
AREAS = st.lists(st.builds(Bounds, NUMBER, NUMBER, NUMBER, NUMBER))
"""Also areas that end before they begin: they cover nothing."""


@given(st.lists(st.tuples(NUMBER, NUMBER)), AREAS)
def test_the_first_area_that_covers_a_cell(cells, areas):
    expected = {}
    for row, column in cells:
        for i, (top, left, bottom, right) in enumerate(areas):
            if top <= row <= bottom and left <= column <= right:
                expected.setdefault((row, column), i)
    assert first_covering(cells, areas) == expected


def work(function, *arguments):
    """How many lines of the module a call runs: work, in a unit that no machine changes."""
    count = 0

    def traced(frame, event, _):
        nonlocal count
        count += event == "line"
        return traced

    def entered(frame, event, argument):
        return (
            traced(frame, event, argument)
            if frame.f_code.co_filename == covering.__file__
            else None
        )

    sys.settrace(entered)
    try:
        function(*arguments)
    finally:
        sys.settrace(None)
    return count


def spread(n):
    draw = random.Random(1)
    cells = [(draw.randint(1, 9999), draw.randint(1, 999)) for _ in range(n)]
    return cells, [Bounds(r, c, r + 5000, c + 500) for r, c in cells]


@pytest.mark.parametrize(
    "case",
    [
        spread,
        lambda n: ([(i, 1) for i in range(1, n)], [Bounds(1, 1, LAST_ROW, LAST_COLUMN)] * n),
        lambda n: ([(i, i) for i in range(1, n)], [Bounds(1, n, n, 2 * n)] * n),
        lambda n: ([(n, 1)], [Bounds(i, 1, i, 1) for i in range(n)]),
    ],
)
def test_work_grows_little_faster_than_what_there_is(case):
    few, many = (work(first_covering, *case(n)) for n in (100, 800))
    assert many < 8 * 2.5 * few  # 64 times as much, were each compared with each


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("B2", (2, 2, 2, 2)),
        ("$B$2:c4", (2, 2, 4, 3)),
        ("C4:B2", (2, 2, 4, 3)),
        ("A:XFD", (1, 1, LAST_ROW, LAST_COLUMN)),
        ("3:2", (2, 1, 3, LAST_COLUMN)),
        *(
            (wrong, None)
            for wrong in ("", ":", "B", "2", "B0", "XFE1", "A1048577", "A1:", "A1:B", "\u017f1")
        ),
        *((wrong, None) for wrong in ("A:2", "??", "A٣", "A1:B2:C3", "A" * 99, "A1 ", "-1:2")),
    ],
)
def test_bounds_of_a_reference(reference, found):
    assert bounds(reference) == found
    if ":" not in reference and reference.isascii():
        assert position(reference.upper()) == (found and found[:2])

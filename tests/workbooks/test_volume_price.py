"""The table of volume and price, at extremes, and against a function that cells can call."""

import re

import numpy as np
import pytest
from expected_comparison import FIELDS
from test_model import PRESET, as_filled, of_drawn, shared_comparison, without
from test_sentences import ALIKE, DEARER, FREE

from bbxl.workbooks.build_vs_buy.axes import PRICES, VOLUMES
from bbxl.worksheet import REGISTRY

PRICED = (0.5, 1.0, 1.5, 2.0, 3.0)
TIMES = (0.25, 0.5, 1.0, 2.0, 3.0, 4.0)
STEPS = {f"price_{i}_factor": each for i, each in enumerate(PRICED, start=1)} | {
    f"volume_{i}_times": each for i, each in enumerate(TIMES, start=1)
}
CELL = re.compile(r"(.+?)( ties| by (\d+)%)?")


@pytest.fixture(scope="module")
def book():
    return shared_comparison()


def shown(book, change):
    book.fill(as_filled(PRESET) | STEPS | change)
    return book.field("grid_shown")


@pytest.mark.parametrize("volume", [5e5, 9e6, 3e7])
def test_each_cell_is_what_bb_tco_says_of_those_that_pass(book, volume):
    """With no time in it, by the function that a person may type beside the table."""
    seen = set()
    table = shown(book, FREE | {"requests_per_month": volume, "max_cost_per_1k": None})
    values = as_filled(PRESET)
    header = ["name", *FIELDS]
    rows = [[values[f"approach_{i}_{field}"] or 0.0 for field in header] for i in (1, 2, 3)]
    names, at = [row[0] for row in rows], header.index("api_cost_per_request")
    for i, times in enumerate(TIMES):
        for j, price in enumerate(PRICED):
            priced = [[*row[:at], row[at] * price, *row[at + 1 :]] for row in rows]
            costs = REGISTRY["BB_TCO"]([header, *priced], volume * times, 12.0)
            first, second, _ = np.sort(np.ravel(costs))
            who = names[int(np.argmin(np.ravel(costs)))]
            found = CELL.fullmatch(table[i, j])
            assert found[1] == who, (times, price)
            assert int(found[3]) == pytest.approx((second - first) / second * 100, abs=0.51)
            seen.add(who)
    assert seen


def test_who_does_not_meet_the_requirements_is_nowhere_in_it():
    for seed in range(40):
        book = of_drawn(seed)
        verdicts, names = book.field("verdict"), book.field("name")
        failing = {name for name, verdict in zip(names, verdicts, strict=True) if verdict == "fail"}
        inside = {CELL.fullmatch(each)[1] for each in np.ravel(book.field("grid_shown"))}
        if "pass" in verdicts:
            assert not failing & inside, seed
        else:
            assert "all are compared" in book.field("grid_answer")


EXTREMES = {
    "a tie": (FREE | ALIKE | DEARER, "ties", "Compared are the 3 approaches"),
    "one passes": ({"min_accuracy": 0.9, "max_latency_p99": 1500.0}, "Fine-tuned", "alone meets"),
    "one approach": (without(2, 3), "API", "API alone meets"),
    "nobody passes": ({"min_accuracy": 0.999}, " by ", "No approach meets the requirements"),
    "no requests": ({"requests_per_month": 0.0, "max_cost_per_1k": None}, "API by", "Compared are"),
    "nothing": (without(1, 2, 3), "", "Nothing can be compared yet."),
    "as many as can be typed": ({"requests_per_month": 1e12}, "Fine-tuned by", "No approach meets"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "cell", "words"), EXTREMES.values(), ids=EXTREMES)
def test_extremes(book, change, cell, words):
    table = shown(book, change)
    assert table.shape == (VOLUMES.count, PRICES.count)
    assert all(cell in each for each in np.ravel(table)), table
    assert words in book.field("grid_answer")

"""The business case in words, read against cash flows that are added up month by month."""

import re

import numpy as np
import pytest
from expected_comparison import RATES, Comparison
from test_model import (
    PRESET,
    SCENARIOS,
    as_filled,
    many,
    of_drawn,
    reading,
    shared_comparison,
    without,
)
from test_sentences import ALIKE, DEARER, FREE, about

from bbxl.model.projection import Projection

BUILD = {"move_from": "API", "move_to": "Fine-tuned"}
SHOWN = ("move_answer", "payback_answer", "return_answer", "month_answer", "from_name", "to_name",
         "decided")  # fmt: skip
EXTREMES = {
    "the preset": {},
    "build over buy": BUILD,
    "buy over build": {"move_from": "Fine-tuned", "move_to": "API"},
    "build at a large volume": BUILD | {"requests_per_month": 4e7, "months": 36},
    "with growth": BUILD | {"requests_per_month": 9e6, "months": 60, "volume_growth": 1.0},
    "one month": BUILD | {"months": 1},
    "discounted, taxed, capitalised": BUILD | {
        "requests_per_month": 4e7, "months": 48, "annual_rate": 0.1, "tax_rate": 0.25,
        "capitalised_share": 1.0, "life_months": 60},
    "all of it is tax": BUILD | {"tax_rate": 1.0},
    "no requests": BUILD | {"requests_per_month": 0.0},
    "as many as can be typed": BUILD | {"requests_per_month": 1e12},
    "a shock": BUILD | {"requests_per_month": 2e7, "shock_factor": 5.0, "shock_month": 7,
                        "months": 24},
    "a price that falls": BUILD | {"requests_per_month": 4e7, "api_price_change": -0.6,
                                   "months": 60},
    "the one named, the other not": {"move_to": "RAG"},
}  # fmt: skip


@pytest.fixture(scope="module")
def book():
    return shared_comparison()


@pytest.fixture(scope="module")
def readings():
    """Of each case with two to compare: what is said, what the model says, what is saved."""
    special = {name: as_filled(PRESET) | change for name, change in EXTREMES.items()}
    books = many().filled(list(special.values()))
    models = {name: (book, Comparison(values, book))
              for (name, values), book in zip(special.items(), books, strict=True)}  # fmt: skip
    models |= {seed: (of_drawn(seed), reading(seed).of) for seed in range(SCENARIOS // 2)}
    found = []
    for name, (filled, of) in models.items():
        shown = {field: filled.field(field) for field in SHOWN}
        if shown["decided"]:
            pair = [of.approaches[of.names.index(shown[each])]
                    for each in ("from_name", "to_name")]  # fmt: skip
            found.append((name, shown, of, pair, saved(of.over, *pair, of.volume)))
    assert len(found) > SCENARIOS / 3
    return found


def saved(over, before, after, volume):
    """What the move saves in each period after tax, to the last in which tax is saved."""
    costs = [over.costs_after_tax(each, volume).ravel() for each in (before, after)]
    paid = np.zeros((2, max(61, *map(len, costs))))
    for row, each in zip(paid, costs, strict=True):
        row[: len(each)] = each
    return paid[0] - paid[1]


def worth(flows, rate):
    return flows @ (1 + rate) ** (-np.arange(len(flows)) / 12)


WORTH = re.compile(
    r"Moving from (.+) to (.+) (saves|costs) (.+?)( more)? in present cost over "
    r"(\d+) months?(, discounted at ([\d.]+)% a year)?(, after tax at ([\d.]+)%)?\."
)


def test_what_it_is_worth_is_what_the_months_come_to(readings):
    for name, shown, of, _, flows in readings:
        found = WORTH.fullmatch(shown["move_answer"])
        if not found:
            assert "leaves the present cost as it is over" in shown["move_answer"]
            assert abs(worth(flows, of.over.annual_rate)) <= 1e-6 * max(1, of.scale), name
            continue
        assert (found[1], found[2]) == (shown["from_name"], shown["to_name"])
        value = float(worth(flows, of.over.annual_rate))
        assert about(found[4], abs(value)), (name, shown, value)
        assert (found[3] == "saves") is (value > 0) is not bool(found[5]), name
        assert int(found[6]) == of.months
        assert float(found[8] or 0) == pytest.approx(of.over.annual_rate * 100)
        assert float(found[10] or 0) == pytest.approx(of.over.tax_rate * 100)
        assert (" 1 months" in shown["move_answer"]) is False


def test_it_has_paid_back_from_the_month_that_is_said(readings):
    seen = set()
    for name, shown, of, _, flows in readings:
        total = np.cumsum(flows[:61] * (1 + of.over.annual_rate) ** (-np.arange(61) / 12))
        behind = total < -1e-6 * abs(total).max()
        said = shown["payback_answer"]
        month = re.search(r"month (\d+)", said)
        seen.add(said[:10])
        if "from the start" in said:
            assert not behind.any(), name
        elif month:
            assert 0 < int(month[1]) <= of.months
            assert behind[int(month[1]) - 1], name
            assert not behind[int(month[1]) :].any(), name
        else:
            assert said == "It does not pay back within the horizon."
            assert behind[of.months :].any(), name
    assert len(seen) == 3


RATE = re.compile(r"is (above )?([-\d.,]+)% a year, and it pays at discount rates (\w+) that")


def test_it_pays_on_the_side_of_the_rate_that_is_said(readings):
    seen = set()
    for name, shown, _, _, flows in readings:
        said = shown["return_answer"]
        rate = RATE.search(said)
        signs = np.sign(flows[abs(flows) > 1e-9 * abs(flows).max()])
        changes = int(np.count_nonzero(np.diff(signs)))
        if not rate:
            seen.add(said)
            if "after month 60" in said:
                assert flows[61:].any(), name
                continue
            if not signs.size:
                assert said.endswith("every month costs the same."), (name, said)
                continue
            assert changes != 1, (name, said)
            assert ("more than once" in said) is (changes > 1)
            assert ("no month costs more" in said) is bool(changes == 0 and signs[0] > 0)
            assert ("no month saves" in said) is bool(changes == 0 and signs[0] < 0)
            continue
        assert changes == 1, (name, said)
        assert not flows[61:].any(), (name, said)
        invested = bool(signs[0] < 0)
        seen.add(("above" if rate[1] else "at", invested))
        assert rate[3] == ("below" if invested else "above"), (name, said)
        told, apart = float(rate[2].replace(",", "")) / 100, 0.0006  # rounded to 0.1%
        assert bool(worth(flows, max(-0.9999, told - apart)) > 0) is invested or told < -0.9990, (
            name
        )
        assert bool(worth(flows, told + apart) < 0) is (invested is not bool(rate[1])), name
    assert len(seen) >= 6


def test_each_month_costs_less_from_the_one_that_is_said(readings):
    seen = set()
    for name, shown, of, pair, _ in readings:
        said = shown["month_answer"]
        paid = [of.over.costs(each, of.volume).ravel() for each in pair]
        upfront = [each[0] for each in paid]
        before, after = [each[1:] + each[0] / of.months for each in paid]
        dearer = after > before + 1e-6 * abs(upfront[1] - upfront[0]) / of.months
        month = re.search(r"From month (\d+) on, at ([\d,]+) requests", said)
        seen.add(said[:7])
        if month:
            at = int(month[1])
            assert dearer[at - 2], (name, said)
            assert not dearer[at - 1 :].any(), (name, said)
            grown = of.volume * (1 + of.over.volume_growth) ** ((at - 1) / 12)
            assert float(month[2].replace(",", "")) == pytest.approx(grown, abs=0.51)
        elif said.startswith("In every month"):
            assert not dearer.any(), (name, said)
        else:
            assert said.startswith("In the last month"), said
            assert dearer[-1], (name, said)
    assert len(seen) == 3


def test_it_is_the_month_in_which_growing_volume_passes_the_breakeven(book):
    """Where no price moves: against the breakeven of two lines in closed form."""
    passed = 0
    for growth in (0.3, 0.8, 2.0):
        for volume in (2e6, 9e6, 1.8e7):
            change = BUILD | {"requests_per_month": volume, "months": 60, "volume_growth": growth}
            values = as_filled(PRESET) | change
            book.fill(values)
            of = Comparison(values, book)
            api, tuned = (of.approaches[of.names.index(each)] for each in ("API", "Fine-tuned"))
            crossing = Projection(60).breakeven(api, tuned)
            months = volume * (1 + growth) ** (np.arange(60) / 12)
            above = np.flatnonzero(months >= crossing)
            wanted = above[0] + 1 if above.size else "none"
            assert book.field("cheaper_month") == wanted
            passed += wanted != "none"
    assert passed > 5


UNDECIDED = {
    "one approach": (without(2, 3), "There is no second approach to compare."),
    "nothing": (without(1, 2, 3), "There is no second approach to compare."),
    "nobody of that name": ({"move_to": "nobody"}, "names no approach that takes part."),
    "left out": ({"approach_1_initial_dev_hours": None, "move_to": "API"}, "names no approach"),
    "twice the same": ({"move_from": "RAG", "move_to": "RAG"}, "are the same approach."),
}


@pytest.mark.parametrize(("change", "words"), UNDECIDED.values(), ids=UNDECIDED)
def test_where_no_two_are_named_that_is_said_and_nothing_else(book, change, words):
    book.fill(as_filled(PRESET) | change)
    assert words in book.field("move_answer")
    for field in ("payback_answer", "return_answer", "month_answer", "net_present_value"):
        assert book.field(field) == "", field


def test_the_one_that_is_named_is_compared_with_the_best_other(book):
    for change, pair in (
        ({}, ("Fine-tuned", "API")), ({"move_from": "API"}, ("API", "Fine-tuned")),
        ({"move_to": "Fine-tuned"}, ("API", "Fine-tuned")),
        ({"move_to": "RAG"}, ("Fine-tuned", "RAG")),
        ({"move_from": "RAG"}, ("RAG", "API")), ({"move_to": "API"}, ("Fine-tuned", "API")),
    ):  # fmt: skip
        book.fill(as_filled(PRESET) | change)
        assert (book.field("from_name"), book.field("to_name")) == pair


def test_two_that_cost_the_same_are_told_so(book):
    book.fill(as_filled(PRESET) | FREE | ALIKE | DEARER)
    assert "leaves the present cost as it is over 12 months." in book.field("move_answer")
    assert book.field("return_answer").endswith("every month costs the same.")


def test_rates_do_not_touch_the_internal_rate_of_return(book):
    values = as_filled(PRESET) | EXTREMES["build at a large volume"]
    found = []
    for rate in (0.0, 0.1, 0.9):
        book.fill(values | dict.fromkeys(RATES[:1], rate))
        found.append(book.field("rate_of_return"))
    assert found == [pytest.approx(found[0], rel=1e-12)] * 3

"""The sentences of the comparison, read against the Python model, at drawn and extreme inputs."""

import re

import numpy as np
import pytest
from expected_comparison import Comparison
from filled import Filled
from test_model import PRESET, as_filled, drawn, without

from bbxl.workbooks import build_vs_buy
from bbxl.workbooks.build_vs_buy.inputs import COSTS

DRAWN = 60


@pytest.fixture(scope="module")
def book():
    return Filled(build_vs_buy.model(PRESET))


def said(book, values, field="recommendation"):
    book.fill(values)
    return book.field(field)


def spoilt(values, seed):
    """One of the approaches with a fault, and the words that must tell it first."""
    draw = np.random.default_rng(seed)
    slot = int(draw.choice([i for i in range(1, 7) if values[f"approach_{i}_name"]]))
    name, entry = values[f"approach_{slot}_name"], draw.choice(COSTS)
    field = f"approach_{slot}_{entry.field}"
    return slot, *[
        ({field: None}, f"{name} is left out: {entry.label} is missing. "),
        ({field: "x"}, f"{name} is left out: {entry.label} is not a number. "),
        ({field: -1.0}, f"{name} is left out: {entry.label} is out of range. "),
        ({f"approach_{slot}_name": "  "}, f"Approach {slot} is left out: it has no name. "),
        ({f"approach_{slot}_name": None}, f"Approach {slot} is left out: it has no name. "),
    ][seed % 5]


EXTREMES = {
    "one month": {"months": 1},
    "five years at 20%": {"months": 60, "annual_rate": 0.2, "requests_per_month": 500_000.0},
    "all of it is tax": {"tax_rate": 1.0},
    "no requests": {"requests_per_month": 0.0},
    "as many as can be typed": {"requests_per_month": 1e12},
    "100% a year, tax": {"annual_rate": 1.0, "tax_rate": 0.3, "capitalised_share": 1.0},
    "all fail": {"min_accuracy": 0.99, "annual_rate": 0.1},
    "one": {"annual_rate": 0.1, **without(2, 3)},
    "a request that costs next to nothing": {
        **without(2, 3), "approach_1_api_cost_per_request": 1e-9, "requests_per_month": 1.0,
        **{f"approach_1_{each.field}": 0.0 for each in COSTS[2:] + COSTS[:1]}},
}  # fmt: skip


def cases():
    """Inputs: extreme ones by their name, and drawn ones."""
    yield from ((name, as_filled(PRESET) | change) for name, change in EXTREMES.items())
    yield from ((seed, drawn(seed)) for seed in range(DRAWN))


def about(words, amount):
    """Whether an amount in words is that, to three digits; exactly, where it does not say about."""
    number = float(words.removeprefix("about ").replace(",", ""))
    exact = not words.startswith("about ")
    return number == pytest.approx(
        amount, rel=1e-9 if exact else 0.005, abs=1e-9 if exact else 5e-5
    )


COSTS_SAID = (
    r"It costs (?P<monthly>(about )?[\d.,]+) a month on average, "
    r"(?P<present>(about )?[\d.,]+) over the horizon"
    r"( after tax at (?P<tax>[\d.]+)%; the cash paid over the horizon is "
    r"(?P<cash>(about )?[\d.,]+) before tax)?\.",
    r"Its present cost is (?P<present>(about )?[\d.,]+), discounted at (?P<rate>[\d.]+)% a year"
    r"( and after tax at (?P<tax>[\d.]+)%)?, or (?P<monthly>(about )?[\d.,]+) a month in equal "
    r"payments; the cash paid over the horizon is (?P<cash>(about )?[\d.,]+)( before tax)?\.",
)


def test_what_it_costs_is_what_the_months_come_to(book):
    """Against cash flows added up month by month, with no weights and no annuity of the model."""
    for name, values in cases():
        answer = said(book, values, "answer")
        of = Comparison(values, book)
        flows = of.over.costs(of.approaches[of.first], of.volume)
        factors = (1 + of.over.annual_rate) ** (-np.arange(61) / 12)
        (found,) = [match for each in COSTS_SAID for match in re.finditer(each, answer)]
        told = found.groupdict()
        assert float(told.get("rate") or 0) == pytest.approx(of.over.annual_rate * 100), name
        assert float(told["tax"] or 0) == pytest.approx(of.over.tax_rate * 100), name
        after_tax = of.fields["after_tax"][:, of.slots[of.first]].astype(float)
        assert about(told["present"], after_tax @ factors), (name, answer)
        # As many payments as there are months are worth the present cost.
        payments = after_tax @ factors / factors[1 : of.months + 1].sum()
        assert about(told["monthly"], payments), (name, answer)
        assert about(told.get("cash") or told["present"], flows.sum()), (name, answer)
        assert (" 1 months" in answer) is False
        assert ("in equal payments" in answer) is (of.over.annual_rate > 0)


def test_whoever_is_left_out_comes_first_and_the_rest_is_as_if_it_were_not_there(book):
    for seed in range(DRAWN):
        values = drawn(seed)
        slot, fault, words = spoilt(values, seed)
        rest = said(book, values | without(slot))
        assert said(book, values | fault) == words + rest
        assert said(book, values | fault, "answer").startswith(words)
        assert (
            words
            == f"{words.split(' is left')[0]} is left out: {book.field('left_out')[slot - 1]}. "
        )


def test_approaches_of_one_name_are_left_out_with_one_sentence(book):
    values = as_filled(PRESET)
    rest = said(book, values | without(1, 3))
    both = values | {"approach_3_name": "api"}
    assert said(book, both) == f"API is left out: another one has its name. {rest}"

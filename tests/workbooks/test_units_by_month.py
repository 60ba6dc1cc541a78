"""Units in the comparison: figures worked out by hand, and what only a large volume shows."""

import pytest
from filled import shared
from test_model import PRESET, as_filled, drawn, many, reading_of, shared_comparison

from bbxl import presets
from bbxl.workbooks import build_vs_buy


@pytest.fixture(scope="module")
def book():
    return shared(build_vs_buy, "customer-support-on-units")


def of(book, field, name="Fine-tuned"):
    return dict(zip(book.field("name"), book.field(field), strict=True))[name]


# 7 x 1,750 + 40,000,000 x 0.0001 + (640 x 150 + 65,000) / 12 + 59 x 150 + 1,200
@pytest.mark.parametrize(
    ("volume", "units", "cost"),
    [(40_000_000.0, 7, 39_716.67), (10_000_000_000.0, 1631, 3_877_716.67), (1.0, 2, 26_966.67)],
)
def test_a_volume_costs_as_many_units_as_it_fills(book, volume, units, cost):
    preset = presets.load("customer-support-on-units")
    book.fill(as_filled(preset) | {"requests_per_month": volume})
    assert of(book, "units_today") == units
    assert of(book, "present_monthly") == pytest.approx(cost, abs=0.005)
    assert of(book, "next_unit") == units * 6_132_000


# 7 units carry 42,924,000: 40,000,000 x 1.1 ^ (9 / 12) is 42,963,653, and a month before less.
@pytest.mark.parametrize(
    ("growth", "months", "month"),
    [(0.1, 12, 10), (0.1, 9, "no month"), (0.0, 12, "no month"), (-0.1, 12, "no month")],
)
def test_the_month_in_which_the_units_of_today_are_outgrown(book, growth, months, month):
    preset = presets.load("customer-support-on-units")
    given = {"requests_per_month": 40_000_000.0, "volume_growth": growth, "months": months}
    book.fill(as_filled(preset) | given)
    assert of(book, "outgrown") == month
    assert of(book, "outgrown", "API") == ""


def test_servers_that_cannot_carry_the_volume_do_not_pass():
    book = shared_comparison()
    book.fill(as_filled(PRESET) | {"requests_per_month": 10_000_000_000.0})
    # 10,000,000,000 x 3 / (730 x 3,600) requests a second at the peak
    assert book.field("peak_rps") == pytest.approx(11_415.53, abs=0.005)
    assert book.field("recommended") == "none"
    assert "below the peak of 11,415.5251, and no units are added" in of(
        book, "why_not", "Fine-tuned"
    )


def test_units_are_bought_again_after_their_life_and_deducted_over_it():
    """Two servers, 60 months, a life of 36, no growth: bought in months 1 and 37; by hand."""
    preset = presets.load("document-reading-on-premises")
    book = shared_comparison()
    values = as_filled(preset) | {"months": 60, "requests_per_month": 40_000_000.0, "tax_rate": 0.3}
    book.fill(values | {"annual_rate": 0.0})
    at = list(book.field("name")).index("Own servers")
    bought = book.field("bought")[:, at]
    assert {month: n for month, n in enumerate(bought) if n} == {1: 2, 37: 2}
    # The second pair has a third of its life before it: a fifth of that is got back, and taxed.
    left = 2 * 250_000 * (1 - 24 / 36)
    assert book.field("unit_left")[at] == pytest.approx(2 * (1 - 24 / 36))
    paid = 4 * 250_000 * (1 - 0.3) - 0.2 * left * (1 - 0.3)
    rent = 2 * 2_500 * 60 * (1 - 0.3)
    units = book.field("present_units")[at] * book.field("annuity")
    assert units == pytest.approx(paid + rent)
    assert book.field("tax_later")[at] == pytest.approx(0.3 * 2 * 250_000 * 12 / 36)


LIVES = [f"approach_{slot}_unit_life_months" for slot in range(1, 7)]
EXTREMES = {
    "a life of a month": dict.fromkeys(LIVES, 1.0),
    "a life beyond the horizon": dict.fromkeys(LIVES, 100.0) | {"months": 24},
    "a horizon of a month": {"months": 1},
    "the longest horizon, fewer requests": {"months": 60, "volume_growth": -0.3},
    "fewer requests, a life of a month": dict.fromkeys(LIVES, 1.0) | {"volume_growth": -0.3},
    "nothing moves": dict.fromkeys(("annual_rate", "volume_growth", "infra_price_change"), 0.0),
    "prices grow as they are discounted": {
        "annual_rate": 0.15, "infra_price_change": 0.15, "months": 33},
    "as they are discounted in a case": {
        "annual_rate": 0.1, "rate_swing": 0.05, "infra_price_change": 0.15, "months": 60},
}  # fmt: skip


def test_units_are_what_the_model_says_at_extremes():
    cases = {}
    for seed in (0, 2):  # approaches that buy units, that rent them, or both
        for name, change in EXTREMES.items():
            values = drawn(seed)
            used = {each for each in change if each not in LIVES or values[f"{each[:10]}_name"]}
            cases[name, seed] = values | {each: change[each] for each in used}
    for case, values, book in zip(cases, cases.values(), many().filled(list(cases.values())),
                                  strict=True):  # fmt: skip
        assert reading_of(values, book).wrong is None, case

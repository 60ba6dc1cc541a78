"""Breakeven, bands, payback and switch price, against loops, bisection and hand figures."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from test_cost import amounts, horizons, support_classifier

from bbxl.model.breakeven import bands, cheapest, explain
from bbxl.model.choice import payback, switch_price
from bbxl.model.cost import CostModel

prices = st.floats(0, 10)
lines = st.builds(CostModel, amounts, prices, amounts)


@pytest.mark.parametrize(
    ("a", "b", "volume"),
    [
        ("API", "RAG", 9_700_000),
        ("API", "Fine-tuned", 21_462_962.96),
        ("RAG", "Fine-tuned", 36_166_666.67),
    ],
)
def test_worked_figures(a, b, volume):
    models = {name: each.cost_model() for name, each in support_classifier().items()}
    assert round(models[a].breakeven(models[b]), 2) == volume
    assert models[a].breakeven(models[b]) == models[b].breakeven(models[a])


def test_breakeven_is_exact():
    exact = Fraction(200_000, 12) / Fraction("0.0018")
    found = CostModel(50_000, 0.002).breakeven(CostModel(250_000, 0.0002))
    assert found == float(exact)


@given(lines, lines, horizons)
def test_both_cost_the_same_at_the_breakeven(a, b, months):
    volume = a.breakeven(b, months)
    assume(not math.isnan(volume) and math.isfinite(volume))
    at_a, at_b = a.monthly(volume, months), b.monthly(volume, months)
    assert at_a == pytest.approx(at_b, rel=1e-6)


@pytest.mark.parametrize(
    ("a", "b", "expected", "sentence"),
    [
        (CostModel(0, 1), CostModel(0, 1), math.nan, "A and B cost the same at every volume."),
        (CostModel(0, 1), CostModel(9, 1), math.nan, "A is cheaper at every volume."),
        (CostModel(9, 1), CostModel(0, 1), math.nan, "B is cheaper at every volume."),
        (CostModel(9, 2), CostModel(0, 1), math.nan, "B is cheaper at every volume."),
        (CostModel(0, 1), CostModel(0, 2), 0, "A is cheaper at every volume above zero."),
        (CostModel(0, 2), CostModel(0, 1), 0, "B is cheaper at every volume above zero."),
        (
            CostModel(0, 2),
            CostModel(12, 1),
            1,
            "A is cheaper below 1.00 requests a month, B above.",
        ),
        (
            CostModel(12, 1),
            CostModel(0, 2),
            1,
            "B is cheaper below 1.00 requests a month, A above.",
        ),
    ],
)
def test_edges(a, b, expected, sentence):
    assert a.breakeven(b) == pytest.approx(expected, nan_ok=True)
    assert explain(a, b) == sentence


def test_worked_bands():
    models = {name: each.cost_model() for name, each in support_classifier().items()}
    found = [(round(b.start, 2), round(b.end, 2), b.cheapest) for b in bands(models)]
    assert found == [
        (0, 9_700_000, "API"),
        (9_700_000, 36_166_666.67, "RAG"),
        (36_166_666.67, math.inf, "Fine-tuned"),
    ]


@given(st.lists(lines, min_size=1, max_size=7), horizons, st.floats(0, 1e10))
def test_bands_name_a_cheapest_everywhere(models, months, volume):
    named = {f"approach {i}": model for i, model in enumerate(models)}
    found = bands(named, months)
    assert found[0].start == 0
    assert found[-1].end == math.inf
    assert all(a.end == b.start for a, b in itertools.pairwise(found))
    (band,) = [b for b in found if b.start <= volume < b.end]
    lowest = min(model.monthly(volume, months) for model in models)
    assert named[band.cheapest].monthly(volume, months) == pytest.approx(lowest, rel=1e-6)


def test_one_band_for_one_approach_or_equal_ones():
    assert [b.cheapest for b in bands({"A": CostModel(1, 1)})] == ["A"]
    assert [b.cheapest for b in bands({"A": CostModel(1, 1), "B": CostModel(1, 1)})] == ["A"]


def test_three_lines_through_one_point_leave_no_empty_band():
    through = {"A": CostModel(0, 3), "B": CostModel(12, 2), "C": CostModel(24, 1)}
    assert [(b.end, b.cheapest) for b in bands(through)] == [(1, "A"), (math.inf, "C")]


def test_no_approach_is_an_error():
    for function in (bands, lambda models: cheapest(models, 1)):
        with pytest.raises(ValueError, match="at least one"):
            function({})


def test_cheapest_of_equals_is_the_first():
    models = {"A": CostModel(12, 1), "B": CostModel(12, 1), "C": CostModel(0, 3)}
    assert cheapest(models, np.array([[0, 10]])).tolist() == [["C", "A"]]


def paid_back_after(extra: float, saving: float, rate: float) -> float:
    """Months until the discounted savings reach the extra, by bisection over an integral form."""
    monthly = (1 + rate) ** (1 / 12) - 1

    def repaid(months: float) -> float:
        annuity = (1 - (1 + monthly) ** -months) / monthly if monthly else months
        return saving * annuity

    low, high = 0.0, 1e6
    if repaid(high) < extra:
        return math.nan
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if repaid(middle) < extra else (low, middle)
    return low


@given(st.floats(1, 1e6), st.floats(1, 1e6), st.floats(0.01, 0.5))
def test_payback_against_bisection(extra, saving, rate):
    expected = paid_back_after(extra, saving, rate)
    monthly = (1 + rate) ** (1 / 12) - 1
    assume(abs(extra * monthly / saving - 1) > 1e-3)  # at the limit it takes for ever
    found = payback(0, saving, extra, 0, rate)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6, nan_ok=True)
    assert payback(extra, 0, 0, saving, rate) == pytest.approx(found, nan_ok=True)


def test_payback_month_by_month():
    factor, paid, month = 1.1 ** (-1 / 12), 0.0, 0
    while paid < 200_000:
        month += 1
        paid += 18_000 * factor**month
    assert month - 1 < payback(50_000, 20_000, 250_000, 2_000, 0.10) <= month


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((0, 10, 100, 5), 20),
        ((100, 5, 0, 10), 20),
        ((0, 5, 100, 10), math.nan),
        ((0, 5, 100, 5), math.nan),
        ((7, 5, 7, 10), 0),
        ((7, 5, 7, 5), 0),
        ((0, 1, 1000, 0, 0.2), math.nan),
        ((0, 10, 100, 0, 0.0), 10),
    ],
)
def test_payback_edges(arguments, expected):
    assert payback(*arguments) == pytest.approx(expected, nan_ok=True)


@given(lines, lines, st.floats(1, 1e9), horizons)
def test_switch_price_makes_both_cost_the_same(a, b, volume, months):
    price = switch_price(
        a.upfront_cost,
        b.upfront_cost,
        b.cost_per_request,
        volume,
        months,
        a.fixed_monthly,
        b.fixed_monthly,
    )
    costs_b = b.monthly(volume, months)
    if math.isnan(price):
        free = CostModel(a.upfront_cost, 0, a.fixed_monthly)
        assert free.monthly(volume, months) >= costs_b * (1 - 1e-9)
    else:
        repriced = CostModel(a.upfront_cost, price, a.fixed_monthly)
        assert repriced.monthly(volume, months) == pytest.approx(costs_b, rel=1e-9)


def test_no_switch_price_at_zero_volume():
    assert math.isnan(switch_price(0, 100, 1, 0))

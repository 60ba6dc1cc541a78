"""NPV, IRR and payback month against savings that are listed and discounted one by one."""

import itertools
import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from test_capacity import on_units

from bbxl.model.cost import CostModel
from bbxl.model.drivers import TCOComponents
from bbxl.model.investment import irr, npv, payback_month, savings
from bbxl.model.projection import Projection
from bbxl.model.unanswered import TooLargeError

FLAT = Projection(36)


def worth(saved, rate):
    """What savings of period 0, 1, 2, ... are worth at a rate a year."""
    return sum(each / (1 + rate) ** (t / 12) for t, each in enumerate(saved))


def by_bisection(saved, low=-0.999, high=1e6):
    """The rate at which savings that are paid for first are worth nothing."""
    for _ in range(300):
        middle = (low + high) / 2
        low, high = (middle, high) if worth(saved, middle) > 0 else (low, middle)
    return low


lines = st.builds(CostModel, st.floats(0, 1e6), st.floats(0, 1), st.floats(0, 1e4))
over = st.builds(
    Projection,
    st.integers(1, 60),
    st.floats(0, 0.5),
    st.floats(-0.5, 1),
    tax_rate=st.floats(0, 0.9),
    capitalised_share=st.floats(0, 1),
    life_months=st.integers(1, 70),
)


@given(lines, lines, st.floats(0, 1e5), over)
def test_npv_is_the_worth_of_the_savings(before, after, volume, projection):
    saved = savings(before, after, volume, projection).tolist()
    size = sum(map(abs, saved)) + before.monthly(volume) + after.monthly(volume)
    expected = worth(saved, projection.annual_rate)
    found = npv(before, after, volume, projection)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9 * size)
    assert npv(after, before, volume, projection) == -found


@given(st.floats(1, 1e6), st.floats(1, 1e4), st.integers(1, 120))
def test_irr_of_equal_savings_against_bisection(price, saved, months):
    before, after = CostModel(0, 0, saved), CostModel(price, 0, 0)
    assume(1e-3 < price / saved < 1e5)
    expected = by_bisection([-price, *[saved] * months])
    assume(-0.99 < expected < 1e5)
    found = irr(before, after, 0, Projection(months, annual_rate=0.7))
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_irr_by_hand():
    three, five = CostModel(0, 0, 3), CostModel(0, 0, 5)
    assert math.isnan(irr(five, three, 0, FLAT))  # costs nothing at any time
    assert math.isnan(irr(three, five, 0, FLAT))  # saves nothing at any time
    assert math.isnan(irr(three, three, 0, FLAT))
    # 1,000 now, for servers that need not be bought.
    month = CostModel(1000, 0)
    server = TCOComponents(0, 0, 0, 0, unit_price=1100, unit_capacity=1, unit_life_months=60)
    growing = Projection(13, volume_growth=0.21)  # more than one request from month 2 on
    assert server.tco(1).units == 1
    found = irr(server, month, 1, growing)
    # 1,100 saved in month 1 and again in month 2.
    assert worth([-1000, 1100, 1100], found) == pytest.approx(0, abs=1e-9)


def test_several_rates_are_no_answer():
    """Paid at the start, saved for a while, and paid again as prices rise: two rates fit."""
    before, after = CostModel(0, 0, 600), CostModel(1_000, 1, 0)
    rising = Projection(30, api_price_change=9.0)
    saved = savings(before, after, 20, rising)
    signs = [each > 0 for each in saved if each]
    assert sum(a != b for a, b in itertools.pairwise(signs)) == 2
    low, high = worth(saved, -0.5), worth(saved, 20.0)
    middle = max(worth(saved, rate / 10) for rate in range(1, 200))
    assert low < 0 < middle
    assert high < middle
    assert math.isnan(irr(before, after, 20, rising))


def test_savings_that_change_their_sign_for_long_are_refused():
    grown = replace(on_units()["Fine-tuned"], unit_price=50_000.0)
    with pytest.raises(TooLargeError, match="change their sign"):
        irr(on_units()["API"], grown, 10e6, Projection(600, volume_growth=0.1))


def test_payback_month():
    dear, cheap = CostModel(100, 0), CostModel(0, 0, 10)
    assert payback_month(cheap, dear, 0, Projection(36)) == 10  # both have then spent 100
    assert payback_month(cheap, dear, 0, Projection(36, annual_rate=0.2)) == 11
    assert math.isnan(payback_month(cheap, dear, 0, Projection(9)))
    assert math.isnan(payback_month(dear, cheap, 0, Projection(36)))
    assert payback_month(dear, cheap, 0, Projection(9)) == 0  # never behind
    assert payback_month(dear, dear, 0, Projection(9)) == 0


def test_payback_counts_units_that_are_bought_in_a_month():
    """Servers of 30,000 save 10,000 a month: ahead from month 3 on, but for those of month 5."""
    api = replace(on_units()["API"], infrastructure_monthly=10_000.0)
    own = replace(on_units()["API"], infrastructure_monthly=0.0, unit_price=30_000.0,
                  unit_life_months=60.0, unit_capacity=100.0)  # fmt: skip
    assert payback_month(api, own, 100, Projection(36)) == 3
    twice = Projection(36, volume_growth=2 ** (12 / 4) - 1)  # a second one in month 2, 2 in 5
    saved = savings(api, own, 100, twice).cumsum()
    expected = max(t for t, each in enumerate(saved) if each < 0) + 1
    found = payback_month(api, own, 100, twice)
    assert found == expected if expected <= 36 else math.isnan(found)

"""Numbers at the edge, against exact fractions and sixty digits."""

import math
import warnings
from decimal import Decimal, getcontext
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbxl.model.breakeven import bands
from bbxl.model.cost import CostModel
from bbxl.model.drivers import TCOComponents
from bbxl.model.projection import Projection
from bbxl.model.streams import DEVELOPMENT, REQUESTS

pytestmark = pytest.mark.slow

getcontext().prec = 60
MONTHS = 60


def exact_breakeven(a, b, months=12):
    """The crossing of two lines in fractions; None where there is none."""
    rise = Fraction(b.upfront_cost) - Fraction(a.upfront_cost)
    rise = rise / months + Fraction(b.fixed_monthly) - Fraction(a.fixed_monthly)
    slope = Fraction(a.cost_per_request) - Fraction(b.cost_per_request)
    return rise / slope if slope and rise / slope >= 0 else None


@given(st.integers(20, 45), st.floats(1e-5, 1), st.floats(1, 1e6), st.floats(1, 1e6))
def test_lines_that_are_nearly_parallel_cross_where_fractions_say(bits, price, start, more):
    a, b = CostModel(start, price), CostModel(start + more, price * (1 - 2.0**-bits))
    exact = float(exact_breakeven(a, b))
    for over in (Projection(12), Projection(12, annual_rate=0.3, tax_rate=0.25)):
        # Of a line, a request is worth the same in both approaches, and so is the start.
        expected = exact * 12 * over.weights[DEVELOPMENT] / over.weights[REQUESTS]
        # What each costs at the start is rounded before the two are subtracted.
        rounded = 1e-15 * b.upfront_cost / (over.weights[REQUESTS] * price * 2.0**-bits)
        assert over.breakeven(a, b) == pytest.approx(expected, rel=1e-13, abs=rounded)
    assert a.breakeven(b) == pytest.approx(exact, rel=1e-13)


def exact_present_cost(p, costs, volume):
    """A loop over the months in sixty digits; `costs` are upfront, per request and fixed."""
    upfront, price, fixed = map(Decimal, costs)
    kept, rate = 1 - Decimal(p.tax_rate), 1 + Decimal(p.annual_rate)
    share, life = Decimal(p.capitalised_share), int(p.life_months)
    total = upfront - Decimal(p.tax_rate) * upfront * (1 - share)
    for t in range(1, life + 1):
        total -= Decimal(p.tax_rate) * upfront * share / life * rate ** (Decimal(-t) / 12)
    for t in range(1, int(p.months) + 1):
        factor = Decimal(p.shock_factor) if t >= p.shock_month else 1
        paid = (
            price
            * Decimal(volume)
            * factor
            * (1 + Decimal(p.volume_growth)) ** (Decimal(t - 1) / 12)
        )
        total += (paid + fixed) * kept * rate ** (Decimal(-t) / 12)
    return total


@pytest.mark.parametrize("rate", [-0.999999999, -0.9, -1e-9, 0.0, 1e-9, 9.0])
@pytest.mark.parametrize("tax", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("shock", [(1, 1.0), (30, 3.0), (30, 0.0), (99, 2.0)])
def test_present_cost_at_the_edge_of_every_rate(rate, tax, share, shock):
    month, factor = shock
    over = Projection(
        MONTHS, rate, 0.5, tax_rate=tax, capitalised_share=share, life_months=24,
        shock_month=month, shock_factor=factor,
    )  # fmt: skip
    for costs in ((100.0, 0.0, 0.0), (0.0, 0.01, 0.0), (0.0, 0.0, 10.0), (5.0, 0.01, 1.0)):
        found = over.present_cost(CostModel(*costs), 1000.0)
        exact = exact_present_cost(over, costs, 1000)
        untaxed = Projection(MONTHS, rate, 0.5, shock_month=month, shock_factor=factor)
        scale = float(exact_present_cost(untaxed, costs, 1000))
        # What tax takes away is rounded as what was there before.
        assert found == pytest.approx(float(exact), rel=1e-9, abs=1e-12 * scale)


def test_what_costs_nothing_is_worth_nothing_also_where_a_month_is_worth_infinitely_much():
    over = Projection(1200, annual_rate=-0.999999999, tax_rate=0.25, life_months=1200)
    assert over.present_cost(CostModel(100, 0), 1e6) == 75
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert over.present_cost(CostModel(100, 1), 1e6) == math.inf
        assert over.present_cost(TCOComponents(0, [0, 1], 0, 0), 1).tolist() == [0, math.inf]
    free = Projection(1200, annual_rate=-0.999999999, tax_rate=1)
    assert free.present_cost(CostModel(100, 1, 1), 1e6) == 0


def brute(models, volume):
    """The cheapest line at a volume, in fractions."""
    cost = {
        name: Fraction(m.upfront_cost) / 12
        + Fraction(m.fixed_monthly)
        + Fraction(m.cost_per_request) * Fraction(volume)
        for name, m in models.items()
    }
    return {name for name in cost if cost[name] == min(cost.values())}


small = st.integers(0, 6).map(float)


@given(st.lists(st.tuples(small, small, small), min_size=1, max_size=12))
def test_bands_are_the_lower_envelope(lines):
    """Small whole numbers, so that many lines are parallel, equal, or meet in one point."""
    models = {f"line {i}": CostModel(12 * u, c, f) for i, (u, c, f) in enumerate(lines)}
    found = bands(models)
    assert [band.end for band in found[:-1]] == [band.start for band in found[1:]]
    assert (found[0].start, found[-1].end) == (0, math.inf)
    assert all(band.start < band.end for band in found)
    crossings = {exact_breakeven(a, b) for a in models.values() for b in models.values()}
    ends = sorted(crossings - {None} | {Fraction(0)})
    between = [(a + b) / 2 for a, b in pairwise(ends)] + [ends[-1] + 1]
    for volume in between:
        (band,) = [each for each in found if each.start <= volume < each.end]
        assert band.cheapest in brute(models, volume), float(volume)
    # A band is one line, the first of equal ones.
    cheapest = [band.cheapest for band in found]
    assert len(cheapest) == len(set(cheapest))
    for name in cheapest:
        equal = [n for n, m in models.items() if m.monthly(0) == models[name].monthly(0)
                 and m.cost_per_request == models[name].cost_per_request]  # fmt: skip
        assert name == equal[0]


def test_bands_of_many_lines():
    """Tangents of a parabola: each of a thousand lines is cheapest somewhere."""
    count = 1000
    models = {str(i): CostModel(0, 2.0 * (count - i), float(i * i)) for i in range(count)}
    found = bands(models)
    assert [band.cheapest for band in found] == list(models)
    starts = np.array([band.start for band in found[1:]])
    assert starts == pytest.approx(np.arange(1, count) - 0.5)

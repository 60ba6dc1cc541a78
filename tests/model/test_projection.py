"""Cost over time, against a loop that goes month by month and knows no closed form."""

import math
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from test_cost import support_classifier

from bbxl.model.cost import CostModel
from bbxl.model.drivers import TCOComponents
from bbxl.model.projection import Projection

PLAIN = Projection(36, annual_rate=0.10)
MOVING = Projection(
    36, annual_rate=0.10, volume_growth=0.5, infra_price_change=-0.4, wage_growth=0.03
)


@pytest.mark.parametrize(
    ("projection", "costs", "breakeven"),
    [
        (PLAIN, {"API": 262_576.41, "RAG": 344_271.36, "Fine-tuned": 589_813.80}, 7_239_130),
        (MOVING, {"API": 320_229.21, "RAG": 368_900.28, "Fine-tuned": 556_759.91}, 3_672_898),
    ],
)
def test_worked_figures(projection, costs, breakeven):
    models = support_classifier()
    for name, cost in costs.items():
        assert round(projection.present_cost(models[name], 2_000_000), 2) == cost
    assert round(projection.breakeven(models["API"], models["RAG"])) == breakeven


def loop(p: Projection, a: TCOComponents, volume: float) -> float:
    """Present cost, a month and a tax deduction at a time."""
    rate = a.engineer_hourly_rate
    hours = (
        a.monthly_maintenance_hours
        + a.incident_response_hours_monthly
        + a.compliance_audit_hours_monthly
    )
    development = a.initial_dev_hours * rate
    expensed = a.data_labeling_cost + a.training_compute_cost
    capitalised = development * p.capitalised_share
    total = development + expensed
    total -= p.tax_rate * (development - capitalised + expensed)
    for month in range(1, int(p.life_months) + 1):
        deduction = capitalised / p.life_months
        total -= p.tax_rate * deduction * (1 + p.annual_rate) ** (-month / 12)
    for month in range(1, int(p.months) + 1):
        years = (month - 1) / 12
        price = a.api_cost_per_request * (1 + p.api_price_change) ** years
        if month >= p.shock_month:
            price *= p.shock_factor
        cost = (
            a.infrastructure_monthly * (1 + p.infra_price_change) ** years
            + hours * rate * (1 + p.wage_growth) ** years
            + a.monitoring_tooling_monthly
            + price * volume * (1 + p.volume_growth) ** years
        )
        total += cost * (1 - p.tax_rate) * (1 + p.annual_rate) ** (-month / 12)
    return total


amounts = st.floats(0, 1e6)
rates = st.one_of(st.just(0.0), st.floats(-0.6, 2))
horizons = st.integers(1, 90)
components = st.builds(TCOComponents, amounts, st.floats(0, 1), *[amounts] * 8)
projections = st.builds(
    Projection,
    horizons,
    rates,
    rates,
    rates,
    rates,
    rates,
    st.floats(0, 1),
    st.floats(0, 1),
    horizons,
    st.floats(0, 5),
    horizons,
)


@given(projections, components, st.floats(0, 1e8))
def test_present_cost_against_the_loop(projection, approach, volume):
    expected = loop(projection, approach, volume)
    scale = loop(Projection(**{**asdict(projection), "tax_rate": 0.0}), approach, volume)
    found = projection.present_cost(approach, volume)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9 * scale)


@given(projections, components, components, st.floats(1e-3, 1))
def test_both_cost_the_same_at_the_breakeven(projection, a, b, saved):
    # The one that costs more without a request costs less for each, so that they do meet.
    a, b = sorted((a, b), key=lambda each: loop(projection, each, 0.0))
    a = replace(a, api_cost_per_request=b.api_cost_per_request + saved)
    volume = projection.breakeven(a, b)
    assume(not math.isnan(volume) and volume < 1e12)
    cost = loop(projection, a, volume)
    scale = loop(Projection(**{**asdict(projection), "tax_rate": 0.0}), a, volume)
    assert cost == pytest.approx(loop(projection, b, volume), rel=1e-6, abs=1e-9 * scale)


@given(projections, components, st.floats(0, 1e8))
def test_discounted_months_add_up_to_present_cost(projection, approach, volume):
    untaxed = Projection(**{**asdict(projection), "tax_rate": 0.0})
    months = untaxed.costs(approach, volume) * untaxed.discount_factors()
    assert len(months) == untaxed.months + 1
    assert months.sum() == pytest.approx(untaxed.present_cost(approach, volume), rel=1e-9)


def test_with_no_movement_it_is_the_flat_model():
    for approach in support_classifier().values():
        tco = approach.tco(2_000_000, 24)
        assert Projection(24).present_cost(approach, 2_000_000) == pytest.approx(tco.horizon_total)
        line = approach.cost_model()
        assert Projection(24).present_cost(line, 2_000_000) == pytest.approx(tco.horizon_total)


def test_scenarios_broadcast():
    rates_drawn = np.linspace(0, 0.3, 7)
    horizons_drawn = np.array([[12.0], [36.0]])
    api = support_classifier()["API"]
    many = Projection(horizons_drawn, annual_rate=rates_drawn).present_cost(api, 2_000_000)
    assert many.shape == (2, 7)
    assert many[1, 3] == pytest.approx(loop(Projection(36, rates_drawn[3]), api, 2_000_000))


def test_payback_month():
    dear, cheap = CostModel(100, 0, 0), CostModel(0, 0, 10)
    assert Projection(36).payback_month(cheap, dear, 0) == 10  # both have then spent 100
    assert Projection(36).payback_month(dear, cheap, 0) == 10
    assert math.isnan(Projection(9).payback_month(cheap, dear, 0))
    assert Projection(9).payback_month(cheap, CostModel(0, 0, 99), 0) == 0
    # 10 a month discounted at 20% a year: 12 payments are worth 109.5, 11 are worth 101.1, 10 92.6
    assert Projection(36, annual_rate=0.2).payback_month(cheap, dear, 0) == 11


def test_no_payback_where_the_lines_cross_twice():
    """B repays its start, but prices that rise then carry it past A again."""
    a, b = CostModel(0, 0, 10), CostModel(25, 1, 0)
    rising = Projection(24, api_price_change=9)
    cumulative = np.cumsum(rising.costs(b, 3) - rising.costs(a, 3))
    assert cumulative[0] > 0 > cumulative.min()
    assert cumulative[-1] > 0
    assert math.isnan(rising.payback_month(a, b, 3))
    first = np.flatnonzero(cumulative <= 0)[0]
    repaid = Projection(float(first + 1), api_price_change=9)
    assert repaid.payback_month(a, b, 3) == first


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: Projection(0),
        lambda: Projection(12, annual_rate=-1),
        lambda: Projection(12, tax_rate=1.2),
        lambda: Projection(12.5).costs(CostModel(0, 0), 1),
        lambda: Projection(12).present_cost(CostModel(0, 0), -1),
    ],
)
def test_impossible_projections(mistake):
    with pytest.raises(ValueError, match=r"\w"):
        mistake()

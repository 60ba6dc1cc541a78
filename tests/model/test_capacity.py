"""Units of capacity against loops that count each unit, and figures worked out by hand."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cost import support_classifier

from bbxl.model import capacity
from bbxl.model.distributions import Fixed, Triangular, Uniform
from bbxl.model.drivers import TCOComponents
from bbxl.model.projection import Projection
from bbxl.model.risk import tornado
from bbxl.model.simulation import simulate
from bbxl.model.unanswered import TooLargeError


def on_units():
    """The customer-support preset with Fine-tuned on GPUs that are rented by the unit."""
    models = support_classifier()
    models["Fine-tuned"] = replace(
        models["Fine-tuned"],
        infrastructure_monthly=0.0,
        unit_monthly=1750.0,
        units_minimum=2.0,
        unit_capacity=6_132_000.0,
    )
    return models


@pytest.mark.parametrize(
    ("volume", "cost", "units"),
    [(40e6, 39_716.67, 7), (10e9, 3_877_716.67, 1631), (0, 26_966.67, 2)],
)
def test_worked_figures(volume, cost, units):
    # (161,000 / 12) + 55 h x 150 + 4 h x 150 + 1,200, a request at 0.0001, units at 1,750
    tco = on_units()["Fine-tuned"].tco(volume)
    assert round(tco.monthly_total, 2) == cost
    assert tco.units == units
    assert tco.breakdown["capacity"] == 1750 * units
    assert sum(tco.breakdown.values()) == tco.monthly_total


def test_what_needs_no_units_has_no_such_component():
    tco = support_classifier()["API"].tco(1e6)
    assert "capacity" not in tco.breakdown
    assert tco.units == 0


def test_a_whole_number_of_units_is_no_more_for_rounding():
    draw = np.random.default_rng(1)
    one = np.concatenate([draw.uniform(1, 1e7, 500_000), draw.integers(1, 10**7, 500_000) / 10])
    count = draw.integers(1, 10**6, one.size).astype(float)
    assert (capacity.units(count * one, one) == count).all()
    assert (capacity.units(count * one * (1 + 1e-9), one) == count + 1).all()
    assert (capacity.units(count * one * (1 - 1e-9), one) == count).all()
    assert (capacity.units(count * one, one, 1e7) == 1e7).all()
    assert capacity.units(5, 0) == 0


def exact_units(volume, a):
    return max(a.units_minimum, math.ceil(Fraction(volume) / Fraction(a.unit_capacity)))


def loop(p, a, volume):
    """Present cost of units alone: each is remembered with the month in which it was bought."""
    owned, total = [], 0.0
    last, life = int(p.months), int(a.unit_life_months)

    def worth(month):
        return (1 + p.annual_rate) ** (-month / 12)

    for month in range(1, last + 1):
        price = (1 + p.infra_price_change) ** ((month - 1) / 12)
        grown = volume * (1 + p.volume_growth) ** ((month - 1) / 12)
        needed = max(a.units_minimum, math.ceil(grown / a.unit_capacity * (1 - 1e-12)))
        total += needed * a.unit_monthly * price * (1 - p.tax_rate) * worth(month)
        owned = [bought for bought in owned if month - bought[0] < life]
        while len(owned) < needed:
            paid = a.unit_price * price
            owned.append((month, paid))
            total += paid * worth(month)
            for each in range(month, month + life):
                total -= p.tax_rate * paid / life * worth(each)
        if month == last:
            for since, paid in owned:
                left = 1 - (last - since + 1) / life
                total -= (1 - p.tax_rate) * a.unit_residual * paid * left * worth(last)
    return total


rates = st.one_of(st.just(0.0), st.floats(-0.5, 1.5))
with_units = st.builds(
    TCOComponents,
    *[st.just(0.0)] * 4,
    unit_monthly=st.floats(0, 1e4),
    unit_price=st.floats(0, 1e5),
    unit_life_months=st.integers(1, 60),
    unit_residual=st.floats(0, 1),
    unit_capacity=st.floats(1e3, 1e6),
    units_minimum=st.integers(0, 5),
)
horizons = st.builds(
    Projection,
    months=st.integers(1, 70),
    annual_rate=st.floats(0, 0.5),
    volume_growth=rates,
    infra_price_change=rates,
    tax_rate=st.floats(0, 1),
)


@given(horizons, with_units, st.floats(0, 1e7))
def test_present_cost_against_the_loop(projection, approach, volume):
    # A volume that meets a whole number of units in some month is another matter of rounding.
    expected = loop(projection, approach, volume)
    found = projection.present_cost(approach, volume)
    untaxed = loop(replace(projection, tax_rate=0.0), replace(approach, unit_residual=0), volume)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9 * untaxed + 1e-300)


@given(horizons, with_units, st.floats(0, 1e7))
def test_periods_add_up_to_present_cost(projection, approach, volume):
    after = projection.costs_after_tax(approach, volume)
    expected = projection.present_cost(approach, volume)
    size = projection.costs(replace(approach, unit_residual=0.0), volume).sum()
    found = after @ projection.discount_factors(len(after))
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9 * size + 1e-300)


@given(with_units, st.floats(0, 1e7), st.integers(1, 100))
def test_the_flat_model_is_time_with_nothing_that_moves(approach, volume, months):
    total = approach.tco(volume, months).horizon_total
    assert Projection(months).present_cost(approach, volume) == pytest.approx(total, rel=1e-9)
    assert Projection(months).costs(approach, volume).sum() == pytest.approx(total, rel=1e-9)


def test_bought_units_by_hand():
    """Two servers of 36,000, replaced after three years; a half of what is left is got back."""
    server = TCOComponents(
        0, 0, 0, 0, unit_price=36_000, unit_residual=0.5, unit_capacity=1e6, unit_monthly=100
    )
    costs = Projection(48).costs(server, 2e6)
    assert costs[0] == 0
    assert costs[1] == costs[37] == 2 * 36_000 + 200
    # After 12 of 36 months 24,000 are left of each, of which 12,000 are got back.
    assert costs[48] == pytest.approx(200 - 2 * 12_000)
    assert costs.sum() == 4 * 36_000 - 24_000 + 48 * 200
    assert server.tco(2e6, 48).horizon_total == pytest.approx(costs.sum())
    # Depreciation of 1,000 a month and unit, from the month in which it is bought on.
    after = Projection(12, tax_rate=0.25).costs_after_tax(replace(server, unit_residual=0), 2e6)
    assert after[1] == 72_000 - 0.25 * 2_000 + 150
    assert after[2:13] == pytest.approx(150 - 500)
    assert after[13:37] == pytest.approx(-500)
    assert after[37:] == pytest.approx(0)


def test_units_are_added_in_the_month_that_needs_them():
    grown = TCOComponents(0, 0, 0, 0, unit_price=10, unit_life_months=4, unit_capacity=100)
    doubling = Projection(7, volume_growth=2**12 - 1)  # 100, 200, 400, ... requests
    assert doubling.costs(grown, 100).tolist() == [0, 10, 10, 20, 40, 90, 170, 340]
    halving = Projection(7, volume_growth=2**-12 - 1)
    assert halving.costs(grown, 800).tolist() == [0, 80, 0, 0, 0, 10, 0, 0]


def test_worked_figure_with_growth():
    projection = Projection(36, annual_rate=0.10, volume_growth=1.0)
    assert round(projection.present_cost(on_units()["Fine-tuned"], 4_000_000), 2) == 662_384.71


def test_scenarios_broadcast():
    draw, count = np.random.default_rng(1), 50
    fields = {
        "unit_monthly": draw.uniform(0, 100, count),
        "unit_price": draw.uniform(0, 1000, count),
        "unit_life_months": draw.integers(1, 40, count).astype(float),
        "unit_residual": draw.uniform(0, 1, count),
        "unit_capacity": draw.uniform(10, 1000, count),
        "units_minimum": draw.integers(0, 4, count).astype(float),
    }
    volume, growth = draw.uniform(0, 1e4, count), draw.uniform(-0.5, 1, count)
    months, rate = draw.integers(1, 40, count).astype(float), draw.uniform(0, 0.3, count)
    many = TCOComponents(0, 0, 0, 0, **fields)
    found = Projection(months, rate, growth, tax_rate=0.2).present_cost(many, volume)
    flat = many.tco(volume, months)
    for i in range(count):
        one = TCOComponents(0, 0, 0, 0, **{name: float(each[i]) for name, each in fields.items()})
        over = Projection(months[i], rate[i], growth[i], tax_rate=0.2)
        assert found[i] == pytest.approx(loop(over, one, volume[i]), rel=1e-9, abs=1e-6)
        assert flat.monthly_total[i] == one.tco(volume[i], months[i]).monthly_total


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"unit_monthly": 1.0}, "unit_capacity must be above 0 where there is unit_monthly"),
        ({"unit_price": [0.0, 1.0]}, "unit_capacity must be above 0 where there is unit_price"),
        (
            {"unit_price": 1.0, "unit_capacity": 1.0, "unit_life_months": 0.0},
            "unit_life_months must be above 0 where there is unit_price",
        ),
    ],
)
def test_a_unit_cost_without_what_it_needs_is_told(fields, said):
    with pytest.raises(ValueError, match=said):
        TCOComponents(0, 0, 0, 0, **fields)


def test_zeros_are_no_units():
    none = dict.fromkeys(
        ["unit_monthly", "unit_price", "unit_life_months", "unit_residual", "unit_capacity",
         "units_minimum"], 0.0)  # fmt: skip
    for approach in support_classifier().values():
        with_none = replace(approach, **none)
        assert with_none.tco(2e6).breakdown == approach.tco(2e6).breakdown
        over = Projection(36, 0.1, 0.5, tax_rate=0.2)
        assert over.present_cost(with_none, 2e6) == over.present_cost(approach, 2e6)
        assert (over.costs(with_none, 2e6) == over.costs(approach, 2e6)).all()


def test_too_many_months_are_refused():
    with pytest.raises(TooLargeError, match="months must be"):
        Projection(1e9).present_cost(on_units()["Fine-tuned"], 1e6)


def test_a_tornado_evaluates_units():
    """Capacity a fifth lower needs 9 units of 1,750 in place of 7, a fifth higher 6."""
    models = on_units()
    effects = {
        each.driver: each
        for each in tornado(models["Fine-tuned"], models["API"], 40e6, Projection(12), 0.2)
    }
    base = 39_716.666666666664 - 47_650
    assert effects["A: unit_capacity"].low == pytest.approx(base + 2 * 1750)
    assert effects["A: unit_capacity"].high == pytest.approx(base - 1750)
    assert "A: units_minimum" not in effects


@pytest.mark.parametrize("growth", [0.0, 0.6, -0.3])
def test_a_simulation_evaluates_units(growth):
    """Each draw costs what the drawn approach does; percentiles are those of the sorted draws."""
    projection = Projection(24, annual_rate=0.08, volume_growth=growth, infra_price_change=0.5)
    approach = replace(
        on_units()["Fine-tuned"], unit_price=20_000.0, unit_residual=0.5, unit_life_months=18.0
    )
    factor = Uniform(0.5, 1.5)
    found = simulate({"A": approach}, 20e6, projection, {"unit_capacity": factor}, 5_000, seed=3)
    random = np.random.Generator(np.random.SFC64(3))
    drawn = [replace(approach, unit_capacity=float(each)) for each in
             6_132_000 * factor.draw(random, 5_000)]  # fmt: skip
    costs = np.array([projection.present_cost(each, 20e6) for each in drawn])
    assert found.mean[0] == pytest.approx(costs.mean(), rel=1e-9)
    step = (costs.max() - costs.min()) / 65_536
    shown = [found.p10[0], found.p50[0], found.p90[0]]
    steps = [capacity.units(20e6, each.unit_capacity) for each in drawn]
    assert len(set(steps)) > 3
    assert shown == pytest.approx(np.quantile(costs, [0.1, 0.5, 0.9]), abs=200 * step)
    certain = simulate({"A": approach}, 20e6, projection, Fixed(), 100)
    assert certain.p50[0] == pytest.approx(projection.present_cost(approach, 20e6), rel=1e-12)


def test_no_draw_lies_beyond_the_bounds_that_are_counted_between():
    """Prices that rise steeply make a purchase dearer the later it is: the bounds still hold."""
    approach = replace(on_units()["Fine-tuned"], unit_price=9e4, unit_residual=0.9)
    for growth in (-0.5, 0.0, 3.0):
        over = Projection(48, volume_growth=growth, infra_price_change=4.0)
        found = simulate({"A": approach}, 3e7, over, Triangular(0.1, 1, 1.9), 20_000)
        assert found.mean[0] - 5 * found.standard_error[0] < found.p90[0]
        assert found.p10[0] < found.mean[0]
        assert found.p10[0] > 0

"""Tornado and simulation: against plain calculations and known distributions."""

import math

import numpy as np
import pytest
from test_cost import support_classifier

from bbxl.model.cost import CostModel
from bbxl.model.distributions import Fixed, Normal, Pert, Triangular, Uniform
from bbxl.model.drivers import TCOComponents
from bbxl.model.projection import Projection
from bbxl.model.risk import tornado
from bbxl.model.simulation import simulate

MODELS = support_classifier()


def test_tornado_by_hand():
    effects = tornado(CostModel(0, 2), CostModel(120, 1), 10, Projection(12), 0.5, ("A", "B"), 0)
    # At the base A costs 20 a month and B 10 + 10.
    assert {each.driver: (each.low, each.high) for each in effects} == {
        "A: cost_per_request": (-10, 10),
        "B: upfront_cost": (5, -5),
        "B: cost_per_request": (5, -5),
        "requests_per_month": (-5, 5),
        "months": (-10, pytest.approx(10 / 3)),
    }


def test_tornado_is_sorted_and_leaves_out_what_has_no_effect():
    effects = tornado(MODELS["API"], MODELS["RAG"], 2e6, Projection(12), 0.2, ("API", "RAG"))
    widths = [abs(each.high - each.low) for each in effects]
    assert widths == sorted(widths, reverse=True)
    assert min(widths) > 0
    assert not [each for each in effects if "training" in each.driver or each.driver == "rate"]


def test_tornado_has_the_rates_where_there_are_some():
    moving = Projection(36, 0.1, 0.5, -0.2, -0.4, 0.03, 0.25, 0.5, 60, 3.0, 6.0)
    found = {
        each.driver
        for each in tornado(MODELS["API"], MODELS["RAG"], 2e6, moving, 0.2, ("API", "RAG"))
    }
    assert {
        "annual_rate", "volume_growth", "api_price_change", "infra_price_change", "wage_growth",
        "tax_rate", "capitalised_share", "life_months", "shock_factor", "months",
        "requests_per_month",
    } <= found  # fmt: skip


def test_rates_move_by_percentage_points_also_from_zero():
    """A costs 20 a month; B 120 at the start and 10 a month. Each worth is a sum over months."""
    a, b = CostModel(0, 2), CostModel(120, 1)

    def apart(discount=0.0, growth=0.0):
        worth = sum((1 + growth) ** ((t - 1) / 12) * (1 + discount) ** (-t / 12)
                    for t in range(1, 13))  # fmt: skip
        return (10 * worth - 120) / 12

    found = {each.driver: each[1:] for each in tornado(a, b, 10, Projection(12), points=0.05)}
    assert found["annual_rate"] == pytest.approx((apart(-0.05), apart(0.05)))
    assert found["volume_growth"] == pytest.approx((apart(growth=-0.05), apart(growth=0.05)))
    assert found["api_price_change"] == found["volume_growth"]
    # Nothing is paid for infrastructure or hours, and tax changes both alike where they are equal.
    assert not {"infra_price_change", "wage_growth", "life_months", "tax_rate"} & set(found)
    dearer = tornado(a, CostModel(240, 1), 10, Projection(12), points=0.05)
    assert {each.driver: each[1:] for each in dearer}["tax_rate"] == pytest.approx((-10, -9.5))


def test_what_both_share_moves_for_both():
    effects = tornado(MODELS["API"], MODELS["RAG"], 2e6, Projection(12), 0.2, ("API", "RAG"))
    found = {each.driver: each for each in effects}
    # 160 hours at the start and 33 a month against 320 and 46: 26.33 hours a month at 150.
    assert found["engineer_hourly_rate"].low == pytest.approx(-3850 + 0.2 * 150 * (160 / 12 + 13))
    assert not [name for name in found if name.endswith(": engineer_hourly_rate")]


def test_a_simulation_draws_what_is_shared_once():
    """The same hours at the same rate cost the same in every draw; else each would win half."""
    one = TCOComponents(0, 0, 100, 10)
    other = TCOComponents(1, 0, 100, 10)
    drivers = {"engineer_hourly_rate": Uniform(0.5, 1.5)}
    found = simulate({"A": one, "B": other}, 0, Projection(12), drivers, 5_000)
    assert found.probability_cheapest.tolist() == [1, 0]
    assert found.p90[0] > 1.5 * found.p10[0]


def test_prices_that_change_against_their_analytic_moments():
    """A cost of w_t in month t has mean sum w_t, and covariances exp(a s (e^(v^2)-1)) - 1."""
    line, over = {"API": CostModel(0, 2)}, Projection(12, annual_rate=0.1, volume_growth=0.5)
    a_year, spread, draws = 2.5, 0.15, 200_000
    found = simulate(line, 10, over, Fixed(), draws, 3, True, a_year, spread)
    paid = [20 * 1.5 ** ((t - 1) / 12) * 1.1 ** (-t / 12) for t in range(1, 13)]
    gained = math.exp(spread**2) - 1
    variance = sum(
        paid[i] * paid[j] * math.expm1(a_year * min(i, j) / 12 * gained)
        for i in range(12)
        for j in range(12)
    )
    assert found.mean[0] == pytest.approx(sum(paid), abs=4 * found.standard_error[0])
    assert found.standard_error[0] == pytest.approx(math.sqrt(variance / draws), rel=0.02)
    # No change at all before month 12: e^-(11/12 x 2.5) of the draws cost what is certain.
    unchanged = math.exp(-a_year * 11 / 12)
    assert 0.09 < unchanged < 0.11
    assert found.p10[0] < sum(paid) < found.p90[0]


def test_prices_move_for_all_who_pay_them():
    lines = {"A": CostModel(0, 2), "B": CostModel(0, 2), "C": CostModel(100, 1.9)}
    found = simulate(lines, 10, Projection(12), Fixed(), 2_000, 1, False, 3, 0.5)
    assert found.p50[0] == found.p50[1]
    assert found.probability_cheapest[1] == 0
    assert 0 < found.probability_cheapest[2] < 1
    again = simulate(lines, 10, Projection(12), Fixed(), 2_000, 1, False, 3, 0.5)
    assert found.mean.tolist() == again.mean.tolist()


@pytest.mark.parametrize(("a_year", "spread"), [(0, 0.5), (3, 0)])
def test_prices_that_do_not_change_give_the_numbers_without(a_year, spread):
    def run(*changes):
        found = simulate(MODELS, 2e6, Projection(36, 0.1), Triangular(0.8, 1, 1.2), 20_000, 5,
                         True, *changes)  # fmt: skip
        return [found.p10.tolist(), found.p90.tolist(), found.mean.tolist(), found.breakevens]

    assert run(a_year, spread) == run()


def test_a_swung_share_stays_a_share():
    moving = Projection(36, tax_rate=0.9, capitalised_share=1.0)
    assert tornado(MODELS["API"], MODELS["RAG"], 2e6, moving, 0.5)


@pytest.mark.parametrize("certain", [Fixed(), {}, Triangular(1 - 1e-15, 1, 1 + 1e-15)], ids=repr)
def test_with_no_spread_it_is_the_deterministic_model(certain):
    projection = Projection(36, annual_rate=0.1)
    found = simulate(MODELS, 2_000_000, projection, certain, draws=100)
    expected = [projection.present_cost(each, 2_000_000) for each in MODELS.values()]
    for figure in (found.p10, found.p50, found.p90, found.mean):
        assert figure == pytest.approx(expected, rel=1e-12)
    assert found.standard_error == pytest.approx([0, 0, 0], abs=1e-6)
    assert found.probability_cheapest.tolist() == [1, 0, 0]
    spread = found.breakevens["API", "RAG"]
    assert spread.probability == 1
    assert spread.p50 == pytest.approx(projection.breakeven(MODELS["API"], MODELS["RAG"]), rel=1e-3)


def test_the_same_seed_gives_the_same_numbers():
    def run(seed):
        found = simulate(MODELS, 2e6, Projection(12), Pert(0.5, 1, 2), 20_000, seed)
        return [found.p50.tolist(), found.probability_cheapest.tolist(), found.breakevens]

    assert run(7) == run(7)
    assert run(7) != run(8)


def test_two_uniform_approaches_match_their_analytic_distribution():
    """A costs U(50, 150), B U(60, 180)."""
    lines = {"A": CostModel(0, 0, 100), "B": CostModel(0, 0, 120)}
    drivers = {"fixed_monthly": Uniform(0.5, 1.5)}
    a = simulate(lines, 0, Projection(1), drivers, 200_000)
    for share, found in ((0.1, a.p10), (0.5, a.p50), (0.9, a.p90)):
        error = 100 * math.sqrt(share * (1 - share) / a.draws)
        assert found[0] == pytest.approx(50 + 100 * share, abs=4 * error)
    assert a.mean == pytest.approx([100, 120], abs=4 * a.standard_error.max())
    assert a.standard_error[0] == pytest.approx(100 / math.sqrt(12 * a.draws), rel=0.02)
    # A costs more only where both lie in 60..150: half of a square of side 90.
    expected = 1 - 90**2 / 2 / (100 * 120)
    assert a.probability_cheapest[0] == pytest.approx(expected, abs=4 * a.probability_error[0])


@pytest.mark.parametrize(
    ("factor", "mean", "deviation"),
    [
        (Triangular(0.8, 1, 1.5), 3.3 / 3, math.sqrt((0.64 + 1 + 2.25 - 0.8 - 1.2 - 1.5) / 18)),
        (Uniform(0, 2), 1, 2 / math.sqrt(12)),
        (Pert(0.5, 1, 3), 7.5 / 6, math.sqrt((7.5 / 6 - 0.5) * (3 - 7.5 / 6) / 7)),
        (Normal(1, 0.1), 1, 0.1),
        # Half a normal: mean sqrt(2/pi), variance 1 - 2/pi.
        (Normal(0, 1), math.sqrt(2 / math.pi), math.sqrt(1 - 2 / math.pi)),
    ],
    ids=repr,
)
def test_distributions_have_their_moments(factor, mean, deviation):
    line = {"A": CostModel(0, 0, 1)}
    found = simulate(line, 0, Projection(1), {"fixed_monthly": factor}, 200_000)
    assert found.mean[0] == pytest.approx(mean, abs=5 * found.standard_error[0])
    assert found.standard_error[0] == pytest.approx(deviation / math.sqrt(200_000), rel=0.02)
    assert found.p10[0] >= 0


def test_percentiles_against_sorting():
    """The counted percentiles are those of the sorted draws, to the step they are counted in."""
    factor, projection = Triangular(0.7, 1, 1.6), Projection(24, annual_rate=0.08)
    found = simulate(MODELS, 2e6, projection, {"engineer_hourly_rate": factor}, 10_000, seed=3)
    random = np.random.Generator(np.random.SFC64(3))
    rate = 150 * factor.draw(random, 10_000)  # which all approaches share
    for position, each in enumerate(MODELS.values()):
        costs = projection.present_cost(
            type(each)(**{**vars(each), "engineer_hourly_rate": rate}), 2e6
        )
        step = 2 * (costs.max() - costs.min()) / 65_536
        shown = [found.p10[position], found.p50[position], found.p90[position]]
        assert shown == pytest.approx(np.quantile(costs, [0.1, 0.5, 0.9]), abs=20 * step)


def test_lines_that_never_cross_have_no_breakeven():
    lines = {"A": CostModel(0, 1), "B": CostModel(10, 1)}
    spread = simulate(lines, 5, Projection(1), Fixed(), 10).breakevens["A", "B"]
    assert spread.probability == 0
    assert math.isnan(spread.p50)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Uniform(2, 1),
        lambda: Triangular(1, 1, 1),
        lambda: Pert(0.5, 3, 2),
        lambda: Uniform(-1, 1),
        lambda: Normal(-100, 1),
        lambda: Normal(1, -1),
    ],
)
def test_impossible_distributions(make):
    with pytest.raises(ValueError, match=r"must be"):
        make()


def test_a_driver_moves_no_further_than_the_others_allow():
    """Half a month between retrainings would round to none, which contradicts their cost."""
    each = [
        TCOComponents(
            infrastructure_monthly=cost, api_cost_per_request=0.1, initial_dev_hours=1,
            monthly_maintenance_hours=1, retraining_cost=100, retraining_every_months=1,
        )
        for cost in (10, 20)
    ]  # fmt: skip
    moved = {effect.driver: effect for effect in tornado(*each, 1000.0, Projection(12), 0.6)}
    retrained = moved["A: retraining_every_months"]
    # At 1 month 11 retrainings cost 1,100 in 12 months; at 2 months 5 cost 500.
    assert (retrained.low, retrained.high) == (-10, pytest.approx(-10 - 600 / 12))

"""The lines and total cost of ownership, against figures worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbxl import presets
from bbxl.model.cost import CostModel
from bbxl.model.drivers import TCOComponents

amounts = st.floats(0, 1e9)
volumes = st.floats(0, 1e10)
horizons = st.floats(0.5, 600)


def support_classifier() -> dict[str, TCOComponents]:
    fields = presets.load("customer-support-classifier").approaches
    return {
        name: TCOComponents(
            **{k: v for k, v in each.items() if k not in ("deployment", "spectrum")}
        )
        for name, each in fields.items()
    }


# Cost of 1,000 requests at four volumes, as the design states them.
PER_1K = {
    "API": (77.50, 16.30, 4.825, 1.765),
    "RAG": (125.50, 25.50, 6.75, 1.75),
    "Fine-tuned": (269.77, 54.03, 13.58, 2.797),
}


@pytest.mark.parametrize("name", PER_1K)
def test_worked_figures(name):
    tco = support_classifier()[name].tco(np.array([1e5, 5e5, 2e6, 1e7]))
    shown = [float(f"{cost:.4g}") for cost in tco.cost_per_request * 1000]
    assert shown == pytest.approx(PER_1K[name], rel=3e-4)


def test_upfront_counts_labeling_and_training():
    # 640 h x 150 + 50,000 + 15,000
    assert support_classifier()["Fine-tuned"].cost_model().upfront_cost == 161_000


def test_totals_by_hand():
    tco = CostModel(50_000, 0.002, 100).tco(1_000_000, 24)
    assert tco.monthly_total == pytest.approx(50_000 / 24 + 2_000 + 100)
    assert tco.annual_total == 12 * tco.monthly_total
    assert tco.horizon_total == 24 * tco.monthly_total
    assert tco.cost_per_request == tco.monthly_total / 1_000_000


def test_no_cost_per_request_at_zero_volume():
    assert math.isnan(CostModel(1, 1).tco(0).cost_per_request)
    assert CostModel(12, 1).tco(0).monthly_total == 1


@given(st.tuples(*[amounts] * 10), volumes, horizons)
def test_breakdown_adds_up_exactly_and_is_the_line(fields, volume, months):
    components = TCOComponents(*fields)
    tco = components.tco(volume, months)
    assert sum(tco.breakdown.values()) == tco.monthly_total
    line = components.cost_model().monthly(volume, months)
    assert tco.monthly_total == pytest.approx(line, rel=1e-12)


def test_a_million_scenarios_are_one_call():
    volume = np.linspace(0, 1e7, 1_000_000)
    cost = CostModel(np.full(1_000_000, 50_000.0), 0.002).monthly(volume)
    assert cost.shape == (1_000_000,)
    assert cost[-1] == pytest.approx(50_000 / 12 + 20_000)


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: CostModel(-1, 0), "upfront_cost"),
        (lambda: CostModel(0, np.array([1, -2.0])), "cost_per_request"),
        (lambda: TCOComponents(0, 0, -3, 0), "initial_dev_hours"),
        (lambda: CostModel(0, 0).monthly(1, 0), "months"),
        (lambda: CostModel(0, 0).monthly(-1), "requests_per_month"),
        (lambda: CostModel(0, 0).breakeven(CostModel(1, 1), -12), "months"),
    ],
)
def test_impossible_numbers_are_named(make, named):
    with pytest.raises(ValueError, match=named):
        make()

"""Retraining, migration, exit and wrong answers, against a loop over the months."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cost import support_classifier

from bbxl.model.breakeven import bands, breakeven
from bbxl.model.drivers import TCOComponents
from bbxl.model.projection import Projection


@pytest.mark.parametrize(("every", "millions"), [(0, 20.472), (12, 29.5), (6, 43.042), (3, 70.125)])
def test_worked_figures_of_retraining(every, millions):
    """65,000 in the months k, 2k, ... before the 36th: 0, 2, 5 or 11 times."""
    models = support_classifier()
    cost = 65_000.0 if every else 0.0
    again = replace(models["Fine-tuned"], retraining_cost=cost, retraining_every_months=every)
    assert round(breakeven(models["RAG"], again, 36) / 1e6, 3) == millions
    assert Projection(36).breakeven(models["RAG"], again) == pytest.approx(millions * 1e6, rel=1e-4)
    found = bands({"RAG": models["RAG"], "Fine-tuned": again}, 36)
    assert found[0].end == pytest.approx(millions * 1e6, rel=1e-4)


def test_worked_figure_of_errors():
    """4,850 a month more, and a request 0.0005 + 0.05 x (0.13 - 0.08) = 0.003 less."""
    models = support_classifier()
    wrong = {name: replace(models[name], error_rate=rate, cost_per_error=0.05)
             for name, rate in (("API", 0.13), ("RAG", 0.08))}  # fmt: skip
    assert breakeven(models["API"], models["RAG"]) == 9_700_000
    assert breakeven(wrong["API"], wrong["RAG"]) == pytest.approx(4850 / 0.003)
    breakdown = wrong["API"].tco(1e6).breakdown
    assert breakdown["errors"] == pytest.approx(6500)
    assert "migration" not in breakdown
    assert "errors" not in models["API"].tco(1e6).breakdown


def loop(p, a, volume):
    """Present cost, a month and a payment at a time."""

    def worth(month):
        return (1 - p.tax_rate) * (1 + p.annual_rate) ** (-month / 12)

    last = int(p.months)
    total = a.migration_cost * worth(0) + a.exit_cost * worth(last)
    for month in range(1, last + 1):
        years = (month - 1) / 12
        if a.retraining_every_months and month % a.retraining_every_months == 0 and month < last:
            total += a.retraining_cost * worth(month)
        errors = a.error_rate * (1 + a.error_rate_change) ** years
        requests = volume * (1 + p.volume_growth) ** years
        total += requests * errors * a.cost_per_error * worth(month)
    return total


approaches = st.builds(
    TCOComponents,
    *[st.just(0.0)] * 4,
    retraining_cost=st.floats(0, 1e5),
    retraining_every_months=st.integers(1, 40),
    migration_cost=st.floats(0, 1e5),
    exit_cost=st.floats(0, 1e5),
    error_rate=st.floats(0, 1),
    cost_per_error=st.floats(0, 10),
    error_rate_change=st.floats(-0.9, 0),
)
projections = st.builds(
    Projection,
    st.integers(1, 60),
    st.floats(0, 0.5),
    st.floats(-0.5, 1),
    st.floats(-0.5, 1),  # of API prices, which move none of this
    tax_rate=st.floats(0, 1),
)


@given(projections, approaches, st.floats(0, 1e6))
def test_present_cost_against_the_loop(projection, approach, volume):
    expected = loop(projection, approach, volume)
    found = projection.present_cost(approach, volume)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)
    after = projection.costs_after_tax(approach, volume)
    assert after @ projection.discount_factors(len(after)) == pytest.approx(
        found, rel=1e-9, abs=1e-9
    )


@given(approaches, st.floats(0, 1e6), st.integers(1, 60))
def test_the_flat_model_is_time_with_nothing_that_moves(approach, volume, months):
    flat = replace(approach, error_rate_change=0.0)
    total = flat.tco(volume, months).horizon_total
    assert loop(Projection(months), flat, volume) == pytest.approx(total, rel=1e-9, abs=1e-9)
    line = flat.cost_model(months).monthly(volume, months)
    assert line * months == pytest.approx(total, rel=1e-9, abs=1e-9)


@given(projections, approaches, approaches)
def test_both_cost_the_same_at_the_breakeven(projection, a, b):
    volume = projection.breakeven(a, b)
    if np.isfinite(volume) and volume < 1e9:
        cost = loop(projection, a, volume)
        assert cost == pytest.approx(loop(projection, b, volume), rel=1e-6, abs=1e-6)


def test_retraining_without_an_interval_is_told():
    with pytest.raises(ValueError, match="retraining_every_months must be above 0 where there is"):
        TCOComponents(0, 0, 0, 0, retraining_cost=1)
    assert TCOComponents(0, 0, 0, 0, retraining_every_months=0).tco(1).monthly_total == 0

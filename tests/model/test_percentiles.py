"""Counted percentiles against the sorted draws, to a fraction of the step that is counted in."""

import numpy as np
import pytest

from bbxl.model.cost import CostModel
from bbxl.model.counting import BINS
from bbxl.model.distributions import Uniform
from bbxl.model.projection import Projection
from bbxl.model.simulation import BLOCK, simulate

DRAWS, SHARES = 2_000_000, (0.1, 0.5, 0.9)
LINES = {"A": CostModel(0, 0.02), "B": CostModel(50_000, 0.01), "C": CostModel(90_000, 0.004)}
PRICE = Uniform(0.6, 1.4)


@pytest.fixture(scope="module")
def prices():
    """The prices a request that a simulation draws, one row for each line."""
    random, blocks = np.random.Generator(np.random.SFC64(5)), []
    for start in range(0, DRAWS, BLOCK):
        size = min(BLOCK, DRAWS - start)
        blocks.append([each.cost_per_request * PRICE.draw(random, size) for each in LINES.values()])
    return np.hstack(blocks)


@pytest.fixture(scope="module")
def simulated():
    return simulate(LINES, 1e6, Projection(12), {"cost_per_request": PRICE}, DRAWS, seed=5)


def test_costs(prices, simulated):
    shown = np.array([simulated.p10, simulated.p50, simulated.p90])
    upfront = np.array([each.upfront_cost for each in LINES.values()])
    sorted_ = np.quantile(upfront[:, None] + 12 * 1e6 * prices, SHARES, axis=1)
    step = 12 * 1e6 * 0.8 * np.array([each.cost_per_request for each in LINES.values()]) / BINS
    # Some thirty draws are in a step.
    assert np.abs((shown - sorted_) / step).max() < 0.2


@pytest.mark.parametrize(("a", "b"), [("A", "B"), ("A", "C"), ("B", "C")])
def test_breakeven_volumes(prices, simulated, a, b):
    names = list(LINES)
    rise = (LINES[b].upfront_cost - LINES[a].upfront_cost) / 12
    found = rise / (prices[names.index(a)] - prices[names.index(b)])
    found = found[(found >= 0) & np.isfinite(found)]
    spread = simulated.breakevens[a, b]
    assert spread.probability == pytest.approx(len(found) / DRAWS, abs=1e-12)
    shown = [spread.p10, spread.p50, spread.p90]
    step = 10 ** (12 / 2**15) - 1  # 0.08%
    assert np.abs(shown / np.quantile(found, SHARES) - 1).max() < 0.1 * step

"""Where nothing is uncertain, a simulation and a tornado say what the plain functions say."""

import pytest
from samples import APPROACHES

from bbxl.worksheet import REGISTRY

VOLUMES = [100_000.0, 9_700_000.0, 50_000_000.0]


@pytest.mark.parametrize("volume", VOLUMES)
def test_a_simulation_with_no_spread_is_the_tco(volume):
    header, *rows = REGISTRY["BB_SIMULATE"](APPROACHES, volume, 24, 0, 100)
    assert header == ["approach", "P10", "P50", "P90", "probability cheapest"]
    tco = [cost for (cost,) in REGISTRY["BB_TCO"](APPROACHES, volume, 24)]
    for row, cost in zip(rows, tco, strict=True):
        assert row[1:4] == pytest.approx([cost] * 3, rel=1e-12)
        assert row[4] == (cost == min(tco))


@pytest.mark.parametrize("volume", VOLUMES)
def test_a_tornado_with_no_swing_moves_nothing(volume):
    _, *rows = REGISTRY["BB_TORNADO"](APPROACHES, "API", "RAG", volume, 24, 0, 0)
    assert all(low == pytest.approx(high, rel=1e-12) for _, low, high, *_ in rows)

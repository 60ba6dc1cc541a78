"""Cost from tokens: figures that were worked out by hand."""

import math

import numpy as np
import pytest

from bbxl.model.tokens import cost_from_tokens


def test_worked_by_hand():
    # 200 x 2 + 600 x 0.1 + 100 x 10 = 1,460 for a million requests.
    once = {"cached_tokens": 600, "cached_price": 0.1}
    assert cost_from_tokens(800, 100, 2, 10, **once) == pytest.approx(0.00146, rel=1e-12)
    # One in five is asked again; three in ten cost half: 1.2 x 0.85 of it.
    more = {"asked_again": 0.2, "batch_share": 0.3, "batch_price": 0.5}
    assert cost_from_tokens(800, 100, 2, 10, **once, **more) == pytest.approx(0.0014892, rel=1e-12)
    # In a currency of which 0.875 are a US dollar.
    assert cost_from_tokens(800, 100, 2, 10, **once, **more, rate=0.875) == pytest.approx(
        0.00130305, rel=1e-12
    )
    # Nothing from the cache, nothing asked again: 800 x 2 + 100 x 10 = 2,600.
    assert cost_from_tokens(800, 100, 2, 10) == pytest.approx(0.0026, rel=1e-12)


def test_a_price_that_is_needed_and_not_known_gives_no_cost():
    assert math.isnan(cost_from_tokens(800, 100, 2, 10, cached_tokens=1))
    assert math.isnan(cost_from_tokens(800, 100, 2, 10, batch_share=0.1))
    assert math.isnan(cost_from_tokens(800, 100, 2, 10, cached_tokens=801, cached_price=0.1))
    free = cost_from_tokens(800, 100, 2, 10, cached_tokens=800, cached_price=0)
    assert free == pytest.approx(0.001, rel=1e-12)


def test_arrays_broadcast():
    found = cost_from_tokens([[1000], [2000]], 0, [1, 2, 3], 0)
    assert found == pytest.approx(np.array([[1, 2, 3], [2, 4, 6]]) / 1000)


@pytest.mark.parametrize(
    "wrong", [{"asked_again": 1.1}, {"batch_share": -0.1}, {"cached_tokens": -1}, {"rate": -1}]
)
def test_what_is_impossible_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        cost_from_tokens(800, 100, 2, 10, **wrong)

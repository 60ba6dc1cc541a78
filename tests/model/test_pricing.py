"""Prices of requests and GPUs: figures from the providers' published prices per million tokens."""

import math
import subprocess
import sys
from datetime import date

import numpy as np
import pytest

from bbxl.model.pricing import api_cost, gpu_monthly_cost, gpus_needed, similar_models
from bbxl.worksheet import REGISTRY
from bbxl.xlsx.cells import ExcelError

DAY = date(2026, 11, 1)


def test_priced_per_request_and_then_multiplied():
    # $3 and $15 a million tokens; taken for one request, the long-context tier would fire.
    assert api_cost("claude-sonnet-4-5", 2000, 500, 1_000_000, DAY) == pytest.approx(
        1e6 * (2000 * 3 + 500 * 15) / 1e6
    )
    assert api_cost("claude-sonnet-4-5", 2e9, 5e8, 1, DAY) == pytest.approx(23_250)


def test_cached_tokens_cost_less():
    # $0.30 a million for 1,500 of the 2,000.
    expected = (500 * 3 + 1500 * 0.3 + 500 * 15) / 1e6
    assert api_cost("claude-sonnet-4-5", 2000, 500, 1, DAY, 1500) == pytest.approx(expected)
    assert math.isnan(api_cost("claude-sonnet-4-5", 2000, 500, 1, DAY, 2001))


def test_averages_and_arrays():
    found = api_cost("gpt-4o", np.array([1000.0, 1000.5]), 0, np.array([[1], [2]]), DAY)
    assert found == pytest.approx(np.array([[1, 1.0005], [2, 2.001]]) * 0.0025)


def test_an_unknown_model_names_those_that_sound_alike():
    with pytest.raises(LookupError, match="gpt-4o"):
        api_cost("gpt-4oo", 1, 1)
    with pytest.raises(LookupError, match="no price"):
        api_cost("xyzzy", 1, 1)
    assert similar_models("claude-sonet-4-5")[0].startswith("claude-sonnet-4")


def test_prices_are_those_of_the_lists_own_day():
    """A price that comes later costs twice as much: 1.50 and 7.50 a million, from 2027 on."""
    assert api_cost("gemini-3.6-flash", 1e6, 1e6) == pytest.approx(0.75 + 3.75)
    assert api_cost("gemini-3.6-flash", 1e6, 1e6, 1, date(2027, 1, 1)) == pytest.approx(9)
    assert REGISTRY["BB_API_COST"]("gemini-3.6-flash", 1e6, 1e6) == pytest.approx(4.5)


@pytest.mark.parametrize(
    ("model", "price"), [("deepseek-chat", 0.27), ("deepseek-flash", 0.3), ("gpt-4o", 2.5)]
)
def test_an_hour_off_the_peak_lowers_no_price(model, price):
    assert api_cost(model, 1e6, 0) == pytest.approx(price)


def test_more_cached_tokens_than_there_are_is_num():
    assert REGISTRY["BB_API_COST"]("gpt-4o", 5, 1, 1, None, 6) is ExcelError.NUM
    assert REGISTRY["BB_API_COST"]("gpt-4o", [[5, 6]], 1, 1, None, 6)[0][0] is ExcelError.NUM


def test_models_are_all_that_hold_the_text_before_any_is_guessed():
    held = [name for (name,) in REGISTRY["BB_MODELS"]("Sonnet")]
    assert len(held) > 10
    assert all("sonnet" in name.casefold() for name in held)
    assert "gpt-4o" in [name for (name,) in REGISTRY["BB_MODELS"]("gpt4o")]
    assert REGISTRY["BB_MODELS"]("zzzzqqqq") is ExcelError.NA


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((0, 1), 0),
        ((1, 1), 1),
        ((2_628_000, 1, 1, 1), 1),  # one a second, exactly
        ((2_628_001, 1, 1, 1), 2),
        ((2_628_000 * 21, 10, 1, 0.7), 3),  # 21 / 7, whatever the rounding
        ((10_000_000, 2), 9),  # 3.805 x 3 / 1.4 = 8.15
    ],
)
def test_gpus_are_whole(arguments, expected):
    assert gpus_needed(*arguments) == expected


def test_a_gpu_costs_730_hours_a_month():
    assert gpu_monthly_cost(2, 3.0) == 4380


def test_price_lists_are_imported_only_when_asked():
    code = "import sys, bbxl.udfs; print('genai_prices' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

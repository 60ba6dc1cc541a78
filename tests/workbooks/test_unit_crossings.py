"""Where two approaches change places as units are added, exactly: in the comparison's cells."""

import numpy as np
import pytest
from test_model import PRESET, SCENARIOS, as_filled, many, reading_of, shared_comparison, without
from with_units import FREE, NOTHING, drawn_units

from bbxl import presets
from bbxl.workbooks.build_vs_buy.crossings import BEYOND
from bbxl.worksheet import REGISTRY

API = {"approach_1_api_cost_per_request": 0.001}
OWN = {"approach_2_api_cost_per_request": 0.0002, "approach_2_unit_monthly": 600.0,
       "approach_2_unit_capacity": 1_000_000.0}  # fmt: skip


@pytest.fixture(scope="module")
def book():
    return shared_comparison()


def of_the_two(book, values):
    """What the cells say of two approaches."""
    book.fill(as_filled(PRESET) | NOTHING | FREE | without(3) | values)
    return {name: book.field(name)[0] for name in (
        "changes_first", "changes_last", "may_first", "may_last", "cheaper_then")}  # fmt: skip


def test_a_line_and_a_staircase_by_hand(book):
    """0.001 a request, or 600 for each million begun and 0.0002 a request.

    In the first unit they meet at 600 / 0.0008 = 750,000, in the second at 1,500,000, in the third
    at 2,250,000; at 1,000,000 and 2,000,000 a unit is added, which costs more again.
    """
    found = of_the_two(book, API | OWN | {"requests_per_month": 500_000.0})
    assert found["changes_first"] == pytest.approx(750_000)
    assert found["changes_last"] == pytest.approx(2_250_000)
    assert found["cheaper_then"] == "Fine-tuned"
    jumps, crosses = (
        sorted(float(n) for n in np.ravel(book.field(name)) if n != "")
        for name in ("jumps_at", "crosses_at")
    )
    assert jumps == pytest.approx([1e6, 2e6])
    assert crosses == pytest.approx([750_000, 1_500_000, 2_250_000])


def test_who_is_the_cheapest_at_which_volumes_by_hand(book):
    of_the_two(book, API | OWN | {"requests_per_month": 500_000.0})
    assert [n for n in book.field("band_from") if n != ""] == pytest.approx(
        [0, 750_000, 1e6, 1.5e6, 2e6, 2.25e6]
    )
    assert list(book.field("band_name")) == ["API", "Fine-tuned"] * 3
    assert book.field("band_to")[-1] == "no limit"
    # Just above 1,000,000 the second unit is there.
    costs = [n for n in book.field("mark_cost") if not isinstance(n, str)]
    assert costs == pytest.approx([750, 1000, 1500, 2000, 2250], rel=1e-5)
    assert book.field("check_bands") == "OK"


def test_who_is_the_cheapest_on_average_alone_has_no_band(book):
    """Own servers carry as much as rented GPUs and cost less at each volume, but begin with two.

    On average, with half a unit more than the volume fills, the rented ones would have a band.
    """
    preset = presets.load("document-reading-on-premises").completed()
    book.fill(as_filled(preset))
    assert [each for each in book.field("band_name") if each] == ["API", "Own servers"]
    assert book.field("band_from")[1] == pytest.approx((11_550 - 50_227.777777) / -0.0012)


def test_more_changes_than_there_are_bands_are_told(book):
    many_units = OWN | {"approach_2_unit_monthly": 690.0}
    of_the_two(book, API | many_units)
    assert "Above the last volume, the cheapest changes again." in book.field("breakeven_answer")
    assert "no limit" not in list(book.field("band_to"))


def test_units_at_their_fewest_are_followed_from_zero(book):
    """Two units at least, 1,200 a month: they meet at 1,500,000, and at 2,250,000 for good."""
    found = of_the_two(book, API | OWN | {"approach_2_units_minimum": 2, "months": 24})
    assert found["changes_first"] == pytest.approx(1_500_000)
    assert found["changes_last"] == pytest.approx(2_250_000)


def test_who_never_changes_places_is_said_to(book):
    dear = OWN | {"approach_2_unit_monthly": 9000.0}
    found = of_the_two(book, API | dear | {"requests_per_month": 500_000.0})
    assert found["changes_first"] == found["changes_last"] == found["may_first"] == "none"
    assert found["cheaper_then"] == "API"


def test_beyond_the_table_it_says_so(book):
    nearly = OWN | {"approach_2_unit_monthly": 790.0}  # of 800 that a full unit saves
    found = of_the_two(book, API | nearly)
    assert found["changes_first"] == found["changes_last"] == BEYOND
    assert found["may_last"] > found["may_first"]


def test_a_volume_that_grows_is_not_followed_and_its_bounds_hold(book):
    growing = {"volume_growth": 0.3, "annual_rate": 0.1, "months": 24}
    found = of_the_two(book, API | OWN | growing)
    assert found["changes_first"] == found["changes_last"] == "not known"
    table = [["name", "api_cost_per_request", "infrastructure_monthly", "initial_dev_hours",
              "monthly_maintenance_hours", "unit_monthly", "unit_capacity"],
             ["API", 0.001, 0, 0, 0, 0, 0], ["Own", 0.0002, 0, 0, 0, 600, 1e6]]  # fmt: skip
    settles = REGISTRY["BB_DISCOUNTED_BREAKEVEN"](table, 24, 0.1, 0.3)[1][2]
    assert found["may_first"] < settles < found["may_last"]
    assert "BB_DISCOUNTED_BREAKEVEN" in book.field("breakeven_answer")


@pytest.mark.slow
def test_drawn_units_are_followed_as_the_model_does():
    seeds = range(SCENARIOS // 2)
    values = [drawn_units(seed) for seed in seeds]
    several = beyond = 0
    for seed, each in zip(seeds, many().filled(values), strict=True):
        found = reading_of(values[seed], each)
        assert found.wrong is None, (seed, found.wrong)
        first, last = (list(each.field(f"changes_{side}")) for side in ("first", "last"))
        several += sum(isinstance(a, float) and a < b for a, b in zip(first, last, strict=True))
        beyond += first.count(BEYOND)
    assert several >= SCENARIOS // 10  # else nothing is tested
    assert beyond

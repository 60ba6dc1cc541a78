"""What months came to against the plan, read against the workbook filled for what they came to."""

import pytest
from test_model import PRESET, as_filled, of_drawn, shared_comparison
from test_sentences import FREE

NONE = {f"month_{i}_{field}": None for i in range(1, 13) for field in ("served", "paid")}
PLAN = {"requests_per_month": 8e6, "months": 24, "max_cost_per_1k": None, **NONE}


@pytest.fixture(scope="module")
def book():
    return shared_comparison()


def said(book, change):
    book.fill(as_filled(PRESET) | PLAN | change)
    return book.field("actuals_answer")


def test_no_figures_and_no_plan_are_told_so(book):
    nothing = "No month of the plan has an actual figure."
    assert said(book, {}) == nothing
    assert said(book, {"months": 1, "month_2_served": 5.0}) == nothing
    assert said(book, {"month_1_served": "many", "month_1_paid": "much"}) == nothing
    assert said(book, {"months": None, "month_1_paid": 5.0}) == nothing


@pytest.mark.parametrize("share", [0.05, 0.5, 1.0, 2.0, 6.0])
@pytest.mark.parametrize("growth", [0.0, 0.7])
def test_the_cheapest_is_who_it_would_be_with_that_share_of_the_volume(book, share, growth):
    change = FREE | {"volume_growth": growth}
    book.fill(as_filled(PRESET) | PLAN | change)
    planned = book.field("planned_requests")[4]
    before = book.field("recommended")
    words = said(book, change | {"month_5_served": planned * share})
    assert words.startswith(f"In month 5 there were {share:.0%} of the planned requests;")
    cheapest = book.field("actual_cheapest")[4].partition(" by ")[0]
    assert words.endswith(f" be {cheapest}.")
    assert ("still be" in words) is (cheapest == before)
    book.fill(as_filled(PRESET) | PLAN | change | {"requests_per_month": 8e6 * share})
    assert book.field("recommended") == cheapest


def test_cost_is_compared_with_the_approach_that_is_planned(book):
    for to in (None, "Fine-tuned", "RAG"):
        book.fill(as_filled(PRESET) | PLAN | {"move_from": None, "move_to": to})
        slot = {"Fine-tuned": 1, "RAG": 2}.get(to, int(book.field("leader")) - 1)
        cost = book.field("cost")[3, slot]
        assert book.field("planned_cost")[2] == cost
        words = said(book, {"move_to": to, "month_3_paid": cost + 1250})
        name = book.field("name")[slot]
        assert words == f"With {name} planned, USD 1,250 more was paid in 1 month."
        assert "As planned with" in said(book, {"move_to": to, "month_3_paid": cost})


def test_words_are_there_for_every_drawn_plan():
    seen = set()
    for seed in range(60):
        words = of_drawn(seed).field("actuals_answer")
        seen |= {each for each in ("No month", "more was", "less was", "still be", "would be")
                 if each in words}  # fmt: skip
        assert words == words.strip()
        assert words.endswith(".")
    assert len(seen) == 5

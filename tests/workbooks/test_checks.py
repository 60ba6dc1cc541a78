"""The Checks sheets find what is planted: wrong sums, missing inputs, answers of BB_ functions."""

import pytest
from filled import shared

from bbxl.workbooks import breakeven_page as breakeven
from bbxl.workbooks import build_vs_buy
from bbxl.workbooks import requirements_matrix as requirements

WEIGHTS = ("latency", "cost", "accuracy", "throughput")
WARNINGS = (
    "check_case",
    "check_load",
    "check_move",
    "check_passes",
    "check_rates",
    "check_shock",
    "check_usd_rate",
    "check_weights",
)
APPROACHES = {f"approach_{i}_name": None for i in range(1, 7)}
APPROACHES |= {f"approach_{i}_{field}": None for i in range(1, 4)
               for field in ("infrastructure_monthly", "api_cost_per_request")}  # fmt: skip
# Check -> inputs that are typed, and figures (field, record, value) that stand in for formulas.
COMPARISON = {
    "check_inputs": ({"months": 0.5}, ()),
    "check_approaches": ({"approach_1_initial_dev_hours": None}, ()),
    "check_compared": (APPROACHES, ()),
    "check_performance": ({"approach_1_accuracy_score": 1.5}, ()),
    "check_sums": ({}, ("monthly_engineering", (0,), 3751)),
    "check_present": ({}, ("after_tax", (5, 0), 7651)),
    "check_cases": ({}, ("case_weight_tooling", (0,), 12.1)),
    "check_choices": ({"approach_2_deployment": "on the moon"}, ()),
    "check_passes": ({"min_accuracy": 0.99}, ()),
    "check_rates": ({"volume_growth": 5.0}, ()),
    "check_shock": ({"shock_factor": 2.0, "shock_month": 13}, ()),
    "check_move": ({"move_to": "nobody"}, ()),
    "check_case": ({"case": "low"}, ()),
    "check_usd_rate": ({"currency": "EUR"}, ()),
    "check_weights": ({f"weight_{each}": 0.0 for each in WEIGHTS}, ()),
    "check_units": ({}, ("present_units", (0,), 100)),
    "check_load": ({"approach_1_throughput_rps": None}, ()),
    "check_positive": ({}, ("monthly_compute", (2,), -1)),
    "check_bands": ({}, ("band_position", (0,), 2)),
    "check_bb_tco": ({}, ("monthly_total", (1,), 27_167)),
    "check_bb_present_cost": ({}, ("present_cost", (1,), 326_001)),
}
MATRIX = {
    "check_inputs": ({"weight_cost": -1}, ()),
    "check_candidates": ({"candidate_2_name": "API-Large"}, ()),
    "check_compared": ({f"candidate_{i}_name": None for i in range(1, 13)}, ()),
    "check_choices": ({"candidate_2_deployment": "on the moon"}, ()),
    "check_figures": ({"candidate_2_p99_latency_ms": "fast"}, ()),
    "check_passes": ({"min_accuracy": 0.999}, ()),
    "check_weights": ({f"weight_{each}": 0.0 for each in WEIGHTS}, ()),
    "check_verdicts": ({}, ("verdict", (0,), "perhaps")),
    "check_reasons": ({}, ("why_not", (0,), "")),
    "check_bb_meets": ({}, ("verdict", (0,), "pass")),
    "check_bb_score": ({}, ("score", (3,), 5.4)),
}
PAGE = {
    "check_inputs": ({"requests_per_month": -1}, ()),
    "check_approaches": ({"approach_1_upfront_cost": None}, ()),
    "check_compared": ({"approach_1_name": None, "approach_2_name": None}, ()),
    "check_horizon": ({}, ("present_monthly", (1,), 21_034)),
    "check_bands": ({}, ("band_position", (0,), 2)),
    "check_bb_tco": ({}, ("present_monthly", (0,), 6_167)),
    "check_bb_bands": ({}, ("band_to", (0,), 9_259_000)),
}
PLANTED = {"comparison": COMPARISON, "matrix": MATRIX, "page": PAGE}
CASES = [(name, check, *fault) for name, faults in PLANTED.items()
         for check, fault in faults.items()]  # fmt: skip


@pytest.fixture(scope="module")
def books():
    return {
        "comparison": shared(build_vs_buy, "customer-support-classifier"),
        "matrix": shared(requirements, "content-moderation"),
        "page": shared(breakeven, "document-classification"),
    }


@pytest.mark.parametrize(("name", "check", "inputs", "planted"), CASES)
def test_a_planted_fault_is_found(books, name, check, inputs, planted):
    book = books[name]
    assert book.field("checks") == "All checks OK"
    with book.with_planted(*planted) if planted else book.with_inputs(inputs):
        is_found(book, check)
    assert book.field("checks") == "All checks OK"


def is_found(book, check):
    """Whether a check, and it alone or with others, is told at the top of the sheets."""
    assert book.field(check) == ("WARNING" if check in WARNINGS else "ERROR")
    states = [book.field(each) for each in book.computed if each.startswith("check_")]
    said = [f"{count} {state}{'S' * (count > 1)}" for state in ("ERROR", "WARNING")
            if (count := states.count(state))]  # fmt: skip
    assert book.field("checks") == ", ".join(said)


LEFT_OUT = {
    "no figure": {"approach_1_initial_dev_hours": None},
    "a text": {"approach_1_initial_dev_hours": "many"},
    "a name of blanks": {"approach_1_name": "   "},
    "a name twice": {"approach_1_name": "RAG"},
    "less than nothing": {"approach_1_initial_dev_hours": -1.0},
    "a performance in words": {"approach_1_p99_latency_ms": "fast"},
}


@pytest.mark.parametrize("fault", LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_leaves_an_approach_out_is_an_error(books, fault):
    with books["comparison"].with_inputs(fault) as book:
        assert book.field("checks").startswith("1 ERROR")


CURRENCIES = {  # what is typed -> its status; all that says something is an error
    "EUR": "", "Kč": "", "US$": "", "EURO-BIG": "", None: "missing", "   ": "missing",
    5.0: "not a text",
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
@pytest.mark.parametrize(("typed", "status"), CURRENCIES.items(), ids=map(str, CURRENCIES))
def test_a_currency_that_is_missing_or_none_is_an_error(books, name, typed, status):
    with books[name].with_inputs({"currency": typed}) as book:
        assert book.field("currency_status") == status
        assert book.field("check_inputs") == ("ERROR" if status else "OK")
        assert ("ERROR" in book.field("checks")) is bool(status)


def test_the_rate_of_list_prices_fits_the_currency(books):
    for currency, rate, state in (
        ("USD", 1.0, "OK"), ("US$", 1.0, "OK"), ("USD", 0.9, "WARNING"), ("EUR", 0.9, "OK"),
        ("EUR", 1.0, "WARNING"),
    ):  # fmt: skip
        with books["comparison"].with_inputs({"currency": currency, "usd_rate": rate}) as book:
            assert book.field("check_usd_rate") == state


LARGE = {
    "many requests": {"requests_per_month": 1e12,
                      **{f"approach_{i}_throughput_rps": 1e9 for i in (1, 2, 3)}},
    "dear": {f"approach_{i}_{field}": 1e11 for i in (1, 2, 3)
             for field in ("infrastructure_monthly", "monitoring_tooling_monthly")},
    "nearly alike": {f"approach_{i}_infrastructure_monthly": 1e12 + i for i in (1, 2, 3)},
    "next to nothing": {"requests_per_month": 1e-6, "annual_rate": 1e-9},
    "five years, all rates": {"months": 60, "annual_rate": 0.3, "volume_growth": 0.9,
                              "infra_price_change": -0.5, "wage_growth": 0.1, "tax_rate": 0.3,
                              "capitalised_share": 0.7, "shock_factor": 3.0, "shock_month": 7},
}  # fmt: skip


@pytest.mark.parametrize("change", LARGE.values(), ids=LARGE)
def test_sound_figures_of_any_size_are_no_error(books, change):
    with books["comparison"].with_inputs(change | {"max_cost_per_1k": None}) as book:
        assert book.field("checks") == "All checks OK"


def test_a_fault_is_planted_for_every_check(books):
    for name, faults in PLANTED.items():
        checks = {each for each in books[name].computed if each.startswith("check_")}
        assert checks == set(faults)

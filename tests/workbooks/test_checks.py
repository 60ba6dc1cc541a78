"""The Checks sheets find what is planted: wrong sums, missing inputs, answers of BB_ functions."""

import pytest
from filled import Filled

from bbxl import presets
from bbxl.workbooks import breakeven_page as breakeven
from bbxl.workbooks import build_vs_buy
from bbxl.workbooks import requirements_matrix as requirements

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
    "check_positive": ({}, ("monthly_compute", (2,), -1)),
    "check_bands": ({}, ("band_position", (0,), 2)),
    "check_bb_tco": ({}, ("monthly_total", (1,), 27_167)),
    "check_bb_present_cost": ({}, ("present_cost", (1,), 326_001)),
}
MATRIX = {
    "check_inputs": ({"weight_cost": -1}, ()),
    "check_candidates": ({"candidate_2_name": "API-Large"}, ()),
    "check_compared": ({f"candidate_{i}_name": None for i in range(1, 13)}, ()),
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
        "comparison": Filled(build_vs_buy.model(presets.load("customer-support-classifier"))),
        "matrix": Filled(requirements.model(presets.load("content-moderation"))),
        "page": Filled(breakeven.model(presets.load("document-classification"))),
    }


@pytest.mark.parametrize(("name", "check", "inputs", "planted"), CASES)
def test_a_planted_fault_is_found(books, name, check, inputs, planted):
    book = books[name].again()
    book.fill({})
    assert book.field("checks") == "All checks OK"
    if planted:
        book.overwrite(*planted)
    book.fill(inputs)
    assert book.field(check) == "ERROR"
    errors = [book.field(each) for each in book.computed if each.startswith("check_")]
    count = errors.count("ERROR")
    assert book.field("checks") == f"{count} check{'s' if count > 1 else ''}: ERROR"


def test_a_fault_is_planted_for_every_check(books):
    for name, faults in PLANTED.items():
        checks = {each for each in books[name].computed if each.startswith("check_")}
        assert checks == set(faults)

"""The function tour covers every function and shows PASS."""

import re

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from bbxl import presets
from bbxl.engine.calculation import calculate, recalculate
from bbxl.workbooks import library, tour
from bbxl.worksheet import REGISTRY


def test_every_function_is_called():
    assert {call.function for call in tour.calls()} == set(REGISTRY)
    assert all(f"{call.function}(" in call.formula for call in tour.calls())


def test_the_tour_passes():
    path = library.folder() / "functions.xlsx"
    assert calculate("=C1", path) == f"PASS: all {len(tour.calls())} calls"


@pytest.mark.parametrize(
    ("expected", "wrong"),
    [
        (9259259.25925926, 9259259.3),
        ("none", "None at all"),
        ("#N/A", "#NUM!"),
        ("#NUM!", 5),
        (True, False),
    ],
)
def test_a_wrong_answer_fails(tmp_path, expected, wrong):
    """The tour itself must be able to fail: plant a wrong expectation and look."""
    book = tour.build()
    sheet = book["Functions"]
    planted = next(
        c for row in sheet.iter_rows(min_col=tour.EXPECTED, max_col=tour.EXPECTED) for c in row
        if c.value == expected
    )  # fmt: skip
    planted.value = wrong
    if wrong == "#NUM!":
        planted.data_type = "e"
    path = tmp_path / "tour.xlsx"
    book.save(path)
    recalculate(path)
    shown = openpyxl.load_workbook(path, data_only=True)["Functions"]
    assert shown["C1"].value == f"FAIL: 1 of {len(tour.calls())} calls"
    verdicts = [shown[f"C{row}"].value for row in range(5, planted.row + 1)]
    assert [each for each in verdicts if each][-1] == "FAIL"


def test_verdicts_are_formulas_that_are_computed_when_the_file_is_opened():
    """LibreOffice believes the stored value of a plain formula: an old PASS would stand."""
    sheet = openpyxl.load_workbook(library.folder() / "functions.xlsx")["Functions"]
    verdicts = [sheet["C1"], *(row[2] for row in sheet.iter_rows(min_row=5) if row[0].value)]
    assert len(verdicts) == len(tour.calls()) + 1
    assert all(isinstance(cell.value, ArrayFormula) for cell in verdicts)


def expected(function, words=""):
    """The rows that the tour expects of a function's call whose formula holds certain words."""
    (found,) = [call.expected for call in tour.calls()
                if call.function == function and words in call.formula]  # fmt: skip
    return found


def test_expected_figures_are_what_the_sum_beside_them_comes_to():
    sums = {call.why: call.expected[0][0] for call in tour.calls()
            if re.fullmatch(r"[\d.,x+*/() -]+", call.why)}  # fmt: skip
    assert len(sums) >= 4
    for words, figure in sums.items():
        assert eval(words.replace(",", "").replace("x", "*")) == pytest.approx(figure, rel=1e-12)


def paid(row, requests, months, rate, growth=0.0, infra=0.0, wage=0.0):
    """Present cost of an approach, a month at a time."""
    hours = ("monthly_maintenance_hours", "incident_response_hours_monthly",
             "compliance_audit_hours_monthly")  # fmt: skip
    total = row["initial_dev_hours"] * row["engineer_hourly_rate"]
    total += row["data_labeling_cost"] + row["training_compute_cost"]
    for month in range(1, months + 1):
        years = (month - 1) / 12
        cost = row["infrastructure_monthly"] * (1 + infra) ** years
        cost += sum(row[name] for name in hours) * row["engineer_hourly_rate"] * (1 + wage) ** years
        cost += row["monitoring_tooling_monthly"]
        cost += row["api_cost_per_request"] * requests * (1 + growth) ** years
        total += cost / (1 + rate) ** (month / 12)
    return total


def test_expected_present_costs_are_those_of_a_loop_over_the_months():
    fields, *rows = presets.load("customer-support-classifier").table()
    rows = [dict(zip(fields, row, strict=True)) for row in rows]
    plain = [[paid(row, 2e6, 36, 0.1)] for row in rows]
    moved = [[paid(row, 2e6, 36, 0.1, 0.5, -0.4, 0.03)] for row in rows]
    assert plain == [pytest.approx(e) for e in expected("BB_PRESENT_COST", "36,0.1)")]
    assert moved == [pytest.approx(e) for e in expected("BB_PRESENT_COST", "-0.4")]
    lines = [(start := paid(row, 0, 36, 0.1), (paid(row, 1e9, 36, 0.1) - start) / 1e9)
             for row in rows]  # fmt: skip
    table = [row[1:] for row in expected("BB_DISCOUNTED_BREAKEVEN")[1:]]
    for i, (start, slope) in enumerate(lines):
        for j, (other, rises) in enumerate(lines):
            volume = "" if i == j else pytest.approx((other - start) / (slope - rises), rel=1e-9)
            assert table[i][j] == volume


def test_expected_discounted_payback_repays_the_difference():
    months, monthly = expected("BB_PAYBACK", "0.1")[0][0], 1.1 ** (1 / 12) - 1
    annuity = (1 - (1 + monthly) ** -months) / monthly
    assert 18_000 * annuity == pytest.approx(200_000, rel=1e-9)


def test_expected_scaled_scores_are_shares_of_the_way_from_best_to_worst():
    fields, *rows = presets.load("content-moderation").table()
    slow = [row[fields.index("p99_latency_ms")] for row in rows]
    fast = [row[fields.index("throughput_rps")] for row in rows]
    for p99, rps, (score,) in zip(slow, fast, expected("BB_SCORE", "minmax"), strict=True):
        latency = (p99 - min(slow)) / (max(slow) - min(slow))
        throughput = (max(fast) - rps) / (max(fast) - min(fast))
        assert score == pytest.approx((latency + throughput) / 2, rel=1e-12)


def test_expected_simulation_is_about_even_at_the_breakeven():
    """A recorded figure: of 1,000 draws it may be off by five standard deviations, 0.08."""
    assert expected("BB_SIMULATE", "9700000,12,0.2") == [[pytest.approx(0.5, abs=0.08)]]

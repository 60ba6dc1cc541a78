"""Reading tables: labels, orientation, defaults, and what BB_CHECK says of faults."""

from functools import reduce
from operator import add

import pytest

from bbxl.worksheet import REGISTRY
from bbxl.worksheet.tables import Approaches, check
from bbxl.xlsx.cells import ExcelError

HEADER = [
    "Name",
    "Infrastructure monthly (USD)",
    "API cost per_request [USD]",
    "initial-dev hours",
    "Monthly Maintenance Hours",
]
API = ["API", 200, 0.001, 160, 20]
RAG = ["RAG", 800, 0.0005, 320, 30]


def test_labels_match_without_case_spaces_and_units():
    table = Approaches.from_cells([HEADER, API, RAG])
    assert table.problems == []
    assert table.names == ["API", "RAG"]
    assert table.model.infrastructure_monthly.tolist() == [[200], [800]]


def test_missing_optional_columns_and_empty_cells_take_their_default():
    table = Approaches.from_cells([[*HEADER, "Engineer hourly rate"], [*API, None], [*RAG, 100]])
    assert table.model.engineer_hourly_rate.tolist() == [[150], [100]]
    assert table.model.training_compute_cost.tolist() == [[0], [0]]


def test_columns_may_stand_in_any_order_with_an_empty_one_between():
    table = Approaches.from_cells(
        [[HEADER[1], None, *HEADER[2:], "name"], [200, None, 0.001, 160, 20, "API"]]
    )
    assert table.problems == []
    assert table.names == ["API"]


def test_lines_are_approaches_too():
    lines = [["name", "upfront cost", "cost per request"], ["A", 0, 2], ["B", 12, 1]]
    assert REGISTRY["BB_BANDS"](lines) == [
        ["from", "to", "cheapest"],
        [0, 1, "A"],
        [1, "no limit", "B"],
    ]
    assert REGISTRY["BB_TCO_BREAKDOWN"](lines, 10)[-1] == ["total", 20, 11]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([], "the table is empty"),
        ([[None]], "the table is empty"),
        (ExcelError.REF, "in place of a table stands #REF!"),
        ([HEADER], "the table has labels but no approach"),
        ([[*HEADER, "Colour"], [*API, 1]], "label 6 is not known: Colour"),
        ([[*HEADER, None], [*API, 1]], "label 6 is not known: empty"),
        ([[*HEADER, "NAME"], [*API, "x"]], "the label NAME stands twice"),
        ([HEADER[:-1], API[:-1]], "the label monthly_maintenance_hours is missing"),
        ([HEADER, API, [None] * 5, RAG], "approach 2 is empty, but another follows it"),
        ([HEADER, API, ["API", *RAG[1:]]], "API: name stands twice"),
        ([HEADER, [None, *API[1:]]], "approach 1: name is empty"),
        ([HEADER, ["API", None, 1, 1, 1]], "API: infrastructure_monthly is empty"),
        ([HEADER, ["API", ExcelError.NA, 1, 1, 1]], "API: infrastructure_monthly holds #N/A"),
        (
            [HEADER, ["API", "200 USD", 1, 1, 1]],
            "API: infrastructure_monthly must be an amount of money, 0 or more, "
            "not the text '200 USD'",
        ),
        (
            [HEADER, ["API", 1, 1, -3, 1]],
            "API: initial_dev_hours must be a number of hours, 0 or more, not -3",
        ),
        (
            [[*HEADER, "Deployment"], [*API, "moon"]],
            "API: deployment must be one of api, self_hosted_cloud, self_hosted_on_prem, "
            "not 'moon'",
        ),
    ],
)
def test_check_says_what_is_wrong_and_where(table, said):
    assert said in check(table)
    assert said in REGISTRY["BB_CHECK"](table)


def test_check_knows_a_profile_table():
    assert check([["name", "p50 latency ms"], ["A", 1]]) == [
        "the label p99_latency_ms is missing",
        "the label throughput_rps is missing",
        "the label accuracy_score is missing",
        "the label cost_per_1k_requests is missing",
    ]


def test_accuracy_above_one_is_num():
    header = [
        "name",
        "p50_latency_ms",
        "p99_latency_ms",
        "throughput_rps",
        "accuracy_score",
        "cost_per_1k_requests",
    ]
    table = [header, ["A", 1, 2, 3, 1.4, 5], ["B", 1, 2, 3, 0.4, 5]]
    assert REGISTRY["BB_MEETS"](table, 2) == [[ExcelError.NUM], [True]]
    assert REGISTRY["BB_RANK"](table, 1, 0, 0, 0)[1:] == [["B", 0.002], ["A", ExcelError.NUM]]


def test_a_column_of_volumes_runs_down_and_a_row_runs_right():
    lines = [["name", "upfront cost", "cost per request"], ["A", 0, 2], ["B", 12, 1]]
    tco = REGISTRY["BB_TCO"]
    assert tco(lines, [[0, 10, 20]]) == [[0, 20, 40], [1, 11, 21]]
    assert tco(lines, [[0], [10], [20]]) == [[0, 1], [20, 11], [40, 21]]
    assert tco(lines, [[0, 1], [2, 3]]) is ExcelError.VALUE
    turned = [list(row) for row in zip(*lines, strict=True)]
    assert tco(turned, 10) == [[20, 11]]


def test_the_breakdowns_columns_add_up_to_the_tco():
    preset = REGISTRY["BB_PRESET"]("customer-support-classifier")
    for volume in (0.0, 100_000.0, 1_234_567.0):
        for months in (1.0, 12.0, 36.0):
            rows = REGISTRY["BB_TCO_BREAKDOWN"](preset, volume, months)[1:]
            *components, total = [row[1:] for row in rows]
            # In their order: since Python 3.12 `sum` rounds otherwise.
            added = [[reduce(add, column)] for column in zip(*components, strict=True)]
            assert added == [[each] for each in total] == REGISTRY["BB_TCO"](preset, volume, months)


UNITS = ["name", "infrastructure_monthly", "api_cost_per_request", "initial_dev_hours",
         "monthly_maintenance_hours", "unit_monthly", "unit_capacity"]  # fmt: skip


def test_a_unit_cost_without_a_capacity_is_value_and_told():
    table = [UNITS, ["A", 1, 0, 0, 0, 100, 0], ["B", 1, 0, 0, 0, 0, None], ["C", 1, 0, 0, 0, 9, 10]]
    said = REGISTRY["BB_CHECK"](table)
    assert said == "A: unit_capacity must be above 0 where there is unit_monthly"
    assert REGISTRY["BB_TCO"](table, 25) == [[ExcelError.VALUE], [1], [28]]
    assert REGISTRY["BB_TCO_BREAKEVEN"](table)[1][2:] == [ExcelError.VALUE] * 2
    assert REGISTRY["BB_BANDS"](table) is ExcelError.VALUE
    assert REGISTRY["BB_PROJECT"](table, 25, 1)[2] == [1, ExcelError.VALUE, 1, 28]
    assert REGISTRY["BB_CHECK"](table[:1] + table[2:]) == "OK"


def test_what_is_too_large_with_units_is_num():
    table = [UNITS, *([f"A{i}", i, 0.001, 0, 0, 100 + i, 1e6 + i] for i in range(80))]
    assert REGISTRY["BB_BANDS"](table) is ExcelError.NUM
    assert REGISTRY["BB_TCO_BREAKEVEN"](table) is ExcelError.NUM
    assert REGISTRY["BB_SIMULATE"](table[:3], 1e6, 1e9) is ExcelError.NUM


def test_what_adds_units_need_not_carry_the_peak():
    header = ["name", "p50_latency_ms", "p99_latency_ms", "throughput_rps", "accuracy_score",
              "cost_per_1k_requests", "adds units"]  # fmt: skip
    rows = [
        ["A", 1, 2, 3, 0.9, 5, "yes"],
        ["B", 1, 2, 3, 0.9, 5, "No"],
        ["C", 1, 2, 3, 0.9, 5, None],
    ]
    asked = [header, *rows]
    none = [None] * 5
    assert REGISTRY["BB_MEETS"](asked, *none, 1e9) == [[True], [False], [False]]
    assert REGISTRY["BB_MEETS"](asked, *none) == [[True]] * 3
    assert REGISTRY["BB_WHY_NOT"](asked, *none, [[1e6, 1e9]])[0] == ["", ""]
    assert REGISTRY["BB_WHY_NOT"](asked, *none, [[1e6, 1e9]])[2][1].startswith(
        "throughput of 3 req"
    )
    rows[0][-1] = "perhaps"
    assert REGISTRY["BB_CHECK"](asked) == "A: adds_units must be one of yes, no, not 'perhaps'"

"""The names answer as the registry does, in an engine that knows LAMBDA."""

from pathlib import Path

import openpyxl
import pytest
from formulon_excel import Formulon

from bbxl import presets
from bbxl.engine.workbook import Workbook
from bbxl.hosts.names import frame
from bbxl.xlsx.cells import ExcelError
from bbxl.xlsx.package import Package

CALLS = (Path(__file__).parent / "calls.txt").read_text("utf-8").split("\n")[:-1]
DRIVERS = ["Name", "Infrastructure monthly (USD)", None, "API cost per request",
           "initial-dev_hours", "Monthly Maintenance Hours [h]", "deployment"]  # fmt: skip
LINE = ["name", "upfront cost", "cost per request", "fixed monthly"]
PROFILE = ["name", "p50 latency ms", "p99_latency_ms", "throughput_rps", "accuracy_score",
           "cost_per_1k_requests", "deployment"]  # fmt: skip
TOTALS = ["name", "infrastructure_monthly", "api_cost_per_request", "initial_dev_hours",
          "monthly_maintenance_hours"]  # fmt: skip
LINES = [LINE, ["API", 50000, 0.002, None], ["Tuned", 250000, 0.0002, 100], ["Free", 0, 0.1, 0]]
PLACED = {
    4: presets.load("customer-support-classifier").table(),
    10: presets.load("content-moderation").table(),
    20: [
        DRIVERS,
        ["Unit", "USD", None, "USD", "h", "h", None],
        ["A", 200, None, 0.001, 160, 20, "API"],
        ["B", "x", None, 0.002, 10, 5, None],
        ["C", -1, None, 0.002, 10, 5, None],
        ["D", 10, None, "#N/A", 10, 5, "self hosted cloud"],
        ["a", 10, None, 0.5, 10, 5, "moon"],
        ["A", 1, None, 1, 1, 1, None],
        [None, 5, None, 5, 5, 5, None],
    ],
    32: LINES,
    38: [list(column) for column in zip(*LINES, strict=True)],
    44: [["name", "bogus"], ["A", 1]],
    47: [LINE[:3], ["A", 1, 2], [None, None, None], ["B", 1, 2]],
    52: [LINE[:3], ["A", 0, 2], ["B", 0, 2], ["C", 0, 1], ["D", 100, 0.5], ["E", 100, 0.25]],
    60: [
        PROFILE,
        ["P", 10, 1234.5678, 0, 1, 0.00123456789, "api"],
        ["Q", 10, 20, 50, 1.2, 3, "api"],
        ["R", 5, 20, 50, 0.9, 3, None],
        ["S", 5, 20, 50, 0.9, 3, "Self-hosted on prem"],
        ["T", 1, 1234567.891, 12345678, 0.123456, 0, "self_hosted_cloud"],
    ],
    70: [[1, "x", None, -5, "#DIV/0!", True, "  "]],
    72: [[100], [None], [300]],
    80: [
        [
            *TOTALS,
            "unit_monthly",
            "unit_price",
            "unit_life_months",
            "unit_residual",
            "unit_capacity",
            "units_minimum",
            "engineer_hourly_rate",
            "deployment",
            "spectrum",
            "monitoring_tooling_monthly",
        ],
        ["API", 0, 0.001, 0, 0, 0, 0, None, None, 0, 0, 100, "api", None, 5],
        ["rented", 10, 0.0002, 5, 1, 600, 0, None, None, 1000000, 0, 100, None, None, 0],
        ["bought", 10, 0.0001, 5, 1, 60, 9000, 24, 0.25, 1000000, 2, 100, None, None, 0],
    ],
    86: [
        [
            *TOTALS,
            "retraining_cost",
            "retraining_every_months",
            "migration_cost",
            "exit_cost",
            "error_rate",
        ],
        ["one", 200, 0.001, 160, 20, 0, 0, 0, 0, 0],
        ["two", 900, 0.0002, 320, 10, 5000, 6, 700, 300, 0.1],
        ["three", 900, 0.0002, 320, 10, 5000, 0, 700, 300, 0.1],
    ],
    92: [
        [*PROFILE[:6], "adds units", "deployment"],
        ["P", 10, 1234.5678, 20, 1, 0.5, "yes", "api"],
        ["Q", 10, 20, 50, 0.9, 3, None, "api"],
        ["R", 5, 20, 50, 0.9, 3, "no", None],
    ],
}
"""Row of the sheet Tables -> what stands from there on."""


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """A workbook with these tables."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Tables"
    for top, rows in PLACED.items():
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                cell = sheet.cell(top + i, 1 + j, value)
                if isinstance(value, str) and value.startswith("#"):
                    cell.data_type = "e"
    path = tmp_path_factory.mktemp("names") / "tables.xlsx"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def names(tables):
    return Formulon(tables.read_bytes())


def same(one, other, rounding):
    """Whether two cells are equal, numbers to 1e-9, or to what rounding makes of them."""
    if isinstance(one, float | int) and isinstance(other, float | int):
        return one == other or one == pytest.approx(other, rel=1e-9, abs=rounding)
    return one == other


def assert_same(answer, expected, rounding=1e-12):
    expected = expected if isinstance(expected, list) else [[expected]]
    assert [len(row) for row in answer] == [len(row) for row in expected]
    for row, wanted in zip(answer, expected, strict=True):
        for one, other in zip(row, wanted, strict=True):
            assert same(one, "" if other is None else other, rounding), (answer, expected)


@pytest.fixture(scope="module")
def engine(tables):
    """The registry's own functions, over the same tables."""
    return Workbook(Package(tables))


@pytest.mark.parametrize("call", CALLS)
def test_a_call_answers_as_the_registry(call, engine, names):
    assert_same(names.answer(call), engine.answer(f"={call}"))


ALIKE = (
    '{"name","infrastructure_monthly","api_cost_per_request","initial_dev_hours",'
    '"monthly_maintenance_hours","unit_monthly","unit_capacity";'
    '"A",1,0.001,0,0,0,0;"B",0,0.000100001,0,0,0.009,10}'
)
"""Two approaches that change places at about 900,000 steps of units."""


@pytest.mark.parametrize("call", [f'BB_INTERVALS({ALIKE},"A","B")', f"BB_BANDS({ALIKE})"])
def test_what_is_not_computed_is_na_and_never_another_answer(call, names):
    assert names.answer(call) == [[ExcelError.NA]]


@pytest.mark.parametrize("function", ["BB_TCO_BREAKEVEN", "BB_DISCOUNTED_BREAKEVEN"])
def test_a_breakeven_that_is_not_computed_is_na(function, names):
    assert names.answer(f"{function}({ALIKE})")[1][2] is ExcelError.NA


def test_these_cases_are_all_that_is_told_of():
    told = {"BB_INTERVALS", "BB_BANDS", "BB_TCO_BREAKEVEN", "BB_DISCOUNTED_BREAKEVEN"}
    assert set(frame.limits()) == told


README = Path(frame.__file__).with_name("README.md").read_text("utf-8")
SERVERS = '=BB_DISCOUNTED_BREAKEVEN(BB_PRESET("document-reading-on-premises"),36,0.1,0.2)'


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("=BB_BREAKEVEN(50000,0.002,250000,0.0002)", ["9,259,259.26"]),
        ("=ISNA(BB_BREAKEVEN(0,1,0,1))", ["TRUE"]),
        (SERVERS, ["25,620,247.06", "29,704,717.85", "60,000,000"]),
    ],
)
def test_what_a_person_is_to_confirm_in_excel_is_so_here(formula, shown, names):
    line = next(each for each in README.split("\n") if f"`{formula}`" in each)
    cells = [cell for row in names.answer(formula) for cell in row]
    numbers = {f"{cell:,.2f}".removesuffix(".00") for cell in cells if isinstance(cell, float)}
    for each in shown:
        assert each in line
        assert cells == [True] if each == "TRUE" else each in numbers

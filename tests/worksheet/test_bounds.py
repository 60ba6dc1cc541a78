"""What one cell may ask: a bound, told as #NUM!, before the work is begun."""

import time
import tracemalloc

import pytest
from long_tables import approaches, profiles
from samples import samples

from bbxl.model.breakeven import bands
from bbxl.model.cost import CostModel
from bbxl.worksheet import REGISTRY
from bbxl.worksheet.columns import normalised
from bbxl.worksheet.functions.prices import MOST_PRICED
from bbxl.worksheet.functions.profiles import MOST_ANSWERS
from bbxl.worksheet.functions.risk import MOST_DRAWN, MOST_SIMULATED
from bbxl.worksheet.readers import MOST_CELLS, Rows
from bbxl.worksheet.tables import MOST_ROWS
from bbxl.xlsx.cells import ExcelError

pytestmark = pytest.mark.slow


def grown(function, position, rows):
    """A good call, with a table of so many rows."""
    given = samples(function)
    table = profiles if "p50_latency_ms" in given[position][0] else approaches
    given[position] = table(rows)
    return given


TABLES = [(f, i) for f in REGISTRY.values() for i, a in enumerate(f.arguments) if a.is_table]
NUMBERS = [
    (f, i)
    for f in REGISTRY.values()
    for i, a in enumerate(f.arguments)
    if a.quantity and f.implementation.__annotations__["return"] is not Rows
]


def label(value):
    return value.name if hasattr(value, "name") else str(value)


@pytest.mark.parametrize(("function", "position"), TABLES, ids=label)
def test_a_table_of_too_many_rows_is_num(function, position):
    assert function(*grown(function, position, MOST_ROWS + 1)) is ExcelError.NUM
    said = REGISTRY["BB_CHECK"](grown(function, position, MOST_ROWS + 1)[position])
    assert said == f"the table has more than {MOST_ROWS:,} approaches"


@pytest.mark.parametrize(("function", "position"), NUMBERS, ids=label)
def test_an_answer_of_more_cells_than_a_column_has_is_num(function, position):
    given = samples(function)
    given[position] = [[given[position]]] * (MOST_CELLS + 1)
    assert function(*given) is ExcelError.NUM


ASKED = {
    "BB_TCO_BREAKEVEN": lambda n: [approaches(n)],
    "BB_DISCOUNTED_BREAKEVEN": lambda n: [approaches(n)],
    "BB_PROJECT": lambda n: [approaches(n), 1e6, 1023],
    "BB_TCO": lambda n: [approaches(n), [[1e6] * 1024]],
    "BB_CHEAPEST": lambda n: [approaches(n), [[1e6] * 1024]],
}


@pytest.mark.parametrize("name", ASKED)
def test_a_large_question_is_answered_up_to_the_bound(name):
    assert isinstance(REGISTRY[name](*ASKED[name](1024)), list)
    assert REGISTRY[name](*ASKED[name](1025)) is ExcelError.NUM


def test_the_bounds_of_single_functions():
    ask = REGISTRY
    assert ask["BB_SIMULATE"](approaches(MOST_SIMULATED + 1), 1e6) is ExcelError.NUM
    assert ask["BB_SIMULATE"](approaches(11), 1e6, 12, 0.2, MOST_DRAWN / 10) is ExcelError.NUM
    tokens = [[float(i)] for i in range(MOST_PRICED + 1)]
    assert ask["BB_API_COST"]("gpt-4o", tokens, 1) is ExcelError.NUM
    same = [[float(i % 3)] for i in range(MOST_PRICED + 1)]
    assert len(ask["BB_API_COST"]("gpt-4o", same, 1)) == len(same)
    assert ask["BB_WHY_NOT"](profiles(4), [[1.0] * (MOST_ANSWERS // 4 + 1)]) is ExcelError.NUM


def test_a_simulation_of_many_approaches_takes_little_memory():
    """Without breakevens, which a cell does not ask for: those of 100 are 4,950 pairs."""
    tracemalloc.start()
    try:
        answer = REGISTRY["BB_SIMULATE"](approaches(MOST_SIMULATED), 1e6, 12, 0.2, 1000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(answer) == MOST_SIMULATED + 1
    assert peak < 200e6


def test_bands_of_many_lines_are_few_comparisons(monkeypatch):
    asked = []
    breakeven = CostModel.breakeven
    monkeypatch.setattr(CostModel, "breakeven", lambda *given: asked.append(1) or breakeven(*given))
    for count in (100, 1000):
        asked.clear()
        bands({str(i): CostModel(i * i, count - i) for i in range(count)})
        assert len(asked) < 3 * count


def seconds(work):
    def once():
        begun = time.process_time()
        work()
        return time.process_time() - begun

    return min(once() for _ in range(3))


@pytest.mark.parametrize("begun", ["(", "[", "(a", "[a)", "_", " ", "\u00df("])
def test_a_long_label_is_read_in_linear_time(begun):
    """Eight times the length takes some eight times as long, and not sixty-four."""

    def read(length):
        return seconds(lambda: normalised.__wrapped__((begun * length)[:length]))

    assert read(32_000) < 25 * max(read(4_000), 1e-4)


@pytest.mark.parametrize(
    ("label", "read"),
    [
        ("Initial dev hours (h)", "initialdevhours"),
        ("API-cost per_request [USD]", "apicostperrequest"),
        ("a (b) c [d] (e)", "ac"),
        ("(open", "(open"),
    ],
)
def test_labels(label, read):
    assert normalised(label) == read


@pytest.mark.parametrize("function", ["BB_TCO", "BB_CHECK", "BB_RANK", "BB_PARETO"])
def test_a_table_is_read_in_linear_time(function):
    table = profiles if function in ("BB_RANK", "BB_PARETO") else approaches
    more = {"BB_TCO": [1e6], "BB_RANK": [1, 1, 1, 1]}.get(function, [])
    few, many = table(400), table(3200)
    growth = 64 if function == "BB_PARETO" else 25  # each is compared with each, in numpy
    assert seconds(lambda: REGISTRY[function](many, *more)) < growth * seconds(
        lambda: REGISTRY[function](few, *more)
    )


def test_names_that_are_numbers_stay_apart():
    table = [["name", "upfront_cost", "cost_per_request"],
             *([1234567.0 + i, 12.0 * i, 0.0] for i in range(3))]  # fmt: skip
    assert REGISTRY["BB_CHECK"](table) == "OK"
    assert REGISTRY["BB_TCO"](table, 1) == [[0], [1], [2]]
    names = [row[0] for row in REGISTRY["BB_TCO_BREAKEVEN"](table)]
    assert names == ["breakeven", "1234567", "1234568", "1234569"]

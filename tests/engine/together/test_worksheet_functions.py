"""bbxl's own functions, asked once for many scenarios, answer as if asked in each by itself."""

import random

import pytest

from bbxl import presets
from bbxl.engine.together.vectors import assembled, values_of, vector
from bbxl.engine.together.worksheet_functions import ask
from bbxl.worksheet import REGISTRY, many
from bbxl.worksheet.tables import Approaches, Profiles, Table
from bbxl.xlsx.cells import ExcelError

PROFILES = [
    ["name", "API", "RAG", "Fine-tuned"],
    ["p50 latency ms", 120, 250, 80],
    ["p99 latency ms", 400, 900, 200],
    ["throughput rps", 500, 90, 1000],
    ["accuracy score", 0.91, 0.94, 0.96],
    ["cost per 1k requests", 0.08, 0.2, 0.03],
    ["deployment", "api", "self_hosted_cloud", "self_hosted_cloud"],
    ["adds units", "yes", "no", None],
]
NUMBERS = [1.0, 12.0, 36.0, 0.5, 0.1, 250_000.0, 2e6]
ODD = [-1.0, 0.0, 1e300, None, "", "text", True, ExcelError.DIV0, 2.5]
SCENARIOS = 60


def tables(kind):
    if kind is Profiles:
        return [PROFILES, [list(column) for column in zip(*PROFILES, strict=True)]]
    return [presets.load(name).table() for name in presets.names()]


def arguments(function, draw):
    """Arguments that it may be given, in one scenario."""
    for each in function.arguments:
        if each.is_table or each.name == "table":
            yield draw.choice(tables(each.hint if each.is_table else Approaches))
        elif each.choices:
            yield draw.choice([None, *each.choices])
        elif each.quantity:
            few = [x for x in NUMBERS if not each.quantity.impossible(x)]
            yield draw.choice([[[x, x / 2, x] for x in few[:1]], draw.choice(few), *few])
        else:
            yield None


def changed(value, draw, odd):
    """The same argument in another scenario: other numbers, and now and then something odd."""
    if isinstance(value, list):
        return [[changed(each, draw, odd) for each in row] for row in value]
    if draw.random() < odd:
        return draw.choice(ODD)
    is_number = isinstance(value, float | int) and draw.random() < 0.5
    return value * draw.choice([0.25, 0.5, 1.0, 1.5]) if is_number else value


def as_vector(scenarios):
    """An argument as the evaluator has it, from what it is in each scenario."""
    if not isinstance(scenarios[0], list):
        return vector(scenarios)
    rows, columns = len(scenarios[0]), len(scenarios[0][0])
    cells = [
        vector([each[i][j] for each in scenarios]) for i in range(rows) for j in range(columns)
    ]
    return assembled(cells, rows, columns)


def shown(found, i, j):
    cell = found.map(lambda array: (array[i, j] if array.ndim == 4 else array).ravel())
    return values_of(cell, SCENARIOS)


@pytest.mark.parametrize("odd", [0, 0.003, 0.05])
@pytest.mark.parametrize("name", sorted(many.FUNCTIONS))
def test_asked_once_it_answers_as_asked_in_each_scenario(name, odd):
    function = REGISTRY[name]
    for seed in range(6):
        draw = random.Random(f"{name} {seed}")
        base = list(arguments(function, draw))
        scenarios = [changed([base], draw, odd)[0] for _ in range(SCENARIOS)]
        found = ask(name, *map(as_vector, zip(*scenarios, strict=True)))
        for s, scenario in enumerate(scenarios):
            alone = function(*scenario)
            for i, row in enumerate(alone if isinstance(alone, list) else [[alone]]):
                for j, cell in enumerate(row):
                    assert shown(found, i, j)[s] == cell, (scenario, i, j)


@pytest.mark.parametrize("name", ["BB_CHECK", "BB_TCO", "BB_PRESENT_COST"])
def test_a_table_that_differs_in_numbers_alone_is_read_once(name, monkeypatch):
    read, reading = [], Table._read
    monkeypatch.setattr(Table, "_read", lambda *given: (read.append(1), reading(*given)))
    table = presets.load("customer-support-classifier").table()
    volumes = [1000.0 * each for each in range(1, 101)]
    given = [as_vector([table] * 100), vector(volumes), vector([12.0] * 100)]
    ask(name, *given[: 1 if name == "BB_CHECK" else 3])
    assert len(read) <= 2

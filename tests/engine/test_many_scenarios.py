"""Scenarios computed together: what is left to the engine, and what happens where they differ."""

from io import BytesIO

import numpy as np
import openpyxl
import pytest
import xlsxwriter

from bbxl.batch import generate, run
from bbxl.batch.filling.filler import Filler, Job
from bbxl.batch.template.inputs import Template
from bbxl.engine import scenarios
from bbxl.engine.scenarios import Computed
from bbxl.engine.together import operators
from bbxl.engine.together.operators import numeric
from bbxl.errors import UserError
from bbxl.xlsx.cells import ExcelError


def template(path, formulas, names=(), prepare=lambda book, sheet: None, **options):
    """A workbook with two inputs, `price` and `volume`, and formulas in column C."""
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("Plan")
        sheet.write_column("A1", [0.5, 1000])
        book.define_name("price", "=Plan!$A$1")
        book.define_name("volume", "=Plan!$A$2")
        for name, reference in names:
            book.define_name(name, reference)
        for row, formula in enumerate(formulas):
            sheet.write_formula(row, 2, formula, None, 0)
        prepare(book, sheet)
    return path


def filler(path, many):
    kind = Template(path)
    cells = tuple(kind.input(name).cell for name in ("price", "volume"))
    outputs = tuple(("Plan", (row, 3)) for row in range(1, 4))
    return Filler(Job(kind.data, kind.name, cells, outputs, True, run.datetime.now(run.UTC), many))


def outputs(path, scenarios, many):
    return [list(made.outputs) for made in filler(path, many).files(scenarios)]


@pytest.fixture
def asked(monkeypatch):
    """The scenarios that the engine computes."""
    found, by_engine = [], Computed.one

    def noted(self, scenario):
        found.append(scenario)
        return by_engine(self, scenario)

    monkeypatch.setattr(Computed, "one", noted)
    return found


SCENARIOS = [[float(i), 100.0 * i] for i in range(4)]

TOGETHER = ["=A1*A2", "=SUM(A1:A2,C1)", '=IF(C2>0,"costs "&FIXED(C2,0),"free")']


def test_formulas_of_the_usual_kinds_are_computed_together(tmp_path, asked):
    path = template(tmp_path / "plan.xlsx", TOGETHER)
    by_engine = outputs(path, SCENARIOS, many=False)
    asked.clear()
    assert outputs(path, SCENARIOS, many=True) == by_engine
    assert by_engine[2] == [400.0, 602.0, "costs 602"]
    assert asked == SCENARIOS[:1]  # one of them, to hold both against each other


def test_a_scenario_that_meets_something_unusual_is_the_engines(tmp_path, asked):
    path = template(tmp_path / "plan.xlsx", TOGETHER)
    scenarios = [*SCENARIOS, ["7", 10.0], [1e200, 1e200]]
    found = outputs(path, scenarios, many=True)
    assert asked == [scenarios[0], *scenarios[4:]]
    assert found[4] == [70.0, 80.0, "costs 80"]  # in Excel text counts as a number in 7*10 alone
    assert found[5] == [ExcelError.NUM] * 3


@pytest.mark.parametrize(
    ("formulas", "more"),
    [
        (["=OFFSET(A1,1,0)*2"], {}),
        (['=INDIRECT("A"&2)*A1'], {}),
        (["=RAND()*0+A1"], {}),
        (["=SUM(A:A)"], {}),
        (["=VLOOKUP(A1,A1:B2,1)"], {}),
        (["=CHOOSE(1,A2)*A1"], {}),
        (["=SUM(INDEX(A1:A2,1):A2)"], {}),
        (["=LET(x,A1,x*2)"], {}),
        (['=TEXT(A1,"yyyy")'], {}),
        (["=IF(A1>0,,2)"], {}),
        (["=A2"], {"prepare": lambda _, sheet: sheet.write_array_formula("E1:E2", "{=A1:A2*2}")}),
        (["=A2"], {"prepare": lambda _, sheet: sheet.write_dynamic_array_formula("E1", "=A1:A2")}),
    ],
)  # fmt: skip
def test_formulas_that_are_not_certain_are_left_to_the_engine(tmp_path, formulas, more):
    path = template(tmp_path / "plan.xlsx", [*formulas, "=A1*A2", "=A1+1"], **more)
    assert not filler(path, many=True)._computed._program
    assert outputs(path, SCENARIOS, many=True) == outputs(path, SCENARIOS, many=False)


@pytest.mark.parametrize(
    ("formulas", "more"),
    [
        (["=doubled"], {"names": [("doubled", "=Plan!$A$1*2")]}),
        (['="#N/A"&A1'], {}),
        (["=SUMPRODUCT(ROUND(A1:A2/7,2))"], {}),
        (["=SUM(Sales[n])+A1"], {"prepare": lambda _, sheet: sheet.add_table(
            "G1:G3", {"name": "Sales", "columns": [{"header": "n"}], "data": [[1], [2]]})}),
    ],
)  # fmt: skip
def test_names_tables_and_arrays_of_known_size_are_computed_together(tmp_path, formulas, more):
    path = template(tmp_path / "plan.xlsx", [*formulas, "=A1*A2", "=A1+1"], **more)
    assert filler(path, many=True)._computed._program
    assert outputs(path, SCENARIOS, many=True) == outputs(path, SCENARIOS, many=False)


def test_dates_that_are_counted_from_1904_are_left_to_the_engine(tmp_path):
    formulas = ["=A1*A2", "=YEAR(A2+40000)", "=MONTH(A2+40000)"]
    for since_1904, years in ((False, [2009, 2009, 2010, 2010]), (True, [2013, 2013, 2014, 2014])):
        path = template(tmp_path / "plan.xlsx", formulas, date_1904=since_1904)
        assert (filler(path, many=True)._computed._program is None) is since_1904
        found = outputs(path, SCENARIOS, many=True)
        assert found == outputs(path, SCENARIOS, many=False)
        assert [row[1] for row in found] == years


@pytest.mark.parametrize("name", ["build-vs-buy", "breakeven", "requirements"])
def test_the_templates_are_computed_together(name):
    """The embedded engine takes ten times as long, scenario by scenario."""
    kind = Template(name)
    cells = tuple(each.cell for each in kind.inputs())
    now = run.datetime.now(run.UTC)
    job = Job(kind.data, kind.name, cells, tuple(kind.outputs.values()), True, now, True)
    assert Filler(job)._computed._program


def test_cells_that_no_input_reaches_keep_what_the_engine_says(tmp_path):
    path = template(tmp_path / "plan.xlsx", ["=A1*A2", "=VLOOKUP(1,{0,5;1,7},2)", "=C2*A1"])
    assert filler(path, many=True)._computed._program
    assert outputs(path, SCENARIOS, many=True) == [[100.0 * i * i, 7.0, 7.0 * i] for i in range(4)]


def test_a_wrong_number_ends_the_run(tmp_path, monkeypatch):
    path = template(tmp_path / "plan.xlsx", ["=A2/7+A1"])
    monkeypatch.setattr(run, "MANY", 1)
    table = [{"price": price, "volume": volume} for price, volume in SCENARIOS[1:]]
    wrong = numeric(lambda one, other: np.add(one, other) * (1 + 1e-8))
    monkeypatch.setitem(operators.BINARY, "+", wrong)
    monkeypatch.setattr("bbxl.engine.together.step._OPERATIONS", operators.BINARY)
    with pytest.raises(UserError, match=r"Plan!C1 was computed in two ways, as .*no-values"):
        generate(path, table, tmp_path / "out")
    assert not list((tmp_path / "out").glob("*.xlsx"))


def test_few_scenarios_and_many_give_the_same_values(tmp_path, monkeypatch):
    table = [{"requests_per_month": 1e5 * i, "months": i + 1} for i in range(12)]
    shown = set()
    for many, least in ((1, 10), (1, 5), (100, 10)):  # together, of a large template, one by one
        monkeypatch.setattr(run, "MANY", many)
        monkeypatch.setattr(scenarios, "_LEAST", least)
        monkeypatch.setattr(scenarios, "_MOST_VALUES", 10)
        out = tmp_path / f"{many} {least}"
        generate("breakeven", table, out)
        lines = (out / "manifest.csv").read_text().splitlines()
        shown.add(tuple(tuple(line.split(",")[:1] + line.split(",")[2:]) for line in lines))
    assert len(shown) == 1


def test_arrays_that_no_input_reaches_stay_as_they_are(tmp_path):
    def arrays(_, sheet):
        sheet.write_dynamic_array_formula("E1", "=IF(2>1,{5;6;7},0)")
        sheet.write_array_formula("G1:G2", "{=TRANSPOSE({8,9})}")

    path = template(tmp_path / "plan.xlsx", ["=A1*E2", "=A2+G2", "=SUM(E1:G3)"], prepare=arrays)
    assert filler(path, many=True)._computed._program
    by_engine = outputs(path, SCENARIOS, many=False)
    assert outputs(path, SCENARIOS, many=True) == by_engine
    assert by_engine[2] == [12.0, 209.0, 35.0]
    for many in (True, False):
        data = filler(path, many).file([2.0, 200.0]).data
        sheet = openpyxl.load_workbook(BytesIO(data), data_only=True).active
        assert [sheet[cell].value for cell in ("E1", "E2", "E3", "G1", "G2")] == [5, 6, 7, 8, 9]

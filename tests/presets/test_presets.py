"""The worked examples as data: what is there is sound, what is not is told, one file is enough."""

import copy
import datetime
import functools
import operator
import shutil
import tomllib
from pathlib import Path

import openpyxl
import pytest

from bbxl import presets
from bbxl.cli import main
from bbxl.engine.calculation import calculate
from bbxl.errors import UserError
from bbxl.presets import checking
from bbxl.workbooks import library
from bbxl.worksheet import REGISTRY, tables

COMMITTED = {
    name: tomllib.loads((presets.FOLDER / f"{name}.toml").read_text("utf-8"))
    for name in presets.names()
}
# Template -> a new preset for it, as a person would write one.
NEW = {
    "build-vs-buy": """
        template = "build-vs-buy"
        title = "Invoices"
        description = "Reading invoices."
        source = "Own estimate."
        requests_per_month = 30_000
        months = 24
        [approaches.Bought]
        infrastructure_monthly = 111
        api_cost_per_request = 0.02
        initial_dev_hours = 40
        monthly_maintenance_hours = 4
        [approaches."Built here"]
        infrastructure_monthly = 222
        api_cost_per_request = 0
        initial_dev_hours = 400
        monthly_maintenance_hours = 40
        """,
    "breakeven": """
        template = "breakeven"
        title = "Invoices"
        description = "Reading invoices."
        source = "Own estimate."
        requests_per_month = 30_000
        months = 24
        approaches.Bought = { upfront_cost = 111, cost_per_request = 0.02 }
        approaches."Built here" = { upfront_cost = 222, cost_per_request = 0.01 }
        """,
    "requirements": """
        template = "requirements"
        title = "Invoices"
        description = "Reading invoices."
        source = "Own estimate."
        [approaches.Bought]
        p50_latency_ms = 111
        p99_latency_ms = 900
        throughput_rps = 20
        accuracy_score = 0.9
        cost_per_1k_requests = 20
        [approaches."Built here"]
        p50_latency_ms = 222
        p99_latency_ms = 700
        throughput_rps = 30
        accuracy_score = 0.8
        cost_per_1k_requests = 10
        [scenarios.all]
        requirements = { min_accuracy = 0.85 }
        weights = { latency = 1, accuracy = 2 }
        """,
}
PAGE = NEW["breakeven"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the presets' folder, in which the product looks instead; the current folder."""
    copied = tmp_path / "presets"
    shutil.copytree(presets.FOLDER, copied)
    monkeypatch.setattr(presets, "FOLDER", copied)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return copied


@pytest.mark.parametrize("name", presets.names())
def test_every_preset_is_a_sound_table_with_a_source(name):
    preset = presets.load(name)
    assert tables.check(preset.table()) == []
    assert preset.source
    assert preset.title
    template = library.get(preset.template)
    assert (name in template.presets) == (not template.left_out(preset))


def test_the_examples_of_units_are_what_they_say():
    """Figures of the design; and the servers of three years, added up by hand."""
    rented = REGISTRY["BB_PRESET"]("customer-support-on-units")
    assert REGISTRY["BB_TCO"](rented, 4e7)[1] == [pytest.approx(39_716.666666666667)]
    assert REGISTRY["BB_TCO"](rented, 1e10)[1] == [pytest.approx(3_877_716.666666667)]
    assert len(REGISTRY["BB_BANDS"](rented)) == 1 + 9
    assert rented[2][rented[0].index("unit_capacity")] == REGISTRY["BB_CAPACITY"](10)
    bought = REGISTRY["BB_PRESET"]("document-reading-on-premises")
    # 3 servers; 1,100 h at the start and 20,000 at the end; 148 h, 2,500 + 1,500 and 3 x 2,500.
    total = 3 * 250_000 + 1100 * 150 + 20_000 + 36 * (148 * 150 + 4000 + 7500)
    assert REGISTRY["BB_TCO"](bought, 6e7, 36, "horizon")[2] == [pytest.approx(total)]


def test_training_from_scratch_is_the_arithmetic_that_it_states():
    hours = 6 * 175e9 * 300e9 / 28e12 / 3600
    cost = presets.load("foundation-model").approaches["Trained from scratch"]
    assert cost["training_compute_cost"] == pytest.approx(3.20 * hours, rel=1e-9)


def test_a_scenario_of_a_preset_is_chosen_by_name(capsys, tmp_path):
    first, batch = tmp_path / "first.xlsx", tmp_path / "batch.xlsx"
    assert main(["new", str(first), "--preset", "content-moderation"]) == 0
    given = ["new", str(batch), "--preset", "content-moderation", "--scenario"]
    assert main([*given, "batch"]) == 0
    asked = {
        file: [calculate(f"={name}", file) for name in ("min_accuracy", "weight_cost")]
        for file in (first, batch)
    }
    assert asked == {first: [0.85, 0.1], batch: [0.8, 0.6]}
    capsys.readouterr()
    for wrong, told in (
        ("nightly", "; the scenarios are real-time-chat and batch\n"),
        (
            "real-time",
            "; did you mean real-time-chat? The scenarios are real-time-chat and batch\n",
        ),
    ):
        assert main([*given, wrong, "--overwrite"]) == 2
        said = f"bbxl: the preset content-moderation has no scenario {wrong!r}{told}"
        assert capsys.readouterr().err == said


def test_a_template_takes_presets_if_one_fills_its_committed_file():
    filled = {each.name: each.filled_with for each in library.TEMPLATES.values()}
    assert {name for name, preset in filled.items() if preset} == set(checking.RECORDS)
    for name in checking.RECORDS:
        assert library.get(name).presets[0] == filled[name]


def test_an_unknown_preset_names_those_there_are():
    with pytest.raises(UserError, match="customer-support-classifier"):
        presets.load("../../etc/passwd")


def calculated(file, name):
    """What the cell of that name stores."""
    book = openpyxl.load_workbook(file, data_only=True)
    ((sheet, cell),) = book.defined_names[name].destinations
    return book[sheet][cell].value


@pytest.mark.slow
@pytest.mark.parametrize("template", NEW)
def test_a_file_in_the_folder_is_enough(folder, capsys, template):
    """No list names it, and every command that takes a preset takes it."""
    (folder / "invoices.toml").write_text(NEW[template], "utf-8")
    given = tomllib.loads(NEW[template])
    assert main(["new", "new.xlsx", "--preset", "invoices"]) == 0
    assert main(["excel", "build", "--workbook", "built.xlsm", "--preset", "invoices"]) == 0
    for file in ("new.xlsx", "built.xlsm"):
        book = openpyxl.load_workbook(file)
        shown = {cell.value for sheet in book for row in sheet for cell in row}
        for name, approach in given["approaches"].items():
            assert {name, *approach.values()} <= shown
        untested = "1 WARNING"  # with no throughput, the load at the peak
        said = untested if template == "build-vs-buy" else "All checks OK"
        assert calculated(file, "checks") == said
    capsys.readouterr()
    assert main(["templates", "list"]) == 0
    assert "invoices" in capsys.readouterr().out
    answer = REGISTRY["BB_PRESET"]("invoices")
    assert [row[0] for row in answer[1:]] == ["Bought", "Built here"]


def test_the_template_that_a_preset_fits_may_be_named_too(folder):
    (folder / "invoices.toml").write_text(NEW["breakeven"], "utf-8")
    for file, named in (("new.xlsx", []), ("named.xlsx", ["--template", "breakeven"])):
        assert main(["new", file, *named, "--preset", "invoices"]) == 0
    assert Path("named.xlsx").read_bytes() == Path("new.xlsx").read_bytes()


def test_a_figure_that_is_left_out_takes_the_default_of_the_model(folder):
    (folder / "invoices.toml").write_text(NEW["build-vs-buy"], "utf-8")
    assert main(["new", "new.xlsx", "--preset", "invoices"]) == 0
    book = openpyxl.load_workbook("new.xlsx")
    (place,) = book.defined_names["approach_2_engineer_hourly_rate"].destinations
    assert book[place[0]][place[1].replace("$", "")].value == 150


# What a file holds -> where the fault is.
UNSOUND = {
    "": "template",
    PAGE.replace('"breakeven"', '"nonsense"'): "template",
    PAGE.replace('"breakeven"', '"functions"'): "template",
    PAGE.replace('"breakeven"', '["breakeven"]'): "template",
    PAGE.replace("months", "horizon"): "months",
    PAGE.replace("months = 24", "months = 0"): "months",
    PAGE.replace("cost_per_request = 0.02", "cost_per_reqest = 0.02"): "cost_per_reqest",
    PAGE.replace("cost_per_request = 0.02", 'cost_per_request = "0.02"'): "cost_per_request",
    PAGE.replace("0.02 }", '0.02, deployment = "moon" }'): "deployment",
    PAGE.replace("0.02 }", "0.02, fixed_monthly = 1 }"): "'Built here'.fixed_monthly",
    PAGE.replace("upfront_cost = 111,", ""): "approaches.Bought.upfront_cost",
    PAGE.replace("approaches.Bought", 'approaches."=1+1"'): "approaches.'=1+1'",
    PAGE.replace("{ upfront_cost = 111, cost_per_request = 0.02 }", "5"): "approaches.Bought",
    PAGE.replace('"Invoices"', r'"\u0001"'): "title",
    PAGE + "".join(
        f"approaches.A{i} = {{ upfront_cost = 1, cost_per_request = 1 }}\n" for i in range(2)
    ): "4 approaches",
    PAGE + "performance.Bought = { accuracy_score = 1 }": "performance",
    NEW["build-vs-buy"] + "[performance.Baught]\naccuracy_score = 1": "performance.Baught",
    NEW["requirements"].replace("weights", "weight"): "scenarios.all.weight",
    NEW["requirements"].partition("[scenarios")[0]: "scenarios",
    "scenarios = {}" + NEW["requirements"].partition("[scenarios")[0]: "scenarios",
    "title = \n": "line 1",
    PAGE + 'title = "again"': "overwrite",
}  # fmt: skip


@pytest.mark.parametrize("command", [["new", "x.xlsx"], ["excel", "build", "--workbook", "x.xlsm"]])
@pytest.mark.parametrize(("content", "key"), UNSOUND.items(), ids=range(len(UNSOUND)))
def test_an_unsound_file_ends_in_lines_that_name_it_and_the_key(
    folder, capsys, command, content, key
):
    (folder / "invoices.toml").write_text(content, "utf-8")
    assert main([*command, "--preset", "invoices"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert all(line.startswith("bbxl: ") and "invoices" in line for line in err.splitlines())
    assert key in err
    assert not list((folder.parent / "work").iterdir())


def test_a_file_that_cannot_be_read_is_named(folder, capsys):
    (folder / "letters.toml").write_bytes(b'title = "\xff"')
    (folder / "folder.toml").mkdir()
    for name in ("letters", "folder"):
        assert main(["new", "x.xlsx", "--preset", name]) == 2
        err = capsys.readouterr().err
        assert f"{name}.toml" in err
        assert err.count("\n") == 1


def test_an_unsound_file_spoils_nothing_else(folder, capsys):
    (folder / "invoices.toml").write_text("", "utf-8")
    assert main(["new", "x.xlsx", "--preset", "document-classification"]) == 0
    assert REGISTRY["BB_PRESET"]("document-classification")[1][0] == "API"
    assert str(REGISTRY["BB_PRESET"]("invoices")) == "#VALUE!"
    capsys.readouterr()
    assert main(["templates", "list"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "invoices.toml: template is missing" in err


def places(data, *outer):
    """Every place in a preset's data: the keys that lead there."""
    for key, value in data.items():
        yield *outer, key
        if isinstance(value, dict):
            yield from places(value, *outer, key)


def holder(data, outer):
    """The table in a preset's data to which keys lead."""
    return functools.reduce(operator.getitem, outer, data)


@pytest.mark.parametrize("name", COMMITTED)
def test_a_value_of_the_wrong_kind_is_found_wherever_it_stands(name):
    hostile = (-1, True, float("nan"), float("inf"), -(10**400), "", "two\nlines", "nonsense", [],
               ["api"], {}, {"nonsense": 1}, datetime.date(2026, 1, 1))  # fmt: skip
    texts = ("title", "description", "source")
    for *outer, key in places(COMMITTED[name]):
        for value in hostile:
            if value == "nonsense" and key in texts:
                continue
            empty = value == {} and key in ("requirements", "weights")
            if empty or (value == {} and outer == ["performance"]):
                continue  # nothing required, nothing measured
            data = copy.deepcopy(COMMITTED[name])
            holder(data, outer)[key] = value
            found = checking.faults(data)
            assert found, (outer, key, value)
            assert all(fault.startswith((outer or [key])[0]) for fault in found), (found, key)


@pytest.mark.parametrize("name", COMMITTED)
def test_what_is_missing_is_found(name):
    """Every key that says what the example is, and every figure of any approach."""
    about_cost = {"requests_per_month", "months"} & COMMITTED[name].keys()
    needed = [(key,) for key in ("template", "title", "description", "source", *about_cost)]
    needed += [place for place in places(COMMITTED[name]) if len(place) == 3]
    needed = [place for place in needed if len(place) == 1 or place[0] == "approaches"]
    for *outer, key in needed:
        data = copy.deepcopy(COMMITTED[name])
        del holder(data, outer)[key]
        (fault,) = checking.faults(data)
        assert f"{key} is missing" in fault


def test_a_unit_cost_without_a_capacity_is_told():
    data = copy.deepcopy(COMMITTED["customer-support-on-units"])
    data["approaches"]["Fine-tuned"]["unit_capacity"] = 0
    words = "unit_capacity must be above 0 where there is unit_monthly"
    assert checking.faults(data) == [f"approaches.Fine-tuned: {words}"]

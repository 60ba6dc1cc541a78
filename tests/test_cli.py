"""The command as a person types it: what it prints, and what it says to mistakes."""

import argparse
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

import bbxl
from bbxl import calculate, presets
from bbxl.cli import _parser, main
from bbxl.errors import near
from bbxl.workbooks import library


def run(capsys, *arguments):
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize(
    ("formula", "printed"),
    [
        ("=BB_BREAKEVEN(50000,0.002,250000,0.0002)", "9259259.259259259\n"),
        ("=BB_BREAKEVEN(0,1,0,1)", "#N/A\n"),
        ('=BB_BREAKEVEN("x",1,2,3)', "#VALUE!\n"),
        ("=BB_BREAKEVEN(1,1,2,2,-12)", "#NUM!\n"),
        ('=IFERROR(BB_BREAKEVEN(0,1,0,1),"none")', "none\n"),
        (
            '=BB_TCO(BB_PRESET("customer-support-classifier"),'
            '{100000,500000,2000000,10000000},12,"per_1k")',
            "77.5\t16.3\t4.825\t1.765\n"
            "269.7666666666667\t54.03333333333334\t13.58333333333333\t2.796666666666667\n"
            "125.5\t25.5\t6.75\t1.75\n",
        ),
        ('={TRUE,1;"a",2.5}', "TRUE\t1\na\t2.5\n"),
    ],
)
def test_calc_prints_values_as_cells_show_them(capsys, formula, printed):
    assert run(capsys, "calc", formula)[:2] == (0, printed)


def test_calc_with_no_arguments_explains_the_function(capsys):
    _, out, _ = run(capsys, "calc", "=BB_BREAKEVEN()")
    assert out.startswith("BB_BREAKEVEN(upfront_a, ")
    assert "[months=12]" in out


@pytest.mark.slow
def test_demo_is_the_main_job_in_one_command(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "demo")
    assert (code, err) == (0, "")
    assert "4.825" in out
    assert "Function tour: PASS" in out
    # One story: who is cheapest from where on is said by the workbook's own sentence alone.
    sentence = calculate("=recommendation", Path("bbxl-demo/build-vs-buy.xlsx"))
    assert f"\n\n{sentence}\n\n" in out
    assert out.count("21,462,963") == sentence.count("21,462,963") == 1
    to_open = out[out.index("Open these files, in this order:") :].splitlines()[1:]
    files = ["build-vs-buy", "breakeven", "requirements", "functions"]
    assert [line.split()[:2] for line in to_open] == [
        [f"{i}.", os.path.join("bbxl-demo", f"{name}.xlsx")] for i, name in enumerate(files, 1)
    ]
    comparison = openpyxl.load_workbook("bbxl-demo/build-vs-buy.xlsx", data_only=True)
    assert "API is the cheapest approach" in comparison["Summary"]["B5"].value
    assert run(capsys, "demo")[0] == 0
    comparison.save("bbxl-demo/build-vs-buy.xlsx")
    code, _, err = run(capsys, "demo")
    assert code == 2
    assert "was changed" in err


def test_new_writes_and_overwrites_only_when_asked(capsys, tmp_path):
    file = str(tmp_path / "mine.xlsx")
    assert run(capsys, "new", file) == (0, f"wrote {file}\n", "")
    code, _, err = run(capsys, "new", file)
    assert code == 2
    assert "--overwrite" in err
    assert (
        run(capsys, "new", file, "--preset", "customer-support-classifier", "--overwrite")[0] == 0
    )


def test_recalc_computes_a_workbook_of_ones_own(capsys, tmp_path):
    file = tmp_path / "mine.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "=BB_BREAKEVEN(0,2,12,1)"
    book.active["A2"] = "=1/0"
    book.active["A3"] = "=NA()"
    book.save(file)
    code, out, err = run(capsys, "recalc", str(file))
    assert code == 0
    assert out.splitlines() == [
        f"{file}: 3 formulas computed; cells that show an error: 1, and #N/A: 1",
        f"values not proved: {file} stores none; open it once in Excel or LibreOffice and save it, "
        "or install a second engine to compare with: pip install 'bbxl[proof]'",
    ]
    assert err == "  Sheet!A2: #DIV/0!\n"
    assert openpyxl.load_workbook(file, data_only=True).active["A1"].value == 1


def test_a_workbook_is_checked_against_the_values_that_it_stores(capsys, tmp_path):
    file = tmp_path / "mine.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Plan")
        sheet.write("A1", 3)
        sheet.write_formula("B1", "=A1*2", None, 6)
        sheet.write_formula("B2", "=A1*2", None, 7)
    code, out, _ = run(capsys, "check", str(file))
    assert code == 1
    assert out.splitlines() == [
        f"1 of 2 formulas agree with the values in {file}",
        "  Plan!B2 =A1*2: the file has 7, computed here 6",
    ]
    code, _, err = run(capsys, "recalc", str(file))
    assert code == 2
    assert "Plan!B2 =A1*2: the file has 7, computed here 6" in err
    assert run(capsys, "recalc", str(file), "--accept-differences")[0] == 0
    assert run(capsys, "check", str(file))[0] == 0


def test_functions_lists_every_function(capsys):
    from bbxl.worksheet import REGISTRY

    _, out, _ = run(capsys, "functions")
    assert len(out.splitlines()) == len(REGISTRY)
    _, out, _ = run(capsys, "functions", "--json")
    described = {each["name"]: each for each in json.loads(out)}
    assert set(described) == set(REGISTRY)
    assert described["BB_TCO"]["arguments"][2]["syntax"] == "[months=12]"


def test_templates_are_listed_and_built(capsys, tmp_path):
    assert "build-vs-buy" in run(capsys, "templates", "list")[1]
    assert run(capsys, "templates", "build", "--out", str(tmp_path))[0] == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "breakeven.xlsx",
        "build-vs-buy.xlsx",
        "functions.xlsx",
        "requirements.xlsx",
    ]


def test_new_takes_the_template_that_the_preset_fits(capsys, tmp_path):
    for preset, template in (
        ("customer-support-classifier", "build-vs-buy"),
        ("content-moderation", "requirements"),
        ("document-classification", "breakeven"),
    ):
        file = tmp_path / f"{preset}.xlsx"
        assert run(capsys, "new", str(file), "--preset", preset)[0] == 0
        assert file.read_bytes() == (library.folder() / f"{template}.xlsx").read_bytes()


FILLING = [name for each in library.TEMPLATES.values() for name in each.presets]


@pytest.mark.parametrize("preset", FILLING)
def test_every_preset_fills_a_workbook_whose_checks_hold(capsys, tmp_path, preset):
    file = str(tmp_path / "filled.xlsx")
    assert run(capsys, "new", file, "--preset", preset)[0] == 0
    told = presets.load(preset)
    # Without a throughput, the load at the peak is not tested.
    untested = told.template == "build-vs-buy" and len(told.performance) < len(told.approaches)
    said = "1 WARNING\n" if untested else "All checks OK\n"
    book = openpyxl.load_workbook(file, data_only=True)
    ((sheet, cell),) = book.defined_names["checks"].destinations
    assert f"{book[sheet][cell].value}\n" == said
    shown = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert set(presets.load(preset).approaches) <= shown


def test_with_nothing_it_shows_what_it_can_do_and_where_to_start(capsys):
    code, out, err = run(capsys)
    assert (code, err) == (0, "")
    assert out.endswith("\n\nstart here: bbxl demo\n")


TEMPLATES = "The templates are build-vs-buy, breakeven, requirements and functions"
PRESETS = f"he presets are {', '.join(presets.names()[:-1])} and {presets.names()[-1]}"
COMMANDS = (
    "he commands are demo, new, presets, templates, inputs, batch, calc, recalc, check, functions, "
    "excel and libreoffice"
)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["preset"], f"there is no command bbxl preset; did you mean presets? T{COMMANDS}"),
        (["help"], f"there is no command bbxl help; t{COMMANDS}"),
        (
            ["excel", "instal"],
            "there is no command bbxl excel instal; did you mean install? The commands are build, "
            "names, install, uninstall and doctor",
        ),
        (
            ["templates", "lst"],
            "there is no command bbxl templates lst; did you mean list? The commands are list "
            "and build",
        ),
        (
            ["new", "x", "--template", "comparison"],
            f"there is no template 'comparison'; did you mean build-vs-buy? {TEMPLATES}",
        ),
        (
            ["new", "x", "--template", "Brekeven"],
            f"there is no template 'Brekeven'; did you mean breakeven? {TEMPLATES}",
        ),
        (
            ["new", "x", "--template", "weather"],
            f"there is no template 'weather'; t{TEMPLATES[1:]}",
        ),
        (
            ["inputs", "comparison"],
            f"comparison: No such file or directory; did you mean build-vs-buy? {TEMPLATES}",
        ),
        (
            ["new", "x", "--preset", "document-clasification"],
            "there is no preset 'document-clasification'; did you mean document-classification? "
            f"T{PRESETS}",
        ),
        (["new", "x", "--preset", "weather"], f"there is no preset 'weather'; t{PRESETS}"),
        (["new", "mine.xls"], "mine.xls: the name must end in .xlsx"),
    ],
)
def test_what_is_not_there_is_told_with_the_nearest_and_all(
    capsys, tmp_path, monkeypatch, arguments, told
):
    monkeypatch.chdir(tmp_path)
    assert run(capsys, *arguments) == (2, "", f"bbxl: {told}\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("breakevn", ["breakeven"]),
        ("BREAKEVEN", ["breakeven"]),
        ("even", ["breakeven"]),
        ("buy", ["build-vs-buy"]),
        ("bu", []),
        ("weather", []),
        ("", []),
    ],
)
def test_only_a_name_that_is_near_is_suggested(name, nearest):
    assert near(name, library.TEMPLATES) == nearest


def test_a_name_of_other_words_is_not_near_however_long_what_they_share():
    known = ["approach_1_migration_cost", "approach_1_api_cost_per_request"]
    assert near("approach_1_upfront_cost", known) == []
    assert near("approach_1_migratoin_cost", known) == known[:1]
    assert near("approach_1_cost_per_request", known) == known[1:]


def test_presets_are_listed_with_the_template_that_each_fills(capsys):
    code, out, err = run(capsys, "presets")
    assert (code, err) == (0, "")
    lines = [line.split(maxsplit=2) for line in out.splitlines()[1:]]
    assert [line[0] for line in lines] == list(presets.names())
    for name, template, title in lines:
        if template == "none":
            assert f'yet: =BB_PRESET("{name}")' in title
        else:
            assert name in library.TEMPLATES[template].presets
        assert title.endswith(presets.load(name).title)


def commands(parser, words=()):
    """Each command of the parser: its words, and its own parser."""
    yield words, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, each in action.choices.items():
                yield from commands(each, (*words, name))


ALL = dict(commands(_parser()))
EXAMPLES = {
    words: each.epilog.removeprefix("example: bbxl ") for words, each in ALL.items() if words
}
TO_BE_INSTALLED = ("excel", "libreoffice")


def test_every_command_has_an_example_and_says_what_it_takes():
    for words, example in EXAMPLES.items():
        assert tuple(example.split())[: len(words)] == words
        assert _parser().parse_args(shlex.split(example)).run
    for words, each in ALL.items():
        for action in each._actions:
            assert action.help or action.metavar in ("COMMAND", "ACTION"), (words, action.dest)


@pytest.mark.slow
def test_the_examples_run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "new", "plan.xlsx", "--preset", "document-classification")[0] == 0
    (tmp_path / "scenarios.csv").write_text("scenario,months\nA,12\n", "utf-8")
    for words, example in EXAMPLES.items():
        if words == ("new",):
            (tmp_path / "plan.xlsx").unlink()
        if words[0] not in TO_BE_INSTALLED or words[-1] == "names":
            assert run(capsys, *shlex.split(example))[0] == 0, example


@pytest.mark.parametrize(
    ("mark", "program"), [(".~lock.plan.xlsx#", "LibreOffice"), ("~$plan.xlsx", "Excel")]
)
@pytest.mark.parametrize(
    "arguments",
    [
        ["new", "plan.xlsx", "--overwrite"],
        ["recalc", "plan.xlsx"],
        ["recalc", "other.xlsx", "--out", "plan.xlsx"],
        ["excel", "names", "plan.xlsx"],
        ["excel", "names", "other.xlsx", "--out", "plan.xlsx", "--overwrite"],
        ["batch", "s.csv", "--template", "breakeven", "--out", ".", "--overwrite"],
    ],
)
def test_a_file_that_is_open_is_named_before_anything_is_written(
    capsys, tmp_path, monkeypatch, arguments, mark, program
):
    monkeypatch.chdir(tmp_path)
    for name in ("plan.xlsx", "other.xlsx"):
        assert run(capsys, "new", name, "--template", "breakeven")[0] == 0
    (tmp_path / "s.csv").write_text("scenario,months\nfirst,6\nplan,12\n", "utf-8")
    (tmp_path / mark).touch()
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err == (
        f"bbxl: plan.xlsx is open in {program}: close it there; if it is not open, remove {mark} "
        "beside it\n"
    )
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


def test_demo_names_a_file_that_is_open_before_it_writes(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tour = library.folder() / "functions.xlsx"
    (tmp_path / "functions.xlsx").write_bytes(tour.read_bytes())
    (tmp_path / ".~lock.functions.xlsx#").touch()
    code, out, err = run(capsys, "demo", ".")
    assert (code, out) == (2, "")
    assert err.startswith("bbxl: functions.xlsx is open in LibreOffice: close it there; ")
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["calc"],
        ["calc", "=1+"],
        ["calc", "=A1", "--workbook", "nowhere.xlsx"],
        ["recalc", "nowhere.xlsx"],
        ["recalc", __file__],
        ["new", "x.xlsx", "--template", "nonsense"],
        ["new", "x.xlsx", "--preset", "nonsense"],
        ["new", "x.xlsx", "--template", "requirements", "--preset", "customer-support-classifier"],
        ["new", "no/such/folder/x.xlsx"],
        ["new", ""],
        ["new", "."],
        ["new", "x.txt"],
        ["new", "x.xls"],
        ["recalc", str(library.folder() / "breakeven.xlsx"), "--out", "x.txt"],
        ["recalc", str(library.folder() / "breakeven.xlsx"), "--out", "x.xlsm"],
        ["recalc", str(library.folder() / "breakeven.xlsx"), "--out", ""],
        ["libreoffice", "build", "x.txt"],
        ["excel", "build", "x.txt"],
        ["excel", "nonsense"],
        ["libreoffice", "nonsense"],
        ["demo", __file__],
        ["templates", "build", "--out", __file__],
    ],
)
def test_a_mistake_ends_with_one_line_and_code_2(capsys, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert err.startswith("bbxl: ")
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_name_without_an_ending_gets_the_right_one(capsys, tmp_path):
    file = tmp_path / "plan"
    assert run(capsys, "new", str(file), "--template", "breakeven") == (
        0,
        f"wrote {file}.xlsx\n",
        "",
    )
    again = ["recalc", f"{file}.xlsx", "--out", str(tmp_path / "other")]
    assert run(capsys, *again)[1].startswith(f"{tmp_path / 'other.xlsx'}: ")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["other.xlsx", "plan.xlsx"]


@pytest.mark.parametrize("name", ["excel", "libreoffice"])
def test_a_command_with_commands_of_its_own_shows_them(capsys, name):
    code, out, err = run(capsys, name)
    assert (code, err) == (0, "")
    assert "install" in out


def test_it_runs_as_a_module_and_as_a_script():
    done = subprocess.run(
        [sys.executable, "-m", "bbxl", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"bbxl {bbxl.__version__}\n"

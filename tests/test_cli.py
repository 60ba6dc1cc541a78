"""The command as a person types it: what it prints, and what it says to mistakes."""

import json
import subprocess
import sys

import openpyxl
import pytest
import xlsxwriter

import bbxl
from bbxl import presets
from bbxl.cli import main
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
    assert "36,166,666.67" in out
    assert "Function tour: PASS" in out
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
    assert run(capsys, "calc", "=checks", "--workbook", file) == (0, "All checks OK\n", "")
    book = openpyxl.load_workbook(file)
    shown = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert set(presets.load(preset).approaches) <= shown


def test_with_nothing_it_shows_what_it_can_do(capsys):
    assert "demo" in run(capsys)[1]


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
    assert run(capsys, *again)[1].startswith(f"{tmp_path}/other.xlsx: ")
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

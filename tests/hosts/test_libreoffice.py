"""The LibreOffice host in LibreOffice itself: formulas typed as a person would."""

import os
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from bbxl.cli import main
from bbxl.hosts.libreoffice import extension, program
from bbxl.hosts.libreoffice.program import LibreOfficeError
from bbxl.workbooks import library, tour
from bbxl.worksheet import REGISTRY

TOUR = library.folder() / "functions.xlsx"


@pytest.fixture
def book(calc):
    with calc.open() as book:
        yield book


def test_an_input_changed_changes_the_answer(book):
    book.set("A1:A4", [[50000], [0.002], [250000], [0.0002]])
    book.type("B1", "=BB_BREAKEVEN(A1,A2,A3,A4)")
    assert book.value("B1") == pytest.approx(200_000 / 12 / 0.0018, rel=1e-14)
    book.type("A1", "150000")
    assert book.value("B1") == pytest.approx(100_000 / 12 / 0.0018, rel=1e-14)
    book.type("A1", "dear")
    assert book.value("B1") == "#VALUE!"
    book.type("A1", "=1/0")
    assert book.value("B1") == "#DIV/0!"


def test_errors_are_real_ones(book):
    book.type("A1", "=BB_BREAKEVEN(0,1,0,1)")
    book.type("B1", '=IFERROR(A1,"none")')
    book.type("B2", '=IF(ISNA(A1),"not available","?")')
    book.type("B3", "=ERROR.TYPE(A1)")
    book.type("B4", '=IFERROR(BB_BREAKEVEN(0,1,0,1),"none")')
    assert book.get("B1:B4") == [["none"], ["not available"], [7], ["none"]]
    book.type("A1", "=BB_BREAKEVEN(1,1,2,2,-12)")
    assert book.get("B1:B3") == [["none"], ["?"], [6]]


def test_an_array_formula_fills_its_range(book):
    book.type_array("A1:C4", '=BB_BANDS(BB_PRESET("customer-support-classifier"))')
    assert book.get("A1:C3") == [
        ["from", "to", "cheapest"],
        [0, 9_700_000, "API"],
        [9_700_000, pytest.approx(36_166_666.67), "RAG"],
    ]


def test_a_single_text_is_the_same_as_other_text(book):
    book.type("A1", '=BB_CHECK(BB_PRESET("customer-support-classifier"))')
    book.type("A2", '=A1="OK"')
    book.type("A3", "=BB_VERSION()=" + f'"{REGISTRY["BB_VERSION"]()}"')
    assert book.get("A2:A3") == [[1], [1]]


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("=BB_BREAKEVEN(1)", "#VALUE!"),
        ("=BB_BREAKEVEN(1,2,3,4,5,6,7,8)", "Err:504"),
        ("=BB_NOTHING(1)", "#NAME?"),
        ('=BB_PRESET("nothing")', "#N/A"),
        ('=BB_TCO("table",1)', "#VALUE!"),
        ("=bb_breakeven(0,2,12,1)", 1),
    ],
)
def test_wrong_things_typed_are_errors_in_the_cell(book, formula, shown):
    book.type("A1", formula)
    assert book.value("A1") == shown


def test_what_calc_keeps_to_itself(book):
    """Limits of Calc's interface, as the README tells them: a change of them is news."""
    book.type("B2", "=1/0")
    book.type("C1", "=BB_MONTHLY_COST(0,1,10,A1)")  # an empty cell is 0
    book.type("C2", "=BB_MONTHLY_COST(0,1,10,A1:A1)")  # written as a range it is empty
    book.type("C3", "=BB_MONTHLY_COST(0,1,B1:B2)")  # an error in a range spoils all
    assert book.get("C1:C3") == [["#NUM!"], [10], ["Err:504"]]
    book.type_array("E1:E2", '=INDEX(BB_BANDS(BB_PRESET("customer-support-classifier")),0,3)')
    book.type("F1", '=E2="API"')
    book.type("F2", '=E2&""="API"')
    assert book.get("F1:F2") == [[0], [1]]


def test_a_thousand_formulas_copied_down(book):
    book.set("A1:A1000", [[float(i)] for i in range(1, 1001)])
    book.type("B1", "=BB_MONTHLY_COST(12000,0.5,A1)")
    start = time.perf_counter()
    book.fill_down("B1:B1000")
    answers = book.get("B1:B1000")
    took = time.perf_counter() - start
    print(f"\n1,000 formulas copied down in Calc: {took * 1000:.0f} us each")
    assert answers == [[1000 + i / 2] for i in range(1, 1001)]


def test_the_function_tour_passes(calc):
    with calc.open(TOUR) as book:
        assert book.value("C1") == f"PASS: all {len(tour.calls())} calls"


def test_without_the_functions_the_tour_says_so(office):
    with office.open(TOUR) as book:
        assert book.value("C1") == tour.NOT_LOADED


def test_names_survive(calc, tmp_path):
    written = tmp_path / "written.xlsx"
    source = openpyxl.Workbook()
    source.active["A1"] = "=BB_BREAKEVEN(0,2,12,1)"
    source.active["A2"] = ArrayFormula("A2:A3", "=BB_MONTHLY_COST(0,{1;2},10)")
    source.save(written)
    for saved in (tmp_path / "saved.ods", tmp_path / "saved.xlsx"):
        with calc.open(written) as book:
            assert book.get("A1:A3") == [[1], [10], [20]]
            book.save(saved)
        with calc.open(saved) as book:
            assert book.get("A1:A3") == [[1], [10], [20]]
            assert book.formula("A1") == "=BB_BREAKEVEN(0,2,12,1)"
            book.type("A1", "=BB_BREAKEVEN(0,3,24,1)")
            assert book.value("A1") == 1


def test_the_extension_describes_every_function():
    root = ET.fromstring(extension.wizard())
    name = "{http://openoffice.org/2001/registry}name"
    described = {each.get(name): each for each in root.iter("node") if each.get(name) in REGISTRY}
    assert list(described) == list(REGISTRY)
    for function in REGISTRY.values():
        texts = [value.text for value in described[function.name].iter("value")]
        assert function.description in texts
        for argument in function.arguments:
            assert any(text.startswith(argument.help) for text in texts)
            assert argument.syntax.strip("[]").replace("_", " ") in texts
        assert f" {function.name}(" in extension.interface()


def test_the_same_packages_make_the_same_bytes(tmp_path):
    (tmp_path / "b" / "tests").mkdir(parents=True)
    (tmp_path / "b" / "tests" / "left_out.py").touch()
    (tmp_path / "a.py").write_text("a = 1\n")
    built = extension.build(tmp_path)
    (tmp_path / "a.py").touch()
    assert extension.build(tmp_path) == built
    (tmp_path / "ext.oxt").write_bytes(built)
    names = zipfile.ZipFile(tmp_path / "ext.oxt").namelist()
    assert "pythonpath/a.py" in names
    assert not [name for name in names if "left_out" in name]


def place(root, folder, *files):
    for file in files:
        path = root / folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


@pytest.mark.parametrize(
    ("system", "folder", "files", "python"),
    [
        ("Linux", "usr/lib/libreoffice/program", ["soffice", "unopkg"], "usr/bin/python3"),
        ("Linux", "opt/libreoffice25.2/program", ["soffice", "unopkg", "python"], None),
        ("Darwin", "Applications/LibreOffice.app/Contents/MacOS",
         ["soffice", "unopkg", "../Resources/python"], None),
        ("Windows", "Program Files/LibreOffice/program",
         ["soffice.exe", "soffice.com", "unopkg.com", "python.exe"], None),
    ],
)  # fmt: skip
def test_libreoffice_is_found_where_it_usually_is(tmp_path, system, folder, files, python):
    place(tmp_path, "usr/bin", "python3")
    place(tmp_path, folder, *files)
    found = program.find(root=tmp_path, system=system, on_path=lambda _: None)
    assert found.soffice.parent == found.unopkg.parent == tmp_path / folder
    expected = tmp_path / python if python else tmp_path / folder / files[-1]
    assert found.python == expected
    if system == "Windows":
        assert found.soffice.suffix == ".com"  # the one that waits


def test_an_active_virtual_environment_stays_outside():
    """In one, LibreOffice's Python took the wrong library and crashed at the first formula."""
    folders = [str(Path(sys.prefix, "bin")), "/home/ann/other/bin", "/usr/bin"]
    variables = {
        "PATH": os.pathsep.join(folders),
        "VIRTUAL_ENV": "/home/ann/other",
        "PYTHONPATH": "x",
        "HOME": "/home/ann",
    }
    there = program.outside_environment(variables)
    assert there == {"PATH": "/usr/bin", "HOME": "/home/ann"}


def test_what_is_missing_is_named_with_its_remedy(tmp_path):
    def find(**options):
        return program.find(root=tmp_path, system="Linux", on_path=lambda _: None, **options)

    with pytest.raises(LibreOfficeError, match="not found: install it, or name"):
        find()
    with pytest.raises(LibreOfficeError, match="is no program folder"):
        find(program=tmp_path)
    place(tmp_path, "usr/lib/libreoffice/program", "soffice", "unopkg")
    with pytest.raises(LibreOfficeError, match="python3-uno"):
        find()


@pytest.mark.skipif(sys.platform == "win32", reason="the Python is a shell script here")
def test_a_python_that_does_not_fit_is_named_with_its_remedy(tmp_path):
    place(tmp_path, "usr/lib/libreoffice/program", "soffice", "unopkg")
    python = tmp_path / "usr/bin/python3"
    place(tmp_path, "usr/bin", "python3")
    for told, code, remedy in (("", 1, "python3-uno"), ("3 9 1", 0, "newer LibreOffice")):
        python.write_text(f"#!/bin/sh\necho {told}\nexit {code}\n")
        python.chmod(0o755)
        with pytest.raises(LibreOfficeError, match=remedy):
            program.find(root=tmp_path, system="Linux", on_path=lambda _: None).python_version()


def test_uninstalling_leaves_nothing(unprivileged, extension_file):
    with tempfile.TemporaryDirectory(prefix="bbxl-test-", ignore_cleanup_errors=True) as folder:
        profile = Path(folder)
        profile.chmod(0o777)  # where root runs the tests, unopkg runs as another user
        with pytest.raises(LibreOfficeError, match="is not installed"):
            unprivileged.uninstall(profile)
        unprivileged.install(extension_file, profile)
        unprivileged.install(extension_file, profile)  # again, in place of the first
        assert list(profile.rglob("numpy"))
        unprivileged.uninstall(profile)
        assert unprivileged.answer("=BB_VERSION()", profile) == "#NAME?"
        assert not list(profile.rglob("numpy"))


def test_the_command_says_what_is_missing(capsys, tmp_path):
    assert main(["libreoffice", "install", "--program", str(tmp_path)]) == 2
    assert "is no program folder of LibreOffice" in capsys.readouterr().err

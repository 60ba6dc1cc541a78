"""The function tour with names, recomputed by other engines; and where the real functions win."""

import re

import openpyxl
import pytest
from formulon_excel import Formulon
from openpyxl.workbook.defined_name import DefinedName

from bbxl.batch import generate
from bbxl.cli import main
from bbxl.engine.calculation import calculate
from bbxl.hosts.names import carrying, frame
from bbxl.workbooks import library
from bbxl.xlsx.package import Package

TOUR = library.folder() / "functions.xlsx"
FIRST_ROW = 5  # of the calls


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """The tour with names, as a file."""
    path = tmp_path_factory.mktemp("tour") / "tour.xlsx"
    path.write_bytes(carrying.with_names(TOUR).data)
    return path


def calls_of_the_tour():
    """Row of the tour -> its formula."""
    sheet = openpyxl.load_workbook(TOUR)["Functions"]
    shown = {row: sheet.cell(row, 2).value for row in range(FIRST_ROW, sheet.max_row + 1)}
    return {row: text.strip() for row, text in shown.items() if text}


def functions_of(formula):
    return set(re.findall(r"BB_\w+(?=\()", formula))


CALLS = calls_of_the_tour()


def test_formulon_computes_the_tour_of_the_file_to_pass(named):
    """The file's own names, but for the prefix that formulon reads wrongly."""
    book = Formulon(named.read_bytes())
    book.recalculate()
    verdicts = {row: book.get("Functions", row, 3) for row in CALLS}
    left_out = set(frame.left_out())
    computed = [row for row, call in CALLS.items() if not functions_of(call) & left_out]
    assert {verdicts[row] for row in computed} == {"PASS"}
    assert {verdicts[row] for row in set(CALLS) - set(computed)} <= {"FAIL"}


def with_a_lie(data, path):
    """A file with names in which a function answers with 0."""
    package = Package(data)
    text = package["xl/workbook.xml"]
    lie = rb"\g<1>_xlfn.LAMBDA(_xlop.upfront,0)\2"
    package["xl/workbook.xml"] = re.sub(
        rb'(<definedName name="BB_MONTHLY_COST"[^>]*>)[^<]*(<)', lie, text
    )
    package.write(path)
    return path


@pytest.fixture
def lying(named, tmp_path):
    """The tour with names in which a function answers with 0."""
    return with_a_lie(named, tmp_path / "lying.xlsx")


def test_the_engine_answers_with_the_real_functions(lying):
    assert calculate("=BB_MONTHLY_COST(12,0,0)", lying) == 1
    assert calculate("=BB_SIMULATE(Tables!A4:M7,1000)", lying)[0][0] == "approach"


def test_recalc_writes_what_the_real_functions_answer(lying, tmp_path):
    target = tmp_path / "computed.xlsx"
    assert main(["recalc", str(lying), "--out", str(target)]) == 0
    sheet = openpyxl.load_workbook(target, data_only=True)["Functions"]
    assert {sheet.cell(row, 3).value for row in CALLS} == {"PASS"}
    assert Package(target)["xl/workbook.xml"] == Package(lying)["xl/workbook.xml"]


def test_a_batch_writes_what_the_real_functions_answer_and_keeps_the_names(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B1"] = 0, "=BB_MONTHLY_COST(12,0.5,A1)"
    book.defined_names["requests"] = DefinedName("requests", attr_text="Sheet!$A$1")
    book.save(tmp_path / "plain.xlsx")
    named = carrying.with_names(tmp_path / "plain.xlsx").data
    template = with_a_lie(named, tmp_path / "template.xlsx")
    generate(template, [{"scenario": "one", "requests": 10}], tmp_path / "out")
    written = tmp_path / "out" / "one.xlsx"
    assert openpyxl.load_workbook(written, data_only=True).active["B1"].value == 6
    assert Package(written)["xl/workbook.xml"] == Package(template)["xl/workbook.xml"]


def test_calc_with_the_extension_answers_with_the_real_functions(lying, calc):
    with calc.open(lying) as book:
        assert book.get("Functions.C1")[0][0].startswith("PASS")

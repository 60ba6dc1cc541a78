"""Writing a template again and again: nothing of the last workbook stays in the next one."""

import zipfile
from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from lxml import etree

from bbxl.batch.filling.filler import Filler, Job
from bbxl.batch.template.inputs import Template


@pytest.fixture
def filler(tmp_path):
    """A filler of one input; an array on a sheet of its own depends on it, nothing else there."""
    path = tmp_path / "arrays.xlsx"
    with xlsxwriter.Workbook(path) as book:
        inputs, arrays, plain = map(book.add_worksheet, ("Inputs", "Arrays", "Plain"))
        inputs.write_number("A1", 1)
        inputs.write_formula("B1", "=A1*2", None, 2)
        inputs.write_formula("C1", '=IF(A1>1," more ","one")', None, "one")
        arrays.write_array_formula("A1:A2", "{=Inputs!A1*{1;10}}", None, 0)
        arrays.write_dynamic_array_formula("C1", "=IF(Inputs!A1>1,{7;8},Inputs!A1)", None, 0)
        plain.write_formula("A1", "=MIN(Inputs!A1,1)", None, 0)
        book.define_name("given", "=Inputs!$A$1")
    template = Template(path)
    job = Job(template.data, "", (template.input("given").cell,), (), True,
              datetime.now(UTC), False)  # fmt: skip
    return Filler(job)


def shown(data):
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    cells = {"Inputs": ["A1", "B1", "C1"], "Arrays": ["A1", "A2", "C1", "C2"], "Plain": ["A1"]}
    return [book[sheet][cell].value for sheet, at in cells.items() for cell in at]


def test_arrays_are_written_anew_where_no_other_cell_of_their_sheet_varies(filler):
    for given in (1.0, 3.0, 2.0, 2.0, 1.0):
        spilled = [7, 8] if given > 1 else [given, None]
        text = " more " if given > 1 else "one"
        filled = filler.file([given]).data
        assert shown(filled) == [given, 2 * given, text, given, 10 * given, *spilled, 1]


def test_a_text_is_stored_as_excel_stores_it(filler):
    """Beside a formula as its value; else within the cell, since the shared texts stay as is."""
    with zipfile.ZipFile(BytesIO(filler.file(["<given>"]).data)) as archive:
        cells = etree.fromstring(archive.read("xl/worksheets/sheet1.xml")).iter("{*}c")
        found = {cell.get("r"): cell for cell in cells}
    assert [found[at].get("t") for at in ("A1", "B1", "C1")] == ["inlineStr", "e", "str"]
    assert found["A1"].findtext("{*}is/{*}t") == "<given>"
    assert found["C1"].findtext("{*}v") == " more "

"""The templates as Microsoft's Open XML SDK and LibreOffice see them."""

import openpyxl
import pytest

from bbxl.workbooks import library
from bbxl.xlsx.package import Package

TEMPLATES = sorted(library.folder().glob("*.xlsx"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_the_open_xml_sdk_finds_nothing_but_openpyxls_order_of_fonts(open_xml_faults, path):
    for part, description in open_xml_faults(path):
        assert part == "/xl/styles.xml"
        assert "unexpected child element" in description


@pytest.mark.parametrize(
    ("part", "right", "wrong"),
    [
        ("xl/workbook.xml", b"<definedNames>", b"<definedNames><unheardOf/>"),
        ("xl/worksheets/sheet2.xml", b"<dataValidation ", b'<dataValidation type="odd" '),
        ("xl/worksheets/sheet2.xml", b"<sheetData>", b"<mergeCells/><sheetData>"),
    ],
)
def test_the_open_xml_sdk_finds_a_planted_fault(open_xml_faults, tmp_path, part, right, wrong):
    path = library.folder() / "build-vs-buy.xlsx"
    package = Package(path)
    assert right in package[part]
    package[part] = package[part].replace(right, wrong, 1)
    package.write(tmp_path / "spoilt.xlsx")
    assert len(open_xml_faults(tmp_path / "spoilt.xlsx")) != len(open_xml_faults(path))


def test_values_typed_into_an_emptied_comparison_give_the_same_summary(office):
    """As a person fills it in, in LibreOffice, against what `bbxl new` writes."""
    path = library.folder() / "build-vs-buy.xlsx"
    book = openpyxl.load_workbook(path)
    cells = {
        name.attr_text.replace("$", "").replace("'", "").replace("!", "."): book[sheet][cell]
        for name in book.defined_names.values()
        for sheet, cell in name.destinations
        if ":" not in cell
    }
    filled = {
        where: str(cell.value)
        for where, cell in cells.items()
        if not cell.protection.locked and cell.value is not None
    }
    assert len(filled) > 50
    with office.open(path) as document:
        expected = document.sheets()["Summary"]
        for where in filled:
            document.type(where, "")
        assert document.sheets()["Summary"] != expected
        for where, value in filled.items():
            document.type(where, value)
        assert document.sheets()["Summary"] == expected

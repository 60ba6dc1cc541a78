"""Packages and sheets from anywhere: hostile files end in one clear line."""

import zipfile

import openpyxl
import pytest
from lxml import etree

from bbxl.xlsx import WorkbookError, archive
from bbxl.xlsx.cells import ExcelError
from bbxl.xlsx.package import Package
from bbxl.xlsx.sheet import SheetXML

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    b'<!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
)


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.save(path)
    return path


def replaced(path, **changes):
    """The file with parts replaced (by name with . for / left out), or taken out."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            changed = changes.get(name.rpartition("/")[2].replace(".", "_"), data)
            if changed is not None:
                archive.writestr(name, changed)
    return path


def test_a_package_is_written_as_it_was_read(saved, tmp_path):
    Package(saved).write(tmp_path / "copy.xlsx")
    with zipfile.ZipFile(saved) as a, zipfile.ZipFile(tmp_path / "copy.xlsx") as b:
        assert a.namelist() == b.namelist()
        assert all(a.read(name) == b.read(name) for name in a.namelist())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not an .xlsx workbook"),
        (b"name,cost\nA,1\n", "is not an .xlsx workbook"),
        (b"PK\x03\x04 but no more", "is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password or an old .xls"),
    ],
)
def test_what_is_no_package(tmp_path, content, told):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(WorkbookError, match=told):
        Package(path)


def test_a_zip_that_is_no_workbook(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(WorkbookError, match=r"not an \.xlsx workbook"):
        Package(tmp_path / "x.xlsx")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(WorkbookError, match=r"nowhere\.xlsx: No such file"):
        Package(tmp_path / "nowhere.xlsx")


def test_too_large_a_package_is_refused_before_it_is_unpacked(saved, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST", 1000)
    with pytest.raises(WorkbookError, match="unpacks to more than"):
        Package(saved)


def test_document_types_are_refused(saved):
    with pytest.raises(WorkbookError, match="document type"):
        Package(replaced(saved, workbook_xml=BOMB)).sheets()
    with pytest.raises(WorkbookError, match="document type"):
        SheetXML(BOMB)


def test_a_missing_part_is_named(saved):
    broken = Package(replaced(saved, sheet1_xml=None))
    with pytest.raises(WorkbookError, match=r"xl/worksheets/sheet1\.xml is missing"):
        broken[broken.sheets()["Sheet"]]


SHEET = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- kept --><x:worksheet xmlns:x="u"><x:sheetData>'
    b'<x:row r="2" ht="20"><x:c r="B2" s="3" t="s"><x:f>A1 &lt; 2</x:f><x:v>5</x:v></x:c>'
    b'<x:c s="1"/></x:row><x:row r="4"/><x:row><x:c><x:v>7</x:v></x:c></x:row></x:sheetData>'
    b"<x:other a='1'/></x:worksheet>"
)


def cells(data):
    root = etree.fromstring(data)
    return {c.get("r"): "".join(c.itertext("{*}v")) for c in root.iter("{*}c") if c.get("r")}


def test_cells_are_found_with_prefixes_and_without_references():
    sheet = SheetXML(SHEET)
    assert list(sheet.cells) == [(2, 2), (2, 3), (5, 1)]
    assert sheet.formulas()[2, 2].formula == "A1 < 2"


def test_values_are_spliced_in_and_all_else_keeps_its_bytes():
    sheet = SheetXML(SHEET)
    assert sheet.with_values({}) == SHEET
    values = {
        (2, 2): "a<b & c ",
        (2, 1): 1.5,
        (2, 4): True,
        (4, 2): ExcelError.NA,
        (3, 1): 3.0,
        (9, 1): -0.1,
        (1, 1): None,
    }
    data = sheet.with_values(values)
    assert cells(data) == {
        "B2": "a<b & c ", "A2": "1.5", "D2": "1", "B4": "#N/A", "A3": "3", "A9": "-0.1",
    }  # fmt: skip
    assert data.startswith(SHEET[:80])
    assert b'<x:c r="B2" s="3" t="str"><x:f>A1 &lt; 2</x:f><x:v xml:space="preserve">' in data
    assert data.endswith(b"</x:sheetData><x:other a='1'/></x:worksheet>")
    rows = [row.get("r") for row in etree.fromstring(data).iter("{*}row")]
    assert rows == ["2", "3", "4", None, "9"]
    order = [c.get("r") for c in next(etree.fromstring(data).iter("{*}row"))]
    assert order == ["A2", "B2", None, "D2"]


def test_text_that_xml_cannot_hold_is_written_as_excel_does():
    data = SheetXML(SHEET).with_values({(2, 2): "bell \x07, _x0041_, return \r"})
    assert cells(data)["B2"] == "bell _x0007_, _x005F_x0041_, return _x000D_"


def test_other_encodings_are_refused():
    with pytest.raises(WorkbookError, match="UTF-16"):
        SheetXML("<?xml version='1.0'?><worksheet/>".encode("utf-16"))
    with pytest.raises(WorkbookError, match="iso-8859-1"):
        SheetXML(b"<?xml version='1.0' encoding='iso-8859-1'?><worksheet/>")

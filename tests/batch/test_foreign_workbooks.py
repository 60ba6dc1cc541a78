"""Workbooks of other writers, and of people: filled with all else kept, or refused beforehand."""

import base64
import os
import re
import struct
import subprocess
import zipfile
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.escape import unescape

from bbxl.batch import generate
from bbxl.batch.template.inputs import Template
from bbxl.cli import main
from bbxl.errors import UserError
from bbxl.hosts.libreoffice.program import outside_environment
from bbxl.workbooks import library
from bbxl.xlsx.package import Package

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def parts(data):
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def filled(path, out, scenario, **options):
    """The one workbook that a scenario gives."""
    generate(path, [scenario], out, **options)
    (file,) = (each for each in out.iterdir() if each.stem not in ("manifest", "portfolio"))
    return file


@pytest.fixture
def written(tmp_path):
    """What XlsxWriter puts into a workbook: texts that cells share, pictures, notes, a table."""
    path = tmp_path / "written.xlsx"
    with xlsxwriter.Workbook(path) as book:
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        for name in ("Plan", "It's & <two>"):
            sheet = book.add_worksheet(name)
            sheet.write_row("A1", ["volume", "price", "cost", "words"])
            sheet.write_row("A2", [1000, 0.5], money)
            sheet.write_formula("C2", "=A2*B2", money, 500)
            sheet.write("D2", "volume")
            sheet.write_rich_string("D3", "all ", bold, "bold")
            sheet.write_comment("A2", "requests a month")
            sheet.insert_image("F2", "p.png", {"image_data": BytesIO(PIXEL)})
            sheet.conditional_format("A2:B2", {"type": "data_bar"})
            sheet.write_dynamic_array_formula("H1:H2", "={1;2}*A2")
            chart = book.add_chart({"type": "line"})
            chart.add_series({"values": [name, 1, 0, 1, 2]})
            sheet.insert_chart("F9", chart)
        book.get_worksheet_by_name("Plan").add_table("K1:L3", {"columns": [{"header": "a"}, {}]})
        book.define_name("Plan!volume", "=Plan!$A$2")
        book.define_name("It's & <two>!volume", "='It''s & <two>'!$A$2")
        book.define_name("words", "=Plan!$D$2")
        book.define_name("bold", "='It''s & <two>'!$D$3")
        book.define_name("cost", "=Plan!$C$2")
    return path


def test_a_workbook_of_another_writer(written, tmp_path, open_xml_faults):
    text = "  =1+1\n<&>\t_x000D_ \N{GRINNING FACE}"
    scenario = {"Plan!volume": 2000, "It's & <two>!volume": 7, "words": text, "bold": "x" * 32_767}
    file = filled(written, tmp_path / "out", scenario)
    before, after = parts(written.read_bytes()), parts(file.read_bytes())
    changed = {name for name in before if before[name] != after[name]}
    assert list(before) == list(after)
    assert changed == {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}
    book = openpyxl.load_workbook(file, data_only=True)
    plan, other = book.worksheets
    assert (plan["A2"].value, plan["C2"].value, plan["H2"].value) == (2000, 1000, 4000)
    assert (other["A2"].value, other["C2"].value, other["H2"].value) == (7, 3.5, 14)
    assert unescape(plan["D2"].value) == text
    assert other["D3"].value == "x" * 32_767
    assert other["D2"].value == "volume"  # which shares its text with other cells
    assert plan["D3"].value == "all bold"
    assert plan["A2"].number_format == "#,##0.00"
    assert open_xml_faults(file) == open_xml_faults(written)


def test_a_workbook_that_libreoffice_saved(libreoffice, tmp_path):
    """As a person edits a template in LibreOffice and saves it."""
    environment = outside_environment(os.environ)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    saved = tmp_path / "saved"
    subprocess.run(
        [libreoffice.soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", saved,
         library.folder() / "breakeven.xlsx"],
        check=True, capture_output=True, env=environment,
    )  # fmt: skip
    scenario = {"requests_per_month": 9.5e6, "approach_1_name": "=API & <Co>", "months": 24}
    ours = filled("breakeven", tmp_path / "ours", scenario)
    theirs = filled(saved / "breakeven.xlsx", tmp_path / "theirs", scenario)
    values = [openpyxl.load_workbook(each, data_only=True) for each in (ours, theirs)]
    compared = 0
    for sheet in openpyxl.load_workbook(ours):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    a, b = (book[sheet.title][cell.coordinate].value for book in values)
                    exact = not isinstance(a, float | int) or isinstance(a, bool)
                    assert b == (a if exact else pytest.approx(a, rel=1e-9)), cell.coordinate
                    compared += 1
    assert compared > 150
    with pytest.raises(UserError, match="months: 61 is not a whole number from 1 to 60"):
        generate(saved / "breakeven.xlsx", [{"months": 61}], tmp_path / "wrong")


def test_macros_stay_and_the_suffix_says_so(tmp_path, capsys):
    path = tmp_path / "macros.xlsm"
    assert main(["excel", "build", "--workbook", str(path)]) == 0
    file = filled(path, tmp_path / "out", {"requests_per_month": 5e6})
    assert file.suffix == ".xlsm"
    before, after = parts(path.read_bytes()), parts(file.read_bytes())
    assert after["xl/vbaProject.bin"] == before["xl/vbaProject.bin"]
    assert after["[Content_Types].xml"] == before["[Content_Types].xml"]
    book = openpyxl.load_workbook(file)
    ((sheet, cell),) = book.defined_names["requests_per_month"].destinations
    assert book[sheet][cell].value == 5e6


def test_shared_formulas_and_the_calculation_chain(written, tmp_path):
    """Excel writes a formula once for a column and lists all formulas in a part of its own."""
    package = Package(written)
    sheet = "xl/worksheets/sheet1.xml"
    shared = b'<f t="shared" ref="A9:A10" si="0">$A$2*ROW()</f>'
    cells = b'<row r="9"><c r="A9">%s<v>9000</v></c></row>' % shared
    cells += b'<row r="10"><c r="A10"><f t="shared" si="0"/><v>10000</v></c></row>'
    package[sheet] = package[sheet].replace(b"</sheetData>", cells + b"</sheetData>")
    package.write(written)
    file = filled(written, tmp_path / "out", {"Plan!volume": 3})
    book = openpyxl.load_workbook(file, data_only=True)["Plan"]
    assert [book["A9"].value, book["A10"].value] == [27, 30]
    assert b'<f t="shared" si="0"/>' in parts(file.read_bytes())[sheet]


@pytest.mark.parametrize("values", [True, False])
def test_what_cannot_be_filled_leaves_nothing_behind(written, tmp_path, values):
    for fault, told in spoilt(written):
        path = tmp_path / "spoilt.xlsx"
        path.write_bytes(fault)
        with pytest.raises(UserError, match=told) as raised:
            generate(path, [{"words": "x"}], tmp_path / "out", values=values)
        assert "\n" not in str(raised.value)
        assert not (tmp_path / "out").exists()


def spoilt(path):
    """Files that are broken or hostile, and what is said of each."""
    whole = path.read_bytes()
    found = parts(whole)
    workbook, sheet = "xl/workbook.xml", "xl/worksheets/sheet1.xml"

    def zipped(changes, add=()):
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in {**found, **changes}.items():
                if data is not None:
                    archive.writestr(name, data)
            for name, data in add:
                archive.writestr(zipfile.ZipInfo(name), data)
        return buffer.getvalue()

    entity = b'<!DOCTYPE a [<!ENTITY b "b">]>'
    yield b"", "is not an .xlsx workbook"
    yield whole[: len(whole) // 2], "is damaged"
    yield b"\xd0\xcf\x11\xe0" + bytes(600), "password or an old .xls"
    yield zipped({sheet: None}), "is damaged: its part .*sheet1.xml is missing"
    yield zipped({workbook: None}), "is damaged"
    yield zipped({sheet: found[sheet][:-40]}), "is damaged"
    yield zipped({sheet: found[sheet].replace(b"<worksheet", entity + b"<worksheet")}), "is damaged"
    yield zipped({}, [("../evil", b"x")]), "a part's name is unsafe or stands twice"
    yield zipped({"_xmlsignatures/origin.sigs": b""}), "is signed"
    template = found["[Content_Types].xml"].replace(b"sheet.main+xml", b"template.main+xml")
    yield zipped({"[Content_Types].xml": template}), "is an .xltx or .xltm"
    # A part that says it is small, and is not; a thousand times a million zeros.
    bomb = zipped({"xl/media/image1.png": bytes(3_000_000)})
    at = bomb.rindex(b"xl/media/image1.png") - 46
    yield bomb[: at + 24] + struct.pack("<I", 10) + bomb[at + 28 :], "is damaged"
    bombs = {f"xl/media/{i}.png": bytes(60_000_000) for i in range(9)}
    yield zipped(bombs), "unpacks to more than 512 MiB"


def test_a_formula_that_the_engine_cannot_answer_is_told_beforehand(written, tmp_path):
    package = Package(written)
    sheet = "xl/worksheets/sheet1.xml"
    package[sheet] = re.sub(rb"<f>A2\*B2</f>", b"<f>C2+1</f>", package[sheet])
    package.write(written)
    with pytest.raises(UserError, match="Plan!C2 refers to itself"):
        generate(written, [{"words": "x"}], tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert filled(written, tmp_path / "out", {"words": "x"}, values=False).exists()


def test_a_function_that_is_not_computed_is_told_beforehand(written, tmp_path):
    package = Package(written)
    sheet = "xl/worksheets/sheet1.xml"
    package[sheet] = package[sheet].replace(b"<f>A2*B2</f>", b"<f>VDB(A2,1,9,0,1)</f>")
    package.write(written)
    with pytest.raises(
        UserError, match="Plan!C2: the function VDB is not computed here; --no-values"
    ):
        generate(written, [{"words": "x"}], tmp_path / "out")
    assert filled(written, tmp_path / "out", {"words": "x"}, values=False).exists()


def test_a_strict_workbook_is_filled(written, tmp_path):
    strict = {b"http://schemas.openxmlformats.org/spreadsheetml/2006/main":
              b"http://purl.oclc.org/ooxml/spreadsheetml/main",
              b"http://schemas.openxmlformats.org/officeDocument/2006/relationships":
              b"http://purl.oclc.org/ooxml/officeDocument/relationships"}  # fmt: skip
    package = Package(written)
    for part in (*package.sheets().values(), package.main, "xl/_rels/workbook.xml.rels",
                 "_rels/.rels"):  # fmt: skip
        for old, new in strict.items():
            package[part] = package[part].replace(old, new)
    package.write(written)
    assert list(Template(written).outputs) == ["cost"]
    for values in (True, False):
        file = filled(written, tmp_path / f"{values}", {"words": "x"}, values=values)
        sheet = parts(file.read_bytes())["xl/worksheets/sheet1.xml"]
        assert b">x<" in sheet
        assert (b"<f>A2*B2</f><v>500</v>" in sheet) == values

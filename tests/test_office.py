"""The LibreOffice that tests work in does what they rely on."""

import zipfile

import pytest
import xlsxwriter
from office import ErrorText, Office, OfficeError


def test_it_computes_what_is_typed(office):
    with office.open() as book:
        book.type("A1", "50%")
        book.type("A2", "=SUM({1,2;3,4},A1)")
        book.type("A3", "=1/0")
        book.type("A4", '="#N/A"')
        book.type_array("C1:D2", "={1,2;3,4}*A1")
        book.set("E1:F1", [[7, "text"]])
        assert book.get("A1:A4") == [[0.5], [10.5], ["#DIV/0!"], ["#N/A"]]
        assert isinstance(book.value("A3"), ErrorText)
        assert not isinstance(book.value("A4"), ErrorText)
        assert book.get("C1:F2") == [[0.5, 1, 7, "text"], [1.5, 2, "", ""]]
        book.type("A1", "1")
        assert book.get("C1:D2") == [[1, 2], [3, 4]]
        book.fill_down("A2:A4")
        assert book.get("A2:A4") == [[11], [21], [31]]
        assert book.formula("A2") == "=SUM({1,2;3,4},A1)"


def rewritten(path, member, old, new):
    """The file with some bytes of a member replaced."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[member]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data.replace(old, new) if name == member else data)


def test_stored_values_are_not_believed(office, tmp_path):
    xlsx, ods = tmp_path / "stale.xlsx", tmp_path / "stale.ods"
    with xlsxwriter.Workbook(xlsx) as book:
        book.add_worksheet("Sheet").write_formula("A1", "=1+2", None, 999)
    with office.open(xlsx) as document:
        assert document.sheets() == {"Sheet": [[3]]}
        document.save(ods)
    rewritten(ods, "content.xml", b'office:value="3"', b'office:value="999"')
    with office.open(ods) as document:
        assert document.sheets() == {"Sheet": [[3]]}


def test_it_prints(office, tmp_path):
    with office.open() as book:
        book.type("A1", "hello")
        book.save(tmp_path / "printed.pdf")
    assert (tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF")


def test_what_cannot_be_done_is_said(office, tmp_path):
    with pytest.raises(OfficeError, match="open"), office.open(tmp_path / "nowhere.xlsx"):
        pass
    with office.open() as book, pytest.raises(OfficeError, match="get"):
        book.value("no cell")


def test_two_may_open_one_file(office, libreoffice, tmp_path):
    """LibreOffice locks what it opens; test processes open the same templates."""
    path = tmp_path / "shared.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Sheet").write("A1", 5)
    with Office(libreoffice) as other, office.open(path) as mine, other.open(path) as theirs:
        assert mine.sheets() == theirs.sheets() == {"Sheet": [[5]]}

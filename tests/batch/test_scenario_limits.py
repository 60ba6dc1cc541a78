"""Scenario files that are too large or broken: one line, before they fill the memory."""

import tracemalloc
import zipfile

import pytest
import xlsxwriter

from bbxl.batch.reading import scenarios
from bbxl.batch.reading.checking import check
from bbxl.batch.reading.scenarios import ScenarioError
from bbxl.batch.template.inputs import Template


def rows_of(path):
    return list(scenarios.read(path).rows)


@pytest.mark.parametrize(
    ("name", "begin", "piece", "told"),
    [
        ("a.csv", b"", b"name;", "line 1: its row is longer than"),
        ("a.csv", b"name\n", b"x" * 9 + b",", "line 2: its row is longer than"),
        ("a.csv", b'a,b\n"', b'x\n","', r"line \d+: its row is longer than"),
        ("a.csv", b'a\n"', b"x\n", r"field larger than|its row is longer than"),
        ("a.jsonl", b'{"a":"', b"x" * 9, "line 1: its row is longer than"),
    ],
)
def test_a_row_without_end(tmp_path, name, begin, piece, told):
    path = tmp_path / name
    path.write_bytes(begin + piece * (40_000_000 // len(piece)))
    tracemalloc.start()
    try:
        with pytest.raises(ScenarioError, match=told):
            rows_of(path)
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()


def test_a_million_short_rows_are_not_too_long(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 500_000)
    assert sum(1 for _ in scenarios.read(path).rows) == 500_000


def test_too_many_columns(tmp_path):
    names = [f"c{i}" for i in range(scenarios.MOST_COLUMNS + 1)]
    csv, jsonl = tmp_path / "a.csv", tmp_path / "a.jsonl"
    csv.write_text(",".join(names))
    jsonl.write_text("{" + ",".join(f'"{name}":1' for name in names) + "}")
    for source in (csv, jsonl, [dict.fromkeys(names, 1)]):
        with pytest.raises(ScenarioError, match=r"more than 16,384 columns"):
            scenarios.read(source)


def test_at_most_twenty_unknown_columns_are_told_and_looked_up(tmp_path):
    columns = {f"nowhere{i}": 1 for i in range(9000)}
    with pytest.raises(ScenarioError) as raised:
        check(Template("breakeven"), [columns])
    assert len(raised.value.args) == 21
    assert raised.value.args[-1] == "and there may be more"


@pytest.fixture
def book(tmp_path):
    """Makes a workbook of scenarios whose parts are changed by a function."""

    def made(change):
        path = tmp_path / "scenarios.xlsx"
        with xlsxwriter.Workbook(path) as written:
            written.add_worksheet().write_column("A1", ["months", 12, "text"])
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in change(parts).items():
                archive.writestr(name, data)
        return path

    return made


SHEET = "xl/worksheets/sheet1.xml"


def replaced(old, new):
    return lambda parts: {**parts, SHEET: parts[SHEET].replace(old, new)}


@pytest.mark.parametrize(
    "change",
    [
        replaced(b"<v>0</v>", b"<v>999</v>"),
        replaced(b"<v>0</v>", b"<v>x</v>"),
        replaced(b'r="A1"', b'r="??"'),
        replaced(b'r="1"', b'r="x"'),
        replaced(b"<sheetData>", b"<sheetData"),
        lambda parts: {k: v for k, v in parts.items() if k != SHEET},
        lambda parts: {k: v for k, v in parts.items() if "workbook.xml" not in k},
    ],
)
def test_a_broken_workbook_is_told_in_one_line(book, change):
    with pytest.raises(ScenarioError, match=r"scenarios\.xlsx .*(damaged|has no sheet)") as raised:
        rows_of(book(change))
    assert len(raised.value.args) == 1


def test_what_a_sheet_says_of_its_size_does_not_count(book):
    path = book(replaced(b'ref="A1:A3"', b'ref="A1:XFD1048576"'))
    assert rows_of(path) == [(f"{path}, row 2", [12]), (f"{path}, row 3", ["text"])]


def test_a_workbook_that_unpacks_to_too_much(book, monkeypatch):
    monkeypatch.setattr("bbxl.xlsx.archive.LARGEST", 1000)
    with pytest.raises(ScenarioError, match="unpacks to more than"):
        rows_of(book(dict))


def rewritten(path, method=zipfile.ZIP_DEFLATED, **options):
    """The same workbook in an archive of another kind."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in parts.items():
            with archive.open(name, "w", **options) as part:
                part.write(data)


@pytest.mark.parametrize("name", ["", "ZIP64_LIMIT", "ZIP_FILECOUNT_LIMIT"])
def test_a_zip64_archive_is_read(book, monkeypatch, name):
    """Sizes of members, of the directory, and their number may all stand in its larger fields."""
    path = book(dict)
    if name:
        monkeypatch.setattr(zipfile, name, 2)
    rewritten(path, force_zip64=True)
    assert (b"PK\x06\x06" in path.read_bytes()) == bool(name)
    assert rows_of(path) == [(f"{path}, row 2", [12]), (f"{path}, row 3", ["text"])]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_to_pack_are_refused(book, method):
    path = book(dict)
    rewritten(path, method)
    with pytest.raises(ScenarioError, match=f"packed in a way .*method {method} of") as raised:
        rows_of(path)
    assert len(raised.value.args) == 1

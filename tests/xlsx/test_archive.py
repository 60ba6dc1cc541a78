"""Archives packed in unusual ways: read rightly, or refused in one line."""

import io
import struct
import tracemalloc
import zipfile

import openpyxl
import pytest

from bbxl.xlsx import WorkbookError
from bbxl.xlsx.package import Package


@pytest.fixture(scope="module")
def parts():
    """The parts of a workbook, by name."""
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    with zipfile.ZipFile(file) as saved:
        return {name: saved.read(name) for name in saved.namelist()}


def packed(parts, method=zipfile.ZIP_DEFLATED, out=None, **options):
    """The parts as an archive; `out` is the file it is written to."""
    file = out or io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, data in parts.items():
            with made.open(name, "w", **options) as part:
                part.write(data)
    return file.getvalue()


class Pipe(io.BytesIO):
    """A file that cannot seek: zipfile then writes sizes behind the data."""

    def seekable(self):
        return False

    def seek(self, *_):
        raise OSError


@pytest.mark.parametrize(
    "options",
    [
        {"method": zipfile.ZIP_STORED},
        {"method": zipfile.ZIP_DEFLATED},
        {"force_zip64": True},
        {"out": Pipe},
    ],
    ids=str,
)
def test_what_is_read_is_written_for_every_reader(parts, options):
    options = {k: v() if k == "out" else v for k, v in options.items()}
    written = Package(packed(parts, **options)).to_bytes()
    with zipfile.ZipFile(io.BytesIO(written)) as made:
        assert made.testzip() is None
        assert {name: made.read(name) for name in made.namelist()} == parts
    openpyxl.load_workbook(io.BytesIO(written))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("only", [None, "xl/workbook.xml", "docProps/app.xml"])
def test_other_ways_to_pack_are_refused(parts, method, only):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data, method if only in (None, name) else None)
    with pytest.raises(WorkbookError, match=f"packed in a way .*method {method} of"):
        Package(file.getvalue())


def in_directory(data, change):
    """The archive with each record of its directory changed in place."""
    data, at = bytearray(data), data.index(b"PK\x01\x02")
    while data[at : at + 4] == b"PK\x01\x02":
        change(data, at)
        at += 46 + sum(struct.unpack_from("<3H", data, at + 28))
    return bytes(data)


def put(place, kind, value):
    return lambda data, at: struct.pack_into(kind, data, at + place, value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (put(8, "<H", 1), "protected by a password"),
        (put(10, "<H", 99), "method 99"),
        (put(10, "<H", 0), "is damaged"),
        (put(16, "<I", 7), "is damaged"),
        (put(20, "<I", 3), "is damaged"),
        (put(24, "<I", 3), "is damaged"),
        (put(24, "<I", 2**32 - 2), "unpacks to more"),
        (put(30, "<H", 60_000), "is damaged"),
        (put(42, "<I", 2**31), "is damaged"),
        (put(42, "<I", 5), "is damaged"),
    ],
)
def test_a_directory_that_is_wrong(parts, change, told):
    with pytest.raises(WorkbookError, match=told):
        Package(in_directory(packed(parts), change))


def test_a_part_that_unpacks_to_more_than_is_told_is_not_unpacked(parts):
    data = packed({**parts, "xl/more.xml": b" " * 50_000_000})
    lied = in_directory(data, put(24, "<I", 100))
    tracemalloc.start()
    try:
        with pytest.raises(WorkbookError, match="is damaged"):
            Package(lied)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("count", [10_000, 70_000])
def test_too_many_parts(parts, count):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, data in parts.items():
            made.writestr(name, data)
        for i in range(count):
            made.writestr(zipfile.ZipInfo(f"x/{i}"), b"")
    with pytest.raises(WorkbookError, match="more than 10,000 parts"):
        Package(file.getvalue())

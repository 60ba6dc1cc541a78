"""The list of a run's files, manifest.csv, for programs and checks; and the bundle, a zip of all.

The column sha256 holds what the command `sha256sum FILE` prints.
"""

import io
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from openpyxl.styles.numbers import is_date_format

from bbxl.batch.reporting import portfolio
from bbxl.batch.reporting.listing import Listing
from bbxl.xlsx.cells import CellValue, ExcelError
from bbxl.xlsx.writing import whole

NAME = "manifest.csv"
DOUBT = "cells of the template computed otherwise than it stores"
_STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"  # of formulas, also in full width
_SPACES = r"[^\S\t\r\n]*+"  # which do not part cells
_PART = re.compile(rf"((?:^|[;\t\r\n]){_SPACES})(?=[{re.escape(_STARTS)}])")  # where one may start
_SPLITTING = frozenset(',;"\t\r\n')
_DATED = (1980, 1, 1, 0, 0, 0)  # the zip format's first day: the same files give the same bytes


def write(target: Path, listing: Listing, replace: bool) -> None:
    """Write file, sha256, inputs and outputs of each workbook, as CSV in UTF-8.

    Text that a spreadsheet would take for a formula gets an apostrophe in front of it, also a
    part behind a semicolon, with spaces or without, at which some countries' spreadsheets split
    a line wherever it stands; such a file's name gets "./", with which it stays a path.
    """
    with (
        whole(target, follow=False, replace=replace) as file,
        io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text,
    ):
        headings = listing.given + listing.outputs
        names = (each.name for each in headings)
        dates = [is_date_format(each.number_format) for each in headings]
        doubt = [DOUBT] if listing.proof and listing.proof.differences else []
        text.write(_line(["file", "sha256", *map(_shown, names), *doubt]))
        count = [f"{len(listing.proof.differences)}"] if listing.proof and doubt else []
        for row in listing:
            name = f"./{row.file}" if row.file[0] in _STARTS else row.file
            values = zip(row.given + row.outputs, dates, strict=True)
            shown = (_shown(listing.as_date(v) if dated else v) for v, dated in values)
            text.write(_line([name, row.sha256, *shown, *count]))


def bundle(target: Path, folder: Path, listing: Listing, replace: bool) -> None:
    """Put the manifest, the portfolio and the workbooks into one zip file.

    A workbook is compressed already, so it is stored as it is.
    """
    with (
        whole(target, follow=False, replace=replace) as file,
        zipfile.ZipFile(file, "w") as archive,
    ):
        for name in _names(listing):
            entry = zipfile.ZipInfo(name, _DATED)
            entry.external_attr = 0o644 << 16
            entry.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as stored, archive.open(entry, "w") as packed:
                shutil.copyfileobj(stored, packed)


def _names(listing: Listing) -> Iterator[str]:
    yield from (NAME, portfolio.NAME)
    yield from (row.file for row in listing)


def _line(values: Iterable[str]) -> str:
    """A line of CSV; the csv module would quote no semicolon."""
    return ",".join(map(_quoted, values)) + "\r\n"


def _quoted(text: str) -> str:
    return text if _SPLITTING.isdisjoint(text) else '"' + text.replace('"', '""') + '"'


def _shown(value: CellValue) -> str:
    if isinstance(value, str):
        return _PART.sub(r"\1'", value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, ExcelError):
        return value.value
    return "" if value is None else repr(value).removesuffix(".0")

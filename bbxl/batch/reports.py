"""The list of what a run wrote, and all of it in one archive."""

import csv
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bbxl.batch import portfolio
from bbxl.batch.checking import Checked
from bbxl.batch.record import Record
from bbxl.xlsx.package import whole
from bbxl.xlsx.sheet import CellErrorValue

MANIFEST = "manifest.csv"
_DATED = (1980, 1, 1, 0, 0, 0)
_LIKE_A_FORMULA = tuple("=+-@\t\r")


def write_manifest(folder: Path, found: Checked, outputs: Sequence[str], record: Record) -> Path:
    """Write the list of workbooks: file, SHA-256, labels, inputs and outputs.

    A text that a spreadsheet would take for a formula has an apostrophe before it, as OWASP
    advises for CSV files.
    """
    target = folder / MANIFEST
    with whole(target) as path, path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        inputs = [each.name for each in found.inputs]
        table.writerow(["file", "sha256", *found.labels, *inputs, *outputs])
        for scenario, outcome in record:
            values = (*scenario.labels, *scenario.values, *outcome.outputs)
            table.writerow([_text(scenario.file), outcome.sha256, *map(_text, values)])
    return target


def write_bundle(target: Path, folder: Path, record: Record) -> None:
    """Write all files into one archive; workbooks are compressed already."""
    with whole(target) as path, zipfile.ZipFile(path, "w") as archive:
        for name in (MANIFEST, portfolio.NAME):
            _put(archive, folder / name, zipfile.ZIP_DEFLATED)
        for scenario, _ in record:
            _put(archive, folder / scenario.file, zipfile.ZIP_STORED)


def _put(archive: zipfile.ZipFile, path: Path, method: int) -> None:
    info = zipfile.ZipInfo(path.name, _DATED)
    info.compress_type, info.external_attr = method, 0o644 << 16
    info.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(info, "w") as entry:
        shutil.copyfileobj(source, entry)


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, CellErrorValue):
        return value.text
    if isinstance(value, str) and value.startswith(_LIKE_A_FORMULA):
        return f"'{value}"
    return "" if value is None else value

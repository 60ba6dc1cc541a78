"""What cells hold, and where they are."""

import subprocess
import sys

import pytest

from bbxl.xlsx import cells
from bbxl.xlsx.cells import ERROR_TEXTS, KINDS, OLD_ERRORS, ExcelError, error_of, value_xml
from bbxl.xlsx.references import address, cells_of, full_address, sheet_and_range


def test_every_error_has_a_code_and_is_found_by_it_and_by_its_text():
    codes = [error.code for error in ExcelError]
    assert len(set(codes)) == len(codes)
    assert all(0 < code < 256 for code in codes)  # 0 is no error, and arrays hold bytes
    for error in ExcelError:
        assert error_of(error.code) is ERROR_TEXTS[str(error)] is error


def test_the_old_errors_are_those_of_excel_2010():
    old = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"]
    assert sorted(map(str, OLD_ERRORS)) == sorted(old)


@pytest.mark.parametrize(
    ("value", "kind", "written"),
    [
        (None, cells.EMPTY, ("", "")),
        (1.0, cells.NUMBER, ("", "1")),
        (-0.1, cells.NUMBER, ("", "-0.1")),
        (3, cells.NUMBER, ("", "3")),
        (True, cells.BOOLEAN, ("b", "1")),
        ("#N/A", cells.TEXT, ("str", "#N/A")),
        (ExcelError.NA, cells.ERROR, ("e", "#N/A")),
    ],
)
def test_a_value_has_one_kind(value, kind, written):
    assert KINDS[type(value)] == kind
    assert value_xml(value) == written


@pytest.mark.parametrize("cell", [("Plan", (1, 1)), ("Plan & Co", (20, 703)), ("It's", (3, 26))])
def test_an_address_is_read_as_it_was_written(cell):
    sheet, at = cell
    assert sheet_and_range(full_address(sheet, at)) == (sheet, address(at))
    assert cells_of(address(at)) == [at]


def test_values_are_read_without_openpyxl():
    """In xlwings Lite there is none; and it takes longer to import than all else."""
    code = (
        "import sys, bbxl.worksheet; print({'openpyxl', 'formualizer', 'orjson'} & {*sys.modules})"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"

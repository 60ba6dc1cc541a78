"""Every committed template, computed by LibreOffice afresh, shows what bbxl stored in it."""

import openpyxl
import pytest

from bbxl.workbooks import library

TEMPLATES = sorted(library.folder().glob("*.xlsx"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_libreoffice_agrees_in_every_cell(calc, path):
    with calc.open(path) as document:
        computed = document.sheets()
    stored = openpyxl.load_workbook(path, data_only=True)
    formulas = 0
    for sheet in openpyxl.load_workbook(path):
        for cell in (c for row in sheet for c in row if c.value is not None):
            ours = stored[sheet.title][cell.coordinate].value
            theirs = computed[sheet.title][cell.row - 1][cell.column - 1]
            where = (sheet.title, cell.coordinate)
            if isinstance(ours, float | int):
                assert theirs == pytest.approx(float(ours), rel=1e-9), where  # TRUE is 1 there
            elif not cell.is_date:
                assert theirs == (ours or ""), where
            formulas += cell.data_type == "f"
    assert formulas > 100

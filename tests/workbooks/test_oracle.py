"""LibreOffice computes the templates afresh, as built and filled, and shows what bbxl stored."""

from datetime import datetime

import openpyxl
import pytest
import test_model
import test_requirements_matrix
from openpyxl.utils.datetime import to_excel

from bbxl.engine.calculation import recalculate
from bbxl.workbooks import library

TEMPLATES = sorted(library.folder().glob("*.xlsx"))
EXAMPLES = [(template.name, preset) for template in library.TEMPLATES.values()
            for preset in template.presets[1:]]  # fmt: skip
DRAWN = [("build-vs-buy", 0), ("build-vs-buy", 1), ("requirements", 0)]


def agree(calc, path):
    """Every cell of a file, computed by LibreOffice, against the value that is stored in it."""
    with calc.open(path) as document:
        computed = document.sheets()
    stored = openpyxl.load_workbook(path, data_only=True)
    formulas = 0
    for sheet in openpyxl.load_workbook(path):
        for cell in (c for row in sheet for c in row if c.value is not None):
            ours = stored[sheet.title][cell.coordinate].value
            theirs = computed[sheet.title][cell.row - 1][cell.column - 1]
            where = (sheet.title, cell.coordinate)
            if isinstance(ours, datetime):
                ours = to_excel(ours)
            if isinstance(ours, float | int):
                # TRUE is 1 there; what is left of a difference of equal amounts is none.
                assert theirs == pytest.approx(float(ours), rel=1e-9, abs=1e-9), where
            else:
                assert theirs == (ours or ""), where
            formulas += cell.data_type == "f"
    assert formulas > 100


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_the_committed_templates(calc, path):
    agree(calc, path)


@pytest.mark.parametrize(("name", "preset"), EXAMPLES)
def test_a_filled_example_of_each_further_preset(calc, tmp_path, name, preset):
    path = tmp_path / f"{preset}.xlsx"
    path.write_bytes(library.get(name).build(preset))
    agree(calc, path)


@pytest.mark.parametrize(("name", "seed"), DRAWN)
def test_drawn_scenarios(calc, tmp_path, name, seed):
    drawn = test_model.drawn if name == "build-vs-buy" else test_requirements_matrix.drawn
    book = openpyxl.load_workbook(library.folder() / f"{name}.xlsx")
    for field, value in drawn(seed).items():
        ((sheet, cell),) = book.defined_names[field].destinations
        book[sheet][cell] = value
    path = tmp_path / "drawn.xlsx"
    book.save(path)
    recalculate(path)
    agree(calc, path)

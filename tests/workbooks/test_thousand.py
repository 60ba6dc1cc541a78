"""A thousand workbooks of a batch, read back from their files by an independent reader."""

import re
import zipfile
from copy import copy
from functools import cache
from types import SimpleNamespace

import pytest
import test_breakeven_page as page
import test_model as comparison
import test_requirements_matrix as matrix
from filled import Filled, shared
from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import from_excel

from bbxl.batch import generate, run
from bbxl.workbooks import breakeven_page as breakeven
from bbxl.workbooks import build_vs_buy, library
from bbxl.workbooks import requirements_matrix as requirements
from bbxl.xlsx.cells import ExcelError

# Template -> its model, its test with the Python model's figures, how many are drawn.
DRAWN = {
    "breakeven": (breakeven, page, 900),
    "requirements": (requirements, matrix, 70),
    "build-vs-buy": (build_vs_buy, comparison, 30),
}
LOOKED_AT = (1, 17)  # by LibreOffice
VALUE = re.compile(rb"<v[^>]*>[^<]*</v>|<v/>|<is>.*?</is>| t=\"\w+\"", re.S)


class Stored(Filled):
    """A file as it was written: `field` reads what it stores."""

    def __init__(self, book, parts):
        self.__dict__ |= copy(book).__dict__
        names = [each.get("name") for each in etree.fromstring(parts["xl/workbook.xml"])
                 .iterfind(".//{*}sheet")]  # fmt: skip
        self.cells = {
            (name, coordinate_to_tuple(cell.get("r"))): value(cell)
            for i, name in enumerate(names, start=1)
            for cell in etree.fromstring(parts[f"xl/worksheets/sheet{i}.xml"]).iter("{*}c")
        }
        self.loaded = SimpleNamespace(value=lambda sheet, at: self.cells.get((sheet, at)))

    def fill(self, values):
        """Nothing: the batch has filled it; its inputs are those that were given."""
        for name, given in values.items():
            sheet, _, cell = self.inputs[name].partition("!")
            shown = self.cells.get((sheet, coordinate_to_tuple(cell)))
            assert shown == given or (given is None and shown is None), name


def value(cell):
    """What a cell stores, by the rules of the format."""
    text, kind = cell.findtext("{*}v"), cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(each.text or "" for each in cell.iterfind("{*}is//{*}t"))
    if kind == "str":
        return text or ""
    if kind == "e":
        return ExcelError(text)
    return None if text is None else bool(int(text)) if kind == "b" else float(text)


def parts(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Gives, for a template and a number of workbooks, where they are, and their cases."""

    @cache
    def fill(name, count):
        folder, (_, tests, _) = tmp_path_factory.mktemp("thousand"), DRAWN[name]
        cases = [drawn(tests, seed) for seed in range(count)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(run, "MANY", 1)  # as in a run of many
            generate(name, [typed(given) for given, _ in cases], folder, blank="clear")
        return folder, cases

    return fill


def drawn(tests, seed):
    """Values of the inputs, and what the test of the template calls them."""
    if tests is page:
        case = page.drawn(seed)
        return page.inputs(*case), case
    values = tests.drawn(seed)
    return values, (values,)


def typed(values):
    """The values as a person gives them: a date as one."""
    return {name: from_excel(value).date() if name == "start_date" else value
            for name, value in values.items()}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_every_formula_of_every_workbook_shows_what_the_model_says(filled, name):
    made, tests, count = DRAWN[name]
    book = shared(made, library.TEMPLATES[name].presets[0])
    folder, cases = filled(name, count)
    before = parts(library.folder() / f"{name}.xlsx")
    bare = {part: VALUE.sub(b"", data) for part, data in before.items()}
    for number, (_, case) in enumerate(cases, start=1):
        after = parts(folder / f"{name}-{number:05}.xlsx")
        assert list(after) == list(before)
        for part, data in after.items():
            if data != before[part]:
                assert part.startswith("xl/worksheets/sheet")
                stripped = VALUE.sub(b"", data)
                assert plain(stripped) == plain(bare[part]), (number, part)
        tests.agrees(Stored(book, after), *case)
    assert number == count


def plain(sheet):
    """Cells that hold nothing are written in one way."""
    return re.sub(rb"(<c [^>]*?)></c>", rb"\1/>", sheet)


@pytest.mark.parametrize("name", DRAWN)
def test_libreoffice_computes_the_same_from_the_inputs(calc, filled, name):
    folder, _ = filled(name, max(LOOKED_AT))
    for number in LOOKED_AT:
        path = folder / f"{name}-{number:05}.xlsx"
        with calc.open(path) as document:
            computed = document.sheets()
        stored = Stored(SimpleNamespace(), parts(path))
        compared = 0
        for (sheet, (row, column)), ours in stored.cells.items():
            theirs = computed[sheet][row - 1][column - 1] if ours not in (None, "") else ""
            if isinstance(ours, float):
                assert theirs == pytest.approx(ours, rel=1e-9, abs=1e-7), (sheet, row, column)
                compared += 1
        assert compared > 50

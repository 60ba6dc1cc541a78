"""The templates: the same bytes, the same numbers as a second engine and as the model."""

import ironcalc
import openpyxl
import pytest
from lxml import etree

from bbxl import presets
from bbxl.breakeven import bands
from bbxl.cost import TCOComponents
from bbxl.hosts.engine import calculate, recalculate
from bbxl.workbooks import build_vs_buy, library
from bbxl.workbooks.sheets import COLUMNS
from bbxl.xlsx.package import Package

PRESET = presets.load("customer-support-classifier")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Every template, built afresh."""
    return {path.stem: path for path in library.build_all(tmp_path_factory.mktemp("built"))}


def test_the_committed_templates_are_what_the_code_builds(built):
    committed = sorted(path.name for path in library.folder().glob("*.xlsx"))
    assert committed == sorted(path.name for path in built.values())
    for path in built.values():
        assert (library.folder() / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.fixture(scope="module")
def second_engine(tmp_path_factory):
    """The comparison as openpyxl wrote it, with no values, computed by ironcalc."""
    path = tmp_path_factory.mktemp("bare") / "bare.xlsx"
    path.write_bytes(library.saved(build_vs_buy.build(PRESET)))
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    return model


def test_a_second_engine_agrees_in_every_formula_cell(built, second_engine):
    formulas = openpyxl.load_workbook(built["build-vs-buy"])
    values = openpyxl.load_workbook(built["build-vs-buy"], data_only=True)
    compared = 0
    for index, sheet in enumerate(formulas):
        for cell in (c for row in sheet for c in row if c.data_type == "f"):
            ours = values[sheet.title][cell.coordinate].value
            theirs = second_engine.get_cell_value(index, cell.row, cell.column)
            if isinstance(ours, float | int) and not isinstance(ours, bool):
                assert theirs == pytest.approx(ours, rel=1e-9), (sheet.title, cell.coordinate)
            else:
                assert theirs == (ours or ""), (sheet.title, cell.coordinate)
            compared += 1
    assert compared > 450


def filled(tmp_path, change):
    """The comparison with some inputs changed, recalculated."""
    book = build_vs_buy.build(PRESET)
    change(book["Inputs"])
    path = tmp_path / "filled.xlsx"
    book.save(path)
    recalculate(path)
    return path


def row_of(sheet, label):
    return next(row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value == label)


def set_input(sheet, label, *values):
    for column, value in zip(COLUMNS, values, strict=False):
        sheet[f"{column}{row_of(sheet, label)}"] = value


def components(sheet):
    """The approaches that stand on an Inputs sheet, as the model's components."""
    top = row_of(sheet, "Name")
    fields = [line.field for line in build_vs_buy.APPROACHES]
    found = {}
    for column in COLUMNS:
        values = [sheet[f"{column}{top + i}"].value for i in range(len(fields))]
        given = dict(zip(fields, values, strict=True))
        if given.pop("name"):
            del given["deployment"], given["spectrum"]
            found[values[0]] = TCOComponents(**{k: v or 0 for k, v in given.items()})
    return found


CHANGES = {
    "as committed": lambda s: None,
    "zero volume": lambda s: set_input(s, "Requests per month", 0),
    "long horizon": lambda s: set_input(s, "Horizon", 60),
    "one approach": lambda s: [set_input(s, r, *[v, None, None]) for r, v in (("Name", "Solo"),)],
    "a fourth approach": lambda s: [
        set_input(s, line.label, *(s[f"{c}{row_of(s, line.label)}"].value for c in "BCD"), value)
        for line, value in zip(
            build_vs_buy.APPROACHES,
            ["Own", 9000, 0, 2000, 60, 120, 50, 1, 2, 3, 4, "self_hosted_on_prem", "full_build"],
            strict=True,
        )
    ],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_model_agrees(tmp_path, change):
    path = filled(tmp_path, change)
    book = openpyxl.load_workbook(path, data_only=True)
    approaches = components(book["Inputs"])
    volume = book["Inputs"]["B5"].value
    months = book["Inputs"]["B6"].value
    sheet = book["TCO"]
    for column, each in zip(COLUMNS, approaches.values(), strict=False):
        tco = each.tco(volume, months)
        shown = {
            row[0].value: sheet[f"{column}{row[0].row}"].value for row in sheet.iter_rows(max_col=1)
        }
        assert shown["Total a month"] == pytest.approx(tco.monthly_total, rel=1e-12)
        assert shown["Total over the horizon"] == pytest.approx(tco.horizon_total, rel=1e-12)
        per_1k = pytest.approx(tco.cost_per_request * 1000, rel=1e-12) if volume else None
        assert shown["Cost per 1,000 requests"] == per_1k
        for label, value in zip(
            ("Compute", "Engineering", "Development, amortized", "Data and training, amortized",
             "Compliance", "Tooling"), tco.breakdown.values(), strict=True,
        ):  # fmt: skip
            assert shown[label] == pytest.approx(value, rel=1e-12)
    lines = {name: each.cost_model() for name, each in approaches.items()}
    matrix = book["Breakeven"]
    for i, a in enumerate(lines.values()):
        for j, b in enumerate(lines.values()):
            expected = a.breakeven(b, months)
            shown = matrix[f"{COLUMNS[j]}{5 + i}"].value
            if i == j:
                assert shown is None
            elif expected != expected:
                assert shown == "none"
            else:
                assert shown == pytest.approx(expected, rel=1e-9)
    cheapest = next(b for b in reversed(bands(lines, months)) if b.start <= volume).cheapest
    assert calculate("=cheapest", path) == cheapest
    assert calculate("=check_sums", path) == calculate("=check_inputs", path) == "OK"
    empty = [sheet[f"{column}19"].value for column in COLUMNS[len(approaches) :]]
    assert set(empty) == {None}


def test_bb_functions_read_the_inputs(built):
    path = built["build-vs-buy"]
    assert calculate("=BB_CHECK(approaches)", path) == "OK"
    totals = calculate("=BB_TCO(approaches,requests_per_month,months)", path)
    assert totals == [[pytest.approx(each) for each in (9650, 27166.666666666668, 13500)]]


def test_an_empty_cost_is_told(tmp_path):
    path = filled(tmp_path, lambda s: set_input(s, "Engineer hourly rate", 150, None, 150))
    assert calculate("=check_inputs", path) == "ERROR"


def test_when_none_meets_the_requirements_it_says_so(tmp_path):
    path = filled(tmp_path, lambda s: set_input(s, "Lowest accuracy", 0.99))
    assert calculate("=recommended", path) == "none"
    assert calculate("=recommendation", path) == (
        "No approach meets every requirement at 2,000,000 requests a month."
    )


def test_only_inputs_are_unlocked_and_no_formula_is_an_input(built):
    for sheet in openpyxl.load_workbook(built["build-vs-buy"]):
        assert sheet.protection.sheet
        for cell in (c for row in sheet for c in row):
            assert cell.protection.locked == (cell.style != "bbxl input")
            if cell.style == "bbxl input":
                assert cell.data_type != "f"


def test_every_defined_name_leads_to_a_cell(built):
    book = openpyxl.load_workbook(built["build-vs-buy"])
    for name, defined in book.defined_names.items():
        ((sheet, reference),) = defined.destinations
        assert book[sheet][reference.replace("$", "")] is not None, name


def test_formulas_need_nothing_newer_than_excel_2010(built):
    for path in built.values():
        package = Package(path)
        for part in package.sheets().values():
            for formula in etree.fromstring(package[part]).iter("{*}f"):
                text = (formula.text or "").upper()
                assert not [
                    bad
                    for bad in ("_XLFN", "_XLWS", "INDIRECT(", "OFFSET(", "TODAY(", "NOW(", "RAND(")
                    if bad in text
                ]


def test_excel_takes_every_validation(built):
    """Excel calls a file damaged whose validation texts are too long; few readers notice."""
    for path in built.values():
        for sheet in openpyxl.load_workbook(path):
            for rule in sheet.data_validations.dataValidation:
                assert 0 < len(rule.errorTitle) <= 32
                assert 0 < len(rule.error) <= 255
                assert len(rule.formula1) <= 255

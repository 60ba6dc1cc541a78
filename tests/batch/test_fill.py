"""Filled workbooks: inputs in place, values as another engine gives them, all else untouched."""

import hashlib
import zipfile
import zlib
from datetime import UTC, datetime
from io import BytesIO

import ironcalc
import openpyxl
import plan
import pytest
import xlsxwriter

from bbxl import presets
from bbxl.batch.filling.filler import Filler, Job
from bbxl.batch.template.inputs import Template
from bbxl.errors import UserError
from bbxl.model.drivers import TCOComponents
from bbxl.xlsx import archive

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return plan.plan(tmp_path_factory.mktemp("plan") / "plan.xlsx")


def filler(path, columns, compute=True, many=True):
    template = Template(path)
    cells = tuple(template.input(column).cell for column in columns)
    outputs = tuple(template.outputs.values())
    return Filler(Job(path.read_bytes(), "plan", cells, outputs, compute, NOW, many))


def parts(data):
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def opened(data, values=True):
    return openpyxl.load_workbook(BytesIO(data), data_only=values)


def test_only_the_sheet_with_inputs_changes_where_nothing_is_computed(path):
    fills = filler(path, ["requests_per_month", "name_1", "deployment_8"], compute=False)
    data = fills.file([5e6, "=cmd|' /C calc'!A1", None]).data
    before, after = parts(path.read_bytes()), parts(data)
    assert list(before) == list(after)
    stripped = {f"xl/worksheets/sheet{i}.xml" for i in range(1, 6)} | {"xl/workbook.xml"}
    assert {name for name in before if before[name] != after[name]} <= stripped
    sheet = opened(data, values=False)["Inputs"]
    name = sheet[f"B{plan.ROWS['name']}"]
    assert (sheet["B1"].value, name.value, name.data_type) == (5e6, "=cmd|' /C calc'!A1", "s")
    assert opened(data)["Summary"]["B1"].value is None
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]


def test_values_are_those_of_the_model(path):
    preset = presets.load("customer-support-classifier")
    columns = list(plan.scenario_of(preset))
    fill = filler(path, columns)
    for volume, months in ((100_000.0, 12.0), (9_700_000.0, 36.0), (40_000_000.0, 7.0)):
        scenario = plan.scenario_of(preset) | {"requests_per_month": volume, "months": months}
        data = fill.file([scenario[column] for column in columns]).data
        shown = [cell.value for cell in opened(data)["TCO"][10][1:4]]
        fields = TCOComponents.__dataclass_fields__
        expected = [
            TCOComponents(**{k: v for k, v in each.items() if k in fields})
            .tco(volume, months)
            .monthly_total
            for each in preset.approaches.values()
        ]
        assert shown == pytest.approx(expected, rel=1e-12)


def test_every_value_agrees_with_another_engine(path, tmp_path):
    columns = ["requests_per_month", "months", "annual_rate", "infrastructure_monthly_2", "name_3"]
    data = filler(path, columns).file([3e6, 24.0, 0.07, 1234.5, "Retrieval & Co"]).data
    target = tmp_path / "filled.xlsx"
    target.write_bytes(data)
    other = ironcalc.load_from_xlsx(str(target), "en", "UTC", "en")
    other.evaluate()
    formulas, compared = opened(data, values=False), 0
    for index, sheet in enumerate(opened(data)):
        for row in sheet.iter_rows():
            for cell in row:
                if formulas[sheet.title][cell.coordinate].data_type == "f":
                    theirs = other.get_cell_value(index, cell.row, cell.column)
                    if isinstance(theirs, float):
                        theirs = pytest.approx(theirs, rel=1e-9, abs=1e-9)
                    assert ("" if cell.value is None else cell.value) == theirs, cell.coordinate
                    compared += 1
    assert compared > 1_500


def test_a_scenario_gives_the_same_bytes_whatever_came_before(path):
    columns = ["requests_per_month", "months", "name_1", "accuracy_score_1", "note"]
    scenarios = [
        [1e5, 12.0, "A", 0.9, "x"],
        [0.0, 1.0, None, None, None],
        [1e5, 12.0, True, 0.9, "=1+1"],
        [1e5, 12.0, 1.0, 0.9, "x"],
        [5e7, 36.0, "B & <C>", 0.1, " spaces "],
    ]
    fresh = [filler(path, columns).file(each).data for each in scenarios]
    used = filler(path, columns)
    for order in ((0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 3, 2, 0, 0, 1)):
        for i in order:
            assert used.file(scenarios[i]).data == fresh[i]


def test_the_standard_library_packs_the_same_content(path, monkeypatch):
    columns = ["requests_per_month", "name_1"]
    with_isal, without = [], []
    for module, found in ((archive.fast, with_isal), (zlib, without)):
        monkeypatch.setattr(archive, "fast", module)
        found += [parts(filler(path, columns).file([n, "A & B"]).data) for n in (1e5, 2e6)]
    assert with_isal == without


def test_long_pieces_of_a_sheet_are_deflated_once(tmp_path, monkeypatch):
    with xlsxwriter.Workbook(tmp_path / "inputs.xlsx") as book:
        sheet = book.add_worksheet("Inputs")
        for i in range(4):
            sheet.write_row(5 * i, 0, [f"a label of row {i}", *range(100)])
            book.define_name(f"given_{i}", f"=Inputs!$B${5 * i + 1}")
    fills = filler(tmp_path / "inputs.xlsx", [f"given_{i}" for i in range(4)], compute=False)
    fills.file([1.0, 2.0, 3.0, "x"])
    monkeypatch.setattr(archive, "fast", None)  # it would deflate whatever is still to deflate
    long = "<&>" * 10_900  # as a cell holds it, longer than a block of a deflated stream
    for given in ([4.0, 5.0, 6.0, ""], [7.5, 8.0, 9.0, long], [1e300, 0.0, -1.0, "x"]):
        data = fills.file(given).data
        parts(data)
        sheet = opened(data)["Inputs"]
        assert [sheet[f"B{5 * i + 1}"].value or "" for i in range(4)] == [
            each or "" for each in given
        ]
        assert [sheet.cell(16, column).value for column in (1, 3, 101)] == [
            "a label of row 3", 1, 99,
        ]  # fmt: skip


def test_inputs_of_any_shape_reach_their_cells(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "inputs.xlsx") as book:
        book.add_worksheet("Inputs")
        sums = book.add_worksheet("Sums")
        cells = ["B2", "C2", "D2", "B3", "C3", "D3", "B5", "D4", "C6"]  # a rectangle, and others
        for i, cell in enumerate(cells):
            book.define_name(f"given_{i}", f"=Inputs!${cell[0]}${cell[1]}")
            sums.write_formula(i, 0, f"=10*Inputs!{cell}+COUNT(Inputs!A1:E7)")
    fills = filler(tmp_path / "inputs.xlsx", [f"given_{i}" for i in range(9)])
    for first in (1.0, 100.0):
        given = [first + i for i in range(9)]
        sheets = opened(fills.file(given).data)
        assert [sheets["Inputs"][cell].value for cell in cells] == given
        assert [row[0].value for row in sheets["Sums"]["A1:A9"]] == [
            10 * each + 9 for each in given
        ]


def test_a_checksum_is_that_of_the_file(path):
    for compute in (True, False):
        fills = filler(path, ["requests_per_month"], compute)
        for volume in (5e6, 6e6):
            made = fills.file([volume])
            assert made.sha256 == hashlib.sha256(made.data).hexdigest()


def test_spilled_arrays_follow_the_scenario(tmp_path):
    path = tmp_path / "arrays.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_number("A1", 3)
        sheet.write_dynamic_array_formula("C1", "=IF(A1>2,{1;2;3},7)", None, 0)
        sheet.write_formula("E1", "=IF(A1>2,{5;6},8)", None, 0)
        book.define_name("count", "=Sheet1!$A$1")
    fill = filler(path, ["count"])
    for count, dynamic, plain in ((3.0, [1, 2, 3], 5), (1.0, [7, None, None], 8)) * 2:
        sheet = opened(fill.file([count]).data).active
        assert [sheet[f"C{row}"].value for row in (1, 2, 3)] == dynamic
        assert [sheet["E1"].value, sheet["E2"].value] == [plain, None]


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("request_per_month", "did you mean requests_per_month"),
        ("cheapest", "computed by a formula"),
    ],
)
def test_what_is_no_input_is_refused(path, column, told):
    with pytest.raises(UserError, match=told):
        Template(path).input(column)

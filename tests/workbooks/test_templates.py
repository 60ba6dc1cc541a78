"""The built templates keep the rules, and hold the same bytes and numbers everywhere."""

import math
import re
import zipfile
from io import BytesIO

import ironcalc
import openpyxl
import pytest
from lxml import etree
from openpyxl.formula import Tokenizer
from openpyxl.formula.translate import Translator
from openpyxl.styles import Protection
from openpyxl.utils.cell import rows_from_range
from openpyxl.worksheet.formula import ArrayFormula

from bbxl import presets
from bbxl.engine.calculation import calculate
from bbxl.workbooks import build_vs_buy, library
from bbxl.workbooks.sheets import FIRST, UNIT
from bbxl.xlsx.package import Package

MODELLED = sorted(library.TEMPLATES.keys() - {"functions"})  # which has no inputs
# Sentences run across their row; headings name what stands under them.
NO_FIGURES = ("bbxl wrapped", "bbxl answer", "bbxl header", "bbxl columns", "bbxl unit")
NEWER = ("_XLFN", "_XLWS", "INDIRECT(", "OFFSET(", "TODAY(", "NOW(", "RAND(", "NPV(")
# Excel's RANK tells numbers apart that = takes for equal; see bbxl.workbooks.order.
UNEVEN = {"RANK", "LARGE", "SMALL"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Every template, built afresh."""
    return {
        path.stem: path
        for path in library.write_all(tmp_path_factory.mktemp("built"), library.BuiltTemplate.build)
    }


@pytest.fixture(scope="module", params=MODELLED)
def book(request):
    return openpyxl.load_workbook(library.folder() / f"{request.param}.xlsx")


def formulas(sheet):
    """Cell -> formula."""
    for cell in (cell for row in sheet for cell in row if cell.data_type == "f"):
        array = isinstance(cell.value, ArrayFormula)
        yield cell, cell.value.text if array else cell.value


def test_the_committed_templates_are_what_the_code_builds(built):
    committed = sorted(path.name for path in library.folder().glob("*.xlsx"))
    assert committed == sorted(path.name for path in built.values())
    for path in built.values():
        assert (library.folder() / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_second_engine_agrees_in_every_formula_cell(tmp_path):
    """The comparison as openpyxl wrote it, with no values, computed by ironcalc."""
    bare = tmp_path / "bare.xlsx"
    preset = presets.load("customer-support-classifier").completed()
    bare.write_bytes(library.saved(build_vs_buy.build(preset)))
    second = ironcalc.load_from_xlsx(str(bare), "en", "UTC", "en")
    second.evaluate()
    values = openpyxl.load_workbook(library.folder() / "build-vs-buy.xlsx", data_only=True)
    compared = 0
    for index, sheet in enumerate(openpyxl.load_workbook(bare)):
        for cell, formula in formulas(sheet):
            if "BB_" in formula:
                continue
            ours = values[sheet.title][cell.coordinate].value
            theirs = second.get_cell_value(index, cell.row, cell.column)
            where = (sheet.title, cell.coordinate, formula)
            if isinstance(ours, float | int) and not isinstance(ours, bool):
                assert theirs == pytest.approx(ours, rel=1e-9, abs=1e-9), where
            else:
                assert theirs == (ours or ""), where
            compared += 1
    assert compared > 3000


def test_cells_that_share_a_formula_name_no_other_sheet(built):
    """Excel takes no others; and each cell of the range is one of those that share it."""
    count = 0
    for path in built.values():
        package = Package(path)
        for name, part in package.sheets().items():
            sharing = {}
            for cell in etree.fromstring(package[part]).iter("{*}c"):
                for each in cell.iterfind("{*}f[@t='shared']"):
                    sharing.setdefault(each.get("si"), []).append((cell.get("r"), each))
            for cells in sharing.values():
                at, first = cells[0]
                assert first.text, (path.name, name, at)
                assert "!" not in first.text, (path.name, name, at)
                ranged = [each for row in rows_from_range(first.get("ref")) for each in row]
                assert ranged == [each for each, _ in cells], (path.name, name, at)
                count += len(cells)
    assert count > 2000


def test_a_cell_that_shares_a_formula_has_the_one_that_was_meant_for_it():
    model = build_vs_buy.model(presets.load("customer-support-classifier").completed())
    book = openpyxl.load_workbook(BytesIO(library.saved(model.finished())))
    for cell, line, here in model._pending:
        sheet = cell.parent.title
        meant = f"={model._body(line, here, sheet)}"
        found = book[sheet][cell.coordinate].value
        assert getattr(found, "text", found) == meant, (sheet, cell.coordinate)


CONVERSIONS = {"3", "12", "100", "1000", "1000000"}  # months, percent, thousands, millions


def test_formulas_hold_no_constants(book):
    """A figure other than 0 and 1 is an input, a labelled constant, a unit's, or a limit.

    A limit is that of an input's validation, by which its status says that it is exceeded.
    """
    limits = {bound.lstrip("-") for sheet in book for rule in sheet.data_validations.dataValidation
              if rule.type != "list" for bound in (rule.formula1, rule.formula2)}  # fmt: skip
    allowed = CONVERSIONS | limits | {"0", "1"}
    found = [
        (sheet.title, cell.coordinate, token.value)
        for sheet in book
        for cell, formula in formulas(sheet)
        for token in Tokenizer(formula).items
        if token.type == "OPERAND" and token.subtype == "NUMBER" and token.value not in allowed
    ]
    assert found == []


def test_one_formula_runs_across_a_row_or_down_a_column(book):
    """A formula is its left neighbour's or its upper neighbour's, moved, where it has both."""
    for sheet in book:
        texts = {cell.coordinate: formula for cell, formula in formulas(sheet)
                 if cell.style != "bbxl unit"}  # fmt: skip
        for address, formula in texts.items():
            cell = sheet[address]
            if cell.row == 1 or cell.column == 1:
                continue
            left = sheet.cell(cell.row, cell.column - 1).coordinate
            above = sheet.cell(cell.row - 1, cell.column).coordinate
            near = [each for each in (left, above) if each in texts]
            if len(near) == 2:
                moved = [Translator(texts[each], each).translate_formula(address) for each in near]
                assert formula in moved, (sheet.title, address)


def test_formulas_need_nothing_newer_than_excel_2010_and_nothing_volatile(built):
    for path in built.values():
        package = Package(path)
        for part in package.sheets().values():
            for formula in etree.fromstring(package[part]).iter("{*}f"):
                text = (formula.text or "").upper()
                assert not [bad for bad in NEWER if re.search(rf"(?<!\w){re.escape(bad)}", text)]
                assert UNEVEN.isdisjoint(re.findall(r"[\w.]+(?=\()", text))


def test_only_inputs_are_unlocked_and_each_is_named_and_validated(book):
    named = {reference.replace("$", "").replace("'", "") for reference in
             (defined.attr_text for defined in book.defined_names.values())}  # fmt: skip
    inputs = 0
    for sheet in book:
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        ruled = {
            (row, column)
            for rule in sheet.data_validations.dataValidation
            for part in rule.sqref.ranges
            for row, column in part.cells
        }
        for cell in (cell for row in sheet for cell in row):
            if not cell.protection.locked:
                assert cell.style in ("bbxl input", "bbxl remark")
                assert cell.data_type != "f"
                assert (cell.row, cell.column) in ruled, (sheet.title, cell.coordinate)
                # A remark is about an input: no formula reads it, and no batch fills it in.
                is_input = cell.style == "bbxl input"
                inputs += is_input
                assert (f"{sheet.title}!{cell.coordinate}" in named) is is_input
    assert inputs > 40


def test_every_input_has_a_source_an_owner_and_a_date_beside_it():
    sheet = openpyxl.load_workbook(library.folder() / "build-vs-buy.xlsx")["Inputs"]
    rows = {cell.row for row in sheet for cell in row if cell.style == "bbxl input"}
    remarks = {(cell.row, sheet.cell(heading_of(cell), cell.column).value)
               for row in sheet for cell in row if cell.style == "bbxl remark"}  # fmt: skip
    assert remarks == {(row, each) for row in rows for each in ("Source", "Owner", "Date")}


def heading_of(cell):
    """The row of the band above a cell."""
    row = cell.row
    while cell.parent.cell(row, 1).style != "bbxl header":
        row -= 1
    return row


def test_excel_takes_every_validation(built):
    """Excel calls a file damaged whose validation texts are too long; few readers notice."""
    for path in built.values():
        for sheet in openpyxl.load_workbook(path):
            for rule in sheet.data_validations.dataValidation:
                assert 0 < len(rule.errorTitle) <= 32
                assert 0 < len(rule.promptTitle) <= 32
                assert 0 < len(rule.error) <= 255
                assert 0 < len(rule.prompt) <= 255
                assert len(rule.formula1) <= 255
                if rule.type == "list":
                    assert re.fullmatch(r'"[A-Za-z -]+(,[a-z -]+)+"|models', rule.formula1)
                else:
                    assert (rule.operator, rule.allow_blank) == ("between", True)
                    assert float(rule.formula1) < float(rule.formula2), "bounds are constants"


def test_excel_takes_every_formula(book):
    """Of 64 functions within each other, and 8,192 characters; more is a damaged file to it."""
    for sheet in book:
        for cell, formula in formulas(sheet):
            within = deepest = 0
            for token in Tokenizer(formula).items:
                if token.type == "FUNC":
                    within += 1 if token.subtype == "OPEN" else -1
                    deepest = max(deepest, within)
            assert deepest <= 64, (sheet.title, cell.coordinate)
            assert len(formula) <= 8192, (sheet.title, cell.coordinate)


def test_a_status_has_the_bounds_of_the_validation(book):
    compared = 0
    for sheet in book:
        for rule in sheet.data_validations.dataValidation:
            cell = sheet[str(rule.sqref).split()[0].split(":")[0]]
            status = str(sheet.cell(cell.row, cell.column + 1).value)
            if '"out of range"' in status:
                assert f"<{rule.formula1}," in status, cell.coordinate
                assert re.search(rf">{re.escape(rule.formula2)}\b", status), cell.coordinate
                compared += 1
    assert compared >= 2


def test_every_defined_name_leads_to_cells(book):
    for name, defined in book.defined_names.items():
        ((sheet, reference),) = defined.destinations
        assert re.fullmatch(r"\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?", reference), name
        assert book[sheet][reference.replace("$", "")] is not None, name


def test_every_input_and_every_figure_has_a_unit(book):
    """Beside it in its row, or over its column."""
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows(min_row=4) for cell in row):
            if cell.style in NO_FIGURES or (cell.data_type != "f" and cell.protection.locked):
                continue
            beside = sheet.cell(cell.row, UNIT)
            units = [beside] if cell.column > UNIT else []
            heading = cell.row
            while heading > 4 and sheet.cell(heading, 1).style != "bbxl columns":
                heading -= 1
            # A table of two ways, with names as headings, has one unit: over its first column.
            first = FIRST if sheet.cell(heading, cell.column).data_type == "f" else cell.column
            units.append(sheet.cell(heading - 1, first))
            found = [each for each in units if each.value and each.style == "bbxl unit"]
            assert found, (sheet.title, cell.coordinate)


# Rule -> what breaks it.
FAULTS = {
    test_excel_takes_every_formula: lambda book: put(
        book, "TCO", "C9", f"={'ABS(' * 65}C8{')' * 65}"
    ),
    test_formulas_hold_no_constants: lambda book: put(book, "TCO", "C9", "=C8*1.05"),
    test_one_formula_runs_across_a_row_or_down_a_column: lambda book: put(
        book, "Cash flows", "D9", "=D8+1"
    ),
    test_only_inputs_are_unlocked_and_each_is_named_and_validated: lambda book: put(
        book, "TCO", "C5", "=1", unlock=True
    ),
    test_every_defined_name_leads_to_cells: lambda book: setattr(
        book.defined_names["months"], "attr_text", "Inputs!#REF!"
    ),
    test_every_input_and_every_figure_has_a_unit: lambda book: put(book, "TCO", "B9", None),
}


def put(book, sheet, address, value, unlock=False):
    cell = book[sheet][address]
    cell.value = value
    cell.protection = Protection(locked=not unlock)


@pytest.mark.parametrize("rule", FAULTS, ids=lambda rule: rule.__name__)
def test_a_planted_fault_breaks_the_rule(rule):
    spoilt = openpyxl.load_workbook(library.folder() / "build-vs-buy.xlsx")
    rule(spoilt)
    FAULTS[rule](spoilt)
    with pytest.raises((AssertionError, ValueError)):
        rule(spoilt)


def test_nothing_is_hidden_and_every_sheet_has_a_print_set_up(book):
    for sheet in book:
        assert sheet.sheet_state == "visible"
        assert not [each for each in sheet.column_dimensions.values() if each.hidden]
        assert not [each for each in sheet.row_dimensions.values() if each.hidden]
        assert sheet.page_setup.errors == "blank"
        assert sheet.freeze_panes
        assert sheet.sheet_properties.tabColor


def test_every_sheet_prints_at_eight_points_or_more(book):
    for sheet in book:
        assert printed(sheet) * 9 >= 8, sheet.title  # the smallest letters that sheets have


def test_the_summary_prints_on_a_page_at_nine_points_or_more():
    sheet = openpyxl.load_workbook(library.folder() / "build-vs-buy.xlsx")["Summary"]
    assert int(sheet.page_setup.fitToHeight) == 1
    assert printed(sheet) * 10 >= 9  # but for notes and units


def printed(sheet):
    """By how much a sheet is made smaller in print, on A4, as its set-up says."""
    setup, margins = sheet.page_setup, sheet.page_margins
    if not sheet.sheet_properties.pageSetUpPr.fitToPage:
        return setup.scale / 100
    sides = (297, 210) if setup.orientation == "landscape" else (210, 297)  # mm
    across, down = (side / 25.4 * 72 for side in sides)
    last = max(c.column for row in sheet for c in row if c.value is not None or c.has_style)
    given = [(each.min, each.max, each.width) for each in sheet.column_dimensions.values()]
    width = sum(each * 5.25 + 3.75 for i in range(1, last + 1)
                for first, end, each in given if first <= i <= end)  # fmt: skip
    assert max(end for _, end, _ in given) >= last
    scale = (across - 72 * (margins.left + margins.right)) / width
    if setup.fitToHeight:
        below = max([sheet.max_row, *(
            anchor.anchor._from.row + math.ceil(anchor.height / 2.54 * 72 / 15)
            for anchor in sheet._charts)])  # fmt: skip
        height = sum(sheet.row_dimensions[i].height or 15 for i in range(1, below + 1))
        scale = min(scale, (down - 72 * (margins.top + margins.bottom)) / height)
    return min(1, scale)


def test_the_master_check_stands_in_the_frozen_pane_of_every_sheet(book):
    for sheet in book:
        assert "=checks" in [cell.value for cell in sheet[1]]
        assert sheet[sheet.freeze_panes].row > 1


def test_every_chart_has_alternative_text_a_title_and_axis_titles():
    found = 0
    for name in MODELLED:
        with zipfile.ZipFile(library.folder() / f"{name}.xlsx") as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        drawings = [parts[name] for name in parts if re.match(r"xl/drawings/drawing\d+", name)]
        drawn = [each for part in drawings for each in etree.fromstring(part).iter("{*}cNvPr")]
        charts = [name for name in parts if re.match(r"xl/charts/chart\d+\.xml", name)]
        assert len(drawn) == len(charts) > 0
        assert all(len(each.get("descr", "")) > 40 for each in drawn)
        for chart in charts:
            assert len(list(etree.fromstring(parts[chart]).iter("{*}title"))) == 3
        found += len(charts)
    assert found >= 7


def test_no_formula_shows_an_error_but_those_that_charts_need():
    path = library.folder() / "build-vs-buy.xlsx"
    texts = openpyxl.load_workbook(path)
    for sheet in openpyxl.load_workbook(path, data_only=True):
        for cell in (cell for row in sheet for cell in row if cell.data_type == "e"):
            assert cell.value == "#N/A"
            assert "NA()" in texts[sheet.title][cell.coordinate].value


def test_bb_functions_read_the_inputs():
    path = library.folder() / "build-vs-buy.xlsx"
    assert calculate("=BB_CHECK(approaches)", path) == "OK"
    totals = calculate("=BB_TCO(approaches,requests_per_month,months)", path)
    assert totals == [[pytest.approx(each) for each in (9650, 27166.666666666668, 13500)]]

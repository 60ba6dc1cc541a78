"""The embedded host: answering formulas, and recalculating workbooks in place."""

import zipfile

import openpyxl
import pytest
import xlsxwriter
from lxml import etree
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from bbxl.engine.asking import Facts
from bbxl.engine.calculation import calculate, recalculate
from bbxl.engine.places import Places
from bbxl.engine.rewriting import Rewriting
from bbxl.engine.trees import written
from bbxl.engine.workbook import FormulaError
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.cells import ExcelError

PRESET = 'BB_PRESET("customer-support-classifier")'


@pytest.mark.parametrize(
    ("formula", "answer"),
    [
        ("=BB_BREAKEVEN(50000,0.002,250000,0.0002)", 200_000 / 12 / 0.0018),
        ("=BB_BREAKEVEN(0,1,0,1)", ExcelError.NA),
        ('=BB_BREAKEVEN("x",1,2,3)', ExcelError.VALUE),
        ("=BB_BREAKEVEN(1,1,2,2,-12)", ExcelError.NUM),
        ('=IFERROR(BB_BREAKEVEN(0,1,0,1),"none")', "none"),
        ("=ERROR.TYPE(BB_BREAKEVEN(0,1,0,1))", 7),
        ("=BB_BREAKEVEN(1/0,1,2,2)", ExcelError.DIV0),
        ("=bb_breakeven(0,2,12,1)", 1),
        ("=BB_BREAKEVEN(0,2,12,1,,,)", 1),
        ("=BB_BREAKEVEN(,2,12,1)", ExcelError.VALUE),
        (f'=INDEX(BB_TCO({PRESET},100000,,"annual"),1,1)', 93_000),
        (f"=SUM(BB_TCO({PRESET},2000000))", 9650 + 27166.666666666668 + 13500),
        ("=BB_MONTHLY_COST(0,{1,2},{10;20})", [[10, 20], [20, 40]]),
        ("1+2", 3),
        ("=TRUE", True),
        ('="a"&"b"', "ab"),
        ("=DATE(2026,1,1)", 46023),
        ("=A1", 0),
        ("=NO_SUCH(1)", ExcelError.NAME),
        ("=NO_SUCH", ExcelError.NAME),
    ],
)
def test_formulas_are_answered(formula, answer):
    assert calculate(formula) == answer


@pytest.mark.parametrize("formula", ["", "=", "=1+", "=BB_TCO(", "=1;2", '="'])
def test_what_is_no_formula_is_said_in_one_line(formula):
    with pytest.raises(FormulaError, match="cannot read the formula") as told:
        calculate(formula)
    assert "\n" not in str(told.value)
    assert "Token" not in str(told.value)


def test_semicolons_between_arguments_are_told_what_to_write():
    hint = "write commas between arguments, and points before decimals"
    for formula, told in (("=SUM(1;2)", True), ('=SUM(";"', False), ("=SUM({1;2}", False)):
        with pytest.raises(FormulaError) as fault:
            calculate(formula)
        assert str(fault.value).endswith(hint) == told


@pytest.mark.parametrize(
    ("formula", "rewritten"),
    [
        ("=SUM(1,,2)", "SUM(1,,2)"),
        ("=BB_TCO()", "BB_TCO()"),
        ("=BB_TCO(,)", "BB_TCO(_BB_OMITTED(),_BB_OMITTED())"),
        ('=BB_TCO("é,,", ,1)', 'BB_TCO("é,,",_BB_OMITTED(),1)'),
        ("=BB_TCO(IF(1,,2),{1,2;3,4},)", "BB_TCO(IF(1,,2),{1,2;3,4},_BB_OMITTED())"),
        ("=IF(1,bb_tco((1),,2),)", "IF(1,BB_TCO(1,_BB_OMITTED(),2),)"),
    ],
)
def test_omitted_arguments_are_made_explicit(formula, rewritten):
    rewriting = Rewriting(Places(["S"]), lambda name: True, Facts())
    assert written(rewriting.rewritten(formula, "S", (1, 1), array=True)) == rewritten


def rich_workbook(path):
    """A workbook by another writer, with most of what a sheet can hold."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Plan & Co")
        money = book.add_format({"num_format": "#,##0.00", "bold": True})
        sheet.write_row("A1", ["Volume", "Price", "Cost"])
        for row in range(1, 4):
            sheet.write_row(row, 0, [row * 1000, 0.5])
            sheet.write_formula(row, 2, f"=A{row + 1}*B{row + 1}", money, 999)
        sheet.write_formula("C6", "=BB_BREAKEVEN(0,2,12,1)", None, 999)
        sheet.write_formula("C7", '=IF(A1="Volume","a<b & ""c"" ","")', None, "old")
        sheet.write_formula("C8", "=A2>A3", None, 999)
        sheet.write_formula("C9", "=1/0", None, 999)
        sheet.write_dynamic_array_formula("E1", f"=BB_BANDS({PRESET})", None, 999)
        sheet.write_array_formula("I1:J3", "{=A2:A3*2}", money, 999)
        sheet.write_comment("A1", "a remark")
        sheet.conditional_format("C2:C4", {"type": "data_bar"})
        sheet.data_validation("A2", {"validate": "integer", "criteria": ">", "value": 0})
        sheet.add_sparkline("D2", {"range": "A2:A4"})
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "='Plan & Co'!$C$2:$C$4"})
        sheet.insert_chart("A20", chart)
        book.define_name("total", "='Plan & Co'!$C$2:$C$4")
        other = book.add_worksheet("Other")
        other.write_formula("B2", "=SUM(total)", None, 999)
        other.write_formula("B3", "='Plan & Co'!E2", None, 999)


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def without_values(sheet):
    """A sheet's XML less what a recalculation may change."""
    root = etree.fromstring(sheet)
    for cell in root.iter("{*}c"):
        for value in cell.findall("{*}v"):
            cell.remove(value)
        cell.attrib.pop("t", None)
        for formula in cell.findall("{*}f[@t='array']"):
            formula.attrib.pop("ref")
        if not len(cell) and set(cell.attrib) <= {"r", "s"}:
            cell.getparent().remove(cell)
    for row in list(root.iter("{*}row")):
        if not len(row):
            row.getparent().remove(row)
    return etree.tostring(root, method="c14n")


def test_recalculation_changes_values_and_nothing_else(tmp_path):
    source, target = tmp_path / "rich.xlsx", tmp_path / "recalculated.xlsx"
    rich_workbook(source)
    recalculate(source, target, accept_differences=True)
    before, after = parts(source), parts(target)
    assert list(before) == list(after)
    for name in before:
        if name.startswith("xl/worksheets/sheet"):
            assert without_values(before[name]) == without_values(after[name]), name
        else:
            assert before[name] == after[name], name


@pytest.mark.filterwarnings("ignore:Sparkline Group extension")
def test_recalculated_values_have_the_right_types(tmp_path):
    path = tmp_path / "rich.xlsx"
    rich_workbook(path)
    done = recalculate(path, accept_differences=True)
    book = openpyxl.load_workbook(path, data_only=True)
    sheet = book["Plan & Co"]
    assert [sheet[f"C{row}"].value for row in range(2, 5)] == [500, 1000, 1500]
    assert [sheet[f"C{row}"].value for row in range(6, 10)] == [1, 'a<b & "c" ', False, "#DIV/0!"]
    assert [[cell.value for cell in row] for row in sheet["E1:G4"]] == [
        ["from", "to", "cheapest"],
        [0, 9_700_000, "API"],
        [9_700_000, pytest.approx(36_166_666.67), "RAG"],
        [pytest.approx(36_166_666.67), "no limit", "Fine-tuned"],
    ]
    # An array formula over a range: one column is repeated, a missing row is #N/A.
    assert [[cell.value for cell in row] for row in sheet["I1:J3"]] == [
        [2000, 2000],
        [4000, 4000],
        ["#N/A", "#N/A"],
    ]
    assert [book["Other"]["B2"].value, book["Other"]["B3"].value] == [3000, 0]
    assert done.formulas == 11
    assert ("'Plan & Co'!C9", "#DIV/0!") in done.errors


def test_recalculating_twice_changes_nothing(tmp_path):
    path, again = tmp_path / "rich.xlsx", tmp_path / "again.xlsx"
    rich_workbook(path)
    recalculate(path, accept_differences=True)
    recalculate(path, again)
    assert parts(path) == parts(again)


def test_a_spilled_array_that_shrinks_leaves_nothing_behind(tmp_path):
    path = tmp_path / "shrinks.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_number("A1", 2)
        sheet.write_dynamic_array_formula("C1", "=IF(A1>1,{1;2;3},7)", None, 0)
    recalculate(path)
    book = openpyxl.load_workbook(path)
    assert book.active["C3"].value == 3
    data = parts(path)["xl/worksheets/sheet1.xml"]
    assert b'ref="C1:C3"' in data
    with zipfile.ZipFile(path) as archive:
        files = {info: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(path, "w") as archive:
        for info, content in files.items():
            archive.writestr(info, content.replace(b'<c r="A1"><v>2</v>', b'<c r="A1"><v>0</v>'))
    recalculate(path, accept_differences=True)
    sheet = openpyxl.load_workbook(path, data_only=True).active
    assert [sheet[f"C{row}"].value for row in (1, 2, 3)] == [7, None, None]


def save(path, cells, table=None):
    book = openpyxl.Workbook()
    for address, value in cells.items():
        book.active[address] = value
    if table:
        book.active.add_table(Table(displayName="Costs", ref=table))
    book.save(path)
    return path


def shown(path, *addresses):
    sheet = openpyxl.load_workbook(path, data_only=True).active
    return [sheet[address].value for address in addresses]


def test_a_plain_formula_shows_one_value_as_excel_does(tmp_path):
    path = save(
        tmp_path / "a.xlsx", {"A1": f"=BB_TCO({PRESET},2000000)", "A2": "kept", "B1": "=A1*2"}
    )
    recalculate(path)
    assert shown(path, "A1", "A2", "B1") == [9650, "kept", 19300]


def test_an_array_formula_with_an_error_shows_it_everywhere(tmp_path):
    path = save(tmp_path / "a.xlsx", {"A1": ArrayFormula("A1:B2", "=NA()")})
    recalculate(path)
    assert shown(path, "A1", "B1", "A2", "B2") == ["#N/A"] * 4


def test_tables_are_known(tmp_path):
    cells = {
        "A1": "name",
        "B1": "cost",
        "A2": "x",
        "B2": 5,
        "A3": "y",
        "B3": 6,
        "D1": "=SUM(Costs[cost])",
    }
    path = save(tmp_path / "a.xlsx", cells, table="A1:B3")
    recalculate(path)
    assert shown(path, "D1") == [11]
    assert calculate("=SUM(Costs[cost])*2", path) == 22


def test_a_formula_may_refer_to_a_workbook(tmp_path):
    path = save(
        tmp_path / "a.xlsx", {"A1": 3, "A2": "=A1*2", "A3": ArrayFormula("A3:A4", "=A1:A2+1")}
    )
    assert calculate("=SUM(A:A)", path) == 3 + 6 + 4 + 7
    assert calculate("=A1:A2", path) == [[3], [6]]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"A1": "=A1+1"}, "Sheet!A1 refers to itself"),
        ({"A1": "=B1", "B1": "=A1"}, "refers to itself"),
    ],
)
def test_what_cannot_be_computed_is_named_and_nothing_is_written(tmp_path, cells, told):
    path = save(tmp_path / "a.xlsx", cells)
    before = path.read_bytes()
    with pytest.raises(WorkbookError, match=told):
        recalculate(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.xlsx"]

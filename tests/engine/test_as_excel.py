"""Formulas that Excel reads in its own way, in workbooks: what their cells show.

Expected values are Excel's own: as its documentation says, or as it stored them in workbooks of
public projects; and those of LibreOffice where both agree.
"""

import re
import zipfile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.workbook.defined_name import DefinedName

from bbxl.engine.calculation import calculate, recalculate
from bbxl.engine.workbook import FormulaError
from bbxl.errors import UserError

PLAN = {
    "Plan": {"B1": "a", "C1": "b", "D1": "c", "B2": 100, "C2": 200, "D2": 300, "B3": 40, "C3": 50,
             "D3": 60, "A8": 1, "A9": 2, "A10": 5},
    "Rates": {"A1": 0.5},
}  # fmt: skip
NAMES = {
    "Revenue": "Plan!$B$2:$D$2",
    "Cost": "Plan!$B$3:$D$3",
    "Rate": "Rates!$A$1",
    "Above": "Plan!A1048576",  # relative, as seen from A1: the cell above
    "Sums": "SUM(Plan!$B$2:$D$2)",
    "Moved": "OFFSET(Plan!$B$2,0,1)",
}


def workbook(path, formulas, cells=PLAN, names=NAMES):
    """A workbook with constants, names, and formulas {"Plan!B4": "Revenue-Cost"}."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet, values in cells.items():
        for address, value in values.items():
            (book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet))[address] = value
    for name, reference in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=reference)
    for cell, formula in formulas.items():
        sheet, _, address = cell.rpartition("!")
        book[sheet][address] = f"={formula}"
    book.save(path)
    return path


def shown(path, cell):
    sheet, _, address = cell.rpartition("!")
    return openpyxl.load_workbook(path, data_only=True)[sheet][address].value


def answer(tmp_path, cell, formula, **more):
    path = workbook(tmp_path / "a.xlsx", {cell: formula}, **more)
    recalculate(path)
    return shown(path, cell)


@pytest.mark.parametrize(
    ("cell", "formula", "value"),
    [
        ("Plan!B4", "Revenue-Cost", 60),
        ("Plan!C4", "Revenue-Cost", 150),
        ("Plan!D4", "Revenue-Cost", 240),
        ("Plan!C5", "$B$2:$D$2*Rate", 100),
        ("Plan!D6", "ABS($B$2:$D$2)", 300),
        ("Plan!D7", "IF($B$2:$D$2>250,1,0)", 1),
        ("Plan!D8", "B2:D2", 300),
        ("Plan!D9", "SUM(B2:D2*Rate)", 150),
        ("Plan!D9", "SUM(B2:D2)", 600),
        ("Plan!D9", "SUMPRODUCT(B2:D2*Rate)", 300),
        ("Plan!F4", "B2:D2", "#VALUE!"),
        ("Plan!C4", "B2:D3", "#VALUE!"),
        ("Plan!C9", "A8:A10", 2),
        ("Plan!C9", "A:A&\"/\"&B2:D2", "2/200"),
        ("Rates!C9", "Plan!A8:A10", 2),
        ("Rates!C9", "@Plan!A8:A10*10", 20),
        ("Plan!C9", "INDEX(A8:A10,0)", 2),
        ("Plan!C9", "OFFSET(A8,0,0,3,1)", 2),
        ("Plan!C9", "ROW(A8:A10)", 8),
        ("Plan!B9", "ROW(B9)", 9),
        ("Plan!B9", "ROWS(A1:B9)+COLUMN(B9)", 11),
        ("Plan!B9", "SUM(COUNTIF(A8:A10,{1,5}))", 2),
        ("Plan!B9", "SUM(LEN(A8:A10))", 1),
        ("Plan!B9", "SUMPRODUCT(LEN(A8:A10))", 3),
        ("Plan!B9", "SUMPRODUCT(ROUND(A8:A10/7,2))", 0.14 + 0.29 + 0.71),
        ("Plan!B9", 'SUMPRODUCT(--(MONTH(A8:A10+30)=2))', 2),
        ("Plan!B9", "SUMPRODUCT(N(A8:A10))", 1),
        ("Plan!B9", "COUNTIF(A:A,2)+COUNTIFS(8:8,1)+COUNTIF(A8:A11,\"<>2\")", 5),
        ("Plan!B9", "{1,2,3}", 1),
        ("Plan!B9", "Above", "Plan!B8"),
        ("Plan!B9", "Sums", 600),
        ("Plan!B9", "Moved", 200),
        ("Plan!B9", "SUM(Moved:D2)", 500),
        ("Plan!B9", "SUM((B2:C2,D2))", 600),
        ("Plan!B9", "SUM(B2:D3 C1:C9)", 250),
        ("Plan!B9", "SUM(Plan:Rates!A1)", 0.5),
        ("Plan!B9", "LAMBDA(x,y,x*y)(3,4)", 12),
        ("Plan!B9", 'INDIRECT("Rate")', 0.5),
        ("Plan!B9", 'SUM(INDIRECT("Plan!B"&2&":D2"))', 600),
        ("Plan!B9", 'INDIRECT("nothing")', "#REF!"),
        ("Plan!B9", "ISFORMULA(B9)", True),
        ("Plan!B9", "ISFORMULA(B2)", False),
        ("Plan!B9", "_xlfn.FORMULATEXT(B9)", "=FORMULATEXT(B9)"),
    ],
)  # fmt: skip
def test_a_formula_in_an_ordinary_cell(tmp_path, cell, formula, value):
    if value == "Plan!B8":
        path = workbook(tmp_path / "a.xlsx", {cell: formula, "Plan!B8": "7"})
        recalculate(path)
        assert shown(path, cell) == 7
        return
    found = answer(tmp_path, cell, formula)
    assert found == pytest.approx(value) if isinstance(value, float) else found == value


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("IFERROR(VDB(1,2,3,0,1),0)", "the function VDB is not computed here"),
        ("ISERROR(MMULT(B2:D2,A8:A10))", "the function MMULT is not computed here"),
        ("COUNT(MYFUNC(1))", "the function MYFUNC is not computed here"),
        ("IF(FALSE,[1]Sheet1!A1,1)", r"\[1\]Sheet1!A1 is in another file"),
        ("RANK(1,(A8,A9))", "RANK of several ranges is not computed here"),
        ("VLOOKUP(1,Plan:Rates!A1,1)", "VLOOKUP of several sheets is not computed here"),
        ('IFERROR(TEXT(A8,"0.00E+00"),0)', r"TEXT in the format 0.00E\+00 is not computed here"),
        ("XLOOKUP(1,A8:A10,A8:A10,,-1)", "XLOOKUP with its argument 5 is not computed here"),
        ("ACCRINT(1,2,3,4,5,6)", "the function ACCRINT is not computed here as in Excel"),
        ("SUMPRODUCT(LEN(OFFSET(A8,0,0,3)))", "an array that only computing tells"),
        ('IF("a-b"<"ab",1,2)', "comes first depends on the language"),
        ("IRR({-100,230,-132})", "there may be several rates"),
        ('COUNTIF(A:A,"<>"&A8)', "COUNTIF of blank cells in a whole row or column"),
        ("A8:A10 OFFSET(A8,0,0)", "the cells that two references share"),
    ],
)
def test_what_is_not_computed_as_in_excel_is_refused_by_name(tmp_path, formula, reason):
    path = workbook(tmp_path / "a.xlsx", {"Plan!B9": formula})
    before = path.read_bytes()
    with pytest.raises(UserError, match=reason) as told:
        recalculate(path)
    assert "a.xlsx" in str(told.value)
    assert "\n" not in str(told.value)
    assert path.read_bytes() == before


def test_calc_refuses_in_a_line_too():
    with pytest.raises(FormulaError, match=r"cannot answer .*: the function VDB is not computed"):
        calculate("=IFERROR(VDB(1,2,3,0,1),0)")


@pytest.mark.parametrize("name", ["Sheet1", "sheet1", "SHEET1", "S", "Maße", "It's"])
def test_sheets_of_any_name(tmp_path, name):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        one, other = book.add_worksheet(name), book.add_worksheet("Data")
        one.write_column("A1", [2, 3])
        one.write_formula("B1", "=A1*10", None, 20)
        one.write_array_formula("C1:C2", "{=A1:A2*2}", None, 4)
        one.write("C2", 6)
        quoted = name.replace("'", "''")
        other.write_formula("A1", f"='{quoted}'!B1+SUM('{quoted}'!C1:C2)", None, 30)
    done = recalculate(path)
    assert [shown(path, f"{name}!{cell}") for cell in ("B1", "C1", "C2")] == [20, 4, 6]
    assert shown(path, "Data!A1") == 30
    assert done.proof.agree == 3


@pytest.mark.parametrize("prefix", ["[1]!", "_xludf.", "_xll.", "_xlfn.", "BBXL.FUNCTIONS.", ""])
def test_functions_of_ours_as_programs_store_them(tmp_path, prefix):
    formula = f"{prefix}BB_BREAKEVEN(50000,0.002,250000,0.0002)"
    assert answer(tmp_path, "Plan!B9", formula) == pytest.approx(9_259_259.259259259)


def changed(path, part, old, new):
    with zipfile.ZipFile(path) as archive:
        files = {info: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(path, "w") as archive:
        for info, data in files.items():
            if info.filename == part:
                assert re.search(old, data)
                data = re.sub(old, new, data, count=1)
            archive.writestr(info, data)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("YEAR(A1)", 2024),
        ('TEXT(A1,"yyyy-mm-dd")', "2024-06-19"),
        ("DATE(2026,1,1)", 44561),
        ("A1-DATE(2024,1,1)", 170),
        ("WEEKDAY(A1)", 4),
        ('DATEVALUE("2024-01-01")', 43830),
        ("EOMONTH(A1,0)", 44011),
    ],
)
def test_dates_that_are_counted_from_1904(tmp_path, formula, value):
    path = workbook(tmp_path / "a.xlsx", {"S!B1": formula}, {"S": {"A1": 44000}}, {})
    changed(path, "xl/workbook.xml", b"<workbookPr", b'<workbookPr date1904="1"')
    recalculate(path)
    assert shown(path, "S!B1") == value or openpyxl.load_workbook(path).epoch.year != 1904


def test_precision_as_displayed_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"Plan!B9": "1/3"})
    changed(path, "xl/workbook.xml", b"<calcPr", b'<calcPr fullPrecision="0"')
    with pytest.raises(UserError, match="computes with numbers as they are displayed"):
        recalculate(path)


def test_names_that_differ_by_a_sharp_s_are_two(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        {"S!B1": "Maße*2", "S!B2": "Masse*3"},
        {"S": {"A1": 10, "A2": 20}},
        {"Maße": "S!$A$1", "Masse": "S!$A$2"},
    )
    recalculate(path)
    assert (shown(path, "S!B1"), shown(path, "S!B2")) == (20, 60)


TABLE = {
    "SUM(Tab[[#This Row],[n]:[price]])": 11,
    "Tab[[#This Row],[n]]*Tab[[#This Row],[price]]": 10,
    "SUM(Tab[price])": 30,
    "SUM(Tab[])": 33,
    "SUM(Tab)": 33,
    "SUM(Tab[#All])": 33,
    "ROWS(Tab[#Data])": 2,
    "COUNTA(Tab[#Headers])": 2,
    "SUM(Tab[[#All],[price]])": 30,
    "VLOOKUP(2,Tab,2,FALSE)": 20,
    'MATCH("price",Tab[#Headers],0)': 2,
    "SUM(Tab[nothing])": "#REF!",
    "COUNTA(Tab[[#Headers],[#Data],[n]])": 3,
}


@pytest.mark.parametrize(("formula", "value"), TABLE.items())
def test_structured_references(tmp_path, formula, value):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        columns = [{"header": each} for each in ("n", "price")]
        sheet.add_table("A1:B3", {"name": "Tab", "columns": columns, "data": [[1, 10], [2, 20]]})
        sheet.write_formula("D2", f"={formula}", None, 0)
    recalculate(path)
    assert shown(path, "S!D2") == value


def test_hidden_rows(tmp_path):
    """SUBTOTAL 9 leaves out what a filter hides, 109 all that is hidden."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("By hand", "Filtered"):
            sheet = book.add_worksheet(name)
            sheet.write_column("A1", ["n", 1, 2, 4])
            sheet.set_row(2, options={"hidden": True})
            sheet.write_formula("C1", "=SUBTOTAL(9,A2:A4)", None, 0)
            sheet.write_formula("C2", "=SUBTOTAL(109,A2:A4)", None, 0)
            sheet.write_formula("C4", "=AGGREGATE(9,5,A2:A4)", None, 0)
        sheet.autofilter("A1:A4")
        sheet.filter_column("A", "x != 2")
    recalculate(path)
    by_hand, filtered = ([shown(path, f"{s}!{c}") for c in ("C1", "C2", "C4")]
                         for s in ("By hand", "Filtered"))  # fmt: skip
    assert by_hand == [7, 5, 5]
    assert filtered == [5, 5, 5]


def test_what_is_no_finite_number_is_an_error_or_refused(tmp_path):
    assert answer(tmp_path, "Plan!B9", "SUMSQ(1E200,3)") == "#NUM!"
    assert answer(tmp_path, "Plan!B9", "FV(-3,0.5,1)") == "#NUM!"
    path = workbook(tmp_path / "a.xlsx", {"Plan!B9": "SUMSQ(1E200,3)", "Plan!B10": "B9>1"})
    with pytest.raises(UserError, match=r"Plan!B9 is infinite .*others depend on it"):
        recalculate(path)

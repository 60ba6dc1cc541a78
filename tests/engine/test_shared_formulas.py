"""A formula that cells share is made ready once: each computes what its own formula would."""

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from bbxl.engine.moving import moved, moves
from bbxl.engine.trees import parsed, written
from bbxl.engine.workbook import UncomputedError, Workbook
from bbxl.workbooks import library
from bbxl.workbooks.sharing import SharedFormula
from bbxl.xlsx.package import Package

WHERE = [(row, column) for row in range(5, 9) for column in (10, 11)]  # J5:K8
FORMULAS = (
    "A5+$A5+A$1+$A$1", "SUM(A5:B5)", "SUM($A$1:A5)", "SUM(A$1:B5)", "SUM(A:A)", "SUM($A:B)",
    "SUM($1:$1)", "SUM(1:2)", "SUM($3:4)", "ROW()", "COLUMN()+ROW(A5)", "ROWS($A$1:A5)",
    "COLUMNS($A5:B5)", "$A$1:$A$9*2", "ABS($A$1:$A$9)", "@$B$1:$B$9", "SUM(ABS($A$1:$A$3))",
    "SUMPRODUCT(($A$1:$A$3=A5)*B$1:B$3)", "above+1", "fixed*A5", "SUM(wide)",
    "Sales[[#This Row],[b]]",
    "SUM(Sales[a])", 'INDIRECT("A"&5)', "SUBTOTAL(109,A5:A7)", "SUBTOTAL(109,$A$1:$A$3)",
    "SUM(A5:INDEX(A:A,7))", "SUM((A5,B5))", "SUM(A5:B6 B5:C6)", "SUM(A5:B5 B$6:C$6)",
    "ISFORMULA(D5)", "FORMULATEXT(D5)", "SUM(One:Two!A5)", "Two!A5&Two!$B$1", "A1048575", "XFD5+1",
    "INDEX(A5:B7,2,1)", "INDEX($A5:$B7,A5,1)", "IF(A5>1,B5,$B$1)", "IFERROR(1/A5,A$2)",
    'COUNTIF(A:A,">"&A5)', "LET(x,A5,x+B5)", "IF({1,0},A5,B5)", "A5:B5", "ISREF(A5)", "N(A5:B5)",
)  # fmt: skip


def book(formula, shared):
    """A workbook in which cells share a formula, or have their own, with all it may refer to."""
    made = openpyxl.Workbook()
    made.active.title = "One"
    made.create_sheet("Two")
    for sheet in made:
        for row in range(1, 12):
            for column in range(1, 5):
                sheet.cell(row, column, row * 10.0 + column)
    sheet = made["One"]
    sheet["D6"] = "=A6*2"
    sheet.row_dimensions[6].hidden = True
    sheet["H4"], sheet["I4"] = "a", "b"
    sheet.add_table(Table(displayName="Sales", ref="H4:I8"))
    for name, text in (("above", "One!A1048576"), ("fixed", "One!$B$2"), ("wide", "One!$A1:$B1")):
        made.defined_names[name] = DefinedName(name, attr_text=text)
    for number, (row, column) in enumerate(WHERE):
        own = written(moved(parsed(formula), row - WHERE[0][0], column - WHERE[0][1]))
        first = SharedFormula(0, "J5:K8", formula) if number == 0 else SharedFormula(0)
        sheet.cell(row, column, first if shared else f"={own}")
    return made


def loaded(made, path):
    """What the engine is given for each cell, or the reason why it is not."""
    made.save(path)
    try:
        found = Workbook(Package(path))
    except UncomputedError as error:
        return str(error)
    found.evaluate()
    return {at: (written(found.trees["One", at]), found.value("One", at)) for at in WHERE}


@pytest.mark.parametrize("formula", FORMULAS)
def test_each_cell_computes_what_its_own_formula_would(formula, tmp_path):
    own, shared = (loaded(book(formula, each), tmp_path / "plan.xlsx") for each in (False, True))
    assert shared == own


def test_most_cells_of_the_comparison_follow_the_first(monkeypatch):
    asked = []
    rewritten = Workbook._rewritten
    monkeypatch.setattr(
        Workbook, "_rewritten", lambda self, *cell: asked.append(cell) or rewritten(self, *cell)
    )
    found = Workbook(Package(library.folder() / "build-vs-buy.xlsx"))
    assert len(asked) < 0.65 * len(found.trees)
    for (name, at), tree in found.trees.items():
        if found.sheets[name].cells[at].array:
            continue
        own = found._rewriting.rewritten(found.formula(name, at), name, at, array=False)
        assert written(tree) == written(own), (name, at)


@pytest.mark.parametrize(
    ("text", "found"),
    [("A1", (True, True)), ("$A1", (True, False)), ("A$1", (False, True)), ("$A$1", (False, False)),
     ("A1:B2", (True, True)), ("$A$1:A1", None), ("A:B", (False, True)), ("$A:B", None),
     ("$A:$B", (False, False)), ("1:2", (True, False)), ("$1:$2", (False, False)), ("$1:2", None)],
)  # fmt: skip
def test_which_references_move_with_their_cell(text, found):
    assert moves(text) == found

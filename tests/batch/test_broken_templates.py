"""Templates that hold wrong values, or very many areas and names: one line, and little work."""

import zipfile
from itertools import count

import pytest
import xlsxwriter

from bbxl.batch import generate
from bbxl.batch.template import rules
from bbxl.batch.template.inputs import Template
from bbxl.batch.template.sheets import TemplateSheet
from bbxl.engine.calculation import calculate, recalculate
from bbxl.xlsx import WorkbookError

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.fixture
def template(tmp_path):
    """Makes a template of the parts' XML: the sheet's cells, what follows them, the names."""

    def made(cells="", after="", names="", properties="", styles=""):
        path = tmp_path / "book.xlsx"
        xlsxwriter.Workbook(path).close()
        sheet = f"<worksheet {MAIN}><sheetData>{cells}</sheetData>{after}</worksheet>"
        changed = {"xl/worksheets/sheet1.xml": sheet}
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name).decode() for name in archive.namelist()}
        named = names or '<definedName name="x">Sheet1!$A$1</definedName>'
        changed["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
            "</sheets>", f"</sheets><definedNames>{named}</definedNames>"
        )
        if properties:
            changed["xl/workbook.xml"] = changed["xl/workbook.xml"].replace(
                "<workbookPr ", f"<workbookPr {properties} "
            )
        if styles:
            changed["xl/styles.xml"] = f"<styleSheet {MAIN}>{styles}</styleSheet>"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in {**parts, **changed}.items():
                archive.writestr(name, text)
        return path

    return made


def test_an_empty_style_is_the_first_one(template):
    (found,) = Template(template('<row r="1"><c r="A1" s=""><v>5</v></c></row>')).inputs()
    assert (found.current, found.kind) == (5.0, "number")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"cells": '<row><c s="99"><v>1</v></c></row>'}, r"Sheet1!A1 is damaged: s is '99'"),
        ({"cells": '<row><c s="-1"><v>1</v></c></row>'}, r"Sheet1!A1 is damaged: s is '-1'"),
        ({"cells": '<row><c t="s"><v>7</v></c></row>'}, r"Sheet1!A1 .* shared text is '7'"),
        ({"cells": '<row><c t="b"><v>maybe</v></c></row>'}, r"Sheet1!A1 .* value is 'maybe'"),
        ({"cells": "<row><c><v>nan</v></c></row>"}, r"Sheet1!A1 .* value is 'nan'"),
        ({"cells": '<row><c t="x"><v>1</v></c></row>'}, r"Sheet1!A1 .* t is 'x'"),
        (
            {"names": '<definedName name="x" localSheetId="a"/>'},
            "definedName x .* localSheetId is 'a'",
        ),
        ({"properties": 'date1904="x"'}, "workbookPr is damaged: date1904 is 'x'"),
        ({"after": '<mergeCells><mergeCell ref="?"/></mergeCells>'}, r"mergeCell .* ref is '\?'"),
        ({"after": "<mergeCells><mergeCell/></mergeCells>"}, "mergeCell .* ref is ''"),
        ({"cells": '<row><c><f ca="x">1</f></c></row>'}, "A1: f .* ca is 'x'"),
        ({"styles": '<cellXfs><xf><protection locked="x"/></xf></cellXfs>'}, "locked is 'x'"),
        ({"after": '<sheetProtection sheet="x"/>'}, "sheet is 'x'"),
        ({"after": '<dataValidation type="list" sqref="A1 x"/>'}, "sqref is 'x'"),
        (
            {"after": '<dataValidation type="list" allowBlank="x" sqref="A1"/>'},
            "allowBlank is 'x'",
        ),
        ({"styles": '<cellXfs><xf numFmtId="x"/></cellXfs>'}, r"styles.xml: xf .* numFmtId is 'x'"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_with_its_place_whatever_is_done(template, tmp_path, changes, told):
    path = template(**{"cells": "<row><c><v>1</v></c></row>", **changes})
    out, told_by = tmp_path / "out", []
    for way in (
        lambda: Template(path).inputs(),
        lambda: recalculate(path, out),
        lambda: calculate("=1", path),
        lambda: generate(path, [{"x": 1}], out),
        lambda: generate(path, [{"x": 1}], out, values=False),
    ):
        with pytest.raises(WorkbookError, match=told) as raised:
            way()
        told_by.append(str(raised.value))
    assert len(set(told_by)) == 1
    assert told_by[0].startswith(str(path))
    assert not out.exists()


@pytest.mark.parametrize("cell", ['<c s=""><v>1</v></c>', '<c t="b"><f>A2</f><v>maybe</v></c>'])
def test_what_is_put_right_is_not_refused(template, tmp_path, cell):
    """An empty attribute is none, and the value of a formula is computed anyway."""
    path = template(f"<row>{cell}</row>")
    assert recalculate(path, tmp_path / "out.xlsx").formulas == cell.count("<f>")
    Template(path)


def test_areas_over_the_whole_sheet_are_not_listed(template, monkeypatch):
    monkeypatch.setattr("bbxl.xlsx.references.Bounds.cells", None)
    whole = "A2:XFD1048576"
    after = f'<mergeCells><mergeCell ref="{whole}"/></mergeCells>'
    array = f'<row r="2"><c r="A2"><f t="array" ref="{whole}">A1</f></c></row>'
    path = template(
        f'<row r="1"><c r="A1"><v>1</v></c></row>{array}',
        after,
        '<definedName name="x">Sheet1!$A$1</definedName>'
        '<definedName name="big">Sheet1!$A$2:$XFD$1048576</definedName>',
    )
    assert [each.name for each in Template(path).inputs()] == ["x"]
    with pytest.raises(WorkbookError, match="fill more than 250,000 cells"):
        recalculate(path)


def test_a_rule_is_read_once_and_only_where_a_named_cell_has_it(template, monkeypatch):
    made = count()
    read = rules.Rules._rule
    monkeypatch.setattr(rules.Rules, "_rule", lambda *each: next(made) is None or read(*each))
    rule = '<dataValidation type="decimal" sqref="{}"><formula1>1+1</formula1></dataValidation>'
    names = "".join(f'<definedName name="x{i}">Sheet1!$A${i}</definedName>' for i in range(1, 400))
    after = "".join(map(rule.format, ("A1:A99 A1:A9", "A1:A400", *[f"B{i}" for i in range(1, 99)])))
    assert len(Template(template(after=after, names=names)).inputs()) == 399
    assert next(made) == 2


def test_merged_cells_are_read_once_for_all_names(template, monkeypatch):
    made = count()
    merged = TemplateSheet.merged.func
    counted = property(lambda sheet: next(made) is None or merged(sheet))
    monkeypatch.setattr(TemplateSheet, "merged", counted)
    names = "".join(
        f'<definedName name="x{i}">Sheet1!$A$1:$CV$100</definedName>' for i in range(99)
    )
    assert Template(template(names=names)).inputs() == []
    assert next(made) <= 2


def test_lists_of_choices_are_looked_up_once_and_not_without_end(template):
    rule = (
        '<dataValidation type="list" sqref="A{}"><formula1>$B$1:$B${}</formula1></dataValidation>'
    )
    names = "".join(f'<definedName name="x{i}">Sheet1!$A${i}</definedName>' for i in range(1, 300))
    same = "".join(rule.format(i, 9000) for i in range(1, 300))
    assert len(Template(template(after=same, names=names)).inputs()) == 299
    others = "".join(rule.format(i, 9000 + i) for i in range(1, 300))
    with pytest.raises(WorkbookError, match="refers to more than 1,000,000 cells"):
        Template(template(after=others, names=names)).inputs()

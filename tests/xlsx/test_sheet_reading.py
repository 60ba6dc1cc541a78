"""Worksheets that are not as they must be: one line; those that may be so are read rightly."""

import pytest

from bbxl.xlsx import WorkbookError
from bbxl.xlsx.sheet import SheetXML


def sheet(rows, around="<worksheet>%s</worksheet>"):
    return SheetXML((around % f"<sheetData>{rows}</sheetData>").encode(), "book: sheet Plan")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ('<row r="x"/>', "row is damaged: r is 'x'"),
        ('<row r="0"/>', "r is '0'"),
        ('<row r="-1"/>', "r is '-1'"),
        ('<row r="1048577"/>', "r is '1048577'"),
        ('<row r="2"/><row r="2"/>', "row 2 stands there twice"),
        ('<row r="2"><c r="B3"/></row>', "r is 'B3', not a cell of row 2"),
        ('<row><c r="??"/></row>', r"r is '\?\?'"),
        ('<row><c r="XFE1"/></row>', "r is 'XFE1'"),
        ('<row><c r="XFD1"/><c/></row>', "not a cell of row 1"),
        ('<row><c r="A1"/><c r="A1"/></row>', "cell A1 stands there twice"),
        ('<row><c><f t="array" ref="??">1</f></c></row>', r"A1 is damaged: ref is '\?\?'"),
        ('<row><c><f t="array">1</f></c></row>', "A1 is damaged: ref is ''"),
        ('<row><c><f t="array" ref="B1:C2">1</f></c></row>', "not a range that begins there"),
        ('<row><c><f t="shared" si="x" ref="A1:A2">1</f></c></row>', "si is 'x'"),
        ('<row><c><f t="shared" si="0" ref="A">1</f></c></row>', "ref is 'A'"),
        ("<row><c><f>1</f><f>2</f></c></row>", "a formula stands there twice"),
        ("</sheetData><sheetData>", "sheetData stands there twice"),
    ],
)
def test_a_sheet_that_is_refused(rows, told):
    with pytest.raises(WorkbookError, match=told) as raised:
        sheet(rows)
    assert str(raised.value).startswith("book: sheet Plan")


def test_a_sheet_without_cells_at_all():
    with pytest.raises(WorkbookError, match="no sheetData"):
        SheetXML(b"<worksheet/>")


def test_rows_of_drawings_are_no_rows_of_the_sheet():
    found = sheet('<row r="3"><c r="A3"/></row>', "<w>%s<from><row>7</row><c/></from></w>")
    assert (list(found.rows), list(found.cells)) == ([3], [(3, 1)])


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_cells_are_put_into_a_sheet_that_has_none(prefix):
    empty = f'<{prefix}worksheet xmlns:x="u"><{prefix}sheetData /></{prefix}worksheet>'
    filled = SheetXML(SheetXML(empty.encode()).with_values({(2, 1): 5.0, (4, 2): "a"}))
    assert list(filled.cells) == [(2, 1), (4, 2)]
    assert filled.data.endswith(f"</{prefix}sheetData></{prefix}worksheet>".encode())


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v><![CDATA[1 < 2]]></v></c>", "1 < 2"),
        ("<c><v>1<!-- one -->5</v></c>", "15"),
        ("<c><v>&lt;&#x41;&gt;</v></c>", "<A>"),
        ("<c><f>A2</f><v a='>'>7</v></c>", "7"),
        ("<c><f>A2</f></c>", None),
        ("<c/>", None),
        ("<c><v/></c>", ""),
        ("<c><is><r><t>ab</t></r><r><t>cd</t></r><rPh><t>no</t></rPh></is></c>", "abcd"),
    ],
)
def test_the_text_of_a_cell(cell, text):
    found = sheet(f"<row>{cell}</row>")
    assert found.cells[1, 1].value == text

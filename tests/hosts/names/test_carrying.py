"""Names in a workbook file: put in, replaced, taken out; all else keeps its bytes."""

import re
import zipfile
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from lxml import etree
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from bbxl.cli import main
from bbxl.hosts.names import carrying, frame, stored
from bbxl.workbooks import library
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.package import Package

TEMPLATES = [library.folder() / f"{name}.xlsx" for name in library.TEMPLATES]
X = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
CALL = "BB_TCO(A1:C3,{1,2,3})"
METADATA = "xl/metadata.xml"


def parts(data):
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def book(fill):
    made = openpyxl.Workbook()
    sheet = made.active
    for row in [["name", "upfront_cost", "cost_per_request"], ["A", 0, 2], ["B", 100, 1]]:
        sheet.append(row)
    fill(sheet)
    saved = BytesIO()
    made.save(saved)
    return saved.getvalue()


def calling(formula=CALL, cell="E1"):
    return book(lambda sheet: sheet.__setitem__(cell, f"={formula}"))


def names_of(data):
    root = etree.fromstring(parts(data)["xl/workbook.xml"])
    return {each.get("name"): each for each in root.iterfind(".//x:definedName", X)}


def cells_of(data):
    root = etree.fromstring(parts(data)["xl/worksheets/sheet1.xml"])
    return {each.get("r"): each for each in root.iterfind(".//x:c", X)}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_all_parts_but_the_workbook_keep_their_bytes(template):
    before = template.read_bytes()
    after = carrying.with_names(before).data
    changed = {name for name, part in parts(after).items() if parts(before).get(name) != part}
    assert changed == {"xl/workbook.xml"}
    assert list(parts(after)) == list(parts(before))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_names_that_are_taken_out_leave_the_file_as_it_was(template):
    before = template.read_bytes()
    assert parts(carrying.without_names(carrying.with_names(before).data).data) == parts(before)


@pytest.mark.parametrize("template", TEMPLATES[::3], ids=lambda path: path.stem)
def test_the_open_xml_sdk_finds_no_further_fault(template, tmp_path, open_xml_faults):
    path = tmp_path / "named.xlsx"
    path.write_bytes(carrying.with_names(template).data)
    assert open_xml_faults(path) == open_xml_faults(template)  # openpyxl's order of fonts


def test_the_open_xml_sdk_finds_no_fault_in_formulas_that_spill(tmp_path, open_xml_faults):
    path = tmp_path / "spilling.xlsx"
    with xlsxwriter.Workbook(path) as made:  # whose files have no fault of their own
        made.add_worksheet().write_formula("E1", f"={CALL}")
    path.write_bytes(carrying.with_names(path).data)
    assert cells_of(path.read_bytes())["E1"].get("cm") == "1"
    assert open_xml_faults(path) == []


def test_names_and_cells_have_the_form_that_xlsxwriter_gives_them():
    saved = BytesIO()
    with xlsxwriter.Workbook(saved) as made:
        for name, formula in frame.names().items():
            made.define_name(name, f"={stored.stored(formula)}")
        made.add_worksheet().write_dynamic_array_formula("E1", f"={CALL}")
    theirs, ours = saved.getvalue(), carrying.with_names(calling()).data
    assert parts(ours)[METADATA] == parts(theirs)[METADATA]
    named = names_of(theirs)
    assert {name: each.text for name, each in names_of(ours).items()} == {
        name: each.text for name, each in named.items()
    }
    one, other = cells_of(ours)["E1"], cells_of(theirs)["E1"]
    assert dict(one.attrib) == dict(other.attrib)
    assert dict(one[0].attrib) == dict(other[0].attrib)
    assert one[0].text == other[0].text


def test_the_metadata_is_declared_and_referred_to():
    found = parts(carrying.with_names(calling()).data)
    assert b'PartName="/xl/metadata.xml"' in found["[Content_Types].xml"]
    relations = etree.fromstring(found["xl/_rels/workbook.xml.rels"])
    targets = [each.get("Target") for each in relations if "sheetMetadata" in each.get("Type")]
    assert targets == ["metadata.xml"]
    assert len({each.get("Id") for each in relations}) == len(relations)


def test_helpers_are_hidden_and_functions_say_what_they_do():
    for name, each in names_of(carrying.with_names(calling()).data).items():
        assert (each.get("hidden") == "1") == frame.hidden(name)
        assert len(each.get("comment")) <= 255


def test_only_formulas_that_call_the_functions_spill():
    def fill(sheet):
        sheet["E1"], sheet["F9"], sheet["G9"] = f"={CALL}", "=SUM(A1:A3)", '="BB_TCO(1)"'
        sheet["H9"] = "=sum(bb_tco(A1:C3,1))"

    found = carrying.with_names(book(fill))
    assert {at for at, each in cells_of(found.data).items() if each.get("cm")} == {"E1", "H9"}
    assert (found.calling, found.single) == (2, [])


def test_array_formulas_keep_their_ranges():
    tour = library.folder() / "functions.xlsx"
    found = carrying.with_names(tour)
    assert found.calling > 30
    assert (
        parts(found.data)["xl/worksheets/sheet1.xml"]
        == parts(tour.read_bytes())["xl/worksheets/sheet1.xml"]
    )


def test_cells_without_room_are_told():
    def fill(sheet):
        sheet["E1"], sheet["E14"] = f"={CALL}", f"={CALL}"
        sheet.merge_cells("E14:F14")
        sheet.append([])
        for row in [["one", "two"], [1, f"={CALL}"]]:
            sheet.append(row)
        sheet.add_table(Table(displayName="Listed", ref="A16:B17"))

    found = carrying.with_names(book(fill))
    assert found.single == ["Sheet!E14", "Sheet!B17"]
    assert any("Sheet!E14, Sheet!B17" in line for line in carrying.told(found))


def test_a_workbook_that_has_formulas_which_spill_keeps_its_metadata():
    saved = BytesIO()
    with xlsxwriter.Workbook(saved) as made:
        sheet = made.add_worksheet()
        sheet.write_dynamic_array_formula("A1", "=_xlfn.SEQUENCE(2)")
        sheet.write_formula("E1", f"={CALL}")
    found = carrying.with_names(saved.getvalue())
    assert parts(found.data)[METADATA] == parts(saved.getvalue())[METADATA]
    assert cells_of(found.data)["E1"].get("cm") == "1"


def test_cells_stay_single_where_the_metadata_is_of_another_kind():
    saved = BytesIO()
    with xlsxwriter.Workbook(saved) as made:
        sheet = made.add_worksheet()
        sheet.write_dynamic_array_formula("A1", "=_xlfn.SEQUENCE(2)")
        sheet.write_formula("E1", f"={CALL}")
    package = Package(saved.getvalue())
    package[METADATA] = package[METADATA].replace(b"XLDAPR", b"XLRICHVALUE")
    found = carrying.with_names(package.to_bytes())
    assert found.single == ["Sheet1!E1"]
    assert parts(found.data)[METADATA] == package[METADATA]


def test_a_workbook_whose_elements_have_a_prefix():
    given = Package(calling())
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        prefixed = re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", given[part])
        given[part] = prefixed.replace(b"<x:workbook xmlns", b"<x:workbook xmlns:x").replace(
            b"<x:worksheet xmlns", b"<x:worksheet xmlns:x"
        )
    found = carrying.with_names(given.to_bytes())
    assert set(names_of(found.data)) == set(frame.names())
    assert cells_of(found.data)["E1"].get("cm") == "1"


def test_excel_is_asked_to_compute_what_calls_the_functions():
    saved = BytesIO()
    with xlsxwriter.Workbook(saved) as made:
        made.add_worksheet().write_formula("E1", f"={CALL}")
    for settings in (b'<calcPr calcId="124519"/>', b'<calcPr fullCalcOnLoad="0" calcId="1"/>', b""):
        package = Package(saved.getvalue())
        package["xl/workbook.xml"] = re.sub(rb"<calcPr[^>]*>", settings, package["xl/workbook.xml"])
        asked = Package(carrying.with_names(package.to_bytes()).data)
        assert asked.calculated_on_opening
        order = [each.tag.rpartition("}")[2] for each in asked.xml("xl/workbook.xml")]
        assert order.index("calcPr") == order.index("definedNames") + 1


@pytest.mark.parametrize("name", ["BB_TCO", "bb_tco", "_BB_LABEL"])
@pytest.mark.parametrize("scope", ["workbook", "sheet"])
def test_a_name_that_the_file_uses_is_refused(name, scope):
    def fill(sheet):
        of = sheet if scope == "sheet" else sheet.parent
        of.defined_names[name] = DefinedName(name, attr_text="Sheet!$A$1")

    with pytest.raises(WorkbookError, match=f"a name of its own that is called {name}; rename"):
        carrying.with_names(book(fill))


def test_a_table_that_is_called_as_a_function_is_refused():
    with pytest.raises(WorkbookError, match="a table of its own that is called BB_Tco; rename"):
        carrying.with_names(
            book(lambda sheet: sheet.add_table(Table(displayName="BB_Tco", ref="A1:C3")))
        )


def test_names_of_the_file_stay():
    def fill(sheet):
        sheet.parent.defined_names["mine"] = DefinedName("mine", attr_text="Sheet!$A$1")

    before = book(fill)
    named = carrying.with_names(before).data
    assert set(names_of(named)) == {"mine", *frame.names()}
    assert parts(carrying.without_names(named).data) == parts(before)


def test_names_of_an_older_version_are_replaced():
    given = calling()
    package = Package(carrying.with_names(given).data)
    older = re.sub(rb"\(bbxl [^)]*\)", b"(bbxl 0.0.1)", package["xl/workbook.xml"])
    older = older.replace(b'name="BB_TCO"', b'name="BB_GONE"').replace(b"_xlpm.line", b"_xlpm.old")
    package["xl/workbook.xml"] = older
    found = carrying.with_names(package.to_bytes())
    assert found.before == "0.0.1"
    assert parts(found.data) == parts(carrying.with_names(given).data)


def test_there_is_nothing_to_take_out_of_a_file_without_names():
    with pytest.raises(WorkbookError, match="carries no names of bbxl"):
        carrying.without_names(calling())


def test_the_command_writes_another_file_or_the_same_one(tmp_path, capsys):
    one, other = tmp_path / "one.xlsx", tmp_path / "other.xlsx"
    one.write_bytes(before := calling())
    assert main(["excel", "names", str(one), "--out", str(other)]) == 0
    printed = capsys.readouterr().out
    assert one.read_bytes() == before
    assert "BB_TCO" in printed
    assert "left out: BB_SIMULATE" in printed
    assert "#NAME?" in printed.partition("wrote")[0]
    assert main(["excel", "names", str(one), "--out", str(other)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["excel", "names", str(one)]) == 0
    assert one.read_bytes() == other.read_bytes()
    assert main(["excel", "names", str(one), "--remove"]) == 0
    assert not names_of(one.read_bytes())


def test_the_command_refuses_in_a_line_and_writes_nothing(tmp_path, capsys):
    path = tmp_path / "macros.xlsm"
    path.write_bytes(calling())
    assert main(["excel", "names", str(path)]) == 2
    assert "must end in .xlsx" in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir()] == ["macros.xlsm"]


def test_a_new_workbook_has_names_only_when_asked(tmp_path):
    for arguments in ([], ["--names"]):
        path = tmp_path / f"new{len(arguments)}.xlsx"
        assert main(["new", str(path), "--template", "breakeven", *arguments]) == 0
        assert bool(set(frame.names()) & set(names_of(path.read_bytes()))) == bool(arguments)

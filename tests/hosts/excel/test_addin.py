"""The built add-in: its wrappers, run, against the engine; its file, read by others."""

import re
import xml.etree.ElementTree as ET
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlwings
from cells import in_engine, rows
from excel_stand_in import APPDATA, INTERPRETER, MISSING
from oletools.olevba import VBA_Parser
from pyopenvba.interpreter import Interpreter, VBAObject, VBARuntimeError, member
from samples import samples

import bbxl
from bbxl.hosts.excel import addin, functions
from bbxl.workbooks import library
from bbxl.worksheet import REGISTRY
from bbxl.worksheet.registry import Cells
from bbxl.xlsx.cells import ExcelError
from bbxl.xlsx.package import Package

FUNCTIONS = [each for each in REGISTRY.values() if each.arguments]
ARGUMENTS = [(f, i) for f in FUNCTIONS for i in range(len(f.arguments))]
NUMBERS = [(f, i) for f, i in ARGUMENTS if f.arguments[i].quantity]
ERRORS = list(functions.CVERR)


def label(value):
    return value.name if hasattr(value, "name") else str(value)


def per_function(cases):
    return pytest.mark.parametrize("function", cases, ids=label)


def per_argument(cases):
    return pytest.mark.parametrize(("function", "position"), cases, ids=label)


def in_excel(excel, name, arguments):
    excel.clear()
    return excel.call(name, *(a if a is MISSING else excel.cells(rows(a)) for a in arguments))


def same(excel, function, arguments):
    answer = rows(in_excel(excel, function.name, arguments))
    expected = rows(in_engine(function.name, arguments))
    shown = [["" if cell is None else cell for cell in row] for row in expected]
    assert answer == shown
    return [cell for row in answer for cell in row]


@per_function(FUNCTIONS)
def test_cells_and_ranges(excel, function):
    same(excel, function, samples(function))


@per_function(FUNCTIONS)
def test_trailing_arguments_left_out(excel, function):
    same(excel, function, samples(function, optional=False))


@per_function([f for f in FUNCTIONS if not all(a.required for a in f.arguments)])
def test_arguments_left_out_in_the_middle(excel, function):
    given = samples(function)
    for i, argument in enumerate(function.arguments[:-1]):
        if not argument.required:
            given[i] = MISSING
    same(excel, function, given)


@per_argument(ARGUMENTS)
def test_an_empty_cell(excel, function, position):
    given = samples(function)
    given[position] = None
    same(excel, function, given)


@per_argument([(f, i) for f, i in ARGUMENTS if f.arguments[i].hint is not Cells])
def test_a_cell_with_an_error(excel, function, position):
    error = [e for e in ERRORS if e is not ExcelError.GETTING_DATA][position % 6]
    given = samples(function)
    given[position] = error
    assert same(excel, function, given)[0] is error


@per_argument(NUMBERS)
def test_text_where_a_number_must_be(excel, function, position):
    given = samples(function)
    given[position] = "twelve"
    assert same(excel, function, given)[0] is ExcelError.VALUE


@per_argument(NUMBERS)
def test_an_array_with_one_error(excel, function, position):
    given = samples(function)
    given[position] = [[given[position], ExcelError.DIV0, given[position]]]
    same(excel, function, given)


@per_argument(NUMBERS)
def test_a_column(excel, function, position):
    given = samples(function)
    given[position] = [[given[position]], [ExcelError.NA], [given[position]]]
    same(excel, function, given)


@per_argument(NUMBERS)
def test_currency_dates_and_booleans_are_numbers(excel, function, position):
    for value, number in ((Decimal("2.5"), 2.5), (date(1900, 3, 5), 65.0), (True, True)):
        given = samples(function)
        given[position] = value
        answer = in_excel(excel, function.name, given)
        given[position] = number
        assert rows(answer) == rows(in_excel(excel, function.name, given))


@per_function(FUNCTIONS)
def test_arguments_typed_into_the_formula(excel, function):
    given = samples(function)
    assert rows(excel.call(function.name, *given)) == rows(in_excel(excel, function.name, given))


@per_function(FUNCTIONS)
def test_with_no_arguments_a_function_explains_itself(excel, function):
    assert excel.call(function.name) == function.help


def test_an_empty_cell_is_not_no_argument(excel):
    assert excel.call("BB_PRESET", excel.cells([[None]])) is ExcelError.VALUE


@pytest.mark.parametrize("error", ERRORS, ids=label)
def test_every_error_goes_in_and_comes_out_as_itself(excel, error):
    assert excel.call("BB_MONTHLY_COST", 0, 1, excel.cells([[1, error]])) == [[1, error]]


@pytest.mark.parametrize("number", range(2046, 2050))
def test_an_error_that_bbxl_does_not_know_is_never_a_number(number):
    read = functions.user_defined(REGISTRY["BB_MONTHLY_COST"])
    assert read(0, 1, [[number - 0x7FF60000]]) == "#VALUE!"


def test_a_call_is_one_call_by_value(excel):
    excel.call("BB_VERSION")
    server = excel.dll.Server()
    before = len(server.calls)
    answer = excel.call("BB_MONTHLY_COST", 12, 1, excel.cells([[float(i)] for i in range(500)]))
    assert len(answer) == 500
    assert len(server.calls) == before + 1


def test_whole_columns_end_with_the_used_range(excel):
    excel.cells([[1.0, 2.0]])
    excel.call("BB_VERSION")
    server = excel.dll.Server()
    excel.call("BB_MONTHLY_COST", 12, 1, excel.range("A:B"))
    assert len(server.calls[-1][2][2]) < 100_000


def test_a_range_of_several_areas_is_value(excel):
    areas = excel.range("A1:A2,C1:C2")
    assert excel.call("BB_MONTHLY_COST", 12, 1, areas) is ExcelError.VALUE


@pytest.fixture
def restarted(excel):
    """An Excel that has just started, and a DLL, a registry and a clock to meddle with."""
    excel.restart()
    yield excel
    excel.restart()


def test_without_python_a_cell_shows_name_and_version_says_why(restarted):
    restarted.dll.starts = False
    assert restarted.call("BB_TCO", 1, 2) is ExcelError.NAME
    assert restarted.call("BB_VERSION") == (
        "bbxl does not reach Python: no Python there (run: bbxl excel doctor)"
    )
    restarted.dll.folder = "elsewhere"
    restarted.waits(60)
    assert "is not where Python is: C:\\venv" in restarted.call("BB_VERSION")


def test_a_sheet_of_cells_waits_once_for_a_python_that_does_not_start(restarted):
    restarted.dll.starts = False
    del restarted.dll.commands[:]
    for _ in range(50):
        assert restarted.call("BB_TCO", 1, 2) is ExcelError.NAME
    assert len(restarted.dll.commands) == 1
    restarted.dll.starts = True
    assert "no Python there" in restarted.call("BB_VERSION")
    restarted.waits(60)
    assert restarted.call("BB_VERSION") == bbxl.__version__


@pytest.mark.parametrize("minutes", [1, 2])
def test_a_python_that_fails_slowly_does_not_hold_excel_again_and_again(restarted, minutes):
    restarted.dll.starts, restarted.dll.waits = False, lambda: restarted.waits(60 * minutes)
    commands = len(restarted.dll.commands)
    for _ in range(50):  # a sheet, computed again every 12 s for 10 times as long as it took
        assert restarted.call("BB_TCO", 1, 2) is ExcelError.NAME
        restarted.waits(12 * minutes - 0.01)
    assert len(restarted.dll.commands) == commands + 1
    restarted.waits(60)
    assert restarted.call("BB_TCO", 1, 2) is ExcelError.NAME
    assert len(restarted.dll.commands) == commands + 2


def test_who_asks_why_need_not_wait_until_a_slow_failure_is_forgotten(restarted):
    restarted.dll.starts, restarted.dll.waits = False, lambda: restarted.waits(60)
    assert restarted.call("BB_TCO", 1, 2) is ExcelError.NAME
    restarted.dll.starts = True
    restarted.waits(10)
    assert restarted.call("BB_TCO", 1, 2) is ExcelError.NAME
    assert restarted.call("BB_VERSION") == bbxl.__version__
    assert restarted.call("BB_TCO", 1, 2) == in_engine("BB_TCO", [1, 2])


def test_a_python_that_was_ended_is_started_again(restarted):
    assert restarted.call("BB_VERSION") == bbxl.__version__
    for _ in range(3):
        restarted.dll.Server().alive = False
        assert restarted.call("BB_VERSION") == bbxl.__version__
        assert restarted.call("BB_VERSION") == bbxl.__version__


OTHERS = [[], [(False, 5)], [(True, 1)], [(True, 7), (False, 5)]]  # dialogs that are not the wizard


def test_while_the_wizard_is_open_python_is_not_started(restarted):
    for others in OTHERS:
        restarted.restart()
        commands = len(restarted.dll.commands)
        restarted.dll.dialogs = [*others, (True, 5)]
        for name, *given in (("BB_TCO", 1, 2), ("BB_VERSION",)):
            assert restarted.call(name, *given) is ExcelError.NA
        assert len(restarted.dll.commands) == commands
        restarted.dll.dialogs = others
        assert restarted.call("BB_TCO", 1, 2) == in_engine("BB_TCO", [1, 2])
        restarted.dll.dialogs = [(True, 5)]
        assert restarted.call("BB_TCO", 1, 2) == in_engine("BB_TCO", [1, 2])


def test_in_the_wizard_a_python_that_does_not_start_stays_an_error_of_its_own(restarted):
    restarted.dll.starts = False
    assert restarted.call("BB_TCO", 1, 2) is ExcelError.NAME
    restarted.dll.dialogs = [(True, 5)]
    assert restarted.call("BB_TCO", 1, 2) is ExcelError.NAME


def test_registry_and_dll_are_asked_once(restarted):
    before, commands = restarted.registry.asked, len(restarted.dll.commands)
    for _ in range(50):
        restarted.call("BB_VERSION")
    assert restarted.registry.asked == before + 1
    assert len(restarted.dll.commands) == commands + 1


def test_an_error_of_the_vba_itself_is_not_that_python_is_missing(restarted):
    class Odd(VBAObject):
        """A range that Excel does not let read."""

        @member
        def Areas(self):  # noqa: N802
            raise VBARuntimeError(1004, "Application-defined or object-defined error")

    assert restarted.call("BB_MONTHLY_COST", Odd(), 1, 1) is ExcelError.VALUE


@pytest.mark.parametrize("folder", ["C:\\venv\\Scripts", "C:\\venv", f"{APPDATA}\\Python"])
def test_the_dll_is_found_where_pip_puts_it(restarted, folder):
    restarted.dll.folder = folder
    assert restarted.call("BB_VERSION") == bbxl.__version__


def test_the_persons_own_setting_goes_before_the_python_built_in(restarted):
    other = 'C:\\Users\\Jürgen "J" 株\\bbxl\\Scripts\\python.exe'
    restarted.call("BB_VERSION")
    assert restarted.dll.commands[-1].startswith(f'"{INTERPRETER}" -P')
    restarted.restart()
    restarted.registry["HKCU\\Software\\bbxl\\Python"] = other
    restarted.dll.folder = other.rpartition("\\")[0]
    restarted.call("BB_VERSION")
    assert restarted.dll.commands[-1].startswith(f'"{other}" -P')


def test_the_server_is_the_one_that_xlwings_own_module_starts(restarted):
    """But for cmd.exe, and the import path, which xlwings takes from the workbook at hand."""
    source = (Path(xlwings.__file__).parent / "xlwings_custom_addin.bas").read_text()
    (command,) = re.findall(r"Function XLPyCommand\(\).*?End Function", source, re.DOTALL)
    theirs = Interpreter()
    theirs.add_module(
        command.replace("ActiveWorkbook.FullName", '""').replace("ThisWorkbook.FullName", '""')
        + "\nFunction GetConfig(key, Optional otherwise)\n"
        + f'    GetConfig = IIf(key = "INTERPRETER_WIN", "{INTERPRETER}", otherwise)\n'
        + "End Function\n",
        name="xlwings",
    )
    expected = theirs.run("XLPyCommand")
    path = re.compile(r"import sys, os;import xlwings\.utils;.*?\);")
    assert path.search(expected)
    expected = path.sub("", expected).removeprefix('cmd.exe  /K "').removesuffix('"')
    restarted.call("BB_VERSION")
    assert restarted.dll.commands[-1] == (
        expected.replace(" -B ", " -P -B ").replace("import xlwings;", "import bbxl.udfs, xlwings;")
        + " 0"
    )


def read_by_olevba(file):
    parser = VBA_Parser("file.xlsm", data=file)
    return {name.rpartition(".")[0]: code for _, _, name, code in parser.extract_macros()}


@pytest.mark.parametrize("kind", ["add-in", "workbook"])
def test_another_reader_finds_every_wrapper(kind):
    template = (library.folder() / "build-vs-buy.xlsx").read_bytes()
    file = addin.build() if kind == "add-in" else addin.build_workbook(template)
    modules = read_by_olevba(file)
    assert {
        "ThisWorkbook",
        "bbxl_functions",
        "bbxl_python",
        "bbxl_wizard",
        "bbxl_dll",
    } <= modules.keys()
    found = re.findall(r"^Public Function (BB_\w+)\(", modules["bbxl_functions"], re.MULTILINE)
    assert found == list(REGISTRY)
    for name, source in addin.modules("").items():
        code = re.sub(r"^Attribute .*\n", "", modules[name].replace("\r\n", "\n"), flags=re.M)
        assert code.strip() == source.strip()


def test_two_builds_give_the_same_bytes():
    template = (library.folder() / "build-vs-buy.xlsx").read_bytes()
    assert addin.build(INTERPRETER) == addin.build(INTERPRETER)
    assert addin.build_workbook(template) == addin.build_workbook(template)


def test_a_workbook_keeps_its_parts_and_names_no_ones_python():
    template = (library.folder() / "build-vs-buy.xlsx").read_bytes()
    built = Package(addin.build_workbook(template))
    before = Package(template)
    assert {part: before[part] for part in before.sheets().values()} == {
        part: built[part] for part in built.sheets().values()
    }
    assert b"macroEnabled.main+xml" in built["[Content_Types].xml"]
    assert "python.exe" not in "".join(read_by_olevba(addin.build_workbook(template)).values())


def test_the_source_keeps_the_limits_of_vba():
    for source in addin.modules('C:\\J"ü株😀\\python.exe').values():
        assert source.isascii()
        assert max(map(len, source.splitlines())) <= 1023
        assert not re.search(r"(?:_\n.*){25}", source)
        assert not re.search(
            r"= .*\bDateDiff\(|\(DateDiff\(", source
        )  # a Long: 68 years in seconds


def test_no_argument_is_a_word_of_vba():
    words = "like is not and or xor mod to step next loop end exit date string type each me new"
    names = {a.name for f in FUNCTIONS for a in f.arguments}
    assert not names & set(words.split())


def test_a_path_in_any_letters_is_a_vba_expression():
    for path in ('C:\\J"ürgen 株 😀\\python.exe', "", "é"):
        vba = Interpreter()
        vba.add_module(f"Function F()\n    F = {addin._vba_text(path)}\nEnd Function", name="M")
        units = vba.run("F").encode("utf-16-le", "surrogatepass")
        assert units.decode("utf-16-le") == path


def is_every_function(told):
    assert told.keys() == REGISTRY.keys()
    for name, function in REGISTRY.items():
        assert told[name]["category"] == f"bbxl {function.category}"
        assert told[name]["description"] == function.purpose
        helps = [argument.help for argument in function.arguments]
        assert told[name].get("argumentdescriptions", [[]]) == [helps]


def test_when_it_opens_the_wizard_is_told_of_every_function(restarted):
    is_every_function(restarted.opens())
    assert restarted.activates() == {}


def test_at_the_start_screen_the_wizard_is_told_once_a_workbook_is_there(restarted):
    assert restarted.opens(at_start_screen=True) == {}
    is_every_function(restarted.activates())
    assert restarted.activates() == {}


def test_the_intellisense_file_tells_of_every_function():
    tree = ET.fromstring(addin.intellisense())
    space = "{http://schemas.excel-dna.net/intellisense/1.0}"
    told = {each.get("Name"): each for each in tree.iter(f"{space}Function")}
    assert told.keys() == REGISTRY.keys()
    for name, function in REGISTRY.items():
        assert told[name].get("Description") == function.purpose
        assert [(each.get("Name"), each.get("Description")) for each in told[name]] == [
            (argument.syntax, argument.help) for argument in function.arguments
        ]


def test_the_open_xml_sdk_finds_no_fault(open_xml_faults, tmp_path):
    template = library.folder() / "build-vs-buy.xlsx"
    (tmp_path / "bbxl.xlam").write_bytes(addin.build())
    (tmp_path / "book.xlsm").write_bytes(addin.build_workbook(template.read_bytes()))
    assert open_xml_faults(tmp_path / "bbxl.xlam") == []
    known = open_xml_faults(template)  # openpyxl's order of a font's properties
    assert {part for part, _ in known} == {"/xl/styles.xml"}
    assert open_xml_faults(tmp_path / "book.xlsm") == known


def test_the_open_xml_sdk_finds_a_planted_fault(open_xml_faults, tmp_path):
    package = Package(addin.build())
    sheet = package["xl/worksheets/sheet1.xml"]
    package["xl/worksheets/sheet1.xml"] = sheet.replace(b"<sheetData", b"<unheardOf/><sheetData")
    (tmp_path / "bbxl.xlam").write_bytes(package.to_bytes())
    assert open_xml_faults(tmp_path / "bbxl.xlam")

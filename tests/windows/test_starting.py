"""How the add-in starts Python: which program, from where, and what where it cannot."""

import shutil
import time

import pytest
from pyopenvba.interpreter import VBARuntimeError
from windows import prefix
from windows.excel import ExcelOnWindows
from windows.wine import as_windows

import bbxl
from bbxl.hosts.excel import addin
from bbxl.worksheet.readers import ExcelError


@pytest.fixture
def excel(windows, tmp_path):
    """Opens an Excel with other options than usual; each is closed."""
    opened = []

    def open_excel(interpreter=None, **options):
        folder = tmp_path / str(len(opened))
        folder.mkdir()
        opened.append(ExcelOnWindows(windows, folder, interpreter, **options))
        return opened[-1]

    yield open_excel
    for each in opened:
        each.close()


@pytest.fixture(scope="module")
def planted(windows, tmp_path_factory):
    """A current folder full of what a careless start would run."""
    folder = tmp_path_factory.mktemp("untrusted")
    source = prefix.HERE / "planted.c"
    for name in ("cmd", "python", "pythonw", "tasklist", "py"):
        prefix.compile(folder / f"{name}.exe", source)
    for name in (f"xlwings64-{addin.versions()['xlwings']}", "python311", "python3"):
        prefix.compile(folder / f"{name}.dll", source, "-shared")
    for name in ("xlwings", "bbxl", "numpy", "sitecustomize", "pythoncom", "winreg"):
        (folder / f"{name}.py").write_text("open(r'C:\\planted.txt', 'w')\n")
    return folder


@pytest.fixture
def broken(tmp_path):
    """The environment of a Python that imports half of bbxl."""
    copy = shutil.copytree(prefix.REPOSITORY / "bbxl", tmp_path / "half" / "bbxl")
    (copy / "worksheet" / "__init__.py").write_text("raise ImportError('half of bbxl')\n")
    return {"PYTHONPATH": as_windows(copy.parent)}


def left_behind(windows):
    return windows.drive / "planted.txt"


def test_nothing_of_the_current_folder_runs(windows, excel, planted, broken):
    here = excel(cwd=planted)
    assert here.call("BB_VERSION") == bbxl.__version__
    assert not left_behind(windows).exists()
    here = excel(cwd=planted, environment=broken)
    assert "Python process exited" in here.call("BB_VERSION")
    assert not left_behind(windows).exists()
    for action in ("doctor", "install", "uninstall"):
        windows.python("-P", "-m", "bbxl", "excel", action, cwd=planted)
        assert not left_behind(windows).exists()


def test_what_is_planted_would_run(windows, planted):
    """So the test above can fail."""
    try:
        windows.run("cmd.exe", "/c", "exit", cwd=planted)
        windows.python("-c", "import xlwings", cwd=planted)
        assert left_behind(windows).exists()
    finally:
        left_behind(windows).unlink(missing_ok=True)


def test_a_python_that_is_not_there(excel):
    here = excel(r"C:\Python311\gone\python.exe")
    for _ in range(3):
        assert here.call("BB_TCO", 1.0, 2.0) is ExcelError.NAME
    told = here.call("BB_VERSION")
    assert "Could not create Python process" in told
    assert "bbxl excel doctor" in told
    assert len(here.dll.commands) == 1


def test_a_python_that_cannot_import_the_functions(windows, excel, broken):
    here = excel(environment=broken)
    for _ in range(3):
        assert here.call("BB_TCO", 1.0, 2.0) is ExcelError.NAME
    assert "Python process exited" in here.call("BB_VERSION")
    assert len(here.dll.commands) == 1
    checked = windows.python("-c", "import bbxl.udfs", environment=broken)
    assert b"half of bbxl" in checked.stderr


def test_a_python_that_was_ended_is_started_again(excel):
    here = excel()
    for _ in range(3):
        assert here.call("BB_VERSION") == bbxl.__version__
        assert here.caller.ask("end") == "1"
    assert here.call("BB_VERSION") == bbxl.__version__


def test_two_callers_have_a_python_each(windows, excel):
    one, other = excel(), excel()
    assert one.call("BB_VERSION") == other.call("BB_VERSION") == bbxl.__version__
    assert one.caller.ask("end") == "1"
    assert other.call("BB_VERSION") == bbxl.__version__
    assert one.call("BB_VERSION") == bbxl.__version__


def test_the_function_wizard_starts_no_python(excel):
    here, other = excel(), excel()
    for each in (here, other):
        assert each.caller.ask("dialog", "5") == "1"
    assert here.call("BB_VERSION") is ExcelError.NA
    assert here.dll.commands == []
    for command in ("0", "2"):  # it is closed, and a dialog with two fields opened
        assert here.caller.ask("dialog", command) == "1"
    assert here.call("BB_VERSION") == bbxl.__version__


@pytest.mark.parametrize("crashes", [False, True], ids=["ends", "crashes"])
def test_no_python_is_left_when_the_caller(windows, excel, crashes):
    before = windows.processes("python.exe")
    here = excel()
    assert here.call("BB_VERSION") == bbxl.__version__
    assert windows.processes("python.exe") == before + 1
    if crashes:
        here.caller.ask("crash")
    here.close()
    for _ in range(100):
        if windows.processes("python.exe") == before:
            return
        time.sleep(0.1)
    pytest.fail("a python.exe is left")


@pytest.mark.parametrize(
    "folder",
    ["Program Files", "Zoë & Söhne (Köln)", "50%TEMP%", "a'b,c=d^e!", "with.dots and  spaces"],
)
def test_a_python_in_a_folder_of_any_name(windows, excel, folder):
    there = windows.drive / "names" / folder
    there.parent.mkdir(exist_ok=True)
    there.symlink_to(windows.drive / "Python311")
    try:
        here = excel(rf"C:\names\{folder}\python.exe")
        assert here.call("BB_VERSION") == bbxl.__version__
    finally:
        here.close()
        shutil.rmtree(there.parent)


@pytest.mark.parametrize("folder", ["経理", "$(CLSID)"])
def test_a_name_that_the_dll_cannot_take_is_an_answer_at_once(windows, excel, folder):
    """That install refuses; here the registry names it."""
    there = windows.drive / "names" / folder
    there.parent.mkdir(exist_ok=True)
    there.symlink_to(windows.drive / "Python311")
    try:
        here = excel(rf"C:\names\{folder}\python.exe")
        assert here.call("BB_TCO", 1.0, 2.0) is ExcelError.NAME
        assert "does not reach Python" in here.call("BB_VERSION")
    finally:
        here.close()
        shutil.rmtree(there.parent)


def test_the_registry_is_read_through_the_scripting_shell(windows, excel):
    here = excel(r"C:\not\this\python.exe")
    key = r"HKCU\Software\bbxl"
    with pytest.raises(VBARuntimeError):
        here.shell.RegRead(rf"{key}\Python")
    windows.run("reg", "add", key, "/v", "Python", "/d", windows.interpreter, "/f")
    try:
        assert here.call("BB_VERSION") == bbxl.__version__
    finally:
        windows.run("reg", "delete", key, "/f")

"""install, uninstall and doctor, on a Windows that is a fake registry and a folder."""

import shutil
import struct
import subprocess
import sys
import venv
from dataclasses import dataclass, field, replace
from io import BytesIO, TextIOWrapper
from pathlib import Path
from types import SimpleNamespace

import pytest

from bbxl.cli import main
from bbxl.errors import UserError
from bbxl.hosts.excel import addin, doctor
from bbxl.hosts.excel.install import install, uninstall
from bbxl.hosts.excel.machine import (
    COMPUTER,
    USER,
    Machine,
    bits,
    excel_key,
    excel_runs,
    fault_of,
    this_machine,
)

OPTIONS = excel_key("16.0", "Options")
SECURITY = excel_key("16.0", "Security")
OURS = rf"{USER}\Software\bbxl"
APP_PATHS = rf"{COMPUTER}\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"


@dataclass
class FakeRegistry:
    keys: dict = field(default_factory=dict)

    def values(self, key):
        return dict(self.keys.get(key, {}))

    def write(self, key, name, value):
        self.keys.setdefault(key, {})[name] = value

    def remove(self, key, name):
        del self.keys[key][name]

    def remove_empty(self, key):
        if not self.keys.get(key, True):
            del self.keys[key]


def a_program(machine_number):
    header = bytearray(256)
    struct.pack_into("<I", header, 60, 128)
    struct.pack_into("<4sH", header, 128, b"PE\0\0", machine_number)
    return bytes(header)


@pytest.fixture(params=["ann", "Zoë Müller & Söhne", "経理 部"])
def machine(tmp_path, request, monkeypatch):
    """A Windows with Excel and this environment, everything as it should be but the add-in."""
    home = tmp_path / request.param
    program = home / "Microsoft Office" / "EXCEL.EXE"
    interpreter = home / "my venv" / "Scripts" / "python.exe"
    for path in (program, interpreter):
        path.parent.mkdir(parents=True)
    program.write_bytes(a_program(0x8664))
    interpreter.write_bytes(b"")
    (home / "my venv" / f"xlwings64-{addin.versions()['xlwings']}.dll").write_bytes(b"")
    registry = FakeRegistry(
        {APP_PATHS: {"": str(program)}, OPTIONS: {"OPEN": '"C:\\other.xlam"', "Font": "Calibri,11"}}
    )
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: name)
    addins = home / "AppData" / "Roaming" / "Microsoft" / "AddIns"
    return Machine(True, registry, addins, interpreter, "utf-8", False, lambda path: "")


def yes(_):
    return True


def no(question):
    return False


def faults(machine):
    return {check.what: check for check in doctor.examine(machine) if not check.ok}


def test_install_puts_it_where_excel_loads_it(machine):
    said = list(install(machine, no))
    path = machine.addins / "bbxl.xlam"
    assert path.read_bytes() == addin.build(str(machine.interpreter))
    assert (machine.addins / "bbxl.intellisense.xml").read_bytes() == addin.intellisense()
    assert machine.registry.keys[OPTIONS] == {
        "OPEN": '"C:\\other.xlam"',
        "Font": "Calibri,11",
        "OPEN1": f'"{path}"',
    }
    assert machine.registry.keys[OURS] == {"Python": str(machine.interpreter)}
    assert any(str(path) in line for line in said)
    assert not faults(machine)


def test_install_again_changes_nothing_and_asks_nothing(machine):
    list(install(machine, no))
    keys = {key: dict(values) for key, values in machine.registry.keys.items()}
    list(install(machine, no))
    assert machine.registry.keys == keys


def test_it_asks_before_it_overwrites(machine):
    list(install(machine, no))
    (machine.addins / "bbxl.xlam").write_bytes(b"of another version")
    asked = []
    with pytest.raises(UserError, match="nothing was changed"):
        list(install(machine, asked.append))
    assert str(machine.addins / "bbxl.xlam") in asked[0]
    assert (machine.addins / "bbxl.xlam").read_bytes() == b"of another version"
    list(install(machine, yes))
    assert not faults(machine)


def test_it_asks_before_it_changes_python(machine):
    machine.registry.write(OURS, "Python", r"C:\other\python.exe")
    asked = []
    with pytest.raises(UserError, match="nothing was changed"):
        list(install(machine, asked.append))
    assert r"C:\other\python.exe" in asked[0]
    assert not (machine.addins / "bbxl.xlam").exists()


def test_uninstall_leaves_everything_as_it_was(machine):
    before = {key: dict(values) for key, values in machine.registry.keys.items()}
    list(install(machine, no))
    machine.registry.write(OPTIONS, "OPEN2", '/R "C:\\third.xll"')
    list(uninstall(machine))
    before[OPTIONS]["OPEN1"] = '/R "C:\\third.xll"'  # no gap: Excel reads up to the first
    assert machine.registry.keys == before
    assert not list(machine.addins.iterdir())


@pytest.mark.parametrize("action", [lambda m: install(m, yes), uninstall])
def test_what_must_be_so_first(machine, action):
    for other, told in (
        (replace(machine, windows=False), "xlwings Lite"),
        (replace(machine, excel_runs=True), "Excel is open; close it"),
        (replace(machine, registry=FakeRegistry()), "Excel was not found"),
    ):
        with pytest.raises(UserError, match=told):
            list(action(other))
    assert not machine.addins.exists()


FAULTS = {
    "no add-in": ("add-in", lambda m: (m.addins / "bbxl.xlam").unlink()),
    "older add-in": (
        "add-in's version",
        lambda m: (m.addins / "bbxl.xlam").write_bytes(addin.build()),
    ),
    "blocked": (
        "add-in not blocked",
        lambda m: (m.addins / "bbxl.xlam:Zone.Identifier").write_text("[ZoneTransfer]"),
    ),
    "not loaded": ("Excel 16.0 loads it", lambda m: m.registry.remove(OPTIONS, "OPEN1")),
    "no Excel": ("Excel", lambda m: m.excel().unlink()),
    "no Python set": ("Python for Excel", lambda m: m.registry.remove(OURS, "Python")),
    "another Python": (
        "Python for Excel",
        lambda m: m.registry.write(OURS, "Python", str(m.excel())),
    ),
    "Python gone": ("Python for Excel", lambda m: m.interpreter.unlink()),
    "32-bit Excel": ("xlwings' DLL", lambda m: m.excel().write_bytes(a_program(0x14C))),
    "damaged Excel": ("Excel's bits", lambda m: m.excel().write_bytes(b"")),
    "no DLL": (
        "xlwings' DLL",
        lambda m: next(m.interpreter.parent.parent.glob("*.dll")).unlink(),
    ),
    "other xlwings": (
        "xlwings' DLL",
        lambda m: next(m.interpreter.parent.parent.glob("*.dll")).rename(
            m.interpreter.parent.parent / "xlwings64-0.1.0.dll"
        ),
    ),
    "disabled": (
        "Excel 16.0 has disabled nothing",
        lambda m: m.registry.write(excel_key("16.0", r"Resiliency\DisabledItems"), "A1", "x"),
    ),
    "no macros": (
        "Excel 16.0 runs macros",
        lambda m: m.registry.write(SECURITY, "VBAWarnings", 4),
    ),
    "policy": (
        "Excel 16.0 runs macros",
        lambda m: m.registry.write(excel_key("16.0", "Security", policy=True), "VBAWarnings", 3),
    ),
    "no add-ins": (
        "Excel 16.0 loads add-ins",
        lambda m: m.registry.write(SECURITY, "DisableAllAddins", 1),
    ),
    "signed only": (
        "Excel 16.0 loads unsigned add-ins",
        lambda m: m.registry.write(SECURITY, "RequireAddinSig", 1),
    ),
}


@pytest.mark.parametrize(("what", "spoil"), FAULTS.values(), ids=FAULTS)
def test_doctor_finds_each_fault_and_says_the_remedy(machine, what, spoil):
    list(install(machine, no))
    spoil(machine)
    found = faults(machine)
    assert what in found
    assert len(found[what].remedy) > 10


def test_doctor_finds_a_path_that_xlwings_dll_cannot_take(machine):
    list(install(machine, no))
    found = faults(replace(machine, code_page="cp1252"))
    assert ("Python for Excel" in found) == ("経理" in str(machine.interpreter))


@pytest.mark.parametrize("what", ["no letter", "expanded"])
def test_a_path_that_xlwings_dll_cannot_take_is_refused_before_anything_is_written(machine, what):
    folder = {"no letter": "経理", "expanded": "a$(CLSID)"}[what]
    path = machine.interpreter.parent / folder / "python.exe"
    before = {key: dict(values) for key, values in machine.registry.keys.items()}
    with pytest.raises(UserError, match="make the environment in another folder"):
        list(install(replace(machine, interpreter=path, code_page="cp1252"), yes))
    assert machine.registry.keys == before
    assert not machine.addins.exists()


@dataclass
class FailingRegistry(FakeRegistry):
    """Refuses the write of that number."""

    writes: int = 0
    refused: int = 0

    def write(self, key, name, value):
        self.writes += 1
        if self.writes == self.refused:
            raise PermissionError(13, "denied")
        super().write(key, name, value)


@pytest.mark.parametrize("earlier", [False, True], ids=["new", "over another"])
@pytest.mark.parametrize("refused", [1, 2])
def test_install_is_whole_or_nothing(machine, refused, earlier):
    if earlier:
        machine.addins.mkdir(parents=True)
        (machine.addins / "bbxl.xlam").write_bytes(b"of another version")
        machine.registry.write(OURS, "Python", "another")
    before = {key: dict(values) for key, values in machine.registry.keys.items()}
    failing = FailingRegistry(machine.registry.keys, refused=refused)
    with pytest.raises(PermissionError):
        list(install(replace(machine, registry=failing), yes))
    assert machine.registry.keys == before
    files = {each.name: each.read_bytes() for each in machine.addins.iterdir()}
    assert files == ({"bbxl.xlam": b"of another version"} if earlier else {})


def test_what_is_printed_cannot_stop_an_installation(machine, monkeypatch):
    """Windows' pipes take the letters of one code page."""
    out = TextIOWrapper(BytesIO(), "ascii")
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("bbxl.hosts.excel.machine.this_machine", lambda environment: machine)
    assert main(["excel", "install"]) == 0
    assert main(["excel", "doctor"]) == 0
    assert main(["excel", "uninstall"]) == 0
    out.flush()
    assert ascii(machine.addins.name)[1:-1].encode() in out.buffer.getvalue()


def test_doctor_says_why_python_does_not_start(machine):
    list(install(machine, no))
    found = faults(replace(machine, fault=lambda path: f"ModuleNotFoundError in {path}"))
    assert found["it starts"].found == f"ModuleNotFoundError in {machine.interpreter}"


def test_why_a_python_does_not_start(tmp_path):
    here = fault_of(Path(sys.executable))
    assert ("pywin32" in here) == (sys.platform != "win32")  # the rest of it is there
    with pytest.raises(OSError) as missing:  # noqa: PT011 -- the words are the system's
        subprocess.run([tmp_path / "python"])
    assert fault_of(tmp_path / "python") == missing.value.strerror


def test_a_python_without_bbxl_says_so(tmp_path):
    windows = sys.platform == "win32"
    venv.create(tmp_path / "bare", symlinks=not windows)
    bare = shutil.which("python", path=tmp_path / "bare" / ("Scripts" if windows else "bin"))
    assert "No module named" in fault_of(Path(bare))


@pytest.mark.parametrize("listed", [b"EXCEL.EXE 7 Console", b"Excel.exe  ausgef\x81hrt"])
def test_the_task_list_is_windows_own_in_whatever_letters(tmp_path, monkeypatch, listed):
    """Not one of the current folder, nor one on the path."""
    asked = []

    def run(command, **options):
        asked.append(command[0])
        decoded = listed.decode() if options.get("text") else listed
        return SimpleNamespace(stdout=decoded)

    monkeypatch.setattr("subprocess.run", run)
    assert excel_runs(tmp_path)
    assert asked == [str(tmp_path / "System32" / "tasklist.exe")]
    listed = b"INFO: no tasks"
    assert not excel_runs(tmp_path)


def test_doctor_without_pywin32(machine, monkeypatch):
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: None)
    assert "pip install pywin32" in faults(machine)["pywin32"].remedy


def test_a_setting_by_policy_goes_before_the_persons(machine):
    list(install(machine, no))
    machine.registry.write(SECURITY, "VBAWarnings", 4)
    machine.registry.write(excel_key("16.0", "Security", policy=True), "VBAWarnings", 2)
    assert not faults(machine)


@pytest.mark.parametrize(
    ("number", "width"), [(0x8664, 64), (0xAA64, 64), (0x14C, 32), (0x200, None)]
)
def test_bits_of_a_program(tmp_path, number, width):
    (tmp_path / "x.exe").write_bytes(a_program(number))
    assert bits(tmp_path / "x.exe") == width
    assert bits(tmp_path / "none.exe") is None


def test_the_command_on_this_machine(machine, monkeypatch, capsys):
    monkeypatch.setattr("bbxl.hosts.excel.machine.this_machine", lambda environment: machine)
    assert main(["excel", "doctor"]) == 1
    assert "remedy: close Excel and run: bbxl excel install" in capsys.readouterr().out
    assert main(["excel", "install"]) == 0
    assert main(["excel", "doctor"]) == 0
    assert "FAULT" not in capsys.readouterr().out
    (machine.addins / "bbxl.xlam").write_bytes(b"")
    monkeypatch.setattr("builtins.input", lambda question: "n")
    assert main(["excel", "install"]) == 2
    assert "nothing was changed" in capsys.readouterr().err
    assert main(["excel", "install", "--yes"]) == 0
    assert main(["excel", "uninstall"]) == 0


def test_elsewhere_than_on_windows_one_line_says_what_to_use(monkeypatch, capsys):
    monkeypatch.setattr("sys.platform", "linux")
    assert not this_machine({}).windows
    for action in ("install", "uninstall"):
        assert main(["excel", action]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") == 1
        assert "LibreOffice" in err
    assert main(["excel", "doctor"]) == 1
    assert "FAULT Windows" in capsys.readouterr().out


def test_build_writes_the_add_in_and_a_workbook(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["excel", "build"]) == 0
    assert main(["excel", "build", "--workbook", "shared.xlsm"]) == 0
    assert {path.name for path in Path().iterdir()} == {
        "bbxl.xlam",
        "bbxl.intellisense.xml",
        "shared.xlsm",
    }
    assert main(["excel", "build"]) == 2
    assert "bbxl.xlam is there already" in capsys.readouterr().err
    assert main(["excel", "build", "--overwrite"]) == 0
    assert main(["excel", "build", "--workbook", "shared.xlsx"]) == 2
    assert "must end in .xlsm" in capsys.readouterr().err

"""Why a cell shows #NAME? or an error of automation: each check, with its remedy."""

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bbxl.hosts.excel import addin
from bbxl.hosts.excel.install import ELSEWHERE, OURS, is_registered
from bbxl.hosts.excel.machine import Machine, bits, excel_key

AGAIN = "close Excel and run: bbxl excel install"


@dataclass(frozen=True)
class Check:
    """What was looked at; `remedy` is empty where it is as it should be."""

    what: str
    found: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        return not self.remedy


def examine(machine: Machine) -> Iterator[Check]:
    """Every check, in the order in which a fault hides the later ones."""
    yield Check("Windows", "yes" if machine.windows else "no", "" if machine.windows else ELSEWHERE)
    if not machine.windows:
        return
    program = machine.excel()
    found = bool(program and program.is_file())
    yield Check("Excel", str(program or "not found"), "" if found else "install Excel")
    width = bits(program) if program else None
    yield Check(
        "Excel's bits",
        str(width or "not known"),
        "" if width else "repair Office: Excel's program file cannot be read",
    )
    yield _pywin32()
    yield _dll(machine, width or 64)
    yield from _interpreter(machine)
    yield from _addin(machine)
    for version in machine.office():
        yield from _settings(machine, version)


def _pywin32() -> Check:
    there = importlib.util.find_spec("pythoncom") is not None
    return Check("pywin32", "yes" if there else "no", "" if there else "pip install pywin32")


def _dll(machine: Machine, width: int) -> Check:
    name = f"xlwings{width}-{addin.versions()['xlwings']}.dll"
    # Where the add-in looks; the last is for "pip install --user".
    above = machine.interpreter.parent.parent
    folders = [machine.interpreter.parent, above, machine.addins.parents[1] / "Python"]
    there = next((each for each in folders if (each / name).is_file()), None)
    remedy = f"{name} is missing; run: pip install --force-reinstall xlwings"
    return Check("xlwings' DLL", str(there / name) if there else "no", "" if there else remedy)


def _interpreter(machine: Machine) -> Iterator[Check]:
    value = machine.registry.values(OURS).get(addin.PYTHON)
    remedy = ""
    if not value:
        remedy = AGAIN
    elif not Path(str(value)).is_file():
        remedy = f"that Python is gone; {AGAIN}"
    elif Path(str(value)) != machine.interpreter:
        remedy = f"that is another Python than this one ({machine.interpreter}); {AGAIN}"
    elif machine.unsuited:
        remedy = f"{machine.unsuited}, and {AGAIN}"
    yield Check("Python for Excel", str(value or "not set"), remedy)
    if value and Path(str(value)).is_file():
        fault = machine.fault(Path(str(value)))
        remedy = f"install bbxl in that Python anew, and {AGAIN}" if fault else ""
        yield Check("it starts", fault or "yes", remedy)


def _addin(machine: Machine) -> Iterator[Check]:
    path = machine.addins / addin.FILE
    there = path.is_file()
    yield Check("add-in", str(path) if there else "not installed", "" if there else AGAIN)
    if not there:
        return
    same = path.read_bytes() == addin.build(str(machine.interpreter))
    built = f"bbxl {addin.versions()['bbxl']}, xlwings {addin.versions()['xlwings']}"
    yield Check(
        "add-in's version",
        built if same else "another version or Python",
        "" if same else AGAIN,
    )
    # Windows marks a file from the internet with a stream of this name.
    marked = Path(f"{path}:Zone.Identifier").exists()
    yield Check(
        "add-in not blocked",
        "blocked" if marked else "yes",
        f"in its properties tick Unblock, or {AGAIN}" if marked else "",
    )


def _settings(machine: Machine, version: str) -> Iterator[Check]:
    """What a version of Excel is set to, by this person or by the organisation's policy."""
    excel = f"Excel {version}"
    loaded = is_registered(machine, version)
    yield Check(f"{excel} loads it", "yes" if loaded else "no", "" if loaded else AGAIN)
    disabled = machine.registry.values(excel_key(version, r"Resiliency\DisabledItems"))
    remedy = "in Excel: File, Options, Add-ins, Manage: Disabled Items, Go; enable bbxl"
    found = f"no: it has disabled {len(disabled)} files" if disabled else "yes"
    yield Check(f"{excel} has disabled nothing", found, remedy if disabled else "")
    security = {
        **machine.registry.values(excel_key(version, "Security")),
        **machine.registry.values(excel_key(version, "Security", policy=True)),
    }
    for what, name, forbidding, setting in _TRUST:
        value = security.get(name)
        remedy = f"in Excel: File, Options, Trust Center: {setting}; or ask the administrator"
        found = f"{name} = {value}" if name in security else "by default"
        yield Check(f"{excel} {what}", found, remedy if value in forbidding else "")


_TRUST = (  # what, registry value, the numbers that forbid it, the setting in Excel
    ("runs macros", "VBAWarnings", (3, 4), "Macro Settings, disable with notification"),
    ("loads add-ins", "DisableAllAddins", (1,), "Add-ins, untick Disable all"),
    ("loads unsigned add-ins", "RequireAddinSig", (1,), "Add-ins, untick Require signed"),
)

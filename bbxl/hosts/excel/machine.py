"""Windows as the add-in's installation meets it: registry, folders, Excel, this Python."""

import os
import struct
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Protocol

USER, COMPUTER = "HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE"


class Registry(Protocol):
    """The Windows registry; a key is written with its root, such as USER."""

    def values(self, key: str) -> dict[str, str | int]:
        """Name -> value; the key's default value has the name "". Empty where there is no key."""

    def write(self, key: str, name: str, value: str) -> None:
        """Set a value, its key made where it is missing."""

    def remove(self, key: str, name: str) -> None:
        """Delete a value."""

    def remove_empty(self, key: str) -> None:
        """Delete a key that holds neither values nor keys; any other stays."""


@dataclass(frozen=True)
class Machine:
    """Where the add-in goes, and what it needs.

    Attributes
    ----------
    windows : whether this is Windows.
    registry : its registry.
    addins : the folder from which Excel offers add-ins.
    interpreter : this Python.
    code_page : the encoding in which xlwings' DLL takes the interpreter's path.
    excel_runs : whether Excel is open.
    fault : why a Python cannot start as the add-in starts it; empty where it can.
    """

    windows: bool
    registry: Registry
    addins: Path
    interpreter: Path
    code_page: str
    excel_runs: bool
    fault: Callable[[Path], str]

    @property
    def unsuited(self) -> str:
        """Why xlwings' DLL cannot take this Python's path, with the remedy; empty where it can."""
        path = str(self.interpreter)
        with suppress(UnicodeError):
            if path.encode(self.code_page).decode(self.code_page) == path and "$(" not in path:
                return ""
        return (
            "xlwings' DLL takes only paths in the letters of Windows' own code page, and "
            'without "$("; make the environment in another folder'
        )

    def excel(self) -> Path | None:
        """Excel's program file."""
        key = rf"{COMPUTER}\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
        path = self.registry.values(key).get("")
        return Path(str(path)) if path else None

    def office(self) -> list[str]:
        """The versions of Excel that this person has used, newest first."""
        versions = ("16.0", "15.0", "14.0")
        return [each for each in versions if self.registry.values(excel_key(each, "Options"))]


def excel_key(version: str, name: str, policy: bool = False) -> str:
    """The registry key of a person's settings of Excel, or of the organisation's for them."""
    software = r"Software\Policies" if policy else "Software"
    return rf"{USER}\{software}\Microsoft\Office\{version}\Excel\{name}"


def bits(program: Path) -> int | None:
    """Whether a Windows program is one of 64 or 32 bits, by its header.

    The format is Microsoft's Portable Executable: at byte 60 stands where the
    header begins, and in it, after the signature, the machine's number.
    """
    with suppress(OSError, struct.error):
        start = program.read_bytes()[:4096]
        (header,) = struct.unpack_from("<I", start, 60)
        signature, machine = struct.unpack_from("<4sH", start, header)
        if signature == b"PE\0\0":
            return {0x8664: 64, 0xAA64: 64, 0x14C: 32}.get(machine)
    return None


def this_machine(environment: Mapping[str, str]) -> Machine:
    """The machine that runs this; on another system than Windows only that it is another."""
    windows = sys.platform == "win32"
    return Machine(
        windows,
        _WindowsRegistry(),
        Path(environment.get("APPDATA", "")) / "Microsoft" / "AddIns",
        Path(sys.executable),
        "mbcs" if windows else "utf-8",
        windows and excel_runs(Path(environment.get("SYSTEMROOT", r"C:\Windows"))),
        fault_of,
    )


def excel_runs(windows: Path) -> bool:
    """Whether Excel is open, by the task list of the Windows in this folder."""
    # By its full path: Windows would look for a bare name in the current folder too.
    command = [str(windows / "System32" / "tasklist.exe"), "/FI", "IMAGENAME eq EXCEL.EXE", "/NH"]
    # Its letters are not always those of Windows' own code page, so they stay bytes.
    listed = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    return b"EXCEL.EXE" in listed.stdout.upper()


def fault_of(interpreter: Path) -> str:
    """Why a Python cannot import what the add-in has it import; empty where it can."""
    imports = "import sys; sys.tracebacklimit = 0; import bbxl.udfs, xlwings.com_server"
    command = [str(interpreter), "-P", "-B", "-c", imports]
    try:
        started = Popen(command, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE)  # noqa: S603
    except OSError as error:
        return error.strerror or str(error)
    with started:
        try:
            code = started.wait(60)
        except subprocess.TimeoutExpired:
            started.kill()
            return "no answer within a minute"
        # Not to the end: a service of COM that was started meanwhile may keep the pipe open.
        told = os.read(started.stderr.fileno(), 4096) if code and started.stderr else b""
    lines = told.decode(errors="replace").strip().splitlines()
    return (lines[-1] if lines else f"exit code {code}") if code else ""


class _WindowsRegistry:
    """The registry through Python's own winreg."""

    def values(self, key: str) -> dict[str, str | int]:
        found: dict[str, str | int] = {}
        if sys.platform == "win32":
            import winreg

            root, _, path = key.partition("\\")
            with suppress(OSError), winreg.OpenKey(getattr(winreg, root), path) as opened:
                for i in range(winreg.QueryInfoKey(opened)[1]):
                    name, value, _ = winreg.EnumValue(opened, i)
                    found[name] = value
        return found

    def write(self, key: str, name: str, value: str) -> None:
        if sys.platform == "win32":
            import winreg

            root, _, path = key.partition("\\")
            with winreg.CreateKey(getattr(winreg, root), path) as opened:
                winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)

    def remove(self, key: str, name: str) -> None:
        if sys.platform == "win32":
            import winreg

            root, _, path = key.partition("\\")
            with (
                suppress(FileNotFoundError),
                winreg.OpenKey(getattr(winreg, root), path, 0, winreg.KEY_SET_VALUE) as opened,
            ):
                winreg.DeleteValue(opened, name)

    def remove_empty(self, key: str) -> None:
        if sys.platform == "win32":
            import winreg

            root, _, path = key.partition("\\")
            with suppress(FileNotFoundError):
                with winreg.OpenKey(getattr(winreg, root), path) as opened:
                    keys, values, _ = winreg.QueryInfoKey(opened)
                if not keys and not values:
                    winreg.DeleteKey(getattr(winreg, root), path)

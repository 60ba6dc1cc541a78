"""LibreOffice on this machine: finding it, and adding the extension to it.

LibreOffice runs add-ins in a Python of its own. On Windows and macOS, and in
the Document Foundation's builds, that one comes with it; in a Linux
distribution's build it is the system's, once a package such as python3-uno is
there. The packages that the functions need go into the extension, in the form
that this Python takes: neither Python is changed, and with the extension they
are gone.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

import bbxl
from bbxl.errors import UserError
from bbxl.hosts.libreoffice import extension

USUAL = {
    "Linux": (
        "usr/lib/libreoffice/program",
        "usr/lib64/libreoffice/program",
        "opt/libreoffice*/program",
    ),
    "Darwin": ("Applications/LibreOffice.app/Contents/MacOS",),
    "Windows": ("Program Files/LibreOffice/program", "Program Files (x86)/LibreOffice/program"),
}
OWN_PYTHON = ("python.exe", "python", "../Resources/python")  # from the program folder
SYSTEM_PYTHON = "usr/bin/python3"
LOCK = Path(__file__).with_name("requirements.txt")  # what the worksheet functions import, hashed
TAMPERED = "DO NOT MATCH THE HASHES"  # so says pip, and then which
OLDEST = (3, 11)
NO_PYTHON = "install python3-uno (Debian, Ubuntu) or libreoffice-pyuno (Fedora, openSUSE)"


class LibreOfficeError(UserError):
    """LibreOffice or a piece of it is missing, or refuses; the text names the remedy."""


@dataclass(frozen=True)
class LibreOffice:
    """LibreOffice on this machine.

    Where a method takes a profile, that is the folder of a user profile, by
    default the user's own.

    Attributes
    ----------
    soffice, unopkg : the office program, and the one that adds extensions.
    python : the Python that runs its add-ins.
    """

    soffice: Path
    unopkg: Path
    python: Path

    def python_version(self) -> str:
        """The version of its Python; LibreOfficeError where add-ins of ours cannot run in it."""
        asked = _run(self.python, "-c", "import sys, uno; print(*sys.version_info[:3])")
        if asked.returncode:
            raise LibreOfficeError(f"{self.python} has no module uno: {NO_PYTHON}")
        version = tuple(map(int, asked.stdout.split()))
        shown = ".".join(map(str, version))
        if version < OLDEST:
            raise LibreOfficeError(
                f"LibreOffice's Python ({self.python}) is {shown}, and bbxl needs "
                f"{'.'.join(map(str, OLDEST))} or newer: install a newer LibreOffice"
            )
        return shown

    def extension(self) -> bytes:
        """The extension's file, with the packages that it needs in this LibreOffice's Python."""
        with tempfile.TemporaryDirectory(prefix="bbxl-") as folder:
            self._gather(Path(folder))
            return extension.build(Path(folder))

    def install(self, file: Path, profile: Path | None = None) -> None:
        """Add the extension, in place of an older one; as root for all users of the machine."""
        self._unopkg(profile, "add", "--force", "--suppress-license", file.resolve())

    def uninstall(self, profile: Path | None = None) -> None:
        """Remove the extension, and with it all that it brought."""
        self._unopkg(profile, "remove", extension.IDENTIFIER)

    def answer(self, formula: str, profile: Path | None = None) -> str:
        """What a cell of Calc shows for a formula; empty where Calc did not open the file."""
        with tempfile.TemporaryDirectory(prefix="bbxl-") as name:
            folder = Path(name)
            book = Workbook()
            book.active["A1"] = formula
            book.save(folder / "ask.xlsx")
            to_text = ("--headless", "--convert-to", "csv", "--outdir")
            _run(self.soffice, *_environment(profile), *to_text, folder, folder / "ask.xlsx")
            shown = folder / "ask.csv"
            return shown.read_text("utf-8").strip() if shown.exists() else ""

    def _gather(self, folder: Path) -> None:
        """Put bbxl and what it needs into a folder, in the versions and with the hashes of LOCK."""
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python")
        install = ("install", "--quiet", "--no-compile", "--no-deps", "--only-binary=:all:")
        checked = ("--require-hashes", "--requirement", LOCK, "--target", folder)
        done = _run(*pip, self.python, *install, *checked)
        if TAMPERED in done.stderr:
            package = done.stderr.partition(TAMPERED)[2].splitlines()[1].split()[0]
            raise LibreOfficeError(
                f"{package} is not the package that bbxl was made with (its hash differs "
                f"from those in {LOCK}): nothing was installed; see where pip gets packages from"
            )
        if done.returncode:
            raise LibreOfficeError(
                f"pip cannot fetch what bbxl needs for {self.python}: {_last(done.stderr)}"
            )
        source = Path(bbxl.__file__).parent
        shutil.copytree(source, folder / "bbxl", ignore=shutil.ignore_patterns("templates"))

    def _unopkg(self, profile: Path | None, *command: str | Path) -> None:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        shared = ["--shared"] if root and profile is None else []
        done = _run(self.unopkg, *command, *shared, *_environment(profile))
        if "no such extension" in done.stderr:
            raise LibreOfficeError("bbxl is not installed in LibreOffice")
        if done.returncode:
            raise LibreOfficeError(
                f"LibreOffice did not {command[0]} it: {_last(done.stderr)} "
                "(if LibreOffice is open, close it and try again)"
            )


def find(
    program: Path | None = None,
    *,
    root: Path | None = None,
    system: str = "",
    on_path: Callable[[str], str | None] = shutil.which,
) -> LibreOffice:
    """LibreOffice on this machine.

    Parameters
    ----------
    program : its program folder; by default that of the soffice on the PATH, or a usual one.
    root, system, on_path : what the usual places are under, whose they are, and how the
        PATH is searched; this machine's by default.

    Raises
    ------
    LibreOfficeError : there is none, or it has no Python.
    """
    root = root or Path(Path.cwd().anchor)
    program = program or _program(root, system or platform.system(), on_path)
    soffice, unopkg = (_first(program, f"{n}.com", f"{n}.exe", n) for n in ("soffice", "unopkg"))
    if not soffice or not unopkg:
        raise LibreOfficeError(f"{program} is no program folder of LibreOffice")
    python = _first(program, *OWN_PYTHON) or _first(root, SYSTEM_PYTHON)
    if not python:
        raise LibreOfficeError(f"the LibreOffice in {program} has no Python: {NO_PYTHON}")
    return LibreOffice(soffice, unopkg, python)


def _program(root: Path, system: str, on_path: Callable[[str], str | None]) -> Path:
    found = on_path("soffice")
    if found:
        return Path(found).resolve().parent
    for usual in USUAL.get(system, ()):
        for folder in sorted(root.glob(usual), reverse=True):  # the newest, where there are several
            return folder
    raise LibreOfficeError(
        "LibreOffice is not found: install it, or name its program folder with --program"
    )


def _first(folder: Path, *names: str) -> Path | None:
    return next((folder / name for name in names if (folder / name).exists()), None)


def _environment(profile: Path | None) -> list[str]:
    return [f"-env:UserInstallation={profile.resolve().as_uri()}"] if profile else []


def outside_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Environment variables as they are where no virtual environment is active.

    LibreOffice's Python looks for its library beside the first python3 of the
    PATH; beside that of a virtual environment it finds another one, and crashes.
    """
    inside = [Path(sys.prefix), *map(Path, filter(None, [variables.get("VIRTUAL_ENV")]))]
    folders = variables.get("PATH", "").split(os.pathsep)
    kept = [each for each in folders if not any(map(Path(each).is_relative_to, inside))]
    there = {"PATH": os.pathsep.join(kept)} if "PATH" in variables else {}
    left_out = ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH")
    return {**{k: v for k, v in variables.items() if k not in left_out}, **there}


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 (no shell)
        command, capture_output=True, text=True, env=outside_environment(os.environ)
    )


def _last(told: str) -> str:
    """What went wrong, of all that a program said: its last error line."""
    lines = [line for line in told.splitlines() if line.startswith("ERROR")]
    return (lines or told.strip().splitlines() or ["it does not say why"])[-1]

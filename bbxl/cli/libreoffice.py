"""The commands for LibreOffice Calc: building the extension, adding it, removing it."""

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bbxl.cli.parts import command, ending_in, group
from bbxl.errors import UserError

if TYPE_CHECKING:
    from bbxl.hosts.libreoffice.program import LibreOffice


def add_to(commands: Any) -> None:
    purpose = "add the BB_ functions to LibreOffice Calc"
    actions = group(commands, "libreoffice", purpose, "bbxl libreoffice install")
    purpose = "make the extension for this machine's LibreOffice"
    build = command(actions, "build", _build, purpose, "bbxl libreoffice build bbxl.oxt")
    build.add_argument(
        "file", nargs="?", type=Path, default=Path("bbxl.oxt"), help="by default bbxl.oxt"
    )
    purpose = "make the extension and add it to LibreOffice"
    install = command(actions, "install", _install, purpose, "bbxl libreoffice install")
    purpose = "remove the extension from LibreOffice"
    uninstall = command(actions, "uninstall", _uninstall, purpose, "bbxl libreoffice uninstall")
    for action in (build, install, uninstall):
        action.add_argument(
            "--program", type=Path, help="LibreOffice's program folder, if it is not found"
        )
    for action in (install, uninstall):
        action.add_argument(
            "--profile", type=Path, help="LibreOffice user profile other than yours"
        )


def _build(chosen: argparse.Namespace) -> None:
    from bbxl.xlsx.writing import write_whole

    file = ending_in(chosen.file, ".oxt")
    write_whole(file, _office(chosen).extension())
    print(f"wrote {file}")


def _install(chosen: argparse.Namespace) -> None:
    import bbxl

    office = _office(chosen)
    with tempfile.TemporaryDirectory(prefix="bbxl-") as folder:
        file = Path(folder) / "bbxl.oxt"
        file.write_bytes(office.extension())
        office.install(file, chosen.profile)
    shown = office.answer("=BB_VERSION()", chosen.profile)
    if shown != bbxl.__version__:
        raise UserError(
            f"the extension is added, but Calc answers =BB_VERSION() with {shown or 'nothing'}; "
            "if LibreOffice is open, close it and try again"
        )
    print(f"installed: in a cell of Calc, =BB_VERSION() answers {shown}")


def _uninstall(chosen: argparse.Namespace) -> None:
    from bbxl.hosts.libreoffice import program

    program.find(chosen.program).uninstall(chosen.profile)
    print("uninstalled")


def _office(chosen: argparse.Namespace) -> "LibreOffice":
    """LibreOffice with a Python that our add-in can run in; says which."""
    from bbxl.hosts.libreoffice import program

    office = program.find(chosen.program)
    version = office.python_version()
    print(f"LibreOffice in {office.soffice.parent}, with Python {version} ({office.python})")
    print("its packages are fetched, which may take a minute", flush=True)
    return office

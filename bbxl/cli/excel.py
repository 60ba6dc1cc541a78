"""The commands for Excel: excel names, and of the add-in build, install, uninstall, doctor."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from bbxl.cli.parts import command, ending_in, group, refuse_taken, write_new
from bbxl.cli.workbooks import filled_template


def add_to(commands: Any) -> None:
    purpose = "the functions in Excel: an add-in for Windows, or names"
    actions = group(commands, "excel", purpose, "bbxl excel names plan.xlsx")

    purpose = "write the add-in, or a workbook with its functions"
    build = command(actions, "build", _build, purpose, "bbxl excel build --workbook plan.xlsm")
    build.add_argument(
        "file", nargs="?", type=Path, default=Path("bbxl.xlam"), help="by default bbxl.xlam"
    )
    build.add_argument(
        "--workbook", metavar="FILE.xlsm", type=Path, help="write a template with the functions"
    )
    build.add_argument("--template", help="with --workbook: the template, as in bbxl new")
    build.add_argument("--preset", help="with --workbook: the worked example that fills it")
    build.add_argument("--overwrite", action="store_true", help="replace the file if it is there")

    carried = "put the functions into a workbook as names, for Excel 365 and 2024"
    names = command(actions, "names", _names, carried, "bbxl excel names plan.xlsx")
    names.add_argument("file", metavar="FILE.xlsx", type=Path, help="the workbook")
    names.add_argument("--out", metavar="FILE.xlsx", type=Path, help="write another file")
    names.add_argument("--remove", action="store_true", help="take the names out again")
    names.add_argument("--overwrite", action="store_true", help="replace --out if it is there")

    purpose = "put the add-in into Excel, for this person"
    install = command(actions, "install", _install, purpose, "bbxl excel install")
    install.add_argument("--yes", action="store_true", help="replace what is there unasked")
    purpose = "take the add-in out of Excel"
    command(actions, "uninstall", _uninstall, purpose, "bbxl excel uninstall")
    purpose = "check each thing that the add-in needs"
    command(actions, "doctor", _doctor, purpose, "bbxl excel doctor")


def _build(chosen: argparse.Namespace) -> None:
    from bbxl.hosts.excel import addin

    target = ending_in(chosen.workbook or chosen.file, ".xlsm" if chosen.workbook else ".xlam")
    refuse_taken(target, chosen.overwrite)
    if chosen.workbook:
        built = addin.build_workbook(filled_template(chosen))
    else:
        built = addin.build(sys.executable)
    write_new(target, built, chosen.overwrite)
    if not chosen.workbook:
        write_new(target.with_suffix(".intellisense.xml"), addin.intellisense(), True)


def _names(chosen: argparse.Namespace) -> None:
    from bbxl.hosts.names import carrying

    file = ending_in(chosen.file, ".xlsx")
    out = ending_in(chosen.out or file, ".xlsx")
    refuse_taken(out, chosen.overwrite or not chosen.out)
    if chosen.remove:
        carried = carrying.without_names(file)
    else:
        carried = carrying.with_names(file)
        for line in carrying.told(carried):
            print(line)
    write_new(out, carried.data, chosen.overwrite or not chosen.out)


def _install(chosen: argparse.Namespace) -> None:
    from bbxl.hosts.excel.install import install
    from bbxl.hosts.excel.machine import this_machine

    for line in install(this_machine(os.environ), _agreed if not chosen.yes else lambda _: True):
        print(line)


def _uninstall(chosen: argparse.Namespace) -> None:
    from bbxl.hosts.excel.install import uninstall
    from bbxl.hosts.excel.machine import this_machine

    for line in uninstall(this_machine(os.environ)):
        print(line)


def _doctor(chosen: argparse.Namespace) -> int:
    from bbxl.hosts.excel.doctor import examine
    from bbxl.hosts.excel.machine import this_machine

    faults = 0
    for check in examine(this_machine(os.environ)):
        faults += not check.ok
        print(f"{'OK   ' if check.ok else 'FAULT'} {check.what}: {check.found}")
        if not check.ok:
            print(f"      remedy: {check.remedy}")
    if not faults:
        print("cells still show #NAME?: enter =BB_VERSION() into one, then press Ctrl+Alt+F9")
    return 1 if faults else 0


def _agreed(question: str) -> bool:
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:  # nobody there to ask
        return False

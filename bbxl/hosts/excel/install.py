"""Puts the add-in where Excel loads it, and takes it away again."""

import re
from collections.abc import Callable, Iterator
from itertools import count

from bbxl.errors import UserError
from bbxl.hosts.excel import addin
from bbxl.hosts.excel.machine import USER, Machine, excel_key
from bbxl.xlsx.writing import write_whole

ELSEWHERE = (
    "the add-in needs Excel on Windows; elsewhere use Excel with xlwings Lite "
    "(see the README) or LibreOffice (bbxl libreoffice install)"
)


def install(machine: Machine, agreed: Callable[[str], bool]) -> Iterator[str]:
    """Install the add-in for this person; yields what was done, a line each.

    Parameters
    ----------
    agreed : asks whether to go on, before something is overwritten.

    Raises
    ------
    UserError : not Windows, Excel not found or still open, or not agreed.
    """
    _must_be_ready(machine)
    path = machine.addins / addin.FILE
    built = addin.build(str(machine.interpreter))
    key = rf"{USER}\{addin.SETTING}"
    there = machine.registry.values(key).get(addin.PYTHON)
    replaced = []
    if path.exists() and path.read_bytes() != built:
        replaced.append(f"{path}, which was built by another version or Python")
    if there not in (None, str(machine.interpreter)):
        replaced.append(f"the Python that bbxl uses in Excel, {there}")
    if replaced and not agreed(f"replace {' and '.join(replaced)}?"):
        raise UserError("not agreed, so nothing was changed")
    machine.addins.mkdir(parents=True, exist_ok=True)
    write_whole(path, built)
    yield f"wrote {path}"
    write_whole(path.with_name(addin.DESCRIPTION), addin.intellisense())
    yield f"wrote {path.with_name(addin.DESCRIPTION)}"
    machine.registry.write(key, addin.PYTHON, str(machine.interpreter))
    yield rf"set {key}\{addin.PYTHON} to {machine.interpreter}"
    for version in machine.office():
        key = excel_key(version, "Options")
        names = opened(machine, key)
        if not any(_is_ours(value) for value in names.values()):
            name = next(free for i in count() if (free := _nth(i)) not in names)
            machine.registry.write(key, name, f'"{path}"')
            yield rf"set {key}\{name}: Excel loads it when it starts"
    yield "start Excel and type =BB_VERSION() into a cell; 'bbxl excel doctor' checks the rest"


def uninstall(machine: Machine) -> Iterator[str]:
    """Take away all that `install` put there; yields what was done, a line each.

    Raises
    ------
    UserError : not Windows, or Excel is open.
    """
    _must_be_ready(machine)
    for name in (addin.FILE, addin.DESCRIPTION):
        if (machine.addins / name).exists():
            (machine.addins / name).unlink()
            yield f"removed {machine.addins / name}"
    key = rf"{USER}\{addin.SETTING}"
    if addin.PYTHON in machine.registry.values(key):
        machine.registry.remove(key, addin.PYTHON)
        yield rf"removed {key}\{addin.PYTHON}"
    for version in machine.office():
        key = excel_key(version, "Options")
        names = opened(machine, key)
        kept = [value for value in names.values() if not _is_ours(value)]
        if len(kept) < len(names):
            # Excel reads OPEN, OPEN1, OPEN2 ... up to the first that is missing.
            renumbered = {_nth(i): value for i, value in enumerate(kept)}
            for name, value in renumbered.items():
                machine.registry.write(key, name, value)
            for name in names.keys() - renumbered.keys():
                machine.registry.remove(key, name)
            yield f"took the add-in out of {key}"
    yield "bbxl is no longer in Excel; files that were saved with its functions show #NAME?"


def opened(machine: Machine, key: str) -> dict[str, str]:
    """What Excel opens when it starts: OPEN, OPEN1 ... in their order."""
    values = machine.registry.values(key)
    numbers = sorted(
        int(match[1] or 0) for name in values if (match := re.fullmatch(r"OPEN(\d*)", name))
    )
    return {_nth(number): str(values[_nth(number)]) for number in numbers}


def is_registered(machine: Machine, version: str) -> bool:
    """Whether a version of Excel loads the add-in."""
    return any(map(_is_ours, opened(machine, excel_key(version, "Options")).values()))


def _must_be_ready(machine: Machine) -> None:
    if not machine.windows:
        raise UserError(ELSEWHERE)
    if not machine.office():
        raise UserError("Excel was not found; start it once, close it, and try again")
    if machine.excel_runs:
        raise UserError("Excel is open; close it and try again")


def _nth(number: int) -> str:
    return f"OPEN{number or ''}"


def _is_ours(value: str) -> bool:
    return bool(re.search(rf'(^|[/\\" ]){re.escape(addin.FILE)}"?$', value, re.IGNORECASE))

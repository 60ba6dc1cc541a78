"""Puts the add-in where Excel loads it, and takes it away again."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from bbxl.errors import UserError
from bbxl.hosts.excel import addin
from bbxl.hosts.excel.machine import USER, Machine, Registry, excel_key
from bbxl.xlsx.writing import write_whole

OURS = rf"{USER}\{addin.SETTING}"
ELSEWHERE = (
    "the add-in needs Excel on Windows; elsewhere there are bbxl excel names FILE.xlsx (for Excel "
    "365 and 2024), xlwings Lite, and for LibreOffice bbxl libreoffice install"
)


def install(machine: Machine, agreed: Callable[[str], bool]) -> list[str]:
    """Install the add-in for this person, whole or not at all; what was done, a line each.

    Parameters
    ----------
    agreed : asks whether to go on, before something is overwritten.

    Raises
    ------
    UserError : not Windows, Excel not found or still open, a Python that Excel cannot
        start, or not agreed.
    """
    _must_be_ready(machine)
    if machine.unsuited:
        raise UserError(f"{machine.interpreter}: {machine.unsuited}")
    path, interpreter = machine.addins / addin.FILE, str(machine.interpreter)
    description = path.with_name(addin.DESCRIPTION)
    built = addin.build(interpreter)
    there = machine.registry.values(OURS).get(addin.PYTHON)
    replaced = []
    if path.exists() and path.read_bytes() != built:
        replaced.append(f"{path}, which was built by another version or Python")
    if there not in (None, interpreter):
        replaced.append(f"the Python that bbxl uses in Excel, {there}")
    if replaced and not agreed(f"replace {' and '.join(replaced)}?"):
        raise UserError("not agreed, so nothing was changed")
    machine.addins.mkdir(parents=True, exist_ok=True)
    with ExitStack() as undo:
        _write(undo, path, built)
        _write(undo, description, addin.intellisense())
        _set(undo, machine.registry, OURS, addin.PYTHON, interpreter)
        done = [f"wrote {path}", f"wrote {description}"]
        done.append(rf"set {OURS}\{addin.PYTHON} to {interpreter}")
        for version in machine.office():
            key = excel_key(version, "Options")
            names = opened(machine, key)
            if not any(_is_ours(value) for value in names.values()):
                name = next(free for i in count() if (free := _nth(i)) not in names)
                _set(undo, machine.registry, key, name, f'"{path}"')
                done.append(rf"set {key}\{name}: Excel loads it when it starts")
        undo.pop_all()
    return [
        *done,
        "start Excel and type =BB_VERSION() into a cell; 'bbxl excel doctor' checks the rest",
    ]


def _write(undo: ExitStack, path: Path, data: bytes) -> None:
    before = path.read_bytes() if path.exists() else None
    write_whole(path, data)
    if before is None:
        undo.callback(path.unlink)
    else:
        undo.callback(write_whole, path, before)


def _set(undo: ExitStack, registry: Registry, key: str, name: str, value: str) -> None:
    before = registry.values(key).get(name)
    registry.write(key, name, value)
    if before is None:
        undo.callback(registry.remove_empty, key)
        undo.callback(registry.remove, key, name)
    else:
        undo.callback(registry.write, key, name, str(before))


def uninstall(machine: Machine) -> list[str]:
    """Take away all that `install` put there; what was done, a line each.

    Raises
    ------
    UserError : not Windows, or Excel is open.
    """
    _must_be_ready(machine)
    done = []
    for name in (addin.FILE, addin.DESCRIPTION):
        if (machine.addins / name).exists():
            (machine.addins / name).unlink()
            done.append(f"removed {machine.addins / name}")
    if addin.PYTHON in machine.registry.values(OURS):
        machine.registry.remove(OURS, addin.PYTHON)
        done.append(rf"removed {OURS}\{addin.PYTHON}")
    machine.registry.remove_empty(OURS)
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
            done.append(f"took the add-in out of {key}")
    return [
        *done,
        "bbxl is no longer in Excel; files that were saved with its functions show #NAME?",
    ]


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

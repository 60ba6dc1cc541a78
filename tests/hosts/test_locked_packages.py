"""The packages that LibreOffice's Python gets: all that bbxl needs there, and nothing else."""

import re
import sys
import tomllib
import zipfile
from hashlib import sha256
from importlib import metadata
from itertools import product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bbxl.cli import main
from bbxl.hosts.libreoffice import program

ROOT = Path(__file__).parent.parent.parent
NEEDED = {"numpy", "genai-prices"}  # what bbxl/worksheet and bbxl/model import
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = ("linux", "win32", "darwin")
LINE = re.compile(r"(\S+)==(\S+)(?: ; (.+?))?((?: --hash=sha256:[0-9a-f]{64})+)")


def lines():
    text = program.LOCK.read_text("utf-8").replace("\\\n", "")
    return [" ".join(each.split()) for each in text.splitlines() if each[:1] not in ("#", "")]


def pinned(environment):
    """Name of each package that the lock has for a Python on a system -> its version."""
    found = {}
    for line in lines():
        name, version, marker, _ = LINE.fullmatch(line).groups()
        if not marker or Requirement(f"{name} ; {marker}").marker.evaluate(environment):
            assert name not in found
            found[name] = version
    return found


@pytest.mark.parametrize(("python", "system"), [*product(PYTHONS, SYSTEMS)])
def test_the_lock_has_all_that_is_needed_in_versions_that_are_allowed(python, system):
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": system,
        "platform_system": {"linux": "Linux", "win32": "Windows", "darwin": "Darwin"}[system],
        "extra": "",
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [
        each
        for each in map(Requirement, project["dependencies"])
        if canonicalize_name(each.name) in NEEDED
    ]
    assert {each.name for each in wanted} == NEEDED
    found, seen = pinned(environment), set()
    while wanted:
        each = wanted.pop()
        name = canonicalize_name(each.name)
        if each.marker and not each.marker.evaluate(environment):
            continue
        assert each.specifier.contains(found[name]), f"{each} is locked as {found[name]}"
        if name not in seen:
            seen.add(name)
            wanted += map(Requirement, metadata.requires(name) or [])
    assert set(found) == seen


def test_the_oldest_python_that_is_taken_is_one_of_the_lock():
    assert tuple(map(int, PYTHONS[0].split("."))) == program.OLDEST


def test_the_lock_names_no_place_to_fetch_from():
    assert not re.search(r"https?:|index-url|find-links|@", program.LOCK.read_text("utf-8"))


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Two packages in a folder, the only ones that pip finds, and LibreOffice with this Python."""
    folder = tmp_path / "packages"
    folder.mkdir()
    for name in ("one", "two"):
        with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
            info = f"{name}-1.0.dist-info"
            wheel.writestr(f"{name}.py", "")
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", f"{name}.py,,\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    python = Path(sys.executable)
    office = program.LibreOffice(tmp_path / "soffice", tmp_path / "unopkg", python)
    monkeypatch.setattr(program, "find", lambda *_: office)
    monkeypatch.setattr(program.LibreOffice, "python_version", lambda _: "3.11.0")
    return folder


def lock(folder, monkeypatch, **hashes):
    path = folder.parent / "requirements.txt"
    path.write_text(
        "".join(
            f"{name}==1.0{f' --hash=sha256:{each}' if each else ''}\n"
            for name, each in hashes.items()
        )
    )
    monkeypatch.setattr(program, "LOCK", path)


def digest(folder, name):
    return sha256((folder / f"{name}-1.0-py3-none-any.whl").read_bytes()).hexdigest()


def test_what_has_its_hash_gets_into_the_extension(packages, monkeypatch, capsys):
    lock(packages, monkeypatch, one=digest(packages, "one"), two=digest(packages, "two"))
    target = packages.parent / "bbxl.oxt"
    assert main(["libreoffice", "build", str(target)]) == 0, capsys.readouterr().err
    with zipfile.ZipFile(target) as archive:
        assert {"pythonpath/one.py", "pythonpath/two.py"} <= set(archive.namelist())


@pytest.mark.parametrize(
    ("hashes", "told"),
    [
        ({"two": "0" * 64}, "two==1.0 "),  # another file than the one that was locked
        ({"three": "0" * 64}, "three==1.0"),  # not there at all
        ({"two": ""}, "Hashes are required"),
    ],
)
@pytest.mark.parametrize("action", ["build", "install"])
def test_a_package_that_is_not_the_locked_one_ends_in_a_line(
    packages, monkeypatch, capsys, action, hashes, told
):
    lock(packages, monkeypatch, one=digest(packages, "one"), **hashes)
    monkeypatch.setattr(program.LibreOffice, "install", None)
    before = set(packages.parent.iterdir())
    target = [str(packages.parent / "bbxl.oxt")] if action == "build" else []
    assert main(["libreoffice", action, *target]) == 2
    told_all = capsys.readouterr().err
    assert told_all.startswith("bbxl: ")
    assert told_all.count("\n") == 1
    assert told in told_all
    assert set(packages.parent.iterdir()) == before

"""The wheel works from site-packages, outside the source tree."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    run(*pip, "wheel", str(ROOT), "--no-deps", "--no-build-isolation", "-q", "-w", str(folder))
    (built,) = folder.glob("bbxl-*.whl")
    return built


def test_the_wheel_carries_templates_and_data_and_no_tests(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for path in (ROOT / "templates").glob("*.xlsx"):
        assert f"bbxl/templates/{path.name}" in names
    for path in (ROOT / "bbxl").rglob("*.toml"):
        assert path.relative_to(ROOT).as_posix() in names
    assert not [name for name in names if "test" in name]


def test_it_runs_from_where_it_is_installed(wheel, tmp_path):
    site, work = tmp_path / "site-packages", tmp_path / "work"
    work.mkdir()
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    run(*pip, "install", "-q", "--no-deps", "--target", str(site), str(wheel))
    there = {"cwd": work, "env": {**os.environ, "PYTHONPATH": str(site)}}
    where = run(
        sys.executable,
        "-c",
        "import bbxl.workbooks.library as it; print(it.__file__); print(it.folder())",
        **there,
    ).split()
    assert all(each.startswith(str(site)) for each in where)
    assert "Function tour: PASS" in run(sys.executable, "-m", "bbxl", "demo", **there)
    committed = (ROOT / "templates" / "build-vs-buy.xlsx").read_bytes()
    assert (work / "bbxl-demo" / "build-vs-buy.xlsx").read_bytes() == committed

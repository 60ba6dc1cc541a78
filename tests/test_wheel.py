"""The wheel works from site-packages, outside the source tree."""

import os
import subprocess
import sys
import zipfile
from email.parser import BytesParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import bbxl

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


def test_the_wheel_carries_templates_data_and_pages_and_no_tests(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for path in (ROOT / "templates").glob("*.xlsx"):
        assert f"bbxl/templates/{path.name}" in names
    for ending in ("*.toml", "*.bas", "*.md"):
        for path in (ROOT / "bbxl").rglob(ending):
            assert path.relative_to(ROOT).as_posix() in names
    assert "bbxl/templates/README.md" in names
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


IN_THE_BROWSER = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"formualizer", "openpyxl", "genai_prices", "pyopenvba"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
from bbxl.udfs import *
from bbxl.udfs import BB_API_COST, BB_BREAKEVEN, BB_MODELS, BB_PRESET, BB_TCO
print(BB_BREAKEVEN([[50000]], [[0.002]], [[250000]], [[0.0002]]))
print(BB_TCO(BB_PRESET([["customer-support-classifier"]]), [[100000, "#N/A"]])[0])
print(BB_API_COST([["gpt-4o"]], [[1]], [[1]]), BB_MODELS([["gpt-4o"]]), BB_PRESET([["none"]]))
"""


def test_in_the_browser_the_functions_need_numpy_alone(wheel, tmp_path):
    """xlwings Lite: what it would install, and the functions with nothing more than that."""
    metadata = BytesParser().parsebytes(
        zipfile.ZipFile(wheel).read(f"bbxl-{bbxl.__version__}.dist-info/METADATA")
    )
    needed = map(Requirement, metadata.get_all("Requires-Dist"))
    browser = {"sys_platform": "emscripten", "extra": ""}
    assert [each.name for each in needed if not each.marker or each.marker.evaluate(browser)] == [
        "numpy"
    ]
    assert run(sys.executable, "-c", IN_THE_BROWSER, cwd=tmp_path).splitlines() == [
        "9259259.25925926",
        "[7750.0, '#N/A']",
        "#N/A #N/A #N/A",
    ]

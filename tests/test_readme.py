"""The front README is one page, and CI runs its commands."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from bbxl import calculate

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
TEXT = README.read_text("utf-8")
ORDER = [
    "![Summary of the comparison workbook",
    "Open [templates/build-vs-buy.xlsx]",
    "![Inputs sheet",
    "<!-- the demo command -->",
    "<!-- the test command -->",
    "## Your own numbers",
    "## The functions in a cell",
    "**Excel 365",
    "**Excel on Windows",
    "**LibreOffice",
    "<!-- the file scenarios.csv -->",
    "## What it answers, and what it does not",
    "**Not run:**",
    "## More",
]
"""What a newcomer reads first comes first."""


def test_it_is_one_page():
    assert len(README.read_bytes()) <= 6144


def test_it_is_in_the_order_of_a_first_hour():
    places = [TEXT.index(each) for each in ORDER]
    assert places == sorted(places)


def test_ci_runs_its_commands():
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    for marker in ("the test command", "the demo command"):
        assert f'readme_command "{marker}"' in ci
        assert re.search(rf"<!-- {marker} -->\n```sh\npython3 -m venv .*\n```", TEXT)


def test_its_test_command_installs_what_the_tests_import():
    """It installs the extra test alone; CI has dev too, and would not notice what is missing."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"]
    missing = {re.match(r"[\w-]+", each)[0] for each in extras["dev"]} - {"bbxl"}
    missing = {{"pillow": "PIL"}.get(name, name) for name in missing}
    assert {"PIL", "pypdfium2"} <= missing
    options = project["tool"]["pytest"]["ini_options"]["addopts"]
    left_out = {ROOT / each.removeprefix("--ignore=") for each in options if "=tests" in each}
    for path in set((ROOT / "tests").rglob("*.py")) - left_out:
        for node in ast.parse(path.read_text("utf-8")).body:
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert missing.isdisjoint(name.partition(".")[0] for name in names), path


@pytest.mark.parametrize("way", ["Excel 365", "Excel on Windows", "LibreOffice"])
def test_the_functions_are_there_in_three_lines(way):
    lines = TEXT.partition(f"**{way}")[2].partition("\n\n")[2].partition("\n\n")[0].splitlines()
    assert [line[:3] for line in lines] == ["1. ", "2. ", "3. "]


def test_ones_own_numbers_take_six_steps():
    steps = TEXT.partition("## Your own numbers")[2].partition("\n## ")[0]
    assert re.findall(r"^(\d)\. ", steps, flags=re.MULTILINE) == list("123456")


def test_the_figure_that_it_names_is_the_answer():
    formula, figure = re.findall(r"`(=BB_\w+\([\d.,]+\))` is ([\d,.]+\d)", TEXT)[0]
    assert f"{calculate(formula):,.2f}" == figure

"""What contributors are told is so: links, folders and files, versions, the checks."""

import re
from pathlib import Path

import pytest
from test_layers import LAYER

import bbxl

ROOT = Path(__file__).parent.parent
GITHUB = ROOT / ".github"
GUIDE = (GITHUB / "CONTRIBUTING.md").read_text("utf-8")
CHANGELOG = (GITHUB / "CHANGELOG.md").read_text("utf-8")
# Files that the recipes have a contributor make.
MADE = {
    "bbxl/presets/invoices.toml",
    "bbxl/workbooks/build_vs_buy/people.py",
    "bbxl/hosts/web.py",
}


@pytest.mark.parametrize("text", [GUIDE, CHANGELOG])
def test_links_lead_to_files_and_folders(text):
    found = re.findall(r"\]\((?!https://)([^)]+)\)", text)
    assert found
    for target in found:
        assert (GITHUB / target).exists(), target


def test_paths_that_are_named_are_there():
    named = set(re.findall(r"\b(?:bbxl|tests|templates)/[\w./*-]*\w", GUIDE))
    assert named >= MADE
    for path in named - MADE:
        assert list(ROOT.glob(path)), path
    for path in MADE:
        assert not (ROOT / path).exists(), path


def test_every_folder_stands_in_the_table():
    folders = {
        f"bbxl/{each.name}"
        for each in (ROOT / "bbxl").iterdir()
        if each.is_dir() and list(each.glob("*.py"))
    }
    listed = re.findall(r"^\| `([\w/]+)` \|", GUIDE, flags=re.MULTILINE)
    rooms = [each for each in listed if each.startswith("bbxl/")]
    assert set(rooms) == folders
    layers = [LAYER[each.removeprefix("bbxl/")] for each in rooms]
    assert layers == sorted(layers), "a folder imports only from those above it"
    assert len(GUIDE.splitlines()) < 200


def test_the_checks_before_a_commit_are_those_of_ci():
    hooks = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    entries = re.findall(r"entry: (.*)", hooks)
    assert entries == re.findall(r"^ *\.venv/bin/((?:ruff|mypy).*)$", ci, flags=re.MULTILINE)


def test_the_changelog_begins_with_what_is_to_come_and_then_this_version():
    headings = re.findall(r"^## \[(.*?)\](?: - (\d{4}-\d\d-\d\d))?$", CHANGELOG, flags=re.MULTILINE)
    assert headings[0] == ("Unreleased", "")
    assert headings[1][0] == bbxl.__version__
    assert all(date for _, date in headings[1:])
    kinds = set(re.findall(r"^### (.*)$", CHANGELOG, flags=re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}

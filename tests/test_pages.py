"""What the documents say is so: links, examples, commands, what the registry makes."""

import doctest
import re

import openpyxl
import pages
import pytest
from test_cli import ALL

from bbxl.worksheet import REGISTRY

ROOT = pages.ROOT
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in pages.PAGES}
DESCRIBED = ["worksheet", "engine", "batch", "hosts/excel", "hosts/libreoffice", "hosts/names"]


def outside_blocks(text):
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)


def anchors(text):
    """The anchors that GitHub gives to headings: small letters, hyphens for spaces, no signs."""
    headings = re.findall(r"^#+ (.*)$", outside_blocks(text), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


LINKS = [
    (page, target)
    for page, text in TEXTS.items()
    for target in re.findall(r"\]\((?!https://)([^)]+)\)", outside_blocks(text))
]
EXAMPLES = [
    pytest.param(page, *each, id=f"{page}: {each[0]}")
    for page, text in TEXTS.items()
    for each in pages.examples(text)
]
MENTIONED = sorted(
    {
        (page, line.strip())
        for page, text in TEXTS.items()
        for line in [
            *re.findall(r"`(?:\S*[/\\])?(bbxl [^`\n]+)`", text),
            *re.findall(r"^(?:\$ |\S*[/\\])?(bbxl [^#\n]+)", text, flags=re.MULTILINE),
        ]
        if re.match(r"bbxl (?!and |puts |has |reads |it |is |never )[a-z]+", line)
    }
)


def test_each_part_that_a_user_meets_has_its_page():
    assert {f"bbxl/{each}/README.md" for each in DESCRIBED} <= TEXTS.keys()
    linked = {(ROOT / page).parent.joinpath(target.partition("#")[0]).resolve()
              for page, target in LINKS}  # fmt: skip
    unlinked = (
        {path for path in pages.PAGES if path.name == "README.md"} - linked - {ROOT / "README.md"}
    )
    assert not unlinked


@pytest.mark.parametrize(("page", "target"), LINKS)
def test_links_lead_somewhere(page, target):
    file, _, anchor = target.partition("#")
    path = (ROOT / page).parent / file if file else ROOT / page
    assert path.exists()
    if anchor:
        assert anchor in anchors(path.read_text("utf-8"))


@pytest.mark.parametrize(("page", "command", "output"), EXAMPLES)
def test_examples_print_what_is_shown(page, command, output):
    """Where one does not, and is right to, `python tests/pages.py` writes what it prints."""
    assert pages.printed(command, TEXTS[page]) == output


def test_there_are_examples_and_links():
    assert len(EXAMPLES) >= 5
    assert len(LINKS) >= 40
    assert len(MENTIONED) >= 40


@pytest.mark.parametrize("page", TEXTS)
def test_python_examples(page):
    assert doctest.testfile(str(ROOT / page), module_relative=False).failed == 0


@pytest.mark.parametrize(("page", "line"), MENTIONED)
def test_a_command_that_is_named_is_there_with_its_options(page, line):
    words = tuple(line.replace("'", " ").replace('"', " ").split()[1:])
    command = next((words[:n] for n in (2, 1) if words[:n] in ALL), None)
    assert command, line
    known = {option for action in ALL[command]._actions for option in action.option_strings}
    assert {each for each in words if each.startswith("--")} <= known


@pytest.mark.parametrize("name", pages.MADE)
def test_what_the_registry_makes_is_in_step(name):
    """Where it is not, `python tests/pages.py` writes it."""
    assert pages.part(pages.FUNCTIONS.read_text("utf-8"), name)[0] == pages.MADE[name]()


def test_every_function_has_an_example():
    for name in REGISTRY:
        assert f"\n#### {name}\n" in TEXTS["bbxl/worksheet/README.md"]


def test_sheets_that_are_named_are_in_the_workbook():
    rows = TEXTS["templates/README.md"].partition("| sheet |")[2].partition("\n\n")[0]
    named = set(re.findall(r"^\| ([A-Z][\w ]*) \|", rows, flags=re.MULTILINE))
    assert len(named) >= 5
    book = openpyxl.load_workbook(ROOT / "templates" / "build-vs-buy.xlsx", read_only=True)
    assert named <= set(book.sheetnames)


def test_every_picture_is_shown_and_those_of_sheets_can_be_drawn_again():
    shown = {(ROOT / page).parent.joinpath(target).resolve() for page, target in LINKS}
    assert set((ROOT / ".pictures").iterdir()) <= shown
    source = (ROOT / "tests" / "pictures.py").read_text("utf-8")
    sheets = re.findall(r'"(\w+)"', re.search(r"^SHEETS = \[(.*)\]$", source, re.MULTILINE)[1])
    book = openpyxl.load_workbook(ROOT / "templates" / "build-vs-buy.xlsx", read_only=True)
    assert set(sheets) <= set(book.sheetnames)
    drawn = {f"{sheet.lower()}.png" for sheet in sheets}
    assert drawn <= {path.name for path in (ROOT / ".pictures").iterdir()}

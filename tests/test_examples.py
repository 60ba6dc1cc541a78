"""The examples run in an empty folder, and print what stands at their end."""

import ast
import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "examples"
EXAMPLES = sorted(file for file in FOLDER.glob("*.py") if file.name != "conftest.py")


def test_there_are_ten_and_each_is_short():
    assert len(EXAMPLES) >= 10
    for file in EXAMPLES:
        text = file.read_text("utf-8")
        assert 20 <= text.count("\n") <= 50, file.name
        said = ast.get_docstring(ast.parse(text)).split("\n")
        assert [bool(line) for line in said] == [True, False, True], "two lines, a blank between"


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_prints_what_it_says(capsys, tmp_path, monkeypatch, file):
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(file), run_name="__main__")
    _, _, said = file.read_text("utf-8").partition("\n# It prints:\n")
    printed = capsys.readouterr().out.splitlines()
    assert [f"# {line}".rstrip() for line in printed] == said.splitlines()
    assert printed

"""What the README says is so: its examples run, its table and commands are the real ones."""

import doctest
import re
import shlex
from pathlib import Path

import pytest

from bbxl.cli import main
from bbxl.worksheet import REGISTRY

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
TEXT = README.read_text("utf-8")

EXAMPLES = [
    (command, output)
    for block in re.findall(r"```console\n(.*?)```", TEXT, flags=re.S)
    for command, output in re.findall(r"\$ (.*)\n((?:(?!\$ ).*\n)*)", block)
]
FILES = dict(re.findall(r"<!-- the file (\S+) -->\n```csv\n(.*?)```", TEXT, flags=re.S))


def function_table():
    return "\n".join(
        [
            "| function | gives |",
            "|---|---|",
            *(f"| `{each.syntax}` | {each.purpose} |" for each in REGISTRY.values()),
        ]
    )


def test_the_function_table_is_the_registrys():
    shown = re.search(r"<!-- functions -->\n(.*?)\n<!-- end of functions -->", TEXT, flags=re.S)
    assert shown
    assert shown[1] == function_table()


@pytest.mark.parametrize(("command", "output"), EXAMPLES)
def test_examples_print_what_is_shown(capsys, tmp_path, monkeypatch, command, output):
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, "utf-8")
    program, *arguments = shlex.split(command)
    assert program == "bbxl"
    assert main(arguments) == 0
    assert capsys.readouterr().out == output


def test_there_are_examples():
    assert len(EXAMPLES) >= 5
    assert FILES


def test_python_examples():
    assert doctest.testfile(str(README), module_relative=False).failed == 0


def test_pictures_and_files_are_there():
    for target in re.findall(r"\]\((?!https://)([^)]+)\)", TEXT):
        assert (ROOT / target).is_file(), target


def test_ci_runs_the_commands_of_the_readme():
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    for marker in ("the test command", "the demo command"):
        assert f'readme_command "{marker}"' in ci
        assert re.search(rf"<!-- {marker} -->\n```sh\npython3 -m venv .*\n```", TEXT)

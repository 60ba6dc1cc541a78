"""The parts of the documents that are made: `python tests/pages.py` writes them.

They are what the page of the functions says, from the registry, and what the examples of commands
print. Examples of functions are those of the function tour, which says by hand what each answers.
"""

import contextlib
import io
import os
import re
import shlex
import tempfile
import tomllib
from itertools import groupby
from pathlib import Path

from bbxl.cli import main
from bbxl.engine.calculation import calculate
from bbxl.model.cost import CostModel
from bbxl.model.drivers import TCOComponents
from bbxl.model.quantities import Quantity
from bbxl.model.requirements import PerformanceProfile
from bbxl.worksheet import REGISTRY
from bbxl.worksheet.columns import columns_of

ROOT = Path(__file__).parent.parent
FOLDERS = ("templates", "tests", ".github", "bbxl")
PAGES = [ROOT / "README.md", *(path for each in FOLDERS for path in (ROOT / each).rglob("*.md"))]
FUNCTIONS = ROOT / "bbxl" / "worksheet" / "README.md"
FILE = r"<!-- the file (\S+) -->\n```csv\n(.*?)```"  # that a page shows: name and content
TABLES = {
    "{approaches}": 'BB_PRESET("customer-support-classifier")',
    "{profiles}": 'BB_PRESET("content-moderation")',
}
RECORDS = {
    "Approaches, by what drives their cost": TCOComponents,
    "Approaches as lines": CostModel,
    "Profiles": PerformanceProfile,
}


def functions():
    """Every function: how it is called, what it gives, and an example with its answer."""
    tour = tomllib.loads((ROOT / "bbxl" / "workbooks" / "tour.toml").read_text("utf-8"))["call"]
    parts = []
    for category, members in groupby(REGISTRY.values(), key=lambda each: each.category):
        parts.append(f"### {category}")
        for each in members:
            formula = next(call["formula"] for call in tour if call["function"] == each.name)
            for mark, table in TABLES.items():
                formula = formula.replace(mark, table)
            parts.append(f"#### {each.name}\n\n{each.purpose}\n\n{example(each.syntax, formula)}")
    return "\n\n".join(parts)


def example(syntax, formula):
    """The call with its arguments, and one with its answer."""
    syntax = re.sub(r"(\[argument_1=any\]),.*(\[argument_\d+=any\])", r"\1, ..., \2", syntax)
    return f"```text\n{syntax}\n\n={formula}\n{answered(calculate(f'={formula}'))}\n```"


def answered(answer):
    """An answer as text; of several cells in columns, without spaces at the end of a line."""
    rows = answer if isinstance(answer, list) else [[answer]]
    texts = [[shown(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in texts
    ]
    return "\n".join(f"    {line}" for line in lines)


def shown(value):
    """A cell as a spreadsheet shows it, with up to four decimals or four digits."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:,.4f}".rstrip("0").rstrip(".") if abs(value) >= 0.1 else f"{value:.4g}"
    return "" if value is None else str(value)


def arguments():
    """What each argument takes; one that several functions have stands once."""
    takers = {}
    for each in REGISTRY.values():
        for argument in each.arguments:
            if not argument.name.startswith("argument_"):
                takers.setdefault((argument.name, argument.help), []).append(each.name)
    names = [name for name, _ in takers]
    rows = ["| argument | takes |", "|---|---|"]
    for (name, words), functions in sorted(takers.items(), key=lambda item: item[0][0]):
        among = f" ({', '.join(functions)})" if names.count(name) > 1 else ""
        rows.append(f"| `{name}` | {words}{among} |")
    return "\n".join(rows)


def labels():
    """The labels of each kind of table, and what stands below them."""
    parts = []
    for title, record in RECORDS.items():
        table = getattr(record, "table", None)
        rows = [f"**{title}**", "", "| label | what it is | where it is missing |", "|---|---|---|"]
        for column in columns_of(record).values():
            driver = table.drivers.get(column.name) if table else None
            words = driver.help if driver else ""
            kind = kind_of(column.kind)
            missing = "it must be there" if column.required else default(column.default)
            rows.append(
                f"| `{column.name}` | {': '.join(filter(None, [words, kind]))} | {missing} |"
            )
        parts.append("\n".join(rows))
    return "\n\n".join(parts)


def kind_of(kind):
    """What a column's cells hold, in words."""
    if isinstance(kind, Quantity):
        return kind.words
    return "a text" if kind is str else f"one of {', '.join(each.value for each in kind)}"


def default(value):
    """What a missing column counts as."""
    return "not said" if value is None else f"{value:g}"


MADE = {"functions": functions, "arguments": arguments, "labels": labels}
"""Name of a part of the page -> what it must say."""


def part(text, name):
    """The part of a page between its two marks: the match of it."""
    return re.search(f"(?<=<!-- {name} -->\n\n).*?(?=\n*<!-- end of {name} -->)", text, re.DOTALL)


def examples(text):
    """Each command of the blocks that show a terminal, and what it prints."""
    for block in re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL):
        yield from re.findall(r"\$ (.*)\n((?:(?!\$ ).*\n)*)", block)


def printed(command, text):
    """What a command of a page prints, in a folder with the files that the page shows."""
    program, *words = shlex.split(command)
    assert program == "bbxl"
    out = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(out):
        for name, content in re.findall(FILE, text, flags=re.DOTALL):
            (Path(folder) / name).write_text(content, "utf-8")
        before = Path.cwd()
        os.chdir(folder)
        try:
            assert main(words) == 0
        finally:
            os.chdir(before)
    return out.getvalue()


def write():
    """Write what is made into the documents."""
    for path in PAGES:
        text = path.read_text("utf-8")
        for command, output in examples(text):
            text = text.replace(f"$ {command}\n{output}", f"$ {command}\n{printed(command, text)}")
        for name, make in MADE.items() if path == FUNCTIONS else ():
            at = part(text, name)
            text = f"{text[: at.start()]}{make()}\n\n{text[at.end() :].lstrip()}"
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    write()

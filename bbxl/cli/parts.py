"""What the commands share: entering one in the parser, writing a file, printing columns."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bbxl.errors import UserError


def command(
    commands: Any,
    name: str,
    run: Callable[[argparse.Namespace], int | None] | None,
    help: str,
    example: str,
) -> argparse.ArgumentParser:
    """Enter a command, with an example for its help; `run` may return an exit code."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help, description=help, epilog=f"example: {example}"
    )
    parser.set_defaults(run=run)
    return parser


def group(commands: Any, name: str, help: str, example: str) -> Any:
    """Enter a command that has commands of its own, and shows its help where none is given."""
    parser = command(commands, name, lambda _: parser.print_help(), help, example)
    return parser.add_subparsers(metavar="ACTION", parser_class=type(parser))


def ending_in(path: Path, *endings: str) -> Path:
    """The path with the first of these endings where it has none; UserError for another one."""
    if not path.name or path.is_dir():
        raise UserError(f"{path} is a folder; name a file that ends in {' or '.join(endings)}")
    if not path.suffix:
        return path.with_name(path.name.rstrip(".") + endings[0])
    if path.suffix.lower() not in endings:
        raise UserError(f"{path}: the name must end in {' or '.join(endings)}")
    return path


def refuse_taken(path: Path, overwrite: bool) -> None:
    """UserError where a file may not be written: one is there, is read-only or is open."""
    from bbxl.xlsx.writing import place

    if path.exists() and not overwrite:
        raise UserError(f"{path} is there already; --overwrite replaces it")
    place(path)


def write_new(path: Path, data: bytes, overwrite: bool) -> None:
    """Write a file, whole or not at all, and say so; one that is there only when told to."""
    from bbxl.xlsx.writing import write_whole

    refuse_taken(path, overwrite)
    write_whole(path, data)
    print(f"wrote {path}")


def counted(number: int, what: str) -> str:
    """A number of things, such as "1 formula" or "2 formulas"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def print_aligned(rows: list[list[Any]], number_format: str = "") -> None:
    """Print rows as columns: those of texts to the left, those with numbers to the right."""
    texts = [
        [
            format(v, "," if isinstance(v, int) else number_format)
            if isinstance(v, int | float)
            else str(v)
            for v in row
        ]
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    sides = ["<" if all(isinstance(v, str) for v in c) else ">" for c in zip(*rows, strict=True)]
    for row in texts:
        cells = [f"{t:{s}{w}}" for t, s, w in zip(row, sides, widths, strict=True)]
        print("  " + "  ".join(cells).rstrip())

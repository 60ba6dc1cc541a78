"""What the commands share: entering one in the parser, printing rows as columns."""

import argparse
from collections.abc import Callable
from typing import Any


def command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int | None] | None, help: str
) -> argparse.ArgumentParser:
    """Enter a command; `run` may return an exit code."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help)
    parser.set_defaults(run=run)
    return parser


def print_aligned(rows: list[list[Any]], number_format: str = "") -> None:
    """Print rows as columns, numbers to the right."""
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
    for row, values in zip(texts, rows, strict=True):
        cells = [
            text.ljust(width)
            if isinstance(value, str) and i in (0, len(row) - 1)
            else text.rjust(width)
            for i, (text, value, width) in enumerate(zip(row, values, widths, strict=True))
        ]
        print("  " + "  ".join(cells).rstrip())

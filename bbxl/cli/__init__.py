"""The command `bbxl`.

A person's mistake ends with one clear line on stderr and exit code 2. Each
module here adds its commands to the parser; what a command needs is imported
when it runs.
"""

import argparse
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any, NoReturn

import bbxl
from bbxl.cli import batch, demo, excel, functions, libreoffice, workbooks
from bbxl.cli.ending import UNREAD, code, mute, say, signals_answered
from bbxl.errors import NO_MEMORY, UserError, did_you_mean, one_of


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage."""

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """For an unknown command, say the nearest one, and all."""
        if isinstance(action, argparse._SubParsersAction) and value not in action.choices:
            there = one_of(action.choices, "commands", did_you_mean(value, action.choices))
            raise UserError(f"there is no command {self.prog} {value}{there}")
        super()._check_value(action, value)

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message} (try: {self.prog} --help)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A letter that a file or pipe cannot take is written as its number.
            stream.reconfigure(errors="backslashreplace")
    with signals_answered():
        try:
            return _run(arguments)
        except UserError as mistake:
            for fault in mistake.args:
                say(f"bbxl: {' '.join(str(fault).split())}")
        except KeyboardInterrupt as stop:
            return code(stop)
        except BrokenPipeError:  # of `bbxl inputs | head`, which has read enough
            mute()
            return UNREAD
        except OSError as error:
            say(f"bbxl: {error.filename or 'output'}: {error.strerror}")
            mute()
        except MemoryError:
            say(f"bbxl: {NO_MEMORY}")
        return 2


def _run(arguments: Sequence[str] | None) -> int:
    try:
        chosen = _parser().parse_args(arguments)
        return int(chosen.run(chosen) or 0)
    finally:
        if sys.stdout:  # there is none without a console
            sys.stdout.flush()  # here, where an error is answered


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="bbxl",
        description="Build or buy an AI/LLM system: the cost model in spreadsheets.",
        epilog="start here: bbxl demo",
    )
    parser.add_argument("--version", action="version", version=f"bbxl {bbxl.__version__}")
    parser.set_defaults(run=lambda _: parser.print_help())
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    for module in (demo, workbooks, batch, functions, excel, libreoffice):
        module.add_to(commands)
    return parser

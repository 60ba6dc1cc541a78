"""The commands that answer formulas: calc, recalc, functions."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from bbxl.cli.parts import command


def add_to(commands: Any) -> None:
    calc = command(commands, "calc", _calc, "answer a formula")
    calc.add_argument("formula", help="such as '=BB_BREAKEVEN(50000,0.002,250000,0.0002)'")
    calc.add_argument("--workbook", type=Path, help="file whose cells and names it may refer to")

    recalc = command(
        commands, "recalc", _recalc, "compute a workbook's formulas and store their values in it"
    )
    recalc.add_argument("file", type=Path)
    recalc.add_argument("--out", type=Path, help="file to write instead of the same one")

    functions = command(commands, "functions", _functions, "list the worksheet functions")
    functions.add_argument("--json", action="store_true", help="with arguments and help, as JSON")


def _calc(chosen: argparse.Namespace) -> None:
    from bbxl.cli.why import has_error, why
    from bbxl.engine.calculation import calculate

    answer = calculate(chosen.formula, chosen.workbook)
    for row in answer if isinstance(answer, list) else [[answer]]:
        print("\t".join(_shown(value) for value in row))
    if has_error(answer) and (reason := why(chosen.formula, chosen.workbook)):
        print(reason, file=sys.stderr)


def _recalc(chosen: argparse.Namespace) -> None:
    from bbxl.engine.calculation import recalculate

    done = recalculate(chosen.file, chosen.out)
    print(
        f"{chosen.out or chosen.file}: {done.formulas} formulas computed, "
        f"{len(done.errors)} cells show an error"
    )
    for cell, error in done.errors[:20]:
        print(f"  {cell}: {error}", file=sys.stderr)
    if len(done.errors) > 20:
        print(f"  and {len(done.errors) - 20} more", file=sys.stderr)


def _functions(chosen: argparse.Namespace) -> None:
    from bbxl.worksheet import REGISTRY

    if not chosen.json:
        for function in REGISTRY.values():
            print(function.help)
        return
    described = [
        {
            "name": function.name,
            "category": function.category,
            "syntax": function.syntax,
            "purpose": function.purpose,
            "arguments": [
                {
                    "name": each.name,
                    "required": each.required,
                    "syntax": each.syntax,
                    "help": each.help,
                }
                for each in function.arguments
            ],
        }
        for function in REGISTRY.values()
    ]
    print(json.dumps(described, indent=2))


def _shown(value: Any) -> str:
    """A value as a cell's content: up to 16 digits, TRUE or FALSE, errors as Excel writes them."""
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.16g}" if isinstance(value, float) else "" if value is None else str(value)

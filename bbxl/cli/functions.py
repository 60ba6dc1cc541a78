"""The commands that answer formulas: calc, recalc, check, functions."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from bbxl.cli.parts import command, counted, ending_in, refuse_taken

MOST_TOLD = 20  # cells with an error that are listed


def add_to(commands: Any) -> None:
    example = "bbxl calc '=BB_BREAKEVEN(50000,0.002,250000,0.0002)'"
    calc = command(commands, "calc", _calc, "answer a formula", example)
    calc.add_argument("formula", help="as in a cell, in quotation marks")
    calc.add_argument("--workbook", type=Path, help="file whose cells and names it may refer to")

    purpose = "compute a workbook's formulas and store their values in it"
    recalc = command(commands, "recalc", _recalc, purpose, "bbxl recalc plan.xlsx --out new.xlsx")
    recalc.add_argument("file", type=Path, help="the workbook")
    recalc.add_argument("--out", type=Path, help="file to write instead of the same one")

    accepted = "store values also where they differ from those that are stored"
    recalc.add_argument("--accept-differences", action="store_true", help=accepted)

    purpose = "compute a workbook's formulas and compare with what it stores"
    check = command(commands, "check", _check, purpose, "bbxl check plan.xlsx")
    check.add_argument("file", type=Path, help="the workbook")

    purpose = "list the worksheet functions"
    functions = command(commands, "functions", _functions, purpose, "bbxl functions --json")
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

    out = ending_in(chosen.out, chosen.file.suffix.lower() or ".xlsx") if chosen.out else None
    refuse_taken(out or chosen.file, overwrite=True)
    done = recalculate(chosen.file, out, chosen.accept_differences)
    # Charts leave out what is #N/A, so many templates have it on purpose.
    faults = [each for each in done.errors if each[1] != "#N/A"]
    absent = len(done.errors) - len(faults)
    print(
        f"{out or chosen.file}: {counted(done.formulas, 'formula')} computed; "
        f"cells that show an error: {len(faults)}, and #N/A: {absent}"
    )
    print(done.proof.summary(str(chosen.file)))
    for cell, error in faults[:MOST_TOLD]:
        print(f"  {cell}: {error}", file=sys.stderr)
    if len(faults) > MOST_TOLD:
        print(f"  and {len(faults) - MOST_TOLD} more", file=sys.stderr)


def _check(chosen: argparse.Namespace) -> int:
    from bbxl.engine.calculation import check

    proof = check(chosen.file)
    print(proof.summary(str(chosen.file)))
    for each in proof.differences:
        print(f"  {each}")
    return 1 if proof.differences else 0


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

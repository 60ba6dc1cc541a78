"""The command `bbxl`.

A person's mistake ends with one clear line on stderr and exit code 2.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import bbxl


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message} (try: {self.prog} --help)")


class UserError(Exception):
    """A person's mistake, told in a line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    from bbxl.hosts.engine import FormulaError
    from bbxl.xlsx import WorkbookError

    try:
        parser = _parser()
        chosen = parser.parse_args(arguments)
        chosen.run(chosen) if chosen.run else parser.print_help()
    except (UserError, FormulaError, WorkbookError) as mistake:
        print(f"bbxl: {' '.join(str(mistake).split())}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"bbxl: {error.filename or 'file'}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="bbxl", description="Build or buy an AI/LLM system: the cost model in spreadsheets."
    )
    parser.add_argument("--version", action="version", version=f"bbxl {bbxl.__version__}")
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)

    def command(name: str, run: Any, help: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help, description=help)
        sub.set_defaults(run=run)
        return sub

    demo = command("demo", _demo, "write a filled comparison and the function tour into a folder")
    demo.add_argument("folder", nargs="?", type=Path, default=Path("bbxl-demo"))

    new = command("new", _new, "write a new workbook from a template")
    new.add_argument("file", type=Path)
    new.add_argument("--template", default="build-vs-buy", help="see: bbxl templates list")
    new.add_argument("--preset", help="worked example that fills it")
    new.add_argument("--overwrite", action="store_true", help="replace the file if it is there")

    calc = command("calc", _calc, "answer a formula")
    calc.add_argument("formula", help="such as '=BB_BREAKEVEN(50000,0.002,250000,0.0002)'")
    calc.add_argument("--workbook", type=Path, help="file whose cells and names it may refer to")

    recalc = command(
        "recalc", _recalc, "compute a workbook's formulas and store their values in it"
    )
    recalc.add_argument("file", type=Path)
    recalc.add_argument("--out", type=Path, help="file to write instead of the same one")

    functions = command("functions", _functions, "list the worksheet functions")
    functions.add_argument("--json", action="store_true", help="with arguments and help, as JSON")

    templates = command("templates", _templates, "list the templates, or build them")
    templates.add_argument("action", choices=["list", "build"])
    templates.add_argument("--out", type=Path, help="folder to build into")
    return parser


def _demo(chosen: argparse.Namespace) -> None:
    from bbxl.hosts.engine import calculate
    from bbxl.workbooks import library

    comparison, tour = library.build_all(chosen.folder, overwrite=False)
    print("Customer support classifier: cost of 1,000 requests by requests a month")
    table = 'BB_PRESET("customer-support-classifier")'
    volumes = [100_000, 500_000, 2_000_000, 10_000_000]
    listed = ",".join(map(str, volumes))
    costs = calculate(f'=BB_TCO({table},{{{listed}}},12,"per_1k")')
    names = [row[0] for row in calculate(f"={table}")[1:]]
    _aligned(
        [["", *volumes], *([name, *row] for name, row in zip(names, costs, strict=True))], ",.3f"
    )
    print("\nCheapest, in requests a month")
    _aligned(calculate(f"=BB_BANDS({table})"), ",.2f")
    print(f"\n{calculate('=recommendation', comparison)}")
    print(f"Function tour: {calculate('=C1', tour)}")
    print(f"\nOpen {comparison} and change the blue inputs, or {tour} to see every function.")


def _new(chosen: argparse.Namespace) -> None:
    from bbxl.workbooks import library
    from bbxl.xlsx.package import write_whole

    try:
        template = library.get(chosen.template)
        template.check(chosen.preset)
    except KeyError as error:
        raise UserError(error.args[0]) from None
    if chosen.file.exists() and not chosen.overwrite:
        raise UserError(f"{chosen.file} is there already; --overwrite replaces it")
    write_whole(chosen.file, template.build(chosen.preset))
    print(f"wrote {chosen.file}")


def _calc(chosen: argparse.Namespace) -> None:
    from bbxl.hosts.engine import calculate

    answer = calculate(chosen.formula, chosen.workbook)
    for row in answer if isinstance(answer, list) else [[answer]]:
        print("\t".join(_shown(value) for value in row))


def _recalc(chosen: argparse.Namespace) -> None:
    from bbxl.hosts.engine import recalculate

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


def _templates(chosen: argparse.Namespace) -> None:
    from bbxl.workbooks import library

    if chosen.action == "list":
        _aligned([[each.name, each.purpose] for each in library.TEMPLATES.values()], "")
        return
    for path in library.build_all(chosen.out or library.folder()):
        print(f"wrote {path}")


def _shown(value: Any) -> str:
    """A value as a cell's content: up to 16 digits, TRUE or FALSE, errors as Excel writes them."""
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.16g}" if isinstance(value, float) else "" if value is None else str(value)


def _aligned(rows: list[list[Any]], number_format: str) -> None:
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

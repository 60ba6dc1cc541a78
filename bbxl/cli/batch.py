"""The command that fills a template with thousands of scenarios."""

import argparse
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bbxl.cli.ending import code, say
from bbxl.cli.parts import command, counted, print_aligned
from bbxl.errors import UserError

EVERY = 10  # seconds between two lines of progress in a log
SAME = {"accept_differences", "name", "sheet", "decimal_comma", "blank", "on_error", "resume",
        "overwrite", "bundle", "workers"}  # fmt: skip
"""Options that `generate` takes as they are."""

TIMEOUT = "10s"  # for a cluster to answer


def add_to(commands: Any) -> None:
    template = "a template, or a workbook with named inputs"
    columns = "list what a template takes: the columns of a batch"
    inputs = command(commands, "inputs", _inputs, columns, "bbxl inputs breakeven")
    inputs.add_argument("template", help=template)
    example = "bbxl batch scenarios.csv --template breakeven --out comparisons"
    filling = command(
        commands, "batch", _batch, "fill a template with each row of a table", example
    )
    add = filling.add_argument
    table = "table whose columns are names of inputs: .csv, .xlsx or .jsonl; "
    add("scenarios", nargs="?", help=f"{table}columns `scenario` and `note` are labels")
    add("--template", default="build-vs-buy", help=template)
    add("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    add("--name", metavar="PATTERN", help="of the files, such as {scenario}-{number:05}")
    combined = "combine each row with each of these values; may be given several times"
    add("--grid", action="append", default=[], metavar="COLUMN=V1,V2,...", help=combined)
    add("--sheet", help="of a workbook of scenarios; its first one by default")
    comma = "0,5 is a half; grid values are then separated by ;"
    add("--decimal-comma", action="store_true", help=comma)
    blank = "a blank keeps the template's value, or clears the input"
    add("--blank", choices=["keep", "clear"], default="keep", help=blank)
    add("--no-values", action="store_true", help="leave formulas to be computed on opening")
    add("--workers", type=int, default=1, metavar="N", help="processes to work on")
    add("--dask", metavar="ADDRESS", help="work on a Dask cluster instead")
    add("--resume", action="store_true", help="go on with a run that was stopped")
    replaced = (
        "replace files that are there; with --resume, also those changed since the run stopped"
    )
    add("--overwrite", action="store_true", help=replaced)
    accepted = "go on where the template's formulas are computed otherwise than it stores"
    add("--accept-differences", action="store_true", help=accepted)
    faults = "whether a scenario with a fault stops the run or is left out"
    add("--on-error", choices=["stop", "skip"], default="stop", help=faults)
    add("--bundle", type=Path, metavar="FILE.zip", help="put all into an archive too")
    add("--quiet", action="store_true", help="show no progress")


def _inputs(chosen: argparse.Namespace) -> None:
    from bbxl.batch.template.inputs import Template

    template = Template(chosen.template)
    found = template.inputs()
    if not found:
        raise UserError(f"{chosen.template} has no named cell to fill; name one in its Name Box")
    shown = [each.shown(each.current, template.epoch) for each in found]
    print_aligned(
        [
            [each.name, "" if current is None else current, each.allowed]
            for each, current in zip(found, shown, strict=True)
        ],
        ".10g",
    )


def _batch(chosen: argparse.Namespace) -> int:
    from bbxl.batch import generate
    from bbxl.batch.reading.columns import MOST_FAULTS
    from bbxl.batch.reporting.record import NAME as RECORD

    try:
        with _cluster(chosen.dask) as executor, _progress(chosen.quiet) as progress:
            made = generate(
                chosen.template,
                chosen.scenarios,
                chosen.out,
                grid=_grid(chosen.grid, ";" if chosen.decimal_comma else ","),
                values=not chosen.no_values,
                executor=executor,
                progress=progress,
                **{name: getattr(chosen, name) for name in SAME},
            )
    except KeyboardInterrupt as stop:
        again = [each for each in sys.argv[1:] if each not in ("--resume", "--overwrite")]
        begun = (chosen.out / RECORD).exists()
        go_on = f"to go on: {shlex.join(['bbxl', *again, '--resume'])}"
        say(f"\nbbxl: stopped; {go_on if begun else 'nothing was written'}")
        return code(stop)
    for fault in made.faults[:MOST_FAULTS]:
        print(f"bbxl: left out: {' '.join(fault.split())}", file=sys.stderr)
    if (more := len(made.faults) - MOST_FAULTS) > 0:
        print(f"bbxl: left out: {more:,} more, {len(made.faults):,} in all", file=sys.stderr)
    if not chosen.quiet:
        lists = f"{made.manifest.name} and {made.portfolio.name}"
        print(f"wrote {counted(made.files, 'workbook')}, {lists} into {chosen.out}")
        if made.proof:
            print(made.proof.summary(chosen.template))
    return 1 if made.faults else 0


def _grid(given: list[str], mark: str) -> dict[str, list[str]]:
    grid: dict[str, list[str]] = {}
    for each in given:
        column, equals, values = each.partition("=")
        if not equals or not values or column in grid:
            raise UserError(f"--grid takes a column, once, and its values: months=12{mark}36")
        grid[column] = values.split(mark)
    return grid


@contextmanager
def _cluster(address: str | None) -> Iterator[Executor | None]:
    """The executor of a Dask cluster."""
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise UserError("--dask needs distributed: pip install 'bbxl[dask]'") from None
    try:
        client = Client(address, timeout=TIMEOUT)
    except (OSError, ValueError) as error:
        raise UserError(f"no Dask cluster answers at {address}: {error}") from None
    with client:
        yield client.get_executor(pure=False)


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal, a line now and then in a log; None where nothing is to be shown."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(unit=" workbooks") as bar:

            def advance(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            yield advance
    else:
        begun = printed = time.monotonic()

        def log(done: int, total: int) -> None:
            nonlocal printed
            now = time.monotonic()
            if now - printed >= EVERY:
                printed, rate = now, done / (now - begun)
                left = (total - done) / rate
                print(f"{done:,} of {total:,} workbooks, {rate:,.0f} a second, {left:,.0f} s left",
                      file=sys.stderr)  # fmt: skip

        yield log

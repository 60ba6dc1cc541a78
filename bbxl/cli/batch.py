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

from bbxl.cli.parts import command, print_aligned
from bbxl.errors import UserError

EVERY = 10  # seconds between two lines of progress in a log
TIMEOUT = "10s"  # for a cluster to answer


def add_to(commands: Any) -> None:
    inputs = command(
        commands, "inputs", _inputs, "list what a template takes: the columns of a batch"
    )
    inputs.add_argument("template", help="a template, or a workbook with named inputs")
    batch = command(commands, "batch", _batch, "fill a template with each row of a table")
    batch.add_argument(
        "scenarios",
        nargs="?",
        help="table whose columns are names of inputs: .csv, .xlsx or .jsonl; "
        "columns `scenario` and `note` are labels",
    )
    batch.add_argument(
        "--template", default="build-vs-buy", help="a template, or a workbook with named inputs"
    )
    batch.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write into"
    )
    batch.add_argument(
        "--name", metavar="PATTERN", help="of the files, such as {scenario}-{number:05}"
    )
    batch.add_argument(
        "--grid",
        action="append",
        default=[],
        metavar="COLUMN=V1,V2,...",
        help="combine each row with each of these values; may be given several times",
    )
    batch.add_argument("--sheet", help="of a workbook of scenarios; its first one by default")
    batch.add_argument(
        "--decimal-comma",
        action="store_true",
        help="0,5 is a half; grid values are then apart by ;",
    )
    batch.add_argument(
        "--blank",
        choices=["keep", "clear"],
        default="keep",
        help="a blank keeps the template's value, or clears the input",
    )
    batch.add_argument(
        "--no-values", action="store_true", help="leave formulas to be computed on opening"
    )
    batch.add_argument("--workers", type=int, default=1, metavar="N", help="processes to work on")
    batch.add_argument("--dask", metavar="ADDRESS", help="work on a Dask cluster instead")
    batch.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    batch.add_argument("--overwrite", action="store_true", help="replace files that are there")
    batch.add_argument(
        "--on-error",
        choices=["stop", "skip"],
        default="stop",
        help="whether a scenario with a fault stops the run or is left out",
    )
    batch.add_argument(
        "--bundle", type=Path, metavar="FILE.zip", help="put all into an archive too"
    )
    batch.add_argument("--quiet", action="store_true", help="show no progress")


def _inputs(chosen: argparse.Namespace) -> None:
    from bbxl.batch.template.inputs import Template

    found = Template(chosen.template).inputs()
    if not found:
        raise UserError(f"{chosen.template} has no named cell to fill; name one in its Name Box")
    print_aligned(
        [[each.name, "" if each.current is None else each.current, each.allowed] for each in found],
        ",.10g",
    )


def _batch(chosen: argparse.Namespace) -> int:
    from bbxl.batch import generate
    from bbxl.batch.reporting.record import NAME as RECORD

    try:
        with _cluster(chosen.dask) as executor, _progress(chosen.quiet) as progress:
            made = generate(
                chosen.template,
                chosen.scenarios,
                chosen.out,
                grid=_grid(chosen.grid, ";" if chosen.decimal_comma else ","),
                name=chosen.name,
                sheet=chosen.sheet,
                decimal_comma=chosen.decimal_comma,
                blank=chosen.blank,
                values=not chosen.no_values,
                on_error=chosen.on_error,
                resume=chosen.resume,
                overwrite=chosen.overwrite,
                bundle=chosen.bundle,
                workers=chosen.workers,
                executor=executor,
                progress=progress,
            )
    except KeyboardInterrupt:
        again = [each for each in sys.argv[1:] if each not in ("--resume", "--overwrite")]
        begun = (chosen.out / RECORD).exists()
        go_on = f"to go on: {shlex.join(['bbxl', *again, '--resume'])}"
        print(f"\nbbxl: stopped; {go_on if begun else 'nothing was written'}", file=sys.stderr)
        return 130
    for fault in made.faults:
        print(f"bbxl: left out: {' '.join(fault.split())}", file=sys.stderr)
    if not chosen.quiet:
        files = "workbook" if made.files == 1 else "workbooks"
        print(f"wrote {made.files:,} {files}, {made.manifest.name} and {made.portfolio.name} "
              f"into {chosen.out}")  # fmt: skip
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

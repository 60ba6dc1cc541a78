"""Running a batch: scenarios through an executor into a folder of workbooks."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice, takewhile
from pathlib import Path
from typing import Any, Literal

import bbxl
from bbxl.batch.filling.filler import Job
from bbxl.batch.filling.work import Done, Serial, Workers, attempt, fill
from bbxl.batch.reading.checking import Checked, Options, Scenario, check
from bbxl.batch.reporting import manifest, portfolio
from bbxl.batch.reporting.listing import Listing
from bbxl.batch.reporting.record import Record
from bbxl.batch.template.inputs import Template
from bbxl.errors import UserError
from bbxl.xlsx import WorkbookError, archive
from bbxl.xlsx.package import PART

MANY = 100  # scenarios from which it pays to prepare for computing them together
WINDOW = 4  # blocks handed out for each worker, so that none waits and few are held

Progress = Callable[[int, int], None]
"""Told how many scenarios are done, and of how many."""


@dataclass(frozen=True)
class Generated:
    """What a run made.

    Attributes
    ----------
    files : how many workbooks.
    faults : what is wrong with the scenarios that were left out, a line each.
    manifest, portfolio, bundle : the files that list them; the bundle where it was asked for.
    """

    files: int
    faults: list[str]
    manifest: Path
    portfolio: Path
    bundle: Path | None


def generate(
    template: str | Path,
    scenarios: Any,
    out: str | Path,
    *,
    grid: Mapping[str, Sequence[Any]] | None = None,
    name: str | None = None,
    sheet: str | None = None,
    decimal_comma: bool = False,
    blank: Literal["keep", "clear"] = "keep",
    values: bool = True,
    on_error: Literal["stop", "skip"] = "stop",
    resume: bool = False,
    overwrite: bool = False,
    bundle: str | Path | None = None,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Generated:
    """Fill a template with each of many scenarios.

    Parameters
    ----------
    template : name of a built template, or path of a workbook whose inputs have names.
    scenarios : a .csv, .xlsx or .jsonl file, mappings, or a data frame; its columns are the
        names of inputs. None where a grid alone makes them.
    out : folder for the workbooks, manifest.csv and portfolio.xlsx; made if it is not there.
    grid : column -> values to be combined with each scenario.
    name : pattern of the files' names over {columns} and {number}; by default the column
        `scenario` where there is one, else template and number.
    sheet : of a workbook of scenarios.
    decimal_comma : whether the text "0,5" is a half.
    blank : whether a blank keeps the template's value or clears the input.
    values : whether formulas get their values; else they are computed on opening.
    on_error : whether a scenario with a fault stops the run or is left out.
    resume : go on with a run that was stopped.
    overwrite : replace files that are there.
    bundle : a .zip file to put all of it into as well.
    workers : processes to work on; each loads the template once. A script that starts more
        than one needs the usual `if __name__ == "__main__":`.
    executor : works in place of those: any of concurrent.futures, or Dask's
        `Client.get_executor()`, whose workers write into the same folder.
    progress : told how many are done, and of how many.

    Returns
    -------
    Generated

    Raises
    ------
    ScenarioError : scenarios do not fit; nothing was written.
    UserError : the template cannot be filled, files are there, or the disk is full. What was
        written stays, and `resume` goes on.

    Notes
    -----
    The same template, scenarios and options give the same bytes, however many work on them,
    where no formula asks for the time. isal packs to other bytes than the standard library.
    """
    if bundle and Path(bundle).suffix.lower() != ".zip":
        raise UserError(f"{bundle}: a bundle's name ends in .zip")
    kind, folder = Template(template), Path(out)
    options = Options(sheet, grid or {}, name, decimal_comma, blank == "clear", on_error == "skip")
    with check(kind, scenarios, options) as found:
        outputs = kind.outputs if values else {}
        cells = tuple(each.cell for each in found.inputs)
        record = Record(folder, found)
        moment = record.moment if resume else datetime.now(UTC)
        many = len(found) >= MANY
        job = Job(kind.data, kind.name, cells, tuple(outputs.values()), values, moment, many)
        given = [kind.path, *([Path(scenarios)] if isinstance(scenarios, str | Path) else [])]
        if not resume:
            _refuse_files_there(record, found, given, overwrite)
        with _working(executor, workers) as working:
            _try(working, workers if executor is None else 1, job, found)
            _begin(record, job, found, resume)
            with _resumable(folder):
                rest = islice(found, record.count, None)
                for done in _in_order(working, _at_once(executor, workers), job, folder, rest):
                    _take(done, record, options.skip)
                    if progress:
                        progress(record.count, len(found))
        with _resumable(folder):
            _remove_strays(folder)  # of workers that were lost, whose work others did
            listing = Listing(kind, found, outputs, record)
            return _reported(listing, found, record, Path(bundle) if bundle else None)


@contextmanager
def _working(executor: Executor | None, workers: int) -> Iterator[Executor]:
    """Who works: the executor that was given, or one of ours, which ends with the work."""
    if executor is not None:
        yield executor
        return
    if workers < 1:
        raise UserError("--workers must be 1 or more")
    own = Workers(workers) if workers > 1 else Serial()
    try:
        yield own
    finally:
        own.shutdown(wait=False, cancel_futures=True)  # they take a second to leave


def _at_once(executor: Executor | None, workers: int) -> int:
    """How many blocks are handed out: few for each worker, and one where nobody waits for more."""
    if executor is None and workers == 1:
        return 1
    return WINDOW * (workers if executor is None else os.cpu_count() or 1)


def _try(working: Executor, workers: int, job: Job, found: Checked) -> None:
    """Have each worker fill the template with its own values.

    What is refused is refused before a file is written, and all of them are made ready.
    """
    current = [each.current for each in found.inputs]
    tried = [working.submit(attempt, job, current) for _ in range(workers)]
    try:
        for each in tried:
            each.result()
    except BrokenProcessPool:
        raise UserError("a worker died before a file was written") from None


@contextmanager
def _resumable(folder: Path) -> Iterator[None]:
    """Say of whatever ends a run that it can go on."""
    try:
        yield
    except (OSError, WorkbookError, BrokenProcessPool) as error:
        reason = str(error)
        if isinstance(error, BrokenProcessPool):
            reason = f"{folder}: a worker died"
        elif isinstance(error, OSError):
            reason = f"{folder}: {error.strerror or error}"
        raise UserError(f"{reason}; what was written stays, --resume goes on") from None


def _begin(record: Record, job: Job, found: Checked, resume: bool) -> None:
    """Begin a run, or go on with it; UserError where it is another one."""
    record.folder.mkdir(parents=True, exist_ok=True)
    made_by = f"{bbxl.__version__} {archive.fast.__name__} {job.compute}"
    run = sha256(f"{made_by} {found.digest} ".encode() + job.template).hexdigest()
    if resume:
        record.resume(run)
    else:
        record.begin(run, job.moment)
    _remove_strays(record.folder)  # of a run that was killed


def _remove_strays(folder: Path) -> None:
    with os.scandir(folder) as files:  # one by one: glob would list them all
        for each in files:
            if each.name.startswith(PART[0]) and each.name.endswith(PART[1]):
                Path(each.path).unlink(missing_ok=True)


def _refuse_files_there(
    record: Record, found: Checked, given: Sequence[Path], overwrite: bool
) -> None:
    """UserError where the run's files would take the place of others."""
    folder = record.folder
    reserved = {manifest.NAME, portfolio.NAME}
    sources = [path for path in given if path.resolve().parent == folder.resolve()]
    reserved |= {path.name.casefold() for path in sources}
    there = {each.casefold() for each in os.listdir(folder)} if folder.exists() else set()
    taken = sorted({manifest.NAME, portfolio.NAME} & there)
    for each in found:
        name = each.file.casefold()
        if name in reserved:
            raise UserError(
                f"{each.place}: its file would be {each.file}, a name that the run itself needs"
            )
        if name in there:
            taken.append(each.file)
    if overwrite:
        return
    if record.exists:
        raise UserError(
            f"{folder} holds an unfinished run; --resume goes on with it, --overwrite begins anew"
        )
    if taken:
        more = f" and {len(taken) - 1:,} others are" if taken[1:] else " is"
        raise UserError(f"{folder / taken[0]}{more} there already; --overwrite replaces them")


def _in_order(
    executor: Executor, at_once: int, job: Job, folder: Path, scenarios: Iterator[Scenario]
) -> Iterable[Done]:
    """What becomes of the scenarios, in their order; few blocks are handed out at a time."""
    pending: deque[Future[Done]] = deque()
    try:
        while True:
            while len(pending) < at_once and (block := list(islice(scenarios, job.together))):
                pending.append(executor.submit(fill, job, str(folder.resolve()), block))
            if not pending:
                return
            yield pending.popleft().result()
    finally:
        wait([each for each in pending if not each.cancel()])


def _take(done: Done, record: Record, skip: bool) -> None:
    """Note what was done; WorkbookError where it ends the run."""
    outcomes = done.outcomes
    sound = outcomes if skip else list(takewhile(lambda each: not each.fault, outcomes))
    record.add(sound)
    if sound != outcomes:
        raise WorkbookError(outcomes[len(sound)].fault)
    if done.stopped:
        raise WorkbookError(done.stopped)


def _reported(listing: Listing, found: Checked, record: Record, bundle: Path | None) -> Generated:
    """The files that list the others; then the run is complete."""
    listed, overview = record.folder / manifest.NAME, record.folder / portfolio.NAME
    manifest.write(listed, listing)
    portfolio.write(overview, listing)
    if bundle:
        manifest.bundle(bundle, record.folder, listing)
    faults = record.faults
    files = record.count - len(faults)
    record.end()
    return Generated(files, [*found.faults, *faults], listed, overview, bundle)

"""Running a batch: an executor fills the template for each scenario, into a folder."""

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
from bbxl.batch.filling.executors import Workers, at_once, check_count, working
from bbxl.batch.filling.filler import Job
from bbxl.batch.filling.work import Done, attempt, fill
from bbxl.batch.lock import owned
from bbxl.batch.reading.checking import CheckedScenarios, Options, Scenario, check
from bbxl.batch.reporting import manifest, portfolio
from bbxl.batch.reporting.listing import Listing
from bbxl.batch.reporting.record import NAME as RECORD
from bbxl.batch.reporting.record import Record
from bbxl.batch.template.inputs import Template
from bbxl.engine import second
from bbxl.engine.calculation import check_package
from bbxl.engine.proof import Proof
from bbxl.errors import NO_MEMORY, UserError
from bbxl.xlsx import WorkbookError, archive
from bbxl.xlsx.writing import place, plain, remove_unfinished

MANY = 100  # with so many scenarios it pays to prepare for computing them together

Progress = Callable[[int, int], None]
"""Called with how many scenarios are done, and how many there are."""


@dataclass(frozen=True)
class Generated:
    """What a run made.

    Attributes
    ----------
    files : how many workbooks.
    faults : what is wrong with the scenarios that were left out, a line each.
    manifest, portfolio, bundle : the files that list them; the bundle where it was asked for.
    proof : how the template's formulas, computed at the values that it holds, compare with the
        values that it stores; None where no values are computed.
    """

    files: int
    faults: list[str]
    manifest: Path
    portfolio: Path
    bundle: Path | None
    proof: Proof | None


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
    accept_differences: bool = False,
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
    overwrite : replace files that are there; with resume, also those that were changed, or put
        there, since the run stopped.
    accept_differences : go on where a formula of the template, computed at the values that it
        holds, gives another value than it stores; the portfolio lists these cells.
    bundle : a .zip file to put all of it into as well.
    workers : processes to work on; each loads the template once. A script that starts more
        than one needs the usual `if __name__ == "__main__":`.
    executor : works in place of those: any of concurrent.futures, or Dask's
        `Client.get_executor()`, whose workers write into the same folder.
    progress : called with how many scenarios are done, and how many there are.

    Returns
    -------
    Generated

    Raises
    ------
    ScenarioError : scenarios do not fit; nothing was written.
    DifferenceError : values of the template's formulas differ; nothing was written.
    UserError : the template cannot be filled, files are there, another run owns the folder, or
        the disk is full. What was written stays, and `resume` goes on.

    Notes
    -----
    The same template, scenarios and options give the same bytes, however many work on them,
    where no formula asks for the time. isal packs to other bytes than the standard library.
    """
    if bundle and Path(bundle).suffix.lower() != ".zip":
        raise UserError(f"{bundle}: a bundle's name ends in .zip")
    if executor is None:
        check_count(workers)
    kind, folder = Template(template), Path(out)
    options = Options(sheet, grid or {}, name, decimal_comma, blank == "clear", on_error == "skip")
    with check(kind, scenarios, options) as found:
        outputs = kind.outputs if values else {}
        cells = tuple(each.cell for each in found.inputs)
        many, zipped = len(found) >= MANY, Path(bundle) if bundle else None
        given = [kind.path, *([Path(scenarios)] if isinstance(scenarios, str | Path) else [])]
        with owned(folder), Record(folder, found, len(outputs)) as record:
            if resume:
                record.open()
            moment = record.moment if resume else datetime.now(UTC)
            job = Job(kind.data, kind.name, cells, tuple(outputs.values()), values, moment, many)
            _refuse_what_is_no_file(folder, zipped)
            if not resume:
                _refuse_files_there(record, found, given, zipped, overwrite)
            with working(executor, workers) as used:
                proof = _try(used, 1 if executor else workers, job, found)
                if proof and proof.nothing_stored and second.is_there():
                    proof = check_package(kind.package)
                if proof and not accept_differences:
                    proof.refuse_differences(kind.name)
                _begin(record, job, found, resume, overwrite)
                with _resumable(folder):
                    rest = islice(found, record.count, None)
                    for done in _in_order(used, at_once(executor, workers), job, record, rest):
                        _take(done, record, options.skip)
                        if progress:
                            progress(record.count, len(found))
            with _resumable(folder):
                remove_unfinished(folder)  # of workers that died, whose work others did
                listing = Listing(kind, found, outputs, record, proof)
                return _report(listing, found, record, zipped)


def _try(executor: Executor, workers: int, job: Job, found: CheckedScenarios) -> Proof | None:
    """Have each worker fill the template once, with the values that it holds.

    So a template that cannot be filled is refused before a file is written.

    Returns
    -------
    Proof or None
        How its formulas compare with the values that it stores.
    """
    current = [each.current for each in found.inputs]
    try:
        tried = [executor.submit(attempt, job, current) for _ in range(workers)]
        proofs = [each.result() for each in tried]
        return proofs[0]
    except BrokenProcessPool:
        raise UserError(
            "a worker died before a file was written (perhaps it got no memory)"
        ) from None
    except MemoryError:
        raise UserError(f"{job.name}: {NO_MEMORY}") from None


@contextmanager
def _resumable(folder: Path) -> Iterator[None]:
    """Add to an error that ends the run that --resume goes on with it."""
    try:
        yield
    except (OSError, MemoryError, WorkbookError, BrokenProcessPool) as error:
        reason = f"{folder}: {NO_MEMORY}" if isinstance(error, MemoryError) else str(error)
        if isinstance(error, BrokenProcessPool):
            reason = f"{folder}: a worker died (perhaps it got no memory)"
        elif isinstance(error, OSError):
            reason = f"{folder}: {error.strerror or error}"
        raise UserError(f"{reason}; what was written stays, --resume goes on") from None


def _begin(
    record: Record, job: Job, found: CheckedScenarios, resume: bool, overwrite: bool
) -> None:
    """Begin a run, or go on with it; UserError where it is another one, or a file was changed."""
    made_by = f"{bbxl.__version__} {archive.fast.__name__} {job.compute}"
    run = sha256(f"{made_by} {found.digest} ".encode() + job.template).hexdigest()
    if resume:
        record.resume(run, overwrite)
    else:
        record.begin(run, job.moment, overwrite)
    remove_unfinished(record.folder)  # of a run that was killed


def _refuse_what_is_no_file(folder: Path, bundle: Path | None) -> None:
    """UserError where a file that the run itself needs is a link, a folder or read-only."""
    plain(folder / RECORD)  # the run has it open
    for name in (manifest.NAME, portfolio.NAME):
        place(folder / name, follow=False)
    if bundle:
        if not bundle.parent.is_dir():
            raise UserError(f"{bundle}: its folder is not there; make it, or name another one")
        place(bundle, follow=False)


def _refuse_files_there(
    record: Record,
    found: CheckedScenarios,
    given: Sequence[Path],
    bundle: Path | None,
    overwrite: bool,
) -> None:
    """UserError where the run's files would replace others, or could not."""
    folder = record.folder
    reserved = {manifest.NAME, portfolio.NAME}
    sources = [path for path in given if path.resolve().parent == folder.resolve()]
    reserved |= {path.name.casefold() for path in sources}
    there = {each.casefold() for each in os.listdir(folder)}
    taken = [folder / each for each in sorted({manifest.NAME, portfolio.NAME} & there)]
    for each in found:
        name = each.file.casefold()
        if name in reserved:
            raise UserError(
                f"{each.place}: its file would be {each.file}, a name that the run itself needs"
            )
        if name in there:
            taken.append(folder / each.file)
    if bundle and bundle.exists():
        taken.append(bundle)
    if overwrite:
        for path in taken:
            place(path, follow=False)
        return
    record.refuse_unfinished()
    if taken:
        more = f" and {len(taken) - 1:,} others are" if taken[1:] else " is"
        raise UserError(f"{taken[0]}{more} there already; --overwrite replaces them")


def _in_order(
    executor: Executor, most: int, job: Job, record: Record, scenarios: Iterator[Scenario]
) -> Iterable[Done]:
    """What became of the scenarios, in their order; only some blocks are submitted at a time."""
    pending: deque[Future[Done]] = deque()
    folder, replace = str(record.folder.resolve()), record.overwrite
    try:
        while True:
            while len(pending) < most and (block := list(islice(scenarios, job.together))):
                pending.append(executor.submit(fill, job, folder, block, replace))
            if not pending:
                return
            yield pending.popleft().result()
    finally:
        if not isinstance(executor, Workers):  # whose end cancels: two at once leave it hanging
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


def _report(
    listing: Listing, found: CheckedScenarios, record: Record, bundle: Path | None
) -> Generated:
    """Write the files that list the others; then the run is complete."""
    listed, overview = record.folder / manifest.NAME, record.folder / portfolio.NAME
    manifest.write(listed, listing, record.overwrite)
    portfolio.write(overview, listing, record.overwrite)
    if bundle:
        manifest.bundle(bundle, record.folder, listing, record.overwrite)
    faults = record.faults
    files = record.count - len(faults)
    record.end()
    return Generated(files, [*found.faults, *faults], listed, overview, bundle, listing.proof)

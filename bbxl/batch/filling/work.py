"""What a worker does: fill a template for some scenarios, and write the files."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from typing import Any, NamedTuple

from bbxl.batch.filling.filler import Filler, Job
from bbxl.batch.reading.checking import Scenario
from bbxl.errors import NO_MEMORY
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.cells import CellValue
from bbxl.xlsx.writing import unfinished, write_whole

_thread = threading.local()


class Outcome(NamedTuple):
    """What became of a scenario.

    Attributes
    ----------
    sha256 : of its file; "" where there is none.
    outputs : what the template's outputs show.
    fault : why there is no file.
    """

    sha256: str
    outputs: Sequence[CellValue] = ()
    fault: str = ""


@dataclass(frozen=True)
class Done:
    """What became of scenarios; `stopped` says why the rest could not be written."""

    outcomes: list[Outcome]
    stopped: str = ""


def fill(job: Job, folder: str, scenarios: Sequence[Scenario], replace: bool = False) -> Done:
    """Write the files of some scenarios into a folder.

    One that is there and holds something else stops it, where it is not to be replaced: a run
    that was killed leaves files that it did not note, and a person may have put others there.
    """
    outcomes = list[Outcome]()
    try:
        _write(job, folder, scenarios, replace, outcomes)
    except WorkbookError as error:
        return Done(outcomes, str(error))
    except MemoryError:
        _thread.job = _thread.filler = None  # it was left in the midst of its work
        return Done(outcomes, f"{job.name}: {NO_MEMORY}")
    return Done(outcomes)


def _write(
    job: Job, folder: str, scenarios: Sequence[Scenario], replace: bool, outcomes: list[Outcome]
) -> None:
    """Write the files, and add what became of each scenario as soon as it is known."""
    temporary, inside = unfinished(folder), os.path.join(folder, "")
    made_of_all = filler(job).files([each.values for each in scenarios])
    for each, made in zip(scenarios, made_of_all, strict=True):
        if isinstance(made, WorkbookError):
            outcomes.append(Outcome("", fault=f"{each.place}: {made}"))
            continue
        write_whole(inside + each.file, *made.pieces, temporary=temporary, follow=False,
                    replace=replace)  # fmt: skip
        outcomes.append(Outcome(made.sha256, made.outputs))


def attempt(job: Job, scenario: Sequence[CellValue]) -> None:
    """Fill the template without writing a file."""
    filler(job).file(scenario)


def filler(job: Job) -> Filler:
    """The filler of this thread, made when it is first needed: it can hold one scenario only."""
    if getattr(_thread, "job", None) != job:
        _thread.job, _thread.filler = job, Filler(job)
    own: Filler = _thread.filler
    return own


class Workers(ProcessPoolExecutor):
    """Processes that ignore Ctrl-C, and end when the run's own process has ended.

    Ctrl-C reaches every process of a terminal, as does the terminal's end, and the run's process
    answers it.
    """

    def __init__(self, count: int) -> None:
        # Spawned: a fork of a process that has threads may hang.
        with _terminal_held_back():  # it starts a process that counts what they share
            super().__init__(count, get_context("spawn"), _obey_parent)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        with _terminal_held_back():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def _terminal_held_back() -> Iterator[None]:
    """Delay Ctrl-C and the terminal's end; a process that is started meanwhile never gets them.

    A worker that it ends as it starts breaks the pool, and the run may then wait forever for the
    others. Windows has no such mask: there a worker ignores Ctrl-C only once it works.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _obey_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The run tells what happened; the engine, which gets no memory, would print its own lines.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    # A run that is killed does not stop its workers.
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent
    parent.join()
    os._exit(1)


class Serial(Executor):
    """An executor that does each task in this process as soon as it is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future

"""What a worker does: fill a template and write the files of a few scenarios."""

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
from bbxl.engine.one_by_one import InputValue
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.cells import CellValue
from bbxl.xlsx.package import unfinished, write_whole

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
    """What became of scenarios, as far as their files could be written."""

    outcomes: list[Outcome]
    stopped: str = ""


def fill(job: Job, folder: str, scenarios: Sequence[Scenario]) -> Done:
    """Write the files of some scenarios into a folder."""
    outcomes, through, inside = list[Outcome](), unfinished(folder), os.path.join(folder, "")
    made_of_all = filler(job).files([each.values for each in scenarios])
    for each, made in zip(scenarios, made_of_all, strict=True):
        if isinstance(made, WorkbookError):
            outcomes.append(Outcome("", fault=f"{each.place}: {made}"))
            continue
        try:
            write_whole(inside + each.file, *made.pieces, through=through)
        except WorkbookError as error:
            return Done(outcomes, str(error))
        outcomes.append(Outcome(made.sha256, made.outputs))
    return Done(outcomes)


def attempt(job: Job, scenario: Sequence[InputValue]) -> None:
    """Fill the template, and write nothing."""
    filler(job).file(scenario)


def filler(job: Job) -> Filler:
    """The template made ready, once in each thread: a filler holds one scenario at a time."""
    if getattr(_thread, "job", None) != job:
        _thread.job, _thread.filler = job, Filler(job)
    own: Filler = _thread.filler
    return own


class Workers(ProcessPoolExecutor):
    """Processes that end when the run does, and not before.

    Ctrl-C reaches every process of a terminal, and is the run's to answer.
    """

    def __init__(self, count: int) -> None:
        # Spawned: a fork of a process that has threads may hang.
        super().__init__(count, get_context("spawn"), _obey_parent)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        with _ctrl_c_held_back():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def _ctrl_c_held_back() -> Iterator[None]:
    """Let Ctrl-C wait; a process that is started meanwhile does not get it, not even as it starts.

    A worker that dies of it as it starts breaks the pool, and the run may then wait for ever for
    the others. Windows has no such mask: there a worker is deaf to it only once it works.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _obey_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A run that is killed does not stop its workers.
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent
    parent.join()
    os._exit(1)


class Serial(Executor):
    """Does everything at once, in the order in which it is asked for."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future

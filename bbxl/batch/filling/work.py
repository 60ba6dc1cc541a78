"""What a worker does: fill a template and write the files of a few scenarios."""

import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from multiprocessing import parent_process
from typing import Any, NamedTuple

from bbxl.batch.filling.filler import Filler, Job
from bbxl.batch.reading.checking import Scenario
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


def attempt(job: Job, scenario: Sequence[CellValue]) -> None:
    """Fill the template, and write nothing."""
    filler(job).file(scenario)


def filler(job: Job) -> Filler:
    """The template made ready, once in each thread: a filler holds one scenario at a time."""
    if getattr(_thread, "job", None) != job:
        _thread.job, _thread.filler = job, Filler(job)
    own: Filler = _thread.filler
    return own


def obey_parent() -> None:
    """Let a worker end when the run does, and not before.

    Ctrl-C reaches every process of a terminal, and is the run's to answer; a run that is killed
    takes no leave of its workers.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
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

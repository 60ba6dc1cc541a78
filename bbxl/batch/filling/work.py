"""What a worker does: fill a template for some scenarios, and write the files."""

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bbxl.batch.filling.filler import Filler, Job
from bbxl.batch.reading.checking import Scenario
from bbxl.engine.proof import Proof
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


def attempt(job: Job, scenario: Sequence[CellValue]) -> Proof | None:
    """Fill the template without writing a file; how its values compare with those it stores."""
    filler(job).file(scenario)
    return filler(job).proof


def filler(job: Job) -> Filler:
    """The filler of this thread, made when it is first needed: it can hold one scenario only."""
    if getattr(_thread, "job", None) != job:
        _thread.job, _thread.filler = job, Filler(job)
    own: Filler = _thread.filler
    return own

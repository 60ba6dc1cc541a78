"""The record of a run: what it has written, so that it can be resumed."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from bbxl.batch.filling.work import Outcome
from bbxl.batch.reading.checking import CheckedScenarios, Scenario
from bbxl.errors import UserError
from bbxl.xlsx.cells import ExcelError

NAME = ".bbxl-run"


class Record:
    """A file with a line for each scenario that is done, in their order.

    Its first line says which run it belongs to. A line that a crash cut off
    does not count, nor does one whose workbook is missing or was changed.

    Parameters
    ----------
    folder : where the files go.
    scenarios : all scenarios of the run.
    """

    def __init__(self, folder: Path, scenarios: CheckedScenarios) -> None:
        self.folder, self._scenarios = folder, scenarios
        self._path = folder / NAME
        self.count = 0

    @property
    def exists(self) -> bool:
        """Whether a run was begun in the folder and did not end."""
        return self._path.exists()

    @property
    def moment(self) -> datetime:
        """What the unfinished run takes for now; UserError where there is none."""
        try:
            with self._path.open("rb") as file:
                return datetime.fromisoformat(_read(file.readline())["moment"])
        except (FileNotFoundError, TypeError, ValueError, KeyError):
            raise UserError(f"{self.folder} holds no unfinished run; leave --resume out") from None

    def begin(self, run: str, moment: datetime) -> None:
        """Begin a run."""
        self._path.write_bytes(_line({"run": run, "moment": moment.isoformat()}))

    def resume(self, run: str) -> None:
        """Go on with a run; UserError where it is not the same run."""
        with self._path.open("rb+") as file:
            head = _read(file.readline())
            if not head or head.get("run") != run:
                raise UserError(
                    f"{self.folder} holds an unfinished run of another template, other scenarios "
                    "or options; --overwrite begins anew"
                )
            ends = [file.tell()]
            for scenario, line in zip(self._scenarios, file, strict=False):
                outcome = _outcome(line)
                if not outcome or not self._is_there(scenario, outcome):
                    break
                ends.append(ends[-1] + len(line))
            file.truncate(ends[-1])
        self.count = len(ends) - 1

    def add(self, outcomes: list[Outcome]) -> None:
        """Note what became of the next scenarios."""
        with self._path.open("ab") as file:
            for each in outcomes:
                outputs = [
                    {"error": value.value} if isinstance(value, ExcelError) else value
                    for value in each.outputs
                ]
                file.write(_line([each.sha256, outputs, each.fault]))
        self.count += len(outcomes)

    def __iter__(self) -> Iterator[tuple[Scenario, Outcome]]:
        """Each scenario that has a file, and what became of it."""
        for scenario, outcome in zip(self._scenarios, self._outcomes(), strict=True):
            if not outcome.fault:
                yield scenario, outcome

    @property
    def faults(self) -> list[str]:
        """Why some scenarios have no file, a line each."""
        return [each.fault for each in self._outcomes() if each.fault]

    def _outcomes(self) -> Iterator[Outcome]:
        """What became of the scenarios, in their order; the lines are this run's, and whole."""
        with self._path.open("rb") as file:
            file.readline()
            for line in file:
                outcome = _outcome(line)
                assert outcome
                yield outcome

    def end(self) -> None:
        """The run is complete."""
        self._path.unlink()

    def _is_there(self, scenario: Scenario, outcome: Outcome) -> bool:
        if outcome.fault:
            return True
        try:
            data = (self.folder / scenario.file).read_bytes()
        except OSError:
            return False
        return sha256(data).hexdigest() == outcome.sha256


def _line(content: Any) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)


def _read(line: bytes) -> Any:
    try:
        return orjson.loads(line) if line.endswith(b"\n") else None
    except orjson.JSONDecodeError:
        return None


def _outcome(line: bytes) -> Outcome | None:
    """What a line notes; None where it is no such line."""
    try:
        digest, outputs, fault = _read(line)
        shown = [ExcelError(each["error"]) if isinstance(each, dict) else each for each in outputs]
    except (TypeError, ValueError, KeyError):
        return None
    return Outcome(digest, shown, fault)

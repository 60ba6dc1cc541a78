"""The record of a run: what it has written, so that it can be resumed."""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import IO, Any, Self

import orjson

from bbxl.batch.filling.work import Outcome
from bbxl.batch.reading.checking import CheckedScenarios, Scenario
from bbxl.errors import UserError
from bbxl.xlsx.cells import ExcelError
from bbxl.xlsx.writing import open_plain, plain, write_whole

NAME = ".bbxl-run"


class Record:
    """A file with a line for each scenario that is done, in their order.

    Its first line says which run it belongs to. A line that a crash cut off does not count, nor
    does one whose workbook is missing. The file stays open while the run goes on, and is never
    a symbolic link; close it.

    Parameters
    ----------
    folder : where the files go.
    scenarios : all scenarios of the run.
    outputs : how many outputs a workbook has.

    Attributes
    ----------
    count : how many scenarios are done.
    moment : what the run takes for now.
    overwrite : whether the run may replace files that are there and that it has not written.
    """

    def __init__(self, folder: Path, scenarios: CheckedScenarios, outputs: int) -> None:
        self.folder, self._scenarios, self._outputs = folder, scenarios, outputs
        self._path = folder / NAME
        self._file: IO[bytes] | None = None
        self._run = ""
        self.count = 0
        self.moment: datetime
        self.overwrite = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            with suppress(OSError):  # a full disk, which was told when a line was added
                self._file.close()

    def refuse_unfinished(self) -> None:
        """UserError where a run was begun in the folder and did not end."""
        if plain(self._path)[1]:
            with open(open_plain(self._path), "rb") as file:
                self._read_head(file)
            raise UserError(
                f"{self.folder} holds an unfinished run; --resume goes on with it, --overwrite "
                "begins anew"
            )

    def begin(self, run: str, moment: datetime, overwrite: bool) -> None:
        """Begin a run."""
        head = {"run": run, "moment": moment.isoformat(), "overwrite": overwrite}
        write_whole(self._path, _line(head), follow=False)
        self.overwrite = overwrite
        self._open().seek(0, os.SEEK_END)

    def open(self) -> None:
        """Open the record of the run to go on with; UserError where there is none."""
        if not plain(self._path)[1]:
            raise UserError(f"{self.folder} holds no unfinished run; leave --resume out")
        self._read_head(self._open())

    def resume(self, run: str, overwrite: bool) -> None:
        """Go on with the run.

        Parameters
        ----------
        run : what the run is to be.
        overwrite : whether files that were changed are replaced.

        Raises
        ------
        UserError : it is another run, or a file was changed since the run wrote it.
        """
        if self._run != run:
            raise UserError(
                f"{self.folder} holds an unfinished run of another template, other scenarios "
                "or options; --overwrite begins anew"
            )
        assert self._file
        end, whole = self._file.tell(), True
        for scenario, line in zip(self._scenarios, self._file, strict=False):
            outcome = _outcome(line, self._outputs)
            if not outcome:
                break
            found = self._checksum(scenario, outcome)
            if found and found != outcome.sha256 and not overwrite:
                raise UserError(
                    f"{self.folder / scenario.file} was changed since the run wrote it: move it, "
                    "or give --overwrite too"
                )
            whole = whole and found == outcome.sha256
            if whole:
                end += len(line)
                self.count += 1
        self._file.seek(end)
        self._file.truncate()
        self.overwrite = self.overwrite or overwrite

    def add(self, outcomes: list[Outcome]) -> None:
        """Note what became of the next scenarios."""
        assert self._file
        for each in outcomes:
            outputs = [
                {"error": value.value} if isinstance(value, ExcelError) else value
                for value in each.outputs
            ]
            self._file.write(_line([each.sha256, outputs, each.fault]))
        self._file.flush()
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
        """What became of the scenarios, in their order; one such iteration goes on at a time."""
        assert self._file
        self._file.seek(0)
        self._file.readline()
        for line in self._file:
            outcome = _outcome(line, self._outputs)
            assert outcome
            yield outcome

    def end(self) -> None:
        """The run is complete."""
        assert self._file
        self._file.close()
        self._path.unlink()

    def _open(self) -> IO[bytes]:
        self._file = open(open_plain(self._path, os.O_RDWR), "r+b")  # noqa: SIM115
        return self._file

    def _read_head(self, file: IO[bytes]) -> None:
        """Read the line that says which run it is; UserError where it does not."""
        head = _read(file.readline())
        try:
            self._run, self.overwrite = str(head["run"]), head["overwrite"] is True
            self.moment = datetime.fromisoformat(head["moment"])
            if self.moment.utcoffset() != timedelta(0):
                raise ValueError
        except (TypeError, ValueError, KeyError):
            raise UserError(
                f"{self._path} is not the record of a run; --overwrite without --resume replaces it"
            ) from None

    def _checksum(self, scenario: Scenario, outcome: Outcome) -> str:
        """That of the scenario's file; "" where there is none."""
        path = self.folder / scenario.file
        if outcome.fault or not plain(path)[1]:
            return ""
        with open(open_plain(path), "rb") as file:
            return file_digest(file, "sha256").hexdigest()


def _line(content: Any) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)


def _read(line: bytes) -> Any:
    try:
        return orjson.loads(line) if line.endswith(b"\n") else None
    except orjson.JSONDecodeError:
        return None


def _outcome(line: bytes, count: int) -> Outcome | None:
    """What a line notes, with so many outputs; None where it is no such line."""
    try:
        digest, outputs, fault = _read(line)
        shown = [ExcelError(each["error"]) if isinstance(each, dict) else each for each in outputs]
    except (TypeError, ValueError, KeyError):
        return None
    if not isinstance(outputs, list) or not all(isinstance(each, str) for each in (digest, fault)):
        return None
    if any(isinstance(each, list) for each in shown) or len(shown) != (0 if fault else count):
        return None
    return Outcome(digest, shown, fault)

"""Scenarios checked against a template, the whole table before anything is written.

Values that are right go to a temporary file, so that a million scenarios take
no more memory than a hundred.
"""

import tempfile
from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, NamedTuple, Self

import numpy as np
import orjson

from bbxl.batch.reading import naming, scenarios
from bbxl.batch.reading.columns import MOST_FAULTS, targets_of
from bbxl.batch.reading.conversion import Converter, RefusedError
from bbxl.batch.reading.scenarios import Grid, ScenarioError, ScenarioTable
from bbxl.batch.template.inputs import Input, Template
from bbxl.xlsx.cells import CellValue

_KEPT: dict[str, str] = {}  # stands in the temporary file for the template's own value


@dataclass(frozen=True)
class Scenario:
    """A scenario that fits the template.

    Attributes
    ----------
    place : where it is from, such as "scenarios.csv, line 17".
    file : name of its workbook.
    labels : what its columns `scenario` and `note` say.
    values : one for each input.
    """

    place: str
    file: str
    labels: tuple[str, ...]
    values: tuple[CellValue, ...]


class _Line(NamedTuple):
    """A scenario as the temporary file holds it."""

    place: str
    file: str
    labels: list[str]
    values: list[Any]


@dataclass
class CheckedScenarios:
    """Scenarios that fit a template; close it to remove its temporary file.

    Attributes
    ----------
    labels : names of the label columns.
    inputs : what the other columns fill.
    faults : what is wrong with those that were left out, a line each.
    digest : of all their values and names, in order.
    """

    labels: tuple[str, ...]
    inputs: tuple[Input, ...]
    faults: list[str] = field(default_factory=list)
    digest: str = ""
    _count: int = 0
    _file: IO[bytes] = field(default_factory=lambda: tempfile.TemporaryFile(prefix="bbxl-"))  # noqa: SIM115

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Scenario]:
        """The scenarios from the first on; only one such iteration can go on at a time."""
        kept = [each.current for each in self.inputs]
        self._file.seek(0)
        for line in self._file:
            of = _Line(*orjson.loads(line))
            values = (k if v == _KEPT else v for k, v in zip(kept, of.values, strict=True))
            yield Scenario(of.place, of.file, tuple(of.labels), tuple(values))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the temporary file."""
        with suppress(OSError):  # a full disk takes no rest, which nobody needs
            self._file.close()


@dataclass(frozen=True)
class Options:
    """How scenarios are read.

    Attributes
    ----------
    sheet : of a workbook of scenarios; its first one by default.
    grid : column -> values to be combined with each row.
    name : pattern of the files' names; by default the column `scenario`, or a number.
    decimal_comma : whether text such as "0,5" is a half.
    clear : whether a blank empties its input; else the template's value stays.
    skip : whether rows with faults are left out; else they stop everything.
    """

    sheet: str | None = None
    grid: Grid = field(default_factory=dict)
    name: str | None = None
    decimal_comma: bool = False
    clear: bool = False
    skip: bool = False


def check(template: Template, source: Any, options: Options = Options()) -> CheckedScenarios:
    """Read scenarios and check every value against the template.

    Raises
    ------
    ScenarioError : they cannot be read, a column has no input, or values do not fit:
        a line for each fault, with the row, the column, the value and what is allowed.
    """
    is_table = source is not None or options.sheet is not None
    table = scenarios.read(source, options.sheet) if is_table else None
    if table is None and not options.grid:
        raise ScenarioError("there are no scenarios: give a table, a grid or both")
    checker = _Checker(template, scenarios.crossed(table, options.grid), options)
    try:
        return checker.checked()
    except BaseException as error:
        checker.found.close()
        if isinstance(error, OSError):
            place = error.filename or f"the folder for temporary files, {tempfile.gettempdir()}"
            raise ScenarioError(f"{place}: {error.strerror or error}") from None
        raise


class _Checker:
    """Checks a table against a template."""

    def __init__(self, template: Template, table: ScenarioTable, options: Options) -> None:
        self.table, self.options, self.suffix = table, options, template.suffix
        targets = targets_of(template, table.columns)
        self.labelled = [i for i, each in enumerate(targets) if isinstance(each, str)]
        self.filling = [(i, each) for i, each in enumerate(targets) if isinstance(each, Input)]
        labels = tuple(str(targets[i]) for i in self.labelled)
        columns = [*labels, *(each.name for _, each in self.filling)]
        numbered = f"{Path(template.name).stem}-{{number:05}}"
        if "scenario" in labels:
            numbered = "{scenario}-{number:05}" if options.grid else "{scenario}"
        self.pattern = naming.checked_pattern(options.name or numbered, columns)
        self.converter = Converter(options.decimal_comma, template.epoch)
        self.epoch = template.epoch
        self.faults = 0
        self.found = CheckedScenarios(labels, tuple(each for _, each in self.filling))

    def checked(self) -> CheckedScenarios:
        digest, names = blake2b(digest_size=16), array("Q")
        for number, (place, row) in enumerate(self.table.rows, start=1):
            if (scenario := self.scenario(place, row, number)) is not None:
                line = orjson.dumps([*scenario], option=orjson.OPT_APPEND_NEWLINE)
                self.found._file.write(line)
                digest.update(orjson.dumps(scenario[1:]))  # not how its file's path was written
                names.append(_hashed(scenario.file))
        self.found._file.flush()
        self.found._count, self.found.digest = len(names), digest.hexdigest()
        same = self.same_names(np.asarray(names))
        if same or (self.faults and not self.options.skip):
            lines = [*self.found.faults, *same]
            more = self.faults + len(same) - MOST_FAULTS
            raise ScenarioError(*lines[:MOST_FAULTS], *([f"and {more:,} more"] if more > 0 else []))
        if not len(self.found):
            raise ScenarioError("there are no scenarios" + " without faults" * bool(self.faults))
        return self.found

    def scenario(self, place: str, row: Sequence[Any], number: int) -> _Line | None:
        """What a row says; None where it has faults."""
        before, values = self.faults, list[Any]()
        named: dict[str, Any] = {"number": number}
        for index, target in self.filling:
            value = row[index]
            if value is None or (isinstance(value, str) and not value.strip()):
                values.append(self.blank(place, target))
                kept = None if self.options.clear else target.current
                named[target.name] = target.shown(kept, self.epoch)
                continue
            try:
                values.append(self.converter.converted(value, target))
            except RefusedError:
                self.note(
                    f"{place}, {target.name}: {_shown(value)} is not {target.allowed}"
                    f"{self.converter.hint(value, target)}"
                )
            else:
                named[target.name] = target.shown(values[-1], self.epoch)
        for index, label in zip(self.labelled, self.found.labels, strict=True):
            try:
                named[label] = "" if row[index] is None else self.converter.text(row[index])
            except RefusedError:
                self.note(f"{place}, {label}: {_shown(row[index])} is not a text for a cell")
        if self.faults > before:
            return None
        file = naming.file_name(self.pattern, named, self.suffix)
        if not file:
            self.note(f"{place}: it gives no file name; the pattern is {self.pattern}")
            return None
        return _Line(place, file, [named[label] for label in self.found.labels], values)

    def blank(self, place: str, target: Input) -> Any:
        """What a blank does to an input."""
        if not self.options.clear:
            return _KEPT
        if target.rule and not target.rule.blank:
            self.note(f"{place}, {target.name}: it is blank, and must be {target.allowed}")
        return None

    def same_names(self, names: Any) -> list[str]:
        """Scenarios whose files would have one name, also where capitals do not count."""
        ordered = np.sort(names)
        suspects = set(ordered[1:][ordered[1:] == ordered[:-1]].tolist())
        seen: dict[str, str] = {}
        return [
            f"{each.place}: its file would be {each.file}, as that of "
            f"{seen[each.file.casefold()]}; give a name pattern that tells them apart"
            for each in (self.found if suspects else ())
            if _hashed(each.file) in suspects
            and seen.setdefault(each.file.casefold(), each.place) != each.place
        ]

    def note(self, fault: str) -> None:
        self.faults += 1
        if self.options.skip or len(self.found.faults) < MOST_FAULTS:
            self.found.faults.append(fault)


def _hashed(name: str) -> int:
    return int.from_bytes(blake2b(name.casefold().encode(), digest_size=8).digest(), "big")


def _shown(value: Any) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."

"""Reading a range as a table of approaches or of performance profiles.

A table has a header row with field names and a row for each approach, or,
turned, labels down the first column and a column for each approach. Labels
match without regard to case, spaces, underscores, hyphens and units in
brackets. A row or column that is named "Unit" says what figures are in, and
is no approach.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import numpy as np

from bbxl.model.cost import Approach, CostModel
from bbxl.model.drivers import DeploymentType, TCOComponents
from bbxl.model.quantities import Array
from bbxl.model.requirements import PerformanceProfile
from bbxl.model.tco import TCO
from bbxl.worksheet.columns import Answer, columns_of, normalised
from bbxl.worksheet.readers import CellError, grid
from bbxl.xlsx.cells import CellValue, ExcelError, error_of

MOST_ROWS = 5_000  # of a table


@dataclass
class Table:
    """A table as it was read, with what is wrong with it.

    Attributes
    ----------
    names, deployments, adds_units : one for each approach.
    model : the record, each field an array of shape (approaches, 1).
    errors : error codes of shape (approaches, 1); an approach with a bad cell
        has that cell's error, the others stay sound.
    turned : whether the approaches stand in columns.
    lines, columns : where each approach stands in the range, and each field: row and column
        from 0; where it is turned, column and row.
    problems : each fault in words.
    fault : the error that the whole table makes, where there is no reading it.
    """

    RECORDS: ClassVar[tuple[type, ...]] = ()

    names: list[str] = field(default_factory=list)
    deployments: list[DeploymentType | None] = field(default_factory=list)
    adds_units: list[Answer | None] = field(default_factory=list)
    model: Any = None
    errors: Array = field(default_factory=lambda: np.zeros((0, 1), dtype=np.uint8))
    turned: bool = False
    lines: list[int] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    fault: ExcelError | None = None

    @classmethod
    def from_cells(cls, value: Any) -> "Table":
        """Read a range; faults are noted, not raised."""
        table = cls()
        rows = _trimmed(grid(value))
        if not rows:
            return table._give_up("the table is empty")
        if len(rows) == len(rows[0]) == 1 and isinstance(rows[0][0], ExcelError):
            return table._give_up(f"in place of a table stands {rows[0][0]}", rows[0][0])
        record, table.turned = _fit(rows, cls.RECORDS)
        if table.turned:
            rows = [list(row) for row in zip(*rows, strict=True)]
        # An empty column keeps a sheet's parts apart; it says nothing.
        spoken = [j for j in range(len(rows[0])) if any(row[j] is not None for row in rows)]
        rows = [[row[j] for j in spoken] for row in rows]
        columns = table._header(rows[0], record)
        named = columns.get("name", 0)
        table.columns = {name: spoken[position] for name, position in columns.items()}
        table.lines = [i for i, row in enumerate(rows[1:], 1) if not _says_unit(row[named])]
        body = [rows[i] for i in table.lines]
        if not body:
            table._give_up("the table has labels but no approach")
        if len(body) > MOST_ROWS:
            table._give_up(f"the table has more than {MOST_ROWS:,} approaches", ExcelError.NUM)
        for position, row in enumerate(body, start=1):
            if all(each is None for each in row):
                table._give_up(f"approach {position} is empty, but another follows it")
        if table.fault is None:
            table._read(body, columns, record)
        return table

    def sound(self) -> "Table":
        """This table; CellError with its first error where any approach has one."""
        if self.errors.any():
            raise CellError(error_of(self.errors[self.errors != 0][0]))
        return self

    def records(self) -> list[Any]:
        """A record of single numbers for each approach."""
        columns = [getattr(self.model, each.name).ravel().tolist() for each in fields(self.model)]
        return [type(self.model)(*row) for row in zip(*columns, strict=True)]

    def _give_up(self, problem: str, fault: ExcelError = ExcelError.VALUE) -> "Table":
        self.problems.append(problem)
        self.fault = self.fault or fault
        return self

    def _header(self, labels: list[CellValue], record: type) -> dict[str, int]:
        """Field name -> position; notes unknown, repeated and missing labels."""
        known, found = columns_of(record), {}
        for position, label in enumerate(labels):
            column = known.get(normalised(label)) if isinstance(label, str) else None
            if column is None:
                shown = "empty" if label is None else f"{label!s}"
                fault = label if isinstance(label, ExcelError) else ExcelError.VALUE
                self._give_up(f"label {position + 1} is not known: {shown}", fault)
            elif column.name in found:
                self._give_up(f"the label {label} stands twice")
            else:
                found[column.name] = position
        for column in known.values():
            if column.required and column.name not in found:
                self._give_up(f"the label {column.name} is missing")
        return found

    def _read(self, body: list[list[CellValue]], positions: dict[str, int], record: type) -> None:
        """Fill names, deployments, model and errors from the rows below the header."""
        columns = columns_of(record).values()
        read: dict[str, list[Any]] = {column.name: [] for column in columns}
        codes, seen = [], set()
        for number, row in enumerate(body, start=1):
            code = 0
            name = row[positions["name"]]
            shown = name if isinstance(name, str) else f"approach {number}"
            for column in columns:
                raw = row[positions[column.name]] if column.name in positions else None
                value, error, problem = column.parse(raw)
                if column.name == "name":
                    if value in seen:
                        value, error, problem = shown, ExcelError.VALUE, "stands twice"
                    seen.add(value)
                read[column.name].append(value)
                if error:
                    self.problems.append(f"{shown}: {column.name} {problem}")
                    code = code or error.code
            for problem in _contradictions(record, {name: each[-1] for name, each in read.items()}):
                self.problems.append(f"{shown}: {problem}")
                code = code or ExcelError.VALUE.code
            if code:  # nothing of the approach is shown; what stands for it must be possible
                for column in columns:
                    if isinstance(column.default, float):
                        read[column.name][-1] = column.default
            codes.append(code)
        self.names = [name or f"approach {i}" for i, name in enumerate(read["name"], start=1)]
        self.deployments = read["deployment"]
        self.adds_units = read.get("adds_units", [])
        self.errors = np.array(codes, dtype=np.uint8)[:, None]
        self.model = record(
            **{
                each.name: np.array(read[each.name], dtype=float)[:, None]
                for each in fields(record)
            }
        )


class Approaches(Table):
    """A range that holds approaches: a header row with the field names of TCOComponents."""

    RECORDS = (TCOComponents, CostModel)
    model: Approach[Any]

    @property
    def across(self) -> Approach[Any]:
        """The model with approaches across: each field of shape (1, approaches)."""
        turned = {each.name: getattr(self.model, each.name).T for each in fields(self.model)}
        return type(self.model)(**turned)

    def each(self) -> dict[str, Approach[float]]:
        """Name -> approach; CellError where any approach has an error."""
        return dict(zip(self.names, self.sound().records(), strict=True))

    def named(self, name: str) -> tuple[str, Approach[float]]:
        """The approach of that name, however its case; CellError where there is none."""
        for known, approach in self.each().items():
            if known.strip().casefold() == name.casefold():
                return known, approach
        words = f"there is no approach {name!r}; there are {', '.join(self.names)}"
        raise CellError(ExcelError.NA, words)

    def simplest(self, months: Any) -> dict[str, Approach[float]]:
        """Name -> line, or the approach where it has units; CellError where any has an error."""
        return {
            name: approach if approach.has_units else approach.cost_model(months)
            for name, approach in self.each().items()
        }

    def tco(self, requests: Any, months: Any) -> TCO[Any]:
        """Total cost of ownership of every approach."""
        return self.model.tco(requests, months)


class Profiles(Table):
    """A range that holds profiles: a header row with the fields of PerformanceProfile."""

    RECORDS = (PerformanceProfile,)
    model: PerformanceProfile

    def peak(self, peak_rps: Any) -> Array:
        """What each must sustain of a peak: nothing where units are added as it needs them."""
        fixed = [[each is not Answer.YES] for each in self.adds_units]
        return np.asarray(np.multiply(peak_rps, fixed))


class AnyTable(Table):
    """A range that holds a table of either kind."""

    RECORDS = (*Approaches.RECORDS, *Profiles.RECORDS)


def check(value: Any) -> list[str]:
    """What is wrong with a table of either kind, in words; nothing where it is right."""
    return AnyTable.from_cells(value).problems


def _contradictions(record: type, values: dict[str, Any]) -> list[str]:
    """What contradicts itself in an approach, in words; a missing value contradicts nothing."""
    if not issubclass(record, Approach):
        return []
    numbers = {
        name: np.nan if values[name] is None else values[name] for name in record.table.drivers
    }
    return [words for words, wrong in record.table.contradictions(numbers).items() if wrong]


def _says_unit(name: CellValue) -> bool:
    return isinstance(name, str) and normalised(name) == "unit"


def _trimmed(rows: list[list[CellValue]]) -> list[list[CellValue]]:
    """Without the empty rows and columns at the end."""
    height = max((i for i, row in enumerate(rows, 1) if any(c is not None for c in row)), default=0)
    rows = rows[:height]
    width = max((j for row in rows for j, c in enumerate(row, 1) if c is not None), default=0)
    return [row[:width] for row in rows]


def _fit(rows: list[list[CellValue]], records: Iterable[type]) -> tuple[type, bool]:
    """The record whose labels the first row or, turned, the first column knows best."""
    candidates = []
    for turned, labels in ((False, rows[0]), (True, [row[0] for row in rows])):
        seen = {normalised(label) for label in labels if isinstance(label, str)}
        for record in records:
            candidates.append((len(seen & set(columns_of(record))), not turned, record))
    best = max(candidates, key=lambda candidate: candidate[:2])
    return best[2], not best[1]

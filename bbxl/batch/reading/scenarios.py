"""Scenarios in all forms that they come in: files, mappings, data frames, grids."""

import csv
import io
import itertools
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import openpyxl
from openpyxl.utils.cell import get_column_letter

from bbxl.batch.reading import json_line
from bbxl.errors import UserError
from bbxl.xlsx.archive import members_of

Grid = Mapping[str, Sequence[Any]]
"""Column -> the values that it takes in turn."""

MOST_COLUMNS = 16_384  # as a sheet has
LONGEST_ROW = 2**20  # characters of a row in a text file, or bytes of an object

_WORKBOOKS = (".xlsx", ".xlsm")
_SEPARATORS = ("\t", ";", ",")  # of the values in a text file
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)


class ScenarioError(UserError):
    """Scenarios that cannot be read or do not fit; its text is one line for a person, or more."""


@dataclass(frozen=True)
class ScenarioTable:
    """Scenarios, read as they are asked for.

    Attributes
    ----------
    columns : names of the columns.
    rows : place of each row in words, and its values, one a column; None or "" where blank.
    """

    columns: Sequence[str]
    rows: Iterator[tuple[str, Sequence[Any]]]


def read(source: Any, sheet: str | None = None) -> ScenarioTable:
    """Scenarios from a file or from memory.

    Parameters
    ----------
    source : path of a .csv, .tsv or .txt file (UTF-8; commas, semicolons or tabs), an .xlsx
        workbook with a header row, or a .jsonl file with an object a line; or mappings; or a
        data frame of pandas or polars.
    sheet : of a workbook; its first one by default.

    Raises
    ------
    ScenarioError : it cannot be read; the message names the file and the line.

    Notes
    -----
    Rows are read one by one, so a file may be of any length; but a row has at most 16,384
    columns, and one of a text file at most 1,048,576 characters. A workbook unpacks to at most
    512 MiB.
    """
    named = isinstance(source, str | Path)
    if sheet is not None and not (named and Path(source).suffix.lower() in _WORKBOOKS):
        raise ScenarioError(f"{source if named else 'a grid or data'} has no sheets; leave --sheet "
                            "out")  # fmt: skip
    if named:
        return _file(Path(source), sheet)
    rows = getattr(source, "iter_rows", None) or getattr(source, "itertuples", None)
    if rows is not None:  # polars gives tuples; pandas does when asked for no index and no name
        options = {} if hasattr(source, "iter_rows") else {"index": False, "name": None}
        values = ([_value_or_none(value) for value in row] for row in rows(**options))
        return _numbered("row", list(map(str, source.columns)), values, first=1)
    return _mappings("row", enumerate(source, start=1))


def crossed(table: ScenarioTable | None, grid: Grid) -> ScenarioTable:
    """Each row of a table, or nothing, with each combination of a grid's values.

    The last column's values change fastest.
    """
    combinations = list(itertools.product(*grid.values()))
    columns, rows = (table.columns, table.rows) if table else ((), iter([("grid", ())]))
    twice = set(columns) & set(grid)
    if twice:
        raise ScenarioError(f"{min(twice)} is a column and in the grid too; take one of them out")
    together = (
        (f"{place}, {', '.join(f'{n}={v}' for n, v in zip(grid, each, strict=True))}",
         (*values, *each))
        for place, values in rows
        for each in combinations
    )  # fmt: skip
    return ScenarioTable([*columns, *grid], together) if grid else ScenarioTable(columns, rows)


def _file(path: Path, sheet: str | None) -> ScenarioTable:
    kind = path.suffix.lower()
    try:
        if kind in (".csv", ".tsv", ".txt"):
            return _text(path)
        if kind in (".jsonl", ".ndjson"):
            return _mappings(f"{path}, line", _json_lines(path))
        if kind in _WORKBOOKS:
            return _workbook(path, sheet)
    except OSError as error:
        raise ScenarioError(f"{path}: {error.strerror}") from None
    raise ScenarioError(f"{path}: scenarios are read from .csv, .tsv, .txt, .jsonl, .ndjson, .xlsx "
                        "and .xlsm files")  # fmt: skip


def _text(path: Path) -> ScenarioTable:
    """A text file of values; its first line shows which character separates them."""
    rows = _csv_rows(path)
    header = next(rows, None)
    if header is None:
        raise ScenarioError(f"{path} is empty; its first line names the columns")
    return _numbered(f"{path}, line", header[1], rows)


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Number of the line that each row ends on, and the row; blank lines are left out."""
    with path.open("rb") as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="strict", newline="")
        try:
            rows = _Lines(path, text)
            first = next(rows, "")
            said = _SEPARATOR_LINE.fullmatch(first)  # as Excel writes and reads it
            if said:
                first = "\n"
            separator = said[1] if said else max(_SEPARATORS, key=first.count)
            lines = csv.reader(itertools.chain([first], rows), delimiter=separator, strict=True)
            for row in lines:
                if any(row):
                    yield lines.line_num, row
                rows.begin()
        except UnicodeDecodeError:
            raise ScenarioError(f"{path} is not UTF-8 text; save it as CSV UTF-8") from None
        except csv.Error as error:
            raise ScenarioError(f"{path}, line {lines.line_num}: {error}") from None


class _Lines(Iterator[Any]):
    """Lines of a file, of which one row has no more than LONGEST_ROW characters or bytes."""

    def __init__(self, path: Path, file: IO[Any]) -> None:
        self.path, self.file, self.number = path, file, 0
        self.begin()

    def begin(self) -> None:
        """Begin another row."""
        self.left = LONGEST_ROW

    def __next__(self) -> Any:
        line = self.file.readline(self.left + 1)
        if not line:
            raise StopIteration
        self.number, self.left = self.number + 1, self.left - len(line)
        if self.left < 0:
            raise ScenarioError(
                f"{self.path}, line {self.number}: its row is longer than {LONGEST_ROW:,} "
                "characters; is a quotation mark missing?"
            )
        return line


def _json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open("rb") as file:
        lines = _Lines(path, file)
        for number, line in enumerate(lines, start=1):
            lines.begin()
            if line.strip():
                try:
                    yield number, json_line.read(line)
                except json_line.TwiceError as key:
                    raise ScenarioError(
                        f"{path}, line {number}: the key {key} stands twice; take one out"
                    ) from None
                except ValueError as error:
                    raise ScenarioError(f"{path}, line {number} is not JSON: {error}") from None


def _workbook(path: Path, sheet: str | None) -> ScenarioTable:
    rows = _sheet_rows(path, sheet)
    header = next(rows, None)
    if header is None:
        raise ScenarioError(f"{path} is empty; its first row names the columns")
    used = [i for i, name in enumerate(header[1]) if name is not None]
    columns = [str(header[1][i]) for i in used]
    picked = ((number, [values[i] for i in used if i < len(values)]) for number, values in rows)
    return _numbered(f"{path}, row", columns, picked)


def _sheet_rows(path: Path, sheet: str | None) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows of a sheet that are not empty; of a formula, the value stored with it."""
    try:
        data = path.read_bytes()
        for member in members_of(data, str(path)):
            member.unpacked()  # to know that it is as large as it says, before openpyxl reads it
        with closing(_opened(data, data_only=True)) as stored, closing(_opened(data)) as written:
            names = [each.title for each in stored.worksheets]
            title = sheet or next(iter(names), "")
            if title not in names:
                raise ScenarioError(f"{path} has no sheet {title}; it has {', '.join(names)}")
            for book in (stored, written):
                book[title].reset_dimensions()  # what it says of its width may be wrong
            both = (book[title].iter_rows(values_only=True) for book in (stored, written))
            for number, (values, formulas) in enumerate(zip(*both, strict=True), start=1):
                if any(each not in (None, "") for each in formulas):
                    if None in values and (at := _uncomputed(values, formulas)):
                        raise ScenarioError(
                            f"{path}, {at}{number}: its formula has no stored value; "
                            "open the workbook in a spreadsheet program and save it"
                        )
                    yield number, values
    except OSError as error:
        raise ScenarioError(f"{path}: {error.strerror or 'it is damaged'}") from None
    except UserError as error:
        raise ScenarioError(*error.args) from None
    except Exception:  # whatever openpyxl comes upon in a file that is damaged
        raise ScenarioError(f"{path} is not an .xlsx workbook, or is damaged") from None


def _opened(data: bytes, data_only: bool = False) -> openpyxl.Workbook:
    """A workbook that is read row by row; openpyxl warns of what it leaves out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=data_only)


def _uncomputed(values: Sequence[Any], formulas: Sequence[Any]) -> str:
    """The column of a formula that no value is stored with; "" where there is none."""
    cells = enumerate(zip(values, formulas, strict=True), start=1)
    missing = (i for i, (value, formula) in cells if value is None and formula is not None)
    return next(map(get_column_letter, missing), "")


def _numbered(
    place: str, columns: Sequence[str], rows: Iterable[Any], first: int | None = None
) -> ScenarioTable:
    """Rows with their numbers, which `first` gives where they have none."""
    if len(columns) > MOST_COLUMNS:
        raise ScenarioError(f"{place} 1 has more than {MOST_COLUMNS:,} columns")
    names = [column.strip() for column in columns]
    numbered = enumerate(rows, start=first) if first is not None else rows
    return ScenarioTable(names, _fitted(place, len(names), numbered))


def _fitted(
    place: str, width: int, rows: Iterable[tuple[int, Sequence[Any]]]
) -> Iterator[tuple[str, Sequence[Any]]]:
    """Rows of one width; what is missing at a row's end is blank.

    Excel leaves out separators at the end of a line where columns are blank in many rows.
    """
    for number, values in rows:
        if len(values) > width and any(each not in (None, "") for each in values[width:]):
            raise ScenarioError(f"{place} {number} has {len(values)} values for {width} columns")
        yield f"{place} {number}", [*values, *[None] * (width - len(values))][:width]


def _value_or_none(value: Any) -> Any:
    """A data frame's value; None for NaN, NaT and NA."""
    try:
        return value if value == value else None
    except TypeError:  # of pandas' NA, which cannot be compared
        return None


def _mappings(place: str, numbered: Iterable[tuple[int, Any]]) -> ScenarioTable:
    """Mappings, whose columns are those of the first one."""
    each = iter(numbered)
    first = next(each, None)
    if first is None:
        raise ScenarioError("there are no scenarios")
    rows = itertools.chain([first], each)
    columns = list(first[1]) if isinstance(first[1], Mapping) else []
    if len(columns) > MOST_COLUMNS:
        raise ScenarioError(f"{place} {first[0]} has more than {MOST_COLUMNS:,} columns")

    def values() -> Iterator[tuple[str, Sequence[Any]]]:
        for number, row in rows:
            if not isinstance(row, Mapping):
                raise ScenarioError(f"{place} {number} is not an object of columns and values")
            for name in row.keys() - set(columns):
                raise ScenarioError(
                    f"{place} {number} has the column {name}, which the first row lacks; "
                    "name it there too, with null where it is not needed"
                )
            yield f"{place} {number}", [row.get(name) for name in columns]

    return ScenarioTable(columns, values())

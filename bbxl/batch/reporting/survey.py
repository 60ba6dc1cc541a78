"""A look at all rows of a portfolio before it is written."""

from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import heappush, heappushpop
from itertools import islice

from bbxl.batch.reporting.listing import Heading, Listed, Listing
from bbxl.xlsx.cells import CellValue, ExcelError

ROWS = 1_048_576 - 2  # of a sheet, for scenarios below two rows of headings
CLOSEST = 25  # rows of the list of closest choices
MARGIN = "margin"  # the output that says what the next one costs more
_WINNERS = ("recommended", "cheapest", "winner", "recommendation")  # names that come first
_MOST_WINNERS, _LONGEST_WINNER = 20, 60  # texts that an output has at most, and their letters
_SENTENCE = 34  # characters; outputs that are longer stand last
_LETTERS = {"api", "id", "irr", "llm", "npv", "rag", "roi", "rps", "tco", "usd"}
"""Words that are written in capitals."""


class Survey:
    """A look at all rows before they are written: how many, how wide, who wins.

    Attributes
    ----------
    order : of the columns: the workbook's file is 0; sentences stand last.
    winner, counts : the column that names who wins, and how many scenarios each wins; 0 and
        none where no output does so.
    closest : the workbooks in which the next one costs least more, sorted; none where no output
        says so.
    """

    def __init__(self, listing: Listing) -> None:
        self.rows = 0
        self.columns = (Heading("Workbook"), *listing.given, *listing.outputs)
        self.names = _unique([words(column.name) for column in self.columns])
        self.widths = [len(name) + 5 for name in self.names]
        self.numeric = [False] * len(self.names)
        outputs = [column.name for column in listing.outputs]
        margin = outputs.index(MARGIN) if MARGIN in outputs else None
        closest: list[tuple[float, int, Listed]] = []
        counts: list[Counter[str] | None] = [Counter() for _ in listing.outputs]
        for row in islice(listing, ROWS):
            self.rows += 1
            for i, value in enumerate(cells(row)):
                self.widths[i] = max(self.widths[i], _width(value))
                self.numeric[i] = self.numeric[i] or type(value) is float
            for i, value in enumerate(row.outputs):
                counts[i] = _counted(counts[i], value)
            more = None if margin is None else row.outputs[margin]
            if isinstance(more, float) and more >= 0:  # less than 0 costs less, and does not pass
                place = heappushpop if len(closest) == CLOSEST else heappush
                place(closest, (-more, -self.rows, row))
        last = 1 + len(listing.given)
        self.order = sorted(
            range(len(self.names)), key=lambda i: (i >= last) * self.widths[i] > _SENTENCE
        )
        found = [
            (_WINNERS.index(name) if name in _WINNERS else len(_WINNERS) + i, i, count)
            for i, (name, count) in enumerate(zip(outputs, counts, strict=True))
            if count and (name in _WINNERS or len(count) > 1)
        ]
        self.closest = [row for *_, row in sorted(closest, reverse=True)]
        self.winner, self.counts = 0, list[tuple[str, int]]()
        if found:
            _, index, count = min(found, key=lambda each: each[0])
            self.winner = self.order.index(last + index)
            self.counts = sorted(count.items(), key=lambda each: (-each[1], each[0]))


def cells(row: Listed) -> tuple[CellValue, ...]:
    """A row's values in the order of the listing's columns."""
    return (row.file, *row.given, *row.outputs)


def words(name: str) -> str:
    """A name of a cell as words, as a heading; what is written with blanks or capitals stays.

    Examples
    --------
    >>> words("api_cost_per_request"), words("Cost centre"), words("WACC")
    ('API cost per request', 'Cost centre', 'WACC')
    """
    if not name.islower() or " " in name:
        return name
    said = [each.upper() if each in _LETTERS else each for each in name.split("_")]
    return f"{said[0][:1].upper()}{' '.join(said)[1:]}"


def _counted(count: Counter[str] | None, value: CellValue) -> Counter[str] | None:
    """The count with one more winner; None where the values do not name winners."""
    if count is None or isinstance(value, ExcelError):
        return count
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_WINNER:
        return None
    count[value] += 1
    return count if len(count) <= _MOST_WINNERS else None


def _width(value: CellValue) -> int:
    """Characters that a value takes."""
    return len(f"{value:,.2f}" if isinstance(value, float) else str(value)) + 2


def _unique(names: Sequence[str]) -> list[str]:
    """Names; one that stands again gets a number."""

    def numbered() -> Iterator[str]:
        seen: Counter[str] = Counter()
        for name in names:
            seen[name.casefold()] += 1
            times = seen[name.casefold()]
            yield name if times == 1 else f"{name} ({times})"

    return list(numbered())

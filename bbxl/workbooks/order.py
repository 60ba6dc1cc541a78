"""Putting figures in order by formulas."""

from collections.abc import Sequence

from bbxl.workbooks import styles
from bbxl.workbooks.layout import NUMBERED, Line


def place(value: str, groups: Sequence[str], so_far: str, ahead: str = "<") -> str:
    """The place of a figure among others, from 1; equals keep their order.

    It stands on comparisons alone. Excel's RANK compares all digits of two numbers, but = only
    15 (Strategic Finance, August 2017, "RANK, COUNTIF, and Floating Point Errors"): figures that
    differ by rounding alone would leave a place empty, and whoever looks it up would find #N/A.

    Parameters
    ----------
    value : the figure.
    groups : ranges of the figures that it is among; a cell that shows nothing does not count.
    so_far : the range from the first figure to this one.
    ahead : "<" for the lowest first, ">" for the largest.
    """
    before = "+".join(f'SUMPRODUCT(({each}<>"")*({each}{ahead}{value}))' for each in groups)
    return f'{before}+SUMPRODUCT(({so_far}<>"")*({so_far}={value}))'


def place_in_line(field: str) -> str:
    """The place of a figure among all of its line, the lowest first."""
    value = f"{{{field}}}"
    return place(value, [f"{{{field}:all}}"], f"{{{field}:1}}:{value}")


def in_order(rank: str) -> list[Line | None]:
    """A list in the order of a rank: each place, and the `position` of whoever comes there."""
    found = f'IF(COUNT({{{rank}}})<{{placed}},"",MATCH({{placed}},{{{rank}}},0))'
    return [
        Line("placed", "Place", "1 is first", fixed=NUMBERED, number_format=styles.NUMBER,
             hidden='{position}=""'),
        Line("position", "Row", "in the lists above", found, styles.NUMBER),
    ]  # fmt: skip


def placed(field: str) -> str:
    """A candidate's figure in a list in order, by the `position` that the list found; a formula."""
    return f'IF({{position}}="","",INDEX({{{field}}},{{position}}))'

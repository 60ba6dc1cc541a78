"""Putting figures in order by formulas."""

from collections.abc import Sequence


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

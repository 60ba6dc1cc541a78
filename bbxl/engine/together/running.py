"""Sums of ranges that begin in the same cell, taken from one running total.

A column of cumulative amounts holds SUM(C$7:C7), SUM(C$7:C8) and so on, and each of them adds
the same cells again: in the comparison that took a quarter of the time of all formulas.
"""

from collections.abc import Callable, Iterable, Sequence, Set

import numpy as np

from bbxl.engine.together.ranges import total
from bbxl.engine.together.reading import Area
from bbxl.engine.together.shown import Shown
from bbxl.engine.together.vectors import UNKNOWN, Vector, flat
from bbxl.model.quantities import Array
from bbxl.xlsx.cells import ERROR, NUMBER
from bbxl.xlsx.references import CellAddress

_MOST_ROWS = 1_000  # of a range: its totals are kept for other sums
_KEPT = 4  # totals of so many columns, or columns side by side, at a time


class RunningTotals:
    """Running totals of the columns of which a program adds up several stretches.

    Parameters
    ----------
    shown : what cells show.
    areas : the ranges that are added up.
    """

    def __init__(self, shown: Shown, areas: Iterable[Area]) -> None:
        self._shown = shown
        self._from: dict[CellAddress, list[Area]] = {}
        for area in set(areas):
            if area.columns == 1 and area.rows <= _MOST_ROWS:
                self._from.setdefault(area.cells[0], []).append(area)
        self._kept: dict[tuple[Area, ...], Vector] = {}

    def clear(self) -> None:
        """Forget the totals: the cells show something else."""
        self._kept.clear()

    def sums(self, areas: Sequence[Area], known: Set[CellAddress]) -> Callable[[], Vector] | None:
        """What computes the sums of ranges of one size; None where it is not by running totals.

        Parameters
        ----------
        areas : the ranges.
        known : cells that are computed before these sums.
        """
        others = [self._from.get(each.cells[0], []) for each in areas]
        if areas[0].columns > 1 or any(len(each) < 2 for each in others):
            return None
        longest = tuple(max(each, key=lambda area: area.rows) for each in others)
        if len({each.rows for each in longest}) > 1:
            return None
        if not all(known >= set(each.cells) for each in longest):
            return None
        own, every = self._shown.rows(areas), self._shown.rows(longest)

        def compute() -> Vector:
            totals = self._totals(longest, every)
            if totals.kind != NUMBER:
                return total(self._shown.take(own))
            return Vector(NUMBER, totals.number[areas[0].rows])

        return compute

    def _totals(self, key: tuple[Area, ...], rows: Array) -> Vector:
        """The sums of the first 0, 1, 2 ... cells; UNKNOWN where one of all is no number."""
        if key not in self._kept:
            if len(self._kept) == _KEPT:
                self._kept.clear()
            self._kept[key] = _running(flat(self._shown.take(rows)))
        return self._kept[key]


def _running(cells: Vector) -> Vector:
    """Running totals of the numbers among cells, added as `vectors.added` does."""
    if (cells.each_kind >= ERROR).any():
        return UNKNOWN
    summands = np.where(cells.each_kind == NUMBER, cells.number, 0.0)
    with np.errstate(all="ignore"):
        totals = np.add.accumulate(np.concatenate([np.zeros_like(summands[:1]), summands]))
    return Vector(NUMBER, totals) if np.isfinite(totals).all() else UNKNOWN

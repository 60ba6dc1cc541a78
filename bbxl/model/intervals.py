"""Which approach is cheaper at which volumes, also where units are bought whole."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, NamedTuple

import numpy as np

from bbxl.model.quantities import float_or_array
from bbxl.model.staircase import Staircase, Stretch
from bbxl.model.unanswered import NoAnswerError, TooLargeError

NEITHER = "neither"
"""What stands for the cheaper one where both cost the same."""


class Interval(NamedTuple):
    """A range of volumes, and the cheaper of two approaches in it.

    Attributes
    ----------
    start, end : float
        Requests a month; the last one's end is infinity.
    cheaper : str
        Name of the approach; "neither" where both cost the same.
    """

    start: float
    end: float
    cheaper: str


class Band(NamedTuple):
    """A range of volumes and the approach that is cheapest in it.

    Attributes
    ----------
    start, end : float
        Requests a month; the last band's end is infinity.
    cheapest : str
        Name of the approach.
    """

    start: float
    end: float
    cheapest: str


def named(stretches: list[Stretch], names: tuple[str, str]) -> list[Interval]:
    """Stretches as intervals with the names of the two."""
    cheaper = {-1: names[0], 1: names[1], 0: NEITHER}
    return [Interval(start, end, cheaper[sign]) for start, end, sign in stretches]


def settled(first: Staircase, second: Staircase) -> float:
    """The volume from which the order of two stays; NaN where there is none.

    There is none where it is the same at every volume, and where it never stays.
    """
    try:
        last = first.less(second).stretches()[-1]
    except NoAnswerError:
        return np.nan
    together = first.cost(0) == second.cost(0) and last.sign != 0
    return last.start if last.start > 0 or together else np.nan


def each_place(
    where: Any,
    records: tuple[Any, ...],
    solve: Callable[..., float],
    otherwise: Any,
    most: float,
) -> Any:
    """What is found for records of single numbers, at each place where that is needed.

    Parameters
    ----------
    where : bool or array of bool
        Where `solve` is asked.
    records : tuple of Record
        Their fields broadcast with the others.
    solve : callable
        Takes the records, with single numbers.
    otherwise : float or array
        What holds elsewhere.
    most : int
        At how many places it may be asked.
    """
    shapes = [np.shape(getattr(r, each.name)) for r in records for each in fields(r)]
    shape = np.broadcast_shapes(np.shape(where), np.shape(otherwise), *shapes)
    found = np.array(np.broadcast_to(otherwise, shape), dtype=float)
    places = np.argwhere(np.broadcast_to(where, shape))
    if len(places) > most:
        raise TooLargeError(f"{len(places):,} comparisons of units are too many")
    for place in map(tuple, places):
        found[place] = solve(*(_single(each, shape, place) for each in records))
    return float_or_array(found)


def _single(record: Any, shape: tuple[int, ...], place: tuple[int, ...]) -> Any:
    """The record of single numbers at a place of the arrays that it holds."""
    values = {
        each.name: float(np.broadcast_to(getattr(record, each.name), shape)[place])
        for each in fields(record)
    }
    return replace(record, **values)

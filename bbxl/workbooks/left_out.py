"""Who is left out of a comparison, and why.

Whoever reads the answer must read first that it is not about all that was filled in.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from bbxl.workbooks import styles
from bbxl.workbooks.entries import Entry
from bbxl.workbooks.layout import Line

NO_NAME, TWICE, OUTSIDE = "no name", "fails: name twice", "fails: out of range"
NUMBERS = ("decimal", "whole")


class Fault(NamedTuple):
    """What is wrong with inputs that only together make sense.

    Attributes
    ----------
    holds : the condition; a formula.
    words : what is wrong, a formula; empty where another fault says it.
    status : of the record where it holds.
    """

    holds: str
    words: str
    status: str = "incomplete"


def taking_part(
    costs: Sequence[Entry],
    at_odds: Sequence[Fault] = (),
    also: Sequence[Entry] = (),
) -> tuple[Line, ...]:
    """Whether what stands in a column is complete, and so takes part; and if not, why.

    Parameters
    ----------
    costs : the figures of an approach, one below the other, those first that it must have.
    at_odds : further faults.
    also : further inputs, one below the other; `at_odds` says in words what is wrong with them.
    """
    needed = [each.field for each in costs if each.required]
    block, must = (f"{{{costs[0].field}}}:{{{last}}}" for last in (costs[-1].field, needed[-1]))
    filled = f"{block},{{{also[0].field}}}:{{{also[-1].field}}}" if also else block
    figures = [each for each in also if each.kind in NUMBERS]
    numbers = ",".join([block, *(f"{{{each.field}}}" for each in figures)])
    beyond = [(each.field, each.outside(unlimited=True)) for each in (*costs, *figures)]
    faults = [
        (f"COUNT({must})<ROWS({must})", "incomplete"),
        (f"COUNT({numbers})<COUNTA({numbers})", "incomplete"),
        (_any(holds for _, holds in beyond), OUTSIDE),
        *((_any(each.holds for each in some), said)
          for said, some in groupby(at_odds, lambda each: each.status)),
    ]  # fmt: skip
    status = named(f"COUNTA({filled})=0", faults)
    # Branches beside each other: Excel takes 64 functions within each other.
    words = outside((), [each[:2] for each in at_odds if each.words])
    no_number = no_numbers([each.field for each in costs], '""')
    words = missing(needed, f"IF(COUNT({block})<COUNTA({block}),{no_number},{words})")
    said = f'IF({{status}}="{OUTSIDE}",{outside(beyond)},{words})'
    used = 'IF({status}="complete",IF({input_faults}=0,1,0),"")'
    return (
        Line("status", "Status", "in words", status, style="check", always=True,
             note="Only a complete approach takes part."),
        line(said),
        Line("used", "Takes part", "1 is yes", used, styles.NUMBER, always=True),
    )  # fmt: skip


def _any(conditions: Iterable[str]) -> str:
    return f"OR({','.join(conditions)})"


def named(empty: str, faults: Iterable[tuple[str, str]]) -> str:
    """The status of a record: nothing where it is empty, its first fault, or complete; a formula.

    Parameters
    ----------
    empty : the condition that nothing but perhaps a name is filled in.
    faults : a condition, and what the status is where it holds.
    """
    said = '"complete"'
    for holds, words in reversed([("SUMPRODUCT(({name:all}={name})*1)>1", TWICE), *faults]):
        said = f'IF({holds},"{words}",{said})'
    return f'IF(TRIM({{name}})="",IF(AND({{name}}="",{empty}),"","{NO_NAME}"),{said})'


def missing(fields: Sequence[str], otherwise: str) -> str:
    """The first of some fields that has no number, in words; a formula."""
    for each in reversed(fields):
        said = f'{{{each}:label}}&IF(ISBLANK({{{each}}})," is missing"," is not a number")'
        otherwise = f"IF(ISNUMBER({{{each}}}),{otherwise},{said})"
    return otherwise


def no_numbers(fields: Sequence[str], otherwise: str) -> str:
    """The first of some fields that holds something else than a number, in words; a formula."""
    for each in reversed(fields):
        said = f'{{{each}:label}}&" is not a number"'
        otherwise = f"IF(COUNT({{{each}}})<COUNTA({{{each}}}),{said},{otherwise})"
    return otherwise


def outside(fields: Sequence[tuple[str, str]], more: Sequence[tuple[str, str]] = ()) -> str:
    """The first of some fields that is out of its range, in words; a formula.

    Parameters
    ----------
    fields : a field, and the condition that it is out of its range.
    more : further conditions, and what is wrong where one holds, in words.
    """
    faults = [(holds, f'{{{each}:label}}&" is out of range"') for each, holds in fields]
    said = '""'
    for holds, words in reversed([*faults, *more]):
        said = f"IF({holds},{words},{said})"
    return said


def line(wrong: str) -> Line:
    """Why a record is left out, in words; `wrong` says so of one that has a name of its own."""
    return Line(
        "left_out",
        "Left out, since",
        "in words",
        f'IF({{status}}="","",IF({{status}}="complete","",IF({{status}}="{NO_NAME}",'
        f'"it has no name",IF({{status}}="{TWICE}","another one has its name",{wrong}))))',
        style="reason",
        always=True,
    )


def told(count: int, noun: str) -> str:
    """A sentence for each record that is left out, one after the other; a formula.

    Of records with one name the first one speaks for all.
    """
    return "&".join(_sentence(number, noun) for number in range(1, count + 1))


def _sentence(number: int, noun: str) -> str:
    name, why, status = (f"{{{each}:{number}}}" for each in ("name", "left_out", "status"))
    said = (
        f'IF({status}="{NO_NAME}","{noun} "&{_number(number)},{name})&" is left out: "&{why}&". "'
    )
    if number > 1:
        before = f"({{name:1}}:{{name:{number - 1}}}={name})*1"
        said = f'IF({status}="{TWICE}",IF(SUMPRODUCT({before})>0,"",{said}),{said})'
    return f'IF({why}="","",{said})'


def _number(number: int) -> str:
    """The number of a record as a formula: how far it is from the first."""
    return f"ROWS({{name:1}}:{{name:{number}}})*COLUMNS({{name:1}}:{{name:{number}}})"

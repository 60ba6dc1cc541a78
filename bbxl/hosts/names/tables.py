"""Formulas that follow from the model's records: what reads a table of them, and lists."""

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any

from bbxl import presets
from bbxl.hosts.names.writing import array, call, number, text
from bbxl.model.cost import Approach, CostModel
from bbxl.model.drivers import DeploymentType, Spectrum, TCOComponents
from bbxl.model.quantities import Quantity
from bbxl.model.requirements import DEPLOYMENT_MISSED, LIMITS, PEAK_MISSED, PerformanceProfile
from bbxl.worksheet.columns import Answer, Column, columns_of, normalised
from bbxl.worksheet.tables import Approaches, Profiles

ABOUT = ("name", "deployment", "fault", "turned", "kind", "adds_units")
"""The columns of a table that was read, before its fields."""

TABLES = {Approaches: "_BB_APPROACHES", Profiles: "_BB_PROFILES"}
"""Kind of table that an argument takes -> the helper that reads it."""

_KINDS = {TCOComponents: 0, CostModel: 1, PerformanceProfile: 2}


def place(record: type, name: str) -> int:
    """Where a column of a table that was read stands, from 1.

    Raises
    ------
    ValueError : there is no such column.
    """
    return [*ABOUT, *(each.name for each in fields(record))].index(name) + 1


def fields(record: type) -> list[Column]:
    """The columns of a record that hold numbers."""
    return [each for each in columns_of(record).values() if isinstance(each.kind, Quantity)]


def helpers() -> dict[str, str]:
    """Name -> formula, of what reads tables, and of lists."""
    known = [presets.load(name) for name in presets.names()]
    tables = {f"_BB_PRESET_{i}": _grid(each.table()) for i, each in enumerate(known, start=1)}
    named = array(text(each.name) for each in known)
    listed = [["name", "template", "title"]]
    missed = [*(each.missed for each in LIMITS.values()), PEAK_MISSED, DEPLOYMENT_MISSED]
    return {
        "_BB_APPROACHES": _approaches(),
        "_BB_PROFILES": _profiles(),
        "_BB_FIELDS": by_kind(lambda each: _column(column.name for column in fields(each))),
        "_BB_SHARED": by_kind(_shared),
        "_BB_NEAREST": by_kind(_nearest, "t,x"),
        "_BB_DEPLOYMENT_TYPES": _labels(DeploymentType),
        "_BB_DEPLOYMENT_NAMES": array(text(each.words) for each in DeploymentType),
        "_BB_SPECTRUM": _labels(Spectrum),
        "_BB_ANSWERS": _labels(Answer),
        "_BB_WORDS": call("LAMBDA", "j", call("CHOOSE", "j", *map(text, missed))),
        "_BB_PRESETS": f"LAMBDA(name,LET(at,SUM(EXACT(name,{named})*SEQUENCE(1,{len(tables)})),"
        f"CHOOSE(at+1,#N/A,{','.join(tables)})))",
        "_BB_PRESET_LIST": _grid(
            listed + [[each.name, each.template, each.title] for each in known]
        ),
        **tables,
    }


def by_kind(formula: Callable[[type[Approach[Any]]], str], arguments: str = "t") -> str:
    """A LAMBDA that computes a formula of the record of which its table is."""
    both = formula(CostModel), formula(TCOComponents)
    of_line = f"INDEX(t,1,{ABOUT.index('kind') + 1})=1"
    return call("LAMBDA", arguments, call("IF", of_line, *both))


def _shared(record: type[Approach[Any]]) -> str:
    """1 for each field that is the same matter for all approaches."""
    drivers = record.table.drivers
    return f"{{{';'.join(str(int(drivers[each.name].shared)) for each in fields(record))}}}"


def _nearest(record: type[Approach[Any]]) -> str:
    """The nearest possible values to those of a row of fields; those of t where they contradict."""
    lowest, highest, _, whole = _bounds(record)
    given = "given", f"TAKE(x,,{len(fields(record))})"
    within = f"IF(given<{lowest},{lowest},IF(given>{highest},{highest},given))"
    even = "IF(inside-2*INT(inside/2)=0.5,INT(inside),ROUND(inside,0))"  # of halves, as numpy does
    near = "inside", within, "near", f"IF({whole}=1,{even},inside)"
    wrong = _contradicting(record, lambda name: f"INDEX(near,1,{place(record, name) - len(ABOUT)})")
    kept = f"IF({wrong}>0,TAKE(DROP(t,,{len(ABOUT)}),,{len(fields(record))}),near)"
    return call("LET", *given, *near, kept)


def _contradicting(record: type[Approach[Any]], field: Callable[[str], str]) -> str:
    """How often a driver is above 0, and another one that it needs is 0."""
    return "+".join(f"({field(n)}>0)*({field(m)}=0)" for n, m in record.table.needs) or "0"


def _approaches() -> str:
    """Drivers or lines, whichever the labels fit better; lines are as wide as drivers."""
    full, line = known(TCOComponents), known(CostModel)
    width = len(ABOUT) + len(fields(TCOComponents))
    widened = call("EXPAND", "lines", "ROWS(lines)", str(width), "0")
    of_lines = call(
        "LET",
        *("lines", _table(CostModel, "turned")),
        call("IF", "COLUMNS(lines)=1", "lines", widened),
    )
    return _of_range(
        *("full", f"_BB_FIT(g,{full})", "line", f"_BB_FIT(g,{line})"),
        *("fit", "HSTACK(INDEX(full,1,1),INDEX(line,1,1),INDEX(full,1,2),INDEX(line,1,2))"),
        *("best", "XMATCH(MAX(fit),fit)", "turned", "--(best>2)"),
        call("IF", "MOD(best,2)=1", _without_contradictions(), of_lines),
    )


def _without_contradictions() -> str:
    """A table of drivers in which an approach that contradicts itself is #VALUE!."""
    wrong = _contradicting(TCOComponents, _field)
    faults = f"CHOOSECOLS(t,{ABOUT.index('fault') + 1})"
    shown = call("IF", f"ISERROR({faults})", faults, call("IF", f"{wrong}>0", "#VALUE!", "0"))
    marked = call("HSTACK", "TAKE(t,,2)", shown, "DROP(t,,3)")
    read = _table(TCOComponents, "turned")
    return call("LET", "t", read, call("IF", "COLUMNS(t)=1", "t", marked))


def _field(name: str) -> str:
    return f"CHOOSECOLS(t,{place(TCOComponents, name)})"


def _profiles() -> str:
    return _of_range(
        *("fit", f"_BB_FIT(g,{known(PerformanceProfile)})"),
        *("turned", "--(INDEX(fit,1,1)<INDEX(fit,1,2))"),
        _table(PerformanceProfile, "turned"),
    )


def _of_range(*steps: str) -> str:
    """A LAMBDA of a range; where that is a single cell, it is no table."""
    read = call("IF", "ROWS(g)*COLUMNS(g)=1", "_BB_SINGLE(g)", call("LET", *steps))
    return call("LAMBDA", "t", call("LET", "g", "_BB_TRIMMED(t)", read))


def _table(record: type, turned: str) -> str:
    columns = list(columns_of(record).values())
    numbers = fields(record)
    given = (
        *("g", turned, str(_KINDS[record]), known(record), str(len(columns) - len(numbers))),
        array(text(normalised(each.name)) for each in columns if each.required),
        array("#VALUE!" if each.required else number(each.default) for each in numbers),
        *_bounds(record),
    )
    return call("_BB_TABLE", *given)


def _bounds(record: type) -> tuple[str, str, str, str]:
    """Of all fields: the lowest value, the highest, whether above the lowest, whether whole."""
    kinds = [each.kind for each in fields(record) if isinstance(each.kind, Quantity)]
    return (
        array(number(each.minimum) for each in kinds),
        array(number(each.maximum) for each in kinds),
        array(str(int(each.above_minimum)) for each in kinds),
        array(str(int(each.whole)) for each in kinds),
    )


def known(record: type) -> str:
    """The labels of a record, reduced to what must match."""
    return array(map(text, columns_of(record)))


def _labels(kinds: type[Enum]) -> str:
    return array(text(normalised(each.value)) for each in kinds)


def _grid(rows: Iterable[Iterable[Any]]) -> str:
    """Rows of constants."""
    cells = (
        (text(each) if isinstance(each, str) else number(each) for each in row) for row in rows
    )
    return f"{{{';'.join(','.join(row) for row in cells)}}}"


def _column(names: Iterable[str]) -> str:
    return f"{{{';'.join(map(text, names))}}}"

"""What the engine is given of a workbook: its sheets, its constants, and what is hidden."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import formualizer
from openpyxl.utils.datetime import MAC_EPOCH

from bbxl.engine import ours
from bbxl.engine.arrays import size
from bbxl.engine.exchange import ENGINE_ERROR
from bbxl.engine.helpers import FIT
from bbxl.engine.places import Places
from bbxl.engine.trees import Tree, function, literal
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.cells import OLD_ERRORS, CellValue
from bbxl.xlsx.covering import first_covering
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import LAST_ROW, Position, bounds, folded, full_address
from bbxl.xlsx.sheet import SheetXML
from bbxl.xlsx.values import stored_value

FIRST = "Sheet1"  # the sheet that the engine begins with


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """While objects are made that stay, a search for garbage is in vain.

    It takes a sixth of the time in which 100,000 values are read, and nearly half of that in which
    10,000 formulas are.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class UncomputedError(WorkbookError):
    """A workbook, or a formula of it, that is not computed here."""


def constants(
    package: Package, name: str, sheet: SheetXML
) -> Iterator[tuple[Position, list[CellValue]]]:
    """The constants of a sheet, those beside each other in one list; what arrays fill is computed.

    Raises
    ------
    UncomputedError : a cell holds an error that the engine has not.
    """
    plain = [at for at, each in sheet.cells.items() if each.formula is None]
    arrays = sheet.arrays()
    filled = first_covering(plain, arrays) if arrays else {}
    first, run = (0, 0), list[CellValue]()
    for at in sorted(plain):
        if at in filled:
            continue
        where = f"{package.name}: {full_address(name, at)}"
        value = stored_value(sheet.cells[at], where, package.shared_strings, package.epoch)
        if sheet.cells[at].attributes.get("t") == "e" and value not in OLD_ERRORS:
            raise UncomputedError(
                f"{where} holds {value}, an error that is not computed with here; replace it"
            )
        if value is None:
            continue
        if run and at == (first[0], first[1] + len(run)):
            run.append(value)
            continue
        if run:
            yield first, run
        first, run = at, [value]
    if run:
        yield first, run


def hidden_rows(
    sheets: Mapping[str, SheetXML], places: Places
) -> tuple[dict[str, frozenset[int]], dict[str, frozenset[int]]]:
    """Sheet -> its hidden rows; and sheet -> those that a filter hides."""
    hidden = {n: frozenset(each.hidden) for n, each in sheets.items() if each.hidden}
    whole = f"1:{LAST_ROW}"  # a filter of a sheet hides rows for all of it
    filters = {name: [whole] * bool(sheets[name].filtered) for name in hidden}
    for table in places.tables.values() if hidden else ():
        if table.range.filtered and table.sheet in filters:
            filters[table.sheet].append(table.range.reference)
    areas = {name: [bounds(each) for each in each_of] for name, each_of in filters.items()}
    return hidden, {
        name: frozenset(
            row for row in rows for area in areas[name] if area and area.top <= row <= area.bottom
        )
        for name, rows in hidden.items()
    }


def fitted(tree: Tree, filled: str) -> Tree:
    """A formula whose result fills a range, no more and no less."""
    area = bounds(filled)
    assert area  # since SheetReader reads it strictly
    rows, columns = area.bottom - area.top + 1, area.right - area.left + 1
    if size(tree) == (rows, columns):
        return tree
    return function(FIT, tree, literal(float(rows)), literal(float(columns)))


def inside(sheet: str) -> str:
    """The name of a sheet in the engine, which has one sheet from the beginning."""
    return FIRST if folded(sheet) == folded(FIRST) else sheet


def empty_engine(
    sheets: list[str], package: Package | None, parallel: bool, moment: datetime | None
) -> Any:
    evaluation = formualizer.EvaluationConfig()
    evaluation.enable_parallel = parallel
    if package is not None and package.epoch == MAC_EPOCH:
        evaluation.date_system = "1904"
    engine = formualizer.Workbook(config=formualizer.WorkbookConfig(eval_config=evaluation))
    for name in map(inside, sheets):
        if name != FIRST:
            engine.add_sheet(name)
    engine.set_temporal_egress("serial")
    engine.set_changelog_enabled(False)  # it would keep every value ever put, for undo
    if moment:
        engine.set_deterministic_clock(moment)
    return engine


@cache
def has(name: str) -> bool:
    """Whether the engine has a function, or bbxl has it in the engine's place."""
    if name in ours.NAMES:
        return True
    engine = formualizer.Workbook()
    try:
        engine.set_formula("Sheet1", 1, 1, f"={name}()")
        engine.evaluate_all()
        shown = engine.get_value("Sheet1", 1, 1)
    except (RuntimeError, formualizer.ExcelEvaluationError):
        return True
    return not (isinstance(shown, ENGINE_ERROR) and shown.get("kind") == "Name")

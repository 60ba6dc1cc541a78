"""Formulas computed in both ways: over vectors, and by the engine scenario by scenario."""

from datetime import UTC, datetime
from io import BytesIO

import xlsxwriter

from bbxl.engine.one_by_one import Engine
from bbxl.engine.together.program import Program
from bbxl.engine.together.vectors import unsure, values_of
from bbxl.xlsx.package import Package

NOW = datetime(2026, 1, 1, tzinfo=UTC)
UNSURE = object()
"""What stands for a value that only the engine knows."""


def workbook(formulas, inputs, names=(), prepare=lambda book: None):
    """A workbook with inputs in a column of its sheet In, and formulas in one of its sheet Out."""
    data = BytesIO()
    with xlsxwriter.Workbook(data) as book:
        given, out = book.add_worksheet("In"), book.add_worksheet("Out")
        for row, value in enumerate(inputs):
            if value is not None:
                given.write(row, 0, value)
        for row, formula in enumerate(formulas):
            out.write_formula(row, 0, formula, None, 0)
        for name, reference in names:
            book.define_name(name, reference)
        prepare(book)
    return Package(data.getvalue())


def cells(sheet, count):
    """The first cells of a sheet's first column."""
    return [(sheet, (row, 1)) for row in range(1, count + 1)]


def both(formulas, scenarios, **more):
    """For each formula: its values over vectors, and those of the engine, a pair a scenario."""
    package = workbook(formulas, scenarios[0], **more)
    inputs = cells("In", len(scenarios[0]))
    engine = Engine(package, inputs, cells("Out", len(formulas)), NOW)
    program = Program(engine.book, inputs)
    columns = program.compute(scenarios)
    theirs = [engine.shown(scenario)[2] for scenario in scenarios]
    found = []
    for i, cell in enumerate(cells("Out", len(formulas))):
        if cell not in columns:  # it depends on no input
            ours = [engine.book.value(*cell)] * len(scenarios)
        else:
            ours = values_of(columns[cell], len(scenarios))
            open_ = unsure([columns[cell]], len(scenarios))
            ours = [UNSURE if is_open else value
                    for is_open, value in zip(open_, ours, strict=True)]  # fmt: skip
        found.append([(one, each[i]) for one, each in zip(ours, theirs, strict=True)])
    return found


def alike(one, other):
    """Whether two values are the same to the last digit."""
    return type(one) is type(other) and one == other

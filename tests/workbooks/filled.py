"""A template in the engine: inputs are set by their names, fields are read as arrays."""

import re
from contextlib import contextmanager
from copy import copy
from functools import cache, cached_property
from types import MappingProxyType, SimpleNamespace

import numpy as np
from openpyxl.utils import column_index_from_string
from openpyxl.utils.cell import coordinate_from_string, coordinate_to_tuple

from bbxl import presets
from bbxl.engine.loading import inside
from bbxl.engine.together.program import Program
from bbxl.engine.together.vectors import UNSURE, values_of
from bbxl.engine.trees import written
from bbxl.engine.workbook import Workbook
from bbxl.workbooks import library
from bbxl.workbooks.placing import records
from bbxl.xlsx.package import Package


def shared(template, preset):
    """A template's workbook, loaded once for all tests, filled as its preset fills it."""
    book = _made(template, preset)
    book.fill(book.given)
    return book


@cache
def _made(template, preset):
    return Filled(template.model(presets.load(preset).completed()))


class Filled:
    """A model's workbook, loaded once and filled many times.

    `model` knows where its fields stand, `computed` are those with formulas.
    """

    def __init__(self, model):
        self.model = model
        self.computed = {line.field for _, line, _ in model._pending if line.field}
        book = model.finished()
        self.names = {
            name: defined.attr_text.replace("$", "").replace("'", "")
            for name, defined in book.defined_names.items()
        }
        self.file = library.saved(book)
        self.loaded = _loaded(self.file)
        self.inputs = {
            name: target for name, target in self.names.items() if _is_input(book, target)
        }
        self.given = {}
        for name, target in self.inputs.items():
            sheet, _, cell = target.partition("!")
            self.given[name] = book[sheet][cell].value
        self._held = dict(self.given)

    @contextmanager
    def with_inputs(self, values):
        """Inputs set by name, and set back afterwards; loading the workbook anew takes longer."""
        self.fill(values)
        yield self
        self.fill({name: self.given[name] for name in values})

    @contextmanager
    def with_planted(self, name, at, value):
        """A value where a field's formula is; `at` says which along each of its axes."""
        place = self.model.places[name]
        axes = (axis for axis in (place.down, place.across) if axis)
        cell = place.cell(dict(zip(axes, at, strict=True)))
        self.loaded.put(place.sheet, cell, [[value]])
        self.loaded.evaluate()
        yield self
        formula = f"={written(self.loaded.trees[place.sheet, cell])}"
        self.loaded._engine.set_formula(inside(place.sheet), *cell, formula)
        self.loaded.evaluate()

    def fill(self, values):
        """Set inputs by name, those that change, and compute."""
        cells = {}
        values = {name: value for name, value in values.items() if self._held[name] != value}
        self._held |= values
        for name, value in values.items():
            sheet, _, cell = self.inputs[name].partition("!")
            column, row = coordinate_from_string(cell)
            cells[sheet, row, column_index_from_string(column)] = value
        for (sheet, row, column), value in cells.items():
            if (sheet, row, column - 1) in cells:
                continue  # with those to its left: setting one cell takes as long as a row of them
            line = [value]
            while (sheet, row, column + len(line)) in cells:
                line.append(cells[sheet, row, column + len(line)])
            self.loaded.put(sheet, (row, column), [line])
        self.loaded.evaluate()

    def agrees(self, expected, sizes=MappingProxyType({})):
        """Hold every cell that has a formula against what is expected of its field.

        `sizes` gives, for fields that are differences, the size of the amounts
        that they are differences of: it is theirs that is rounded.
        """
        seen = set()
        for name, values in expected.items():
            place, shown = self.model.places[name], self.field(name)
            for here, ours, theirs in zip(
                records(place), np.ravel(np.array(shown, dtype=object)),
                np.ravel(np.array(values, dtype=object)), strict=True,
            ):  # fmt: skip
                assert same(ours, theirs, sizes.get(name, 0)), (name, here, ours, theirs)
                seen.add((place.sheet, *place.cell(here)))
        for cell, line, here in self.model._pending:
            if not line.field:  # a heading, a unit, or the check on top of a sheet
                at = (cell.row, cell.column)
                assert self.loaded.value(cell.parent.title, at) == self.linked(line, here)
                seen.add((cell.parent.title, *at))
        formulas = {(sheet.title, cell.row, cell.column) for sheet in self.model.book
                    for row in sheet for cell in row if cell.data_type == "f"}  # fmt: skip
        assert formulas <= seen, sorted(formulas - seen)

    def linked(self, line, here):
        """What a unit shows, in which the currency is named, or else a link to a field."""
        if line.label:
            return line.label.replace("currency", self.field("currency"))
        (field,) = re.findall(r"\w+", line.formula)
        place = self.model.places[field]
        value = self.loaded.value(place.sheet, place.cell(here))
        return 0 if value is None and line.style == "link" else "" if value is None else value

    def field(self, name):
        """A field's values along its axes; an error as its code, an empty text as ""."""
        place = self.model.places[name]
        cells = [self.loaded.value(place.sheet, place.cell(here)) for here in records(place)]
        cells = ["" if cell is None else getattr(cell, "value", cell) for cell in cells]
        if place.single:
            return cells[0]
        shape = [axis.count for axis in (place.down, place.across) if axis]
        return np.array(cells, dtype=object).reshape(shape)


class Many:
    """A workbook that is filled with many scenarios at once, as a batch computes them.

    All scenarios give values to the same inputs; the others stay as the book was made.
    """

    def __init__(self, book, names):
        self.book, self.names = book, tuple(names)
        book.fill(book.given)
        self.rest = Snapshot(book)
        targets = [book.inputs[name].partition("!") for name in self.names]
        self.cells = [(sheet, coordinate_to_tuple(cell)) for sheet, _, cell in targets]
        self.program = Program(book.loaded, self.cells)

    def filled(self, scenarios):
        """The workbook with each scenario."""
        for each in scenarios:
            assert each.keys() == set(self.names)
        rows = [[each[name] for name in self.names] for each in scenarios]
        cells, count = {}, len(rows)
        for cell, vector in self.program.compute(rows).items():
            kinds = np.broadcast_to(vector.each_kind, (count,))
            cells[cell] = [... if kind >= UNSURE else value for kind, value in zip(
                kinds.tolist(), values_of(vector, count), strict=True)]  # fmt: skip
        return [OneOfMany(self, each, cells, i) for i, each in enumerate(scenarios)]


class OneOfMany(Filled):
    """One of many scenarios; what cannot be computed with the others, the engine computes."""

    def __init__(self, many, values, cells, number):
        self.__dict__ |= copy(many.book).__dict__
        self.many, self.values, self.cells, self.number = many, values, cells, number
        self.loaded = SimpleNamespace(value=self.value)

    def value(self, sheet, at):
        found = self.cells.get((sheet, at))
        if found is None:
            return self.many.rest.loaded.value(sheet, at)
        found = found[self.number]
        return self.alone.loaded.value(sheet, at) if found is ... else found

    @cached_property
    def alone(self):
        """As the engine fills it."""
        self.many.book.fill(self.many.book.given | self.values)
        return Snapshot(self.many.book)


class Snapshot(Filled):
    """A workbook as it was filled; the book itself may be filled again."""

    def __init__(self, book):
        self.__dict__ |= copy(book).__dict__
        cells = {(sheet.title, (cell.row, cell.column)) for sheet in book.model.book
                 for row in sheet for cell in row if cell.value is not None}  # fmt: skip
        cells |= {(place.sheet, place.cell(here)) for place in book.model.places.values()
                  for here in records(place)}  # fmt: skip
        values = {cell: book.loaded.value(*cell) for cell in cells}
        self.loaded = SimpleNamespace(value=lambda sheet, at: values.get((sheet, at)))

    def fill(self, values):
        """Nothing: it stays as it is."""


def _loaded(file):
    """A workbook in the engine, its formulas computed."""
    loaded = Workbook(Package(file))
    loaded.evaluate()
    return loaded


def same(shown, expected, size):
    """Whether a cell shows what is expected: numbers to 1e-9; NaN is a cell that shows nothing."""
    if isinstance(expected, str):
        return shown == expected
    if np.isnan(expected):
        return shown == ""
    return not isinstance(shown, str) and abs(shown - expected) <= 1e-9 * max(abs(expected), size)


def _is_input(book, target):
    sheet, _, cells = target.partition("!")
    return ":" not in cells and not book[sheet][cells].protection.locked

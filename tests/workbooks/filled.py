"""A template in the engine: inputs are set by their names, fields are read as arrays."""

import numpy as np
from openpyxl.utils import column_index_from_string
from openpyxl.utils.cell import coordinate_from_string

from bbxl.hosts.engine import Workbook
from bbxl.workbooks import library
from bbxl.workbooks.layout import records
from bbxl.xlsx.package import Package


class Filled:
    """A model's workbook, loaded once and filled many times.

    `book` is finished, `model` knows where its fields stand.
    """

    def __init__(self, model):
        self.model = model
        book = model.finished()
        self.names = {
            name: defined.attr_text.replace("$", "").replace("'", "")
            for name, defined in book.defined_names.items()
        }
        self.loaded = Workbook(Package(library.saved(book)))
        self.inputs = {
            name: target for name, target in self.names.items() if _is_input(book, target)
        }

    def fill(self, values):
        """Set inputs by name, and compute."""
        for name, value in values.items():
            sheet, _, cell = self.inputs[name].partition("!")
            column, row = coordinate_from_string(cell)
            self.loaded.put(sheet, (row, column_index_from_string(column)), [value])
        self.loaded.evaluate()

    def field(self, name):
        """A field's values along its axes; an error as its code, an empty text as ""."""
        place = self.model.places[name]
        cells = [self.loaded.value(place.sheet, place.cell(here)) for here in records(place)]
        cells = ["" if cell is None else getattr(cell, "text", cell) for cell in cells]
        if place.single:
            return cells[0]
        shape = [axis.count for axis in (place.down, place.across) if axis]
        return np.array(cells, dtype=object).reshape(shape)


def _is_input(book, target):
    sheet, _, cells = target.partition("!")
    return ":" not in cells and not book[sheet][cells].protection.locked

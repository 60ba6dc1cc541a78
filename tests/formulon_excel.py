"""A workbook in formulon, a calculation engine that knows LAMBDA names: what Excel would answer.

Formulon reads the prefix _xlop. of optional parameters wrongly; so these are given to it in the
brackets in which a person types them. All else it reads as the file has it.
"""

import re

from formulon import ValueKind, Workbook, _c, error_display_name

from bbxl.hosts.names import carrying
from bbxl.xlsx.cells import ERROR_TEXTS, ExcelError
from bbxl.xlsx.package import Package


class _KeepingEngine(_c.wasmtime.Engine):
    """It keeps what it has compiled, for the next process: formulon takes seconds to compile."""

    def __init__(self):
        config = _c.wasmtime.Config()
        config.cache = True
        super().__init__(config)


_c.wasmtime.Engine = _KeepingEngine


class Formulon:
    """A workbook file with the names, open in formulon.

    Parameters
    ----------
    data : the file; if it has no names, they are put into it.
    """

    def __init__(self, data):
        package = Package(carrying.with_names(data).data)
        part = package.main
        package[part] = re.sub(rb"_xlop\.(\w+)", rb"[_xlpm.\1]", package[part])
        self._book = Workbook.load(package.to_bytes())
        self._filled = []
        self._sheets = [self._book.sheet_name(i) for i in range(self._book.sheet_count())]

    def answer(self, formula):
        """The rows of values with which a formula answers."""
        rows = self._book.evaluate_formula_array(0, 900, 900, formula)
        return [[_value(each) for each in row] for row in rows]

    def recalculate(self):
        self._book.recalc()

    def get(self, sheet, row, column):
        """The value of a cell."""
        return _value(self._book.get_value(self._sheets.index(sheet), row - 1, column - 1))

    def fill(self, sheet, rows):
        """Put rows of values into the first cells of a sheet, in place of what was put there."""
        at = self._sheets.index(sheet)
        for i, j in self._filled:
            self._book.set_blank(at, i, j)
        self._filled = []
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                if value is not None:
                    self._put(at, i, j, value)
                    self._filled.append((i, j))

    def _put(self, at, i, j, value):
        if isinstance(value, ExcelError):
            self._book.set_formula(at, i, j, f"={value.value}")
        elif isinstance(value, bool):
            self._book.set_bool(at, i, j, value)
        elif isinstance(value, str):
            self._book.set_text(at, i, j, value)
        else:
            self._book.set_number(at, i, j, float(value))


def _value(value):
    if value.kind is ValueKind.ERROR:
        return ERROR_TEXTS[error_display_name(value.error_code)]
    found = value.to_python()
    return "" if found is None else found

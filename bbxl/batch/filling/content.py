"""What stands in the varying cells of each sheet for a scenario, ready to be written."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from bbxl.batch.filling.rows import Row, rows, rows_of
from bbxl.engine.scenarios import Computed, InputValues
from bbxl.engine.workbook import Arrays
from bbxl.xlsx.cells import CellValue
from bbxl.xlsx.references import CellAddress, by_sheet


class Content(NamedTuple):
    """What a filled workbook holds.

    Attributes
    ----------
    rows : sheet -> what stands in its cells that vary.
    arrays : sheet -> further values, and the ranges of arrays.
    outputs : values of the outputs.
    """

    rows: Mapping[str, Row]
    arrays: Mapping[str, Arrays]
    outputs: Sequence[CellValue]


Contents: TypeAlias = Callable[[int], Content]
"""The contents for some scenarios, each of which is given by its number from 0."""


class InputsAlone:
    """The inputs, for a template whose formulas are left to whoever opens the file.

    Parameters
    ----------
    inputs : the cells that a scenario sets, in the order of its values.

    Attributes
    ----------
    cells : sheet -> the cells that vary.
    """

    def __init__(self, inputs: Sequence[CellAddress]) -> None:
        sheets = by_sheet(inputs)
        self.cells = {name: positions for name, (positions, _) in sheets.items()}
        self._given = {name: pick for name, (_, pick) in sheets.items()}

    def one(self, scenario: InputValues) -> Content:
        """The content for a scenario."""
        return self.some([scenario])(0)

    def some(self, scenarios: Sequence[InputValues]) -> Contents:
        """The contents for these scenarios."""
        given = {name: rows_of([*map(pick, scenarios)]) for name, pick in self._given.items()}
        return lambda i: Content({name: of[i] for name, of in given.items()}, {}, ())


class InputsAndFormulas:
    """The inputs, and the values of the formulas."""

    def __init__(self, computed: Computed) -> None:
        self._computed, self.cells = computed, computed.cells

    def one(self, scenario: InputValues) -> Content:
        """The content for a scenario."""
        values, arrays, outputs = self._computed.one(scenario)
        return Content({name: rows_of([row])[0] for name, row in values.items()}, arrays, outputs)

    def some(self, scenarios: Sequence[InputValues]) -> Contents:
        """The contents for these scenarios."""
        found = self._computed.together(scenarios)
        if found is None:
            return lambda i: self.one(scenarios[i])
        given = {name: rows(each, len(scenarios)) for name, each in found.columns.items()}

        def content(i: int) -> Content:
            if found.is_open[i]:
                return self.one(scenarios[i])
            outputs = [values[i] for values in found.outputs]
            return Content({name: of(i) for name, of in given.items()}, {}, outputs)

        return content

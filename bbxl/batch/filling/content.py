"""What a filled workbook holds: the values of the cells that vary, ready to be written."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from bbxl.batch.filling import texts
from bbxl.batch.filling.texts import CellTexts
from bbxl.engine.scenarios import Computed, InputValues
from bbxl.engine.workbook import Arrays
from bbxl.xlsx.cells import CellValue
from bbxl.xlsx.references import CellAddress, by_sheet


class Content(NamedTuple):
    """What a filled workbook holds.

    Attributes
    ----------
    cells : sheet -> what its cells that vary hold.
    arrays : sheet -> further values, and the ranges of arrays.
    outputs : values of the outputs.
    """

    cells: Mapping[str, CellTexts]
    arrays: Mapping[str, Arrays]
    outputs: Sequence[CellValue]


Contents: TypeAlias = Callable[[int], Content]
"""Gives the content for each of some scenarios, by its number from 0."""


class InputsAlone:
    """The inputs, where formulas are to be computed when a file is opened.

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
        given = {
            name: texts.of_scenarios([*map(pick, scenarios)]) for name, pick in self._given.items()
        }
        return lambda i: Content({name: each[i] for name, each in given.items()}, {}, ())


class InputsAndFormulas:
    """The inputs, and the values of the formulas."""

    def __init__(self, computed: Computed) -> None:
        self._computed, self.cells = computed, computed.cells

    def one(self, scenario: InputValues) -> Content:
        """The content for a scenario."""
        values, arrays, outputs = self._computed.one(scenario)
        cells = {name: texts.of_scenarios([row])[0] for name, row in values.items()}
        return Content(cells, arrays, outputs)

    def some(self, scenarios: Sequence[InputValues]) -> Contents:
        """The contents for these scenarios."""
        found = self._computed.together(scenarios)
        if found is None:
            return lambda i: self.one(scenarios[i])
        given = {
            name: texts.of_columns(each, len(scenarios)) for name, each in found.columns.items()
        }

        def content(i: int) -> Content:
            if found.is_open[i]:
                return self.one(scenarios[i])
            outputs = [values[i] for values in found.outputs]
            return Content({name: each(i) for name, each in given.items()}, {}, outputs)

        return content

"""What the cells of a template show that vary: for many scenarios together, or for one.

Formulas of the usual kinds are computed for all scenarios of a block together. The embedded
engine computes the others, every scenario in which a formula meets something unusual, and one
scenario of each block that was computed together, to compare both.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from openpyxl.utils.datetime import WINDOWS_EPOCH

from bbxl.engine.one_by_one import Engine, InputValues, Shown
from bbxl.engine.together.program import Program
from bbxl.engine.together.reading import NotTogetherError
from bbxl.engine.together.vectors import Vector, constant, unsure, value_in, values_of
from bbxl.model.quantities import Array
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.cells import KINDS, CellValue, value_xml
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import CellAddress, full_address

_LEAST, _MOST_VALUES = 10, 4_000_000  # scenarios together, and values of all: 17 bytes each
_TOLERANCE = 1e-9  # between two ways to compute a number


class Together(NamedTuple):
    """What cells show in scenarios that were computed together.

    Attributes
    ----------
    columns : sheet -> a vector for each of its inputs and of its formulas that vary.
    is_open : for each scenario whether only the engine can compute it.
    outputs : for each output its value in each scenario.
    """

    columns: Mapping[str, Sequence[Vector]]
    is_open: Array
    outputs: Sequence[Sequence[CellValue]]


class Computed:
    """The inputs of a template, and the values of its formulas.

    Parameters
    ----------
    package : the template; formulas that depend on no input get their values here.
    inputs : the cells that a scenario sets, in the order of its values.
    outputs : cells whose values are reported.
    moment : what NOW() and TODAY() take for now.
    many : whether scenarios are to be computed together; preparing that takes as long as the
        engine takes for some fifty of them.

    Attributes
    ----------
    cells : sheet -> the cells that vary.
    most : so many scenarios may be computed together: their values must have room in memory.
    proof : how the template is computed compared with what the file stores.
    """

    def __init__(
        self,
        package: Package,
        inputs: Sequence[CellAddress],
        outputs: Sequence[CellAddress],
        moment: datetime,
        many: bool,
    ) -> None:
        self._name, self._outputs = package.name, outputs
        self._engine = Engine(package, inputs, outputs, moment)
        self.proof = self._engine.proof
        counted = package.epoch == WINDOWS_EPOCH  # as it counts dates; else the engine is told
        self._program = _program(self._engine, inputs) if many and counted else None
        if self._program:
            _put_values(package, self._engine)
            self._engine.read_only(self._program.cells)
        self.cells = self._engine.cells
        size = max(1, self._program.size) if self._program else 1
        self.most = max(_LEAST, _MOST_VALUES // size)

    def one(self, scenario: InputValues) -> Shown:
        """What the cells show in a scenario by itself, as the engine computes it."""
        return self._engine.shown(scenario)

    def together(self, scenarios: Sequence[InputValues]) -> Together | None:
        """What the cells show in these scenarios; None where the engine must compute each."""
        if self._program is None or not scenarios:
            return None
        count = len(scenarios)
        columns = self._program.compute(scenarios)
        is_open = unsure(columns.values(), count)
        of_outputs = (columns.get(each) or constant(self._value(each)) for each in self._outputs)
        sheets = {name: [columns[name, at] for at in each] for name, each in self.cells.items()}
        for i in np.flatnonzero(~is_open)[:1]:
            self._compare(columns, i, self.one(scenarios[i]))
        return Together(sheets, is_open, [values_of(each, count) for each in of_outputs])

    def _value(self, cell: CellAddress) -> CellValue:
        return self._engine.book.value(*cell)

    def _compare(self, columns: Mapping[CellAddress, Vector], i: int, one: Shown) -> None:
        """WorkbookError where a cell was computed together to something else than by itself."""
        for name, positions in self.cells.items():
            for at, other in zip(positions, one.values[name], strict=True):
                value = value_in(columns[name, at], i)
                if _differ(value, other):
                    ways = " and as ".join(value_xml(each)[1] for each in (value, other))
                    raise WorkbookError(
                        f"{self._name}: {full_address(name, at)} was computed in two ways, as "
                        f"{ways}; without values (--no-values) formulas are computed on opening"
                    )


def _differ(one: CellValue, other: CellValue) -> bool:
    """Whether two values are not the same, numbers to a tolerance of the larger one or 1."""
    if KINDS[type(one)] != KINDS[type(other)] or one == other:
        return KINDS[type(one)] != KINDS[type(other)]
    if not isinstance(one, float) or not isinstance(other, float):
        return True
    return not abs(one - other) <= _TOLERANCE * max(1, abs(one), abs(other))


def _program(engine: Engine, inputs: Sequence[CellAddress]) -> Program | None:
    """What computes the formulas together, where that can be."""
    try:
        return Program(engine.book, inputs)
    except NotTogetherError:
        return None


def _put_values(package: Package, engine: Engine) -> None:
    """Store what the formulas show: those that depend on no input keep it."""
    for name, part in package.sheets().items():
        if engine.book.sheets[name].formulas():
            package[part] = engine.book.sheets[name].with_values(*engine.book.values(name))

"""What the cells of a template show that vary: for a block of scenarios at once, or one by one.

Formulas of the usual kinds are computed for all scenarios of a block together. The embedded
engine computes the others, every scenario in which a formula meets something unusual, and one
scenario of each block that was computed together, to hold both against each other.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from bbxl.batch.filling.rows import Row, picker, rows, rows_of
from bbxl.batch.filling.stamp import Arrays
from bbxl.engine.one_by_one import Engine
from bbxl.engine.together.program import Program
from bbxl.engine.together.reading import NotComputedError
from bbxl.engine.together.vectors import unsure, values_of
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.cells import CellValue
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import CellAddress, full_address

_TOLERANCE = 1e-9  # between two ways to compute a number

Scenario = Sequence[CellValue]


class Shown(NamedTuple):
    """What cells show in a scenario.

    Attributes
    ----------
    rows : sheet -> values of its inputs and of its formulas that vary.
    arrays : sheet -> further values, and the ranges of arrays.
    outputs : values of the outputs.
    """

    rows: Mapping[str, Row]
    arrays: Mapping[str, Arrays]
    outputs: Sequence[CellValue]


Block = Callable[[int], Shown]
"""What cells show in some scenarios, each of which is given by its number from 0."""


class Given:
    """The inputs alone, for a template whose formulas are left to whoever opens the file.

    Parameters
    ----------
    inputs : the cells that a scenario sets, in the order of its values.

    Attributes
    ----------
    cells : sheet -> the cells that vary.
    """

    def __init__(self, inputs: Sequence[CellAddress]) -> None:
        places: dict[str, list[int]] = {}
        for place, (sheet, _) in enumerate(inputs):
            places.setdefault(sheet, []).append(place)
        self.cells = {name: [inputs[i][1] for i in of] for name, of in places.items()}
        self._given = {name: picker(of) for name, of in places.items()}

    def one(self, scenario: Scenario) -> Shown:
        """What the cells show in a scenario by itself."""
        return Shown(self._rows(scenario, {}), {}, ())

    def block(self, scenarios: Sequence[Scenario]) -> Block:
        """What the cells show in these scenarios."""
        given = {name: rows_of([*map(of, scenarios)]) for name, of in self._given.items()}
        return lambda i: Shown({name: of[i] for name, of in given.items()}, {}, ())

    def _rows(
        self, scenario: Scenario, computed: Mapping[str, Sequence[CellValue]]
    ) -> dict[str, Row]:
        """Sheet -> values of its inputs, and behind them of its formulas."""
        found = {}
        for name in self.cells:
            given = self._given[name](scenario) if name in self._given else ()
            (found[name],) = rows_of([[*given, *computed.get(name, ())]])
        return found


class Computed(Given):
    """The inputs, and the values of the formulas.

    Parameters
    ----------
    package : the template; formulas that depend on no input get their values here.
    inputs : the cells that a scenario sets, in the order of its values.
    outputs : cells whose values are reported.
    moment : what NOW() and TODAY() take for now.
    many : whether scenarios are to be computed together; preparing that takes as long as the
        engine takes for some fifty of them.
    """

    def __init__(
        self,
        package: Package,
        inputs: Sequence[CellAddress],
        outputs: Sequence[CellAddress],
        moment: datetime,
        many: bool,
    ) -> None:
        super().__init__(inputs)
        self._name, self._inputs, self._outputs = package.name, inputs, outputs
        self._engine = Engine(package, inputs, outputs, moment)
        self._program = _program(package, self._engine, inputs) if many else None
        if self._program:
            _put_values(package, self._engine)
            self._engine.read_only(self._program.cells)
        for name, positions in self._engine.cells.items():
            self.cells[name] = [*self.cells.get(name, ()), *positions]

    def block(self, scenarios: Sequence[Scenario]) -> Block:
        """What the cells show in these scenarios."""
        if self._program is None or not scenarios:
            return lambda i: self.one(scenarios[i])
        count = len(scenarios)
        columns = self._program.compute(scenarios)
        is_open = unsure(columns.values(), count)
        together = {
            name: rows([columns[name, at] for at in positions], count)
            for name, positions in self.cells.items()
        }
        outputs = [
            values_of(columns[cell], count)
            if cell in columns
            else [self._engine.value(cell)] * count
            for cell in self._outputs
        ]

        def shown(i: int) -> Shown:
            if is_open[i]:
                return self.one(scenarios[i])
            each = {name: of(i) for name, of in together.items()}
            return Shown(each, {}, [values[i] for values in outputs])

        for i in np.flatnonzero(~is_open)[:1]:
            self._hold(shown(i), self.one(scenarios[i]))
        return shown

    def one(self, scenario: Scenario) -> Shown:
        """What the cells show in a scenario by itself, as the engine computes it."""
        values, arrays, outputs = self._engine.shown(scenario)
        return Shown(self._rows(scenario, values), arrays, outputs)

    def _hold(self, one: Shown, other: Shown) -> None:
        """Hold what was computed in two ways against each other."""
        for name, positions in self.cells.items():
            for i in one.rows[name].differences(other.rows[name], _TOLERANCE):
                values = " and as ".join(each.rows[name].shown(i) for each in (one, other))
                raise WorkbookError(
                    f"{self._name}: {full_address(name, positions[i])} was computed in two "
                    f"ways, as {values}; without values (--no-values) formulas are left to "
                    "whoever opens the file"
                )


def _program(package: Package, engine: Engine, inputs: Sequence[CellAddress]) -> Program | None:
    """What computes the formulas together, where that can be."""
    try:
        return Program(package, engine.book, inputs)
    except NotComputedError:
        return None


def _put_values(package: Package, engine: Engine) -> None:
    """Store what the formulas show: those that depend on no input keep it."""
    for name, part in package.sheets().items():
        if name in engine.cells:
            package[part] = engine.book.sheets[name].with_values(*engine.book.values(name))

"""A template made ready to be filled, and what a worker must know to do so."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

from bbxl.batch.filling import texts
from bbxl.batch.filling.stamp import File, Stamper
from bbxl.engine.loading import UncomputedError, without_garbage_collection
from bbxl.engine.one_by_one import InputValues
from bbxl.engine.proof import Proof
from bbxl.engine.scenarios import Computed
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.cells import CellValue
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import CellAddress, Position, by_sheet
from bbxl.xlsx.sheet import SheetXML

TOGETHER, ONE_BY_ONE = 250, 50
T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """All that a worker must know to fill a template.

    Attributes
    ----------
    template : the workbook's bytes.
    name : what an error message calls it.
    inputs : cells that a scenario sets, in the order of its values.
    outputs : cells whose values are reported.
    compute : whether formulas get their values; else they are computed when a file is opened.
    moment : what NOW() and TODAY() take for now.
    many : whether there are so many scenarios that preparing to compute them together pays.
    """

    template: bytes
    name: str
    inputs: tuple[CellAddress, ...]
    outputs: tuple[CellAddress, ...]
    compute: bool
    moment: datetime
    many: bool

    @property
    def together(self) -> int:
        """How many scenarios a worker gets at a time: some 200 ms of work."""
        return TOGETHER if self.many and self.compute else ONE_BY_ONE


class Filled(NamedTuple):
    """A filled workbook.

    Attributes
    ----------
    pieces : the file.
    sha256 : its checksum.
    outputs : what its outputs show.
    """

    pieces: File
    sha256: str
    outputs: Sequence[CellValue]

    @property
    def data(self) -> bytes:
        """The file in one piece."""
        return b"".join(self.pieces)


class Filler:
    """Fills a template, scenario after scenario, each as if it were the only one.

    Attributes
    ----------
    proof : how the template is computed compared with what it stores; None without values.
    """

    def __init__(self, job: Job) -> None:
        package, given = Package(job.template, job.name), by_sheet(job.inputs)
        self._pickers = {name: pick for name, (_, pick) in given.items()}
        self._computed: Computed | None = None
        self.proof: Proof | None = None
        cells: Mapping[str, list[Position]] = {name: each for name, (each, _) in given.items()}
        with without_garbage_collection():
            if job.compute:
                try:
                    self._computed = Computed(
                        package, job.inputs, job.outputs, job.moment, job.many
                    )
                except UncomputedError as error:
                    raise UncomputedError(f"{error}; --no-values leaves it to the program that "
                                          "opens the file") from None  # fmt: skip
                self.proof = self._computed.proof
                cells = self._computed.cells
            else:
                _leave_to_be_computed(package)
            self._stamper = Stamper(package, cells)

    def files(self, scenarios: Sequence[InputValues]) -> Iterator[Filled | WorkbookError]:
        """For each scenario the filled workbook, or why there is none.

        Several are made before the first is written; one at a time takes a quarter longer.
        """
        most = self._computed.most if self._computed else TOGETHER
        for together in _cut(scenarios, most):
            fill = self._prepared(together)
            for some in _cut(range(len(together)), ONE_BY_ONE):
                yield from [_filled_or_error(fill, i) for i in some]

    def file(self, scenario: InputValues) -> Filled:
        """One filled workbook."""
        if self._computed is None:
            return self._prepared([scenario])(0)
        values, arrays, outputs = self._computed.one(scenario)
        cells = {name: texts.of_scenarios([each])[0] for name, each in values.items()}
        return Filled(*self._stamper.file(cells, arrays), outputs)

    def _prepared(self, scenarios: Sequence[InputValues]) -> Callable[[int], Filled]:
        """What fills the template for one of these scenarios, given by its number from 0."""
        if self._computed is None:
            given = {
                n: texts.of_scenarios([*map(of, scenarios)]) for n, of in self._pickers.items()
            }
            return lambda i: Filled(
                *self._stamper.file({name: each[i] for name, each in given.items()}, {}), ()
            )
        found = self._computed.together(scenarios)
        if found is None:
            return lambda i: self.file(scenarios[i])
        columns = {n: texts.of_columns(each, len(scenarios)) for n, each in found.columns.items()}

        def fill(i: int) -> Filled:
            if found.is_open[i]:
                return self.file(scenarios[i])
            cells = {name: each(i) for name, each in columns.items()}
            return Filled(*self._stamper.file(cells, {}), [values[i] for values in found.outputs])

        return fill


def _cut(whole: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    """A sequence in parts of at most so many."""
    return (whole[first : first + most] for first in range(0, len(whole), most))


def _filled_or_error(fill: Callable[[int], Filled], i: int) -> Filled | WorkbookError:
    try:
        return fill(i)
    except WorkbookError as error:
        return error


def _leave_to_be_computed(package: Package) -> None:
    """Take the formulas' values out, and have them computed when the workbook is opened."""
    for name, part in package.sheets().items():
        sheet = SheetXML(package[part], f"{package.name}: sheet {name}")
        if stored := sheet.computed():
            package[part] = sheet.with_values(dict.fromkeys(stored))
    package[package.main] = _computed_on_opening(package[package.main])


def _computed_on_opening(workbook: bytes) -> bytes:
    """The workbook part, marked so that all formulas are computed when it is opened."""
    setting = re.search(rb"<(?:\w+:)?calcPr\b[^>]*?(?=\s*/?>)", workbook)
    if setting:
        kept = re.sub(rb'\s+fullCalcOnLoad=("[^"]*"|\'[^\']*\')', b"", setting[0])
        return workbook.replace(setting[0], kept + b' fullCalcOnLoad="1"', 1)
    ends = [*re.finditer(rb"</(\w+:)?(?:sheets|externalReferences|definedNames)>", workbook)]
    if not ends:
        raise WorkbookError("the workbook is damaged, or is not written in UTF-8")
    last = ends[-1]
    mark = b'<%scalcPr fullCalcOnLoad="1"/>' % (last[1] or b"")
    return workbook[: last.end()] + mark + workbook[last.end() :]

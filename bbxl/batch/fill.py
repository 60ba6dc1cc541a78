"""A template made ready to be filled: its parts that never change, and those that do."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bbxl.batch.computed import Computed, Given
from bbxl.batch.stamp import Stamper
from bbxl.batch.values import InputValue
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.package import Package
from bbxl.xlsx.sheet import Cell, CellValue, SheetXML, cells_of

TOGETHER, ONE_BY_ONE = 250, 50


@dataclass(frozen=True)
class Job:
    """All that a worker must know to fill a template.

    Attributes
    ----------
    template : the workbook's bytes.
    name : what an error message calls it.
    inputs : cells that a scenario sets, in the order of its values.
    outputs : cells whose values are reported.
    compute : whether formulas get their values; else they are left to whoever opens the file.
    moment : what NOW() and TODAY() take for now.
    many : whether so many scenarios are to come that preparing to compute them together pays.
    """

    template: bytes
    name: str
    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    compute: bool
    moment: datetime
    many: bool

    @property
    def together(self) -> int:
        """How many scenarios a worker is best handed at once: each time some 200 ms of work."""
        return TOGETHER if self.many and self.compute else ONE_BY_ONE


class Filler:
    """Fills a template, scenario after scenario, each as if it were the only one."""

    def __init__(self, job: Job) -> None:
        package = Package(job.template, job.name)
        if job.compute:
            self._cells: Given = Computed(package, job.inputs, job.outputs, job.moment, job.many)
        else:
            self._cells = Given(job.inputs)
            _leave_to_be_computed(package)
        self._stamper = Stamper(package, self._cells.cells)

    def files(
        self, scenarios: Sequence[Sequence[InputValue]]
    ) -> Iterator[tuple[bytes, Sequence[CellValue]] | WorkbookError]:
        """For each scenario the filled workbook and what its outputs show, or what is wrong."""
        block = self._cells.block(scenarios)
        for i in range(len(scenarios)):
            try:
                shown = block(i)
                made = self._stamper.file(shown.rows, shown.arrays)
            except WorkbookError as error:
                yield error
            else:
                yield made, shown.outputs

    def file(self, inputs: Sequence[InputValue]) -> tuple[bytes, Sequence[CellValue]]:
        """One filled workbook, and what its outputs show."""
        (made,) = self.files([inputs])
        if isinstance(made, WorkbookError):
            raise made
        return made

    def sha256(self, file: bytes) -> str:
        """The checksum of a filled workbook."""
        return self._stamper.sha256(file)


def _leave_to_be_computed(package: Package) -> None:
    """Take the formulas' values out, and have whoever opens the workbook compute them."""
    for name, part in package.sheets().items():
        sheet = SheetXML(package[part], f"{package.name}: sheet {name}")
        stored = [
            cell
            for at, span in sheet.formulas().items()
            for cell in (cells_of(span.array) if span.array else [at])
        ]
        if stored:
            package[part] = sheet.with_values(dict.fromkeys(stored))
    package[package.main] = _computed_on_opening(package[package.main])


def _computed_on_opening(workbook: bytes) -> bytes:
    """The workbook part with a mark that says to compute everything when it is opened."""
    setting = re.search(rb"<(?:\w+:)?calcPr\b[^>]*?(?=\s*/?>)", workbook)
    if setting:
        kept = re.sub(rb'\s+fullCalcOnLoad=("[^"]*"|\'[^\']*\')', b"", setting[0])
        return workbook.replace(setting[0], kept + b' fullCalcOnLoad="1"', 1)
    last = [*re.finditer(rb"</(\w+:)?(?:sheets|externalReferences|definedNames)>", workbook)][-1]
    mark = b'<%scalcPr fullCalcOnLoad="1"/>' % (last[1] or b"")
    return workbook[: last.end()] + mark + workbook[last.end() :]

"""A template made ready to be filled: its parts that never change, and those that do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bbxl.batch.stamp import Stamper
from bbxl.batch.values import Cell, Computed, InputValue
from bbxl.xlsx.package import Package
from bbxl.xlsx.sheet import CellValue, SheetXML, cells_of


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
    """

    template: bytes
    name: str
    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    compute: bool
    moment: datetime


class Filler:
    """Fills a template, scenario after scenario, each as if it were the only one."""

    def __init__(self, job: Job) -> None:
        self._job = job
        package = Package(job.template, job.name)
        self._computed = Computed(package, set(job.inputs), job.moment) if job.compute else None
        if not job.compute:
            _leave_to_be_computed(package)
            package = Package(package.to_bytes(), job.name)
        cells: dict[str, list[Any]] = {}
        for sheet, at in job.inputs:
            cells.setdefault(sheet, []).append(at)
        self._inputs = {
            sheet: [i for i, cell in enumerate(job.inputs) if cell[0] == sheet] for sheet in cells
        }
        if self._computed:
            for name, computed in self._computed.sheets.items():
                cells[name] = cells.get(name, []) + ([] if computed.has_arrays else computed.cells)
        self._stamper = Stamper(package, cells)
        self._cells = cells

    def file(self, inputs: Sequence[InputValue]) -> tuple[bytes, list[CellValue]]:
        """The filled workbook, and what its outputs show."""
        values: dict[str, list[Any]] = {
            sheet: [inputs[i] for i in self._inputs.get(sheet, ())] for sheet in self._cells
        }
        if self._computed is None:
            return self._stamper.file(values, {}), []
        self._computed.set(dict(zip(self._job.inputs, inputs, strict=True)))
        arrays = {}
        for name, sheet in self._computed.sheets.items():
            if sheet.has_arrays:
                arrays[name] = sheet.spilled()
            else:
                values[name] += sheet.shown
        shown = [self._computed.value(cell) for cell in self._job.outputs]
        return self._stamper.file(values, arrays), shown

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

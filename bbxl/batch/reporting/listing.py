"""The workbooks of a run, as the manifest, the portfolio and the bundle list them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from bbxl.batch.reading.checking import CheckedScenarios
from bbxl.batch.reporting.record import Record
from bbxl.batch.template.inputs import Template
from bbxl.engine.proof import Proof
from bbxl.xlsx.cells import CellValue
from bbxl.xlsx.values import date_text


class Heading(NamedTuple):
    """The name above a value of each workbook, and the number format of the value's cell."""

    name: str
    number_format: str = "General"


class Listed(NamedTuple):
    """A workbook: its file, and the values under the headings."""

    file: str
    sha256: str
    given: tuple[CellValue, ...]
    outputs: tuple[CellValue, ...]


class Listing:
    """The workbooks of a run in the order of its scenarios; those with faults are left out.

    Attributes
    ----------
    template : name of what it fills.
    given : what the scenarios say: labels and inputs.
    outputs : the headline outputs; none where nothing is computed.
    proof : how the template's formulas compare with the values that it stores.
    """

    def __init__(
        self,
        template: Template,
        found: CheckedScenarios,
        outputs: Iterable[str],
        record: Record,
        proof: Proof | None,
    ) -> None:
        self._record, self.template, self.proof = record, Path(template.name).stem, proof
        self._epoch = template.epoch
        self.given = (
            *map(Heading, found.labels),
            *(Heading(each.name, template.number_format(each.cell)) for each in found.inputs),
        )
        self.outputs = tuple(
            Heading(name, template.number_format(template.outputs[name])) for name in outputs
        )

    def as_date(self, value: CellValue) -> CellValue:
        """A number as the date that it is."""
        return date_text(value, self._epoch) if isinstance(value, float) else value

    def __iter__(self) -> Iterator[Listed]:
        for scenario, outcome in self._record:
            given = (*scenario.labels, *scenario.values)
            yield Listed(scenario.file, outcome.sha256, given, tuple(outcome.outputs))

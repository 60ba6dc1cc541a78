"""The workbooks of a run, as the manifest, the portfolio and the bundle list them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bbxl.batch.reading.checking import CheckedScenarios
from bbxl.batch.reporting.record import Record
from bbxl.batch.template.inputs import Template
from bbxl.xlsx.cells import CellValue


@dataclass(frozen=True)
class Heading:
    """What stands above a value of each workbook.

    Attributes
    ----------
    name : of the label, input or output.
    number_format : of its cell in the template.
    """

    name: str
    number_format: str = "General"


@dataclass(frozen=True)
class Listed:
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
    """

    def __init__(
        self, template: Template, found: CheckedScenarios, outputs: Iterable[str], record: Record
    ) -> None:
        self._record, self.template = record, Path(template.name).stem
        self.given = (
            *map(Heading, found.labels),
            *(Heading(each.name, template.number_format(each.cell)) for each in found.inputs),
        )
        self.outputs = tuple(
            Heading(name, template.number_format(template.outputs[name])) for name in outputs
        )

    def __iter__(self) -> Iterator[Listed]:
        for scenario, outcome in self._record:
            given = (*scenario.labels, *scenario.values)
            yield Listed(scenario.file, outcome.sha256, given, tuple(outcome.outputs))

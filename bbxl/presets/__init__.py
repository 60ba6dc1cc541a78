"""The worked examples: each is one data file here, which names the template that it fits."""

from dataclasses import dataclass, field, fields, replace
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from bbxl.errors import UserError, did_you_mean, one_of

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Preset:
    """A worked example.

    Attributes
    ----------
    name : its file's, without .toml.
    template : name of the template that it fits.
    title, description, source : what it is, and where its figures are from.
    approaches : name -> field -> value, as in the tables that a cell can take.
    requests_per_month, months : its volume and horizon, where it is about cost.
    performance : name -> what is assumed of its performance, where it is about cost.
    scenarios : name -> requirements and weights, where there are some.
    """

    name: str
    template: str
    title: str
    description: str
    source: str
    approaches: dict[str, dict[str, Any]]
    requests_per_month: float = 0.0
    months: float = 12.0
    performance: dict[str, dict[str, float]] = field(default_factory=dict)
    scenarios: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)

    def table(self) -> list[list[Any]]:
        """The approaches with a header row, as `=BB_PRESET(name)` spills them."""
        columns = list(next(iter(self.approaches.values())))
        return [["name", *columns]] + [
            [name, *(approach[column] for column in columns)]
            for name, approach in self.approaches.items()
        ]

    def chosen(self, scenario: str | None) -> "Preset":
        """The same with one of its scenarios alone; UserError where it has none of that name."""
        if scenario is None:
            return self
        if scenario not in self.scenarios:
            known, like = self.scenarios, did_you_mean(scenario, self.scenarios)
            there = one_of(known, "scenarios", like) if known else "; it has none"
            raise UserError(f"the preset {self.name} has no scenario {scenario!r}{there}")
        return replace(self, scenarios={scenario: self.scenarios[scenario]})

    def completed(self) -> "Preset":
        """The same, with the model's default where approaches leave out a figure that has one."""
        from bbxl.presets.checking import RECORDS

        defaults = {each.name: each.default for each in fields(RECORDS[self.template])}
        given = {
            name: default
            for name, default in defaults.items()
            if isinstance(default, int | float) and isfinite(default)
        }
        approaches = {name: given | approach for name, approach in self.approaches.items()}
        return replace(self, approaches=approaches)


def names() -> tuple[str, ...]:
    """The names of all presets."""
    return tuple(sorted(each.stem for each in FOLDER.glob("*.toml")))


def unknown(name: str) -> str:
    """That there is no preset of that name, and what there is."""
    known = names()
    return f"there is no preset {name!r}{one_of(known, 'presets', did_you_mean(name, known))}"


def load(name: str) -> Preset:
    """The preset of that name.

    Raises
    ------
    UserError : there is none, or its file is not sound; a line for each fault.
    """
    if name not in names():
        raise UserError(unknown(name))
    return _read(FOLDER / f"{name}.toml")


@cache
def _read(file: Path) -> Preset:
    # Only when asked: a spreadsheet waits for the import of this module.
    import tomllib

    from bbxl.presets.checking import faults

    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{file}: {error}") from None
    if found := faults(data):
        raise UserError(*(f"{file}: {fault}" for fault in found))
    return Preset(file.stem, **data)

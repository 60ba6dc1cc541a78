"""The worked examples, each a data file beside this one."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Preset:
    """A worked example.

    Attributes
    ----------
    name, title, description, source : what it is, and where its figures are from.
    approaches : name -> field -> value, as in the tables that a cell can take.
    requests_per_month, months : its volume and horizon, where it is about cost.
    performance : name -> what is assumed of its performance, where it is about cost.
    scenarios : name -> requirements and weights, where there are some.
    """

    name: str
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


@cache
def names() -> tuple[str, ...]:
    """The names of all presets."""
    return tuple(sorted(each.stem for each in _FOLDER.glob("*.toml")))


@cache
def load(name: str) -> Preset:
    """The preset of that name; KeyError where there is none."""
    if name not in names():
        raise KeyError(f"there is no preset {name!r}; there are {', '.join(names())}")
    import tomllib  # only when asked: a spreadsheet waits for the import of this module

    return Preset(name, **tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8")))

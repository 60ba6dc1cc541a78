"""The columns that a table of approaches or profiles may have, and what their cells hold."""

import re
from dataclasses import MISSING, fields
from enum import Enum
from functools import cache, lru_cache
from typing import Any, NamedTuple

from bbxl.model.drivers import DeploymentType, Spectrum
from bbxl.model.quantities import Quantity, quantities_of
from bbxl.model.requirements import PerformanceProfile
from bbxl.xlsx.cells import CellValue, ExcelError


@lru_cache(1_000)
def normalised(label: str) -> str:
    """A label reduced to what must match: "Initial dev hours (h)" -> "initialdevhours"."""
    return re.sub(r"\([^()]*\)|\[[^\[\]]*\]|[\s_\-]+", "", label).casefold()


class Column(NamedTuple):
    """A column that a table may have: its field, and what its cells hold."""

    name: str
    kind: Quantity | type[Enum] | type[str]
    required: bool = False
    default: Any = None

    def parse(self, value: CellValue) -> tuple[Any, ExcelError | None, str]:
        """A cell's value, or the error that it makes and what is wrong with it."""
        if isinstance(value, ExcelError):
            return None, value, f"holds {value}"
        if value is None:
            if self.required:
                return None, ExcelError.VALUE, "is empty"
            return self.default, None, ""
        if isinstance(self.kind, Quantity):
            if isinstance(value, str):
                return None, ExcelError.VALUE, f"must be {self.kind.words}, not the text {value!r}"
            if self.kind.impossible(value):
                return None, ExcelError.NUM, f"must be {self.kind.words}, not {value:g}"
            return float(value), None, ""
        if issubclass(self.kind, Enum):
            for member in self.kind:
                if normalised(member.value) == normalised(str(value)):
                    return member, None, ""
            choices = ", ".join(each.value for each in self.kind)
            return None, ExcelError.VALUE, f"must be one of {choices}, not {value!r}"
        return value if isinstance(value, str) else f"{value:.15g}", None, ""


class Answer(Enum):
    """What is said to a question of yes or no."""

    YES = "yes"
    NO = "no"


_ABOUT = (
    Column("name", str, required=True),
    Column("deployment", DeploymentType),
    Column("spectrum", Spectrum),
)
_ABOUT_PROFILES = (Column("adds_units", Answer),)


@cache
def columns_of(record: type) -> dict[str, Column]:
    """Normalised label -> column, for a dataclass of the model and what is said about it."""
    found = [*_ABOUT, *(_ABOUT_PROFILES if record is PerformanceProfile else ())]
    quantities = quantities_of(record)
    for each in fields(record):
        required = each.default is MISSING
        found.append(Column(each.name, quantities[each.name], required, each.default))
    return {normalised(column.name): column for column in found}

"""The columns of a table of scenarios, and the inputs of a template that they fill."""

from collections.abc import Sequence
from typing import Any

from bbxl.batch.reading.scenarios import ScenarioError
from bbxl.batch.template.inputs import Input, Template
from bbxl.errors import UserError
from bbxl.workbooks import library
from bbxl.xlsx.references import folded

LABELS = ("scenario", "note")  # columns that fill no input: they name files and label rows
MOST_FAULTS = 20  # that one message lists


def targets_of(template: Template, columns: Sequence[str]) -> list[Input | str]:
    """What each column of a table fills, or its own name where it is a label.

    Raises
    ------
    ScenarioError : a column has no input, or two have the same; a line for each fault, or one that
        names another template, which all of the columns fit.
    """
    targets: list[Input | str] = []
    faults: list[str] = []
    taken: dict[Any, str] = {}
    for column in columns:
        try:
            target: Input | str = template.input(_named(column))
        except UserError as fault:
            target = folded(column.strip())
            if target not in LABELS:
                faults.append(str(fault))
        key = target if isinstance(target, str) else target.cell
        if taken.setdefault(key, column) is not column:
            faults.append(f"the columns {taken[key]} and {column} fill the same cell")
        if len(faults) >= MOST_FAULTS:  # to look for the nearest name takes long
            break
        targets.append(target)
    if faults:
        if other := _other(template, columns):
            raise ScenarioError(
                f"{template.name} has no inputs for all of these columns; these columns fit "
                f"{other}: give --template {other}"
            )
        more = ["and there may be more"] if len(targets) < len(columns) else []
        raise ScenarioError(*faults, *more)
    return targets


def _other(template: Template, columns: Sequence[str]) -> str:
    """The name of another template that the columns fit, where they do not fit this one."""
    asked = [_named(column) for column in columns if folded(column.strip()) not in LABELS]
    if all(map(template.fills, asked)):
        return ""
    fitting = (
        name
        for name in library.TEMPLATES
        if name != template.name and all(map(Template(name).fills, asked))
    )
    return next(fitting, "")


def _named(column: str) -> str:
    """The column as a defined name may be written: "Requests per month" is requests_per_month."""
    column = column.strip()
    return column if "!" in column else "_".join(column.split())

"""Checks: figures that say OK, WARNING or ERROR, rolled up to one that stands on every sheet."""

from collections.abc import Sequence

from bbxl.workbooks import styles
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.sheets import Sheet

WIDTHS = [46, 19, 30, 62]


STATES = "OK, WARNING or ERROR"


def check(field: str, label: str, holds: str, note: str, otherwise: str = "ERROR") -> Line:
    """Whether a condition holds; where it does not, the figures are wrong."""
    said = f'IF(IFERROR({holds},FALSE),"OK","{otherwise}")'
    return Line(field, label, STATES, said, style="check", note=note)


def warning(field: str, label: str, holds: str, note: str) -> Line:
    """Whether a condition holds; where it does not, the figures hold, and want a second look."""
    return check(field, label, holds, note, "WARNING")


def equal(a: str, b: str) -> str:
    """The condition that two numbers differ by no more than rounding."""
    return f"ABS({a}-({b}))<={{tolerance}}*MAX(1,ABS({a}))"


def function(field: str, label: str, table: str, answer: str, ours: str, unless: str = "") -> Line:
    """A native result against a worksheet function, where bbxl's plug-in is there.

    Parameters
    ----------
    table : the defined name of the table that the function takes.
    answer, ours : what the function and the workbook say, as numbers.
    unless : the beginning of an IF that says why the two cannot be compared.
    """
    compared = f'IFERROR(IF({equal(ours, answer)},"OK","ERROR"),"ERROR")'
    sound = f'IF(BB_CHECK({table})<>"OK","not compared: "&BB_CHECK({table}),'
    guarded = f"{sound}{unless}{compared}{')' if unless else ''})"
    return Line(
        field,
        label,
        "OK, if there",
        f'IF(ISERROR(BB_VERSION()),"plug-in not installed",{guarded})',
        style="check",
        fresh=True,
    )


def add_sheet(
    model: Model, checks: Sequence[Line], functions: Sequence[Line], input_faults: str
) -> None:
    """The sheet of all checks; its first line is the one that every sheet shows.

    Parameters
    ----------
    checks, functions : within the workbook, and against worksheet functions.
    input_faults : formula of how many single inputs are missing or wrong.
    """
    sheet = Sheet(model, "Checks", "Whether the figures hold together.", "working", WIDTHS)
    sheet.section("All")
    counted = Line("input_faults", "Single inputs that are missing or wrong", "inputs",
                   input_faults, styles.NUMBER)  # fmt: skip
    sheet.values([_all(checks[0].field, functions[-1].field), counted])
    model.headline("checks")
    sheet.section("Within the workbook")
    sheet.values(checks)
    sheet.section("Against the worksheet functions; they count only where the plug-in is there")
    sheet.values(functions)


def _all(first: str, last: str) -> Line:
    """All checks from one field to another, in a line; the checks stand one below the other."""
    errors, warnings = (
        f'COUNTIF({{{first}}}:{{{last}}},"{each}")' for each in ("ERROR", "WARNING")
    )
    said = (
        f'IF({errors}+{warnings}=0,"All checks OK",IF({errors}=0,"",{_counted(errors, "ERROR")})'
        f'&IF({errors}*{warnings}=0,"",", ")&IF({warnings}=0,"",{_counted(warnings, "WARNING")}))'
    )
    return Line("checks", "All checks", STATES, said, style="check")


def _counted(count: str, state: str) -> str:
    """How many checks are in a state, in words that are short enough for the top of a sheet."""
    return f'{count}&IF({count}=1," {state}"," {state}S")'

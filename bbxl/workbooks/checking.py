"""Checks: figures that say OK or ERROR, rolled up to the one that stands on every sheet."""

from collections.abc import Sequence

from bbxl.workbooks import styles
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.sheets import Sheet

WIDTHS = [46, 19, 30, 62]


def check(field: str, label: str, holds: str, note: str) -> Line:
    """Whether a condition holds."""
    return Line(
        field,
        label,
        "OK or ERROR",
        f'IF(IFERROR({holds},FALSE),"OK","ERROR")',
        style="check",
        note=note,
    )


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
    sheet = Sheet(model, "Checks", "Whether the figures hold together.", "output", WIDTHS)
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
    errors = f'COUNTIF({{{first}}}:{{{last}}},"ERROR")'
    said = f'IF({errors}=0,"All checks OK",{errors}&IF({errors}=1," check"," checks")&": ERROR")'
    return Line("checks", "All checks", "OK or ERROR", said, style="check")

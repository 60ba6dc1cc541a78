"""Inputs: cells that a person, or a batch, fills in.

Each is unlocked, has a defined name, and takes only what makes sense: what
that is stands in its validation and its message. A status beside a single
value speaks where something is wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openpyxl.utils import absolute_coordinate
from openpyxl.worksheet.datavalidation import DataValidation

from bbxl.workbooks import currency, styles
from bbxl.workbooks.layout import Line
from bbxl.workbooks.placing import Axis, Place, quoted, records
from bbxl.workbooks.sheets import FIRST, TWO_LINES, Sheet
from bbxl.worksheet.columns import normalised

_SIDES = {"Unit": "left", "Status": "center", "Note": "left"}
MOST = 1e12  # the highest of what has no limit of its own


@dataclass(frozen=True)
class Entry:
    """An input.

    Attributes
    ----------
    field : its defined name, and what formulas call it.
    label, unit, number_format, note : as shown.
    kind : as Excel calls a validation: decimal, whole, list, textLength or date.
    lowest, highest : of a number; of a text its length.
    choices : of a list.
    listed : the defined name of the cells that a list's choices stand in, in place of them.
    required : whether it must be filled in.
    value : what a new workbook holds where its preset says nothing.
    known_as : its defined name and what a preset calls it, where formulas call it otherwise.
    """

    field: str
    label: str
    unit: str
    number_format: str = styles.MONEY
    kind: str = "decimal"
    lowest: float = 0
    highest: float = MOST
    choices: Sequence[str] = ()
    required: bool = True
    value: Any = None
    note: str = ""
    listed: str = ""
    known_as: str = ""

    @property
    def name(self) -> str:
        """Its defined name, and what a preset calls it."""
        return self.known_as or self.field

    @property
    def aligned(self) -> str:
        """The side on which its column's heading stands."""
        return "left" if self.number_format == styles.TEXT else "right"

    @property
    def allowed(self) -> str:
        """What it may be, in words."""
        if self.choices:
            words = f"one of {', '.join(self.choices)}"
        elif self.listed:
            words = f"one of the {self.listed}"
        elif self.kind == "textLength":
            words = f"a text of up to {self.highest:g} characters"
        elif self.kind == "date":
            words = "a date"
        else:
            number = "a whole number" if self.kind == "whole" else "a number"
            words = f"{number} from {self._shown(self.lowest)} to {self._shown(self.highest)}"
        return words if self.required else f"{words}, or nothing"

    def _shown(self, value: float) -> str:
        percent = self.number_format == styles.PERCENT
        return f"{value * 100:,.13g}%" if percent else f"{value:,.13g}"

    @property
    def bounds(self) -> tuple[str, str]:
        """Its lowest and highest number, as formulas."""
        return f"{self.lowest:.15g}", f"{self.highest:.15g}"

    def spelled(self, value: Any) -> Any:
        """A value as the list of choices has it, which a preset may write in another way."""
        same = [each for each in self.choices if normalised(each) == normalised(str(value))]
        return same[0] if same else value

    def outside(self, unlimited: bool = False) -> str:
        """The condition that its number is out of its range; a formula, for one that is there.

        Parameters
        ----------
        unlimited : whether the highest one that can be typed is no limit.
        """
        cell, (lowest, highest) = f"{{{self.field}}}", self.bounds
        found = [f"{cell}<{lowest}"]
        if not (unlimited and self.highest == MOST):
            found.append(f"{cell}>{highest}")
        if self.kind == "whole":
            found.append(f"{cell}<>INT({cell})")
        return found[0] if len(found) == 1 else f"OR({','.join(found)})"

    def validation(self) -> DataValidation:
        """The rule for its cells, with a message that says what they may hold."""
        if self.choices:
            rule = DataValidation("list", formula1=f'"{",".join(self.choices)}"')
        elif self.listed:
            rule = DataValidation("list", formula1=self.listed)
        else:
            lowest, highest = self.bounds
            rule = DataValidation(self.kind, formula1=lowest, formula2=highest, operator="between")
        unit = f" ({self.unit})" if self.kind in ("decimal", "whole") else ""
        rule.promptTitle = rule.errorTitle = self.label[:32]
        rule.prompt = f"{self.allowed[0].upper()}{self.allowed[1:]}{unit}. {self.note}".strip()
        rule.error = f"{self.label} must be {self.allowed}{unit}."
        rule.showErrorMessage = rule.showInputMessage = True
        rule.allow_blank = True  # what is missing is told by the status, not by a message box
        return rule


CURRENCY = Entry(
    currency.WORD, "Currency", "a short text", styles.TEXT, "textLength", 1, 8, value="USD",
    note="USD, EUR ...: every amount is in it.",
)  # fmt: skip


def values(sheet: Sheet, heading: str, entries: Sequence[Entry], given: Mapping[str, Any]) -> None:
    """Single inputs, one below the other, each with its status and a note."""
    _band(sheet, heading, ("Value", "Status", "Note"))
    for entry in entries:
        place = sheet.labelled(entry.label, entry.unit)
        put(sheet, entry, place, [given.get(entry.field, entry.value)])
        _state(sheet, entry, _status(entry), place.moved(1))
        sheet.text(place.row, FIRST + 2, entry.note, "aside")


def by_case(
    sheet: Sheet, heading: str, entries: Sequence[Entry], given: Mapping[str, Any], switch: Entry
) -> None:
    """Single inputs with a low and a high value beside them, which a switch puts in their place.

    Formulas get the value in use; a batch fills in the first one by the name of the input, and the
    others by that name with _low or _high behind it. Where one is empty, the first one holds.
    """
    _band(sheet, heading, ("Base", "Status", "Low", "High", "In use", "", "Note"))
    for entry in entries:
        place = sheet.labelled(entry.label, entry.unit)
        base, low, high = of_cases(entry)
        for column, each in ((0, base), (2, low), (3, high)):
            known = given.get(entry.field, entry.value) if each is base else None
            put(sheet, each, place.moved(column), [known])
        chosen = [f'IF({{{switch.field}}}="{case}",{value},' for case, value in (
            ("low", in_case(entry, "low")), ("high", in_case(entry, "high")))]  # fmt: skip
        formula = f"{''.join(chosen)}{{{base.field}}}))"
        used = Line(entry.field, entry.label, entry.unit, formula, entry.number_format)
        sheet.put(used, place.moved(4))
        wrong = [_status(base), _status(low, " low: "), _status(high, " high: ")]
        _state(sheet, entry, "&".join(wrong), place.moved(1))
        sheet.text(place.row, FIRST + 6, entry.note, "aside")


def of_cases(entry: Entry) -> tuple[Entry, Entry, Entry]:
    """An input in the base case, and in the low and the high one."""
    base = replace(entry, field=f"{entry.field}_base", known_as=entry.name)
    low, high = (
        replace(
            entry,
            field=f"{entry.field}_{case}",
            known_as=f"{entry.name}_{case}",
            label=f"{entry.label}, {case}",
            required=False,
            note="Empty is as in the base case.",
        )
        for case in ("low", "high")
    )
    return base, low, high


def in_case(entry: Entry, case: str) -> str:
    """The value of an input in the low or the high case, as a formula."""
    cell = f"{{{entry.field}_{case}}}"
    return f'IF({cell}="",{{{entry.field}_base}},{cell})'


def _band(sheet: Sheet, heading: str, columns: Sequence[str]) -> None:
    """A heading, and what stands in each column below it."""
    sheet.section(heading)
    for column, text in enumerate(("Unit", *columns), 2):
        cell = sheet.cells.cell(sheet.row - 1, column, text)
        styles.align(cell, _SIDES.get(text, "right"))


def _state(sheet: Sheet, entry: Entry, status: str, place: Place) -> None:
    """What is wrong with an input."""
    sheet.put(Line(f"{entry.field}_status", "", formula=status, style="fault"), place)


def rows(
    sheet: Sheet,
    axis: Axis,
    entries: Iterable[Entry],
    given: Sequence[Mapping[str, Any]],
    room: int = 0,
) -> None:
    """Inputs of each record of an axis, in columns; notes stand beside at least so many of them."""
    for entry in entries:
        place = sheet.labelled(entry.label, entry.unit, across=axis)
        if entry.kind == "textLength":
            sheet.cells.row_dimensions[place.row].height = TWO_LINES
        put(sheet, entry, place, [each.get(entry.name, entry.value) for each in given])
        sheet.text(place.row, FIRST + max(room, axis.count), entry.note, "aside")


def table(
    sheet: Sheet,
    axis: Axis,
    columns: Sequence[Entry | Line | None],
    given: Sequence[Mapping[str, Any]],
) -> None:
    """Inputs of each record of an axis, in rows; computed columns may stand among them."""
    for place, column in zip(sheet.columns(axis, columns), columns, strict=True):
        if isinstance(column, Entry):
            put(sheet, column, place, [each.get(column.field, column.value) for each in given])
        elif column:
            sheet.put(column, place)


def put(sheet: Sheet, entry: Entry, place: Place, given: Sequence[Any]) -> None:
    """The input cells of a field, with their names and their rule."""
    rule = entry.validation()
    model = sheet.model
    for index, here in enumerate(records(place)):
        row, column = place.cell(here)
        value = entry.spelled(given[index]) if index < len(given) else None
        cell = sheet.cells.cell(row, column, value)
        cell.style, cell.number_format = "bbxl input", entry.number_format.partition(";")[0]
        styles.align(cell, entry.aligned)
        rule.add(cell.coordinate)
        (axis,) = here or (None,)
        name = f"{axis.name}_{index + 1}_{entry.name}" if axis else entry.name
        model.name(name, f"{quoted(place.sheet)}!{absolute_coordinate(cell.coordinate)}")
    sheet.cells.add_data_validation(rule)
    model.places[entry.field] = place.named(entry.name) if place.single else place


def _status(entry: Entry, which: str = "") -> str:
    """What is wrong with a single input, in words; nothing where it is there and in its range.

    Parameters
    ----------
    which : words before that, where one of several values may be wrong.
    """
    cell, missing = f"{{{entry.field}}}", '"missing"' if entry.required else '""'
    if entry.choices:
        known = ",".join(f'{cell}="{choice}"' for choice in entry.choices)
        return f'IF({cell}="",{missing},IF(OR({known}),"","not a choice"))'
    if entry.kind == "textLength":
        return f'IF(TRIM({cell})="",{missing},IF(ISNUMBER({cell}),"not a text",""))'
    wrong = f'IF({entry.outside()},"{which}out of range","")'
    return f'IF({cell}="",{missing},IF(ISNUMBER({cell}),{wrong},"{which}not a number"))'


def faults(entries: Sequence[Entry]) -> str:
    """How many single inputs of a section are missing or wrong, as a formula."""
    status = f"{{{entries[0].field}_status}}:{{{entries[-1].field}_status}}"
    return f'SUMPRODUCT(({status}<>"")*1)'

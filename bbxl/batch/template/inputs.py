"""What a scenario can fill in a workbook: its named input cells, and what each takes."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from openpyxl.styles.numbers import is_date_format

from bbxl.batch.template.labels import Labels, labelled, labels
from bbxl.batch.template.rules import Rule, Rules
from bbxl.batch.template.sheets import CellStyles, TemplateSheet
from bbxl.errors import UserError
from bbxl.workbooks import library
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.cells import CellValue
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import (
    Bounds,
    CellAddress,
    Position,
    address,
    bounds,
    folded,
    full_address,
    sheet_and_range,
)
from bbxl.xlsx.values import date_text

_KINDS = {"decimal": "number", "whole": "number", "date": "date", "time": "date"}
_IN_WORDS = {
    "number": "a number",
    "share": "a number such as 0.2 or 20%",
    "date": "a date such as 2026-01-31",
    "boolean": "TRUE or FALSE",
}
_MOST_CHOICES = 10_000  # cells that a list of choices may be looked up in
_MOST_LOOKED_UP = 1_000_000  # cells that all such lists of a template may be looked up in


@dataclass(frozen=True)
class Input:
    """A cell that a scenario can fill.

    Attributes
    ----------
    name : its defined name.
    cell : where it is.
    current : the value that the template holds.
    kind : what it takes: "number", "share" (a number that may be written in percent), "date",
        "boolean", "text", "choice" or "any".
    rule : its validation.
    """

    name: str
    cell: CellAddress
    current: CellValue
    kind: str
    rule: Rule | None

    @property
    def allowed(self) -> str:
        """What it takes, in words."""
        if self.rule and not self.rule.formula:
            return self.rule.allowed
        return _IN_WORDS.get(self.kind, "a text")

    def shown(self, value: CellValue, epoch: datetime) -> CellValue:
        """A value as people read it: a date as 2026-01-31, all else as it is."""
        if self.kind == "date" and isinstance(value, float):
            return date_text(value, epoch)
        return value


class Template:
    """A workbook as something to fill.

    Parameters
    ----------
    source : name of a built template, or a workbook's path.

    Attributes
    ----------
    path, data : the workbook's file, and its bytes.
    suffix : of the files that it fills: .xlsm where it has macros, else .xlsx.
    outputs : name of each single cell with a formula -> the cell.

    Raises
    ------
    WorkbookError : it cannot be read, or filling it would break it.
    """

    def __init__(self, source: str | Path) -> None:
        built = str(source) in library.TEMPLATES
        self.path = library.folder() / f"{source}.xlsx" if built else Path(source)
        try:
            self.data = self.path.read_bytes()
        except FileNotFoundError as error:
            raise WorkbookError(
                f"{source}: {error.strerror}{library.others(str(source))}"
            ) from None
        except OSError as error:
            raise WorkbookError(f"{source}: {error.strerror}") from None
        self.name = str(source)
        self.package = Package(self.data, self.name)
        self.suffix = self._checked_suffix()
        styles = CellStyles(self.package)
        self._sheets = {
            name: TemplateSheet(self.package, name, part, styles)
            for name, part in self.package.sheets().items()
        }
        self._rules: dict[str, Rules] = {}
        self._within: dict[str, dict[Position, Bounds]] = {}
        self._looked_up = 0
        self._constants: dict[tuple[str, str], list[CellValue] | None] = {}
        self._defined = self.package.names()
        self._named = self._resolved_names()
        self.outputs = {
            name: cell for name, cell in self._named.values() if self._has_formula(cell)
        }

    def inputs(self) -> list[Input]:
        """All that can be filled, in the order of their cells."""
        found = {}
        for name, cell in self._named.values():
            try:
                found[cell] = self.input(name)
            except WorkbookError:
                raise
            except UserError:  # it is not to be filled
                continue
        sheets = {name: i for i, name in enumerate(self._sheets)}
        return [found[cell] for cell in sorted(found, key=lambda c: (sheets[c[0]], c[1]))]

    def fills(self, column: str) -> bool:
        """Whether a column fills one of its inputs."""
        try:
            self.input(column)
        except WorkbookError:
            raise
        except UserError:
            return False
        return True

    def input(self, column: str) -> Input:
        """The input that a column fills.

        Raises
        ------
        UserError : there is no such name or label, several inputs have the label, or the cell
            cannot be filled.
        """
        if folded(column) not in self._named:
            column = labelled(column, self._labels, self.name)
        name, cell = self._named[folded(column)]
        at, sheet, where = cell[1], self._sheets[cell[0]], f"{name} ({full_address(*cell)})"
        if sheet.has_formula(at):
            raise UserError(f"{where} is computed by a formula, so no column can fill it")
        if sheet.is_locked(at):
            raise UserError(f"{where} is locked on a protected sheet, so it is not to be filled")
        if cell[0] not in self._within:
            self._within[cell[0]] = sheet.within(self._named_on(cell[0]))
        if area := self._within[cell[0]].get(at):
            raise UserError(
                f"{where} lies within {_shown(area)}, of which only the first cell counts"
            )
        rule = self._rules_of(cell[0]).of(at)
        current = sheet.constant(at)
        return Input(name, cell, current, _kind(sheet.number_format(at), current, rule), rule)

    @cached_property
    def epoch(self) -> datetime:
        """The day that its dates are counted from."""
        return self.package.epoch

    def number_format(self, cell: CellAddress) -> str:
        """How a cell shows its number."""
        return self._sheets[cell[0]].number_format(cell[1])

    def _has_formula(self, cell: CellAddress) -> bool:
        return self._sheets[cell[0]].has_formula(cell[1])

    def _checked_suffix(self) -> str:
        """The suffix of what is written; what cannot be filled is refused."""
        if any(part.startswith("_xmlsignatures/") for part in self.package.members):
            raise WorkbookError(f"{self.name} is signed, and filling it would break the signature")
        types = self.package.xml("[Content_Types].xml")
        kinds = {each.get("PartName"): each.get("ContentType", "") for each in types}
        main = kinds.get(f"/{self.package.main}", "")
        if ".template" in main:
            raise WorkbookError(f"{self.name} is an .xltx or .xltm; save it as a workbook")
        return ".xlsm" if "macroEnabled" in main else ".xlsx"

    def _resolved_names(self) -> dict[str, tuple[str, CellAddress]]:
        """Each name of one cell, in lower case -> the name and the cell.

        A sheet's own name is Sheet!name; also name alone, where no other is the same.
        """
        found: dict[str, tuple[str, CellAddress]] = {}
        merged = {name: set(each.merged) for name, each in self._sheets.items()}
        count = Counter(folded(each.name) for each in self._defined)
        for each in self._defined:
            found_area = self._area(each.reference)
            if not found_area or each.name.startswith("_xlnm."):
                continue
            sheet, area = found_area
            if area.size > 1 and area not in merged[sheet]:
                continue
            at = area.first
            alone = not each.scope or count[folded(each.name)] == 1
            label = each.name if alone else f"{each.scope}!{each.name}"
            found[folded(label)] = label, (sheet, at)
            if each.scope:
                found[folded(f"{each.scope}!{each.name}")] = label, (sheet, at)
        return found

    @cached_property
    def _labels(self) -> Labels:
        """What a person reads beside inputs."""
        cells = {name: cell for name, cell in self._named.values() if not self._has_formula(cell)}
        return labels(cells, lambda cell: self._sheets[cell[0]].constant(cell[1]))

    def _area(self, reference: str, sheet: str = "") -> tuple[str, Bounds] | None:
        """The sheet and the range of a reference as it is written in a file, if it is one."""
        found = sheet_and_range(reference.removeprefix("="))
        area = bounds(found[1]) if found else None
        if not found or not area or (found[0] or sheet) not in self._sheets:
            return None
        return found[0] or sheet, area

    def _named_on(self, sheet: str) -> list[Position]:
        """The named cells of a sheet."""
        return [at for on, at in self._named_cells if on == sheet]

    @cached_property
    def _named_cells(self) -> set[CellAddress]:
        return {cell for _, cell in self._named.values()}

    @cached_property
    def _references(self) -> dict[tuple[str | None, str], str]:
        """Sheet, or None, and name in lower case -> what the name refers to."""
        return {(each.scope, folded(each.name)): each.reference for each in self._defined}

    def _rules_of(self, sheet: str) -> Rules:
        if sheet not in self._rules:
            self._rules[sheet] = Rules(
                self._sheets[sheet].xml,
                self._named_on(sheet),
                lambda reference: self._constants_of(reference, sheet),
                self.epoch,
                f"{self.name}: sheet {sheet}",
            )
        return self._rules[sheet]

    def _constants_of(self, reference: str, sheet: str) -> list[CellValue] | None:
        """The values of a range or a name; None where one of them may change."""
        if (reference, sheet) not in self._constants:
            name = folded(reference)
            named = self._references.get((sheet, name)) or self._references.get((None, name))
            self._constants[reference, sheet] = self._read_constants(named or reference, sheet)
        return self._constants[reference, sheet]

    def _read_constants(self, reference: str, sheet: str) -> list[CellValue] | None:
        found = self._area(reference, sheet)
        if not found or found[1].size > _MOST_CHOICES:
            return None
        self._looked_up += found[1].size
        if self._looked_up > _MOST_LOOKED_UP:
            raise WorkbookError(
                f"{self.name}: its validation refers to more than {_MOST_LOOKED_UP:,} cells"
            )
        cells = [(found[0], at) for at in found[1].cells()]
        if any(self._has_formula(cell) or cell in self._named_cells for cell in cells):
            return None
        return [self._sheets[on].constant(at) for on, at in cells]


def _shown(area: Bounds) -> str:
    return f"{address(area.first)}:{address((area.bottom, area.right))}"


def _kind(number_format: str, current: CellValue, rule: Rule | None) -> str:
    """What an input takes, from its format, its value in the template and its validation."""
    if rule and rule.kind == "list" and not rule.formula:
        return "choice"
    if rule and rule.kind in _KINDS:
        is_share = _KINDS[rule.kind] == "number" and ("%" in number_format or rule.highest <= 1)
        return "share" if is_share else _KINDS[rule.kind]
    if isinstance(current, bool):
        return "boolean"
    is_text = isinstance(current, str) or (rule is not None and rule.kind == "textLength")
    if is_text or number_format == "@":
        return "text"
    if is_date_format(number_format):
        return "date"
    if not isinstance(current, float):
        return "any"
    return "share" if "%" in number_format else "number"

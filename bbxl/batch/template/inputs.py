"""What a scenario can fill in a workbook: its named input cells, and what each takes."""

import difflib
import xml.etree.ElementTree as ET
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from bbxl.batch.template.rules import Rule, covers, rules_of
from bbxl.batch.template.styles import CellStyles
from bbxl.errors import UserError
from bbxl.workbooks import library
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.cells import ERROR_TEXTS, CellValue
from bbxl.xlsx.package import DefinedName, Package
from bbxl.xlsx.references import CellAddress, Position, cells_of, full_address, sheet_and_range
from bbxl.xlsx.sheet import SheetXML

_KINDS = {"decimal": "number", "whole": "number", "date": "date", "time": "date"}
_MOST_CHOICES = 10_000  # cells that a list of choices may be looked up in


@dataclass(frozen=True)
class Input:
    """A cell that a scenario can fill.

    Attributes
    ----------
    name : its defined name.
    cell : where it is.
    current : the value that the template holds.
    kind : what it takes: "number", "date", "boolean", "text", "choice" or "any".
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
        return {
            "number": "a number",
            "date": "a date such as 2026-01-31",
            "boolean": "TRUE or FALSE",
        }.get(self.kind, "a text")


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
        except OSError as error:
            raise WorkbookError(f"{source}: {error.strerror}") from None
        self.name = str(source)
        self.package = Package(self.data, self.name)
        self.suffix = self._checked_suffix()
        self._parts = self.package.sheets()
        self._sheets: dict[str, SheetXML] = {}
        self._trees: dict[str, ET.Element] = {}
        self._rules: dict[str, list[tuple[str, Rule]]] = {}
        self._within: dict[str, dict[Position, str]] = {}
        self._styles = CellStyles(self.package)
        self._named = self._resolved_names()
        self.outputs = {
            name: cell for name, cell in self._named.values() if self._has_formula(cell)
        }

    def inputs(self) -> list[Input]:
        """All that can be filled, in the order of their cells."""
        found = {}
        for name, cell in self._named.values():
            with suppress(UserError):
                found[cell] = self.input(name)
        sheets = list(self._parts)
        return [found[cell] for cell in sorted(found, key=lambda c: (sheets.index(c[0]), c[1]))]

    def input(self, column: str) -> Input:
        """The input that a column fills.

        Raises
        ------
        UserError : there is no such name, or its cell cannot be filled.
        """
        if column.casefold() not in self._named:
            names = [name for name, cell in self._named.values() if not self._has_formula(cell)]
            near = difflib.get_close_matches(column, names, 1, 0.5)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UserError(f"{self.name} has no input named {column}{hint}")
        name, (sheet, at) = self._named[column.casefold()]
        where = f"{name} ({full_address(sheet, at)})"
        if self._has_formula((sheet, at)):
            raise UserError(f"{where} is computed by a formula, so no column can fill it")
        if self._is_locked(sheet, at):
            raise UserError(f"{where} is locked on a protected sheet, so it is not to be filled")
        if area := self._areas(sheet).get(at):
            raise UserError(f"{where} lies within {area}, of which only the first cell counts")
        rule = next((rule for cells, rule in self._rules_of(sheet) if covers(cells, at)), None)
        current = self._constant(sheet, at)
        return Input(name, (sheet, at), current, self._kind((sheet, at), current, rule), rule)

    @cached_property
    def epoch(self) -> datetime:
        """The day that its dates are counted from."""
        settings = self.package.xml(self.package.main).find("{*}workbookPr")
        from_1904 = settings is not None and settings.get("date1904") in ("1", "true")
        epoch: datetime = MAC_EPOCH if from_1904 else WINDOWS_EPOCH
        return epoch

    def number_format(self, cell: CellAddress) -> str:
        """How a cell shows its number."""
        span = self._sheet(cell[0]).cells.get(cell[1])
        return self._styles.number_format(span) if span else "General"

    def _checked_suffix(self) -> str:
        """The suffix of what is written; what cannot be filled is refused."""
        if any(part.startswith("_xmlsignatures/") for part in self.package.members):
            raise WorkbookError(f"{self.name} is signed, and filling it would break the signature")
        types = self.package.xml("[Content_Types].xml")
        main = next(
            (
                e.get("ContentType", "")
                for e in types
                if e.get("PartName") == f"/{self.package.main}"
            ),
            "",
        )
        if ".template" in main:
            raise WorkbookError(f"{self.name} is an .xltx or .xltm; save it as a workbook")
        return ".xlsm" if "macroEnabled" in main else ".xlsx"

    def _resolved_names(self) -> dict[str, tuple[str, CellAddress]]:
        """Each name of one cell, in lower case -> the name and the cell.

        A sheet's own name is Sheet!name; also name alone, where no other is the same.
        """
        found: dict[str, tuple[str, CellAddress]] = {}
        count = Counter(each.name.casefold() for each in self._defined)
        for each in self._defined:
            cells = self._cells(each.reference)
            if not cells or each.name.startswith("_xlnm."):
                continue
            sheet, at = cells[0]
            if len(cells) > 1 and [a for _, a in cells] not in map(cells_of, self._merged(sheet)):
                continue
            alone = not each.scope or count[each.name.casefold()] == 1
            label = each.name if alone else f"{each.scope}!{each.name}"
            found[label.casefold()] = label, (sheet, at)
            if each.scope:
                found[f"{each.scope}!{each.name}".casefold()] = label, (sheet, at)
        return found

    @cached_property
    def _defined(self) -> list[DefinedName]:
        return self.package.names()

    def _cells(self, reference: str, sheet: str = "") -> list[CellAddress]:
        """The cells of a reference as it is written in a file; none where it is no range."""
        found = sheet_and_range(reference.removeprefix("="))
        if not found:
            return []
        name, area = found[0] or sheet, found[1]
        left, top, right, bottom = range_boundaries(area)
        if name not in self._parts or (bottom - top + 1) * (right - left + 1) > _MOST_CHOICES:
            return []
        return [(name, at) for at in cells_of(area)]

    def _sheet(self, name: str) -> SheetXML:
        if name not in self._sheets:
            data = self.package[self._parts[name]]
            self._sheets[name] = SheetXML(data, f"{self.name}: sheet {name}")
        return self._sheets[name]

    def _has_formula(self, cell: CellAddress) -> bool:
        span = self._sheet(cell[0]).cells.get(cell[1])
        return span is not None and span.formula is not None

    def _is_locked(self, sheet: str, at: Position) -> bool:
        """Whether a person could not type into the cell."""
        protection = self._xml(sheet).find("{*}sheetProtection")
        if protection is None or protection.get("sheet") not in ("1", "true"):
            return False
        span = self._sheet(sheet).cells.get(at)
        return self._styles.locked(span) if span else True

    def _merged(self, sheet: str) -> list[str]:
        return [
            each.get("ref", "A1")
            for each in self._xml(sheet).iter()
            if each.tag.endswith("}mergeCell")
        ]

    def _areas(self, sheet: str) -> dict[Position, str]:
        """Cell -> the merged cells or the array that it belongs to, but for their first cells."""
        if sheet not in self._within:
            arrays = [each.array for each in self._sheet(sheet).formulas().values() if each.array]
            self._within[sheet] = {
                at: area for area in self._merged(sheet) + arrays for at in cells_of(area)[1:]
            }
        return self._within[sheet]

    def _rules_of(self, sheet: str) -> list[tuple[str, Rule]]:
        if sheet not in self._rules:
            self._rules[sheet] = list(
                rules_of(
                    self._xml(sheet),
                    lambda reference: self._constants(reference, sheet),
                    self.epoch,
                )
            )
        return self._rules[sheet]

    def _xml(self, sheet: str) -> ET.Element:
        if sheet not in self._trees:
            self._trees[sheet] = self.package.xml(self._parts[sheet])
        return self._trees[sheet]

    def _constants(self, reference: str, sheet: str) -> list[CellValue] | None:
        """The values of a range or a name; None where one of them may change."""
        for each in self._defined:
            if each.name.casefold() == reference.casefold() and each.scope in (None, sheet):
                reference = each.reference
        cells = self._cells(reference, sheet)
        inputs = {cell for _, cell in self._named.values()}
        if not cells or any(self._has_formula(cell) or cell in inputs for cell in cells):
            return None
        return [self._constant(*cell) for cell in cells]

    def _constant(self, sheet: str, at: Position) -> CellValue:
        """The value that the file holds in a cell."""
        span = self._sheet(sheet).cells.get(at)
        text = self._sheet(sheet).text_of(span) if span else None
        if span is None or text is None:
            return None
        kind = span.attributes.get("t", "n")
        if kind == "s":
            return self._shared[int(text)]
        if kind == "b":
            return bool(float(text))
        if kind == "e":
            return ERROR_TEXTS.get(text, text)
        return text if kind in ("str", "inlineStr", "d") else float(text)

    @cached_property
    def _shared(self) -> list[str]:
        return self.package.shared_strings()

    def _kind(self, cell: CellAddress, current: CellValue, rule: Rule | None) -> str:
        if rule and rule.kind == "list" and not rule.formula:
            return "choice"
        if rule and rule.kind in _KINDS:
            return _KINDS[rule.kind]
        if isinstance(current, bool):
            return "boolean"
        style = self.number_format(cell)
        if isinstance(current, str) or style == "@" or (rule and rule.kind == "textLength"):
            return "text"
        if is_date_format(style):
            return "date"
        return "number" if isinstance(current, float) else "any"

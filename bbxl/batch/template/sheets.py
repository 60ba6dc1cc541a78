"""The sheets of a template, as far as filling asks: what cells hold, and which are not free."""

import xml.etree.ElementTree as ET
from functools import cached_property

from openpyxl.styles.numbers import BUILTIN_FORMATS

from bbxl.xlsx.cells import ERROR_TEXTS, CellValue
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import Position, cells_of
from bbxl.xlsx.sheet import CellSpan, SheetXML


class CellStyles:
    """The cell styles of a workbook; one that has none shows General and locks."""

    def __init__(self, package: Package) -> None:
        part = package.related_part("/styles")
        root = package.xml(part) if part else None
        styles = root.findall("{*}cellXfs/{*}xf") if root is not None else []
        own = {
            each.get("numFmtId"): each.get("formatCode", "")
            for each in (root.iterfind("{*}numFmts/{*}numFmt") if root is not None else ())
        }
        numbers = [each.get("numFmtId", "0") for each in styles] or ["0"]
        self._formats: list[str] = [
            own.get(n, BUILTIN_FORMATS.get(int(n), "General")) for n in numbers
        ]
        protections = [each.find("{*}protection") for each in styles] or [None]
        self._locks = [p is None or p.get("locked", "1") in ("1", "true") for p in protections]

    def number_format(self, span: CellSpan | None) -> str:
        """How a cell shows its number."""
        return self._formats[int(span.attributes.get("s", 0))] if span else "General"

    def locked(self, span: CellSpan | None) -> bool:
        """Whether a cell is locked where its sheet is protected."""
        return self._locks[int(span.attributes.get("s", 0))] if span else True


class TemplateSheet:
    """A sheet; each thing is read when it is first asked for.

    Parameters
    ----------
    package, name, part : the workbook, the sheet's name and its part.
    styles : the workbook's cell styles.
    """

    def __init__(self, package: Package, name: str, part: str, styles: CellStyles) -> None:
        self._package, self._name, self._part, self._styles = package, name, part, styles

    @cached_property
    def xml(self) -> ET.Element:
        """The sheet as an XML tree."""
        return self._package.xml(self._part)

    @cached_property
    def _cells(self) -> SheetXML:
        return SheetXML(self._package[self._part], f"{self._package.name}: sheet {self._name}")

    def _span(self, at: Position) -> CellSpan | None:
        return self._cells.cells.get(at)

    def has_formula(self, at: Position) -> bool:
        """Whether a cell is computed."""
        span = self._span(at)
        return span is not None and span.formula is not None

    def number_format(self, at: Position) -> str:
        """How a cell shows its number."""
        return self._styles.number_format(self._span(at))

    def is_locked(self, at: Position) -> bool:
        """Whether a person could not type into the cell."""
        protection = self.xml.find("{*}sheetProtection")
        is_on = protection is not None and protection.get("sheet") in ("1", "true")
        return is_on and self._styles.locked(self._span(at))

    @cached_property
    def merged(self) -> list[str]:
        """The ranges whose cells are merged."""
        return [
            each.get("ref", "A1") for each in self.xml.iter() if each.tag.endswith("}mergeCell")
        ]

    @cached_property
    def within(self) -> dict[Position, str]:
        """Cell -> the merged cells or the array that it belongs to, but for their first cells."""
        arrays = [each.array for each in self._cells.formulas().values() if each.array]
        return {at: area for area in self.merged + arrays for at in cells_of(area)[1:]}

    def constant(self, at: Position) -> CellValue:
        """The value that the file holds in a cell; an error that is not Excel's as its text."""
        span = self._span(at)
        text = self._cells.text_of(span) if span else None
        if span is None or text is None:
            return None
        kind = span.attributes.get("t", "n")
        if kind == "s":
            return self._package.shared_strings[int(text)]
        if kind == "b":
            return bool(float(text))
        if kind == "e":
            return ERROR_TEXTS.get(text, text)
        return text if kind in ("str", "inlineStr", "d") else float(text)

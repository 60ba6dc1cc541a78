"""The sheets of a template, as far as filling asks: what cells hold, and which are not free."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from functools import cached_property

from openpyxl.styles.numbers import BUILTIN_FORMATS

from bbxl.xlsx import attributes
from bbxl.xlsx.cells import CellValue
from bbxl.xlsx.covering import first_covering
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import Bounds, Position, full_address
from bbxl.xlsx.sheet_reading import CellSpan
from bbxl.xlsx.values import stored_value


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
        where = f"{package.name}: {part}"
        numbers = [attributes.whole_number(each.attrib, "numFmtId", where, 0) for each in styles]
        self._formats: list[str] = [
            own.get(str(n), BUILTIN_FORMATS.get(n, "General")) for n in numbers or [0]
        ]
        protections = [each.find("{*}protection") for each in styles] or [None]
        self._locks = [
            p is None or attributes.boolean(p.attrib, "locked", where, True) for p in protections
        ]

    def number_format(self, span: CellSpan | None, where: str) -> str:
        """How a cell shows its number; `where` is what an error message calls the cell."""
        return self._formats[self._style(span, where)] if span else "General"

    def locked(self, span: CellSpan | None, where: str) -> bool:
        """Whether a cell is locked where its sheet is protected."""
        return self._locks[self._style(span, where)] if span else True

    def _style(self, span: CellSpan, where: str) -> int:
        most = len(self._formats) - 1
        return attributes.whole_number(span.attributes, "s", where, 0, most=most)


class TemplateSheet:
    """A sheet; most is read when it is first asked for.

    Parameters
    ----------
    package, name, part : the workbook, the sheet's name and its part.
    styles : the workbook's cell styles.
    """

    def __init__(self, package: Package, name: str, part: str, styles: CellStyles) -> None:
        self._package, self._name, self._part, self._styles = package, name, part, styles
        self._cells = package.sheet(name, part)
        self._constants: dict[Position, CellValue] = {}

    @cached_property
    def xml(self) -> ET.Element:
        """The sheet as an XML tree."""
        return self._package.xml(self._part)

    def _span(self, at: Position) -> CellSpan | None:
        return self._cells.cells.get(at)

    def has_formula(self, at: Position) -> bool:
        """Whether a cell is computed."""
        span = self._span(at)
        return span is not None and span.formula is not None

    def number_format(self, at: Position) -> str:
        """How a cell shows its number."""
        return self._styles.number_format(self._span(at), self._where(at))

    def is_locked(self, at: Position) -> bool:
        """Whether a person could not type into the cell."""
        protection = self.xml.find("{*}sheetProtection")
        if protection is None:
            return False
        is_on = attributes.boolean(protection.attrib, "sheet", self._cells.name)
        return is_on and self._styles.locked(self._span(at), self._where(at))

    @cached_property
    def merged(self) -> list[Bounds]:
        """The ranges whose cells are merged."""
        return [
            attributes.area(each.get("ref", ""), "the ref of mergeCell", self._cells.name)
            for each in self.xml.iter()
            if each.tag.endswith("}mergeCell")
        ]

    def within(self, cells: Iterable[Position]) -> dict[Position, Bounds]:
        """The merged cells or the array that each cell is in, but for their first cells."""
        areas = [each for each in (*self.merged, *self._cells.arrays()) if each.size > 1]
        rests = [rest for each in areas for rest in _without_first(each)]
        return {at: areas[i // 2] for at, i in first_covering(cells, rests).items()}

    def constant(self, at: Position) -> CellValue:
        """The value that the file holds in a cell; an error that is not Excel's as its text."""
        if span := self._span(at):
            if at not in self._constants:
                texts = self._package.shared_strings
                self._constants[at] = stored_value(
                    span, self._where(at), texts, self._package.epoch
                )
            return self._constants[at]
        return None

    def _where(self, at: Position) -> str:
        return f"{self._package.name}: {full_address(self._name, at)}"


def _without_first(area: Bounds) -> tuple[Bounds, Bounds]:
    """What lies right of an area's first cell, and the rows below; one of them may be empty."""
    top, left, bottom, right = area
    return Bounds(top, left + 1, top, right), Bounds(top + 1, left, bottom, right)

"""An .xlsx file: a zip of parts, among them the workbook and its sheets.

Workbooks come from anywhere, so a package is refused when it unpacks to too
much, is encrypted, or declares a document type (which could expand entities).
"""

import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from bbxl.xlsx import WorkbookError, attributes
from bbxl.xlsx.archive import Member, joined, members_of
from bbxl.xlsx.cells import plain_text
from bbxl.xlsx.references import address, full_address
from bbxl.xlsx.sheet import SheetXML
from bbxl.xlsx.values import stored_value
from bbxl.xlsx.writing import write_whole

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT_MAIN = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_OLD = b"\xd0\xcf\x11\xe0"  # what a compound file begins with


@dataclass(frozen=True)
class TableRange:
    """A table of a sheet: where it lies and its column headers."""

    name: str
    reference: str
    headers: tuple[str, ...]
    header_row: bool
    totals_row: bool
    filtered: bool = False


@dataclass(frozen=True)
class DefinedName:
    """A name of the workbook, or of one sheet where `scope` is that sheet."""

    name: str
    scope: str | None
    reference: str


class Package:
    """The parts of a workbook file.

    Parameters
    ----------
    source : path, or the file's bytes.

    Attributes
    ----------
    members : name of each part -> the part as the file holds it, compressed.
    main : name of the part that is the workbook itself.
    """

    def __init__(self, source: str | Path | bytes, name: str = "workbook") -> None:
        self.name = name if isinstance(source, bytes) else str(source)
        try:
            data = source if isinstance(source, bytes) else Path(source).read_bytes()
        except OSError as error:
            raise WorkbookError(f"{self.name}: {error.strerror}") from None
        if data[:4] == _OLD:
            raise WorkbookError(f"{self.name} is protected by a password or an old .xls file")
        if data[:2] != b"PK":
            raise WorkbookError(f"{self.name} is not an .xlsx workbook")
        members = members_of(data, self.name)
        self.members = {each.name: each for each in members}
        if len(self.members) < len(members) or any(map(_lies_outside, self.members)):
            raise WorkbookError(f"{self.name} is damaged: a part's name is unsafe or stands twice")
        try:
            self._parts = {each.name: each.unpacked() for each in members}
        except (zipfile.BadZipFile, zlib.error):
            raise WorkbookError(f"{self.name} is damaged") from None
        self.main = self._main_part()
        for part in filter(None, (self.main, self.related_part("/styles"))):
            for element in self.xml(part).iter():
                attributes.check(
                    element.tag.rpartition("}")[2], element.attrib, f"{self.name}: {part}"
                )

    def __getitem__(self, part: str) -> bytes:
        try:
            return self._parts[part]
        except KeyError:
            raise WorkbookError(f"{self.name} is damaged: its part {part} is missing") from None

    def __setitem__(self, part: str, data: bytes) -> None:
        self[part]  # only what is there can be replaced
        self._parts[part] = data
        self.members[part] = self.members[part].holding(data)

    def add(self, part: str, data: bytes) -> None:
        """Add a part; that others refer to it is up to the caller."""
        self._parts[part] = data
        self.members[part] = Member(part, b"", zipfile.ZIP_DEFLATED, 0, 0).holding(data)

    def __contains__(self, part: str) -> bool:
        return part in self._parts

    def xml(self, part: str) -> ET.Element:
        """A part as an XML tree."""
        try:
            parser = ET.XMLParser(target=_NoDoctype())  # noqa: S314 (document types are refused)
            parser.feed(self[part])
            root: ET.Element = parser.close()
        except (ET.ParseError, ValueError, LookupError) as error:  # the last two: of an encoding
            raise WorkbookError(f"{self.name} is damaged: {part}: {error}") from None
        return root

    def sheets(self) -> dict[str, str]:
        """Name of each worksheet -> its part, in the workbook's order."""
        targets = self._related(self.main, "/worksheet")
        found: dict[str, str] = {}
        for sheet in self.xml(self.main).iter():
            if sheet.tag in (f"{MAIN}sheet", f"{_STRICT_MAIN}sheet"):
                target = targets.get(_relation_id(sheet))
                name = sheet.get("name", "")
                if target and (name in found or target in found.values()):
                    raise WorkbookError(f"{self.name} is damaged: sheet {name} stands there twice")
                if target:
                    found[name] = target
        return found

    def sheet(self, name: str, part: str) -> SheetXML:
        """A worksheet, by its name and part; WorkbookError where a cell of it is damaged."""
        sheet = SheetXML(self[part], f"{self.name}: sheet {name}")
        within = f"{self.name}: {full_address(name, (1, 1))}".removesuffix("A1")
        for at, span in sheet.cells.items():
            given, where = span.attributes, within + (span.attributes.get("r") or address(at))
            if "s" in given:
                attributes.whole_number(given, "s", where, 0, most=self._styles - 1)
            if span.value is not None and span.formula is None:
                texts = self.shared_strings if given.get("t") == "s" else ()
                stored_value(span, where, texts, self.epoch)
        return sheet

    @cached_property
    def _styles(self) -> int:
        """How many cell styles there are; a cell that names none has the first."""
        part = self.related_part("/styles")
        return len(self.xml(part).findall("{*}cellXfs/{*}xf") if part else ()) or 1

    def names(self) -> list[DefinedName]:
        """The defined names, in the workbook's order."""
        root = self.xml(self.main)
        sheets = [e.get("name", "") for e in root.iter() if e.tag.endswith("}sheet")]
        found = []
        for each in root.iter():
            if each.tag.endswith("}definedName"):
                name = each.get("name", "")
                where = f"{self.name}: name {name}"
                at = attributes.whole_number(each.attrib, "localSheetId", where, len(sheets))
                scope = sheets[at] if at < len(sheets) else None
                found.append(DefinedName(name, scope, (each.text or "").strip()))
        return found

    @cached_property
    def shared_strings(self) -> list[str]:
        """The texts that cells refer to by number."""
        part = self.related_part("/sharedStrings")
        return [
            plain_text(
                "".join(t.text or "" for t in [*item.iterfind("{*}t"), *item.iterfind("{*}r/{*}t")])
            )
            for item in (self.xml(part).iterfind("{*}si") if part else ())
        ]

    @cached_property
    def epoch(self) -> datetime:
        """The day that dates are counted from; Excel on a Mac once took 1904."""
        properties = self.xml(self.main).find("{*}workbookPr")
        given = properties.attrib if properties is not None else {}
        from_1904 = attributes.boolean(given, "date1904", f"{self.name}: workbookPr")
        epoch: datetime = MAC_EPOCH if from_1904 else WINDOWS_EPOCH
        return epoch

    @cached_property
    def calculated_as_shown(self) -> bool:
        """Whether numbers are rounded to what their cells show ("precision as displayed")."""
        return not self._calculation("fullPrecision", True)

    @cached_property
    def calculated_on_opening(self) -> bool:
        """Whether its values are to be computed again when it is opened, as writers ask for."""
        return self._calculation("fullCalcOnLoad", False)

    def _calculation(self, name: str, default: bool) -> bool:
        settings = self.xml(self.main).find("{*}calcPr")
        given = settings.attrib if settings is not None else {}
        return attributes.boolean(given, name, f"{self.name}: calcPr", default)

    def related_part(self, kind: str) -> str | None:
        """The first part of a kind, such as "/styles", that the workbook refers to."""
        return next(iter(self._related(self.main, kind).values()), None)

    def tables(self, sheet_part: str) -> list[TableRange]:
        """The tables of a sheet."""
        found = []
        for part in self._related(sheet_part, "/table").values():
            table, where = self.xml(part), f"{self.name}: {part}"
            attributes.area(table.get("ref", ""), "ref", where)
            rows = [
                attributes.whole_number(table.attrib, f"{each}RowCount", where, default)
                for each, default in (("header", 1), ("totals", 0))
            ]
            headers = [
                plain_text(e.get("name", ""))
                for e in table.iter()
                if e.tag.endswith("}tableColumn")
            ]
            found.append(
                TableRange(
                    table.get("displayName", ""),
                    table.get("ref", ""),
                    tuple(headers),
                    rows[0] > 0,
                    rows[1] > 0,
                    table.find("{*}autoFilter/{*}filterColumn") is not None,
                )
            )
        return found

    def to_bytes(self, instead: Mapping[str, bytes] | None = None) -> bytes:
        """The whole file, parts in their order; those not touched stay compressed as they are.

        Parameters
        ----------
        instead : part -> bytes that take its place in this file alone.
        """
        instead = instead or {}
        return joined(
            [
                each.holding(instead[each.name]) if each.name in instead else each
                for each in self.members.values()
            ]
        )

    def write(self, target: str | Path) -> None:
        """Write the file, whole or not at all."""
        write_whole(target, self.to_bytes())

    def _main_part(self) -> str:
        for part in self._related("", "/officeDocument").values():
            if part.endswith(".bin"):
                raise WorkbookError(f"{self.name} is an .xlsb workbook; save it as .xlsx")
            return part
        raise WorkbookError(f"{self.name} is not an .xlsx workbook")

    def _related(self, part: str, kind: str) -> dict[str, str]:
        """Relationship id -> target part, for a part's relationships of one kind."""
        folder, file = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{file}.rels")
        if relations not in self:
            return {}
        return {
            each.get("Id", ""): posixpath.normpath(
                posixpath.join("/", folder, each.get("Target", ""))
            ).lstrip("/")
            for each in self.xml(relations).iter(f"{_PACKAGE}Relationship")
            if each.get("Type", "").endswith(kind) and each.get("TargetMode") != "External"
        }


def _lies_outside(part: str) -> bool:
    """Whether a part would lie outside of the folder that the package is unpacked into."""
    return part.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", part)


class _NoDoctype(ET.TreeBuilder):
    """A tree builder that refuses a document type, and with it entities of its own."""

    def doctype(self, *_: Any) -> None:
        raise ET.ParseError("it declares a document type")


def _relation_id(element: ET.Element) -> str:
    return next(
        (v for k, v in element.attrib.items() if re.fullmatch(r"\{.*relationships\}id", k)), ""
    )

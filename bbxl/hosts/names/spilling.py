"""Formulas that spill: how a file says that a cell's answer fills the cells beside it.

A formula that stands in a file like any other shows a single value in Excel, with an @ in front.
One that spills is an array formula whose cell names, by its attribute cm, an entry of the part
metadata.xml; that entry says that the array is a dynamic one ([MS-XLSX] 2.6.2, and what
XlsxWriter writes).
"""

import posixpath
import re
from collections.abc import Iterable
from itertools import pairwise

from bbxl.hosts.names.stored import tokens
from bbxl.xlsx import attributes
from bbxl.xlsx.covering import first_covering
from bbxl.xlsx.elements import Edit, Element, root_of, spliced
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import Position, address, full_address
from bbxl.xlsx.sheet import SheetXML

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml"
_METADATA = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<metadata xmlns="{_MAIN}" '
    'xmlns:xda="http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray">'
    '<metadataTypes count="1"><metadataType name="XLDAPR" minSupportedVersion="120000" copy="1" '
    'pasteAll="1" pasteValues="1" merge="1" splitFirst="1" rowColShift="1" clearFormats="1" '
    'clearComments="1" assign="1" coerce="1" cellMeta="1"/></metadataTypes>'
    '<futureMetadata name="XLDAPR" count="1"><bk><extLst>'
    '<ext uri="{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}">'
    '<xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext></extLst></bk>'
    '</futureMetadata><cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>'
)


def calls(formula: str, functions: Iterable[str]) -> bool:
    """Whether a formula of a cell calls one of some functions."""
    parts = [each.upper() for each in tokens(formula)]
    return any(name in functions and after == "(" for name, after in pairwise(parts))


def spill(package: Package, functions: set[str]) -> tuple[int, list[str]]:
    """Let formulas of a workbook that call some functions spill.

    Array formulas stay as they are. So do those for which Excel has no room: in merged cells and
    in tables, and those that are stored once for several cells.

    Parameters
    ----------
    package : the workbook, which is changed.
    functions : names of the functions.

    Returns
    -------
    int
        How many formulas call them.
    list of str
        The cells of those that go on to show a single value.
    """
    calling, single = 0, list[str]()
    entry: int | None = None
    for name, part in package.sheets().items():
        sheet = package.sheet(name, part)
        formulas = {
            at: each
            for at, each in sheet.formulas().items()
            if each.formula and calls(each.formula, functions)
        }
        calling += len(formulas)
        plain = [at for at, each in formulas.items() if not each.array]
        entry = entry or (_entry(package) if plain else None)
        kept = _without_room(package, part, sheet, plain)
        if not entry:
            kept = set(plain)
        single += [full_address(name, at) for at in plain if at in kept]
        edits = [edit for at in plain if at not in kept for edit in _edits(sheet, at, entry or 0)]
        if edits:
            package[part] = spliced(sheet.data, edits)
    return calling, single


def _without_room(
    package: Package, part: str, sheet: SheetXML, cells: list[Position]
) -> set[Position]:
    """The cells whose formulas are shared with others, merged, or in a table."""
    merged = root_of(sheet.data, sheet.name).descendants("mergeCell") if cells else []
    references = [each.attributes.get("ref", "") for each in merged]
    references += [each.reference for each in package.tables(part)]
    areas = [attributes.area(each, "ref", sheet.name) for each in references]
    shared = {at for at in cells if sheet.cells[at].formula_attributes.get("t") or
              "cm" in sheet.cells[at].attributes}  # fmt: skip
    return shared | set(first_covering(cells, areas))


def _edits(sheet: SheetXML, at: Position, entry: int) -> list[Edit]:
    """The edits that make an array formula of a cell's formula, with an entry of metadata.xml."""
    span = sheet.cells[at]
    places = []
    for start, more in (
        (span.start, f' cm="{entry}"'),
        (span.formula_span[0], f' t="array" ref="{address(at)}"'),
    ):
        tag = re.compile(rb"<[^\s/>]+").match(sheet.data, start)
        assert tag
        places.append((tag.end(), tag.end(), more.encode()))
    return places


def _entry(package: Package) -> int | None:
    """The number, from 1, of the entry that dynamic arrays have; None where there is no such one.

    A workbook without such entries is given one.
    """
    part = package.related_part("/sheetMetadata")
    if part is None:
        _add_metadata(package)
        return 1
    root = root_of(package[part], f"{package.name}: {part}")
    types = _children(root, "metadataTypes")
    kinds = [each.attributes.get("name") for each in types]
    known = {str(i) for i, kind in enumerate(kinds, start=1) if kind == "XLDAPR"}
    for number, each in enumerate(_children(root, "cellMetadata"), start=1):
        if any(of.attributes.get("t") in known for of in each.children):
            return number
    return None


def _children(root: Element, local: str) -> list[Element]:
    found = root.child(local)
    return found.children if found else []


def _add_metadata(package: Package) -> None:
    folder, file = posixpath.split(package.main)
    part = posixpath.join(folder, "metadata.xml")
    package.add(part, _METADATA.encode())
    types = "[Content_Types].xml"
    override = f'Override PartName="/{part}" ContentType="{_TYPE}"'
    _append(package, types, override)
    relations = posixpath.join(folder, "_rels", f"{file}.rels")
    root = root_of(package[relations], f"{package.name}: {relations}")
    taken = {each.attributes.get("Id") for each in root.children}
    free = next(name for i in range(1, len(taken) + 2) if (name := f"rId{i}") not in taken)
    kinds = [each.attributes.get("Type", "") for each in root.children]
    base = next(each for each in kinds if each.endswith("/worksheet")).rpartition("/")[0]
    relation = f'Id="{free}" Type="{base}/sheetMetadata" Target="metadata.xml"'
    _append(package, relations, f"Relationship {relation}")


def _append(package: Package, part: str, element: str) -> None:
    """Put an element, with the prefix of the others, behind the last one of a part."""
    data = package[part]
    root = root_of(data, f"{package.name}: {part}")
    more = f"<{root.prefix}{element}/>".encode()
    package[part] = spliced(data, [root.appending(data, more)])

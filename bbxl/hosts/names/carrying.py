"""Putting the names into a workbook, and taking them out again; all else keeps its bytes."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import bbxl
from bbxl.hosts.names import frame, spilling, stored
from bbxl.worksheet import REGISTRY
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.elements import Edit, Element, root_of, spliced
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import folded

_MARK = re.compile(r"\(bbxl ([^()]+)\)$")
"""What the comment of a name that bbxl wrote ends with: the version."""

_BEFORE = ("sheets", "functionGroups", "externalReferences")  # what stands before definedNames
_LONGEST_COMMENT = 255
_MOST_TOLD = 20  # cells


@dataclass
class Carried:
    """A workbook with the names, or without them.

    Attributes
    ----------
    data : the file.
    names : how many names it now carries.
    before : the version of bbxl whose names it carried; "" where it carried none.
    calling : how many of its formulas call them.
    single : the cells among those that show a single value, where several might be.
    """

    data: bytes
    names: int = 0
    before: str = ""
    calling: int = 0
    single: list[str] = field(default_factory=list)


def with_names(source: str | Path | bytes) -> Carried:
    """A workbook with the names, in place of those that an older bbxl wrote.

    Parameters
    ----------
    source : path of an .xlsx file, or its bytes.

    Raises
    ------
    WorkbookError : it cannot be read, or uses one of the names for something else.
    """
    package = Package(source)
    _refuse_taken(package)
    before = _replace(package, frame.names())
    functions = {name for name in frame.names() if not frame.hidden(name)}
    calling, single = spilling.spill(package, functions)
    if calling:
        _ask_for_calculation(package)
    return Carried(package.to_bytes(), len(frame.names()), before, calling, single)


def without_names(source: str | Path | bytes) -> Carried:
    """A workbook without the names that bbxl wrote; formulas that call them stay.

    Raises
    ------
    WorkbookError : it cannot be read, or carries no such names.
    """
    package = Package(source)
    before = _replace(package, {})
    if not before:
        raise WorkbookError(f"{package.name} carries no names of bbxl")
    return Carried(package.to_bytes(), before=before)


def _defined(name: str, formula: str, prefix: str) -> str:
    """A name as workbook.xml has it, with the prefix of its elements."""
    mark = f"(bbxl {bbxl.__version__})"
    purpose = REGISTRY[name].purpose if name in REGISTRY else "Helper of the BB_ functions"
    comment = f"{purpose[: _LONGEST_COMMENT - len(mark) - 1]} {mark}"
    hidden = ' hidden="1"' if frame.hidden(name) else ""
    given = f'name="{name}" comment={quoteattr(comment)}{hidden}'
    text = escape(stored.stored(formula))
    return f"<{prefix}definedName {given}>{text}</{prefix}definedName>"


def _root(package: Package) -> Element:
    return root_of(package[package.main], f"{package.name}: {package.main}")


def _version(element: Element) -> str:
    """The version of bbxl that wrote a name; "" where it is somebody else's."""
    mark = _MARK.search(element.attributes.get("comment", ""))
    ours = re.match("_?BB_", element.attributes.get("name", ""))
    return mark[1] if mark and ours and "localSheetId" not in element.attributes else ""


def _refuse_taken(package: Package) -> None:
    """WorkbookError where the workbook has a name or a table that is called as one of ours."""
    ours = {folded(name) for name in frame.names()}
    what = {
        each.attributes.get("name", ""): "a name"
        for each in _root(package).descendants("definedName")
        if not _version(each)
    }
    for part in package.sheets().values():
        what |= {table.name: "a table" for table in package.tables(part)}
    for name, kind in what.items():
        if folded(name) in ours:
            raise WorkbookError(
                f"{package.name} has {kind} of its own that is called {name}; rename it, "
                "or leave the names out"
            )


def _replace(package: Package, names: dict[str, str]) -> str:
    """Put names in place of those that bbxl wrote before; the version of those, or ""."""
    data, root = package[package.main], _root(package)
    added = "".join(_defined(*each, root.prefix) for each in names.items()).encode()
    there = root.child("definedNames")
    if there is None:
        if added:
            at = max(each.end for each in root.children if each.local in _BEFORE)
            tag = f"{root.prefix}definedNames".encode()
            package[package.main] = spliced(data, [(at, at, b"<%s>%s</%s>" % (tag, added, tag))])
        return ""
    old = [each for each in there.children if _version(each)]
    if not added and len(old) == len(there.children):
        edits: list[Edit] = [(there.start, there.end, b"")] if old else []
    else:
        edits = [(each.start, each.end, b"") for each in old]
        edits += [there.appending(data, added)] if added else []
    package[package.main] = spliced(data, edits)
    return max(map(_version, old), default="")


def _ask_for_calculation(package: Package) -> None:
    """Have Excel compute the workbook when it opens it, as cells hold no values of the names."""
    if package.calculated_on_opening:
        return
    data, root = package[package.main], _root(package)
    settings, asked = root.child("calcPr"), b' fullCalcOnLoad="1"'
    if settings is None:
        names = root.child("definedNames")
        assert names
        tag = f"<{root.prefix}calcPr".encode()
        edit = names.end, names.end, tag + asked + b"/>"
    else:
        end = data.index(b">", settings.start)
        others = data[settings.start + len(settings.tag) + 1 : end]
        others = re.sub(rb"""\sfullCalcOnLoad\s*=\s*("[^"]*"|'[^']*')""", b"", others)
        edit = settings.start, end, f"<{settings.tag}".encode() + asked + others
    package[package.main] = spliced(data, [edit])


def told(carried: Carried) -> list[str]:
    """What a person is to know before a workbook with the names is written, in lines."""
    functions = [name for name in frame.names() if not frame.hidden(name)]
    lines = [f"functions as names: {', '.join(functions)}"]
    lines += [f"left out: {name}: {why}" for name, why in frame.left_out().items()]
    alike = defaultdict[str, list[str]](list)
    for name, where in frame.limits().items():
        alike[where].append(name)
    lines += [f"#N/A {where}: {', '.join(of)}" for where, of in alike.items()]
    lines += [
        "Excel 365 and 2024 compute them on Windows, on a Mac and on the web (Excel was not tried)",
        "Excel 2016, 2019 and 2021 show #NAME? in their place once they compute the file",
        "LibreOffice needs bbxl's extension for them; without it, what cells hold of them is lost",
    ]
    if carried.before:
        lines.append(f"the names of bbxl {carried.before} are replaced")
    if carried.single:
        shown = ", ".join(carried.single[:_MOST_TOLD])
        more = len(carried.single) - _MOST_TOLD
        shown += f" and {more:,} more" if more > 0 else ""
        lines.append(f"in these cells there is no room for more than one value: {shown}")
    return lines

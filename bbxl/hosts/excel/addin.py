"""The add-in: an .xlam with a VBA wrapper for each worksheet function.

A wrapper hands its arguments to `bbxl.udfs` in Python through the COM server
of xlwings, and makes real Excel errors of the answer's. xlwings' own VBA module
would do the connecting too, but takes the interpreter's path and the import
path from any workbook that is open or from its folder: a workbook that a person
merely opens could then run a program.
"""

import re
import tempfile
from importlib import metadata, resources
from pathlib import Path
from xml.sax.saxutils import quoteattr

import bbxl
from bbxl.hosts.excel.conventions import CVERR, category
from bbxl.worksheet import REGISTRY
from bbxl.worksheet.registry import WorksheetFunction
from bbxl.xlsx.cells import ExcelError
from bbxl.xlsx.package import Package

FILE = "bbxl.xlam"
DESCRIPTION = Path(FILE).with_suffix(".intellisense.xml").name  # for Excel-DNA's IntelliSense
SETTING = r"Software\bbxl"  # of the current user; its value "Python" is the interpreter
PYTHON = "Python"

_WORKBOOK = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_WORKBOOK = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_PROPERTIES = (  # as Excel's add-in list shows them
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp='
    '"http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>bbxl {bbxl}</dc:title>'
    "<dc:creator>bbxl</dc:creator><dc:description>BB_ functions: build or buy an AI/LLM system. "
    "Made for xlwings {xlwings}.</dc:description></cp:coreProperties>"
)


def build(interpreter: str = "") -> bytes:
    """The add-in file, matched to the installed xlwings; the same bytes each time.

    Parameters
    ----------
    interpreter : Python's path, for a person for whom "bbxl excel install" set none.
    """
    from pyopenvba import ExcelFile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, FILE)
        ExcelFile.create_new(path).close()
        package = Package(_with_modules(path, interpreter))
    package["docProps/core.xml"] = _PROPERTIES.format(**versions()).encode()
    return package.to_bytes()


def build_workbook(workbook: bytes) -> bytes:
    """An .xlsm: the same workbook (an .xlsx) with the wrappers in it.

    It holds no interpreter's path, since it travels: each machine that computes
    it needs bbxl and its "bbxl excel install".
    """
    package = Package(workbook)
    types = package["[Content_Types].xml"]
    package["[Content_Types].xml"] = types.replace(_WORKBOOK, _MACRO_WORKBOOK)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "workbook.xlsm")
        package.write(path)
        return _with_modules(path, "")


def modules(interpreter: str) -> dict[str, str]:
    """Name -> VBA source of the modules, as the VBA editor shows them."""
    return {
        "ThisWorkbook": _source("workbook", descriptions=_descriptions()),
        "bbxl_functions": "Option Explicit\n\n" + "\n".join(map(_wrapper, REGISTRY.values())),
        "bbxl_python": _source(
            "python",
            interpreter=_vba_text(interpreter),
            setting=rf"{SETTING}\{PYTHON}",
            value_error=str(CVERR[ExcelError.VALUE]),
            name_error=str(CVERR[ExcelError.NAME]),
            not_available=str(CVERR[ExcelError.NA]),
            error_cases="\n".join(
                f'        Case "{error}": CellValue = CVErr({number})'
                for error, number in CVERR.items()
            ),
        ),
        "bbxl_wizard": _source("wizard"),
        "bbxl_dll": _source("dll", xlwings=versions()["xlwings"]),
    }


def intellisense() -> bytes:
    """Names, arguments and help as Excel-DNA's IntelliSense add-in reads them.

    Source of the format: the wiki of github.com/Excel-DNA/IntelliSense.
    """
    lines = ['<?xml version="1.0" encoding="utf-8"?>']
    lines.append('<IntelliSense xmlns="http://schemas.excel-dna.net/intellisense/1.0">')
    lines.append("  <FunctionInfo>")
    for function in REGISTRY.values():
        described = f"Name={quoteattr(function.name)} Description={quoteattr(function.purpose)}"
        lines.append(f"    <Function {described}>")
        for each in function.arguments:
            described = f"Name={quoteattr(each.syntax)} Description={quoteattr(each.help)}"
            lines.append(f"      <Argument {described}/>")
        lines.append("    </Function>")
    lines += ["  </FunctionInfo>", "</IntelliSense>", ""]
    return "\n".join(lines).encode()


def versions() -> dict[str, str]:
    """The versions that an add-in is built for."""
    return {"bbxl": bbxl.__version__, "xlwings": metadata.version("xlwings")}


def _with_modules(path: Path, interpreter: str) -> bytes:
    from pyopenvba import ExcelFile

    with ExcelFile(path) as file:
        project = file.vba_project() if file.has_vba_project() else file.add_vba_project()
        for name, source in modules(interpreter).items():
            if name not in project.module_names():
                project.add_module(name, "")
            file.set_module(name, source.replace("\n", "\r\n"))
        if "Module1" in project.module_names():
            project.delete_module("Module1")
        file.save()
    return path.read_bytes()


def _source(name: str, **values: str) -> str:
    """A VBA file of this folder with values in the places that name them in braces."""
    text = resources.files(__package__).joinpath(f"{name}.bas").read_text("utf-8")
    return re.sub(r"\{(\w+)\}", lambda place: values[place[1]], text)


def _wrapper(function: WorksheetFunction) -> str:
    optional = ", ".join(f"Optional {each.name}" for each in function.arguments)
    given = ", ".join(each.name for each in function.arguments)
    return (
        f"Public Function {function.name}({optional})\n"
        f'    {function.name} = Answer("{function.name}", Array({given}))\n'
        "End Function\n"
    )


def _descriptions() -> str:
    """A call of Describe for each function, an argument's help on a line (a line may be
    1,023 characters long, and a statement go on for 24 lines)."""
    calls = []
    for function in REGISTRY.values():
        helps = [_vba_text(each.help) for each in function.arguments]
        listed = "Array(" + ", _\n        ".join(helps) + ")"
        calls.append(
            f"    Describe {_vba_text(function.name)}, {_vba_text(category(function))}, _\n"
            f"        {_vba_text(function.purpose)}, _\n        {listed}"
        )
    return "\n".join(calls)


def _vba_text(text: str) -> str:
    """A VBA expression for a text; a module's source holds only its code page's letters."""
    parts = re.split(r"([^ -~])", text)
    shown = [
        " & ".join(f"ChrW({unit})" for unit in _utf16(part)) if i % 2 else f'"{_doubled(part)}"'
        for i, part in enumerate(parts)
        if part
    ]
    return " & ".join(shown) or '""'


def _utf16(character: str) -> list[int]:
    return list(memoryview(character.encode("utf-16-le")).cast("H"))


def _doubled(text: str) -> str:
    return text.replace('"', '""')

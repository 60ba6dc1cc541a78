"""The extension file (.oxt): a zip that tells LibreOffice of the worksheet functions.

In it: the interface that the functions make up (.idl), their names and help
for the Function Wizard (.xcu), the Python file that answers, and, under
`pythonpath`, the packages that it needs. All of it is made from the registry.
"""

import zipfile
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import bbxl
from bbxl.worksheet.registry import REGISTRY, Argument, WorksheetFunction

IDENTIFIER = "bbxl"
INTERFACE = "bbxl.XFunctions"
SERVICE = "bbxl.Functions"
SERVICES = (SERVICE, "com.sun.star.sheet.AddIn")
IMPLEMENTATION = "bbxl.hosts.libreoffice.component"
OPENING = "bbxl.Opening"

_DATED = (1980, 1, 1, 0, 0, 0)  # the zip format's first day: the same input, the same bytes
_LEFT_OUT = {"__pycache__", "bin", "tests"}
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def build(packages: Path) -> bytes:
    """The extension's file.

    Parameters
    ----------
    packages : folder with bbxl and all that its functions import.
    """
    here = Path(__file__).parent
    files = {
        "META-INF/manifest.xml": _manifest().encode(),
        "description.xml": _description().encode(),
        "about.txt": b"BB_ functions: the cost model of building or buying an AI/LLM system.\n",
        "functions.idl": interface().encode(),
        "functions.xcu": wizard().encode(),
        "functions.components": _components().encode(),
        "jobs.xcu": _jobs().encode(),
        **{name: (here / name).read_bytes() for name in ("component.py", "opening.py")},
    }
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            _add(archive, name, data)
        for path in sorted(packages.rglob("*")):
            part = path.relative_to(packages)
            if path.is_file() and not _LEFT_OUT.intersection(part.parts):
                _add(archive, f"pythonpath/{part.as_posix()}", path.read_bytes())
    return buffer.getvalue()


def interface() -> str:
    """The functions as a UNO interface, in IDL.

    Every argument may be left out, even a required one: called with none, a
    function explains itself. An answer of several cells must be declared as
    rows; one of a single cell is better not, since Calc takes text in rows for
    different from the same text elsewhere (in versions that were tried).
    """
    methods = []
    for function in REGISTRY.values():
        answer = "any" if function.single_cell else "sequence<sequence<any> >"
        listed = ", ".join(f"[in] any {_internal(i)}" for i in range(len(function.arguments)))
        methods.append(f"    {answer} {function.name}({listed});")
    module, _, name = INTERFACE.partition(".")
    return "\n".join([f"module {module} {{ interface {name} {{", *methods, "}; };", ""])


def wizard() -> str:
    """What Calc's Function Wizard shows of the functions, as a configuration file."""
    functions = "\n".join(map(_function, REGISTRY.values()))
    return (
        f'{_HEAD}<oor:component-data xmlns:oor="http://openoffice.org/2001/registry"'
        ' oor:name="CalcAddIns" oor:package="org.openoffice.Office">\n'
        f'<node oor:name="AddInInfo">\n<node oor:name="{SERVICE}" oor:op="replace">\n'
        f'<node oor:name="AddInFunctions">\n{functions}\n</node>\n</node>\n</node>\n'
        "</oor:component-data>\n"
    )


def _function(function: WorksheetFunction) -> str:
    return _node(
        function.name,
        _text("DisplayName", function.name),
        _text("CompatibilityName", function.name),  # the name in an .xlsx
        _text("Description", function.description),
        '<prop oor:name="Category"><value>Add-In</value></prop>',
        '<node oor:name="Parameters">',
        *(_argument(i, each) for i, each in enumerate(function.arguments)),
        "</node>",
    )


def _argument(position: int, argument: Argument) -> str:
    # The Wizard calls every argument optional; those that are show their default. It may take
    # an underscore for the mark of a shortcut.
    name = argument.syntax.strip("[]").replace("_", " ")
    help = argument.help if not argument.required else f"{argument.help} (must be given)"
    return _node(_internal(position), _text("DisplayName", name), _text("Description", help))


def _internal(position: int) -> str:
    """An argument's name in the interface, where underscores are not allowed."""
    return f"argument{position}"


def _node(name: str, *content: str) -> str:
    inside = "\n".join(content)
    return f'<node oor:name={quoteattr(name)} oor:op="replace">\n{inside}\n</node>'


def _text(name: str, text: str) -> str:
    return f'<prop oor:name="{name}"><value xml:lang="en-US">{escape(text)}</value></prop>'


def _jobs() -> str:
    """Has a document's formulas read once more when it was opened; see opening.py."""
    return (
        f'{_HEAD}<oor:component-data xmlns:oor="http://openoffice.org/2001/registry"'
        ' oor:name="Jobs" oor:package="org.openoffice.Office">\n'
        f'<node oor:name="Jobs"><node oor:name="{OPENING}" oor:op="replace">'
        f'<prop oor:name="Service"><value>{OPENING}</value></prop></node></node>\n'
        '<node oor:name="Events"><node oor:name="OnLoadFinished" oor:op="fuse">'
        f'<node oor:name="JobList"><node oor:name="{OPENING}" oor:op="replace"/></node>'
        "</node></node>\n</oor:component-data>\n"
    )


def _components() -> str:
    files = {
        "component.py": (IMPLEMENTATION, SERVICES),
        "opening.py": ("bbxl.hosts.libreoffice.opening", (OPENING,)),
    }
    listed = ""
    for file, (implementation, services) in files.items():
        offered = "".join(f'<service name="{each}"/>' for each in services)
        listed += (
            f'<component loader="com.sun.star.loader.Python" uri="{file}">\n'
            f'<implementation name="{implementation}">{offered}</implementation>\n'
            "</component>\n"
        )
    namespace = "http://openoffice.org/2010/uno-components"
    return f'{_HEAD}<components xmlns="{namespace}">\n{listed}</components>\n'


def _description() -> str:
    return (
        f'{_HEAD}<description xmlns="http://openoffice.org/extensions/description/2006"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink">\n'
        f'<identifier value="{IDENTIFIER}"/>\n<version value="{bbxl.__version__}"/>\n'
        '<display-name><name lang="en">bbxl</name></display-name>\n'
        '<extension-description><src lang="en" xlink:href="about.txt"/></extension-description>\n'
        "</description>\n"
    )


def _manifest() -> str:
    kinds = {
        "functions.idl": "uno-typelibrary;type=RDB",
        "functions.components": "uno-components",
        "functions.xcu": "configuration-data",
        "jobs.xcu": "configuration-data",
    }
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}"'
        f' manifest:media-type="application/vnd.sun.star.{kind}"/>\n'
        for path, kind in kinds.items()
    )
    namespace = 'xmlns:manifest="http://openoffice.org/2001/manifest"'
    return f"{_HEAD}<manifest:manifest {namespace}>\n{entries}</manifest:manifest>\n"


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _DATED), data, zipfile.ZIP_DEFLATED)

"""Imports point one way, also those within functions, and never in a circle."""

import ast
from graphlib import CycleError, TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path

import pytest

import bbxl

LAYERS = [
    {"errors"},
    {"xlsx", "model"},
    {"presets"},
    {"worksheet"},
    {"engine"},
    {"hosts", "workbooks"},
    {"batch"},
    {"cli"},
    {"udfs", "__main__"},
]
"""What may import what stands above it here; rooms on one line know nothing of each other."""

LAYER = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}


def module_of(path: Path) -> str:
    parts = ["bbxl", *path.relative_to(Path(bbxl.__file__).parent).with_suffix("").parts]
    return ".".join(parts).removesuffix(".__init__")


SOURCES = {module_of(path): path for path in sorted(Path(bbxl.__file__).parent.rglob("*.py"))}


def imported(source: str, package: str) -> set[str]:
    """The modules of bbxl that a source imports anywhere in it; bbxl itself, which holds the
    version and names that are imported when they are asked for, does not count."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            for each in node.names:
                inner = f"{module}.{each.name}"
                found.add(inner if inner in SOURCES else module)
    return {each for each in found if each.startswith("bbxl.")}


def imports_of(module: str) -> set[str]:
    path = SOURCES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    return imported(path.read_text("utf-8"), package)


def upward(module: str, others: set[str]) -> list[str]:
    """The imports that do not point to a lower layer or stay in their room."""
    room = module.split(".")[1]
    rooms = {other: other.split(".")[1] for other in others}
    return sorted(o for o, of in rooms.items() if of != room and LAYER[of] >= LAYER[room])


MODULES = [module for module in SOURCES if module != "bbxl"]


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_downward(module):
    assert not upward(module, imports_of(module))


def test_no_module_imports_itself_in_a_circle():
    order = TopologicalSorter({module: imports_of(module) for module in MODULES})
    try:
        order.prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize(
    "source",
    [
        "from bbxl.batch.run import generate",
        "import bbxl.batch.run as run",
        "def f():\n    from bbxl.batch import run",
        "if TYPE_CHECKING:\n    from ..batch.run import generate",
        "from ..batch import run",
    ],
)
def test_an_import_is_seen_however_it_is_written(source):
    found = imported(source, "bbxl.engine")
    assert found == {"bbxl.batch.run"}
    assert upward("bbxl.engine.workbook", found) == ["bbxl.batch.run"]
    assert upward("bbxl.batch.template.inputs", found) == upward("bbxl.cli.batch", found) == []

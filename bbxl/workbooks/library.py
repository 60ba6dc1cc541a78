"""The template workbooks: their list, how they are built, and where they are kept.

The built files are part of the product. Building them again gives the same
bytes, so that a change of the code that builds them can be seen and tested.
"""

import math
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from openpyxl import Workbook

from bbxl import presets
from bbxl.engine.calculation import store_values
from bbxl.errors import UserError, near, one_of
from bbxl.presets import Preset
from bbxl.workbooks import breakeven_page as breakeven
from bbxl.workbooks import build_vs_buy, tour
from bbxl.workbooks import requirements_matrix as requirements
from bbxl.workbooks.build_vs_buy import streams
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.archive import Member, joined
from bbxl.xlsx.package import Package
from bbxl.xlsx.writing import place, write_whole

CREATED = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class BuiltTemplate:
    """A template workbook, and how it is built.

    Attributes
    ----------
    name, purpose : what it is called, and what it is for.
    make : builds it from a preset, or from none where it takes none.
    words : what else a person may call it.
    filled_with : name of the preset that fills the committed file.
    room : how many approaches it can hold, where there is a limit.
    left_out : the fields that a preset uses and the template does not take.
    """

    name: str
    purpose: str
    make: Callable[..., Workbook]
    words: tuple[str, ...] = ()
    filled_with: str | None = None
    room: float = math.inf
    left_out: Callable[[Preset], list[str]] = lambda preset: []

    @property
    def presets(self) -> tuple[str, ...]:
        """Names of the presets that fit it; the first one fills the committed file."""
        fitting = [
            each.name
            for each in map(presets.load, presets.names())
            if each.template == self.name and not self.left_out(each)
        ]
        return tuple(sorted(fitting, key=lambda name: name != self.filled_with))

    def filled(self, preset: str | None = None, scenario: str | None = None) -> bytes:
        """As `build`, without a wait where the committed file is what is asked for."""
        if preset in (None, self.filled_with) and scenario is None:
            return (folder() / f"{self.name}.xlsx").read_bytes()
        return self.build(preset, scenario)

    def build(self, preset: str | None = None, scenario: str | None = None) -> bytes:
        """The workbook's file, filled with a preset and with its formulas' values.

        Parameters
        ----------
        preset : the one that fills it; by default that of the committed file.
        scenario : of the preset's requirements and weights; by default its first.

        Raises
        ------
        UserError : there is no such preset or scenario, it is not sound, or it does not fit the
            template.
        """
        name = self.filled_with if preset is None else preset
        if name is None:
            book = self.make()
        else:
            book = self.make(self._fitting(presets.load(name).chosen(scenario)))
        package = Package(saved(book))
        store_values(package)  # tests hold every cell against the model
        return package.to_bytes()

    def _fitting(self, preset: Preset) -> Preset:
        """The preset with nothing left out; UserError where it does not fit."""
        if preset.template != self.name:
            raise UserError(
                f"the preset {preset.name} fits the template {preset.template}, not {self.name}"
            )
        if len(preset.approaches) > self.room:
            raise UserError(
                f"the preset {preset.name} has {len(preset.approaches)} approaches; "
                f"the template {self.name} has room for {self.room}"
            )
        if used := self.left_out(preset):
            raise UserError(
                f"the preset {preset.name} uses {', '.join(used)}, which the template {self.name} "
                "does not take yet; the functions do, with "
                f'=BB_PRESET("{preset.name}") as their table'
            )
        return preset.completed()


TEMPLATES = {
    template.name: template
    for template in (
        BuiltTemplate(
            "build-vs-buy",
            "compare up to six approaches: cost, breakeven, requirements",
            build_vs_buy.build,
            ("comparison", "buy-vs-build", "build-or-buy"),
            "customer-support-classifier",
            left_out=streams.left_out,
        ),
        BuiltTemplate(
            "breakeven",
            "one page: up to three approaches as lines, their breakevens, the chart",
            breakeven.build,
            ("page", "lines"),
            "document-classification",
            breakeven.AXES.approaches.count,
        ),
        BuiltTemplate(
            "requirements",
            "up to twelve candidates against requirements: gate, reasons, score, rank",
            requirements.build,
            ("matrix", "candidates"),
            "content-moderation",
            requirements.CANDIDATES.count,
        ),
        BuiltTemplate(
            "functions",
            "the function tour: every BB_ function, PASS or FAIL",
            tour.build,
            ("function-tour", "tour"),
        ),
    )
}


def get(name: str) -> BuiltTemplate:
    """The template of that name; UserError where there is none."""
    if name not in TEMPLATES:
        raise UserError(f"there is no template {name!r}{others(name)}")
    return TEMPLATES[name]


def others(name: str) -> str:
    """What a message adds about a name that no template has: the nearest one, and all of them."""
    called = {word: each.name for each in TEMPLATES.values() for word in (each.name, *each.words)}
    like = f"; did you mean {called[found[0]]}?" if (found := near(name, called)) else ""
    return one_of(TEMPLATES, "templates", like)


def fitting(preset: str | None) -> BuiltTemplate:
    """The template that a preset fits, the comparison for none; UserError for no such preset."""
    return TEMPLATES["build-vs-buy" if preset is None else presets.load(preset).template]


def folder() -> Path:
    """Where the built templates are: in the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def write_all(
    target: Path, made: Callable[[BuiltTemplate], bytes], overwrite: bool = True
) -> list[Path]:
    """Write every template into a folder, and return the files.

    Parameters
    ----------
    made : BuiltTemplate.build builds them anew, BuiltTemplate.filled takes the built ones.

    Raises
    ------
    WorkbookError : a file is there that holds something else, and overwrite is False.
    """
    target.mkdir(parents=True, exist_ok=True)
    built = {target / f"{name}.xlsx": made(each) for name, each in TEMPLATES.items()}
    for path, data in built.items():
        place(path)  # refuses what may not be written, before anything is
        if not overwrite and path.exists() and path.read_bytes() != data:
            raise WorkbookError(f"{path} is there already and was changed; name another folder")
    for path, data in built.items():
        write_whole(path, data)
    return list(built)


def saved(book: Workbook) -> bytes:
    """The workbook's file, the same bytes each time and on each machine.

    Left out is the moment of saving; the XML is brought into its canonical
    form, since openpyxl's depends on whether lxml is installed.
    """
    book.properties.creator = "bbxl"
    buffer = BytesIO()
    book.save(buffer)
    drawings = [sheet._charts for sheet in book if sheet._charts]
    members = []
    with zipfile.ZipFile(buffer) as saved:
        for info in saved.infolist():
            data = saved.read(info)
            if info.filename.endswith((".xml", ".rels")):
                data = _canonical(data)
            if drawn := re.fullmatch(r"xl/drawings/drawing(\d+)\.xml", info.filename):
                data = _described(data, drawings[int(drawn[1]) - 1])
            members.append(Member(info.filename, b"", zipfile.ZIP_DEFLATED, 0, 0).holding(data))
    return joined(members)


def _canonical(data: bytes) -> bytes:
    """An XML part in canonical form, undated, and without the cell type that is the default."""
    text = ET.canonicalize(data.decode())
    text = re.sub(r"(<dcterms:\w+[^>]*>)[^<]*", rf"\g<1>{CREATED}", text)
    text = re.sub(r'(<c [^>]*?) t="n"', r"\1", text)
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}'.encode()


def _described(drawing: bytes, charts: list[Any]) -> bytes:
    """A drawing whose charts have alternative text, which openpyxl has no place for."""
    texts = iter(charts)
    return re.sub(
        rb"<cNvPr ",
        lambda match: match[0] + f"descr={quoteattr(next(texts).alt_text)} ".encode(),
        drawing,
    )

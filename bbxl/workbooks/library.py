"""The template workbooks: their list, how they are built, and where they are kept.

The built files are part of the product. Building them again gives the same
bytes, so that a change of the code that builds them can be seen and tested.
"""

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
from bbxl.engine.calculation import recalculate_package
from bbxl.workbooks import breakeven_page as breakeven
from bbxl.workbooks import build_vs_buy, tour
from bbxl.workbooks import requirements_matrix as requirements
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.package import Package, write_whole

DATED = (1980, 1, 1, 0, 0, 0)  # the zip format's first day, for files that carry no date
CREATED = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Template:
    """A template workbook.

    Attributes
    ----------
    name, purpose : what it is called, and what it is for.
    make : builds it from a preset, or from none where it takes none.
    presets : names of the presets that fit it; the first one fills the committed file.
    """

    name: str
    purpose: str
    make: Callable[..., Workbook]
    presets: tuple[str, ...] = ()

    def check(self, preset: str | None) -> None:
        """Raise KeyError where there is no such preset, or it does not fit."""
        if preset is not None and preset not in self.presets:
            presets.load(preset)
            fitting = ", ".join(self.presets) or "none"
            raise KeyError(
                f"the preset {preset} does not fit the template {self.name}; fitting: {fitting}"
            )

    def build(self, preset: str | None = None) -> bytes:
        """The workbook's file, filled with a preset and with its formulas' values.

        Raises
        ------
        KeyError : there is no such preset, or it does not fit the template.
        """
        self.check(preset)
        filled = preset or next(iter(self.presets), None)
        book = self.make(presets.load(filled)) if filled else self.make()
        package = Package(saved(book))
        recalculate_package(package)
        return package.to_bytes()


TEMPLATES = {
    template.name: template
    for template in (
        Template(
            "build-vs-buy",
            "compare up to six approaches: cost, breakeven, requirements",
            build_vs_buy.build,
            ("customer-support-classifier", "customer-support-classifier-repriced"),
        ),
        Template(
            "breakeven",
            "one page: up to three approaches as lines, their breakevens, the chart",
            breakeven.build,
            ("document-classification",),
        ),
        Template(
            "requirements",
            "up to twelve candidates against requirements: gate, reasons, score, rank",
            requirements.build,
            ("content-moderation",),
        ),
        Template("functions", "the function tour: every BB_ function, PASS or FAIL", tour.build),
    )
}


def get(name: str) -> Template:
    """The template of that name; KeyError where there is none."""
    if name not in TEMPLATES:
        raise KeyError(f"there is no template {name!r}; there are {', '.join(TEMPLATES)}")
    return TEMPLATES[name]


def fitting(preset: str | None) -> Template:
    """The template that a preset fits, the comparison for none; KeyError for no such preset."""
    if preset is None:
        return TEMPLATES["build-vs-buy"]
    presets.load(preset)
    return next(each for each in TEMPLATES.values() if preset in each.presets)


def folder() -> Path:
    """Where the built templates are: in the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def build_all(target: Path, overwrite: bool = True) -> list[Path]:
    """Build every template into a folder, and return the files.

    Raises
    ------
    WorkbookError : a file is there that holds something else, and overwrite is False.
    """
    target.mkdir(parents=True, exist_ok=True)
    built = {target / f"{name}.xlsx": each.build() for name, each in TEMPLATES.items()}
    for path, data in built.items():
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
    dateless = BytesIO()
    with zipfile.ZipFile(buffer) as saved, zipfile.ZipFile(dateless, "w") as archive:
        for info in saved.infolist():
            data = saved.read(info)
            if info.filename.endswith((".xml", ".rels")):
                data = _canonical(data)
            if drawn := re.fullmatch(r"xl/drawings/drawing(\d+)\.xml", info.filename):
                data = _described(data, drawings[int(drawn[1]) - 1])
            entry = zipfile.ZipInfo(info.filename, DATED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return dateless.getvalue()


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

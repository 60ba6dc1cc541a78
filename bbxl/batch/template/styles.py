"""What a workbook's cell styles say: number formats, and which cells are locked."""

from openpyxl.styles.numbers import BUILTIN_FORMATS

from bbxl.xlsx.package import Package
from bbxl.xlsx.sheet import CellSpan


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

    def number_format(self, span: CellSpan) -> str:
        """How a cell shows its number."""
        return self._formats[_style(span)]

    def locked(self, span: CellSpan) -> bool:
        """Whether a cell is locked where its sheet is protected."""
        return self._locks[_style(span)]


def _style(span: CellSpan) -> int:
    return int(span.attributes.get("s", 0))

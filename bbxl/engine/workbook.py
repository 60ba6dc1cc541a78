"""A workbook in the embedded engine, which needs no spreadsheet program.

The engine is formualizer, with every worksheet function registered. It
differs from Excel in three ways that are mended here: it passes on an omitted
argument as 0, it lets every formula spill, and it reads no tables.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import formualizer

from bbxl.engine import rewriting
from bbxl.engine.exchange import Unanswered, hosted, incoming, outgoing
from bbxl.errors import UserError
from bbxl.worksheet import REGISTRY
from bbxl.worksheet.readers import each_cell
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.cells import ERROR_TEXTS, OLD_ERRORS, CellValue, ExcelError
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import Position, address, bounds, cells_of, full_address
from bbxl.xlsx.sheet import SheetXML
from bbxl.xlsx.sheet_reading import CellSpan

MOST_IN_ARRAYS = 250_000  # cells that the array formulas of a workbook may fill
_ASIDE = (524_288, 8_192)  # where a formula is answered, far from any cell that it may refer to


Arrays = tuple[dict[Position, CellValue], dict[Position, str]]
"""Values of cells that formulas fill, and the ranges that their arrays fill."""


class FormulaError(UserError):
    """A formula that cannot be read; its text is one line for a person."""


class Workbook:
    """A workbook in the engine, its formulas made to behave as they do in Excel.

    Parameters
    ----------
    package : the file; an empty workbook by default.
    parallel : whether it computes on threads, which pays from ten thousands of formulas.
    moment : what NOW() and TODAY() take for now; the clock's time by default.
    """

    def __init__(
        self,
        package: Package | None = None,
        parallel: bool = True,
        moment: datetime | None = None,
    ) -> None:
        self.name = package.name if package else "formula"
        self.sheets: dict[str, SheetXML] = {}
        self._fitted: set[tuple[str, Position]] = set()
        if package is None:
            self._engine = formualizer.Workbook()
            self._engine.add_sheet("Sheet1")
        else:
            self.sheets = {
                name: package.sheet(name, part) for name, part in package.sheets().items()
            }
            self._refuse_large_arrays()
            self._engine = _loaded(package, self.sheets, parallel)
        self._engine.set_temporal_egress("serial")
        self._engine.set_changelog_enabled(False)  # it would keep every value ever put, for undo
        if moment:
            self._engine.set_deterministic_clock(moment)
        for name, function in REGISTRY.items():
            self._engine.register_function(name, hosted(function))
        for name, helper in rewriting.HELPERS.items():
            self._engine.register_function(name, helper)
        if package is not None:
            self._add_tables(package)
            self._prepare()
        # Kept, since to ask for a sheet makes the next computation take half as long again.
        self._engine_sheets = {name: self._engine.sheet(name) for name in self.sheets}

    def _refuse_large_arrays(self) -> None:
        """WorkbookError where arrays fill more cells than there is memory for."""
        sheets = self.sheets.values()
        if sum(area.size for each in sheets for area in each.arrays()) > MOST_IN_ARRAYS:
            raise WorkbookError(
                f"{self.name}: its array formulas fill more than {MOST_IN_ARRAYS:,} cells; "
                "make their ranges smaller"
            )

    def put(self, sheet: str, at: Position, rows: list[list[CellValue]]) -> None:
        """Put rows of constants into the range that begins at a cell."""
        self._engine.set_values_batch(sheet, *at, each_cell(outgoing, rows))

    def refresh(self) -> None:
        """Compute what depends on cells that were put; what spilled stays spilled."""
        try:
            self._engine.evaluate_all()
        except formualizer.ExcelEvaluationError as error:
            raise WorkbookError(f"{self.name} cannot be recalculated: {error}") from None

    def block(self, sheet: str, first: Position, last: Position) -> list[list[Any]]:
        """The rows of a range as the engine holds them, thousands of cells in one call."""
        area = formualizer.RangeAddress(sheet, *first, *last)
        rows: list[list[Any]] = self._engine_sheets[sheet].get_values(area)
        return rows

    def evaluate(self) -> None:
        """Compute all formulas."""
        self.refresh()
        # A formula that is no array formula shows one value; the engine lets it spill.
        spilling = [
            (sheet, at)
            for sheet, at, span in self._formulas()
            if span.array is None and (sheet, at) not in self._fitted and self._spills(sheet, at)
        ]
        for sheet, at in spilling:
            self._engine.set_formula(sheet, *at, rewriting.fitted(self.formula(sheet, at), 1, 1))
        if spilling:
            self._fitted.update(spilling)
            self.evaluate()

    def values(self, sheet: str) -> Arrays:
        """What a sheet's formulas show, and the ranges that spilled arrays fill."""
        shown: dict[Position, CellValue] = {}
        arrays: dict[Position, str] = {}
        for at, span in self.sheets[sheet].formulas().items():
            filled = cells_of(span.array) if span.array else [at]
            if span.dynamic:
                shown.update(dict.fromkeys(filled))  # it may spill less far than before
                arrays[at] = self._extent(sheet, at)
                filled = cells_of(arrays[at])
            first = self.value(sheet, at)
            for each in filled:
                value = self.value(sheet, each)
                shown[each] = first if value is None else value  # an error fills its whole range
        return shown, arrays

    def answer(self, formula: str) -> Any:
        """The value of a formula, or rows of values where it spills."""
        sheet, at = self._engine.sheet_names[0], _ASIDE
        try:
            self._engine.set_formula(
                sheet, *at, rewriting.explicit(f"={formula.strip().removeprefix('=')}")
            )
        except (RuntimeError, formualizer.TokenizerError) as error:
            reason = str(error).rpartition("ParserError ")[2]
            raise FormulaError(f"cannot read the formula {formula}: {reason}") from None
        try:
            self._engine.evaluate_cell(sheet, *at)
        except formualizer.ExcelEvaluationError as error:
            named = next((each for each in ExcelError if str(error).startswith(each.value)), None)
            if named is None:
                raise FormulaError(f"cannot answer the formula {formula}: {error}") from None
            return named
        filled = cells_of(self._extent(sheet, at))
        width = filled[-1][1] - filled[0][1] + 1
        values = [incoming(self._engine.get_value(sheet, *each)) for each in filled]
        if any(isinstance(each, Unanswered) for each in values):
            raise FormulaError(f"cannot read the formula {formula}")
        rows = [values[i : i + width] for i in range(0, len(values), width)]
        return rows if len(values) > 1 else values[0]

    def _formulas(self) -> Iterator[tuple[str, Position, CellSpan]]:
        for name, sheet in self.sheets.items():
            for at, span in sheet.formulas().items():
                yield name, at, span

    def _add_tables(self, package: Package) -> None:
        """Add the tables, which the engine's loader leaves out."""
        for sheet, part in package.sheets().items():
            for table in package.tables(part):
                area = bounds(table.reference)
                assert area  # since tables() reads it strictly
                try:
                    self._engine.add_table(
                        table.name,
                        sheet,
                        (area.top, area.left, area.bottom, area.right),
                        list(table.headers),
                        header_row=table.header_row,
                        totals_row=table.totals_row,
                    )
                except (RuntimeError, ValueError) as error:
                    raise WorkbookError(f"{self.name}: table {table.name}: {error}") from None

    def _prepare(self) -> None:
        """Rewrite, in the engine alone, the formulas that it would compute otherwise than Excel."""
        for sheet, at, span in self._formulas():
            where = f"{self.name}: {full_address(sheet, at)}"
            if span.formula_attributes.get("t") == "dataTable":
                raise WorkbookError(f"{where} is a what-if data table, which only Excel computes")
            original = self.formula(sheet, at)
            formula = rewriting.explicit(original)
            if span.array and not span.dynamic and (area := bounds(span.array)):
                top, left, bottom, right = area
                formula = rewriting.fitted(formula, bottom - top + 1, right - left + 1)
            if formula != original or span.array or "[" in formula:
                try:
                    self._engine.set_formula(sheet, *at, formula)
                except RuntimeError as error:
                    raise WorkbookError(f"{where}: cannot read its formula: {error}") from None

    def formula(self, sheet: str, at: Position) -> str:
        """A formula as the engine holds it: written out, also where the file shares it."""
        return "=" + (self._engine.get_formula(sheet, *at) or "").removeprefix("=")

    def _role(self, sheet: str, at: Position) -> Any:
        return self._engine.inspect_cell(full_address(sheet, at)).cell.spill

    def _extent(self, sheet: str, at: Position) -> str:
        """The range that a formula fills by spilling, or its own cell."""
        role = self._role(sheet, at)
        extent = role.extent if role else None
        return extent.rpartition("!")[2] if extent else address(at)

    def _spills(self, sheet: str, at: Position) -> bool:
        blocked = self.value(sheet, at) is ExcelError.SPILL
        return blocked or self._extent(sheet, at) != address(at)

    def value(self, sheet: str, at: Position) -> CellValue:
        """What a cell shows; WorkbookError where no cell can show it."""
        return self.checked(self._engine.get_value(sheet, *at), sheet, at)

    def checked(self, value: Any, sheet: str, at: Position) -> CellValue:
        """What the engine says that a cell shows; WorkbookError where no cell can show it."""
        value = incoming(value)
        if isinstance(value, Unanswered):
            where = f"{self.name}: {full_address(sheet, at)}"
            reason = (
                "refers to itself"
                if value.kind == "Circ"
                else "holds a formula that cannot be read"
            )
            raise WorkbookError(f"{where} {reason}")
        shown: CellValue = value
        return shown


def _loaded(package: Package, sheets: dict[str, SheetXML], parallel: bool) -> Any:
    """The package in the engine."""
    parts = package.sheets()
    bare = {parts[name]: sheet.with_values(_not_read(sheet)) for name, sheet in sheets.items()}
    try:
        evaluation = formualizer.EvaluationConfig()
        evaluation.enable_parallel = parallel
        config = formualizer.WorkbookConfig(eval_config=evaluation)
        engine = formualizer.Workbook.from_bytes(package.to_bytes(bare), config=config)
    except Exception as error:  # the loader passes on the errors of its readers
        raise WorkbookError(f"{package.name} cannot be read: {error}") from None
    if set(sheets) - set(engine.sheet_names):
        raise WorkbookError(
            f"{package.name} is a Strict Open XML workbook, whose formulas are not computed here; "
            "save it as Excel Workbook (.xlsx)"
        )
    return engine


def _not_read(sheet: SheetXML) -> dict[Position, None]:
    """The cells whose stored values the engine must not read; it computes them anyway.

    Those of an array would block the array, and errors that are not old cannot be read.
    """
    formulas = sheet.formulas()
    arrays = {at: set(cells_of(span.array)) - {at} for at, span in formulas.items() if span.array}
    found = set[Position]().union(*arrays.values())
    for at, span in sheet.cells.items():
        if span.attributes.get("t") == "e" and at not in found:
            text = sheet.text_of(span) or ""
            if at in formulas:
                found.add(at)
            elif ERROR_TEXTS.get(text) not in OLD_ERRORS:
                raise WorkbookError(
                    f"{sheet.name}: {address(at)} holds {text}, an error that is not computed with "
                    "here; replace it"
                )
    return dict.fromkeys(found)

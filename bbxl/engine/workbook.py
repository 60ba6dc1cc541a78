"""A workbook in the embedded engine, which needs no spreadsheet program.

The engine is formualizer, with every worksheet function registered. It is given the cells that
bbxl reads, and formulas that bbxl rewrites (see `rewriting`): the engine computes, and no more.
"""

import math
import re
from datetime import datetime
from typing import Any

import formualizer

from bbxl.engine import ours
from bbxl.engine.asking import Facts
from bbxl.engine.dependencies import Dependencies
from bbxl.engine.exchange import Unanswered, hosted, incoming, outgoing
from bbxl.engine.formulas import first_of_shared, formulas_of, text_of
from bbxl.engine.helpers import helpers
from bbxl.engine.loading import (
    FIRST,
    UncomputedError,
    constants,
    empty_engine,
    fitted,
    has,
    hidden_rows,
    inside,
    without_garbage_collection,
)
from bbxl.engine.moving import followed, follows, moved
from bbxl.engine.places import NotComputedError, Places
from bbxl.engine.rewriting import Rewriting
from bbxl.engine.trees import FormulaSyntaxError, Tree, written
from bbxl.errors import UserError
from bbxl.worksheet import REGISTRY
from bbxl.worksheet.readers import each_cell
from bbxl.xlsx import WorkbookError
from bbxl.xlsx.cells import CellValue, ExcelError
from bbxl.xlsx.package import Package
from bbxl.xlsx.references import (
    CellAddress,
    Position,
    address,
    cells_of,
    full_address,
)
from bbxl.xlsx.sheet import SheetXML

MOST_IN_ARRAYS = 250_000  # cells that the array formulas of a workbook may fill
_ASIDE = (524_288, 8_192)  # where a formula is answered, far from any cell that it may refer to

Arrays = tuple[dict[Position, CellValue], dict[Position, str]]
"""Values of cells that formulas fill, and the ranges that their arrays fill."""


class FormulaError(UserError):
    """A formula that cannot be read or answered; its text is one line for a person."""


class Workbook:
    """A workbook in the engine, its formulas made to behave as they do in Excel.

    Parameters
    ----------
    package : the file; an empty workbook by default.
    parallel : whether it computes on threads, which pays from ten thousands of formulas.
    moment : what NOW() and TODAY() take for now; the clock's time by default.

    Attributes
    ----------
    name : what an error message calls it.
    sheets : name of each sheet -> its cells in the file.
    trees : cell -> its formula as the engine computes it.

    Raises
    ------
    WorkbookError : it is damaged, or has a formula that is not computed here.
    """

    def __init__(
        self,
        package: Package | None = None,
        parallel: bool = True,
        moment: datetime | None = None,
    ) -> None:
        self.name = package.name if package else "formula"
        self.sheets: dict[str, SheetXML] = {}
        self.trees: dict[CellAddress, Tree] = {}
        self._firsts: dict[str, dict[str, Position]] = {}
        self._doubts: list[str] = []
        if package is not None:
            self.sheets = {
                name: package.sheet(name, part) for name, part in package.sheets().items()
            }
            self._refuse(package)
        self._engine = empty_engine(list(self.sheets), package, parallel, moment)
        places = Places(self.sheets or [FIRST], package)
        self._register(places)
        facts = Facts(list(self.sheets), self.formula, *hidden_rows(self.sheets, places))
        self._rewriting = Rewriting(places, has, facts, strict=True)
        self._asking = Rewriting(places, has, facts, strict=False)
        if package is not None:
            for name, sheet in self.sheets.items():
                for at, values in constants(package, name, sheet):
                    self.put(name, at, [values])
            with without_garbage_collection():
                self._put_formulas()
        # Kept, since to ask for a sheet makes the next computation take half as long again.
        self._engine_sheets = {name: self._engine.sheet(inside(name)) for name in self.sheets}

    def _refuse(self, package: Package) -> None:
        """WorkbookError where the workbook as a whole is not computed here."""
        sheets = self.sheets.values()
        if sum(area.size for each in sheets for area in each.arrays()) > MOST_IN_ARRAYS:
            raise WorkbookError(
                f"{self.name}: its array formulas fill more than {MOST_IN_ARRAYS:,} cells; "
                "make their ranges smaller"
            )
        if package.calculated_as_shown and any(each.formulas() for each in sheets):
            raise UncomputedError(
                f"{self.name} computes with numbers as they are displayed, which is not done here; "
                "turn off File > Options > Advanced > Set precision as displayed"
            )

    def _register(self, places: Places) -> None:
        for name, function_ in REGISTRY.items():
            self._engine.register_function(name, hosted(function_))
        for name, helper in helpers(self._doubts.append, places.text_address).items():
            self._engine.register_function(name, helper)
        for name, mine in ours.functions(self._doubts.append).items():
            self._engine.register_function(name, mine, allow_override_builtin=True)

    def _put_formulas(self) -> None:
        for name, sheet in self.sheets.items():
            rewritten: dict[Position, Tree | None] = {}  # of those that move with their cell
            for at, first, tree in formulas_of(name, sheet, self.name):
                rows, columns = at[0] - first[0], at[1] - first[1]
                known = rewritten.get(first)
                found = known and followed(known, rows, columns)
                if found is None:
                    written_here = moved(tree, rows, columns) if at != first else tree
                    found = self._rewritten(name, at, written_here)
                    moves = at == first and not self._rewriting.placed and follows(found)
                    rewritten.setdefault(first, found if moves else None)
                self._put_formula(name, at, found)

    def _rewritten(self, name: str, at: Position, tree: Tree) -> Tree:
        """A formula of a cell as the engine is to compute it."""
        array = self.sheets[name].cells[at].array
        try:
            return self._rewriting.rewritten(tree, name, at, array is not None)
        except NotComputedError as error:
            where = full_address(name, at)
            raise UncomputedError(f"{self.name}: {where}: {error}") from None

    def _put_formula(self, name: str, at: Position, found: Tree) -> None:
        span = self.sheets[name].cells[at]
        where = f"{self.name}: {full_address(name, at)}"
        if span.array and not span.dynamic:
            found = fitted(found, span.array)
        self.trees[name, at] = found
        try:
            self._engine.set_formula(inside(name), *at, f"={written(found)}")
        except RuntimeError as error:
            raise WorkbookError(f"{where}: {_reason(str(error))}") from None

    @property
    def functions(self) -> set[str]:
        """The names of all functions in its formulas."""
        return self._rewriting.functions

    def put(self, sheet: str, at: Position, rows: list[list[CellValue]]) -> None:
        """Put rows of constants into the range that begins at a cell."""
        self._engine.set_values_batch(inside(sheet), *at, each_cell(outgoing, rows))

    def evaluate(self) -> None:
        """Compute what depends on cells that were put; at first, all formulas."""
        self._doubts.clear()
        try:
            self._engine.evaluate_all()
        except formualizer.ExcelEvaluationError as error:
            raise WorkbookError(f"{self.name} cannot be recalculated: {error}") from None
        if self._doubts:
            raise UncomputedError(f"{self.name} is not computed here: {self._doubts[0]}")

    def block(self, sheet: str, first: Position, last: Position) -> list[list[Any]]:
        """The rows of a range as the engine holds them, thousands of cells in one call."""
        area = formualizer.RangeAddress(inside(sheet), *first, *last)
        rows: list[list[Any]] = self._engine_sheets[sheet].get_values(area)
        return rows

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
        sheet, at = next(iter(self.sheets), FIRST), _ASIDE
        try:
            tree = self._asking.rewritten(formula, sheet, at, array=True)
            self._engine.set_formula(inside(sheet), *at, f"={written(tree)}")
        except FormulaSyntaxError as error:
            told = f"cannot read the formula {formula}: {str(error).removesuffix(', got')}"
            raise FormulaError(told + _of_other_countries(formula)) from None
        except NotComputedError as error:
            raise FormulaError(f"cannot answer the formula {formula}: {error}") from None
        except RuntimeError as error:
            raise FormulaError(
                f"cannot answer the formula {formula}: {_reason(str(error))}"
            ) from None
        self._doubts.clear()
        try:
            self._engine.evaluate_cell(inside(sheet), *at)
        except formualizer.ExcelEvaluationError as error:
            named = next((each for each in ExcelError if str(error).startswith(each.value)), None)
            if named is None:
                raise FormulaError(f"cannot answer the formula {formula}: {error}") from None
            return named
        if self._doubts:
            raise FormulaError(f"cannot answer the formula {formula}: {self._doubts[0]}")
        filled = cells_of(self._extent(sheet, at))
        width = filled[-1][1] - filled[0][1] + 1
        values = [incoming(self._engine.get_value(inside(sheet), *each)) for each in filled]
        if any(isinstance(each, Unanswered) for each in values):
            raise FormulaError(f"cannot answer the formula {formula}: it is not computed here")
        values = [ExcelError.NUM if not_finite(each) else each for each in values]
        rows = [values[i : i + width] for i in range(0, len(values), width)]
        return rows if len(values) > 1 else values[0]

    def formula(self, sheet: str, at: Position) -> str | None:
        """A formula as the file has it, without the sign of equality; None for none."""
        if sheet not in self.sheets:
            return None
        cells = self.sheets[sheet]
        if sheet not in self._firsts:
            self._firsts[sheet] = first_of_shared(cells)
        return text_of(cells, at, self._firsts[sheet])

    def _extent(self, sheet: str, at: Position) -> str:
        """The range that a formula fills by spilling, or its own cell."""
        role = self._engine.inspect_cell(full_address(inside(sheet), at)).cell.spill
        extent = role.extent if role else None
        return extent.rpartition("!")[2] if extent else address(at)

    def value(self, sheet: str, at: Position) -> CellValue:
        """What a cell shows; WorkbookError where no cell can show it."""
        return self.checked(self._engine.get_value(inside(sheet), *at), sheet, at)

    def checked(self, value: Any, sheet: str, at: Position) -> CellValue:
        """What the engine says that a cell shows; WorkbookError where no cell can show it."""
        value = incoming(value)
        if isinstance(value, Unanswered):
            circular = value.kind == "Circ"
            reason = "refers to itself" if circular else "holds a formula that is not computed here"
        elif not_finite(value):
            if not any(Dependencies(self.trees).direct((sheet, at))):
                return ExcelError.NUM
            reason = "is infinite or no number, and others depend on it"
        else:
            shown: CellValue = value
            return shown
        raise UncomputedError(f"{self.name}: {full_address(sheet, at)} {reason}")


def not_finite(value: Any) -> bool:
    """Whether a value is a number that no cell can hold."""
    return isinstance(value, float) and not math.isfinite(value)


def _of_other_countries(formula: str) -> str:
    """What to write in place of semicolons, which some countries' spreadsheets show for commas."""
    outside = re.sub(r'"[^"]*"|\{[^{}]*\}', "", formula)
    return "; write commas between arguments, and points before decimals" * (";" in outside)


def _reason(error: str) -> str:
    if "#CIRC!" in error:
        return "it refers to itself"
    return f"cannot read its formula: {error.rpartition('ParserError ')[2]}"

"""One formula in the file for all cells of a range, as Excel itself writes them: a small file."""

from collections.abc import Iterator, Mapping

from openpyxl.formula.translate import Translator
from openpyxl.worksheet.formula import ArrayFormula


class SharedFormula(ArrayFormula):  # type: ignore[misc]
    """A formula that the cells of a range share: in the first one it stands, relative to that.

    Parameters
    ----------
    number : of the formula, by which the other cells mention it.
    ref, text : in the first cell, the range and the formula; in the others, nothing.
    """

    def __init__(self, number: int, ref: str = "", text: str = "") -> None:
        super().__init__(ref, f"={text}")
        self.number = number

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield "t", "shared"
        yield "si", str(self.number)
        if self.ref:
            yield "ref", self.ref


def can_share(formulas: Mapping[str, str]) -> bool:
    """Whether cells can share the formula of the first one.

    Excel takes that for formulas alone that name no other sheet; and each must be the first one,
    moved to its cell.

    Parameters
    ----------
    formulas : cell -> its formula, without "=".

    Examples
    --------
    >>> can_share({"B1": "A1+C$9", "B2": "A2+C$9"}), can_share({"B1": "A1", "B2": "A3"})
    (True, False)
    """
    first, *others = formulas
    if not others or "!" in formulas[first]:
        return False
    moved = Translator(f"={formulas[first]}", first)
    return all(moved.translate_formula(cell) == f"={formulas[cell]}" for cell in others)

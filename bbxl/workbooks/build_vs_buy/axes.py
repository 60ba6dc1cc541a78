"""What the comparison counts along."""

from typing import NamedTuple

from bbxl.workbooks import styles
from bbxl.workbooks.layout import Line
from bbxl.workbooks.placing import Axis
from bbxl.workbooks.sheets import FIGURE

LONGEST = 60  # months of the longest horizon
LAST_MONTH = "last_month"  # the defined name of the horizon in use

MONTHS = Axis("month", LONGEST + 1, last=LAST_MONTH)  # month 0 is the start
POINTS = Axis("point", 11)
PRICES = Axis("price", 5, heading="price_words")
STEPS = Axis("step", 21)  # of units, and where they begin
VOLUMES = Axis("volume", 6)


def month_of(field: str) -> Line:
    """The months beside a table: typed, as a link in each of 400 rows would be read by nobody."""
    return Line(field, "Month", "month", fixed=range(MONTHS.count), number_format=styles.NUMBER)


def first_month(where: str) -> str:
    """The first month in which a condition holds, if it does in any; a formula.

    Parameters
    ----------
    where : 1 in those months and 0 in others, as an array in a formula.
    """
    return f"MAX({{month}})-SUMPRODUCT(MAX({where}*(MAX({{month}})-{{month}})))"


class Axes(NamedTuple):
    """The axes that are as long as there is room for approaches."""

    approaches: Axis
    listed: Axis
    bands: Axis
    places: Axis
    pairs: Axis

    @property
    def figures(self) -> list[float]:
        """Widths of the columns of figures."""
        return [FIGURE] * self.approaches.count

    @property
    def widths(self) -> list[float]:
        """Widths of label, unit, figures and notes."""
        return [38, 19, *self.figures, 48]


def axes(count: int) -> Axes:
    """The axes of a workbook with room for that many approaches."""
    return Axes(
        Axis("approach", count, present="used", heading="name"),
        Axis("listed", count, present="listed"),  # approaches in rows
        Axis("band", count, heading="band_name"),
        Axis("place", count),
        Axis("pair", count * (count - 1) // 2, present="pair_used", heading="pair_words"),
    )

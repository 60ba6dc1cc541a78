"""Names of the lines of a chart: each as high as its line ends, and no two on one another."""

from bbxl.workbooks import styles
from bbxl.workbooks.layout import Line
from bbxl.workbooks.order import place_in_line
from bbxl.workbooks.placing import Axis
from bbxl.workbooks.sheets import Sheet

GAP = Line("label_gap", "Least distance of names in charts", "of the highest", fixed=0.08,
           number_format=styles.SHARE)  # fmt: skip


def add(sheet: Sheet, field: str, approaches: Axis, places: Axis, end: str, unit: str) -> None:
    """Rows of where names stand, which `charts.add_names` takes as the field `..._height`.

    Parameters
    ----------
    field : what the fields begin with.
    places : an axis as long as that of the approaches.
    end : the last figure of a line; a formula.
    """
    at, ranked, level = (f"{field}_{each}" for each in ("end", "end_rank", "level"))
    number = f"ROWS({{{level}:1}}:{{{level}}})"
    found = f"INDEX({{{at}:all}},MATCH({number},{{{ranked}:all}},0))"
    spaced = f"MAX({found},{{{level}:before}}+{{label_gap}}*MAX({{{at}:all}}))"
    sheet.section("Where names stand in the chart", names=approaches)
    sheet.rows(
        approaches,
        [
            Line(at, "End of its line", unit, end),
            Line(ranked, "Its place from below", "number", place_in_line(at), styles.NUMBER),
            Line(f"{field}_height", "Height of its name", unit,
                 f"INDEX({{{level}:all}},{{{ranked}}})", empty="NA()"),
        ],
    )  # fmt: skip
    sheet.table(
        places,
        [
            Line(level, "Heights from below", unit,
                 f'IF({number}>COUNT({{{at}:all}}),"",IF({number}=1,{found},{spaced}))'),
        ],
    )  # fmt: skip

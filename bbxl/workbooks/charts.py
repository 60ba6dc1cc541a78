"""Charts: titled, with units on their axes, and readable in grey.

Lines are told apart by their names, which stand where they end, and by their
dashes, not by colour alone; with no legend, a line that has no figures leaves no
trace. The colours are those of Okabe and Ito, which colour-blind readers can
tell apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from openpyxl.chart import BarChart, Reference, ScatterChart, Series
from openpyxl.chart.data_source import StrData, StrRef, StrVal
from openpyxl.chart.label import DataLabel, DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)
from openpyxl.utils import get_column_letter

from bbxl.workbooks import currency
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.placing import Place, quoted
from bbxl.workbooks.sheets import Sheet

COLORS = ("0072B2", "D55E00", "009E73", "CC79A7", "E69F00", "56B4E9", "000000")
DASHES = ("solid", "dash", "sysDot", "dashDot", "lgDash", "sysDash", "lgDashDot")
SHADES = (
    "0B3C5D", "2F7FB5", "8CC0E0", "D9A441", "B5651D", "6B6B6B", "8FAF4A", "7B4B94", "C9C9C9",
)  # fmt: skip
HEIGHT, ROW = 9.5, 0.53  # cm: of a chart, and of a row of 15 points
EMPTY = "Nothing to show yet: no approach is complete"
INK, FAINT, OFF = "404040", "D9D9D9", "8C8C8C"


@dataclass(frozen=True)
class Words:
    """A title that a cell says, and what a program shows that does not read the cell.

    What stands in the file must be true whatever is filled in.
    """

    field: str
    shown: str


def axis_title(sheet: Sheet, field: str, words: str) -> None:
    """A row with an axis title that names the currency."""
    title = currency.named(words)
    sheet.values([Line(field, "Axis title of the chart", "in words", title, style="text")])


def finding(sheet: Sheet, field: str, formula: str) -> None:
    """A row with a title that says what a chart shows, as a formula."""
    sheet.values([Line(field, "Title of the chart", "in words", formula, style="text")])


def scatter(sheet: Sheet, title: str | Words, x: str, y: str | Words, alt: str) -> ScatterChart:
    """An empty chart of lines over a number."""
    chart = ScatterChart()
    chart.scatterStyle, chart.style = "lineMarker", 2
    _frame(chart, sheet.model, title, x, y, alt)
    return chart


def add_lines(chart: ScatterChart, model: Model, x: str, y: str, grey: bool = False) -> None:
    """A line for each column of a table."""
    for i, series in enumerate(_columns(model, x, y)):
        series.graphicalProperties.line.solidFill = OFF if grey else COLORS[i]
        series.graphicalProperties.line.prstDash = DASHES[i]
        series.graphicalProperties.line.width = 25_400
        series.marker.symbol = "none"
        chart.series.append(series)


def add_names(
    chart: ScatterChart, model: Model, x: str, y: str, names: str, grey: bool = False
) -> None:
    """What lines are called, each in its colour: where they end, and at heights of their own."""
    for i, series in enumerate(_columns(model, x, y, names)):
        series.graphicalProperties.line.noFill = True
        series.marker.symbol = "none"
        series.dLbls = DataLabelList(dLbl=[_name_at(0, OFF if grey else COLORS[i])])
        _only(series.dLbls)
        chart.series.append(series)


def add_points(
    chart: ScatterChart, model: Model, x: str, y: str, symbol: str, named: str = ""
) -> None:
    """Marked points, with no line between them; the first one named where there is a name."""
    series = _series(model, x, y)
    series.graphicalProperties.line.noFill = True
    _mark(series, symbol, 9, "000000")
    if named:
        series.tx = SeriesLabel(v=named)
        series.dLbls = DataLabelList(dLbl=[_name_at(0, "000000", "b")])
        _only(series.dLbls)
    chart.series.append(series)


def bars(
    sheet: Sheet,
    title: str | Words,
    categories: str,
    series: Sequence[str],
    x: str,
    y: str | Words,
    alt: str,
    stacked: bool = False,
    horizontal: bool = False,
    names: Sequence[str] = (),
    lowest: float | None = None,
    unseen: int = 0,
) -> BarChart:
    """Bars of fields that run along one axis, whose records are the categories.

    Parameters
    ----------
    unseen : how many of the first fields only keep others off the axis.
    """
    chart = BarChart()
    chart.type, chart.style = ("bar" if horizontal else "col"), 2
    _frame(chart, sheet.model, title, x, y, alt)
    chart.gapWidth = 40 if horizontal else 60
    chart.overlap = 100
    chart.y_axis.scaling.min = lowest
    if stacked:
        chart.grouping = "stacked"
    model = sheet.model
    for i, field in enumerate(series):
        each = Series(_reference(model, field), title=names[i] if names else None)
        if not names:
            place = model.places[field]
            each.tx = SeriesLabel(strRef=StrRef(f"{quoted(place.sheet)}!{place.label}"))
        color = COLORS[i - unseen] if names else SHADES[i]
        each.graphicalProperties = GraphicalProperties(solidFill=color)
        each.graphicalProperties.line.solidFill = "FFFFFF"
        if i < unseen:
            each.graphicalProperties = GraphicalProperties(noFill=True)
        each.invertIfNegative = False
        chart.series.append(each)
    chart.set_categories(_reference(model, categories))
    if len(series) > 1:
        chart.legend.position = "b"
        chart.legend.txPr = _text(9)
    else:
        chart.legend = None
    if horizontal:
        chart.x_axis.scaling.orientation = "maxMin"  # the first on top
        chart.x_axis.tickLblPos = "low"
        chart.y_axis.crosses = "max"
    return chart


def place(sheet: Sheet, chart: Any, corner: str, width: float, height: float = HEIGHT) -> None:
    """Put a chart on a sheet, its upper left corner in a cell, its size in cm."""
    chart.width, chart.height = width, height
    sheet.cells.add_chart(chart, corner)


def rows(height: float = HEIGHT) -> int:
    """How many rows a chart of that height in cm takes, with one above and one below."""
    return ceil(height / ROW) + 2


def _frame(chart: Any, model: Model, title: str | Words, x: str, y: str | Words, alt: str) -> None:
    """Title, axis titles with units, quiet grid lines, room for labels on the right."""
    chart.title = _title(model, title, 12)
    chart.x_axis.title = _title(model, x, 9)
    chart.y_axis.title = _title(model, y, 9)
    chart.alt_text = alt
    chart.legend = chart.legend if isinstance(chart, BarChart) else None
    chart.display_blanks = "gap"
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
        axis.number_format = "#,##0"
        axis.txPr = _text(9)
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill="7F7F7F"))
    chart.x_axis.majorGridlines = None
    grid = chart.y_axis.majorGridlines
    grid.spPr = GraphicalProperties(ln=LineProperties(solidFill=FAINT))
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(solidFill=FAINT))
    if isinstance(chart, ScatterChart):
        chart.layout = Layout(
            manualLayout=ManualLayout(
                layoutTarget="inner", xMode="edge", yMode="edge", x=0.16, y=0.13, w=0.69, h=0.67
            )
        )


def _columns(model: Model, x: str, y: str, names: str = "") -> Iterator[Series]:
    """A series for each record of the axis that a field runs along to the right."""
    axis = model.places[y].across
    assert axis
    for i in range(axis.count):
        yield _series(model, x, y, i, model.places[names or axis.heading])


def _series(
    model: Model, x: str, y: str, index: int | None = None, name: Place | None = None
) -> Series:
    series = Series(_reference(model, y, index), _reference(model, x, index))
    series.smooth = False
    if name and index is not None:
        cell = f"{quoted(name.sheet)}!${get_column_letter(name.column + index)}${name.row}"
        series.tx = SeriesLabel(strRef=StrRef(cell))
    return series


def _reference(model: Model, field: str, index: int | None = None) -> Reference:
    """A field's cells; of a field along an axis of names, those of one record."""
    place = model.places[field]
    rows = place.down.count if place.down else 1
    columns = place.across.count if place.across else 1
    left = place.column
    if index is not None and place.across:
        left, columns = place.column + index, 1
    return Reference(
        model.book[place.sheet], left, place.row, left + columns - 1, place.row + rows - 1
    )


def _mark(series: Series, symbol: str, size: int, color: str) -> None:
    series.marker.symbol, series.marker.size = symbol, size
    series.marker.graphicalProperties = GraphicalProperties(solidFill=color)
    series.marker.graphicalProperties.line.solidFill = color


def _name_at(index: int, color: str, position: str = "r") -> DataLabel:
    """The series' name beside one of its points."""
    label = DataLabel(idx=index, dLblPos=position)
    label.showSerName, label.txPr = True, _text(9, color, bold=True)
    label.showVal = label.showCatName = label.showLegendKey = label.showPercent = False
    return label


def _only(labels: DataLabelList) -> None:
    """No labels but those listed."""
    labels.showVal = labels.showSerName = labels.showCatName = False
    labels.showLegendKey = labels.showPercent = False


def _title(model: Model, words: str | Words, size: int) -> Title:
    """A title that is written, or what a cell says."""
    look = _look(size, INK, True)
    if isinstance(words, Words):
        place = model.places[words.field]
        shown = StrData(ptCount=1, pt=[StrVal(idx=0, v=words.shown)])
        cell = StrRef(f=f"{quoted(place.sheet)}!{place.address({}, 'cell')}", strCache=shown)
        return Title(tx=Text(strRef=cell), overlay=False, txPr=_text(size, INK, True))
    run = RegularTextRun(rPr=look, t=words)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=look), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _text(size: int, color: str = INK, bold: bool = False) -> RichText:
    look = ParagraphProperties(defRPr=_look(size, color, bold))
    return RichText(p=[Paragraph(pPr=look, endParaRPr=CharacterProperties())])


def _look(size: int, color: str, bold: bool) -> CharacterProperties:
    return CharacterProperties(
        sz=size * 100, b=bold, solidFill=color, latin=Font(typeface="Calibri")
    )

"""Bands: who is the cheapest at which volumes, and the tables that this follows from.

Lines change places once, so that a band ends where the cheapest one is first met by one that rises
less. With units whole, the Crossings sheet knows where each two change places; where it does not,
bands go by what units cost on average, and the Breakeven sheet says so.
"""

from collections.abc import Sequence
from dataclasses import replace

from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy import crossings, units
from bbxl.workbooks.build_vs_buy.axes import Axes
from bbxl.workbooks.build_vs_buy.crossings import MONTH, REQUEST, VOLUME
from bbxl.workbooks.layout import NUMBERED, Line
from bbxl.workbooks.sheets import Sheet

_ROW = "INDEX({{{}:all}},{{listed_number}})".format
_BAND = "INDEX({{{}:all}},{{band_position}})".format
_BEGUN = "{band_from}*(1+{tolerance})"
_ENDED = "{band_to}*(1+{tolerance})"  # just above a jump, or where lines met
ROWS = (
    Line("band", "Band", "number", fixed=NUMBERED, number_format=styles.NUMBER,
         hidden='{band_from}=""'),
    Line("band_from", "From", VOLUME,
         'IF({band}=1,IF(COUNT({present_start:all})=0,"",0),'
         'IF(ISNUMBER({band_to:before}),{band_to:before},""))', styles.WHOLE),
    Line("band_to", "To", VOLUME,
         'IF({band_from}="","",IF(COUNT({crossing})=0,"no limit",MIN({crossing})))', styles.WHOLE),
    Line("band_name", "Cheapest", "name",
         'IF({band_from}="","",INDEX({name:all},{band_position}))', style="result"),
    Line("band_position", "Its number", "number",
         'IF({band_from}="","",IF({band}=1,MATCH(MIN({envelope_order:all}),{envelope_order:all},0),'
         "MATCH(MIN({reached:before}),{reached:before},0)))", styles.NUMBER),
)  # fmt: skip
_FROM, _TO = _BAND("passes_from"), _BAND("passes_to")


def volume(value: str) -> str:
    """A volume in words."""
    return f"FIXED(ROUND({value},0),0)"


# A number is less than any text: "no limit" is above all volumes.
_HOW = (
    f'"pass"&IF({_FROM}>{{band_from}}," from "&{volume(_FROM)},"")'
    f'&IF({_TO}<{{band_to}}," to "&{volume(_TO)},"")'
)
VERDICT = Line(
    "band_verdict",
    "Meets the requirements",
    "pass or fail",
    f'IF({{band_from}}="","",IF(ISNUMBER({_FROM}),IF({_FROM}>={{band_to}},"fail",'
    f'IF({_TO}<={{band_from}},"fail",{_HOW})),'
    f'IF(ISNUMBER({_BAND("may_pass_from")}),"at some volumes","fail")))',
    style="check",
)


def _order(start: str, slope: str) -> Line:
    """How many are cheaper just above zero volume, where costs are lines."""
    return Line(
        "envelope_order", "Cheaper at zero volume", "approaches",
        f"SUMPRODUCT(({{{start}:all}}<{{{start}}})"
        f"+({{{start}:all}}={{{start}}})*({{{slope}:all}}<{{{slope}}}))", styles.NUMBER,
        note="Of equals, the one that rises less counts as cheaper.",
    )  # fmt: skip


_LINES_MEET = (
    f"IF({_ROW('present_slope')}<{_BAND('present_slope')},MAX({{band_from}},"
    f"({_ROW('present_start')}-{_BAND('present_start')})"
    f'/({_BAND("present_slope")}-{_ROW("present_slope")})),"")'
)
ORDER = (_order("present_start", "present_slope"),)
CROSSING = Line(
    "crossing", "Next crossing", VOLUME, f'IF({{band_from}}="","",{_LINES_MEET})', styles.WHOLE
)
REACHED = Line(
    "reached", "Cost just above it, of those met first", MONTH,
    f'IF({{crossing}}="","",IF({{crossing}}<={_ENDED},'
    f'{_ROW("present_start")}+{_ROW("present_slope")}*{_ENDED},""))', styles.CENTS,
)  # fmt: skip
TABLES = (CROSSING, REACHED)
"""What bands of lines follow from, for each approach and band."""

EXACT = Line(
    "bands_exact", "Worked out exactly", "1 is yes",
    'IF(COUNT({changes_first:all})+COUNTIF({changes_first:all},"none")=SUM({pair_used:all}),1,0)',
    styles.NUMBER, note="Where each two change places is known.",
)  # fmt: skip


def cost_of(number: str, volume: str) -> str:
    """What an approach costs at a volume, with its units, or on average; a formula."""

    def of(field: str) -> str:
        return f"INDEX({{{field}:all}},{number})"

    carries, fewest = (f"N({of(field)})" for field in ("unit_capacity", "units_minimum"))
    whole = f"{of('unit_each_month')}*{units.at(volume, fewest, carries)}"
    return (
        f"IF({{bands_exact}}=1,{of('line_start')}+{of('line_slope')}*{volume}+{whole},"
        f"{of('present_start')}+{of('present_slope')}*{volume})"
    )


WITH_UNITS = "IF({{bands_exact}}=1,{},{})".format
UNITS_ORDER = (
    Line("zero_start", "Cost just above zero volume", MONTH,
         WITH_UNITS("{line_start}+{unit_each_month}*MAX(1,N({units_minimum}))", "{present_start}"),
         styles.CENTS),
    Line("zero_slope", "and for each request a month", REQUEST,
         WITH_UNITS("{line_slope}", "{present_slope}"), styles.PRICE),
    _order("zero_start", "zero_slope"),
)  # fmt: skip
_SAME = "{listed_number}={band_position}"
_STEP = "INDEX({{{}:all}},{},{{crossing_pair}})".format
_LAST = "ROWS({step_to:all})"
_FOLLOWED = "INDEX({crossing_kind:all},{crossing_pair})"
_MET_AT = _STEP("crosses_at", "{crossing_step}+1")
_NEXT = (
    f'IF({_BEGUN}>={_STEP("step_to", _LAST)},"",IF(N({_MET_AT})>{_BEGUN},{_MET_AT},'
    f'IF({{crossing_step}}+1={_LAST},"",{_STEP("next_change", "{crossing_step}+1+1")})))'
)
UNITS_TABLES = (
    Line("crossing_pair", "Number of the pair", "number",
         f'IF({{band_from}}="","",IF({_SAME},"",'
         f'{crossings.number_of("{listed_number}", "{band_position}")}))', styles.NUMBER),
    Line("crossing_step", "Row of the steps in which the band begins", "number",
         f'IF({{crossing_pair}}="","",IF({{bands_exact}}=0,"",IF({_FOLLOWED}="steps",'
         f'MATCH(MAX({_BEGUN},{_STEP("step_to", "1")}),{_STEP("step_to", "0")},1),"")))',
         styles.NUMBER),
    replace(CROSSING, formula=f'IF({{crossing_pair}}="","",IF({{crossing_step}}="",{_LINES_MEET},'
            f"{_NEXT}))"),
    replace(REACHED, formula=f'IF({{crossing}}="","",IF({{crossing}}<={_ENDED},'
            f'{cost_of("{listed_number}", _ENDED)},""))'),
)  # fmt: skip
"""The same with units."""


def add(sheet: Sheet, axes: Axes, words: str = "", more: Sequence[Line] = ()) -> None:
    """Who is the cheapest at which volumes, with words behind the heading and more rows."""
    sheet.section(f"Cheapest by volume{words}", names=axes.bands)
    sheet.rows(axes.bands, [*ROWS, *more])


def add_workings(sheet: Sheet, axes: Axes, with_units: bool) -> None:
    """What the bands follow from, with units or without."""
    sheet.section("For the bands: order at zero volume", names=axes.approaches)
    sheet.rows(axes.approaches, UNITS_ORDER if with_units else ORDER)
    if with_units:
        sheet.values([EXACT])
    for line in UNITS_TABLES if with_units else TABLES:
        sheet.section(f"For the bands: {line.label[0].lower()}{line.label[1:]}")
        name = Line(f"{line.field}_name", "Approach", "name", "{listed_name}", style="text")
        sheet.table(axes.listed, [name], line, axes.bands)

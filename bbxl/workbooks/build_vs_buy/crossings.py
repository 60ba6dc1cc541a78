"""Where each two approaches change places, exactly: step by step of their units.

With a volume that neither grows nor falls, a unit costs the same in each month. Costs are then
staircases, and between two steps their difference is a line. It is followed through all volumes
at which it may be 0, as far as the table reaches. The definitions are those of
`bbxl.model.staircase`.
"""

from bbxl.model.streams import CAPACITY
from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy import units
from bbxl.workbooks.build_vs_buy.axes import STEPS, Axes
from bbxl.workbooks.layout import NUMBERED, Line, Model, link
from bbxl.workbooks.sheets import FIGURE, Sheet

VOLUME, MONTH, REQUEST = "requests a month", "currency a month", "currency a request"
BEYOND = f"more than {STEPS.count - 1} steps"


def number_of(one: str, other: str) -> str:
    """The number of a pair, from those of two approaches; a formula.

    A pair comes after all of those whose both approaches have lower numbers than its second one.
    """
    return f"(MAX({one},{other})-1)*(MAX({one},{other})-1-1)/(1+1)+MIN({one},{other})"


def _numbers(axes: Axes) -> list[tuple[int, int]]:
    """The two approaches of each pair, in the order of their numbers."""
    return [(one, other) for other in range(1, axes.approaches.count + 1)
            for one in range(1, other)]  # fmt: skip


def _of(which: str, field: str) -> str:
    """A figure of the one or the other of a pair."""
    return f"INDEX({{{field}:all}},{{pair_{which}}})"


def _more(field: str, label: str, unit: str, of: str, number_format: str) -> Line:
    """What a figure of the other is more than that of the one."""
    return Line(field, label, unit, f"{_of('other', of)}-{_of('one', of)}", number_format)


def _both(field: str, label: str, unit: str, of: str, number_format: str) -> tuple[Line, Line]:
    """A figure of the one, and the same of the other below it."""
    one, other = (Line(f"{which}_{field}", f"{label}: the {which}", unit, _of(which, of),
                       number_format) for which in ("one", "other"))  # fmt: skip
    return one, other


OF_EACH = (
    link("used", "Takes part", "1 is yes", styles.NUMBER),
    link(CAPACITY, "A unit carries", VOLUME, styles.COUNT),
    link("units_minimum", "Fewest units", "units", styles.NUMBER),
    link("line_start", "Cost at zero volume, without units", MONTH, styles.CENTS),
    link("line_slope", "and for each request a month", REQUEST, styles.PRICE),
    link("present_start", "Cost at zero volume, on average", MONTH, styles.CENTS),
    link("present_slope", "and for each request a month", REQUEST, styles.PRICE),
    link("present_above", "or at most so much more, or less", MONTH, styles.CENTS),
    Line("unit_each_month", "A unit, in each month", MONTH,
         "({present_start}-{line_start})*(1+1)", styles.CENTS,
         note="The average has half a unit more."),
)  # fmt: skip
SINGLE = (link("volume_growth", "Volume growth", "a year", styles.PERCENT),)
_MEAN = "-{mean_more}/{mean_more_slope}"
_AROUND = "{apart_at_most}/ABS({mean_more_slope})"
OF_PAIRS = (
    *_both("carries", "A unit carries", VOLUME, CAPACITY, styles.WHOLE),
    *_both("fewest", "Fewest units", "units", "units_minimum", styles.NUMBER),
    *_both("unit", "A unit costs in each month", MONTH, "unit_each_month", styles.CENTS),
    _more("more_start", "The other costs more at zero volume, without units", MONTH,
          "line_start", styles.CENTS),
    _more("more_slope", "and for each request a month", REQUEST, "line_slope", styles.PRICE),
    _more("mean_more", "The other costs more at zero volume, on average", MONTH,
          "present_start", styles.CENTS),
    _more("mean_more_slope", "and for each request a month", REQUEST, "present_slope",
          styles.PRICE),
    Line("mean_meets", "They cost the same on average at", VOLUME,
         f'IF({{mean_more_slope}}=0,"none",IF({_MEAN}<0,"none",{_MEAN}))', styles.COUNT),
    Line("apart_at_most", "It is at most so much more or less", MONTH,
         f"{_of('other', 'present_above')}+{_of('one', 'present_above')}", styles.CENTS),
    Line("crossing_kind", "How the two are followed", "in words",
         'IF({apart_at_most}=0,"lines",IF(ABS({mean_more_slope})<={unit_rounding}*'
         f"({_of('other', 'present_slope')}+{_of('one', 'present_slope')}),"
         '"parallel",IF({volume_growth}<>0,"growth","steps")))', style="text"),
    Line("may_change_from", "They may change places from", VOLUME,
         'IF(OR({crossing_kind}="steps",{crossing_kind}="growth"),'
         f'MAX(0,({_MEAN}-{_AROUND})*(1-{{tolerance}})),"")', styles.WHOLE),
    Line("may_change_to", "to", VOLUME,
         'IF({may_change_from}="","",'
         f"MAX(0,({_MEAN}+{_AROUND})*(1+{{tolerance}})))", styles.WHOLE),
    Line("steps_to", "Followed to", VOLUME,
         'IF({crossing_kind}="steps",{may_change_to},"")', styles.WHOLE),
    Line("step_rounding", "Differences up to this are rounding", MONTH,
         'IF({steps_to}="",0,{unit_rounding}*'
         f"(ABS({_of('other', 'present_start')})+{_of('other', 'present_slope')}*{{steps_to}}"
         f"+ABS({_of('one', 'present_start')})+{_of('one', 'present_slope')}*{{steps_to}}))",
         "0.0E+00"),
)  # fmt: skip


def _next(whose: str) -> str:
    """The next volume at which one's units are full; a formula."""
    carries, fewest = f"{{{whose}_carries}}", f"{{{whose}_fewest}}"
    full = f"INT({{step_to:before}}/{carries}*(1+{{unit_rounding}}))+1"
    return f"IF({carries}>0,MAX({fewest},{full})*{carries},{{steps_to}})"


def _units(whose: str) -> str:
    """What one's units cost at the end of a step; a formula."""
    carries, fewest = f"{{{whose}_carries}}", f"{{{whose}_fewest}}"
    return f"{{{whose}_unit}}*{units.at('{step_to}', fewest, carries)}"


def _sign(difference: str) -> str:
    return f"(({difference}>{{step_rounding}})-({difference}<-{{step_rounding}}))"


def _order(near: str, far: str) -> str:
    """Who is cheaper at one end of a step: where both cost the same, who is along the step."""
    return f"({_sign(near)}+({_sign(near)}=0)*{_sign(far)})"


def _step(field: str, label: str, unit: str, begins: str, formula: str, before: str = '""') -> Line:
    """A figure of each step from a number on; before it, what stands where the table begins."""
    body = f'IF({{steps_to}}="","",IF({{number_of_{field}}}<{begins},{before},{formula}))'
    number_format = styles.WHOLE if unit == VOLUME else styles.CENTS
    return Line(field, label, unit, body, number_format)


_JUMPS = _order("{step_ends:before}", "{step_begins:before}") + "<>" + _order(
    "{step_begins}", "{step_ends}")  # fmt: skip
_CROSSES = f"{_sign('{step_begins}')}*{_sign('{step_ends}')}<0"
STEPS_OF_UNITS = (
    _step("step_to", "A step ends where units are full", VOLUME,
          "1", f"MIN({{steps_to}},{_next('other')},{_next('one')})", "{may_change_from}"),
    _step("step_ends", "What the other costs more than the one where a step ends", MONTH,
          "0", f"{{more_start}}+{{more_slope}}*{{step_to}}+{_units('other')}-{_units('one')}"),
    _step("step_begins", "What the other costs more than the one where a step has begun", MONTH,
          "1", "{step_ends}-{more_slope}*({step_to}-{step_to:before})"),
    _step("jumps_at", "They change places as a unit is added, at", VOLUME,
          "1+1", f'IF({_JUMPS},{{step_to:before}},"")'),
    _step("crosses_at", "They change places within a step, at", VOLUME,
          "1", f'IF({_CROSSES},{{step_to}}-{{step_ends}}/{{more_slope}},"")'),
)  # fmt: skip
_AFTER = 'IF({number_of_next_change}+1=ROWS({step_to:all}),"",{next_change:after})'
NEXT_CHANGE = _step(
    "next_change", "The next change from the start of a step on, at", VOLUME, "1",
    f"IF(ISNUMBER({{jumps_at}}),{{jumps_at}},IF(ISNUMBER({{crosses_at}}),{{crosses_at}},{_AFTER}))",
)  # fmt: skip
HEADING = "Each two approaches, exactly"
_FOUND = "{jumps_at},{crosses_at}"
_ONE, _OTHER = _of("one", "name"), _of("other", "name")
_BEFORE = f"IF({{mean_more_slope}}<0,{_ONE},{_OTHER})"
_THEN = (
    f"IF({{mean_more_slope}}<0,{_OTHER},IF({{mean_more_slope}}>0,{_ONE},"
    f'IF({{mean_more}}<0,{_OTHER},IF({{mean_more}}>0,{_ONE},"neither"))))'
)


def _certain(bound: str) -> str:
    """A volume below or above which the order is certain, if it ever changes."""
    return f'IF({{may_change_from}}="","",IF({{may_change_to}}=0,"none",{{{bound}}}))'


CHANGES = (
    Line("changes_first", "They change places first at", VOLUME,
         'IF({crossing_kind}="lines",{mean_meets},'
         f'IF({{steps_to}}="","not known",IF({{step_to:{STEPS.count}}}<{{steps_to}},"{BEYOND}",'
         f'IF(COUNT({_FOUND})=0,"none",MIN({_FOUND})))))', styles.COUNT),
    Line("changes_last", "and last at", VOLUME,
         'IF(ISNUMBER({changes_first}),IF({crossing_kind}="lines",{changes_first},'
         f"MAX({_FOUND})),{{changes_first}})", styles.COUNT),
    Line("cheaper_before", "Cheaper below", "name",
         f'IF({{changes_first}}="none",{_THEN},'
         f'IF({{crossing_kind}}="lines",{_BEFORE},IF(ISNUMBER({{changes_first}}),'
         f'IF({_order("{step_begins:2}", "{step_ends:2}")}<0,{_OTHER},{_ONE}),'
         f'IF(N({{may_change_from}})>0,{_BEFORE},""))))'),
    Line("cheaper_then", "Cheaper above", "name",
         f'IF({{crossing_kind}}="parallel","",{_THEN})'),
    Line("may_first", "Order certain below", VOLUME, _certain("may_change_from"), styles.COUNT),
    Line("may_last", "and above", VOLUME, _certain("may_change_to"), styles.COUNT),
)  # fmt: skip


def _listed(field: str, label: str, unit: str, style: str = "formula") -> Line:
    """A figure of a pair in the list of all."""
    found = f"INDEX({{{field}:all}},{{pair_number}})"
    return Line(f"listed_{field}", label, unit,
                f'IF(INDEX({{pair_used:all}},{{pair_number}})=1,{found},"")', styles.COUNT, style,
                )  # fmt: skip


_FIRST, _LAST, _BELOW, _ABOVE, _CERTAIN, _AND = CHANGES
LISTED = (
    _listed("pair_words", "The two", "names", "text"),
    Line("pair_number", "Number", "number", fixed=NUMBERED, number_format=styles.NUMBER,
         hidden='{listed_pair_words}=""'),
    *(_listed(each.field, each.label, each.unit, style) for each, style in (
        (_BELOW, "text"), (_FIRST, "result"), (_LAST, "result"),
        (_ABOVE, "text"), (_CERTAIN, "formula"), (_AND, "formula"))),
)  # fmt: skip
"""In the order in which they are read."""


def add_sheet(model: Model, axes: Axes) -> None:
    """What is followed of each two approaches, and the steps."""
    numbers = _numbers(axes)
    sheet = Sheet(
        model,
        "Crossings",
        "Where each two approaches change places, step by step of their units.",
        widths=[48, 18, *[FIGURE] * len(numbers)],
    )
    sheet.section("From other sheets", names=axes.approaches)
    sheet.rows(axes.approaches, OF_EACH)
    sheet.values(SINGLE)
    sheet.section("Each two approaches")
    one, other = zip(*numbers, strict=True)
    pairs = (
        Line("pair_one", "Number of the one", "number", fixed=one, number_format=styles.NUMBER),
        Line("pair_other", "Number of the other", "number", fixed=other,
             number_format=styles.NUMBER),
        Line("pair_used", "Both take part", "1 is yes",
             f'IF({_of("one", "used")}=1,IF({_of("other", "used")}=1,1,""),"")', styles.NUMBER,
             always=True),
        Line("pair_words", "The two", "in words", f'{_ONE}&" or "&{_OTHER}', style="reason"),
    )  # fmt: skip
    sheet.rows(axes.pairs, (*pairs, *OF_PAIRS))
    sheet.section("Where they change places", names=axes.pairs)
    sheet.rows(axes.pairs, CHANGES)
    for line in (*STEPS_OF_UNITS, NEXT_CHANGE):
        sheet.section(line.label)
        number = Line(f"number_of_{line.field}", "Step", "number", fixed=range(STEPS.count),
                      number_format=styles.NUMBER)  # fmt: skip
        sheet.table(STEPS, [number], line, axes.pairs)

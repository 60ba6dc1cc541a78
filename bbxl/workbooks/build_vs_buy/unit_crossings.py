"""Where each approach and the first one change places, exactly: step by step of their units.

With a volume that neither grows nor falls, a unit costs the same in each month. Costs are then
staircases, and between two steps their difference is a line. It is followed through all volumes
at which it may be 0, as far as the table reaches. The definitions are those of
`bbxl.model.staircase`.
"""

from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy.axes import STEPS, Axes
from bbxl.workbooks.build_vs_buy.units import CAPACITY
from bbxl.workbooks.layout import Line
from bbxl.workbooks.sheets import Sheet

VOLUME, MONTH, REQUEST = "requests a month", "currency a month", "currency a request"
BEYOND = f"more than {STEPS.count - 1} steps"
_FIRST = "INDEX({{{}:all}},{{leader}})".format
_UNIT = "({present_start}-{line_start})*(1+1)"  # the average line has half a unit more


def _more(field: str, label: str, unit: str, of: str, number_format: str) -> Line:
    """What a figure of an approach is more than that of the first."""
    return Line(field, label, unit, f"{{{of}}}-{_FIRST(of)}", number_format)


def _both(field: str, label: str, unit: str, own: str, number_format: str) -> tuple[Line, Line]:
    """A figure of each approach, and the same of the first beside it."""
    mine = Line(f"own_{field}", label, unit, own, number_format)
    first = Line(f"first_{field}", f"The first: {label[0].lower()}{label[1:]}", unit,
                 _FIRST(mine.field), number_format)  # fmt: skip
    return mine, first


_MEAN = "-{mean_more}/{mean_more_slope}"
_AROUND = "{apart_at_most}/ABS({mean_more_slope})"
PAIRS = (
    *_both("carries", "A unit carries", VOLUME, f"N({CAPACITY})", styles.WHOLE),
    *_both("fewest", "Fewest units", "units", "N({units_minimum})", styles.NUMBER),
    *_both("unit", "A unit costs in each month", MONTH, _UNIT, styles.CENTS),
    _more("more_start", "Costs more at zero volume, without units", MONTH, "line_start",
          styles.CENTS),
    _more("more_slope", "and for each request a month", REQUEST, "line_slope", styles.PRICE),
    _more("mean_more", "Costs more at zero volume, on average", MONTH, "present_start",
          styles.CENTS),
    _more("mean_more_slope", "and for each request a month", REQUEST, "present_slope",
          styles.PRICE),
    Line("apart_at_most", "It is at most so much more or less", MONTH,
         f"{{present_above}}+{_FIRST('present_above')}", styles.CENTS),
    Line("crossing_kind", "How the two are followed", "in words",
         'IF({approach_number}={leader},"the first",IF({apart_at_most}=0,"lines",'
         "IF(ABS({mean_more_slope})<={unit_rounding}*({present_slope}+"
         f'{_FIRST("present_slope")}),"parallel",IF({{volume_growth}}<>0,"growth","steps"))))',
         style="text"),
    Line("may_change_from", "They may change places from", VOLUME,
         'IF(OR({crossing_kind}="steps",{crossing_kind}="growth"),'
         f'MAX(0,({_MEAN}-{_AROUND})*(1-{{tolerance}})),"")', styles.WHOLE),
    Line("may_change_to", "to", VOLUME,
         'IF({may_change_from}="","",'
         f"MAX(0,({_MEAN}+{_AROUND})*(1+{{tolerance}})))", styles.WHOLE),
    Line("steps_to", "Followed to", VOLUME,
         'IF({crossing_kind}="steps",{may_change_to},"")', styles.WHOLE),
    Line("step_rounding", "Differences up to this are rounding", MONTH,
         'IF({steps_to}="",0,{unit_rounding}*(ABS({present_start})+{present_slope}*{steps_to}'
         f'+ABS({_FIRST("present_start")})+{_FIRST("present_slope")}*{{steps_to}}))',
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
    needed = f"ROUNDUP({{step_to}}/{carries}*(1-{{unit_rounding}}),0)"
    return f"IF({carries}>0,{{{whose}_unit}}*MAX({fewest},{needed}),0)"


def _sign(difference: str) -> str:
    return f"(({difference}>{{step_rounding}})-({difference}<-{{step_rounding}}))"


def _order(near: str, far: str) -> str:
    """Who is cheaper at one end of a step: where both cost the same, who is along the step."""
    return f"({_sign(near)}+({_sign(near)}=0)*{_sign(far)})"


def _step(field: str, label: str, unit: str, begins: str, formula: str, before: str = '""') -> Line:
    """A figure of each step from a number on; before it, what stands where the table begins."""
    body = f'IF({{steps_to}}="","",IF({{number_of_{field}}}<{begins},{before},{formula}))'
    number_format = styles.WHOLE if unit == VOLUME else styles.CENTS
    return Line(field, label, unit, body, number_format, always=True)


_JUMPS = _order("{step_ends:before}", "{step_begins:before}") + "<>" + _order(
    "{step_begins}", "{step_ends}")  # fmt: skip
_CROSSES = f"{_sign('{step_begins}')}*{_sign('{step_ends}')}<0"
STEPS_OF_UNITS = (
    _step("step_to", "A step ends where units are full", VOLUME,
          "1", f"MIN({{steps_to}},{_next('own')},{_next('first')})", "{may_change_from}"),
    _step("step_ends", "What each costs more than the first where a step ends", MONTH,
          "0", f"{{more_start}}+{{more_slope}}*{{step_to}}+{_units('own')}-{_units('first')}"),
    _step("step_begins", "What each costs more than the first where a step has begun", MONTH,
          "1", "{step_ends}-{more_slope}*({step_to}-{step_to:before})"),
    _step("jumps_at", "They change places as a unit is added, at", VOLUME,
          "1+1", f'IF({_JUMPS},{{step_to:before}},"")'),
    _step("crosses_at", "They change places within a step, at", VOLUME,
          "1", f'IF({_CROSSES},{{step_to}}-{{step_ends}}/{{more_slope}},"")'),
)  # fmt: skip
HEADING = "Against the first, exactly"
_FOUND = "{jumps_at},{crosses_at}"
_LEADER = "INDEX({name:all},{leader})"
_BEFORE = f"IF({{mean_more_slope}}<0,{_LEADER},{{name}})"
_THEN = (
    f"IF({{mean_more_slope}}<0,{{name}},IF({{mean_more_slope}}>0,{_LEADER},"
    f'IF({{mean_more}}<0,{{name}},IF({{mean_more}}>0,{_LEADER},"neither"))))'
)
_OF_LINES = "INDEX({breakeven:all},{leader},{approach_number})"
CHANGES = (
    Line("may_first", "Order certain below", VOLUME,
         'IF({may_change_from}="","",IF({may_change_to}=0,"none",{may_change_from}))',
         styles.COUNT),
    Line("may_last", "and above", VOLUME,
         'IF({may_change_from}="","",IF({may_change_to}=0,"none",{may_change_to}))',
         styles.COUNT),
    Line("changes_first", "They change places first at", VOLUME,
         'IF({crossing_kind}="the first","",IF({crossing_kind}="lines",' + _OF_LINES
         + f',IF({{steps_to}}="","not known",IF({{step_to:{STEPS.count}}}<{{steps_to}},"{BEYOND}",'
         f'IF(COUNT({_FOUND})=0,"none",MIN({_FOUND}))))))',
         styles.COUNT, "result"),
    Line("changes_last", "and last at", VOLUME,
         'IF(ISNUMBER({changes_first}),IF({crossing_kind}="lines",{changes_first},'
         f"MAX({_FOUND})),{{changes_first}})", styles.COUNT, "result"),
    Line("cheaper_before", "Cheaper at all volumes below", "name",
         f'IF({{crossing_kind}}="the first","",IF({{changes_first}}="none",{_THEN},'
         f'IF({{crossing_kind}}="lines",{_BEFORE},IF(ISNUMBER({{changes_first}}),'
         f'IF({_order("{step_begins:2}", "{step_ends:2}")}<0,{{name}},{_LEADER}),'
         f'IF(N({{may_change_from}})>0,{_BEFORE},"")))))'),
    Line("cheaper_then", "Cheaper at all volumes above", "name",
         'IF(OR({crossing_kind}="the first",{crossing_kind}="parallel"),"",' + _THEN + ")"),
)  # fmt: skip


def add_steps(sheet: Sheet, axes: Axes) -> None:
    """What is followed of each approach and the first, and the steps."""
    sheet.section("Each approach and the first, step by step", names=axes.approaches)
    sheet.rows(axes.approaches, PAIRS)
    for line in STEPS_OF_UNITS:
        sheet.section(line.label)
        number = Line(f"number_of_{line.field}", "Step", "number", fixed=range(STEPS.count),
                      number_format=styles.NUMBER)  # fmt: skip
        sheet.table(STEPS, [number], line, axes.approaches)

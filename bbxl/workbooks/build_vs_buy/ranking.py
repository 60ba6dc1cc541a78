"""Requirements of the comparison: its approaches, listed in rows, and their order."""

from bbxl.model.requirements import PEAK_MISSED
from bbxl.workbooks import gates, styles
from bbxl.workbooks.build_vs_buy.axes import Axes
from bbxl.workbooks.build_vs_buy.crossings import number_of
from bbxl.workbooks.build_vs_buy.tco import EQUIVALENT
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.order import in_order, place_in_line

WIDTHS = [32, 18, *[14] * 6, 100]
MONTH = "currency a month"


def _fetched(field: str) -> str:
    found = f"INDEX({{{field}:all}},{{listed_number}})"
    return f'IF({found}="","",{found})'


PROFILE = [
    *gates.profile(
        {
            "candidate": "{listed_name}",
            "where": _fetched("deployment"),
            "latency": _fetched("p99_latency_ms"),
            "throughput": _fetched("throughput_rps"),
            "accuracy": _fetched("accuracy_score"),
            "cost_1k": 'IF({requests_per_month}=0,"' + gates.NO_REQUESTS + '",'
            "INDEX({cost_per_1k:all},{listed_number}))",
        }
    ),
    Line("carries", "A unit carries", "requests a month",
         'IF(N(INDEX({unit_capacity:all},{listed_number}))>0,'
         'INDEX({unit_capacity:all},{listed_number}),"")', styles.COUNT),
    Line("listed", "Takes part", "1 is yes", "INDEX({used:all},{listed_number})", styles.NUMBER,
         always=True),
]  # fmt: skip
LOAD = Line(
    "load_met",
    "Load at the peak",
    "pass or fail",
    'IF(N({carries})>0,"units",IF(ISNUMBER({throughput}),'
    'IF({throughput}>={peak_rps},"pass","fail"),"not tested"))',
    style="check",
)
LOAD_REASON = Line(
    "load_reason",
    "Load at the peak",
    "in words",
    'IF({load_met}="fail",'
    + gates.sentence(PEAK_MISSED, value="{throughput}", gap="({peak_rps}-{throughput})",
                     limit="{peak_rps}")
    + ',"")',
    style="reason",
)  # fmt: skip


VOLUME = "requests a month"
_NUMBERED = "INDEX({{{}:all}},{{listed_number}})".format
_LED = "INDEX({{{}:all}},{{leader}})".format
_OTHERS = "{deployment_met}:{accuracy_met}"  # what does not depend on the volume


def _passes(fixed: str) -> str:
    """The volume from which one passes, given the part of its cost at any volume; a formula.

    What passes at today's volume passes at a higher one, whatever rounding says of the limit, if
    no unit is added.
    """
    needed = f"{fixed}*1000/{{left_over}}"
    no_units = "{unit_part}={fixed_part}"

    def within(volume: str) -> str:
        return f'IF({volume}>{{passes_to}},"never",{volume})'

    found = (
        f'IF({{left_over}}="",0,IF(AND({{cost_1k_met}}="pass",{no_units}),'
        f"IF({fixed}=0,0,IF({{left_over}}<=0,{{requests_per_month}},"
        f"MIN({{requests_per_month}},{needed}))),"
        f'IF({{left_over}}<0,"never",IF({fixed}=0,0,IF({{left_over}}=0,"never",'
        f'IF(AND({{cost_1k_met}}="fail",{no_units}),'
        f"{within(f'MAX({{requests_per_month}},{needed})')},{within(needed)}))))))"
    )
    others = f'COUNTIF({_OTHERS},"fail")+COUNTIF({_OTHERS},"not stated")'
    return f'IF({others}>0,"never",{found})'


_AS_THE_FIRST = f"{{verdict}}={_LED('verdict')}"
_RISES_LESS = f"({_LED('present_slope')}-{_NUMBERED('present_slope')})"
# For certain: the most that it may cost against the least that the first may.
_STARTS_ABOVE = (
    f"({_NUMBERED('present_start')}+{_NUMBERED('present_above')}"
    f"-{_LED('present_start')}+{_LED('present_below')})"
)
_MAY_START_ABOVE = (
    f"({_NUMBERED('present_start')}-{_NUMBERED('present_below')}"
    f"-{_LED('present_start')}-{_LED('present_above')})"
)
_UNCERTAIN = f"{_NUMBERED('present_below')}+{_LED('present_below')}>0"
_OF_PAIR = "INDEX({{{}:all}},{{pair_with_first}})".format
_LAST, _EARLIEST = _OF_PAIR("changes_last"), _OF_PAIR("changes_first")
_NEVER = f'{_LAST}="none"'
_EXACT = f"OR(ISNUMBER({_LAST}),{_NEVER})"
_CHEAPER_BEFORE = f"{_OF_PAIR('cheaper_before')}={{candidate_cheaper}}"
BY_VOLUME = (
    Line("candidate_volume", "Approach", "name", "{candidate}", style="text"),
    Line("fixed_part", "Fixed part of its cost", MONTH,
         f"({_NUMBERED('upfront')}+{_NUMBERED('later')})/{{months}}+{_NUMBERED('fixed')}",
         styles.CENTS),
    Line("unit_part", "With a unit for itself, or the fewest", MONTH,
         "{fixed_part}+IF(N({carries})>0,"
         f"{_NUMBERED('unit_cost')}*MAX(1,{_NUMBERED('units_minimum')}),0)", styles.CENTS),
    Line("left_over", "Limit less each request", "of 1,000 requests",
         f'IF({{max_cost_per_1k}}="","",{{max_cost_per_1k}}-({_NUMBERED("by_request")}'
         f'+IF(N({{carries}})>0,{_NUMBERED("unit_cost")}/{{carries}},0))*1000)',
         styles.PER_1K),
    Line("passes_to", "Passes up to", VOLUME,
         'IF({load_met}="units","no limit",IF({load_met}="not tested","no limit",'
         "{throughput}*{hours_per_month}*{seconds_per_hour}/{peak_factor}/{busiest}))",
         styles.WHOLE),
    Line("may_pass_from", "May pass from", VOLUME, _passes("{fixed_part}"), styles.WHOLE),
    Line("passes_from", "Passes for certain from", VOLUME, _passes("{unit_part}"), styles.WHOLE),
    Line("passes_later", "Passes at higher volumes from", VOLUME,
         'IF({passes_to}>{requests_per_month},{passes_from},"never")', styles.WHOLE),
)  # fmt: skip
_FIRST_PASSES = f'{_LED("verdict")}="pass"'
CHEAPER = (
    Line("candidate_cheaper", "Approach", "name", "{candidate}", style="text"),
    Line("eligible_from", "To be compared from", VOLUME,
         f'IF({{listed_number}}={{leader}},"",IF({_FIRST_PASSES},'
         'IF(AND({verdict}="pass",{unit_part}={fixed_part}),{requests_per_month},'
         'IF(ISNUMBER({passes_from}),MAX({requests_per_month},{passes_from}),"")),'
         "{requests_per_month}))", styles.WHOLE),
    Line("order_certain", "The order is certain from, or to", VOLUME,
         f'IF({{eligible_from}}="","",IF(ISNUMBER({_LAST}),IF({_RISES_LESS}>0,{_LAST},'
         f'IF({_CHEAPER_BEFORE},{_EARLIEST},0)),'
         f'IF({_NEVER},0,IF({_RISES_LESS}=0,"",{_STARTS_ABOVE}/{_RISES_LESS}))))', styles.WHOLE),
    Line("cheaper_from", "Cheaper than the first from", VOLUME,
         f'IF({{eligible_from}}="","",IF({_RISES_LESS}>0,MAX({{eligible_from}},{{order_certain}}),'
         f'IF({_AS_THE_FIRST},"",IF({_RISES_LESS}=0,IF({_STARTS_ABOVE}<0,{{eligible_from}},""),'
         'IF({eligible_from}<{order_certain},{eligible_from},"")))))', styles.WHOLE),
    Line("overtakes_at", "and passes, from", VOLUME,
         f'IF({{cheaper_from}}="","",IF({_FIRST_PASSES},IF({{cheaper_from}}>={{passes_to}},"",'
         "{cheaper_from}),{cheaper_from}))", styles.WHOLE),
    Line("cheaper_to", "Cheaper than the first to", VOLUME,
         f'IF({{overtakes_at}}="","",IF({_RISES_LESS}<0,{{order_certain}},"no limit"))',
         styles.WHOLE),
    Line("overtakes_until", "and passes, to", VOLUME,
         f'IF({{overtakes_at}}="","",IF({_FIRST_PASSES},IF({{passes_to}}<{{cheaper_to}},'
         "{passes_to},{cheaper_to}),{cheaper_to}))", styles.WHOLE),
    Line("may_overtake", "May cost less and pass at some", "1 is yes",
         f'IF({{listed_number}}={{leader}},0,IF({{overtakes_at}}<>"",0,IF(IF({_UNCERTAIN},'
         f'IF({_EXACT},N({_LAST})>{{requests_per_month}},TRUE),FALSE),'
         f'IF({_FIRST_PASSES},IF(ISNUMBER({{may_pass_from}}),'
         'IF({passes_to}>{requests_per_month},1,0),0),1)*'
         f'IF({_RISES_LESS}>0,1,IF({_MAY_START_ABOVE}-{_RISES_LESS}'
         '*MAX({requests_per_month},N({may_pass_from}))<0,1,0)),0)))', styles.NUMBER),
    Line("may_before", "May cost less below the next volume", "1 is yes",
         f'IF({{listed_number}}={{leader}},0,IF({_UNCERTAIN},IF({_EXACT},IF({_NEVER},0,'
         f'IF(AND({_EARLIEST}<{{next_volume}},{_LAST}>{{requests_per_month}}),1,0)),1),0))',
         styles.NUMBER),
)  # fmt: skip
_MISSED = "&".join(
    f'IF(OR({{{result}_met}}="fail",{{{result}_met}}="not stated"),"{word} ","")'
    for result, word in (
        ("latency", "latency"), ("throughput", "throughput"), ("accuracy", "accuracy"),
        ("load", "load"), ("cost_1k", "cost"), ("deployment", "deployment"))
)  # fmt: skip
ORDER = (
    Line("candidate_order", "Approach", "name", "{candidate}", style="text"),
    Line("verdict_order", "All requirements", "pass or fail", "{verdict}", style="check"),
    Line("ordered_cost", EQUIVALENT, MONTH,
         "INDEX({present_monthly:all},{listed_number})", styles.CENTS),
    Line("passing_cost", "if it passes", MONTH, 'IF({verdict}="pass",{ordered_cost},"")',
         styles.CENTS),
    Line("failing_cost", "if it fails", MONTH, 'IF({verdict}="pass","",{ordered_cost})',
         styles.CENTS),
    Line("place", "Place", "1 is first",
         f'IF({{verdict}}="pass",{place_in_line("passing_cost")},'
         f'COUNT({{passing_cost:all}})+{place_in_line("failing_cost")})',
         styles.NUMBER, "result"),
    Line("missed", "Requirements that it misses", "in words",
         f'SUBSTITUTE(TRIM({_MISSED})," ",", ")', style="text"),
    Line("undercuts", "Cheaper, but fails", "1 is yes",
         f'IF({{verdict}}="pass",0,IF({_LED("verdict")}="pass",IF({{ordered_cost}}<{{leader_monthly}}'
         "-{tolerance}*MAX(1,{leader_monthly}),1,0),0))", styles.NUMBER),
    Line("pair_with_first", "It and the first", "number of the pair",
         f'IF({{listed_number}}={{leader}},"",{number_of("{listed_number}", "{leader}")})',
         styles.NUMBER),
)  # fmt: skip


def add_sheets(model: Model, axes: Axes) -> None:
    """The sheets Requirements and Reasons, and the order in which approaches come."""
    sheet = gates.requirements(model, axes.listed, PROFILE, WIDTHS, [LOAD], [LOAD_REASON])
    sheet.section("Order: those that pass by equivalent monthly cost, then the others")
    sheet.table(axes.listed, ORDER)
    sheet.section("By volume: from where each passes")
    sheet.table(axes.listed, BY_VOLUME)
    sheet.section("By volume: from where each costs less than the first")
    sheet.table(axes.listed, CHEAPER)
    sheet.section("Who comes in which place")
    sheet.table(axes.places, in_order("place"))
    gates.reasons(model, axes.listed, [LOAD_REASON])

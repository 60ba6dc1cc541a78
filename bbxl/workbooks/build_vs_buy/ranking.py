"""Requirements of the comparison: its approaches, listed in rows, and their order."""

from bbxl.workbooks import gates, styles
from bbxl.workbooks.build_vs_buy.axes import Axes
from bbxl.workbooks.build_vs_buy.tco import EQUIVALENT
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.order import place_in_line

WIDTHS = [32, 18, *[14] * 5, 100]
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
    Line("listed", "Takes part", "1 is yes", "INDEX({used:all},{listed_number})", styles.NUMBER,
         always=True),
]  # fmt: skip


VOLUME = "requests a month"
_NUMBERED = "INDEX({{{}:all}},{{listed_number}})".format
_LED = "INDEX({{{}:all}},{{leader}})".format
_OTHERS = "{deployment_met}:{accuracy_met}"  # what does not depend on the volume
_NEEDED = "{fixed_part}*{thousand}/{left_over}"
_RISES_LESS = f"{_LED('present_slope')}-{_NUMBERED('present_slope')}"
_STARTS_ABOVE = f"{_NUMBERED('present_start')}-{_LED('present_start')}"
BY_VOLUME = (
    Line("candidate_volume", "Approach", "name", "{candidate}", style="text"),
    Line("fixed_part", "Fixed part of its cost", MONTH,
         f"({_NUMBERED('upfront')}+{_NUMBERED('later')})/{{months}}+{_NUMBERED('fixed')}",
         styles.CENTS),
    Line("left_over", "Limit less each request", "of 1,000 requests",
         f'IF({{max_cost_per_1k}}="","",{{max_cost_per_1k}}-{_NUMBERED("by_request")}*{{thousand}})',
         styles.PER_1K),
    # What passes at today's volume passes at a higher one, whatever rounding says of the limit.
    Line("passes_from", "Passes from", VOLUME,
         f'IF(COUNTIF({_OTHERS},"fail")+COUNTIF({_OTHERS},"not stated")>0,"never",'
         'IF({left_over}="",0,IF({cost_1k_met}="pass",IF({fixed_part}=0,0,'
         f'IF({{left_over}}<=0,{{requests_per_month}},MIN({{requests_per_month}},{_NEEDED}))),'
         'IF({left_over}<0,"never",IF({fixed_part}=0,0,IF({left_over}=0,"never",'
         f'IF({{cost_1k_met}}="fail",MAX({{requests_per_month}},{_NEEDED}),{_NEEDED})))))))',
         styles.WHOLE),
    Line("eligible_from", "To be compared from", VOLUME,
         'IF({listed_number}={leader},"",IF({verdict}=' + _LED("verdict") + ",{requests_per_month},"
         'IF(ISNUMBER({passes_from}),MAX({requests_per_month},{passes_from}),"")))', styles.WHOLE),
    Line("overtakes_at", "Cheaper than the first from", VOLUME,
         f'IF({{eligible_from}}="","",IF({_RISES_LESS}>0,'
         f"MAX({{eligible_from}},({_STARTS_ABOVE})/({_RISES_LESS})),"
         f'IF({{verdict}}={_LED("verdict")},"",IF({_STARTS_ABOVE}-({_RISES_LESS})*{{eligible_from}}<0,'
         '{eligible_from},""))))', styles.WHOLE),
    Line("overtakes_until", "to", VOLUME,
         f'IF({{overtakes_at}}="","",IF({_RISES_LESS}<0,'
         f'({_STARTS_ABOVE})/({_RISES_LESS}),"no limit"))',
         styles.WHOLE),
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
    Line("undercuts", "Cheaper, but fails", "1 is yes",
         f'IF({{verdict}}="pass",0,IF({_LED("verdict")}="pass",IF({{ordered_cost}}<{{leader_monthly}}'
         "-{tolerance}*MAX(1,{leader_monthly}),1,0),0))", styles.NUMBER),
)  # fmt: skip


def add_sheets(model: Model, axes: Axes) -> None:
    """The sheets Requirements and Reasons, and the order in which approaches come."""
    sheet = gates.requirements(model, axes.listed, PROFILE, WIDTHS)
    sheet.section("Order: those that pass by equivalent monthly cost, then the others")
    sheet.table(axes.listed, ORDER)
    sheet.section("By volume: from where each passes, and costs less than the first")
    sheet.table(axes.listed, BY_VOLUME)
    sheet.section("Who comes in which place")
    sheet.table(axes.places, gates.in_order("place"))
    gates.reasons(model, axes.listed)

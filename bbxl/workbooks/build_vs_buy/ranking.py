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
            "cost_1k": 'IF({requests_per_month}=0,"no requests",'
            "INDEX({cost_per_1k:all},{listed_number}))",
        }
    ),
    Line("listed", "Takes part", "1 is yes", "INDEX({used:all},{listed_number})", styles.NUMBER,
         always=True),
]  # fmt: skip


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
    Line("overtakes_at", "Cheaper than the first from", "requests a month",
         "IF({verdict}=INDEX({verdict:all},{leader}),"
         "IF(INDEX({present_slope:all},{listed_number})<INDEX({present_slope:all},{leader}),"
         "MAX({requests_per_month},(INDEX({present_start:all},{listed_number})"
         "-INDEX({present_start:all},{leader}))/(INDEX({present_slope:all},{leader})"
         '-INDEX({present_slope:all},{listed_number}))),""),"")', styles.WHOLE),
)  # fmt: skip


def add_sheets(model: Model, axes: Axes) -> None:
    """The sheets Requirements and Reasons, and the order in which approaches come."""
    sheet = gates.requirements(model, axes.listed, PROFILE, WIDTHS)
    sheet.section("Order: those that pass by equivalent monthly cost, then the others")
    sheet.table(axes.listed, ORDER)
    sheet.section("Who comes in which place")
    sheet.table(axes.places, gates.in_order("place"))
    gates.reasons(model, axes.listed)

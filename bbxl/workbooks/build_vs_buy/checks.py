"""Checks: whether the figures hold together, rolled up to one that stands on every sheet."""

from bbxl.workbooks import checking, gates
from bbxl.workbooks.build_vs_buy.inputs import BY_CASE, KINDS, input_faults
from bbxl.workbooks.build_vs_buy.tco import COMPONENTS
from bbxl.workbooks.checking import check, equal, function, warning
from bbxl.workbooks.layout import Model
from bbxl.worksheet.functions.projection import MOVES, SHOCK, TAX

_LINE = "SUM({line_start})+SUM({line_slope})*{requests_per_month}+SUM({present_units})"
_TCO_LINE = (
    "(SUM({upfront})+SUM({later}))/MAX(1,{months})+SUM({fixed})"
    "+SUM({by_request})*{requests_per_month}+SUMPRODUCT({unit_cost},{units_today})"
)
_BAND = "MAX(1,SUMPRODUCT(({band_from}<{requests_per_month})*1))"
_AT_BAND = f"INDEX({{present_monthly}},INDEX({{band_position}},{_BAND}))"
_BREAKDOWN = f"{{{COMPONENTS[0].field}:all}}:{{{COMPONENTS[-1].field}:all}}"
_MOVING = ",".join(f"{{{name}}}" for name in MOVES if name not in ("months", "annual_rate"))
_PERFORMANCE = "{p99_latency_ms}:{accuracy_score}"

_CASE_VALUES = f"COUNT({{{{{BY_CASE[0].field}_{{0}}}}}}:{{{{{BY_CASE[-1].field}_{{0}}}}}})>0".format

CHECKS = (
    check("check_inputs", "Single inputs are filled in and in range", "{input_faults}=0",
           "See the Status column of the Inputs sheet."),
    check("check_approaches", "No approach is incomplete",
           'SUMPRODUCT(({status}<>"")*({status}<>"complete"))=0',
           "An incomplete approach does not take part."),
    check("check_compared", "There is an approach to compare", "SUM({used})>0",
           "At least one is complete."),
    check("check_performance", "Performance is in range",
           f'AND(COUNTIF({_PERFORMANCE},"<0")=0,MAX(0,{{accuracy_score}})<=1,'
           f"COUNTA({_PERFORMANCE})=COUNT({_PERFORMANCE}))",
           "Numbers, nothing negative, accuracy up to 1."),
    check("check_choices", "Deployment and spectrum are ones that exist",
           f"{gates.unknown_choices('deployment', KINDS[0].choices)}"
           f"+{gates.unknown_choices('spectrum', KINDS[1].choices)}=0",
           "The choices of the Inputs sheet."),
    check("check_sums", "Breakdowns add up to the lines",
           equal("SUM({monthly_total})", _TCO_LINE),
           "Components against upfront / months + fixed + per request x volume."),
    check("check_present", "Month by month equals the weights",
           equal("SUM({present_monthly})", _LINE),
           "Cash flows x discount factors against the line in the volume."),
    check("check_cases", "Closed form equals month by month",
           "IF({comparable}=1," + equal("SUM({present_monthly})", "SUM({case_cost:1})") + ",TRUE)",
           "The first row of the Cases sheet against the TCO sheet."),
    check("check_units", "Units month by month equal what each is worth",
          equal("SUM({present_units})", "SUM({units_by_month})"),
          "The Units sheet, added up in two ways."),
    check("check_positive", "No cost is negative", f"MIN(0,{_BREAKDOWN})>=0",
           "The breakdown of the TCO sheet."),
    check("check_bands", "The band at today's volume is the cheapest",
           "IF({compared}=0,TRUE,IF({bands_exact}=0,TRUE,"
           "IF(INDEX({band_to}," + _BAND + ")<{requests_per_month},TRUE,"
           + equal("MIN({present_monthly})", _AT_BAND) + ")))",
           "The Breakeven sheet against the TCO sheet."),
    warning("check_passes", "An approach meets the requirements",
            "IF({compared}=0,TRUE,{passing}>0)", "The Requirements sheet says why not."),
    warning("check_case", "The case in use has values of its own",
            f'IF({{case}}="base",TRUE,IF({{case}}="low",{_CASE_VALUES("low")},'
            f'{_CASE_VALUES("high")}))', "The columns Low and High of the Inputs sheet."),
    warning("check_load", "The load at the peak is tested for each approach",
            'COUNTIF({load_met},"not tested")=0',
            "Without units, an approach needs a throughput for it."),
    warning("check_rates", "No rate is out of the ordinary",
            f"MAX({_MOVING})<={{unusual_rate}}", "The Constants of the Inputs sheet say what is."),
    warning("check_shock", "The price shock falls into the horizon",
            "IF({shock_factor}=1,TRUE,{shock_month}<={months})", "After it, it does nothing."),
    warning("check_move", "Move from and Move to are two approaches that take part",
            "IF({comparable}=0,TRUE,{decided}=1)", "The inputs of the business case."),
    warning("check_usd_rate", "The rate from USD fits the currency",
            'IF(OR({currency}="USD",{currency}="US$",{currency}="$"),{usd_rate}=1,{usd_rate}<>1)',
            "It is 1 for USD, and for no other; see the Prices sheet."),
    warning("check_weights", "The score has weights", "{weights}>0",
            "With all weights 0 there is no order by score."),
)  # fmt: skip

_RATES = ",".join(f"{{{name}}}" for name in ("requests_per_month", *MOVES, *TAX, *SHOCK))
FUNCTIONS = (
    function("check_bb_tco", "TCO a month against BB_TCO", "approaches",
              "SUM(BB_TCO(approaches,{requests_per_month},{months}))", "SUM({monthly_total})"),
    function("check_bb_present_cost", "Present cost against BB_PRESENT_COST", "approaches",
              f"SUM(BB_PRESENT_COST(approaches,{_RATES}))", "SUM({present_cost})"),
)  # fmt: skip


def add_sheet(model: Model) -> None:
    """All checks; the first line is the one that every sheet shows."""
    checking.add_sheet(model, CHECKS, FUNCTIONS, input_faults())

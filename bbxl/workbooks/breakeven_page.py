"""Breakeven on one page: up to three approaches as lines, the answer, the chart."""

from dataclasses import replace

from openpyxl import Workbook

from bbxl.presets import Preset
from bbxl.workbooks import charts, checking, entries, guide, left_out, styles
from bbxl.workbooks.build_vs_buy import bands
from bbxl.workbooks.build_vs_buy import breakeven as volumes
from bbxl.workbooks.build_vs_buy.axes import LONGEST, axes
from bbxl.workbooks.build_vs_buy.crossings import MONTH, VOLUME
from bbxl.workbooks.build_vs_buy.inputs import NAME, WORDS_AND_CHARTS
from bbxl.workbooks.build_vs_buy.summary import money
from bbxl.workbooks.checking import check, equal, function
from bbxl.workbooks.entries import Entry
from bbxl.workbooks.gates import figure
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.order import place_in_line
from bbxl.workbooks.sheets import Sheet

AXES = axes(3)
WIDTHS = [34, 19, *[16] * 4, 30]

SCENARIO = (
    entries.CURRENCY,
    Entry("requests_per_month", "Requests per month", "requests a month",
          note="The volume to decide for."),
    Entry("months", "Horizon", "months", styles.NUMBER, "whole", 1, LONGEST,
          note="Upfront cost is spread over it."),
)  # fmt: skip
LINES = (
    NAME,
    Entry("upfront_cost", "Upfront cost", "currency, once", styles.CENTS,
          note="Before the start: development, data, training."),
    Entry("cost_per_request", "Cost per request", "currency a request", styles.PRICE,
          note="What each request adds."),
    Entry("fixed_monthly", "Fixed monthly", MONTH, styles.CENTS,
          note="Whatever the volume; 0 if there is none."),
)  # fmt: skip
COSTS = [each for each in LINES if each is not NAME]
_START, _SLOPE = "INDEX({present_start:all},{leader})", "INDEX({present_slope:all},{leader})"
_MET = f"({{present_start}}-{_START})/({_SLOPE}-{{present_slope}})"
MONTHLY = (
    Line("present_monthly", "Cost at that volume", MONTH,
         "{present_start}+{present_slope}*{requests_per_month}", styles.CENTS, "result",
         note="Upfront / horizon + fixed + per request x requests."),
    Line("more", "More than the cheapest", MONTH, "{present_monthly}-{cheapest_cost}",
         styles.CENTS),
    Line("place", "Place", "1 is the cheapest",
         place_in_line("present_monthly"), styles.NUMBER),
)  # fmt: skip
WORKED_OUT = (
    Line("present_start", "Cost at zero volume", MONTH, "{upfront_cost}/{months}+{fixed_monthly}",
         styles.CENTS),
    Line("present_slope", "Cost of each request", "currency a request", "{cost_per_request}",
         styles.PRICE),
    Line("same", "Costs what the cheapest does", "1 is yes",
         "IF({more}<={tolerance}*MAX(1,{cheapest_cost}),1,0)", styles.NUMBER),
    Line("cheaper_above", "Cheaper than the first above", VOLUME,
         f'IF({{present_slope}}<{_SLOPE},MAX({{requests_per_month}},{_MET}),"")', styles.WHOLE),
    Line("cheaper_below", "Cheaper than the first below", VOLUME,
         f'IF({{present_slope}}>{_SLOPE},IF({_MET}>=1,MIN({{requests_per_month}},{_MET}),""),"")',
         styles.WHOLE),
)  # fmt: skip
IN_ROWS = (
    Line("row_name", "Approach", "name", "{listed_name}", style="text"),
    Line("listed", "Takes part", "1 is yes", "INDEX({used:all},{listed_number})", styles.NUMBER,
         always=True),
)  # fmt: skip
HEADLINES = (
    Line("compared", "Approaches compared", "approaches", "COUNT({present_monthly})",
         styles.NUMBER),
    Line("leader", "Number of the first", "number",
         'IF({compared}=0,"",MATCH(1,{place},0))', styles.NUMBER),
    Line("cheapest", "Cheapest", "name", 'IF({compared}=0,"none",INDEX({name},{leader}))',
         style="result"),
    Line("cheapest_cost", "It costs", MONTH, 'IF({compared}=0,"",MIN({present_monthly}))',
         styles.CENTS, "result"),
    Line("runner_up", "Next", "name",
         'IF({compared}>1,INDEX({name},MATCH(1+1,{place},0)),"none")'),
    Line("margin", "It costs more by", MONTH,
         'IF({compared}>1,INDEX({more},MATCH(1+1,{place},0)),"")', styles.CENTS),
    Line("next_volume", "Another is cheaper above", VOLUME,
         'IF(COUNT({cheaper_above})=0,"none",MIN({cheaper_above}))', styles.COUNT),
    Line("next_winner", "that is", "name",
         'IF({next_volume}="none","none",INDEX({name},MATCH({next_volume},{cheaper_above},0)))'),
    Line("last_volume", "Another is cheaper below", VOLUME,
         'IF(COUNT({cheaper_below})=0,"none",MAX({cheaper_below}))', styles.COUNT),
    Line("last_winner", "that is", "name",
         'IF({last_volume}="none","none",INDEX({name},MATCH({last_volume},{cheaper_below},0)))'),
)  # fmt: skip

_AT = (
    '"At "&' + figure("{requests_per_month}") + '&" requests a month over "&{months}&'
    'IF({months}=1," month, "," months, ")'
)
_COST = money("{cheapest_cost}") + '&" a month"'
_TIED = (
    'IF(SUM({same})>1+1,"all "&{compared}&" approaches",{cheapest}&" and "&{runner_up})'
    f'&" cost the same, "&{_COST}&IF(SUM({{same}})<{{compared}}," and the third more.",".")'
)
_WHO = (
    f'IF({{compared}}=1,{{cheapest}}&" costs "&{_COST}&". There is no other approach to compare it'
    f' with.",IF(SUM({{same}})>1,{_TIED},{{cheapest}}&" is the cheapest, at "&{_COST}&". "'
    f'&{{runner_up}}&" costs "&{money("{margin}")}&" more a month."))'
)
WHO = Line(
    "answer",
    "At that volume",
    formula=left_out.told(AXES.approaches.count, "Approach")
    + '&IF({compared}=0,"Nothing can be compared yet: fill in the pale cells.",'
    f"{_AT}&{_WHO})",
)
AT_OTHERS = Line(
    "answer_volume",
    "At other volumes",
    formula='IF({compared}<1+1,"",IF({next_volume}="none","At no higher volume does another cost '
    'less than "&{cheapest}&".",{next_winner}&" costs less above "&'
    'FIXED(ROUND({next_volume},0),0)&" requests a month.")&IF({last_volume}="none","",'
    '" "&{last_winner}&" costs less below "&FIXED(ROUND({last_volume},0),0)&" requests a month."))',
)
RECOMMENDATION = Line(
    "recommendation",
    "The answer",
    formula='{answer}&IF({answer_volume}="",""," "&{answer_volume})',
)

_BAND = "SUMPRODUCT(({band_from}<={requests_per_month})*1)"
_AT_BAND = f"INDEX({{present_monthly}},INDEX({{band_position}},{_BAND}))"
CHECKS = (
    check("check_inputs", "Volume and horizon are filled in and in range", "{input_faults}=0",
          "See the Status column of the Breakeven sheet."),
    check("check_approaches", "No approach is incomplete",
          'SUMPRODUCT(({status}<>"")*({status}<>"complete"))=0',
          "An incomplete approach does not take part."),
    check("check_compared", "There is an approach to compare", "SUM({used})>0",
          "At least one is complete."),
    check("check_horizon", "Costs of the horizon add up",
          equal("SUM({present_monthly})*{months}",
                "SUMPRODUCT(({used:all}=1)*({upfront_cost:all}+{months}*({fixed_monthly:all}"
                "+{cost_per_request:all}*{requests_per_month})))"),
          "Upfront + months x (fixed + per request x requests) against a month's cost."),
    check("check_bands", "The band at that volume is the cheapest",
          "IF({compared}=0,TRUE," + equal("MIN({present_monthly})", _AT_BAND) + ")",
          "The bands against the cost at that volume."),
)  # fmt: skip
FUNCTIONS = (
    function("check_bb_tco", "Cost a month against BB_TCO", "approaches",
             "SUM(BB_TCO(approaches,{requests_per_month},{months}))", "SUM({present_monthly})"),
    function("check_bb_bands", "Bands against BB_BANDS", "approaches",
             "SUM(BB_BANDS(approaches,{months}))", "SUM({band_from})+SUM({band_to})"),
)  # fmt: skip
STEPS = (
    "On the Breakeven sheet, fill in the pale cells: the volume, and over how many months to "
    "spread what is paid upfront.",
    "Describe two or three approaches, each in a column; leave the third empty if there are two.",
    "See that the check at the top says OK; the Checks sheet says what is wrong.",
    "Read the answer at the top, the breakeven volumes and the chart.",
    "Print it: the answer and the costs on one page, volumes and chart on the next. Note changes "
    "in the log.",
)


def model(preset: Preset) -> Model:
    """The page with a preset filled in, and where each of its fields stands."""
    made = Model()
    page = _page(made, preset)
    _workings(made)
    charts.place(page, volumes.chart(page, "Cost a month"), f"A{page.row + 1}", 27, 7.5)
    checking.add_sheet(made, CHECKS, FUNCTIONS, entries.faults(SCENARIO))
    guide.add_sheets(
        made,
        ["Breakeven"],
        "Breakeven",
        "At what volume up to three ways of building or buying an AI/LLM system cost the same.",
        STEPS,
        RECOMMENDATION,
    )
    return made


def build(preset: Preset) -> Workbook:
    """The page as a workbook."""
    return model(preset).finished()


def _page(made: Model, preset: Preset) -> Sheet:
    source = f"Fill in the pale cells with blue figures. Example: {preset.title}. {preset.source}"
    sheet = Sheet(made, "Breakeven", source, "input", WIDTHS)
    sheet.section("The answer")
    sheet.sentence(WHO, height=50, style="answer")
    sheet.sentence(AT_OTHERS, height=30)
    given = {"requests_per_month": preset.requests_per_month, "months": preset.months}
    entries.values(sheet, "Volume and horizon", SCENARIO, given)
    sheet.section("Approaches, each in a column", names=AXES.approaches)
    listed = [{"name": name, **each} for name, each in preset.approaches.items()]
    entries.rows(sheet, AXES.approaches, LINES, listed)
    made.name("approaches", "{name:label}:{fixed_monthly:all}")
    sheet.rows(AXES.approaches, (*left_out.taking_part(COSTS), *MONTHLY))
    sheet.row += 4  # in print, what follows begins the next page
    volumes.matrix(sheet, AXES)
    bands.add(sheet, AXES)
    return sheet


def _workings(made: Model) -> None:
    note = "What the answer and the chart are made from."
    sheet = Sheet(made, "Workings", note, widths=WIDTHS)
    sheet.section("Lines", names=AXES.approaches)
    sheet.rows(AXES.approaches, WORKED_OUT)
    sheet.section("Headlines")
    sheet.values(HEADLINES, named=True)
    sheet.section("Approaches, each in a row")
    sheet.table(AXES.listed, IN_ROWS)
    volumes.workings(sheet, AXES, "Cost a month")
    bands.add_workings(sheet, AXES, with_units=False)
    sheet.section("Constants, not to be changed")
    sheet.values([replace(line, style="constant") for line in WORDS_AND_CHARTS], named=True)

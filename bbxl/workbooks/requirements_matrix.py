"""The requirements matrix alone: up to twelve candidates, gate, reasons, score and rank."""

from dataclasses import replace

from openpyxl import Workbook

from bbxl.model.drivers import DeploymentType
from bbxl.presets import Preset
from bbxl.workbooks import charts, checking, entries, gates, guide, left_out, styles
from bbxl.workbooks.checking import check, function, warning
from bbxl.workbooks.entries import Entry
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.order import in_order, place_in_line, placed
from bbxl.workbooks.placing import Axis
from bbxl.workbooks.sheets import FIGURE, Sheet

CANDIDATES = Axis("candidate", 12, present="listed")
PLACES = Axis("place", CANDIDATES.count)
WIDTHS = [32, 18, *[14] * 5, 100]
CHART = 12  # cm: with it, what follows begins the second page in print

PROFILE = (
    Entry("name", "Name", "name", styles.TEXT, "textLength", 0, 40, required=False),
    Entry("deployment", "Deployment", "where it runs", styles.TEXT, "list",
          choices=[each.words for each in DeploymentType], required=False),
    Entry("p50_latency_ms", "p50 latency ms", "milliseconds", required=False),
    Entry("p99_latency_ms", "p99 latency ms", "milliseconds", required=False,
          note="99 of 100 answers are faster."),
    Entry("throughput_rps", "Throughput rps", "requests a second", styles.CENTS, lowest=0.001,
          required=False, note="Sustained."),
    Entry("accuracy_score", "Accuracy score", "0 to 1", styles.SHARE, highest=1, required=False),
    Entry("cost_per_1k_requests", "Cost per 1k requests", "currency", styles.PER_1K,
          required=False),
)  # fmt: skip
_FIGURES = "{p50_latency_ms}:{cost_per_1k_requests}"
_OUTSIDE = [(each.field, f"{{{each.field}}}<0") for each in PROFILE if each.kind == "decimal"] + [
    ("accuracy_score", "N({accuracy_score})>1")
]
STATUS = (
    Line("status", "Status", "in words",
         left_out.named(f"COUNTA({_FIGURES})=0", [(
             f'COUNTIF({_FIGURES},"<0")+COUNTIF({{accuracy_score}},">1")>0',
             "fails: out of range")]),
         style="check", always=True),
    Line("listed", "Takes part", "1 is yes",
         'IF({status}="complete",IF({input_faults}=0,1,0),"")', styles.NUMBER, always=True),
    left_out.line(left_out.outside(_OUTSIDE)),
)  # fmt: skip
CONSTANTS = (
    Line("tolerance", "Differences up to this share are rounding", "share", fixed=1e-6,
         number_format=styles.FINE),
    Line("text_decimals", "Most decimals of a figure in words", "decimals", fixed=4),
)  # fmt: skip


def _known(field: str) -> str:
    return f'IF({{{field}}}="","",{{{field}}})'


KNOWN = gates.profile(
    {
        "candidate": "{name}",
        "where": _known("deployment"),
        "latency": _known("p99_latency_ms"),
        "throughput": _known("throughput_rps"),
        "accuracy": _known("accuracy_score"),
        "cost_1k": _known("cost_per_1k_requests"),
    }
)


ORDER = (
    Line("candidate_order", "Approach", "name", "{candidate}", style="text"),
    Line("failing_score", "Score, if it fails", "lower is better",
         'IF({verdict}="pass","",{score})', styles.FACTOR),
    Line("place", "Place", "1 is first",
         'IF({score}="","",IF({verdict}="pass",{rank},'
         f'COUNT({{rank:all}})+{place_in_line("failing_score")}))', styles.NUMBER, "result"),
)  # fmt: skip
ORDERED = (
    Line("placed_name", "Candidate", "name", placed("candidate"), style="text"),
    Line("placed_verdict", "Requirements", "pass or fail", placed("verdict"), style="check"),
    Line("placed_score", "Score", "lower is better", placed("score"), styles.FACTOR, "result"),
    Line("placed_why", "Why it does not pass", "in words", placed("why_not"), style="reason"),
)  # fmt: skip
HEADLINES = (
    Line("compared", "Candidates compared", "candidates", "SUM({listed})", styles.NUMBER),
    Line("passing", "of them meet the requirements", "candidates", 'COUNTIF({verdict},"pass")',
         styles.NUMBER),
    Line("recommended", "Best that meets the requirements", "name",
         'IF({passing}=0,"none",IFERROR(INDEX({candidate},MATCH(1,{rank},0)),"none"))',
         style="result"),
    Line("recommended_score", "Its score", "lower is better",
         'IF({recommended}="none","",INDEX({score},MATCH(1,{rank},0)))', styles.FACTOR),
)  # fmt: skip
_COUNTED = '{compared}&IF({compared}=1," candidate"," candidates")'
RECOMMENDATION = Line(
    "recommendation",
    "Recommendation",
    formula=left_out.told(CANDIDATES.count, "Candidate")
    + '&IF({compared}=0,"Nothing can be compared yet: fill in the Inputs sheet.",'
    f'IF({{passing}}=0,"None of "&{_COUNTED}&" meets every requirement; the reasons stand below.",'
    f'IF({{recommended}}="none",{{passing}}&" of "&{_COUNTED}&'
    '" meet the requirements; a score is missing, so there is no order among them.",'
    f'{{recommended}}&IF({{passing}}=1," is the only one of "&{_COUNTED}&" that meets'
    f' the requirements."," has the best score of the "&{{passing}}&" that meet the requirements,'
    f' of "&{_COUNTED}&".")&IF(SUMPRODUCT(ISNUMBER({{score}})*({{score}}<{{recommended_score}}))>0,'
    '" A better score has one that does not meet them.",""))))',
)
CHECKS = (
    check("check_inputs", "Single inputs are filled in and in range", "{input_faults}=0",
          "See the Status column of the Inputs sheet."),
    check("check_candidates", "Every candidate has its own name and is in range",
          'SUMPRODUCT(({status}<>"")*({status}<>"complete"))=0',
          "One that is not does not take part."),
    check("check_compared", "There is a candidate", "SUM({listed})>0", "At least one is named."),
    check("check_verdicts", "Everyone passes or fails",
          'COUNTIF({verdict},"pass")+COUNTIF({verdict},"fail")={compared}',
          "The Requirements sheet."),
    check("check_reasons", "Whoever fails has a reason, and no other",
          'SUMPRODUCT(({verdict}="fail")*({why_not}=""))+SUMPRODUCT(({verdict}="pass")'
          '*({why_not}<>""))=0', "The Requirements sheet."),
    check("check_choices", "Deployments are ones that exist",
          gates.unknown_choices("deployment", [each.words for each in DeploymentType]) + "=0",
          "The choices of the Inputs sheet."),
    check("check_figures", "Figures are numbers",
          "COUNTA({p50_latency_ms:all}:{cost_per_1k_requests:all})"
          "=COUNT({p50_latency_ms:all}:{cost_per_1k_requests:all})",
          "A text counts as not stated."),
    warning("check_passes", "A candidate meets the requirements",
            "IF({compared}=0,TRUE,{passing}>0)", "The Requirements sheet says why not."),
    warning("check_weights", "The score has weights", "{weights}>0",
            "With all weights 0 there is no order by score."),
)  # fmt: skip
_LIMITS = ",".join(_known(each.limit) for each in gates.CRITERIA)
_FORBIDDEN = ",".join(f'{{allow_{each.value}}}="no"' for each in DeploymentType)
_WEIGHTS = "{weight_latency},{weight_cost},{weight_accuracy},{weight_throughput},{score_method}"
FUNCTIONS = (
    function("check_bb_meets", "How many pass, against BB_MEETS", "profiles",
             f'SUMPRODUCT(BB_MEETS(profiles,{_LIMITS},IF(OR({_FORBIDDEN}),{{allowed}},""))*1)',
             "{passing}"),
    function("check_bb_score", "Sum of the scores, against BB_SCORE", "profiles",
             f"SUM(BB_SCORE(profiles,{_WEIGHTS}))", "SUM({score})"),
)  # fmt: skip
STEPS = (
    "On the Inputs sheet, list the candidates, one in a row; leave other rows empty.",
    "Say what is required; leave a requirement empty for no limit.",
    "Say how much each criterion counts; the Note beside the method says how scores are made.",
    "See that the check at the top of every sheet says OK; the Checks sheet says what is wrong.",
    "Read the Summary. Note changes in the log.",
)
ASKED = (entries.CURRENCY, *gates.LIMITS)
SINGLE = (ASKED, gates.WEIGHTS)


def model(preset: Preset) -> Model:
    """The matrix with a preset filled in, and where each of its fields stands."""
    made = Model()
    _inputs(made, preset)
    sheet = gates.requirements(made, CANDIDATES, KNOWN, WIDTHS)
    sheet.section("Order: those that pass by score, then the others")
    sheet.table(CANDIDATES, ORDER)
    sheet.section("Who comes in which place")
    sheet.table(PLACES, in_order("place"))
    gates.reasons(made, CANDIDATES)
    _summary(made)
    checking.add_sheet(made, CHECKS, FUNCTIONS, "+".join(map(entries.faults, SINGLE)))
    guide.add_sheets(
        made,
        ["Summary", "Inputs"],
        "Requirements",
        "Which of up to twelve candidates meet the requirements, why not, and how they score.",
        STEPS,
        RECOMMENDATION,
    )
    return made


def build(preset: Preset) -> Workbook:
    """The matrix as a workbook."""
    return model(preset).finished()


def _inputs(made: Model, preset: Preset) -> None:
    source = f"Fill in the pale cells with blue figures. Example: {preset.title}. {preset.source}"
    sheet = Sheet(made, "Inputs", source, "input", widths=[38, 20, *[FIGURE] * 7, 44])
    sheet.section("Candidates, each in a row")
    listed = [{"name": name, **each} for name, each in preset.approaches.items()]
    entries.table(sheet, CANDIDATES, (*PROFILE, *STATUS), listed)
    made.name("profiles", "{name:label}:{cost_per_1k_requests:all}")
    scenario = next(iter(preset.scenarios.values()))
    weights = {f"weight_{name}": value for name, value in scenario["weights"].items()}
    entries.values(sheet, "Requirements; leave one empty for no limit", ASKED,
                   scenario["requirements"])  # fmt: skip
    entries.values(sheet, "Weights of the score", gates.WEIGHTS, weights)
    sheet.section("Constants, not to be changed")
    sheet.values([replace(line, style="constant") for line in CONSTANTS], named=True)


def _summary(made: Model) -> None:
    sheet = Sheet(made, "Summary", "What follows from the Inputs sheet.", "output",
                  [34, 18, FIGURE, 96])  # fmt: skip
    sheet.section("The answer")
    answer = replace(RECOMMENDATION, field="answer", formula="{recommendation}")
    sheet.sentence(answer, height=36, style="answer")
    sheet.section("Headlines")
    sheet.values(HEADLINES, named=True)
    charted = sheet.row + 1
    sheet.row += charts.rows(CHART)
    sheet.section("Candidates: those that meet the requirements first, then by score")
    sheet.table(PLACES, ORDERED)
    scores = charts.bars(
        sheet,
        "Score of each candidate",
        "placed_name",
        ["placed_score"],
        "Candidate",
        "Score (lower is better)",
        "Bars of the score of each candidate; those that meet the requirements stand on top.",
        horizontal=True,
        lowest=0,
    )
    charts.place(sheet, scores, f"A{charted}", 26, CHART)

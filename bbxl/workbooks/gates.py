"""Requirements: which candidates meet them, why not, and how they score.

Candidates stand in rows. What is asked of them and how much each criterion
counts are inputs; formulas here are those of `bbxl.model.requirements`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

from bbxl.model import requirements as requirements_model
from bbxl.model.drivers import DeploymentType
from bbxl.workbooks import currency, styles
from bbxl.workbooks.entries import Entry
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.order import place_in_line
from bbxl.workbooks.placing import Axis
from bbxl.workbooks.sheets import Sheet

YES_NO = ("yes", "no")
NO_REQUESTS = "no requests"  # in place of a cost per 1,000 of them
LIMITS = (
    Entry("max_latency_p99", "Highest p99 latency", "milliseconds", required=False,
          note="99 of 100 answers must be faster."),
    Entry("min_throughput", "Lowest throughput", "requests a second", styles.CENTS,
          required=False),
    Entry("min_accuracy", "Lowest accuracy", "0 to 1", styles.SHARE, highest=1, required=False),
    Entry("max_cost_per_1k", "Highest cost per 1,000 requests", "currency", styles.PER_1K,
          required=False),
    *(
        Entry(f"allow_{each.value}", f"May run: {each.words}", "choice", styles.TEXT, "list",
              choices=YES_NO, value="yes", note="No: data may not go there.")
        for each in DeploymentType
    ),
)  # fmt: skip
WEIGHTS = (
    *(
        Entry(f"weight_{name}", f"Weight of {name}", "weight", styles.SHARE, highest=1000, value=1)
        for name in ("latency", "cost", "accuracy", "throughput")
    ),
    Entry("score_method", "Method", "choice", styles.TEXT, "list", choices=("raw", "minmax"),
          value="raw", note="raw adds as is; minmax scales each criterion to 0..1."),
)  # fmt: skip


@dataclass(frozen=True)
class _Criterion:
    """What is measured, the requirement on it, and how it is scored."""

    field: str
    label: str
    unit: str
    number_format: str
    limit: str
    weight: str
    raw: str

    @property
    def at_most(self) -> bool:
        """Whether a higher value misses the requirement; else a lower one does."""
        return requirements_model.LIMITS[self.limit].at_most

    @property
    def missed(self) -> str:
        """The sentence of a missed requirement, with value, gap and limit in braces."""
        return requirements_model.LIMITS[self.limit].missed


CRITERIA = (
    _Criterion("latency", "p99 latency", "milliseconds", styles.MONEY, "max_latency_p99",
               "weight_latency", "{latency}/1000"),
    _Criterion("throughput", "Throughput", "requests a second", styles.CENTS, "min_throughput",
               "weight_throughput", "1000/{throughput}"),
    _Criterion("accuracy", "Accuracy", "0 to 1", styles.SHARE, "min_accuracy",
               "weight_accuracy", "(1-{accuracy})*100"),
    _Criterion("cost_1k", "Cost per 1,000", "currency", styles.PER_1K, "max_cost_per_1k",
               "weight_cost", "{cost_1k}"),
)  # fmt: skip


def figure(value: str) -> str:
    """A number in words, its thousands separated, with no more decimals than it needs.

    FIXED, unlike TEXT, takes no format whose letters and signs depend on the
    country. The decimals are counted on the number as text.
    """
    rounded = f'LEN(ROUND({value},{{text_decimals}})&"")'
    return f'FIXED({value},MAX(0,{rounded}-LEN(INT({value})&"")-1))'


def sentence(words: str, money: bool = False, **figures: str) -> str:
    """A sentence of the model with figures in braces, amounts of money or not, as a formula."""
    shown = {name: figure(each) for name, each in figures.items()}
    if money:
        shown = {name: currency.of(each) for name, each in shown.items()}
    return "&".join(
        f'"{text}"&{shown[name]}' if name else f'"{text}"'
        for text, name, *_ in Formatter().parse(words)
    )


def _result(each: _Criterion) -> Line:
    sign = "<=" if each.at_most else ">="
    value, limit = f"{{{each.field}}}", f"{{{each.limit}}}"
    met = f'IF({value}{sign}{limit},"pass","fail")'
    unknown = f'IF({value}="{NO_REQUESTS}","{NO_REQUESTS}","not stated")'
    known = f"IF(ISNUMBER({value}),{met},{unknown})"
    return Line(
        f"{each.field}_met",
        each.label,
        "pass or fail",
        f'IF({limit}="","no limit",{known})',
        style="check",
    )


def _reason(each: _Criterion) -> Line:
    value, limit = f"{{{each.field}}}", f"{{{each.limit}}}"
    gap = f"({value}-{limit})" if each.at_most else f"({limit}-{value})"
    said = sentence(each.missed, each.unit == currency.WORD, value=value, gap=gap, limit=limit)
    met = f"{{{each.field}_met}}"
    return Line(
        f"{each.field}_reason",
        each.label,
        "in words",
        f'IF({met}="fail",{said},IF({met}="not stated","{each.label} is not stated",""))',
        style="reason",
    )


def _scored(each: _Criterion) -> Line:
    """A criterion's part of the score: weight x value, or its share x the value scaled to 0..1."""
    value, weight = f"{{{each.field}}}", f"{{{each.weight}}}"
    every = f"{{{each.field}:all}}"
    worse = f"{value}-MIN({every})" if each.at_most else f"MAX({every})-{value}"
    spread = f"MAX({every})-MIN({every})"
    minmax = f"IF({spread}=0,0,({worse})/({spread}))/{{weights}}"
    part = f'{weight}*IF({{score_method}}="raw",{each.raw},{minmax})'
    return Line(
        f"scored_{each.field}",
        each.label,
        "score",
        f'IF({weight}=0,0,IF(ISNUMBER({value}),{part},""))',
        styles.FACTOR,
    )


_FORBIDDEN = ",".join(
    f'AND({{where}}="{each.words}",{{allow_{each.value}}}="no")' for each in DeploymentType
)
_ANY_FORBIDDEN = ",".join(f'{{allow_{each.value}}}="no"' for each in DeploymentType)
RESULTS = tuple(map(_result, CRITERIA))
DEPLOYMENT = Line(
    "deployment_met",
    "Deployment",
    "pass or fail",
    f'IF(OR({_ANY_FORBIDDEN}),IF({{where}}="","not stated",IF(OR({_FORBIDDEN}),"fail","pass")),'
    '"no limit")',
    style="check",
)
VERDICT = Line(
    "verdict",
    "All requirements",
    "pass or fail",
    'IF(COUNTIF({deployment_met}:{cost_1k_met},"fail")'
    '+COUNTIF({deployment_met}:{cost_1k_met},"not stated")=0,"pass","fail")',
    style="check",
)
REASONS = tuple(map(_reason, CRITERIA))
DEPLOYMENT_REASON = Line(
    "deployment_reason",
    "Deployment",
    "in words",
    'IF({deployment_met}="fail","deployment is "&{where}&", allowed: "&{allowed},'
    'IF({deployment_met}="not stated","deployment is not stated, allowed: "&{allowed},""))',
    style="reason",
)


def _joined(parts: list[str], between: str) -> str:
    """Texts with something between those that are not empty, as a formula."""
    text = parts[0]
    for done, part in enumerate(parts[1:], start=1):
        before = "&".join(parts[:done])
        text += f'&IF(OR({before}="",{part}=""),"","{between}")&{part}'
    return text


def why_not(more: Sequence[Line]) -> Line:
    """All reasons in a sentence."""
    said = _joined([f"{{{each.field}}}" for each in (*REASONS, *more, DEPLOYMENT_REASON)], "; ")
    return Line("why_not", "Why not", "in words", said, style="reason")


SCORES = tuple(map(_scored, CRITERIA))
SCORE = Line(
    "score",
    "Score",
    "lower is better",
    "IF(COUNT({scored_latency}:{scored_cost_1k})<COLUMNS({scored_latency}:{scored_cost_1k}),"
    '"",IF(AND({weights}=0,{score_method}="minmax"),"",SUM({scored_latency}:{scored_cost_1k})))',
    styles.FACTOR,
    "result",
)
PASSING_SCORE = Line(
    "passing_score",
    "Score, if it passes",
    "lower is better",
    'IF({verdict}="pass",{score},"")',
    styles.FACTOR,
)
RANK = Line(
    "rank",
    "Rank",
    "1 is best",
    f'IF({{passing_score}}="","",{place_in_line("passing_score")})',
    styles.NUMBER,
    "result",
)


def unknown_choices(field: str, known: Iterable[str]) -> str:
    """How many cells of a field hold what is none of its choices, as a formula."""
    cells = f"{{{field}:all}}"
    return "SUMPRODUCT(" + "*".join(f'({cells}<>"{each}")' for each in ("", *known)) + ")"


def profile(fetched: Mapping[str, str]) -> list[Line | None]:
    """What is known of each candidate; `fetched` says how to get a field."""
    return [
        Line("candidate", "Approach", "name", fetched["candidate"], style="text"),
        Line("where", "Deployment", "where it runs", fetched["where"], style="text"),
        *(
            Line(each.field, each.label, each.unit, fetched[each.field], each.number_format)
            for each in CRITERIA
        ),
    ]


def requirements(
    model: Model,
    axis: Axis,
    columns: list[Line | None],
    widths: Sequence[float],
    more: Sequence[Line] = (),
    reasons: Sequence[Line] = (),
) -> Sheet:
    """Candidates against the limits of the Inputs sheet; why each fails; how each scores.

    Parameters
    ----------
    more, reasons : further verdicts, and the reasons for them.
    """
    sheet = Sheet(
        model,
        "Requirements",
        "Each approach against the limits of the Inputs sheet: pass or fail, why, score and rank.",
        widths=widths,
        freeze=1,
    )
    sheet.section("What is known")
    sheet.table(axis, columns)
    sheet.section("Pass or fail")
    named = Line("candidate_met", "Approach", "name", "{candidate}", style="text")
    # The cost comes last: before it stands what does not depend on it.
    sheet.table(axis, [named, DEPLOYMENT, *RESULTS[:-1], *more, RESULTS[-1], VERDICT,
                       why_not(reasons)])  # fmt: skip
    sheet.section("Score: lower is better; those that pass are ranked")
    named = Line("candidate_score", "Approach", "name", "{candidate}", style="text")
    sheet.table(axis, [named, RANK, *SCORES, SCORE, PASSING_SCORE])
    sheet.section("For the formulas above")
    allowed = [f'IF({{allow_{each.value}}}="no","","{each.words}")' for each in DeploymentType]
    sheet.values(
        [
            Line("weights", "Sum of the weights", "weight",
                 "{weight_latency}+{weight_cost}+{weight_accuracy}+{weight_throughput}",
                 styles.SHARE),
            Line("allowed", "Allowed deployments", "in words", _joined(allowed, ", "),
                 style="text"),
        ]
    )  # fmt: skip
    return sheet


def reasons(model: Model, axis: Axis, more: Sequence[Line] = ()) -> None:
    """Each requirement that a candidate misses, in words."""
    sheet = Sheet(
        model,
        "Reasons",
        "Each requirement that an approach misses, in words; the Requirements sheet joins them.",
        widths=[28, *[34] * (5 + len(more))],
        freeze=1,
    )
    named = Line("candidate_reason", "Approach", "name", "{candidate}", style="text")
    sheet.section("Why not")
    sheet.table(axis, [named, *REASONS, *more, DEPLOYMENT_REASON])

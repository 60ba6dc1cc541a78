"""The requirements matrix against the Python model, on drawn candidates, and at extremes."""

import random

import pytest
from filled import Filled

from bbxl import presets
from bbxl.cost import DeploymentType
from bbxl.requirements import ApproachComparison, PerformanceProfile
from bbxl.workbooks import requirements

PRESET = presets.load("content-moderation")
FIELDS = ("p50_latency_ms", "p99_latency_ms", "throughput_rps", "accuracy_score",
          "cost_per_1k_requests")  # fmt: skip
LIMITS = ("max_latency_p99", "min_throughput", "min_accuracy", "max_cost_per_1k")
CRITERIA = ("latency", "cost", "accuracy", "throughput")
ROOM = requirements.CANDIDATES.count


@pytest.fixture(scope="module")
def book():
    return Filled(requirements.model(PRESET))


def empty():
    """Every input that may be empty, empty; no weights."""
    names = [
        f"candidate_{i}_{f}" for i in range(1, ROOM + 1) for f in ("name", "deployment", *FIELDS)
    ]
    given = dict.fromkeys([*names, *LIMITS])
    given |= {f"allow_{each.value}": "yes" for each in DeploymentType}
    return given | {f"weight_{each}": 0.0 for each in CRITERIA} | {"score_method": "raw"}


def drawn(seed):
    """Candidates in some rows, limits that some miss, weights."""
    draw = random.Random(seed)
    given = empty()
    for i in draw.sample(range(1, ROOM + 1), draw.randint(1, ROOM)):
        p50 = draw.uniform(1, 2000)
        figures = (p50, p50 * draw.uniform(1, 5), draw.uniform(1, 1000), draw.random(),
                   draw.uniform(0, 5))  # fmt: skip
        given |= {f"candidate_{i}_{f}": v for f, v in zip(FIELDS, figures, strict=True)}
        given[f"candidate_{i}_name"] = f"Candidate {i}"
        given[f"candidate_{i}_deployment"] = draw.choice(list(DeploymentType)).value
    for name, (low, high) in zip(LIMITS, ((500, 5000), (1, 500), (0, 0.8), (1, 5)), strict=True):
        given[name] = draw.choice([None, draw.uniform(low, high)])
    for each in DeploymentType:
        given[f"allow_{each.value}"] = draw.choice(["yes", "yes", "no"])
    given |= {f"weight_{each}": draw.uniform(0.1, 2) for each in CRITERIA}
    return given | {"score_method": draw.choice(["raw", "minmax"])}


def agrees(book, given):
    book.fill(given)
    rows = [i for i in range(ROOM) if given[f"candidate_{i + 1}_name"]]
    compared = ApproachComparison("drawn")
    for i in rows:
        of = {f: given[f"candidate_{i + 1}_{f}"] for f in ("name", "deployment", *FIELDS)}
        where = DeploymentType(of["deployment"])
        compared.add_approach(of["name"], PerformanceProfile(*(of[f] for f in FIELDS)), where)
    limits = {name: given[name] for name in LIMITS if given[name] is not None}
    allowed = [each for each in DeploymentType if given[f"allow_{each.value}"] == "yes"]
    if len(allowed) < len(DeploymentType):
        limits["deployments"] = allowed
    why_not = compared.why_not(**limits)
    order = compared.rank_by_priority(
        {each: given[f"weight_{each}"] for each in CRITERIA}, given["score_method"]
    )
    names = [name for name, _ in order]
    verdict, score, rank, reasons, passing = (
        book.field(each) for each in ("verdict", "score", "rank", "why_not", "rank_passing")
    )
    meeting = [name for name in names if not why_not[name]]
    for i in range(ROOM):
        name = given[f"candidate_{i + 1}_name"]
        if name is None:
            assert {verdict[i], score[i], rank[i], reasons[i], passing[i]} == {""}
            continue
        assert verdict[i] == ("fail" if why_not[name] else "pass")
        assert score[i] == pytest.approx(dict(order)[name], rel=1e-9, abs=1e-9)
        assert rank[i] == names.index(name) + 1
        assert passing[i] == (meeting.index(name) + 1 if name in meeting else "")
        assert (reasons[i] == "") == (not why_not[name])
    assert book.field("recommended") == (meeting[0] if meeting else "none")
    assert book.field("checks") == "All checks OK"
    placed = book.field("placed_name")
    assert list(placed[: len(names)]) == names
    assert set(placed[len(names) :]) <= {""}


def test_two_hundred_drawn_matrices_agree_with_the_model(book):
    for seed in range(200):
        agrees(book, drawn(seed))


@pytest.mark.parametrize("scenario", PRESET.scenarios)
def test_the_worked_example_agrees_with_the_model(book, scenario):
    given = empty()
    for i, (name, each) in enumerate(PRESET.approaches.items(), start=1):
        given |= {f"candidate_{i}_{field}": value for field, value in each.items()}
        given[f"candidate_{i}_name"] = name
    given |= PRESET.scenarios[scenario]["requirements"]
    given |= {f"weight_{k}": v for k, v in PRESET.scenarios[scenario]["weights"].items()}
    agrees(book, given)


EXTREMES = {
    "nothing": ({}, "Nothing can be compared yet"),
    "one, no figures": ({"candidate_3_name": "A"}, "A is the only one of 1 candidate that meets"),
    "all fail": (
        {"candidate_1_name": "A", "candidate_2_name": "B", "min_accuracy": 0.5},
        "None of 2 candidates meets every requirement",
    ),
    "no scores": (
        {"candidate_1_name": "A", "candidate_2_name": "B", "weight_cost": 1.0},
        "2 of 2 candidates meet the requirements; a score is missing",
    ),
    "name twice": (
        {"candidate_1_name": "A", "candidate_2_name": "A"},
        "Nothing can be compared yet",
    ),
    "tie": (
        {"candidate_1_name": "A", "candidate_2_name": "B", "weight_cost": 1.0,
         "candidate_1_cost_per_1k_requests": 1.0, "candidate_2_cost_per_1k_requests": 1.0},
        "A has the best score of the 2 that meet the requirements, of 2 candidates.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "said"), EXTREMES.values(), ids=EXTREMES)
def test_extremes_give_a_true_sentence(book, given, said):
    book.fill(empty() | given)
    assert book.field("recommendation").startswith(said)
    for field in ("verdict", "score", "rank", "placed_name", "placed_score", "why_not"):
        assert not [cell for cell in book.field(field) if str(cell).startswith("#")]

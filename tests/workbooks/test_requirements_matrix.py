"""The requirements matrix against the Python model, on drawn candidates, and at extremes."""

import random

import numpy as np
import pytest
from expected import WHERE, gaps, gate, singles, spread
from filled import Filled

from bbxl import presets
from bbxl.model.drivers import DeploymentType
from bbxl.model.requirements import PerformanceProfile
from bbxl.model.scoring import best_first
from bbxl.workbooks import requirements_matrix as requirements

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
    given |= {f"weight_{each}": 0.0 for each in CRITERIA}
    return given | {"score_method": "raw", "currency": "USD"}


def drawn(seed):
    """Candidates in some rows, limits that some miss, weights."""
    draw = random.Random(seed)
    given = empty()
    for i in draw.sample(range(1, ROOM + 1), draw.randint(1, ROOM)):
        p50 = draw.uniform(1, 2000)
        figures = (p50, p50 * draw.uniform(1, 5), draw.uniform(1, 1000), draw.random(),
                   draw.uniform(0, 5))  # fmt: skip
        given |= {f"candidate_{i}_{f}": round(v, 3) for f, v in zip(FIELDS, figures, strict=True)}
        given[f"candidate_{i}_name"] = f"Candidate {i}"
        given[f"candidate_{i}_deployment"] = draw.choice(list(DeploymentType)).words
    for name, (low, high) in zip(LIMITS, ((500, 5000), (1, 500), (0, 0.8), (1, 5)), strict=True):
        given[name] = draw.choice([None, round(draw.uniform(low, high), 3)])
    for each in DeploymentType:
        given[f"allow_{each.value}"] = draw.choice(["yes", "yes", "no"])
    given |= {f"weight_{each}": draw.uniform(0.1, 2) for each in CRITERIA}
    given["currency"] = draw.choice(["USD", "EUR", "Kč"])
    return given | {"score_method": draw.choice(["raw", "minmax"])}


def agrees(book, given):
    """Every formula cell shows what the model says."""
    book.fill(given)
    book.agrees(expected(given))


def expected(given):
    rows = [i for i in range(ROOM) if given[f"candidate_{i + 1}_name"]]
    columns = {field: [given[f"candidate_{i + 1}_{field}"] for i in rows]
               for field in ("name", "deployment", *FIELDS)}  # fmt: skip
    names = columns["name"]
    where = [WHERE[each] for each in columns["deployment"]]
    found, single = gate(given, names, where, PerformanceProfile(*(
        np.array(columns[field]) for field in FIELDS)))  # fmt: skip
    passes = np.array(found["verdict"]) == "pass"
    order = sorted(best_first(found["score"]), key=lambda i: not passes[i])
    passing = [names[i] for i in order if passes[i]]
    found |= {"place": [order.index(i) + 1 if i in order else "" for i in range(len(names))],
              "failing_score": np.where(passes, np.nan, found["score"].astype(float)),
              "status": ["complete"] * len(rows), "listed": [1] * len(rows),
              "left_out": [""] * len(rows)}  # fmt: skip
    placed = {"position": [rows[i] + 1 for i in order], "placed_name": [names[i] for i in order],
              "placed_verdict": [found["verdict"][i] for i in order],
              "placed_score": found["score"][order],
              "placed_why": [found["why_not"][i] for i in order]}  # fmt: skip
    best = names.index(passing[0]) if passing else None
    single |= {"compared": len(rows), "passing": len(passing), "input_faults": 0,
               "recommended": passing[0] if passing else "none",
               "recommended_score": "" if best is None else found["score"][best],
               "checks": "1 WARNING" if not passing else "All checks OK"}  # fmt: skip
    single["check_passes"] = "OK" if passing else "WARNING"
    checks = ("inputs", "candidates", "compared", "verdicts", "reasons", "choices", "figures",
              "weights")  # fmt: skip
    single |= {f"check_{name}": "OK" for name in checks}
    single |= dict.fromkeys(("check_bb_meets", "check_bb_score"), gaps(rows))
    single |= dict.fromkeys(("answer", "recommendation"), sentence(rows, passing, found, best))
    entries = [each.field for section in requirements.SINGLE for each in section]
    return (
        single
        | singles(entries)
        | {name: spread(values, rows, ROOM) for name, values in found.items()}
        | {name: spread(values, range(len(rows)), ROOM) for name, values in placed.items()}
    )


def sentence(rows, passing, found, best):
    """The answer in words."""
    counted = "1 candidate" if len(rows) == 1 else f"{len(rows)} candidates"
    if not passing:
        return f"None of {counted} meets every requirement; the reasons stand below."
    if len(passing) == 1:
        said = f"{passing[0]} is the only one of {counted} that meets the requirements."
    else:
        said = (f"{passing[0]} has the best score of the {len(passing)} that meet the "
                f"requirements, of {counted}.")  # fmt: skip
    better = (found["score"] < found["score"][best]).any()
    return said + (" A better score has one that does not meet them." if better else "")


def test_two_hundred_drawn_matrices_agree_with_the_model(book):
    for seed in range(200):
        agrees(book, drawn(seed))


@pytest.mark.parametrize("scenario", PRESET.scenarios)
def test_the_worked_example_agrees_with_the_model(book, scenario):
    given = empty()
    for i, (name, each) in enumerate(PRESET.approaches.items(), start=1):
        given |= {f"candidate_{i}_{field}": value for field, value in each.items()}
        given[f"candidate_{i}_name"] = name
        given[f"candidate_{i}_deployment"] = DeploymentType(each["deployment"]).words
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
        "A is left out: another one has its name. Nothing can be compared yet",
    ),
    "out of range": (
        {"candidate_1_name": "A", "candidate_2_name": "B", "candidate_2_accuracy_score": 1.5},
        "B is left out: Accuracy score is out of range. A is the only one of 1 candidate",
    ),
    "a name of blanks": (
        {"candidate_1_name": "A", "candidate_3_name": "  "},
        "Candidate 3 is left out: it has no name. A is the only one of 1 candidate",
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

"""What the Python model says of everything that a template computes: field -> values.

A field that runs along an axis has a value for each record, "" where the
record is not in use, so that whole ranges are compared and no cell is left out.
"""

import math
import re
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from bbxl.model.drivers import DeploymentType
from bbxl.model.requirements import PerformanceProfile, Requirements
from bbxl.model.scoring import Weights, best_first, scores

LIMITS = {
    "max_latency_p99": ("latency", "p99 latency"),
    "min_throughput": ("throughput", "throughput"),
    "min_accuracy": ("accuracy", "accuracy"),
    "max_cost_per_1k": ("cost_1k", "cost"),
}
CRITERIA = {"latency": "latency", "throughput": "throughput", "accuracy": "accuracy",
            "cost_1k": "cost"}  # fmt: skip


WHERE = {each.words: each for each in DeploymentType}


def spread(values, slots, room, empty=""):
    """Values of the used slots among empty ones, along the first axis."""
    found = np.full((room, *np.shape(values)[1:]), empty, dtype=object)
    for slot, value in zip(slots, values, strict=True):
        found[slot] = value
    return found


def figure(value):
    """A number in words as the templates write it: up to four decimals."""
    return re.sub(r"\.?0+$", "", f"{value:,.4f}")


def in_words(reason, currency):
    """A reason of the model, its figures with no more decimals than the templates write."""
    number = re.compile(r"(?<![\w])[\d,]*\d(?:\.\d+)?(?:e[-+]\d+)?(?= |$)")
    money = f"{currency} " if reason.startswith("cost") else ""
    of_requests = "per 1,000 requests"
    before, between, after = reason.partition(of_requests)
    return between.join(
        number.sub(lambda match: money + figure(float(match[0].replace(",", ""))), part)
        for part in ((before, after) if between else (reason,))
    )


def line_names(field, ends, slots, room):
    """Where the names of a chart's lines stand: as high as these end, but not on one another."""
    order = sorted(range(len(ends)), key=lambda i: ends[i])  # equals keep their order
    levels = []
    for i in order:
        lowest = levels[-1] + 0.08 * max(ends) if levels else ends[i]
        levels.append(max(ends[i], lowest))
    rank = [order.index(i) for i in range(len(ends))]
    return {
        f"{field}_end": spread(ends, slots, room),
        f"{field}_end_rank": spread([place + 1 for place in rank], slots, room),
        f"{field}_height": spread([levels[place] for place in rank], slots, room, "#N/A"),
        f"{field}_level": spread(levels, range(len(ends)), room),
    }


def reach(volume, starts):
    """The last start of a band that is near the volume of today."""
    return max([n for n in starts if not volume or n <= 10 * volume], default=0)


def singles(fields):
    """Status of each single input; nothing is wrong with any."""
    return {f"{field}_status": "" for field in fields}


def gate(values, names, where, profile):
    """Who meets the requirements, why not, score and rank; one value for each candidate.

    `profile` has the figures of all candidates as arrays.
    """
    known = (profile.p99_latency_ms, profile.throughput_rps, profile.accuracy_score,
             profile.cost_per_1k_requests)  # fmt: skip
    given = {name: values[name] for name in LIMITS if values[name] is not None}
    allowed = [each for each in DeploymentType if values[f"allow_{each.value}"] == "yes"]
    limited = len(allowed) < len(DeploymentType)
    required = Requirements(**given, deployments=frozenset(allowed) if limited else None)
    missed = required.misses(profile)
    each = [PerformanceProfile(0, *row) for row in zip(*known, strict=True)]
    reasons = [required.why_not(*one) for one in zip(each, where, strict=True)]
    reasons = [[in_words(reason, values["currency"]) for reason in one] for one in reasons]

    def about(start):
        return ["".join(r for r in one if r.startswith(start)) for one in reasons]

    found = dict(zip(CRITERIA, (np.array(values, dtype=object) for values in known), strict=True))
    found |= {"candidate": names, "where": [each.words for each in where]}
    for limit, (field, start) in LIMITS.items():
        verdicts = np.where(missed[limit] > 0, "fail", "pass")
        found[f"{field}_met"] = verdicts if limit in given else ["no limit"] * len(names)
        found[f"{field}_reason"] = about(start)
    meeting = ["pass" if required.allows(each) else "fail" for each in where]
    found["deployment_met"] = meeting if limited else ["no limit"] * len(names)
    found["deployment_reason"] = about("deployment")
    found["verdict"] = ["fail" if one else "pass" for one in reasons]
    found["why_not"] = ["; ".join(one) for one in reasons]

    weights = {name: values[f"weight_{name}"] for name in CRITERIA.values()}
    method, total = values["score_method"], sum(weights.values())
    for field, name in CRITERIA.items():
        alone = Weights(**{name: 1})
        share = weights[name] if method == "raw" else weights[name] / total
        part = share * np.atleast_1d(scores(profile, alone, method))
        found[f"scored_{field}"] = np.where(weights[name] == 0, 0.0, part)
    found["score"] = np.atleast_1d(scores(profile, Weights(**weights), method))
    found |= ranked(found)
    for field in ("met", "score", "order", "reason"):
        found[f"candidate_{field}"] = names
    single = {"weights": total, "allowed": ", ".join(each.words for each in allowed)}
    return found, single


def ranked(found):
    """The scores of those that pass, and their ranks."""
    passes = np.array(found["verdict"]) == "pass"
    score = np.where(passes, found["score"].astype(float), np.nan)
    return {"passing_score": score,
            "rank": np.where(np.isnan(score), np.nan, ranks(best_first(score)))}  # fmt: skip


def gaps(slots):
    """What a check against a function says where it takes no table with empty rows inside."""
    empty = sorted(set(range(max(slots))) - set(slots))
    said = "; ".join(f"approach {i + 1} is empty, but another follows it" for i in empty)
    return f"not compared: {said}" if said else "OK"


def ranks(order):
    """The place of each, from 1, given who comes first, second ..."""
    return np.argsort(order) + 1


def annuity(over):
    """The worth today of 1 at the end of each month of the horizon."""
    rate = math.log1p(over.annual_rate) / 12
    return -math.expm1(-rate * over.months) / math.expm1(rate) if rate else over.months


def money(value, currency="USD"):
    """An amount in words: to three digits, and that it is rounded where it is."""
    value = abs(value)
    places = min(4, 2 - math.floor(math.log10(value))) if value else 0
    # A half goes up, as in a cell.
    rounded = float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
    about = "" if math.isclose(rounded, value, rel_tol=1e-14) else "about "
    return f"{about}{currency} {figure(rounded)}"

"""Worksheet functions of profile tables: requirements, scores, ranking."""

import numpy as np

from bbxl.model import requirements as model
from bbxl.model import scoring
from bbxl.model.quantities import (
    Amount,
    Array,
    Change,
    Factor,
    Fraction,
    Milliseconds,
    Months,
    Throughput,
    Volume,
    Weight,
)
from bbxl.model.requirements import Requirements
from bbxl.model.scoring import Method, Weights
from bbxl.worksheet.readers import CellError, Rows
from bbxl.worksheet.registry import Deployments, PerApproach, worksheet_function
from bbxl.worksheet.tables import Profiles
from bbxl.xlsx.cells import ExcelError, error_of

CATEGORY = "Requirements"
MOST_ANSWERS = 200_000  # in words, of one cell: a second or two of work


@worksheet_function(CATEGORY)
def meets(
    profiles: Profiles,
    max_latency_p99: Milliseconds = np.inf,
    min_throughput: Throughput = 0,
    min_accuracy: Fraction = 0,
    max_cost_per_1k: Amount = np.inf,
    deployments: Deployments = None,
    requests: Volume = 0,
    peak_factor: Factor = 3,
    volume_growth: Change = 0,
    months: Months = 1,
) -> PerApproach:
    """TRUE for each approach that meets every requirement.

    Parameters
    ----------
    profiles
        table of performance profiles with its labels
    max_latency_p99
        highest allowed 99th percentile latency, milliseconds
    min_throughput
        lowest allowed throughput, requests a second
    min_accuracy
        lowest allowed accuracy, 0 to 1
    max_cost_per_1k
        highest allowed cost of 1,000 requests
    deployments
        allowed deployments, in cells or listed with commas (api,
        self_hosted_cloud, self_hosted_on_prem)
    requests
        requests a month; the throughput must carry their peak, unless the table's
        column adds_units says yes
    peak_factor
        how many times the average load the peak is
    volume_growth
        change of the volume a year, as a fraction
    months
        horizon in which the volume grows
    """
    limits = Requirements(
        max_latency_p99, min_throughput, min_accuracy, max_cost_per_1k, deployments
    )
    allowed = np.array([[limits.allows(each)] for each in profiles.deployments])
    peak = profiles.peak(model.peak(requests, peak_factor, volume_growth, months))
    return allowed & model.meets(limits, profiles.model, peak)


@worksheet_function(CATEGORY)
def why_not(
    profiles: Profiles,
    max_latency_p99: Milliseconds = np.inf,
    min_throughput: Throughput = 0,
    min_accuracy: Fraction = 0,
    max_cost_per_1k: Amount = np.inf,
    deployments: Deployments = None,
    requests: Volume = 0,
    peak_factor: Factor = 3,
    volume_growth: Change = 0,
    months: Months = 1,
) -> PerApproach:
    """For each approach, every requirement that it misses and by how much; empty where it passes.

    Parameters
    ----------
    profiles
        table of performance profiles with its labels
    max_latency_p99
        highest allowed 99th percentile latency, milliseconds
    min_throughput
        lowest allowed throughput, requests a second
    min_accuracy
        lowest allowed accuracy, 0 to 1
    max_cost_per_1k
        highest allowed cost of 1,000 requests
    deployments
        allowed deployments, in cells or listed with commas (api,
        self_hosted_cloud, self_hosted_on_prem)
    requests
        requests a month; the throughput must carry their peak, unless the table's
        column adds_units says yes
    peak_factor
        how many times the average load the peak is
    volume_growth
        change of the volume a year, as a fraction
    months
        horizon in which the volume grows
    """
    limits = (max_latency_p99, min_throughput, min_accuracy, max_cost_per_1k)
    if len(profiles.names) * np.size(max_latency_p99) > MOST_ANSWERS:
        raise CellError(ExcelError.NUM)
    peaks = profiles.peak(model.peak(requests, peak_factor, volume_growth, months)).T
    columns = []
    for latency, throughput, accuracy, cost, peak in zip(
        *map(np.ravel, limits), peaks.tolist(), strict=True
    ):
        requirements = Requirements(latency, throughput, accuracy, cost, deployments)
        each = zip(profiles.records(), profiles.deployments, peak, strict=True)
        columns.append(["; ".join(requirements.why_not(*profile)) for profile in each])
    return np.array(columns, dtype=object).T


@worksheet_function(CATEGORY)
def score(
    profiles: Profiles,
    latency_weight: Weight,
    cost_weight: Weight,
    accuracy_weight: Weight,
    throughput_weight: Weight,
    method: Method = "raw",
) -> PerApproach:
    """Weighted score of each approach; lower is better.

    Parameters
    ----------
    profiles
        table of performance profiles with its labels
    latency_weight
        weight of the 99th percentile latency
    cost_weight
        weight of the cost of 1,000 requests
    accuracy_weight
        weight of the share of wrong answers
    throughput_weight
        weight of the throughput
    method
        raw adds the criteria as they are; minmax scales each to 0..1 over
        the approaches, so that a weight is a share
    """
    weights = Weights(latency_weight, cost_weight, accuracy_weight, throughput_weight)
    return scoring.scores(profiles.model, weights, method)


@worksheet_function(CATEGORY)
def rank(
    profiles: Profiles,
    latency_weight: Weight,
    cost_weight: Weight,
    accuracy_weight: Weight,
    throughput_weight: Weight,
    method: Method = "raw",
) -> Rows:
    """Approaches with their weighted score, best first; equal scores keep their order.

    Parameters
    ----------
    profiles
        table of performance profiles with its labels
    latency_weight
        weight of the 99th percentile latency
    cost_weight
        weight of the cost of 1,000 requests
    accuracy_weight
        weight of the share of wrong answers
    throughput_weight
        weight of the throughput
    method
        raw adds the criteria as they are; minmax scales each to 0..1 over
        the approaches, so that a weight is a share
    """
    weights = Weights(latency_weight, cost_weight, accuracy_weight, throughput_weight)
    scores: Array = np.ravel(scoring.scores(profiles.model, weights, method))
    codes = profiles.errors[:, 0]
    # An approach that cannot be scored stands last, with its error.
    order = scoring.best_first(np.where(codes != 0, np.nan, scores))
    return [["name", "score"]] + [
        [profiles.names[i], error_of(codes[i]) if codes[i] else float(scores[i])] for i in order
    ]


@worksheet_function(CATEGORY)
def pareto(profiles: Profiles) -> PerApproach:
    """TRUE for each approach unless another one is nowhere worse and somewhere better.

    Parameters
    ----------
    profiles
        table of performance profiles with its labels
    """
    return scoring.pareto(profiles.model)[:, None]

"""Which approach comes first: weighted scores, and approaches that no other beats."""

from dataclasses import fields
from typing import Any, Generic, Literal, TypeAlias

import numpy as np

from bbxl.model.quantities import Array, N, Record, Weight, float_or_array, record
from bbxl.model.requirements import PerformanceProfile

Method: TypeAlias = Literal["raw", "minmax"]


@record
class Weights(Record, Generic[N]):
    """How much each criterion counts in a score.

    Parameters
    ----------
    latency, cost, accuracy, throughput : float or array_like
        Weight of each, 0 or more.
    """

    latency: Weight[N] = 0.0
    cost: Weight[N] = 0.0
    accuracy: Weight[N] = 0.0
    throughput: Weight[N] = 0.0


def scores(
    profile: PerformanceProfile[Any], weights: Weights[Any], method: Method = "raw"
) -> Array:
    """Weighted score of each approach; lower is better.

    Parameters
    ----------
    profile : PerformanceProfile
        Fields with one element an approach along the first axis.
    weights : Weights
        How much each criterion counts.
    method : {"raw", "minmax"}
        "raw" adds the criteria as they are; "minmax" scales each to 0..1 over
        the approaches (0 the best) and the weights to a sum of 1, so that a
        weight is a share.

    Returns
    -------
    float or array
        A score for each approach. Zero throughput scores infinity under "raw";
        weights that are all zero have no shares and score NaN under "minmax".

    Raises
    ------
    ValueError
        The method is not known.

    Notes
    -----
    raw = w_latency p99/1000 + w_cost cost_per_1k + w_accuracy (1 - accuracy) 100
          + w_throughput 1000/throughput

    Examples
    --------
    >>> profile = PerformanceProfile(120, 250, 500, 0.91, 0.08)
    >>> round(scores(profile, Weights(latency=0.5, cost=0.1, accuracy=0.3, throughput=0.1)), 3)
    3.033
    """
    if method not in ("raw", "minmax"):
        raise ValueError(f"method must be raw or minmax, not {method}")
    given = [getattr(weights, field.name) for field in fields(Weights)]
    p99, cost = profile.p99_latency_ms, profile.cost_per_1k_requests
    accuracy, throughput = profile.accuracy_score, profile.throughput_rps
    with np.errstate(all="ignore"):
        if method == "raw":
            criteria = [
                np.divide(p99, 1000),
                cost,
                np.subtract(1, accuracy) * 100,
                np.divide(1000, throughput),
            ]
            shares = given
        else:
            criteria = [
                _scaled(p99),
                _scaled(cost),
                _scaled(-np.asarray(accuracy)),
                _scaled(-np.asarray(throughput)),
            ]
            total = sum(given)
            shares = [np.divide(weight, total) for weight in given]
        # A criterion of no weight does not count, however bad it is (0 x infinity).
        terms = [
            np.where(np.equal(share, 0), 0.0, np.multiply(share, criterion))
            for share, criterion in zip(shares, criteria, strict=True)
        ]
    return float_or_array(np.add.reduce(np.broadcast_arrays(*terms)))


def pareto(profile: PerformanceProfile[Any]) -> Array:
    """Whether no other approach is at least as good in every field and better in one.

    Parameters
    ----------
    profile : PerformanceProfile
        Fields with one element an approach; a missing (NaN) one neither beats
        nor is beaten.

    Returns
    -------
    array of bool
        An element for each approach.
    """
    worse_when_high = np.stack(
        [
            np.ravel(getattr(profile, field.name))
            * (-1 if field.name in ("throughput_rps", "accuracy_score") else 1)
            for field in fields(profile)
        ],
        axis=1,
    )
    stands = [
        # Whoever is nowhere worse beats it, unless all are equal.
        not ((worse_when_high <= mine).all(axis=1) & (worse_when_high < mine).any(axis=1)).any()
        for mine in worse_when_high
    ]
    return np.array(stands, dtype=bool)


def best_first(values: Array) -> Array:
    """Positions of scores from the lowest up; equals keep their order, NaN comes last."""
    return np.argsort(values, kind="stable")


def _scaled(values: Any) -> Array:
    """Scale to 0..1 over the first axis; 0 throughout where all are equal."""
    values = np.atleast_1d(np.asarray(values, dtype=float))
    low, high = np.fmin.reduce(values), np.fmax.reduce(values)
    return np.asarray(np.where(high > low, (values - low) / (high - low), values - low))

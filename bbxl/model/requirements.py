"""Which approaches meet the requirements, why not, and which comes first.

The functions take a `PerformanceProfile` whose fields are numbers, or arrays
with one element an approach along the first axis; `ApproachComparison` is the
convenient form for named approaches.
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from bbxl.model.cost import DeploymentType
from bbxl.model.quantities import (
    Amount,
    Array,
    Checked,
    Fraction,
    Milliseconds,
    Numbers,
    Throughput,
    Weight,
    plain,
)

Method: TypeAlias = Literal["raw", "minmax"]


@dataclass(frozen=True)
class PerformanceProfile(Checked):
    """What was measured of an approach.

    Parameters
    ----------
    p50_latency_ms, p99_latency_ms : median and 99th percentile response time.
    throughput_rps : requests a second that it sustains.
    accuracy_score : share of right answers, 0 to 1.
    cost_per_1k_requests : cost of 1,000 requests.
    """

    p50_latency_ms: Milliseconds
    p99_latency_ms: Milliseconds
    throughput_rps: Throughput
    accuracy_score: Fraction
    cost_per_1k_requests: Amount


class _Limit(NamedTuple):
    """One requirement: which field it limits, from which side, and how to say it missed."""

    field: str
    at_most: bool
    missed: str


_LIMITS = {
    "max_latency_p99": _Limit(
        "p99_latency_ms", True, "p99 latency of {value} ms is {gap} ms above {limit} ms"
    ),
    "min_throughput": _Limit(
        "throughput_rps", False, "throughput of {value} requests/s is {gap} below {limit}"
    ),
    "min_accuracy": _Limit("accuracy_score", False, "accuracy of {value} is {gap} below {limit}"),
    "max_cost_per_1k": _Limit(
        "cost_per_1k_requests", True, "cost of {value} per 1,000 requests is {gap} above {limit}"
    ),
}


@dataclass(frozen=True)
class Requirements(Checked):
    """What an approach must do; meeting a limit exactly is enough.

    Parameters
    ----------
    max_latency_p99 : milliseconds.
    min_throughput : requests a second.
    min_accuracy : 0 to 1.
    max_cost_per_1k : cost of 1,000 requests.
    deployments : where it may run; None allows any. An approach whose
        deployment is not stated does not pass such a requirement.
    """

    max_latency_p99: Milliseconds = np.inf
    min_throughput: Throughput = 0.0
    min_accuracy: Fraction = 0.0
    max_cost_per_1k: Amount = np.inf
    deployments: frozenset[DeploymentType] | None = None

    def misses(self, profile: PerformanceProfile) -> dict[str, Array]:
        """Requirement -> by how much each profile misses it; 0 or less where it is met."""
        return {
            name: np.subtract(getattr(profile, limit.field), getattr(self, name))
            * (1 if limit.at_most else -1)
            for name, limit in _LIMITS.items()
        }

    def allows(self, deployment: DeploymentType | None) -> bool:
        """Whether an approach may run there."""
        return self.deployments is None or deployment in self.deployments

    def why_not(
        self, profile: PerformanceProfile, deployment: DeploymentType | None = None
    ) -> list[str]:
        """In words, each requirement that one profile misses, and by how much.

        Examples
        --------
        >>> profile = PerformanceProfile(400, 1200, 200, 0.87, 0.20)
        >>> Requirements(max_latency_p99=500, min_accuracy=0.9).why_not(profile)
        ['p99 latency of 1,200 ms is 700 ms above 500 ms', 'accuracy of 0.87 is 0.03 below 0.9']
        """
        reasons = [
            limit.missed.format(
                value=_figure(getattr(profile, limit.field)),
                gap=_figure(gap),
                limit=_figure(getattr(self, name)),
            )
            for (name, gap), limit in zip(
                self.misses(profile).items(), _LIMITS.values(), strict=True
            )
            if gap > 0
        ]
        if not self.allows(deployment):
            allowed = ", ".join(sorted(each.value for each in self.deployments or ()))
            place = deployment.value if deployment else "not stated"
            reasons.append(f"deployment is {place}, allowed: {allowed}")
        return reasons


def meets(requirements: Requirements, profile: PerformanceProfile) -> Array:
    """True where a profile misses no limit (deployments apart)."""
    met = [gap <= 0 for gap in requirements.misses(profile).values()]
    return np.asarray(np.logical_and.reduce(np.broadcast_arrays(*met)))


@dataclass(frozen=True)
class Weights(Checked):
    """How much each criterion counts in a score."""

    latency: Weight = 0.0
    cost: Weight = 0.0
    accuracy: Weight = 0.0
    throughput: Weight = 0.0


def scores(profile: PerformanceProfile, weights: Weights, method: Method = "raw") -> Numbers:
    """Weighted score of each approach; lower is better.

    Parameters
    ----------
    profile : fields with one element an approach along the first axis.
    weights : how much each criterion counts.
    method : "raw" adds the criteria as they are; "minmax" scales each to 0..1
        over the approaches (0 the best) and the weights to a sum of 1, so
        that a weight is a share.

    Returns
    -------
    A score for each approach. Zero throughput scores infinity under "raw";
    weights that are all zero have no shares and score NaN under "minmax".

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
            shares = list(astuple(weights))
        else:
            criteria = [
                _scaled(p99),
                _scaled(cost),
                _scaled(-np.asarray(accuracy)),
                _scaled(-np.asarray(throughput)),
            ]
            total = sum(astuple(weights))
            shares = [np.divide(weight, total) for weight in astuple(weights)]
        # A criterion of no weight does not count, however bad it is (0 x infinity).
        terms = [
            np.where(np.equal(share, 0), 0.0, np.multiply(share, criterion))
            for share, criterion in zip(shares, criteria, strict=True)
        ]
    return plain(np.add.reduce(np.broadcast_arrays(*terms)))


def pareto(profile: PerformanceProfile) -> Array:
    """True where no other approach is at least as good in every field and better in one.

    Parameters
    ----------
    profile : fields with one element an approach; a missing (NaN) one
        neither beats nor is beaten.
    """
    worse_when_high = np.stack(
        [
            np.ravel(getattr(profile, field.name))
            * (-1 if field.name in ("throughput_rps", "accuracy_score") else 1)
            for field in fields(profile)
        ]
    )
    mine, theirs = worse_when_high[:, :, None], worse_when_high[:, None, :]
    beaten = np.all(theirs <= mine, axis=0) & np.any(theirs < mine, axis=0)
    return np.asarray(~np.any(beaten, axis=1))


class ApproachComparison:
    """Named approaches to one task, held against requirements and priorities.

    Examples
    --------
    >>> comparison = ApproachComparison("Content moderation")
    >>> comparison.add_approach("API-Small", PerformanceProfile(400, 1200, 200, 0.87, 0.20))
    >>> comparison.add_approach("Fine-tuned-7B", PerformanceProfile(120, 250, 500, 0.91, 0.08))
    >>> comparison.meets_requirements(max_latency_p99=500, min_throughput=100)
    {'API-Small': False, 'Fine-tuned-7B': True}
    >>> comparison.why_not(max_latency_p99=500)["API-Small"]
    ['p99 latency of 1,200 ms is 700 ms above 500 ms']
    >>> [name for name, score in comparison.rank_by_priority({"latency": 1})]
    ['Fine-tuned-7B', 'API-Small']
    """

    def __init__(self, task: str) -> None:
        self.task = task
        self.profiles: dict[str, PerformanceProfile] = {}
        self.deployments: dict[str, DeploymentType | None] = {}

    def add_approach(
        self, name: str, profile: PerformanceProfile, deployment: DeploymentType | None = None
    ) -> None:
        """Add an approach; ValueError where the name is taken."""
        if name in self.profiles:
            raise ValueError(f"there is already an approach named {name}")
        self.profiles[name] = profile
        self.deployments[name] = deployment

    def meets_requirements(
        self,
        max_latency_p99: float = np.inf,
        min_throughput: float = 0.0,
        min_accuracy: float = 0.0,
        max_cost_per_1k: float = np.inf,
        deployments: Iterable[DeploymentType] | None = None,
    ) -> dict[str, bool]:
        """Name -> whether the approach meets every requirement."""
        reasons = self.why_not(
            max_latency_p99, min_throughput, min_accuracy, max_cost_per_1k, deployments
        )
        return {name: not missed for name, missed in reasons.items()}

    def why_not(
        self,
        max_latency_p99: float = np.inf,
        min_throughput: float = 0.0,
        min_accuracy: float = 0.0,
        max_cost_per_1k: float = np.inf,
        deployments: Iterable[DeploymentType] | None = None,
    ) -> dict[str, list[str]]:
        """Name -> each requirement that the approach misses, in words; empty where it passes."""
        allowed = None if deployments is None else frozenset(deployments)
        requirements = Requirements(
            max_latency_p99, min_throughput, min_accuracy, max_cost_per_1k, allowed
        )
        return {
            name: requirements.why_not(profile, self.deployments[name])
            for name, profile in self.profiles.items()
        }

    def rank_by_priority(
        self, weights: Mapping[str, float], method: Method = "raw"
    ) -> list[tuple[str, float]]:
        """(name, score) of each approach, best first; equal scores keep their order.

        Parameters
        ----------
        weights : criterion (latency, cost, accuracy, throughput) -> weight.
        method : see `scores`.
        """
        unknown = set(weights) - {field.name for field in fields(Weights)}
        if unknown:
            raise ValueError(f"there is no criterion {', '.join(sorted(unknown))}")
        if not self.profiles:
            return []
        values = np.atleast_1d(scores(self._stacked(), Weights(**weights), method))
        names = list(self.profiles)
        return [(names[i], float(values[i])) for i in best_first(values)]

    def pareto(self) -> dict[str, bool]:
        """Name -> whether no other approach beats it in everything."""
        return dict(zip(self.profiles, pareto(self._stacked()).tolist(), strict=True))

    def _stacked(self) -> PerformanceProfile:
        """One profile whose fields have an element for each approach."""
        columns = {
            field.name: np.array([getattr(each, field.name) for each in self.profiles.values()])
            for field in fields(PerformanceProfile)
        }
        return PerformanceProfile(**columns)


def best_first(values: Array) -> Array:
    """Positions of scores from the lowest up; equals keep their order, NaN comes last."""
    return np.argsort(values, kind="stable")


def _scaled(values: Numbers) -> Array:
    """Scale to 0..1 over the first axis; 0 throughout where all are equal."""
    values = np.atleast_1d(np.asarray(values, dtype=float))
    low, high = np.fmin.reduce(values), np.fmax.reduce(values)
    return np.asarray(np.where(high > low, (values - low) / (high - low), values - low))


def _figure(value: Numbers) -> str:
    """A number as a person writes it: thousands separated, no more digits than needed."""
    return f"{float(value):,.10g}"

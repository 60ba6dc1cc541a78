"""Named approaches held against requirements and priorities, in a form that is convenient."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from bbxl.model.drivers import DeploymentType
from bbxl.model.requirements import PerformanceProfile, Requirements
from bbxl.model.scoring import Method, Weights, best_first, pareto, scores


class ApproachComparison:
    """Named approaches to one task, held against requirements and priorities.

    Parameters
    ----------
    task : str
        What the approaches are for.

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
        """Add an approach.

        Parameters
        ----------
        name : str
            What it is called.
        profile : PerformanceProfile
            What was measured of it.
        deployment : DeploymentType, optional
            Where it runs, if that is stated.

        Raises
        ------
        ValueError
            There is an approach of that name already.
        """
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
        """Whether each approach meets every requirement.

        Parameters
        ----------
        max_latency_p99, min_throughput, min_accuracy, max_cost_per_1k, deployments
            As in `Requirements`.

        Returns
        -------
        dict of str to bool
            Name -> whether it passes.
        """
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
        """Each requirement that each approach misses.

        Parameters
        ----------
        max_latency_p99, min_throughput, min_accuracy, max_cost_per_1k, deployments
            As in `Requirements`.

        Returns
        -------
        dict of str to list of str
            Name -> the reasons, in words; empty where it passes.
        """
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
        """The approaches in order of their weighted score.

        Parameters
        ----------
        weights : mapping of str to float
            Criterion (latency, cost, accuracy, throughput) -> weight.
        method : {"raw", "minmax"}
            See `scores`.

        Returns
        -------
        list of (str, float)
            Name and score, the best first; equal scores keep their order.

        Raises
        ------
        ValueError
            A criterion or the method is not known, or a weight is impossible.
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
        """Whether no other approach beats an approach in everything.

        Returns
        -------
        dict of str to bool
            Name -> whether it stands.
        """
        return dict(zip(self.profiles, pareto(self._stacked()).tolist(), strict=True))

    def _stacked(self) -> PerformanceProfile[Any]:
        """One profile whose fields have an element for each approach."""
        columns = {
            field.name: np.array([getattr(each, field.name) for each in self.profiles.values()])
            for field in fields(PerformanceProfile)
        }
        return PerformanceProfile(**columns)

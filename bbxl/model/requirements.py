"""Which approaches meet the requirements, and why not.

The functions take a `PerformanceProfile` whose fields are numbers, or arrays
with one element an approach along the first axis.
"""

from typing import Any, Generic, NamedTuple

import numpy as np

from bbxl.model.capacity import HOURS_PER_MONTH
from bbxl.model.drivers import DeploymentType
from bbxl.model.quantities import (
    Amount,
    Array,
    Factor,
    Fraction,
    Milliseconds,
    Months,
    N,
    Rate,
    Record,
    Throughput,
    Volume,
    checked,
    float_or_array,
    record,
)


@record
class PerformanceProfile(Record, Generic[N]):
    """What was measured of an approach.

    Parameters
    ----------
    p50_latency_ms, p99_latency_ms : float or array_like
        Median and 99th percentile response time, milliseconds.
    throughput_rps : float or array_like
        Requests a second that it sustains.
    accuracy_score : float or array_like
        Share of right answers, 0 to 1.
    cost_per_1k_requests : float or array_like
        Cost of 1,000 requests.
    """

    p50_latency_ms: Milliseconds[N]
    p99_latency_ms: Milliseconds[N]
    throughput_rps: Throughput[N]
    accuracy_score: Fraction[N]
    cost_per_1k_requests: Amount[N]


class Limit(NamedTuple):
    """A requirement with a number.

    Attributes
    ----------
    field : of the profile, which it limits.
    at_most : whether a higher value misses it; else a lower one does.
    missed : the sentence that says so, with {value}, {gap} and {limit}.
    """

    field: str
    at_most: bool
    missed: str


LIMITS = {
    "max_latency_p99": Limit(
        "p99_latency_ms", True, "p99 latency of {value} ms is {gap} ms above {limit} ms"
    ),
    "min_throughput": Limit(
        "throughput_rps", False, "throughput of {value} requests/s is {gap} below {limit}"
    ),
    "min_accuracy": Limit("accuracy_score", False, "accuracy of {value} is {gap} below {limit}"),
    "max_cost_per_1k": Limit(
        "cost_per_1k_requests", True, "cost of {value} per 1,000 requests is {gap} above {limit}"
    ),
}
"""Field of `Requirements` -> what it says; workbooks make their sentences of it too."""

PEAK_MISSED = (
    "throughput of {value} requests/s is {gap} below the peak of {limit}, and no units are added"
)
DEPLOYMENT_MISSED = "deployment is {place}, allowed: {allowed}"


@record
class Requirements(Record, Generic[N]):
    """What an approach must do; meeting a limit exactly is enough.

    Parameters
    ----------
    max_latency_p99 : float or array_like
        Highest 99th percentile response time, milliseconds; infinity for any.
    min_throughput : float or array_like
        Lowest throughput, requests a second.
    min_accuracy : float or array_like
        Lowest share of right answers, 0 to 1.
    max_cost_per_1k : float or array_like
        Highest cost of 1,000 requests; infinity for any.
    deployments : frozenset of DeploymentType, optional
        Where it may run; None allows any. An approach whose deployment is not
        stated does not pass such a requirement.
    """

    max_latency_p99: Milliseconds[N] = np.inf
    min_throughput: Throughput[N] = 0.0
    min_accuracy: Fraction[N] = 0.0
    max_cost_per_1k: Amount[N] = np.inf
    deployments: frozenset[DeploymentType] | None = None

    def misses(self, profile: PerformanceProfile[Any]) -> dict[str, Array]:
        """By how much each profile misses each requirement.

        Parameters
        ----------
        profile : PerformanceProfile
            Its fields broadcast with the requirements.

        Returns
        -------
        dict of str to array
            Requirement -> the gap, in its unit; 0 or less where it is met.
        """
        return {
            name: np.subtract(getattr(profile, limit.field), getattr(self, name))
            * (1 if limit.at_most else -1)
            for name, limit in LIMITS.items()
        }

    def allows(self, deployment: DeploymentType | None) -> bool:
        """Whether an approach may run there; None is a deployment that is not stated."""
        return self.deployments is None or deployment in self.deployments

    def why_not(
        self,
        profile: PerformanceProfile,
        deployment: DeploymentType | None = None,
        peak_rps: float = 0.0,
    ) -> list[str]:
        """In words, each requirement that one profile misses, and by how much.

        Parameters
        ----------
        profile : PerformanceProfile
            Its fields are single numbers.
        deployment : DeploymentType, optional
            Where the approach runs; None where that is not stated.
        peak_rps : float
            Requests a second that it must sustain, as `peak` gives them; 0 for an approach
            whose units are added as the volume needs them.

        Returns
        -------
        list of str
            Empty where the profile passes.

        Examples
        --------
        >>> profile = PerformanceProfile(400, 1200, 200, 0.87, 0.20)
        >>> Requirements(max_latency_p99=500, min_accuracy=0.9).why_not(profile)
        ['p99 latency of 1,200 ms is 700 ms above 500 ms', 'accuracy of 0.87 is 0.03 below 0.9']
        """
        reasons = [
            LIMITS[name].missed.format(
                value=_figure(getattr(profile, LIMITS[name].field)),
                gap=_figure(gap),
                limit=_figure(getattr(self, name)),
            )
            for name, gap in self.misses(profile).items()
            if gap > 0
        ]
        lacking = peak_rps - profile.throughput_rps
        if lacking > 0:
            reasons.append(
                PEAK_MISSED.format(
                    value=_figure(profile.throughput_rps),
                    gap=_figure(lacking),
                    limit=_figure(peak_rps),
                )
            )
        if not self.allows(deployment):
            allowed = ", ".join(each.words for each in DeploymentType if self.allows(each))
            place = deployment.words if deployment else "not stated"
            reasons.append(DEPLOYMENT_MISSED.format(place=place, allowed=allowed))
        return reasons


@checked
def peak(
    requests_per_month: Volume[N],
    peak_factor: Factor[N] = 3.0,
    volume_growth: Rate[N] = 0.0,
    months: Months[N] = 1.0,
) -> N:
    """Requests a second at the peak of the busiest month.

    Parameters
    ----------
    requests_per_month : float or array_like
        The volume n of the first month, 0 or more.
    peak_factor : float or array_like
        How many times the average load the peak is, 1 or more.
    volume_growth : float or array_like
        Change of the volume a year, as a fraction.
    months : float or array_like
        The horizon m, above 0.

    Returns
    -------
    float or array
        What an approach without units of capacity must sustain.

    Raises
    ------
    ValueError
        An argument is impossible.

    Notes
    -----
    n max(1, (1 + volume_growth)^((m - 1) / 12)) peak_factor / (730 h x 3,600 s)

    Examples
    --------
    >>> round(peak(10_000_000_000), 1)
    11415.5
    """
    last = np.maximum(0.0, np.subtract(months, 1)) / 12
    grown = np.maximum(1.0, np.exp(np.log1p(volume_growth) * last))
    busiest = np.multiply(requests_per_month, grown)
    return float_or_array(busiest * peak_factor / (HOURS_PER_MONTH * 3600))


def meets(
    requirements: Requirements[Any], profile: PerformanceProfile[Any], peak_rps: Any = 0.0
) -> Array:
    """Whether each profile misses no limit, deployments apart.

    Parameters
    ----------
    requirements : Requirements
        What is asked.
    profile : PerformanceProfile
        Its fields broadcast with the requirements.
    peak_rps : float or array_like
        Requests a second that it must sustain; 0 where units are added as the volume needs.

    Returns
    -------
    array of bool
        TRUE where every limit is met.
    """
    met = [gap <= 0 for gap in requirements.misses(profile).values()]
    met.append(np.subtract(peak_rps, profile.throughput_rps) <= 0)
    return np.asarray(np.logical_and.reduce(np.broadcast_arrays(*met)))


def _figure(value: Any) -> str:
    """A number as a person writes it: thousands separated, no more digits than needed."""
    return f"{float(value):,.10g}"

"""Requirements, scores, ranking and Pareto on the content-moderation example."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbxl import presets
from bbxl.model.comparison import ApproachComparison
from bbxl.model.drivers import DeploymentType
from bbxl.model.requirements import PerformanceProfile, Requirements, meets, peak
from bbxl.model.scoring import Weights, pareto, scores

REAL_TIME = {
    "max_latency_p99": 500,
    "min_throughput": 100,
    "min_accuracy": 0.85,
    "max_cost_per_1k": 1,
}


def moderation() -> ApproachComparison:
    comparison = ApproachComparison("Content moderation")
    for name, each in presets.load("content-moderation").approaches.items():
        figures = {k: v for k, v in each.items() if k != "deployment"}
        comparison.add_approach(
            name, PerformanceProfile(**figures), DeploymentType(each["deployment"])
        )
    return comparison


def test_only_the_fine_tuned_model_suits_real_time_chat():
    met = moderation().meets_requirements(**REAL_TIME)
    assert [name for name, passes in met.items() if passes] == ["Fine-tuned-7B"]


def test_reasons_name_each_miss_and_its_size():
    assert moderation().why_not(**REAL_TIME) == {
        "API-Large": [
            "p99 latency of 3,500 ms is 3,000 ms above 500 ms",
            "throughput of 50 requests/s is 50 below 100",
            "cost of 2 per 1,000 requests is 1 above 1",
        ],
        "API-Small": ["p99 latency of 1,200 ms is 700 ms above 500 ms"],
        "Fine-tuned-7B": [],
        "Distilled-Tiny": ["accuracy of 0.82 is 0.03 below 0.85"],
    }


def test_a_limit_met_exactly_is_met():
    profile = PerformanceProfile(1, 500, 100, 0.85, 1)
    comparison = ApproachComparison("exact")
    comparison.add_approach("A", profile)
    assert comparison.meets_requirements(**REAL_TIME) == {"A": True}


def test_data_that_may_not_leave_the_house():
    allowed = [DeploymentType.SELF_HOSTED_ON_PREM]
    comparison = moderation()
    comparison.add_approach("Unknown", PerformanceProfile(1, 1, 1, 1, 1))
    reasons = comparison.why_not(deployments=allowed)
    assert reasons["Fine-tuned-7B"] == []
    assert reasons["API-Small"] == ["deployment is API, allowed: self-hosted on-prem"]
    assert reasons["Unknown"] == ["deployment is not stated, allowed: self-hosted on-prem"]


def test_ranking_by_hand():
    # API-Small: 0.5 x 1.2 + 0.1 x 0.2 + 0.3 x 13 + 0.1 x 5
    ranked = moderation().rank_by_priority(
        {"latency": 0.5, "cost": 0.1, "accuracy": 0.3, "throughput": 0.1}
    )
    assert [name for name, _ in ranked][:2] == ["Fine-tuned-7B", "API-Small"]
    assert dict(ranked)["API-Small"] == pytest.approx(5.02)


def test_minmax_weights_are_shares():
    once = moderation().rank_by_priority({"latency": 1, "cost": 3}, "minmax")
    tenfold = moderation().rank_by_priority({"latency": 10, "cost": 30}, "minmax")
    assert dict(once) == pytest.approx(dict(tenfold))
    assert dict(once)["API-Large"] == pytest.approx(1)  # worst in both
    assert dict(once)["Distilled-Tiny"] == pytest.approx(0)  # best in both


def test_equal_scores_keep_their_order():
    comparison = ApproachComparison("equal")
    for name in "BCA":
        comparison.add_approach(name, PerformanceProfile(1, 2, 3, 0.5, 4))
    for method in ("raw", "minmax"):
        ranked = comparison.rank_by_priority({"latency": 1, "cost": 1}, method)
        assert [name for name, _ in ranked] == ["B", "C", "A"]


def test_zero_throughput():
    comparison = ApproachComparison("stuck")
    comparison.add_approach("stuck", PerformanceProfile(1, 2, 0, 0.5, 4))
    comparison.add_approach("runs", PerformanceProfile(1, 900, 1, 0.5, 4))
    assert comparison.rank_by_priority({"throughput": 1}) == [("runs", 1000), ("stuck", np.inf)]
    assert dict(comparison.rank_by_priority({"latency": 1}))["stuck"] == 0.002
    assert comparison.rank_by_priority({"throughput": 1}, "minmax") == [("runs", 0), ("stuck", 1)]


def test_an_empty_comparison_ranks_nothing():
    assert ApproachComparison("none").rank_by_priority({"latency": 1}) == []


@pytest.mark.parametrize(
    "mistake",
    [
        lambda c: c.add_approach("API-Small", PerformanceProfile(1, 1, 1, 1, 1)),
        lambda c: c.rank_by_priority({"speed": 1}),
        lambda c: c.rank_by_priority({"latency": -1}),
        lambda c: c.rank_by_priority({"latency": 1}, "median"),
        lambda c: c.add_approach("X", PerformanceProfile(1, 1, 1, 1.4, 1)),
    ],
)
def test_mistakes_raise_value_error(mistake):
    with pytest.raises(ValueError, match=r"\w"):
        mistake(moderation())


profiles = st.lists(
    st.tuples(*[st.sampled_from([0.0, 0.25, 0.5, 1.0])] * 5), min_size=1, max_size=6
)


@given(profiles)
def test_pareto_against_a_loop(rows):
    def beats(a, b):
        better_low = [a[i] <= b[i] for i in (0, 1, 4)] + [a[i] >= b[i] for i in (2, 3)]
        return all(better_low) and a != b

    expected = [not any(beats(other, row) for other in rows) for row in rows]
    assert pareto(PerformanceProfile(*np.array(rows).T)).tolist() == expected


@given(profiles, st.tuples(*[st.floats(0, 10)] * 4))
def test_raw_score_against_a_loop(rows, weights):
    latency, cost, accuracy, throughput = weights
    found = np.ravel(scores(PerformanceProfile(*np.array(rows).T), Weights(*weights)))
    for value, (_, p99, rps, share, per_1k) in zip(found, rows, strict=True):
        expected = latency * p99 / 1000 + cost * per_1k + accuracy * (1 - share) * 100
        if throughput:
            expected += throughput * 1000 / rps if rps else np.inf
        assert value == pytest.approx(expected)


def test_scores_of_many_scenarios_at_once():
    profile = PerformanceProfile(*np.ones((5, 3, 1)))
    assert np.shape(scores(profile, Weights(np.arange(4.0)[None, :]))) == (3, 4)


def test_every_pair_of_presets_scenarios_ranks():
    for scenario, method in itertools.product(
        presets.load("content-moderation").scenarios.values(), ("raw", "minmax")
    ):
        assert len(moderation().rank_by_priority(scenario["weights"], method)) == 4


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((10_000_000_000,), 11_415.53),
        ((2_628_000, 4), 4),
        ((2_628_000, 2, 0.21, 25), 2 * 1.1**4),
        ((2_628_000, 2, -0.5, 25), 2),  # the first month is the busiest
        ((2_628_000, 1, 0.5, 1), 1),
    ],
)
def test_the_peak_of_the_busiest_month(given, expected):
    assert peak(*given) == pytest.approx(expected, rel=1e-6)


def test_a_throughput_below_the_peak_is_told():
    profile = PerformanceProfile(1, 1, 500, 0.9, 1)
    asked = peak(10_000_000_000)
    assert meets(Requirements(), profile)
    assert not meets(Requirements(), profile, asked)
    assert Requirements().why_not(profile, peak_rps=asked) == [
        "throughput of 500 requests/s is 10,915.52511 below the peak of 11,415.52511, "
        "and no units are added"
    ]
    assert meets(Requirements(), profile, 500)
    assert Requirements().why_not(profile, peak_rps=500) == []

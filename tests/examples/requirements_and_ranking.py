"""Which approaches meet the requirements, why the others do not, and who comes first.

Weights say how much each criterion counts; the lowest score is the best.
"""

from bbxl import ApproachComparison, DeploymentType, PerformanceProfile

moderation = ApproachComparison("Content moderation")
moderation.add_approach(
    "API-Small", PerformanceProfile(400, 1200, 200, 0.87, 0.20), DeploymentType.API
)
moderation.add_approach(
    "Fine-tuned-7B",
    PerformanceProfile(
        p50_latency_ms=120,
        p99_latency_ms=250,
        throughput_rps=500,
        accuracy_score=0.91,
        cost_per_1k_requests=0.08,
    ),
    DeploymentType.SELF_HOSTED_ON_PREM,
)

needs = {"max_latency_p99": 500, "min_accuracy": 0.9}
for name, reasons in moderation.why_not(**needs).items():
    print(f"{name}: {'; '.join(reasons) or 'meets every requirement'}")

weights = {"latency": 0.5, "cost": 0.1, "accuracy": 0.3, "throughput": 0.1}
for place, (name, score) in enumerate(moderation.rank_by_priority(weights), start=1):
    print(f"{place}. {name} {score:.3f}")

# It prints:
# API-Small: p99 latency of 1,200 ms is 700 ms above 500 ms; accuracy of 0.87 is 0.03 below 0.9
# Fine-tuned-7B: meets every requirement
# 1. Fine-tuned-7B 3.033
# 2. API-Small 5.020

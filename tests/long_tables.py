"""Tables of as many approaches as are asked for, for the tests and the benchmark of bounds."""

ESTIMATES = ["name", "infrastructure_monthly", "api_cost_per_request", "initial_dev_hours",
             "monthly_maintenance_hours"]  # fmt: skip
MEASURES = ["name", "p50_latency_ms", "p99_latency_ms", "throughput_rps", "accuracy_score",
            "cost_per_1k_requests"]  # fmt: skip


def approaches(count):
    return [ESTIMATES, *([f"A{i}", i + 1.0, 0.001 * (count - i), 10.0, 5.0] for i in range(count))]


def profiles(count):
    return [MEASURES, *([f"A{i}", 1.0 + i, 2.0 + count - i, 3, 0.5, 1] for i in range(count))]

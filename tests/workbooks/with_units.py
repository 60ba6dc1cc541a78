"""Scenarios of approaches with units, at volumes near those at which they change places."""

import numpy as np
from test_model import PRESET, REQUIRED, as_filled

FREE = {"min_accuracy": None, "max_latency_p99": None, "max_cost_per_1k": None}
NOTHING = {f"approach_{i}_{each.name}": 0.0 for i in (1, 2, 3) for each in REQUIRED}


def drawn_units(seed):
    """Three approaches, two with units, near volumes at which they change places."""
    draw = np.random.default_rng(seed)
    price = draw.uniform(0.0005, 0.002)
    values = as_filled(PRESET) | NOTHING | FREE | {
        "approach_1_api_cost_per_request": price, "months": int(draw.integers(1, 61)),
        "requests_per_month": float(draw.integers(0, 5_000_000)),
        **{name: round(draw.uniform(0, 0.3), 3) if draw.random() < 0.5 else 0.0
           for name in ("annual_rate", "tax_rate", "infra_price_change")},
        "api_price_change": round(draw.uniform(-0.2, 0.1), 3) if draw.random() < 0.5 else 0.0,
    }  # fmt: skip
    for slot in (2, 3):
        capacity = float(draw.integers(1, 20) * 100_000)
        cost = round(price * capacity * draw.uniform(0.2, 0.95), 2)
        bought = draw.random() < 0.4
        values |= {f"approach_{slot}_{name}": value for name, value in {
            "unit_capacity": capacity, "unit_monthly": round(cost / 4 if bought else cost, 2),
            "unit_price": round(cost * 20, 2) if bought else None,
            "unit_residual": 0.1 if bought else None,
            "unit_life_months": float(draw.integers(1, 60)) if bought else None,
            "units_minimum": float(draw.integers(0, 4)) if draw.random() < 0.4 else None,
            "api_cost_per_request": round(price * draw.uniform(0, 0.2), 6),
            "monitoring_tooling_monthly": round(draw.uniform(0, 3) * cost, 2),
        }.items()}  # fmt: skip
    return values

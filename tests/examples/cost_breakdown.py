"""What an approach costs a month, broken down by what the money is spent on.

The parts add up to the total exactly; what is paid upfront is spread over the horizon.
"""

from bbxl import TCOComponents

retrieval = TCOComponents(
    infrastructure_monthly=800,
    api_cost_per_request=0.0005,
    initial_dev_hours=320,
    monthly_maintenance_hours=30,
    monitoring_tooling_monthly=800,
    incident_response_hours_monthly=10,
    compliance_audit_hours_monthly=6,
)
cost = retrieval.tco(requests_per_month=2_000_000, months=12)

for part, amount in cost.breakdown.items():
    if amount:
        print(f"{part:22}{amount:>10,.2f}")
print(f"{'a month':22}{cost.monthly_total:>10,.2f}")
print(f"{'over 12 months':22}{cost.horizon_total:>10,.2f}")
print(f"{'for 1,000 requests':22}{1000 * cost.cost_per_request:>10,.2f}")
assert sum(cost.breakdown.values()) == cost.monthly_total

# It prints:
# compute                 1,800.00
# engineering             6,000.00
# development_amortized   4,000.00
# compliance                900.00
# tooling                   800.00
# a month                13,500.00
# over 12 months        162,000.00
# for 1,000 requests          6.75

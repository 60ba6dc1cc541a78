"""A simulation: every driver is uncertain, and the costs are counted over many draws.

The same seed gives the same numbers.
"""

from bbxl import CostModel, Pert, Projection, Uniform, simulate

approaches = {"API": CostModel(50_000, 0.002), "Fine-tuned": CostModel(250_000, 0.0002)}
drivers = {  # field -> factor on its estimate; what is not named here is certain
    "requests_per_month": Uniform(0.5, 2),
    "cost_per_request": Pert(0.5, 1, 2),
}
found = simulate(approaches, 8_000_000, Projection(months=12), drivers, draws=100_000, seed=1)

for i, name in enumerate(found.names):
    print(
        f"{name}: cheapest in {found.probability_cheapest[i]:.0%} of {found.draws:,} draws; "
        f"present cost {found.p10[i]:,.0f} to {found.p90[i]:,.0f} in 8 of 10"
    )
spread = found.breakevens["API", "Fine-tuned"]
print(f"They cost the same at {spread.p10:,.0f} to {spread.p90:,.0f} requests a month.")

# It prints:
# API: cheapest in 44% of 100,000 draws; present cost 173,515 to 471,035 in 8 of 10
# Fine-tuned: cheapest in 56% of 100,000 draws; present cost 262,378 to 292,251 in 8 of 10
# They cost the same at 6,132,610 to 13,470,835 requests a month.

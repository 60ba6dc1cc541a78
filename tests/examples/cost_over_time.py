"""Cost over three years: growth, prices that fall, wages that rise, and discounting.

A projection says how costs move; with it an approach has a present cost and a breakeven.
"""

from bbxl import Projection, TCOComponents

api = TCOComponents(200, 0.001, initial_dev_hours=160, monthly_maintenance_hours=20)
own = TCOComponents(3500, 0.0001, initial_dev_hours=640, monthly_maintenance_hours=40)

steady = Projection(months=36)
moving = Projection(
    months=36,
    annual_rate=0.10,
    volume_growth=0.5,
    api_price_change=-0.2,
    infra_price_change=-0.4,
    wage_growth=0.03,
)
for name, projection in (("steady", steady), ("moving", moving)):
    cost, other = (projection.present_cost(each, 5_000_000) for each in (api, own))
    same = projection.breakeven(api, own)
    print(f"{name}: API {cost:,.0f}, own {other:,.0f}; the same at {same:,.0f} requests a month")

by_month = moving.costs(own, 5_000_000)  # period 0 is the start
print(f"own, undiscounted: start {by_month[0]:,.0f}, month 1 {by_month[1]:,.0f}, ", end="")
print(f"month 36 {by_month[36]:,.0f}")
print(f"own is repaid in month {moving.payback_month(api, own, 10_000_000):.0f} at 10 million")

# It prints:
# steady: API 319,200, own 456,000; the same at 9,222,222 requests a month
# moving: API 328,193, own 370,398; the same at 6,153,275 requests a month
# own, undiscounted: start 96,000, month 1 10,000, month 36 8,180
# own is repaid in month 17 at 10 million

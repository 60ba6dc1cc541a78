"""A tornado: each driver alone 20% lower and higher, the widest effect first.

The figures say what the API costs more than the own model, a month.
"""

from bbxl import Projection, TCOComponents, tornado

api = TCOComponents(200, 0.001, initial_dev_hours=160, monthly_maintenance_hours=20)
own = TCOComponents(3500, 0.0001, initial_dev_hours=640, monthly_maintenance_hours=40)

effects = tornado(api, own, 10_000_000, Projection(months=36), swing=0.2, names=("API", "own"))
for effect in effects[:5]:
    print(f"{effect.driver:31}{effect.low:>9,.0f}{effect.high:>9,.0f}")

# It prints:
# API: api_cost_per_request         -1,300    2,700
# requests_per_month                -1,100    2,500
# own: monthly_maintenance_hours     1,900     -500
# engineer_hourly_rate               1,700     -300
# own: infrastructure_monthly        1,400        0

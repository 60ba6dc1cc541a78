"""A million scenarios in one call: every field and argument may be a numpy array.

They broadcast: a column of prices and a row of volumes make a grid. Lists serve as well.
"""

import numpy as np

from bbxl import CostModel

random = np.random.default_rng(seed=1)
price = random.uniform(0.0005, 0.004, size=1_000_000)  # of a request, which nobody knows yet

api = CostModel(upfront_cost=50_000, cost_per_request=price)
fine_tuned = CostModel(upfront_cost=250_000, cost_per_request=0.0002)
volumes = api.breakeven(fine_tuned)

print(f"{volumes.size:,} breakevens")
print(f"Half of them lie below {np.median(volumes):,.0f} requests a month.")
print(f"At 10 million requests, fine-tuned is cheaper in {np.mean(volumes < 1e7):.0%} of them.")

grid = CostModel(0, [[0.001], [0.002]]).monthly([1e6, 2e6, 3e6])
print(grid.shape)
print(grid)

# It prints:
# 1,000,000 breakevens
# Half of them lie below 8,135,252 requests a month.
# At 10 million requests, fine-tuned is cheaper in 61% of them.
# (2, 3)
# [[1000. 2000. 3000.]
#  [2000. 4000. 6000.]]

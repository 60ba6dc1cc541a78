"""At what volume two approaches cost the same.

Each is a line in the monthly volume; where the lines do not cross, the answer says why.
"""

from bbxl import CostModel, explain

api = CostModel(upfront_cost=50_000, cost_per_request=0.002)
fine_tuned = CostModel(upfront_cost=250_000, cost_per_request=0.0002)

for requests in (1_000_000, 10_000_000):
    cost, other = api.monthly(requests), fine_tuned.monthly(requests)
    print(f"{requests:>10,} requests a month: API {cost:,.2f}, fine-tuned {other:,.2f}")

print(f"They cost the same at {api.breakeven(fine_tuned):,.2f} requests a month.")
print(f"Over 36 months, at {api.breakeven(fine_tuned, months=36):,.2f}.")

# A line that starts higher and rises as steeply never becomes the cheaper one.
dear = CostModel(upfront_cost=250_000, cost_per_request=0.002)
print(api.breakeven(dear), "-", explain(api, dear, names=("API", "the dear one")))

# It prints:
#  1,000,000 requests a month: API 6,166.67, fine-tuned 21,033.33
# 10,000,000 requests a month: API 24,166.67, fine-tuned 22,833.33
# They cost the same at 9,259,259.26 requests a month.
# Over 36 months, at 3,086,419.75.
# nan - API is cheaper at every volume.

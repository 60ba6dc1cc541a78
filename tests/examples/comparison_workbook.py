"""A comparison workbook, filled from a preset: native formulas, charts and checks.

Whoever opens it needs no plug-in. Its figures are in the file already.
"""

from pathlib import Path

from bbxl import calculate
from bbxl.workbooks import library

file = Path("comparison.xlsx")
template = library.get("build-vs-buy")
file.write_bytes(template.filled("customer-support-classifier"))

# A formula may name the workbook's cells.
print(calculate('="Cheapest: "&cheapest&", at "&cheapest_cost&" a month"', file))
print(calculate("=checks", file))

# It prints:
# Cheapest: API, at 9650 a month
# All checks OK

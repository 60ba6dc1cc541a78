"""A folder of filled workbooks from a list of mappings, and one workbook over all of them.

A key names an input (`bbxl inputs breakeven` lists them), and `scenario` the file.
"""

import openpyxl

from bbxl import generate

scenarios = [
    {"scenario": "Europe", "requests_per_month": 1_200_000, "months": None},  # as the template
    {"scenario": "United States", "requests_per_month": 9_500_000, "months": 12},
    {"scenario": "Asia", "requests_per_month": 4_000_000, "months": 36},
]
made = generate("breakeven", scenarios, "comparisons")
print(made.files, "workbooks, and", made.portfolio.name)

portfolio = openpyxl.load_workbook(made.portfolio)["Scenarios"]
_, names, *rows = portfolio.iter_rows(values_only=True)
for row in rows:
    found = dict(zip(names, row, strict=True))
    print(f"{found['Scenario']}: {found['Cheapest']} at {found['Cheapest cost']:,.2f} a month")

# It prints:
# 3 workbooks, and portfolio.xlsx
# Europe: API at 6,566.67 a month
# United States: Fine-tuned at 22,733.33 a month
# Asia: Fine-tuned at 7,744.44 a month

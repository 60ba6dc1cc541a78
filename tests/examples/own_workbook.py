"""A workbook of one's own, made with openpyxl, whose formulas call worksheet functions.

openpyxl writes formulas without values; `recalculate` computes them and stores the values.
"""

import openpyxl

from bbxl import recalculate

book = openpyxl.Workbook()
sheet = book.active
sheet.append(["name", "upfront_cost", "cost_per_request", "fixed_monthly"])
sheet.append(["API", 50_000, 0.002, 0])
sheet.append(["Fine-tuned", 250_000, 0.0002, 500])
sheet["A5"] = "Cheapest at ten million requests a month"
sheet["B5"] = "=BB_CHEAPEST(A1:D3,10000000)"
sheet["A6"] = "The API's costs over three years"
sheet["B6"] = "=36*BB_MONTHLY_COST(B2,C2,10000000,36,D2)"
sheet["B7"] = "=B6/0"
book.save("mine.xlsx")

done = recalculate("mine.xlsx")
print(done.formulas, "formulas;", *done.errors)

values = openpyxl.load_workbook("mine.xlsx", data_only=True).active
for row in (5, 6, 7):
    print(values.cell(row, 1).value, "-", values.cell(row, 2).value)

# It prints:
# 3 formulas; ('Sheet!B7', '#DIV/0!')
# Cheapest at ten million requests a month - Fine-tuned
# The API's costs over three years - 770000
# None - #DIV/0!

"""A small template for the tests of runs, and scenarios for it."""

from pathlib import Path

import openpyxl
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

CELLS = {
    "requests": 1000.0,
    "price": 0.01,
    "vendor": "Acme",
    "cost": "=requests*price",
    "fixed_cost": "=500",
    "recommended": '=IF(cost<fixed_cost,vendor,IF(cost=fixed_cost,"either","own"))',
    "per_request": "=fixed_cost/requests",
}


def offer(path: Path) -> Path:
    """A template: an offer of a vendor against a cost of one's own."""
    book = openpyxl.Workbook()
    book.active.title = "Offer"
    for row, (name, value) in enumerate(CELLS.items(), start=1):
        book.active[f"A{row}"], book.active[f"B{row}"] = name, value
        book.defined_names[name] = DefinedName(name, attr_text=f"Offer!$B${row}")
    book.active["B1"].number_format = "#,##0"
    rule = DataValidation("decimal", operator="greaterThanOrEqual", formula1="0")
    rule.add("B1:B2")
    book.active.add_data_validation(rule)
    book.save(path)
    return path


def scenarios(count: int) -> list[dict[str, object]]:
    """Scenarios of the offer; the vendors have names that are no formulas."""
    vendors = ("Acme", "=cmd|' /C calc'!A1", "B & <C>", "Über*", "-2+3")
    return [
        {"scenario": f"case {i}", "requests": 137.0 * i, "price": 0.05, "vendor": vendors[i % 5]}
        for i in range(count)
    ]

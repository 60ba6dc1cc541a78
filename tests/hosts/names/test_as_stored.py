"""The form in which the file has the names, evaluated as it is by ironcalc, another engine.

Ironcalc 0.9.1 reads the prefixes that Excel writes. It takes only the first element where XMATCH,
FIND or INDEX are given an array, and so cannot read a table. It computes functions of numbers, and
what functions of approaches do once the table is read: costs of each period, present cost, and
where two approaches change places.
"""

from io import BytesIO

import ironcalc
import openpyxl
import pytest
from test_names_in_tour import CALLS, TOUR, functions_of

from bbxl.hosts.names import carrying, tables
from bbxl.model.cost import CostModel
from bbxl.model.drivers import TCOComponents
from bbxl.model.investment import irr
from bbxl.model.projection import Projection
from bbxl.model.settings import SETTINGS

OF_NUMBERS = {"BB_MONTHLY_COST", "BB_BREAKEVEN", "BB_PAYBACK", "BB_SWITCH_PRICE", "BB_GPUS",
              "BB_CAPACITY", "BB_VERSION"}  # fmt: skip
API = TCOComponents(200, 0.001, 160, 20, exit_cost=300)
GPUS = TCOComponents(
    100, 0.0001, 320, 10, unit_monthly=600, unit_price=9_000, unit_life_months=12,
    unit_residual=0.25, unit_capacity=1_000_000, units_minimum=1, retraining_cost=500,
    retraining_every_months=6,
)  # fmt: skip
CASES = [
    Projection(36),
    Projection(24, 0.1, 0.3, -0.2, -0.4, 0.03, 0.25, 0.5, 36, 2, 7),
    Projection(24, 0.1, -0.3, -0.2, 0.1, 0.03, 0.25, 0.5, 12, 0.5, 3),
]
VOLUME = 2_500_000


def evaluated(data, folder):
    """A file with the names, computed by ironcalc."""
    path = folder / "stored.xlsx"
    path.write_bytes(carrying.with_names(data).data)
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    return model


def test_functions_of_numbers_pass_in_the_tour(tmp_path):
    model = evaluated(TOUR, tmp_path)
    single = [row for row, call in CALLS.items() if functions_of(call) <= OF_NUMBERS]
    single = [row for row in single if "{" not in CALLS[row]]
    assert {name for row in single for name in functions_of(CALLS[row])} == OF_NUMBERS
    verdicts = {row: model.get_formatted_cell_value(0, row, 3) for row in single}
    assert set(verdicts.values()) == {"PASS"}, verdicts


def read(approach):
    """The row of a table that was read, from A to AC."""
    values = [getattr(approach, each.name) for each in tables.fields(TCOComponents)]
    return ["A", *[0.0] * (len(tables.ABOUT) - 1), *values]


def expectations():
    """Formula of helpers -> what the model in Python answers."""
    api, gpus = (f"Rows!A{row}:AC{row}" for row in (1, 2))
    found = {}
    for case in CASES:
        given = ",".join(repr(float(getattr(case, name))) for name in SETTINGS)
        for row, approach in ((api, API), (gpus, GPUS)):
            costs = case.costs_after_tax(approach, VOLUME)
            worth = case.present_cost(approach, VOLUME)
            periods = f"_BB_COSTS({row},{VOLUME},{given},{len(costs) - 1 - case.months:.0f})"
            found[f"SUM({periods})"] = costs.sum()
            found[f"SUM({periods}*SEQUENCE({len(costs)}))"] = sum(
                period * cost for period, cost in enumerate(costs, start=1)
            )
            line = f"_BB_PRESENT_START({row},{given})+_BB_PRESENT_SLOPE({row},{given})*{VOLUME}"
            grown = f"_BB_GROWN({case.volume_growth},SEQUENCE({case.months:.0f}))"
            each, least = approach.unit_capacity, approach.units_minimum
            units = f"_BB_NEEDED({VOLUME}*{grown},{each},{least})"
            of_units = f"SUM(_BB_UNIT_WORTH(_BB_UNIT({row}),{given})*{units})"
            found[f"SUM({line})+{of_units}"] = worth
        if case.months == 36:
            stretches = case.intervals(API, GPUS)
            changes = f"_BB_STRETCHES({api},{gpus},{given})"
            found[f"ROWS({changes})"] = len(stretches)
            found[f"SUM(CHOOSECOLS({changes},1))"] = sum(each.start for each in stretches)
    saved = ";".join(["-10000", *["1000"] * 12])
    rate = irr(CostModel(0, 0, 1_000), CostModel(10_000, 0, 0), 0, Projection(12))
    return {**found, f"_BB_RATE({{{saved}}})": rate}


@pytest.fixture(scope="module")
def helpers(tmp_path_factory):
    """Formula -> what ironcalc answers."""
    book = openpyxl.Workbook()
    for row, formula in enumerate(expectations(), start=1):
        book.active.cell(row, 1, f"={formula}")
    rows = book.create_sheet("Rows")
    for approach in (API, GPUS):
        rows.append(read(approach))
    saved = BytesIO()
    book.save(saved)
    model = evaluated(saved.getvalue(), tmp_path_factory.mktemp("stored"))
    return {
        formula: model.get_formatted_cell_value(0, row, 1)
        for row, formula in enumerate(expectations(), start=1)
    }


@pytest.mark.parametrize("formula", expectations())
def test_costs_over_time_are_those_of_the_model(formula, helpers):
    expected = expectations()[formula]
    assert float(helpers[formula]) == pytest.approx(expected, rel=1e-8, abs=1e-6)

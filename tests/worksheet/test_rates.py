"""A rate of 10 where 10% was meant is refused; what prices have done is not."""

import pytest
from samples import samples

from bbxl.worksheet import REGISTRY
from bbxl.xlsx.cells import ExcelError

ARGUMENTS = [(f, i, a) for f in REGISTRY.values() for i, a in enumerate(f.arguments)]
MEANT_AS_PERCENT = ("annual_rate", "wage_growth", "tax_rate", "capitalised_share")
CHANGES = ("volume_growth", "api_price_change", "infra_price_change")


def ask(function, position, value):
    given = samples(function)
    given[position] = value
    answer = function(*given)
    return answer[0][0] if isinstance(answer, list) and answer[0][0] != "month" else answer


def named(names):
    chosen = [(f, i) for f, i, a in ARGUMENTS if a.name in names]
    assert chosen
    return pytest.mark.parametrize(("function", "position"), chosen,
                                   ids=lambda each: getattr(each, "name", each))  # fmt: skip


@named(MEANT_AS_PERCENT)
def test_ten_is_no_rate(function, position):
    assert ask(function, position, 10.0) is ExcelError.NUM
    assert ask(function, position, 1.0) is not ExcelError.NUM


@named(CHANGES)
def test_prices_and_volumes_may_grow_tenfold_and_fall_by_99_percent(function, position):
    for possible in (10.0, -0.9, -0.99):
        assert ask(function, position, possible) is not ExcelError.NUM
    for impossible in (10.5, -0.995, -1.0):
        assert ask(function, position, impossible) is ExcelError.NUM


def test_the_discounted_periods_add_up_to_the_present_cost():
    table = REGISTRY["BB_PRESET"]("customer-support-classifier")
    moves = (24, 0.1, 0.5, -0.3, -0.2, 0.03)
    rest = (0.25, 0.6, 36, 2.0, 7)
    periods = REGISTRY["BB_PROJECT"](table, 2e6, *moves, "discounted", *rest)[1:]
    present = REGISTRY["BB_PRESENT_COST"](table, 2e6, *moves, *rest)
    for i, (cost,) in enumerate(present, 1):
        assert sum(row[i] for row in periods) == pytest.approx(cost, rel=1e-9)
    assert len(periods) == 37  # deductions go on to month 36
    shares = REGISTRY["BB_TCO_BREAKDOWN"](table, 2e6, 12, "share")[1:]
    costs = REGISTRY["BB_TCO_BREAKDOWN"](table, 2e6, 12)[1:]
    for i in range(1, 4):
        assert [row[i] for row in shares] == pytest.approx([r[i] / costs[-1][i] for r in costs])

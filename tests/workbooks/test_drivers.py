"""Each driver counts, everywhere: a field that nothing reads would be a silent default."""

from dataclasses import MISSING, fields, replace
from typing import Annotated

import pytest
from filled import Filled
from test_model import PRESET, as_filled

from bbxl.model.cost import Approach, CostModel
from bbxl.model.distributions import Triangular
from bbxl.model.drivers import TCOComponents
from bbxl.model.projection import Projection
from bbxl.model.quantities import Amount, N, record
from bbxl.model.risk import tornado
from bbxl.model.simulation import simulate
from bbxl.model.streams import DEVELOPMENT_AMORTIZED, TOOLING, Driver, Stream, Timing
from bbxl.workbooks import build_vs_buy
from bbxl.worksheet import REGISTRY

VOLUME = 2_000_000
DRIVERS = list(TCOComponents.table.drivers)
LINE = list(CostModel.table.drivers)
OVER = Projection(36, annual_rate=0.1, volume_growth=0.2, tax_rate=0.2, capitalised_share=0.5)
# Nothing is 0, so that each hour has its price and each price its hours.
API = TCOComponents(**dict.fromkeys(DRIVERS, 10.0))
RAG = TCOComponents(**dict.fromkeys(DRIVERS, 11.0))


@pytest.fixture(scope="module")
def comparison():
    return Filled(build_vs_buy.model(PRESET))


def more(approach, name):
    return replace(approach, **{name: getattr(approach, name) + 1})


def test_both_tables_name_every_field():
    for kind in (TCOComponents, CostModel):
        assert list(kind.table.drivers) == [each.name for each in fields(kind)]


@pytest.mark.parametrize("name", DRIVERS)
def test_a_driver_moves_every_figure_of_the_model(name):
    moved = more(API, name)
    costs, costs_then = API.tco(VOLUME), moved.tco(VOLUME)
    assert costs_then.monthly_total > costs.monthly_total
    assert [part for part, cost in costs.breakdown.items() if costs_then.breakdown[part] > cost]
    assert moved.cost_model() != API.cost_model()
    assert OVER.present_cost(moved, VOLUME) > OVER.present_cost(API, VOLUME)
    assert OVER.costs(moved, VOLUME).sum() > OVER.costs(API, VOLUME).sum()
    assert f"A: {name}" in {each.driver for each in tornado(API, RAG, VOLUME, OVER)}
    uncertain = simulate({"A": API}, VOLUME, OVER, {name: Triangular(0.5, 1, 1.5)}, 100)
    assert uncertain.p90[0] > uncertain.p10[0]


@pytest.mark.parametrize("name", LINE)
def test_a_field_of_a_line_moves_its_cost(name):
    line = CostModel(10, 10, 10)
    assert more(line, name).monthly(VOLUME) > line.monthly(VOLUME)
    assert OVER.present_cost(more(line, name), VOLUME) > OVER.present_cost(line, VOLUME)


@pytest.mark.parametrize("name", DRIVERS)
def test_a_driver_moves_the_worksheet_functions(name):
    def answer(function, approach):
        table = [["name", *DRIVERS], ["A", *(getattr(approach, each) for each in DRIVERS)]]
        return REGISTRY[function](table, VOLUME)

    for function in ("BB_TCO", "BB_TCO_BREAKDOWN", "BB_PRESENT_COST", "BB_PROJECT"):
        assert answer(function, more(API, name)) != answer(function, API), function


@pytest.mark.parametrize("name", DRIVERS)
def test_a_driver_moves_the_comparison(comparison, name):
    filled = as_filled(PRESET) | {f"approach_1_{each}": 10.0 for each in DRIVERS}
    comparison.fill(filled)
    before = {field: comparison.field(field)[0] for field in ("monthly_total", "present_cost")}
    comparison.fill(filled | {f"approach_1_{name}": 11.0})
    for field, cost in before.items():
        assert comparison.field(field)[0] > cost, field
    parts = [f"from_{name}", *(f"from_{each}" for each in TCOComponents.table.priced_by(name))]
    assert all(comparison.field(part)[0] > 0 for part in parts)


def test_what_is_not_filled_in_has_its_default():
    assert TCOComponents(1, 2, 3, 4) == TCOComponents(
        1, 2, 3, 4, **{f.name: f.default for f in fields(TCOComponents) if f.default is not MISSING}
    )


def test_drivers_of_no_or_another_kind_are_refused():
    with pytest.raises(TypeError, match=r"Wrong\.extra needs a Driver"):

        class Wrong(Approach[N]):
            extra: Amount[N]

    with pytest.raises(TypeError, match="stream is not in STREAMS"):

        class Unlisted(Approach[N]):
            extra: Annotated[
                Amount[N],
                Driver("new", Stream("new", "New", Timing.MONTHLY), DEVELOPMENT_AMORTIZED),
            ]

    with pytest.raises(TypeError, match="there is no driver hourly"):

        class Unpriced(Approach[N]):
            extra: Annotated[Amount[N], Driver("new", TOOLING, DEVELOPMENT_AMORTIZED, "hourly")]

    with pytest.raises(TypeError, match="feeds no stream and prices no driver"):

        class Unused(Approach[N]):
            extra: Annotated[Amount[N], Driver("new")]


def test_a_class_of_approaches_is_its_table():
    """All of the model's figures follow for a class that a reader makes, too."""

    @record
    class Rented(Approach[N]):
        """Two tools.

        {fields}
        """

        first: Annotated[Amount[N], Driver("the one", TOOLING, DEVELOPMENT_AMORTIZED)]
        second: Annotated[Amount[N], Driver("the other", TOOLING, DEVELOPMENT_AMORTIZED)] = 5.0

    assert "second : the other." in Rented.__doc__
    assert Rented(1).tco(0).monthly_total == 6
    assert Projection(12).present_cost(Rented(1), 0) == pytest.approx(72)

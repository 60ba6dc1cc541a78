"""Each driver counts, everywhere: a field that nothing reads would be a silent default."""

from dataclasses import MISSING, fields, replace
from typing import Annotated

import numpy as np
import pytest
from test_model import PRESET, as_filled, shared_comparison

from bbxl import presets
from bbxl.errors import UserError
from bbxl.model.cost import Approach, CostModel
from bbxl.model.distributions import Triangular
from bbxl.model.driver_table import Driver
from bbxl.model.drivers import TCOComponents
from bbxl.model.projection import Projection
from bbxl.model.quantities import Amount, N, quantities_of, record
from bbxl.model.risk import tornado
from bbxl.model.simulation import simulate
from bbxl.model.streams import DEVELOPMENT_AMORTIZED, TOOLING, Stream, Timing
from bbxl.workbooks import library
from bbxl.workbooks.build_vs_buy import streams
from bbxl.worksheet import REGISTRY

VOLUME = 2_000_000
VOLUMES = [1.0, VOLUME]  # so few that the fewest units count, and so many that more are needed
DRIVERS = list(TCOComponents.table.drivers)
OF_UNITS = [n for n in DRIVERS if n.startswith("unit")]
LONGER = ("unit_life_months",)
LINE = list(CostModel.table.drivers)
OVER = Projection(36, annual_rate=0.1, volume_growth=0.2, tax_rate=0.2, capitalised_share=0.5)
KINDS = quantities_of(TCOComponents)
UNUSUAL = {"unit_capacity": 100_000.0, "error_rate_change": -0.3}
FALLING = ("error_rate_change",)  # from here on it falls faster, and only over time


def plain(name):
    """A value of a driver: none is 0, so that each hour has its price and each price its hours."""
    return UNUSUAL.get(name, 0.5 if KINDS[name].maximum <= 1 else 10.0)


API = TCOComponents(**{name: plain(name) for name in DRIVERS})
RAG = TCOComponents(**{name: 1.1 * plain(name) if not KINDS[name].whole else 11.0
                       for name in DRIVERS})  # fmt: skip


@pytest.fixture(scope="module")
def comparison():
    return shared_comparison()


def more(approach, name):
    """The approach with a driver a tenth higher; a whole number one, a life by two."""
    value, whole = getattr(approach, name), name in KINDS and KINDS[name].whole
    return replace(approach, **{name: value + 2 if whole else 1.1 * value})


def test_both_tables_name_every_field():
    for kind in (TCOComponents, CostModel):
        assert list(kind.table.drivers) == [each.name for each in fields(kind)]


@pytest.mark.parametrize("name", DRIVERS)
def test_a_driver_moves_every_figure_of_the_model(name):
    saves = TCOComponents.table.drivers[name].saves
    sign = -1 if saves or name in (*LONGER, *FALLING) else 1
    low, high = (API, more(API, name))[::sign]
    costs, costs_then = low.tco(VOLUMES), high.tco(VOLUMES)
    flat = name not in FALLING
    assert (sum(costs_then.monthly_total) > sum(costs.monthly_total)) == flat
    dearer = [part for part, cost in costs.breakdown.items()
              if np.sum(costs_then.breakdown[part]) > np.sum(cost)]  # fmt: skip
    assert bool(dearer) == flat
    if name not in (*OF_UNITS, *FALLING):
        assert low.cost_model() != high.cost_model()
    assert sum(OVER.present_cost(high, VOLUMES)) > sum(OVER.present_cost(low, VOLUMES))
    assert OVER.costs(high, VOLUMES).sum() > OVER.costs(low, VOLUMES).sum()
    felt = {each.driver for n in VOLUMES for each in tornado(API, RAG, n, OVER)}
    shared = TCOComponents.table.drivers[name].shared
    assert (name if shared else f"A: {name}") in felt
    if KINDS[name].whole:  # certain in a simulation
        return
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
        return [REGISTRY[function](table, volume) for volume in VOLUMES]

    flat = ["BB_TCO", "BB_TCO_BREAKDOWN"] if name not in FALLING else []
    for function in (*flat, "BB_PRESENT_COST", "BB_PROJECT"):
        assert answer(function, more(API, name)) != answer(function, API), function


def test_an_error_rate_of_a_preset_is_refused_since_the_comparison_takes_the_accuracy(monkeypatch):
    approaches = {"A": {**PRESET.approaches["API"], "error_rate": 0.1}}
    monkeypatch.setattr(presets, "load", lambda _: replace(PRESET, approaches=approaches))
    with pytest.raises(UserError, match="uses error_rate, which the template build-vs-buy"):
        library.get("build-vs-buy").build("any")


TYPED = [name for name in DRIVERS if name != streams.ERROR_RATE]
FILLED = {"error_rate_change": -0.5, "unit_residual": 0.5, "unit_capacity": 100_000.0,
          "unit_monthly": 100.0, "unit_price": 1000.0}  # fmt: skip


@pytest.mark.parametrize("name", [*TYPED, "accuracy_score"])
def test_a_driver_moves_the_comparison(comparison, name):
    given = {f"approach_1_{each}": FILLED.get(each, 10.0) for each in TYPED}
    if name == "units_minimum":  # more than the volume fills
        given |= {"approach_1_units_minimum": 30.0}
    filled = as_filled(PRESET) | given | {"months": 36, "approach_1_accuracy_score": 0.5}
    comparison.fill(filled)
    figures = ["present_cost"] if name in FALLING else ["monthly_total", "present_cost"]
    before = {field: comparison.field(field)[0] for field in figures}
    driver = name if name in TYPED else streams.ERROR_RATE
    moved = [comparison.field(f"{side}_{driver}")[0] for side in ("lower", "higher")]
    assert min(moved) < 0 < max(moved)
    saves = name in ("accuracy_score", *LONGER, *FALLING) or TCOComponents.table.drivers[name].saves
    more = 1.1 * filled[f"approach_1_{name}"] if name != "retraining_every_months" else 12.0
    comparison.fill(filled | {f"approach_1_{name}": more})
    for field, cost in before.items():
        assert (comparison.field(field)[0] > cost) is not saves, field


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

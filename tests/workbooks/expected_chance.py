"""What the Python model says of the sheet Probability: field -> values."""

import math
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
from expected import annuity, spread

import bbxl.workbooks
from bbxl.model.drivers import TCOComponents
from bbxl.workbooks.build_vs_buy.spreads import SPREAD_OF

LATTICE = tomllib.loads(Path(bbxl.workbooks.__file__).with_name("draws.toml").read_text("utf-8"))
COUNT, SHARED, OWN = LATTICE["draws"], LATTICE["shared"], LATTICE["own"]
UNITS = ("unit_monthly", "unit_price", "unit_capacity")
TOLERANCE = 1e-6


def numbers(steps):
    """The triangular numbers of all draws, one column for each step."""
    place = np.outer(np.arange(1, COUNT + 1), steps) % LATTICE["modulus"] / LATTICE["modulus"]
    return np.where(place < 0.5, np.sqrt(2 * place) - 1, 1 - np.sqrt(2 * (1 - place)))


def shared(name):
    return np.round(numbers(SHARED[name]).ravel(), 2)


def drawn(of, fixed=()):
    """What each approach costs in each draw, by the model; `fixed` drivers stay as typed."""

    def factor(name, z):
        return 1 + (0 if name in fixed else of.values[SPREAD_OF[name]]) * z

    volume = of.volume * factor("requests_per_month", shared("requests_per_month"))
    rows = []
    for slot, each in zip(of.slots, of.approaches, strict=True):
        moved = {}
        for name in SPREAD_OF:
            estimate = getattr(each, name, 0.0)
            if estimate:
                z = shared(name) if name in SHARED else numbers([OWN[name][slot]]).ravel()
                moved[name] = estimate * factor(name, z)
        cost = of.over.present_cost(replace(each, **moved), volume) / annuity(of.over)
        rows.append(np.broadcast_to(cost, COUNT))
    return np.array(rows)


def fields(of):
    costs = drawn(of)
    compared = of.passes if of.passes.any() else np.ones(len(of.names), bool)
    winners = {
        "chance": np.argmin(np.where(compared[:, None], costs, np.inf), axis=0),
        "chance_of_all": np.argmin(costs, axis=0),
    }
    shares = {name: np.bincount(found, minlength=len(of.names)) / COUNT
              for name, found in winners.items()}  # fmt: skip
    position = np.array(of.slots) + 1
    of.draws = costs, shares["chance"]
    p10, p50, p90 = np.percentile(costs, [10, 50, 90], axis=1)
    wide = costs.max(axis=1) - costs.min(axis=1)
    found = of.along(
        drawn_estimate=of.monthly, drawn_p10=p10, drawn_p50=p50, drawn_p90=p90,
        drawn_mean=costs.mean(axis=1), drawn_range=wide, **shares, **parts(of),
        drawn_filled=[of.volume / each.unit_capacity if each.unit_capacity else 0.0
                      for each in of.approaches],
        drawn_fewest=[each.units_minimum for each in of.approaches],
    )  # fmt: skip
    found["drawn"] = spread([1] * len(of.names), of.slots, of.room, 0.0)
    month = np.arange(61)
    inside = (month > 0) & (month <= of.months)
    moving = (1 + of.over.infra_price_change) ** ((month - 1) / 12)
    today = (1 + of.over.annual_rate) ** (-month / 12)
    varied = bool(wide.max() > TOLERANCE * p50.max())
    linear = [name for name in TCOComponents.table.drivers if name in OWN and name not in UNITS]
    said = words(of, shares["chance"], p10, p90, varied)
    return found | {
        "half_modulus": LATTICE["modulus"] / 2,
        "draw_beyond": (1 + max(costs.max(), 0)) * 1000, "varied": int(varied),
        "spread": [of.values[SPREAD_OF[name]] for name in (*linear, *UNITS)],
        "month_of_draws": month, "rent_worth": inside * moving * today,
        "draw_cost": spread(costs, of.slots, of.room, 0.0).T,
        "winner": position[winners["chance"]], "winner_of_all": position[winners["chance_of_all"]],
        "answer_chance": said,
        "recommended_chance": shares["chance"][of.first] if of.passes.any() else "",
    }  # fmt: skip


def parts(of):
    """What the equivalent cost has of each driver: what it is less without it, in each approach."""

    def without(each, name):
        then = of.costs(of.over, [replace(each, **{name: 0.0})])[0]
        return of.costs(of.over, [each])[0] - then

    found = {
        f"part_{name}": [
            without(each, name) if getattr(each, name) else 0.0 for each in of.approaches
        ]
        for name in OWN
        if name not in UNITS
    }
    found["part_errors"] = [without(each, "cost_per_error") if each.cost_per_error else 0.0
                            for each in of.approaches]  # fmt: skip
    return found


def words(of, chance, p10, p90, varied):
    if of.fields["rivals"] == 0 or len(of.names) == 1:
        return ""
    if not varied:
        return ("No driver was drawn otherwise than typed: the spreads on the Inputs sheet move "
                "none.")  # fmt: skip
    name, group = of.names[of.first], " of those that meet the requirements"
    if of.fields["tied"]:
        what = f"none{group * bool(of.passes.any())} costs less than {name}"
    else:
        what = f"{name} is the cheapest{group if of.passes.any() else ' of all'}"
    share = math.floor(chance[of.first] * 100 + 0.5)
    low, high = of.money(p10[of.first]), of.money(p90[of.first])
    return (f"In {COUNT} draws of the drivers within the spreads of the Inputs sheet, "
            f"{what} in {share}%; in the middle four fifths of them it costs between {low} and "
            f"{high}{of.a_month}.")  # fmt: skip

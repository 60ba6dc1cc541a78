"""What the Python model says of the sheets Drivers, Cases and Sensitivity of the comparison."""

import math
from dataclasses import asdict, replace
from typing import NamedTuple

import expected_threats
import numpy as np
from expected import annuity, figure, spread
from expected_threats import FOR_ALL, moved

from bbxl.model.streams import REQUESTS, STREAMS
from bbxl.workbooks.build_vs_buy.axes import PRICES
from bbxl.workbooks.build_vs_buy.cases import SHARED
from bbxl.workbooks.build_vs_buy.inputs import DRIVEN, SCENARIO
from bbxl.workbooks.build_vs_buy.sensitivity import TOPMOST
from bbxl.workbooks.build_vs_buy.streams import OWN_WEIGHT

FIELDS = [each.field for each in DRIVEN]
LABELS = {each.field: each.label for each in (*DRIVEN, *SCENARIO)}
SIDES = {"lower": -1, "higher": 1}
TABLES = ("leader", "challenger", "common")
DIFFERENCES = ["difference", "margin", "requirements_cost", "placed_gap", "case_difference",
               "bar_start", "bar_less", "bar_more",
               *(f"{who}_{column}" for who in (*TABLES, "tornado")
                 for column in ("low", "high", "width")),
               *expected_threats.DIFFERENCES, "case_cost", "case_leader_cost",
               *(f"{side}_{field}" for side in SIDES for field in FIELDS)]  # fmt: skip
POINTS = ("annual_rate", "volume_growth", "api_price_change", "infra_price_change", "wage_growth",
          "tax_rate", "capitalised_share")  # fmt: skip
BOUNDS = {entry.field: (entry.lowest, entry.highest) for entry in SCENARIO}
OF_UNITS = ("", "requests_per_month", "months", "annual_rate", "volume_growth",
            "infra_price_change", "tax_rate")  # fmt: skip
TOLERANCE = 1e-6  # a constant of the Inputs sheet


def fields(of):
    """All of them."""
    found = pair(of) if len(of.order) > 1 else nothing(of)
    return found | changes(of) | lives(of) | other_prices(of)


def changes(of):
    """What the cost of each approach is more with a driver lower, and higher."""
    return of.along(**{
        f"{side}_{field}": of.costs(
            of.over, [moved(of, each, field, sign) for each in of.approaches]) - of.monthly
        for side, sign in SIDES.items() for field in FIELDS
    })  # fmt: skip


def lives(of):
    """The moved lives of units, and what their price is worth with them."""
    found = {}
    for side, sign in SIDES.items():
        then = [moved(of, each, "unit_life_months", sign) for each in of.approaches]
        found[f"{side}_life"] = [max(1, each.unit_life_months) for each in then]
        prices = [unit_price(of.over, each) for each in then]
        found |= {f"{side}_price": [price for price, _ in prices],
                  f"{side}_rent": [rent for _, rent in prices]}  # fmt: skip
    return of.along(**found)


def unit_price(over, approach):
    """The price of a unit after tax, month by month, and the rent that is worth as much."""
    life = np.arange(max(1, approach.unit_life_months))
    discount, price = ((1 + rate) ** (life / 12) for rate in (
        over.annual_rate, over.infra_price_change))  # fmt: skip
    kept = approach.unit_price * (1 - over.tax_rate * (1 / discount).mean())
    return kept, kept / (price / discount).sum()


def other_prices(of):
    factors = [of.values[f"price_{i}_factor"] for i in range(1, PRICES.count + 1)]
    costs = [
        of.costs(of.over, [replace(each, api_cost_per_request=each.api_cost_per_request * factor)
                           for each in of.approaches]) for factor in factors
    ]  # fmt: skip
    return {
        "price_times": factors,
        "price_cost": spread(np.array(costs).T, of.slots, of.room).T,
        "price_winner": [of.names[int(np.argmin(each))] for each in costs],
    }


def pair(of):
    first, second = of.order[:2]
    difference = of.monthly[first] - of.monthly[second]
    a, b = of.approaches[first], of.approaches[second]
    names = of.names[first], of.names[second]
    met = "" if of.passes[second] else ", which does not meet the requirements"
    found = {"leader": of.slots[first] + 1, "challenger": of.slots[second] + 1, "comparable": 1,
             "difference": difference,
             "tornado_answer": f"First: {names[0]}. Second: {names[1]}{met}."}  # fmt: skip
    found |= of_the_first(of)
    for who, name in zip(TABLES, names, strict=False):
        found[f"{who}_driver"] = [
            LABELS[field] if for_all else f"{name}: {LABELS[field]}"
            for field, for_all in zip(FIELDS, FOR_ALL, strict=True)]  # fmt: skip

    # Each driver low and high, in the order of the three tables.
    known = cases(of)
    own = []
    for who, alone in enumerate(((a, b), (b, a))):
        for field, for_all in zip(FIELDS, FOR_ALL, strict=True):
            for sign in (-1, 1):
                both = [moved(of, each, field, sign) for each in alone]
                mine, other = of.costs(of.over, both if for_all else [both[0], alone[1]])
                idle = for_all and who == 1
                own.append(difference if idle else (mine - other) * (1, -1)[who])
    shared = [each.costs[first] - each.costs[second] for each in known[1 : 1 + 2 * len(SHARED)]]
    low, high = np.concatenate([own, shared]).reshape(-1, 2).T
    labels = [*found["leader_driver"], *found["challenger_driver"], *[e.label for e in SHARED]]
    reverses = (np.maximum(low, high) > TOLERANCE * abs(difference)).astype(int)
    width = abs(high - low)
    width[width <= TOLERANCE * max(1, abs(difference))] = 0
    shown = np.concatenate([of.book.field(f"{who}_rank") for who in TABLES])
    rank = order_of(width, shown, of.scale)
    starts = np.cumsum([len(FIELDS)] * 2)
    for column, values in (("low", low), ("high", high), ("width", width), ("rank", rank),
                           ("reverses", reverses)):  # fmt: skip
        for who, part in zip(TABLES, np.split(values, starts), strict=True):
            found[f"{who}_{column}"] = part
    top = np.argsort(rank)[: TOPMOST.count]
    felt = width[top] > 0

    def shown_if_felt(values, otherwise=""):
        return [each if yes else otherwise for each, yes in zip(values, felt, strict=True)]

    return found | of_cases(of, known, second) | expected_threats.fields(of, known) | {
        "tornado_driver": shown_if_felt([labels[i] for i in top]),
        "tornado_low": shown_if_felt(low[top]), "tornado_high": shown_if_felt(high[top]),
        "tornado_width": shown_if_felt(width[top]),
        "tornado_reverses": shown_if_felt(reverses[top]),
        **{name: shown_if_felt(values, 0) for name, values in bars(low[top], high[top]).items()},
        "title_change": "No driver moves the difference more than "
        f"{labels[top[0]]}" if felt[0] else "No driver moves the difference",
    }  # fmt: skip


def bars(low, high):
    """Of the tornado: where a bar begins, seen from 0, and how long it is on either side of 0."""
    ends = np.sort([low, high], axis=0)
    below, above = np.minimum(ends, 0), np.maximum(ends, 0)
    return {"bar_start": below[1] + above[0], "bar_less": below[0] - below[1],
            "bar_more": above[1] - above[0]}  # fmt: skip


def of_the_first(of):
    """What the first costs, and how a month of it is called."""
    cost = of.monthly[of.first]
    return {"leader_monthly": cost, "leader_present": cost * annuity(of.over),
            "leader_cash": of.over.costs(of.approaches[of.first], of.volume).sum(),
            "a_month": of.a_month}  # fmt: skip


def order_of(widths, shown, scale):
    """Ranks as shown, once they are seen to be an order of the widths, the widest first."""
    assert sorted(shown) == list(range(1, len(widths) + 1))
    assert (np.diff(widths[np.argsort(shown)]) <= 1e-9 * scale).all()
    return shown.astype(int)


class Case(NamedTuple):
    """The comparison as it is, or with a shared driver moved: costs, and the row of the sheet.

    `units` has a row where the driver moves what units are worth.
    """

    costs: np.ndarray
    moves: bool
    words: str
    row: dict
    units: dict | None


def cases(of):
    """Each shared driver low and high; the first case is the comparison as it is."""
    moves = [("", 0), *((each.field, sign) for each in SHARED for sign in (-1, 1))]
    as_it_is = {"requests_per_month": of.volume, **asdict(of.over)}
    found = [case(of, as_it_is, *move) for move in moves]
    for number, (name, values) in enumerate(zip(("base", "low", "high"), of.sets, strict=True), 1):
        own = {each: values[each] for each in as_it_is if each in values}
        found.append(case(of, as_it_is | own, "", 0, f"{name} case", number))
    return found


def case(of, as_it_is, field, sign, words="as it is", number=0):
    moved, suffix = dict(as_it_is), ""
    if field in POINTS:
        least, most = BOUNDS[field]
        moved[field] = min(most, max(least, moved[field] + sign * of.values["rate_swing"]))
        suffix = "%"
    elif field and not (field == "shock_factor" and moved[field] == 1):
        moved[field] *= 1 + sign * of.values["swing"]
        if field in ("months", "life_months"):
            moved[field] = min(60, max(1, math.floor(round(moved[field], 9) + 0.5)))
            suffix = " months"
    value = moved.get(field, "")
    if field:
        said = figure(abs(value * (100 if suffix == "%" else 1)))
        words = f"{LABELS[field]} at {'-' * (value < 0)}{said}{suffix}"
    row = {f"case_{e.field}": moved[e.field] for e in SHARED}
    volume = moved.pop("requests_per_month")
    over = type(of.over)(**moved)
    logs = {rate: np.log1p(moved[rate]) / 12 for rate in moved if rate.endswith(
        ("annual_rate", "growth", "change"))}  # fmt: skip
    row |= {"log_discount": logs["annual_rate"], "log_wage_growth": logs["wage_growth"],
            "log_infra_price_change": logs["infra_price_change"],
            "log_requests_and_api_price_change":
                logs["volume_growth"] + logs["api_price_change"]}  # fmt: skip
    row["log_requests"] = logs["volume_growth"]
    row |= {
        f"case_weight_{stream.name}": over.weight_of(stream, of.approaches[0])
        for stream in STREAMS
        if stream not in OWN_WEIGHT
    }
    row["case_worth_per_request"] = row.pop("case_weight_per_request") * volume
    row["case_weight_before_shock"] = replace(over, shock_factor=0).weights[REQUESTS]
    changed = bool(field) and value != as_it_is[field]
    row |= {"case_annuity": annuity(over), "case_sign": sign, "case_value": value,
            "case_moves": int(changed), "case_text": words, "case_words": words}  # fmt: skip
    row["case_set"] = number
    units = of_units(of, over, volume, words) if field in OF_UNITS else None
    return Case(of.costs(over, volume=volume), changed, words, row, units)


def of_units(of, over, volume, words):
    """A row of what units are worth in a case; a column for each approach is an array."""
    price, discount = 1 + over.infra_price_change, 1 + over.annual_rate
    prices = [unit_price(over, each) for each in of.approaches]
    return {
        "case_of_case_unit_price": words, "case_of_case_unit_rent": words,
        "case_of_case_units": words, "case_unit_months": over.months,
        "case_unit_requests": volume, "case_unit_tax": over.tax_rate,
        "case_unit_growth": np.log1p(over.volume_growth) / 12,
        "case_unit_infra": np.log(price) / 12, "case_unit_discount": np.log(discount) / 12,
        "case_unit_after": price ** (over.months / 12) / discount ** ((over.months + 1) / 12),
        "case_unit_back": (1 - over.tax_rate) * (price / discount) ** (over.months / 12),
        "case_unit_price": np.array([price for price, _ in prices]),
        "case_unit_rent": np.array([rent for _, rent in prices]),
        "case_units": np.array([over.units_present(each, volume) if each.has_units else 0.0
                                for each in of.approaches]),
    }  # fmt: skip


def of_cases(of, known, second):
    """The cases as the sheet lists them."""
    rows = [{**each.row, "case_leader_cost": each.costs[of.first],
             "case_difference": each.costs[of.first] - each.costs[second]}
            for each in known]  # fmt: skip
    costs = spread(np.array([each.costs for each in known]).T, of.slots, of.room).T
    units = [each.units for each in known if each.units]
    tables = {name: [row[name] for row in units] for name in units[0]}
    for name, values in tables.items():
        if name in ("case_unit_price", "case_unit_rent", "case_units"):
            tables[name] = spread(np.array(values).T, of.slots, of.room).T
    sets = [each.costs for each in known[-3:]]
    side_by_side = {
        "set_cost": spread(np.array(sets).T, of.slots, of.room).T,
        "set_winner": [of.names[int(np.argmin(each))] for each in sets],
    }
    return {"case_cost": costs} | side_by_side | tables | {
        name: [row[name] for row in rows] for name in rows[0]}  # fmt: skip


def nothing(of):
    """Where there is one approach, all is empty that has to do with a second."""
    sheets = ("Drivers", "Cases", "Sensitivity")
    places = {name: of.book.model.places[name] for name in of.book.computed}
    empty = {name: np.full(np.shape(of.book.field(name)), "")
             for name, place in places.items() if place.sheet in sheets}  # fmt: skip
    charted = dict.fromkeys(("bar_start", "bar_less", "bar_more"), ["#N/A"] * TOPMOST.count)
    single = {
        "leader": of.slots[of.first] + 1,
        "comparable": 0,
        "reversals": "",
        "rivals": 0,
        "tied": 0,
        "moves": 0,
        "tornado_answer": "There is no second approach.",
        "title_change": "Nothing to show: there is no second approach",
        **of.along(rival=[0]),
        **of_the_first(of),
    }
    return empty | charted | single

"""What the Python model says of the sheets Drivers, Cases and Sensitivity of the comparison."""

from dataclasses import asdict, replace

import numpy as np
from expected import annuity, spread

from bbxl.model.streams import REQUESTS
from bbxl.workbooks.build_vs_buy.cases import SHARED
from bbxl.workbooks.build_vs_buy.inputs import COSTS, SCENARIO
from bbxl.workbooks.build_vs_buy.sensitivity import TOPMOST

FIELDS = [entry.field for entry in COSTS]
LABELS = {entry.field: entry.label for entry in (*COSTS, *SCENARIO)}
TABLES = ("leader", "challenger", "common")
DIFFERENCES = ["difference", "margin", "requirements_cost", "placed_gap", "case_difference",
               "change_low", "change_high",
               *(f"{who}_{column}" for who in (*TABLES, "tornado")
                 for column in ("low", "high", "width")),
               *(f"from_{field}" for field in FIELDS)]  # fmt: skip
TOLERANCE = 1e-6  # a constant of the Inputs sheet


def fields(of):
    """All of them."""
    return (pair(of) if len(of.order) > 1 else nothing(of)) | contributions(of) | other_prices(of)


def contributions(of):
    """Present cost is linear in each driver: what is gone where a driver is 0 is its part."""
    return of.along(**{
        f"from_{field}": of.monthly - of.costs(
            of.over, [replace(each, **{field: 0}) for each in of.approaches])
        for field in FIELDS
    })  # fmt: skip


def other_prices(of):
    factors = [of.values[f"price_{i}_factor"] for i in (1, 2, 3)]
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
    found = {"leader": of.slots[first] + 1, "challenger": of.slots[second] + 1, "comparable": 1,
             "difference": difference}  # fmt: skip
    found |= of_the_first(of)
    found |= {f"{stream.name}_gap": paid - b.streams()[stream]
              for stream, paid in a.streams().items()}  # fmt: skip
    parts = contributions(of)
    for who, name, i in zip(TABLES, names, of.order, strict=False):
        found[f"{who}_driver"] = [f"{name}: {LABELS[field]}" for field in FIELDS]
        found[f"{who}_part"] = [parts[f"from_{field}"][of.slots[i]] for field in FIELDS]

    # Each driver low and high, in the order of the three tables.
    moved = cases(of, a, b)
    swung = [of.costs(of.over, [replace(each, **{field: getattr(each, field) * factor}), other])
             for each, other in ((a, b), (b, a)) for field in FIELDS
             for factor in (1 - of.values["swing"], 1 + of.values["swing"])]  # fmt: skip
    own = np.array(swung) @ [1, -1]
    own[len(own) // 2 :] *= -1  # it is always the first less the second
    low, high = np.concatenate([own, moved["case_difference"][1:]]).reshape(-1, 2).T
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
    return found | moved | {
        "tornado_driver": [labels[i] for i in top], "tornado_low": low[top],
        "tornado_high": high[top], "tornado_width": width[top],
        "tornado_reverses": reverses[top], "change_low": low[top] - difference,
        "change_high": high[top] - difference, "reversals": int(reverses.sum()),
    }  # fmt: skip


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


def cases(of, a, b):
    """Each shared driver low and high; the first case is the comparison as it is."""
    moves = [("", 1.0), *((each.field, 1 + sign * of.values["swing"])
                          for each in SHARED for sign in (-1, 1))]  # fmt: skip
    as_it_is = {"requests_per_month": of.volume, **asdict(of.over)}
    rows = []
    for field, factor in moves:
        moved = dict(as_it_is)
        if field and not (field == "shock_factor" and moved[field] == 1):
            moved[field] *= factor
        for share in ("tax_rate", "capitalised_share"):
            moved[share] = min(1, moved[share])
        row = {"case_factor": factor, **{f"case_{e.field}": moved[e.field] for e in SHARED}}
        volume = moved.pop("requests_per_month")
        over = type(of.over)(**moved)
        logs = {rate: np.log1p(moved[rate]) / 12 for rate in moved if rate.endswith(
            ("annual_rate", "growth", "change"))}  # fmt: skip
        row |= {"log_discount": logs["annual_rate"], "log_wage_growth": logs["wage_growth"],
                "log_infra_price_change": logs["infra_price_change"],
                "log_requests_and_api_price_change":
                    logs["volume_growth"] + logs["api_price_change"]}  # fmt: skip
        row |= {f"case_weight_{stream.name}": weight for stream, weight in over.weights.items()}
        row["case_weight_per_request_before"] = replace(over, shock_factor=0).weights[REQUESTS]
        row["case_annuity"] = annuity(over)
        mine, theirs = of.costs(over, [a, b], volume)
        rows.append(row | {"case_difference": mine - theirs})
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def nothing(of):
    """Where there is one approach, all is empty that has to do with a second."""
    sheets = ("Drivers", "Cases", "Sensitivity")
    places = {name: of.book.model.places[name] for name in of.book.computed}
    empty = {name: np.full(np.shape(of.book.field(name)), "")
             for name, place in places.items() if place.sheet in sheets}  # fmt: skip
    changes = dict.fromkeys(("change_low", "change_high"), ["#N/A"] * TOPMOST.count)
    single = {
        "leader": of.slots[of.first] + 1,
        "comparable": 0,
        "reversals": "",
        **of_the_first(of),
    }
    return empty | changes | single

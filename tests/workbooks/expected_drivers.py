"""What the Python model says of the sheets Drivers, Cases and Sensitivity of the comparison."""

from dataclasses import asdict, replace

import numpy as np
from expected import spread

from bbxl.model.streams import REQUESTS
from bbxl.workbooks.build_vs_buy.cases import SHARED
from bbxl.workbooks.build_vs_buy.inputs import COSTS, SCENARIO
from bbxl.workbooks.build_vs_buy.sensitivity import TOPMOST

FIELDS = [entry.field for entry in COSTS]
LABELS = {entry.field: entry.label for entry in (*COSTS, *SCENARIO)}
TABLES = ("leader", "challenger", "common")
DIFFERENCES = ["difference", "margin", "placed_gap", "case_difference", "change_low", "change_high",
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
    found |= {f"{stream.name}_gap": paid - b.streams()[stream]
              for stream, paid in a.streams().items()}  # fmt: skip
    parts = contributions(of)
    for who, name, i in zip(TABLES, names, of.order, strict=False):
        found[f"{who}_driver"] = [f"{name}: {LABELS[field]}" for field in FIELDS]
        found[f"{who}_part"] = [parts[f"from_{field}"][of.slots[i]] for field in FIELDS]

    # Each driver low and high, in the order of the three tables; one that has no effect is not
    # among the model's, and leaves the difference as it is.
    swung = by_share(a, b, of.volume, of.over, of.values["swing"])
    drivers = [f"{i}: {field}" for i in (0, 1) for field in FIELDS]
    drivers += [entry.field for entry in SHARED]
    low, high = np.array([swung.get(each, (difference,) * 2) for each in drivers]).T
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
    return found | cases(of, a, b) | {
        "tornado_driver": [labels[i] for i in top], "tornado_low": low[top],
        "tornado_high": high[top], "tornado_width": width[top],
        "tornado_reverses": reverses[top], "change_low": low[top] - difference,
        "change_high": high[top] - difference, "reversals": int(reverses.sum()),
    }  # fmt: skip


def by_share(a, b, volume, over, swing):
    """The difference a month with each driver lower and higher, as the sheet moves it.

    That is by a share of it, also where it is a rate, and of each approach by itself. The
    function BB_TORNADO moves rates by percentage points, and the hourly rate for both.
    """
    records = {"0": a, "1": b, "": over}

    def difference(who, field, factor):
        moved, requests = dict(records), volume
        if field == "requests_per_month":
            requests *= factor
        else:
            value = getattr(moved[who], field) * factor
            shares = ("tax_rate", "capitalised_share")
            moved[who] = replace(moved[who], **{
                field: min(1.0, value) if field in shares else value})  # fmt: skip
        costs = [moved[""].present_cost(moved[each], requests) for each in ("0", "1")]
        return (costs[0] - costs[1]) / moved[""].months

    found = {}
    own = [(f"{who}: {field}", who, field) for who in ("0", "1") for field in FIELDS]
    for label, who, field in own + [(e.field, "", e.field) for e in SHARED]:
        idle = field == "shock_factor" and over.shock_factor == 1
        factors = (1.0, 1.0) if idle else (1 - swing, 1 + swing)
        found[label] = tuple(difference(who, field, factor) for factor in factors)
    return found


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
    single = {"leader": of.slots[of.first] + 1, "comparable": 0, "reversals": ""}
    return empty | changes | single

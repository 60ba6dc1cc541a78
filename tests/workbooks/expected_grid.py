"""What the Python model says of the sheet Volume and price: field -> values."""

from dataclasses import replace

import numpy as np
from expected import annuity, figure, spread

from bbxl.model.streams import REQUESTS
from bbxl.workbooks.build_vs_buy.axes import PRICES, VOLUMES

TOLERANCE = 1e-6  # a constant of the Inputs sheet


def fields(of):
    prices = [of.values[f"price_{i}_factor"] for i in range(1, PRICES.count + 1)]
    times = [of.values[f"volume_{i}_times"] for i in range(1, VOLUMES.count + 1)]
    compared = of.passes if of.passes.any() else np.ones(len(of.names), bool)
    shape = len(times), len(prices)
    least, next_ = np.zeros(shape), np.full(shape, "", dtype=object)
    winner, shown = np.zeros(shape), np.full(shape, "", dtype=object)
    start, above, slope = (of.fields[f"present_{each}"][of.slots].astype(float)
                           for each in ("start", "above", "slope"))  # fmt: skip
    most = max(1, *times) * max(1, *prices)
    beyond = (1 + start.max() + above.max() + slope.max() * of.volume * most) * 1000
    for i, volume in enumerate(times):
        for j, price in enumerate(prices):
            dearer = [replace(each, api_cost_per_request=each.api_cost_per_request * price)
                      for each in of.approaches]  # fmt: skip
            costs = of.costs(of.over, dearer, volume=of.volume * volume)
            first, second = in_order(compared, costs)
            least[i, j], winner[i, j] = costs[first], of.slots[first] + 1
            next_[i, j] = second if compared.sum() > 1 else ""
            shown[i, j] = told(of.names[first], costs[first], second)
    weight = of.over.weights[REQUESTS] / annuity(of.over)
    priced = [each.api_cost_per_request * of.volume * weight for each in of.approaches]
    of_price = np.where(compared, priced, 0)
    return {
        "competes": spread(compared.astype(int), of.slots, of.room, 0.0),
        "grid_shown": shown, "grid_least": least, "grid_next": next_, "grid_winner": winner,
        "grid_cost": np.array([at_volume(of, each) for each in times]),
        "grid_priced": spread(of_price, of.slots, of.room, 0.0),
        "grid_count": compared.sum(),
        "grid_beyond": beyond, "grid_times": times, "grid_answer": words(of),
        "price_words": [f"API price x {figure(each)}" for each in prices],
        **actuals(of, compared),
        **dict.fromkeys(("grid_volume", "grid_volume_least", "grid_volume_next",
                         "grid_volume_winner", "grid_volume_cost"), np.multiply(times, of.volume)),
    }  # fmt: skip


def at_volume(of, times):
    """What each costs at so many times the volume."""
    costs = of.costs(of.over, volume=of.volume * times)
    return spread(costs, of.slots, of.room, 0.0).astype(float)


def in_order(compared, costs):
    """The number of the cheapest of those compared, and the cost of the next."""
    costs = np.where(compared, costs, np.inf)
    first, *others = np.argsort(costs, kind="stable")
    return first, costs[others[0]] if others else np.inf


def actuals(of, compared):
    """Months that are known against the plan of the one that is moved to, or of the first."""
    months = range(1, 13)
    to = of.fields["to_number"] if of.fields["decided"] else of.slots[of.first] + 1
    followed = of.slots.index(to - 1)
    cost, planned = of.over.costs(of.approaches[followed], of.volume), of.fields["requests"]
    rows, single = [], {"followed": to}
    for month in months:
        requests, paid = (of.values[f"month_{month}_{each}"] for each in ("served", "paid"))
        inside = month <= of.months
        row = {"planned_requests": planned[month] if inside else "",
               "planned_cost": cost[month] if inside else "",
               "actual_share": "", "cost_over": "", "actual_cheapest": ""}  # fmt: skip
        if inside and requests is not None and planned[month]:
            row["actual_share"] = requests / planned[month]
        if inside and paid is not None:
            row["cost_over"] = paid - cost[month]
        share = row["actual_share"] or 0.0
        costs = of.costs(of.over, volume=of.volume * share)
        first, second = in_order(compared, costs)
        row |= {"actual_least": costs[first], "actual_winner": of.slots[first] + 1,
                "actual_next": second if compared.sum() > 1 else ""}  # fmt: skip
        if row["actual_share"] != "":
            row["actual_cheapest"] = told(of.names[first], costs[first], second)
        rows.append(row)
    shares = [month for month, row in zip(months, rows, strict=True) if row["actual_share"] != ""]
    over = [row["cost_over"] for row in rows if row["cost_over"] != ""]
    single |= {"counted_requests": len(shares), "last_counted": max(shares, default=0),
               "counted_costs": len(over), "all_over": sum(over)}  # fmt: skip
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    costs = [at_volume(of, row["actual_share"] or 0.0) for row in rows]
    columns |= {"actual_cost": np.array(costs), "month_of_actual_cost": months}
    return {"month_of_actual": months, "actuals_answer": so_far(of, followed, single, rows),
            **columns, **single}  # fmt: skip


def so_far(of, followed, single, rows):
    """The actual figures in words."""
    count, name = single["counted_costs"], of.names[followed]
    if not count and not single["counted_requests"]:
        return "No month of the plan has an actual figure."
    said = ""
    if count:
        over = single["all_over"]
        paid = f"{of.money(over)} {'more' if over > 0 else 'less'} was paid"
        said = f"With {name} planned, {paid} in {count} month{'s' * (count > 1)}."
    if single["counted_requests"]:
        row = rows[single["last_counted"] - 1]
        cheapest = of.names[of.slots.index(row["actual_winner"] - 1)]
        group = "that meets the requirements " if of.passes.any() else ""
        still = "still " if cheapest == name else ""
        said += (" " if said else "") + (
            f"In month {single['last_counted']} there were {row['actual_share'] * 100:,.0f}% "
            f"of the planned requests; were it so in all months, the cheapest {group}would "
            f"{still}be {cheapest}.")  # fmt: skip
    return said


def told(name, cost, second):
    """Who is the cheapest, and by how much."""
    if second == np.inf:
        return name
    if second - cost <= TOLERANCE * max(1, second):
        return f"{name} ties"
    return f"{name} by {(second - cost) / second * 100:,.0f}%"


def words(of):
    passing = int(of.passes.sum())
    if not passing:
        return "No approach meets the requirements today: all are compared."
    if passing == 1:
        return (f"{of.names[of.first]} alone meets the requirements today: there is no other to "
                "compare it with.")  # fmt: skip
    return (f"Compared are the {passing} approaches that meet the requirements today; at other "
            "volumes and prices they may not.")  # fmt: skip

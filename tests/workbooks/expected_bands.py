"""What the Python model says of who is the cheapest at which volumes."""

import math

import numpy as np
from expected import annuity, spread

from bbxl.model.breakeven import bands
from bbxl.model.staircase import envelope

TOLERANCE = 1e-6  # a constant of the Inputs sheet
TABLES = ("crossing_pair", "crossing_step", "crossing", "reached")


def fields(of):
    """The fields behind the bands; the bands that there is room for; what each begins with."""
    used = range(len(of.names))
    of.bands_exact = all(
        row["changes_first"] == "none" or not isinstance(row["changes_first"], str)
        for row in of.pairs.values()
    )
    if of.bands_exact:
        starts = envelope({i: of.over.staircase(of.approaches[i]) for i in used})
        ends = [*(start for start, _ in starts[1:]), math.inf]
        found = [(start, end, i) for (start, i), end in zip(starts, ends, strict=True)]
    else:
        found = [(band.start, band.end, band.cheapest)
                 for band in bands(dict(enumerate(of.lines)), 1)]  # fmt: skip
    found = found[: of.room]
    tables = {name: np.full((len(used), len(found)), "", dtype=object) for name in TABLES}
    for b, band in enumerate(found):
        for i in used:
            for name, value in against(of, i, *band).items():
                tables[name][i, b] = value
    at_band = [None, *(min(n for n in tables["reached"][:, b] if n != "")
                       for b in range(len(found) - 1))]  # fmt: skip
    wide = {
        name: spread(spread(table.T, range(len(found)), of.room).T, of.slots, of.room)
        for name, table in tables.items()
    }
    start, slope = ([float(each(of, i)) for i in used] for each in (at_zero, rise))
    order = [sum((start[j], slope[j]) < (start[i], slope[i]) for j in used) for i in used]
    single = of.along(zero_start=start, zero_slope=slope, envelope_order=order)
    return wide | single | {"bands_exact": int(of.bands_exact)}, found, at_band


def at_zero(of, i):
    """What an approach costs just above zero volume."""
    if not of.bands_exact:
        return of.lines[i].fixed_monthly
    stairs = of.over.staircase(of.approaches[i])
    units = sum(step.cost * max(1, step.minimum) for step in stairs.steps)
    return (stairs.start + units) / annuity(of.over)


def rise(of, i):
    """What each request adds, but for units; on average, where bands are by that."""
    if of.bands_exact:
        return of.over.staircase(of.approaches[i]).slope / annuity(of.over)
    return of.lines[i].cost_per_request


def cost(of, i, volume):
    """What an approach costs at a volume; on average, where bands are by that."""
    if of.bands_exact:
        return of.over.staircase(of.approaches[i]).cost(volume) / annuity(of.over)
    return of.lines[i].monthly(volume, 1)


def against(of, i, start, end, cheapest):
    """Where an approach is next cheaper than the cheapest of a band."""
    if i == cheapest:
        return {}
    one, other = min(i, cheapest), max(i, cheapest)
    row, begun = of.pairs[one, other], start * (1 + TOLERANCE)
    low, high = of.slots[one] + 1, of.slots[other] + 1
    found = {"crossing_pair": (high - 1) * (high - 2) // 2 + low}
    met = ""
    if of.bands_exact and row["crossing_kind"] == "steps":
        ends = row["step_to"]
        found["crossing_step"] = sum(n <= max(begun, ends[0]) for n in ends)
        first = of.over.staircase(of.approaches[cheapest])
        order = of.over.staircase(of.approaches[i]).less(first).stretches()
        met = min((each.start for each in order[1:] if each.start > begun), default="")
    else:
        mine, first = of.lines[i], of.lines[cheapest]
        if mine.cost_per_request < first.cost_per_request:
            met = max(start, (mine.fixed_monthly - first.fixed_monthly)
                      / (first.cost_per_request - mine.cost_per_request))  # fmt: skip
    if met == "":
        return found
    found["crossing"] = met
    if met <= end * (1 + TOLERANCE):
        found["reached"] = float(cost(of, i, end * (1 + TOLERANCE)))
    return found

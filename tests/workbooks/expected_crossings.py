"""What the Python model says of where each two approaches change places, step by step."""

import math

import numpy as np
from expected import annuity, spread
from expected_units import has

from bbxl.workbooks.build_vs_buy.axes import STEPS

ROUNDING, TOLERANCE = 1e-12, 1e-6  # constants of the Inputs sheet
TABLES = ("step_to", "step_ends", "step_begins", "jumps_at", "crosses_at", "next_change")
DIFFERENCES = ("more_start", "mean_more", "step_ends", "step_begins", "one_unit", "other_unit",
               "unit_each_month")  # fmt: skip
LISTED = ("pair_words", "cheaper_before", "changes_first", "changes_last", "cheaper_then",
          "may_first", "may_last")  # fmt: skip
SLOPES = ("more_slope", "mean_more_slope")


def fields(of):
    """All fields about how each two approaches change places."""
    everyone = range(len(of.names))
    numbers = [(one, other) for other in range(of.room) for one in range(other)]
    at = {slot: i for i, slot in enumerate(of.slots)}
    used = [k for k, each in enumerate(numbers) if set(each) <= set(of.slots)]
    rows = [pair(of, *(at[slot] for slot in numbers[k])) for k in used]
    found = {"pair_one": [one + 1 for one, _ in numbers],
             "pair_other": [other + 1 for _, other in numbers],
             "pair_used": spread([1] * len(used), used, len(numbers))}  # fmt: skip
    names = rows[0] if rows else pair(of, 0, 0)
    for name in names:
        table = np.empty((len(rows), STEPS.count if name in TABLES else 1), dtype=object)
        for k, row in enumerate(rows):
            table[k] = row[name]
        wide = spread(table, used, len(numbers)).T
        found[name] = wide if name in TABLES else wide[0]
    for name in LISTED:
        found[f"listed_{name}"] = found[name]
    number = {each: k + 1 for k, each in enumerate(numbers)}
    first = of.slots[of.first]
    with_first = [number.get((min(slot, first), max(slot, first)), "") for slot in of.slots]
    of.pairs = {(i, j): row for k, row in zip(used, rows, strict=True)
                for i, j in [[at[slot] for slot in numbers[k]]]}  # fmt: skip
    worth = [of.worths[i].sum() / annuity(of.over) for i in everyone]
    return found | of.along(unit_each_month=worth, pair_with_first=with_first)


def sizes(of):
    """Of differences, the size of what they are the difference of."""
    ends = [n for n in np.ravel(of.fields["step_to"]) if n != ""]
    most = max([of.volume, *ends])
    cost = max(float(over_volume(of, i).cost(most)) for i in range(len(of.names)))
    slopes = max(abs(float(n)) for n in of.fields["present_slope"] if n != "")
    return dict.fromkeys(DIFFERENCES, cost) | dict.fromkeys(SLOPES, slopes)


def known(of, i):
    """The first and last volume where one and the first change places; None if unknown."""
    if i == of.first:
        return None
    row = of.pairs[min(i, of.first), max(i, of.first)]
    first, last = row["changes_first"], row["changes_last"]
    if first == "none":
        return ()
    return None if isinstance(first, str) else (first, last)


def over_volume(of, i):
    """What an approach costs at each volume, today."""
    return of.over.staircase(of.approaches[i])


def pair(of, one, other):
    """Where two approaches change places; differences are the other less the one."""
    theirs, mine, whole = over_volume(of, one), over_volume(of, other), annuity(of.over)
    slots = of.slots[one], of.slots[other]

    def both(field):
        return [of.fields[field][each] for each in slots]

    def more(field):
        return both(field)[1] - both(field)[0]

    half = sum(both("present_above"))
    slope, start, slopes = more("present_slope"), more("present_start"), sum(both("present_slope"))
    kind = "steps" if of.over.volume_growth == 0 else "growth"
    if half == 0:
        kind = "lines"
    elif abs(slope) <= ROUNDING * slopes:
        kind = "parallel"
    low = high = ""
    if kind in ("steps", "growth"):
        around = sorted([(-start - half) / slope, (-start + half) / slope])
        low, high = max(0, around[0] * (1 - TOLERANCE)), max(0, around[1] * (1 + TOLERANCE))
    found = {
        "pair_words": f"{of.names[one]} or {of.names[other]}",
        "more_start": (mine.start - theirs.start) / whole,
        "more_slope": (mine.slope - theirs.slope) / whole,
        "mean_more": start, "mean_more_slope": slope, "apart_at_most": half,
        "mean_meets": of.meeting(one, other),
        "crossing_kind": kind, "may_change_from": low, "may_change_to": high,
        "steps_to": high if kind == "steps" else "",
        "step_rounding": ROUNDING * (sum(map(abs, both("present_start"))) + slopes * high)
        if kind == "steps" else 0.0,
        "may_first": "none" if high == 0 else low, "may_last": "none" if high == 0 else high,
        "cheaper_then": "" if kind == "parallel" else then(of, one, other, slope, start),
        "cheaper_before": "",
        **dict.fromkeys(TABLES, [""] * STEPS.count),
    }  # fmt: skip
    for which, i in (("one", one), ("other", other)):
        each = of.approaches[i]
        found[f"{which}_carries"] = each.unit_capacity if has(each) else 0.0
        found[f"{which}_fewest"] = each.units_minimum
        found[f"{which}_unit"] = float(of.worths[i].sum() / whole)
    return found | changes(of, one, other, found)


def changes(of, one, other, found):
    """The first and the last volume where two change places, and who is cheaper below."""
    kind, low, high = (found[each] for each in ("crossing_kind", "may_change_from", "steps_to"))
    below = then(of, one, other, -found["mean_more_slope"], 0)
    if kind == "lines":
        at = found["mean_meets"]
        before = found["cheaper_then"] if at == "none" else below
        return {"changes_first": at, "changes_last": at, "cheaper_before": before}
    sure = below if low != "" and low > 0 else ""
    if kind != "steps":
        return {"changes_first": "not known", "changes_last": "not known", "cheaper_before": sure}
    mine, theirs = over_volume(of, other), over_volume(of, one)
    steps = table(mine, theirs, annuity(of.over), low, high)
    stretches = mine.less(theirs).stretches()
    if steps["step_to"][-1] < high:
        said = f"more than {STEPS.count - 1} steps"
        return steps | {"changes_first": said, "changes_last": said, "cheaper_before": sure}
    if len(stretches) == 1:
        return steps | {"changes_first": "none", "changes_last": "none",
                        "cheaper_before": found["cheaper_then"]}  # fmt: skip
    return steps | {"changes_first": stretches[1].start, "changes_last": stretches[-1].start,
                    "cheaper_before": then(of, one, other, stretches[0].sign, 0)}  # fmt: skip


def then(of, one, other, slope, start):
    """Who is cheaper at all volumes above those at which they change places."""
    side = slope or start
    return of.names[other] if side < 0 else of.names[one] if side > 0 else "neither"


def table(mine, theirs, whole, low, high):
    """The steps between two volumes, each to where a unit of one is full."""
    full = {high}
    for step in (*mine.steps, *theirs.steps):
        least = max(1, step.minimum, math.floor(low / step.capacity + 1e-9) + 1)
        last = min(high / step.capacity, least + STEPS.count)
        full |= {k * step.capacity for k in np.arange(least, last)}
    ends = [low]
    for each in sorted(n for n in full if n > low):
        if each - ends[-1] > 1e-9 * each:  # a multiple of both is one
            ends.append(each)
    ends = (ends + [high] * STEPS.count)[: STEPS.count]
    slope = (mine.slope - theirs.slope) / whole

    def more(volume):
        return float(mine.cost(volume) - theirs.cost(volume)) / whole

    found = {name: [""] * STEPS.count for name in TABLES} | {"step_to": ends}
    found["step_ends"] = [more(n) for n in ends]
    noise = ROUNDING * float(abs(mine.cost(high)) + abs(theirs.cost(high))) / whole
    before = None  # who was cheaper at the end of the step before
    for j in range(1, STEPS.count):
        start, end = ends[j - 1], ends[j]
        middle = start + (end - start) / 2
        begins = more(middle) - slope * (middle - start) if end > start else more(end)
        signs = [0 if abs(d) <= noise else np.sign(d) for d in (begins, found["step_ends"][j])]
        found["step_begins"][j] = begins
        if signs[0] * signs[1] < 0:
            found["crosses_at"][j] = end - found["step_ends"][j] / slope
        order = signs[0] or signs[1]
        if j > 1 and order != before:
            found["jumps_at"][j] = start
        before = signs[1] or signs[0]
    following = ""
    for j in range(STEPS.count - 1, 0, -1):
        here = [n for n in (found["jumps_at"][j], found["crosses_at"][j]) if n != ""]
        following = found["next_change"][j] = min(here, default=following)
    return found

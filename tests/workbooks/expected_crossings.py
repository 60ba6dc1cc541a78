"""What the Python model says of where each approach and the first change places, step by step."""

import math

import numpy as np
from expected import annuity, spread
from expected_units import has

from bbxl.workbooks.build_vs_buy.axes import STEPS

ROUNDING, TOLERANCE = 1e-12, 1e-6  # constants of the Inputs sheet
TABLES = ("step_to", "step_ends", "step_begins", "jumps_at", "crosses_at")
PAIRS = ("more_start", "more_slope", "mean_more", "mean_more_slope", "own_unit", "first_unit")
DIFFERENCES = ("more_start", "mean_more", "step_ends", "step_begins", "own_unit", "first_unit")
SLOPES = ("more_slope", "mean_more_slope")


def fields(of):
    """All fields about how the approaches and the first change places."""
    rows = [pair(of, i) for i in range(len(of.names))]
    columns = {name: [row[name] for row in rows] for name in rows[0] if name not in TABLES}
    tables = {name: np.array([row[name] for row in rows], dtype=object) for name in TABLES}
    single = of.along(**columns)
    return single | {
        name: spread(table, of.slots, of.room).T for name, table in tables.items()
    }  # fmt: skip


def sizes(of):
    """Of differences, the size of what they are the difference of."""
    ends = [n for n in np.ravel(of.fields["step_to"]) if n != ""]
    most = max([of.volume, *ends])
    cost = max(float(over_volume(of, i).cost(most)) for i in range(len(of.names)))
    slopes = max(abs(float(n)) for n in of.fields["present_slope"] if n != "")
    return dict.fromkeys(DIFFERENCES, cost) | dict.fromkeys(SLOPES, slopes)


def known(of, i):
    """The first and last volume where an approach and the first change places; None if unknown."""
    first, last = (of.fields[f"changes_{side}"][of.slots[i]] for side in ("first", "last"))
    if first == "none":
        return ()
    return None if isinstance(first, str) else (first, last)


def over_volume(of, i):
    """What an approach costs at each volume, today."""
    return of.over.staircase(of.approaches[i])


def pair(of, i):
    """Where an approach and the first change places."""
    first, slot, led = of.first, of.slots[i], of.slots[of.first]
    mine, theirs, whole = over_volume(of, i), over_volume(of, first), annuity(of.over)

    def more(field):
        return of.fields[field][slot] - of.fields[field][led]

    def unit(number):
        return float(of.worths[number].sum() / whole)

    half = of.fields["present_above"][slot] + of.fields["present_above"][led]
    slope, start = more("present_slope"), more("present_start")
    both = of.fields["present_slope"][slot] + of.fields["present_slope"][led]
    kind = "steps" if of.over.volume_growth == 0 else "growth"
    if i == first:
        kind = "the first"
    elif half == 0:
        kind = "lines"
    elif abs(slope) <= ROUNDING * both:
        kind = "parallel"
    low = high = ""
    if kind in ("steps", "growth"):
        around = sorted([(-start - half) / slope, (-start + half) / slope])
        low, high = max(0, around[0] * (1 - TOLERANCE)), max(0, around[1] * (1 + TOLERANCE))
    known = of.approaches[i], of.approaches[first]
    carries = [each.unit_capacity if has(each) else 0.0 for each in known]
    fewest = [each.units_minimum for each in known]
    levels = [abs(of.fields["present_start"][each]) for each in (slot, led)]
    found = {
        "own_carries": carries[0], "first_carries": carries[1],
        "own_fewest": fewest[0], "first_fewest": fewest[1],
        "own_unit": unit(i), "first_unit": unit(first),
        "more_start": (mine.start - theirs.start) / whole,
        "more_slope": (mine.slope - theirs.slope) / whole,
        "mean_more": start, "mean_more_slope": slope, "apart_at_most": half,
        "crossing_kind": kind, "may_change_from": low, "may_change_to": high,
        "steps_to": high if kind == "steps" else "",
        "step_rounding": ROUNDING * (sum(levels) + both * high) if kind == "steps" else 0.0,
        "may_first": "none" if high == 0 else low, "may_last": "none" if high == 0 else high,
        "cheaper_then": "" if kind in ("the first", "parallel") else then(of, i, slope, start),
        "cheaper_before": "",
        **dict.fromkeys(TABLES, [""] * STEPS.count),
    }  # fmt: skip
    if kind == "lines":
        at = of.meeting(i, first)
        return found | {
            "changes_first": at,
            "changes_last": at,
            "cheaper_before": (
                found["cheaper_then"] if at == "none" else then(of, i, -slope, start)
            ),
        }
    if kind != "steps":
        said = "" if kind == "the first" else "not known"
        below = then(of, i, -slope, 0) if kind == "growth" and low > 0 else ""
        return found | {"changes_first": said, "changes_last": said, "cheaper_before": below}
    found |= table(mine, theirs, whole, low, high)
    stretches = mine.less(theirs).stretches()
    changes = [each.start for each in stretches[1:]]
    if found["step_to"][-1] < high:
        said = f"more than {STEPS.count - 1} steps"
        below = then(of, i, -slope, 0) if low > 0 else ""
        return found | {"changes_first": said, "changes_last": said, "cheaper_before": below}
    if not changes:
        return found | {"changes_first": "none", "changes_last": "none",
                        "cheaper_before": found["cheaper_then"]}  # fmt: skip
    return found | {"changes_first": changes[0], "changes_last": changes[-1],
                    "cheaper_before": then(of, i, stretches[0].sign, 0)}  # fmt: skip


def then(of, i, slope, start):
    """Who is cheaper at all volumes above those at which they change places."""
    side = slope or start
    return of.names[i] if side < 0 else of.names[of.first] if side > 0 else "neither"


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
    return found

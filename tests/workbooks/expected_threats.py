"""What the Python model says of the moves of one driver that would make a rival cost less."""

import math
from dataclasses import replace

import numpy as np
from expected import figure, spread

from bbxl.model.drivers import TCOComponents
from bbxl.model.quantities import quantities_of
from bbxl.workbooks.build_vs_buy.inputs import DRIVEN

FIELDS = [each.field for each in DRIVEN]
LABELS = [each.label for each in DRIVEN]
EITHER = (-1, 1)  # lower, higher
FOR_ALL = [TCOComponents.table.drivers[field].shared for field in FIELDS]
DIFFERENCES = ["gap", "threat", "nearest_gap",
               *(f"{table}_{column}" for table in ("first", "rival", "case")
                 for column in ("threat", "worst"))]  # fmt: skip
TOLERANCE = 1e-6


def fields(of, cases):
    """All of them, given the cases: costs of each approach, values of the shared drivers, words."""
    everyone = range(len(of.names))
    rivals = [i for i in everyone if i != of.first and of.passes[i] == of.passes[of.first]]
    tables = {"first": firsts(of, rivals), "rival": owns(of, rivals),
              "case": shared(of, rivals, cases)}  # fmt: skip
    found = of.along(
        rival=[int(i in rivals) for i in everyone],
        gap=[of.monthly[of.first] - of.monthly[i] if i in rivals else "" for i in everyone],
        threat=[max((each[row][i] for each in tables.values() for row in range(len(each))
                     if each[row][i] != ""), default="") for i in everyone],
    )  # fmt: skip
    for table, rows in tables.items():
        found[f"{table}_threat"] = spread(np.array(rows, dtype=object).T, of.slots, of.room).T
        found[f"{table}_worst"] = [max((x for x in row if x != ""), default="") for row in rows]
    limit = TOLERANCE * of.monthly[of.first]
    moves = [*found["first_worst"], *found["case_worst"], *np.ravel(tables["rival"])]
    moves = [float(each) for each in moves if each != ""]
    tied = sum(abs(of.monthly[i] - of.monthly[of.first])
               <= TOLERANCE * max(1, of.monthly[of.first]) for i in rivals)  # fmt: skip
    found |= {"tied": tied, "rivals": len(rivals), "moves": len(moves),
              "reversals": sum(each > limit for each in moves) if rivals else ""}  # fmt: skip
    return found | nearest(of, tables, cases)


def moved(of, approach, field, sign):
    """An approach with a driver moved by the swing, as near as it may be; a half upward."""
    kind, value = quantities_of(TCOComponents)[field], getattr(approach, field)
    then = value * (1 + sign * of.values["swing"])
    then = max(kind.minimum, min(kind.maximum, then))
    if kind.whole:
        then = math.floor(round(then, 9) + 0.5)
    return replace(approach, **{field: then})


ROWS = [(i, ways) for i, for_all in enumerate(FOR_ALL)
        for ways in ([(-1,), (1,)] if for_all else [EITHER])]  # fmt: skip


def firsts(of, rivals):
    """A driver of the first moved the way that is worse; one that moves for all, each way."""
    rows = []
    for driver, ways in ROWS:
        row = [""] * len(of.names)
        for i in rivals:
            pair = [of.approaches[of.first], of.approaches[i]]
            row[i] = worst(of, [
                [moved(of, each, FIELDS[driver], sign)
                 if FOR_ALL[driver] or each is pair[0] else each
                 for each in pair] for sign in ways], pair)  # fmt: skip
        rows.append(row)
    return rows


def owns(of, rivals):
    """A driver of the rival moved, the way that is worse."""
    rows = []
    for field, for_all in zip(FIELDS, FOR_ALL, strict=True):
        row = [""] * len(of.names)
        for i in [] if for_all else rivals:
            mine, theirs = of.approaches[of.first], of.approaches[i]
            row[i] = worst(of, [[mine, moved(of, theirs, field, sign)] for sign in EITHER],
                           [mine, theirs])  # fmt: skip
        rows.append(row)
    return rows


def worst(of, moved, base):
    """The largest difference of pairs; nothing where it is what it was."""
    differences = [a - b for a, b in (of.costs(of.over, pair) for pair in moved)]
    mine, theirs = of.costs(of.over, base)
    felt = max(abs(each - (mine - theirs)) for each in differences) > 1e-12 * of.scale
    return max(differences) if felt else ""


def shared(of, rivals, cases):
    """A driver of all lower or higher, where that moves it."""
    rows = [[""] * len(of.names) for _ in cases]
    for row, case in zip(rows, cases, strict=True):
        for i in rivals if case.moves else []:
            row[i] = case.costs[of.first] - case.costs[i]
    return rows


def nearest(of, tables, cases):
    """The move that goes furthest: of moves that go as far, the one that the workbook names."""
    gap = max((float(x) for rows in tables.values() for row in rows for x in row if x != ""),
              default=None)  # fmt: skip
    names = dict(zip(("first", "rival", "case"), ("first", "own", "case"), strict=True))
    if gap is None:
        empty = dict.fromkeys(("nearest_gap", "nearest", "nearest_words"), "")
        return empty | {f"nearest_{each}": "" for each in names.values()}
    slot = int(of.book.field("nearest")) - 1
    i = of.slots.index(slot)
    found = {"nearest_gap": gap, "nearest": slot + 1}
    words = None
    for table, name in names.items():
        row = int(of.book.field(f"nearest_{name}"))
        found[f"nearest_{name}"] = row
        column = [each[i] for each in tables[table]]
        if row == 0:
            assert not [x for x in column if x != "" and x > gap + 1e-9 * of.scale]
            continue
        assert abs(column[row - 1] - gap) <= 1e-9 * of.scale
        driver = ROWS[row - 1][0] if table == "first" else row - 1
        words = words or in_words(of, table, driver, i, cases)
    return found | {"nearest_words": words}


def in_words(of, table, row, i, cases):
    """A move, in words."""
    if table == "case":
        return cases[row].words
    field, pair = FIELDS[row], [of.approaches[of.first], of.approaches[i]]
    whose = of.names[i if table == "rival" else of.first]
    for_all = FOR_ALL[row]

    def after(sign):
        then = [
            moved(of, each, field, sign)
            if for_all or (each is pair[1]) == (table == "rival")
            else each
            for each in pair
        ]
        return np.subtract(*of.costs(of.over, then))

    sign = -1 if after(-1) > after(1) else 1
    start = f"{LABELS[row]} of {'all' if for_all else whose}"
    if quantities_of(TCOComponents)[field].whole:
        return f"{start} at {getattr(moved(of, pair[table == 'rival'], field, sign), field):g}"
    swing = f"{figure(of.values['swing'] * 100)}%"
    return f"{start} {swing} {'lower' if sign < 0 else 'higher'}"


def sentence(of):
    """How sure the first place is."""
    found = of.fields
    if found["rivals"] == 0:
        return "No other approach meets the requirements, so no driver was moved against it."
    if found["moves"] == 0:
        return "No driver was moved: the swings on the Inputs sheet move none."
    if found["tied"]:
        return "They cost the same: any change decides between them."
    points = figure(of.values["rate_swing"] * 100)
    swings = (f"{figure(of.values['swing'] * 100)}% lower or higher, a rate {points} "
              f"point{'s' * (points != '1')}")  # fmt: skip
    rival = of.names[of.slots.index(found["nearest"] - 1)]
    move, gap = f"With {found['nearest_words']}, {rival} would", of.money(found["nearest_gap"])
    if found["reversals"]:
        return (f"{found['reversals']} of {found['moves']} moves of one driver alone, {swings}, "
                f"would make another one cost less; see the Sensitivity sheet. {move} cost {gap} "
                f"less{of.a_month}.")  # fmt: skip
    same = abs(found["nearest_gap"]) <= TOLERANCE * of.monthly[of.first]
    after = "cost the same" if same else f"still cost {gap} more{of.a_month}"
    group = " of those that meet the requirements" if of.passes.any() else ""
    return (f"{of.names[of.first]} stays the cheapest{group} in all {found['moves']} moves of one "
            f"driver alone, {swings}. {move} {after}.")  # fmt: skip

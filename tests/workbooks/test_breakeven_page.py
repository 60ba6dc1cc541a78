"""The breakeven page against the Python model: every figure of its preset, drawn ones, extremes."""

import math
import random

import numpy as np
import pytest
from expected import line_names, money, reach
from filled import Filled

from bbxl import presets
from bbxl.model.breakeven import bands
from bbxl.model.cost import CostModel
from bbxl.workbooks import breakeven_page as breakeven
from bbxl.workbooks.placing import records

PRESET = presets.load("document-classification")
ROOM = breakeven.AXES.approaches.count
TOLERANCE = 1e-6  # a constant of the Inputs sheet
COSTS = ("upfront_cost", "cost_per_request", "fixed_monthly")
GIVEN = {
    "currency",
    "requests_per_month",
    "months",
    "name",
    *COSTS,
    "date",
    "by",
    "what",
    "role",
    "signed_by",
    "signed_on",
}
NO_FORMULA = {"tolerance", "text_decimals", "money_digits", "chart_margin", "chart_reach",
              "label_gap"}  # fmt: skip


@pytest.fixture(scope="module")
def book():
    return Filled(breakeven.model(PRESET))


def inputs(volume, months, lines):
    """Values of the inputs; `lines` are (name, upfront, per request, fixed) by their slot."""
    given = {"requests_per_month": volume, "months": months}
    for slot in range(ROOM):
        for field, value in zip(("name", *COSTS), lines.get(slot, [None] * 4), strict=True):
            given[f"approach_{slot + 1}_{field}"] = value
    return given


def drawn(seed):
    draw = random.Random(seed)
    slots = draw.sample(range(ROOM), draw.randint(1, ROOM))
    lines = {
        slot: (f"Way {slot}", round(draw.uniform(0, 4e5), 2), round(draw.uniform(0, 0.01), 6),
               draw.choice([0.0, round(draw.uniform(0, 9000), 2)]))
        for slot in slots
    }  # fmt: skip
    return float(draw.randint(0, 40_000_000)), draw.randint(1, 60), lines


def expected(volume, months, lines):
    """What every computed field shows, by the Python model."""
    lines = dict(sorted(lines.items()))
    slots, names = list(lines), [line[0] for line in lines.values()]
    models = {name: CostModel(*costs) for name, *costs in lines.values()}
    cost = {name: float(model.monthly(volume, months)) for name, model in models.items()}
    start = {name: float(model.monthly(0, months)) for name, model in models.items()}
    slope = {name: model.cost_per_request for name, model in models.items()}
    order = sorted(names, key=cost.get)
    first, found = order[0], bands(models, months)
    ends = [band.end for band in found[:-1]]
    # One above and one below: where other lines cross the cheapest one's, looking each way.
    crossings = {n: float(models[first].breakeven(models[n], months)) for n in names if n != first}
    above = {n: max(volume, at) for n, at in crossings.items() if slope[n] < slope[first]}
    below = {n: min(volume, at) for n, at in crossings.items()
             if slope[n] > slope[first] and at >= 1}  # fmt: skip
    top = max(1, volume, reach(volume, ends), min(above.values(), default=0)) * 1.25
    points = [top * i / 10 for i in range(11)]

    def along(values, empty=""):
        """A value for each slot; of names that are not there, what an empty slot shows."""
        shown = [empty] * ROOM
        for slot, name in zip(slots, names, strict=True):
            shown[slot] = values.get(name, "")
        return shown

    def banded(values, empty=""):
        return [*values, *[empty] * (ROOM - len(found))]

    matrix = np.full((ROOM, ROOM), "", dtype=object)
    for i, a in zip(slots, names, strict=True):
        for j, b in zip(slots, names, strict=True):
            crossing = float(models[a].breakeven(models[b], months))
            matrix[i, j] = "" if i == j else "none" if math.isnan(crossing) else crossing
    crossing, reached = np.full((2, ROOM, ROOM), "", dtype=object)
    for j, band in enumerate(found):
        for i, name in zip(slots, names, strict=True):
            if slope[name] < slope[band.cheapest]:
                at = float(models[name].breakeven(models[band.cheapest], months))
                crossing[i, j] = max(band.start, at)
                if crossing[i, j] <= band.end * (1 + TOLERANCE):
                    above_it = band.end * (1 + TOLERANCE)
                    reached[i, j] = float(models[name].monthly(above_it, months))
    here = dict.fromkeys(names, 1)
    gaps = [f"approach {i + 1} is empty, but another follows it"
            for i in range(slots[-1]) if i not in slots]  # fmt: skip
    functions = f"not compared: {'; '.join(gaps)}" if gaps else "OK"
    one, one_more = len(names) == 1, order[1] if order[1:] else "none"
    return {
        "currency_status": "",
        "axis_cost": "Cost a month, USD",
        "requests_per_month_status": "", "months_status": "",
        "status": along(dict.fromkeys(names, "complete")),
        "left_out": along(dict.fromkeys(names, "")), "used": along(here),
        "present_monthly": along(cost),
        "more": along({name: cost[name] - cost[first] for name in names}),
        "place": along({name: order.index(name) + 1 for name in names}),
        "listed_name": along(dict(zip(names, names, strict=True))),
        "listed_number": range(1, ROOM + 1), "breakeven": matrix,
        "band": range(1, ROOM + 1), "band_from": banded([band.start for band in found]),
        "band_to": banded([*ends, "no limit"]), "band_name": banded([b.cheapest for b in found]),
        "band_position": banded([slots[names.index(b.cheapest)] + 1 for b in found]),
        "present_start": along(start), "present_slope": along(slope),
        "same": along({name: int(cost[name] == cost[first]) for name in names}),
        "cheaper_above": along(above), "cheaper_below": along(below),
        "compared": len(names), "leader": slots[names.index(first)] + 1, "cheapest": first,
        "cheapest_cost": cost[first], "runner_up": one_more,
        "margin": "" if one else cost[one_more] - cost[first],
        "next_volume": min(above.values(), default="none"),
        "next_winner": min(above, key=above.get, default="none"),
        "last_volume": max(below.values(), default="none"),
        "last_winner": max(below, key=below.get, default="none"),
        "row_name": along(dict(zip(names, names, strict=True))),
        "listed": [1 if slot in slots else "" for slot in range(ROOM)],
        "chart_top": top, "volume": points, "point": range(11),
        "cost_at_volume": np.array(
            [along({n: float(m.monthly(at, months)) for n, m in models.items()}, "#N/A")
             for at in points], dtype=object),
        "mark_volume": banded(["#N/A", *(n if n <= top else "#N/A" for n in ends)], "#N/A"),
        "mark_cost": banded(["#N/A", *(
            float(models[b.cheapest].monthly(b.start * (1 + TOLERANCE), months))
            if b.start <= top else "#N/A" for b in found[1:])], "#N/A"),
        "title_cost": f"{min(above, key=above.get)} costs less above {min(above.values()):,.0f} "
        "requests a month" if above else "Cost against volume",
        **line_names("volume", [float(models[name].monthly(top, months)) for name in names],
                     slots, ROOM),
        "today_volume": volume, "today_cost": cost[first],
        "envelope_order": along({n: sorted(names, key=lambda k: (start[k], slope[k])).index(n)
                                 for n in names}),
        "crossing_name": along(dict(zip(names, names, strict=True))), "crossing": crossing,
        "reached_name": along(dict(zip(names, names, strict=True))), "reached": reached,
        "checks": "All checks OK", "input_faults": 0, "check_inputs": "OK",
        "check_approaches": "OK", "check_compared": "OK", "check_horizon": "OK",
        "check_bands": "OK", "check_bb_tco": functions, "check_bb_bands": functions,
        **words(volume, months, order, cost, above, below),
    }  # fmt: skip


def words(volume, months, order, cost, above, below):
    first, said = order[0], f"{money(cost[order[0]])} a month"
    answer = f"At {volume:,.0f} requests a month over {months} month{'s' * (months > 1)}, "
    if len(order) == 1:
        answer += f"{first} costs {said}. There is no other approach to compare it with."
        return {"answer": answer, "answer_volume": "", "recommendation": answer}
    more = cost[order[1]] - cost[first]
    answer += f"{first} is the cheapest, at {said}. {order[1]} costs {money(more)} more a month."
    other = f"At no higher volume does another cost less than {first}."
    if above:
        winner = min(above, key=above.get)
        other = f"{winner} costs less above {above[winner]:,.0f} requests a month."
    if below:
        winner = max(below, key=below.get)
        other += f" {winner} costs less below {below[winner]:,.0f} requests a month."
    return {"answer": answer, "answer_volume": other, "recommendation": f"{answer} {other}"}


def agrees(book, *case):
    book.fill(inputs(*case))
    said = expected(*case)
    assert set(book.model.places) - GIVEN - NO_FORMULA == set(said), "a field is not compared"
    for field, values in said.items():
        # A difference of two costs is as exact as they are.
        noise = 1e-9 * said["cheapest_cost"] if field in ("more", "margin") else 0
        shown, wanted = np.ravel(book.field(field)), np.ravel(np.array(values, dtype=object))
        for ours, theirs in zip(shown, wanted, strict=True):
            if isinstance(theirs, str) or isinstance(ours, str):
                assert ours == theirs, field
            else:
                assert ours == pytest.approx(theirs, rel=1e-9, abs=noise), field


def test_the_worked_example_agrees_in_every_field(book):
    lines = {i: (name, *(each[field] for field in COSTS))
             for i, (name, each) in enumerate(PRESET.approaches.items())}  # fmt: skip
    agrees(book, PRESET.requests_per_month, PRESET.months, lines)
    assert book.field("next_volume") == pytest.approx(9_259_259.259259259)  # by hand


def test_two_hundred_drawn_pages_agree_in_every_field(book):
    for seed in range(200):
        agrees(book, *drawn(seed))


def test_costs_that_differ_by_rounding_alone_leave_no_place_empty(book):
    for fixed in (0.3, 0.1 + 0.2, 1 / 3):
        ways = [(0.0, 0.1, fixed - 0.1), (0.0, 0.0, fixed), (fixed, 0.0, 0.0)]
        lines = {slot: (f"Way {slot}", *ways[slot]) for slot in range(ROOM)}
        book.fill(inputs(1.0, 1, lines))
        costs, places = book.field("present_monthly"), book.field("place")
        assert np.ptp(costs.astype(float)) < 1e-15
        assert sorted(places) == [1, 2, 3], costs


def test_every_formula_cell_is_a_field_a_heading_or_the_check(book):
    """So that comparing every field compares every formula."""
    fields = {(place.sheet, *place.cell(here))
              for place in book.model.places.values() for here in records(place)}  # fmt: skip
    others = {
        str(cell.value)
        for sheet in book.model.book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and (sheet.title, cell.row, cell.column) not in fields
    }
    assert "=checks" in others
    assert all(len(each) < 45 and each.count("(") <= 1 for each in others), others


A, B, C = ("A", 1200.0, 0.002, 0.0), ("B", 2400.0, 0.001, 0.0), ("C", 1200.0, 0.002, 0.0)
EXTREMES = {
    "nothing": (1e6, 12, {}, "Nothing can be compared yet: fill in the pale cells."),
    "one": (1e6, 1, {2: A}, "over 1 month, A costs USD 3,200 a month. There is no other"),
    "zero volume": (0.0, 12, {0: A, 1: B}, "At 0 requests a month over 12 months, A is the"),
    "a tie": (1e5, 12, {0: A, 1: B}, "months, A and B cost the same, USD 300 a month. B costs less "
              "above 100,000 requests a month."),
    "equal lines": (5.0, 12, {0: A, 2: C}, "A and C cost the same, about USD 100 a month. At no "
                    "higher volume does another cost less than A."),
    "two of three": (5.0, 12, {0: A, 1: B, 2: C}, "A and C cost the same, about USD 100 a month "
                     "and the third more. B costs less above 100,000"),
    "three equal lines": (5.0, 12, {0: A, 1: C, 2: ("D", *A[1:])}, "all 3 approaches cost the "
                          "same, about USD 100 a month. At no higher volume"),
    "the second is first": (2e5, 12, {0: A, 1: B}, "B is the cheapest, at USD 400 a month. A costs "
                            "USD 100 more a month. At no higher volume does another cost less than "
                            "B. A costs less below 100,000 requests a month."),
    "no horizon": (1e6, None, {0: A, 1: B}, "Nothing can be compared yet"),
    "text": ("x", 12, {0: A, 1: B}, "Nothing can be compared yet"),
    "incomplete": (1e6, 12, {0: ("A", None, 0.1, 0.0), 1: B}, "A is left out: Upfront cost is "
                   "missing. At 1,000,000 requests a month over 12 months, B costs USD 1,200 a"),
    "name twice": (1e6, 12, {0: A, 1: A, 2: B}, "A is left out: another one has its name. At "
                   "1,000,000 requests a month over 12 months, B costs USD 1,200 a month."),
}  # fmt: skip


def test_the_currency_stands_in_every_amount_and_unit(book):
    lines = {0: A, 1: B}
    book.fill(inputs(2e5, 12, lines))
    units, said = money_units(book, "USD"), book.field("recommendation")
    book.fill({"currency": "Kč"})
    assert book.field("recommendation") == said.replace("USD", "Kč") != said
    assert money_units(book, "Kč") == units > 10
    book.fill({"currency": "USD"})


def money_units(book, currency):
    """How many units name a currency."""
    units = [cell for cell, line, _ in book.model._pending if line.label and not line.field]
    return sum(currency in book.loaded.value(each.parent.title, (each.row, each.column))
               for each in units)  # fmt: skip


@pytest.mark.parametrize(("volume", "months", "lines", "said"), EXTREMES.values(), ids=EXTREMES)
def test_extremes_give_a_true_sentence_and_no_errors(book, volume, months, lines, said):
    book.fill(inputs(volume, months, lines))
    assert said in book.field("recommendation")
    charted = {"cost_at_volume", "mark_volume", "mark_cost", "today_cost", "volume_height"}
    for field in set(book.model.places) - charted:
        shown = np.ravel(np.array(book.field(field), dtype=object))
        assert not [each for each in shown if str(each).startswith("#")], field

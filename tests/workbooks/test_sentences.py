"""The sentences of the comparison, read against the Python model, at drawn and extreme inputs."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from expected import LIMITS, WHERE
from expected_comparison import PERFORMANCE, RATES
from test_model import (
    PRESET,
    REQUIRED,
    SCENARIOS,
    as_filled,
    drawn,
    many,
    reading,
    reading_of,
    shared_comparison,
    without,
)
from with_units import FREE, NOTHING, drawn_units

from bbxl.model.drivers import DeploymentType
from bbxl.model.requirements import PerformanceProfile, Requirements, peak
from bbxl.model.risk import tornado
from bbxl.workbooks.build_vs_buy.inputs import COSTS, TYPED_API_COST

TYPED = (*COSTS, TYPED_API_COST)


@pytest.fixture(scope="module")
def book():
    return shared_comparison()


def said(book, values, field="recommendation"):
    book.fill(values)
    return book.field(field)


def spoilt(values, seed):
    """Those left out for a fault, the fault, and the words that must tell it first."""
    draw = np.random.default_rng(seed)
    used = [i for i in range(1, 7) if values[f"approach_{i}_name"]]
    slot = int(draw.choice(used))
    name, entry = (
        values[f"approach_{slot}_name"],
        draw.choice([each for each in COSTS if each.required]),
    )
    field = f"approach_{slot}_{entry.field}"
    twin = used[used.index(slot) - 1]
    if twin != slot and seed % 6 == 5:
        first = min(slot, twin)
        one, other = values[f"approach_{first}_name"], f"approach_{max(slot, twin)}_name"
        return (first, max(slot, twin)), {other: one.upper()}, (
            f"{one} is left out: another one has its name. ")  # fmt: skip
    return (slot,), *[
        ({field: None}, f"{name} is left out: {entry.label} is missing. "),
        ({field: "x"}, f"{name} is left out: {entry.label} is not a number. "),
        ({field: -1.0}, f"{name} is left out: {entry.label} is out of range. "),
        ({f"approach_{slot}_name": "  "}, f"Approach {slot} is left out: it has no name. "),
        ({f"approach_{slot}_name": None}, f"Approach {slot} is left out: it has no name. "),
    ][seed % 5]


EXTREMES = {
    "half a million": {"requests_per_month": 500_000.0},  # Fine-tuned is too dear a request there
    "nobody is cheap enough": {"max_cost_per_1k": 2.0},
    "nobody ever is": {"max_cost_per_1k": 0.05},
    # Infrastructure gets cheap, but the limit is on the cost at today's prices.
    "cheap only in a band": {
        **without(2), **{f"approach_{i}_{each.name}": 0.0 for i in (1, 3) for each in TYPED},
        "approach_1_monitoring_tooling_monthly": 5000.0, "approach_1_api_cost_per_request": 0.001,
        "approach_3_infrastructure_monthly": 9000.0, "approach_3_api_cost_per_request": 0.002,
        "infra_price_change": -0.6, "months": 60, "requests_per_month": 50_000.0,
        "max_cost_per_1k": 120.0, "min_accuracy": None, "max_latency_p99": None},
    "one month": {"months": 1},
    "five years at 20%": {"months": 60, "annual_rate": 0.2, "requests_per_month": 500_000.0},
    "all of it is tax": {"tax_rate": 1.0},
    "no requests": {"requests_per_month": 0.0},
    "as many as can be typed": {"requests_per_month": 1e12},
    "100% a year, tax": {"annual_rate": 1.0, "tax_rate": 0.3, "capitalised_share": 1.0},
    "all fail": {"min_accuracy": 0.99, "annual_rate": 0.1},
    "one": {"annual_rate": 0.1, **without(2, 3)},
    "a request that costs next to nothing": {
        **without(2, 3), "approach_1_api_cost_per_request": 1e-9, "requests_per_month": 1.0,
        **{f"approach_1_{each.field}": 0.0 for each in COSTS}},
    # 1,000 and 0.001 a request, or 500 and 1,010 a million: less only where a unit is nearly full.
    "a unit that pays when it is full": {
        **NOTHING, **without(3), "requests_per_month": 1_000_001.0,
        "approach_1_monitoring_tooling_monthly": 1000.0, "approach_1_api_cost_per_request": 0.001,
        "approach_2_monitoring_tooling_monthly": 500.0, "approach_2_unit_monthly": 1010.0,
        "approach_2_unit_capacity": 1e6, "min_accuracy": None, "max_latency_p99": None,
        "max_cost_per_1k": None},
    # It costs less from 555,556 requests on, and carries 262,800.
    "what would make it cheap is more than it carries": {
        **NOTHING, **without(3), "requests_per_month": 100_000.0, "peak_factor": 3.0,
        "approach_1_api_cost_per_request": 0.01, "approach_1_throughput_rps": 500.0,
        "approach_2_api_cost_per_request": 0.001, "approach_2_throughput_rps": 0.3,
        "approach_2_monitoring_tooling_monthly": 5000.0, "min_accuracy": None,
        "min_throughput": None, "max_latency_p99": None, "max_cost_per_1k": None},
    # A fifth of all that the third costs is more than it costs above the first.
    "the third is the nearest": {
        **NOTHING, "requests_per_month": 1_000_000.0, "min_accuracy": None,
        "max_latency_p99": None, "max_cost_per_1k": None,
        "approach_1_monitoring_tooling_monthly": 5000.0,
        "approach_1_infrastructure_monthly": 5000.0,
        "approach_2_monitoring_tooling_monthly": 5100.0,
        "approach_2_infrastructure_monthly": 5100.0,
        "approach_3_api_cost_per_request": 0.0105},
    "nobody passes, and with units another may before the first": drawn(220),
    "the hourly rate of all lets one rival win when lower, another when higher": drawn(906),
}  # fmt: skip


@pytest.fixture(scope="module")
def readings():
    """Of each case, extreme or drawn, its name, what the workbook says, and what the model does."""
    special = {name: as_filled(PRESET) | change for name, change in EXTREMES.items()}
    special |= {f"units {seed}": drawn_units(seed) for seed in range(SCENARIOS // 3)}
    values = list(special.values())
    found = map(reading_of, values, many().filled(values))
    drawn_ones = ((seed, reading(seed)) for seed in range(SCENARIOS))
    return [(name, each.shown, each.of)
            for name, each in (*zip(special, found, strict=True), *drawn_ones)]  # fmt: skip


def test_the_answer_is_word_by_word_what_the_model_says(readings):
    for name, shown, of in readings:
        assert shown["recommendation"] == of.fields["recommendation"], name


def about(words, amount):
    """Whether an amount in words is that, to three digits; exactly, where it does not say about."""
    number = float(words.removeprefix("about ").split(" ")[-1].replace(",", ""))
    exact = not words.startswith("about ")
    return number == pytest.approx(
        amount, rel=1e-9 if exact else 0.005, abs=1e-9 if exact else 5e-5
    )


AMOUNT = r"(about )?(USD|EUR|CHF|Kč) [\d.,]+"
COSTS_SAID = (
    rf"(It|API|RAG|Fine-tuned|Way \d) costs (?P<monthly>{AMOUNT}) a month on average, "
    rf"(?P<present>{AMOUNT}) over the horizon"
    r"( after tax at (?P<tax>[\d.]+)%; the cash paid over the horizon is "
    rf"(?P<cash>{AMOUNT}) before tax)?\.",
    rf"(Its present cost|The present cost of .+?) is (?P<present>{AMOUNT}), "
    r"discounted at (?P<rate>[\d.]+)% a year"
    rf"( and after tax at (?P<tax>[\d.]+)%)?, or (?P<monthly>{AMOUNT}) a month in equal "
    rf"payments; the cash paid over the horizon is (?P<cash>{AMOUNT})( before tax)?\.",
)


def test_what_it_costs_is_what_the_months_come_to(readings):
    """Against cash flows added up month by month, with no weights and no annuity of the model."""
    for name, shown, of in readings:
        answer = shown["answer"]
        flows = of.over.costs(of.approaches[of.first], of.volume)
        # All of it: what is deducted later than the sheet has months is worth something, too.
        after_tax = of.over.costs_after_tax(of.approaches[of.first], of.volume).ravel()
        factors = (1 + of.over.annual_rate) ** (-np.arange(len(after_tax)) / 12)
        (found,) = [match for each in COSTS_SAID for match in re.finditer(each, answer)]
        told = found.groupdict()
        assert float(told.get("rate") or 0) == pytest.approx(of.over.annual_rate * 100), name
        assert float(told["tax"] or 0) == pytest.approx(of.over.tax_rate * 100), name
        assert about(told["present"], after_tax @ factors), (name, answer)
        # As many payments as there are months are worth the present cost.
        payments = after_tax @ factors / factors[1 : of.months + 1].sum()
        assert about(told["monthly"], payments), (name, answer)
        assert about(told.get("cash") or told["present"], flows.sum()), (name, answer)
        assert (" 1 months" in answer) is False
        assert ("in equal payments" in answer) is (of.over.annual_rate > 0)


def test_whoever_is_left_out_comes_first_and_the_rest_is_as_if_it_were_not_there():
    drawn_ones = [(drawn(seed), *spoilt(drawn(seed), seed)) for seed in range(SCENARIOS)]
    faulty = many().filled([values | fault for values, _, fault, _ in drawn_ones])
    rests = many().filled([values | without(*slots) for values, slots, _, _ in drawn_ones])
    for book, rest, (_, slots, _, words) in zip(faulty, rests, drawn_ones, strict=True):
        assert book.field("recommendation") == words + rest.field("recommendation")
        assert book.field("answer").startswith(words)
        reason = book.field("left_out")[slots[0] - 1]
        assert words.split(" is left")[0] + f" is left out: {reason}. " == words


def test_approaches_of_one_name_are_left_out_with_one_sentence(book):
    values = as_filled(PRESET)
    rest = said(book, values | without(1, 3))
    both = values | {"approach_3_name": "api"}
    assert said(book, both) == f"API is left out: another one has its name. {rest}"


def at(of, volume):
    """Whether each passes at a volume, and what it costs there, by the model."""
    values = of.values
    where = [WHERE[each] for each in of.inputs("deployment")]
    allowed = frozenset(each for each in DeploymentType if values[f"allow_{each.value}"] == "yes")
    limits = {name: values[name] for name in LIMITS if values[name] is not None}
    asked = Requirements(**limits, deployments=allowed)
    measured = zip(*map(of.inputs, PERFORMANCE), strict=True)
    dear = [each.tco(volume, of.months).cost_per_request * 1000 for each in of.approaches]
    load = peak(volume, values["peak_factor"], of.over.volume_growth, of.months)
    passes = [not asked.why_not(PerformanceProfile(0, *each, cost), place,
                                0 if approach.unit_capacity else load)
              for each, cost, place, approach in zip(
                  measured, dear, where, of.approaches, strict=True)]  # fmt: skip
    return np.array(passes), of.costs(of.over, volume=volume)


FURTHER = np.unique(np.round(np.geomspace(1, 1e10, 120)))
NEXT = re.compile(r"(?P<who>.+) costs less above (?P<above>[\d,]+)( and below (?P<below>[\d,]+))? "
                  r"requests a month(?P<meets> and meets the requirements there)?"
                  r"(\.|, and (perhaps at|at some) lower volumes, as units are added whole\.)"
                  )  # fmt: skip
CARRIES = re.compile(r"(?P<who>[^.]+) carries up to (?P<most>[\d,]+) requests a month at its thr")
UNSURE = (
    "perhaps at lower volumes",
    "at some lower volumes",
    "another may cost less",
    "one may meet every requirement",
)
FIRST = re.compile(r"(?P<who>[^.]+) meets every requirement above (?P<above>[\d,]+) requests")


def test_what_is_said_of_higher_volumes_holds_at_each_of_them(readings):
    seen = set()
    for name, shown, of in readings:
        sentence = shown["answer_volume"]
        any_passes = of.passes.any()
        found, first = NEXT.search(sentence), FIRST.search(sentence)
        above = float(found["above"].replace(",", "")) if found else math.inf
        unsure = any(words in sentence for words in UNSURE)
        assert unsure is (unsure and any(each.has_units for each in of.approaches)), name
        rivals = np.arange(len(of.names)) != of.first
        for volume in FURTHER[(of.volume < FURTHER) & (above > FURTHER) & (not unsure)]:
            passes, costs = at(of, volume)
            less = costs < costs[of.first] * (1 - 1e-9)
            counts = passes if any_passes else np.ones_like(passes)
            assert not (less & counts & rivals).any(), (name, volume, sentence)
            if not any_passes:
                starts = float(first["above"].replace(",", "")) if first else math.inf
                assert not passes[volume < starts].any(), (name, volume, sentence)
        seen |= {"none"} if not found and len(of.names) > 1 else set()
        if found:
            i = of.names.index(found["who"].removeprefix("At no "))
            below = float((found["below"] or "inf").replace(",", ""))
            seen |= {"some", "band" if found["below"] else "", found["meets"] or ""}
            for volume in (above + 1, *FURTHER[(above < FURTHER) & (below > FURTHER)]):
                passes, costs = at(of, volume)
                assert costs[i] <= costs[of.first] * (1 + 1e-12), (name, volume, sentence)
                assert passes[i] or not any_passes, (name, volume, sentence)
            if "at some lower volumes" in sentence:
                pieces = of.over.intervals(of.approaches[i], of.approaches[of.first], ("it", ""))
                assert any(each.cheaper == "it" and each.start < above - 1 for each in pieces)
            assert bool(found["meets"]) is bool(of.passes[i] != of.passes[of.first])
        if first:
            passes, _ = at(of, float(first["above"].replace(",", "")) + 1)
            assert passes[of.names.index(first["who"].split(". ")[-1].strip())]
            seen.add("first")
        one = "does one meet every" in sentence or "one may meet every" in sentence
        assert (not any_passes) is bool(first or one)
        if carries := CARRIES.search(sentence):
            most = float(carries["most"].replace(",", ""))
            leader = carries["who"].split(". ")[-1].strip()
            assert leader == of.names[of.first]
            assert [at(of, most * factor)[0][of.first] for factor in (0.999, 1.001)] == [
                True,
                False,
            ]
            seen.add("carries")
        seen |= {words for words in UNSURE if words in sentence}
    assert seen >= {
        *UNSURE[:3],
        "carries",
        "none",
        "some",
        "band",
        " and meets the requirements there",
        "first",
    }


def test_a_cheaper_approach_that_fails_is_told_with_what_it_misses(readings):
    told = 0
    for name, shown, of in readings:
        answer = shown["recommendation"]
        cheaper = [i for i, cost in enumerate(of.monthly)
                   if of.passes.any() and cost < of.monthly[of.first] * (1 - 1e-5)]  # fmt: skip
        sentence = shown["answer_cheaper"]
        assert bool(sentence) is bool(cheaper), name
        if cheaper:
            told += 1
            assert sentence in answer
            best = min(cheaper, key=lambda i: of.monthly[i])
            start = f"{of.names[best]} would cost "
            assert sentence.startswith(start)
            gap = sentence.removeprefix(start).partition(" less")[0]
            assert about(gap, of.monthly[of.first] - of.monthly[best]), name
            assert of.why_not[best] in sentence
            assert (f"{len(cheaper)} do not meet" in sentence) is (len(cheaper) > 1)
    assert told > 2


def test_the_breakeven_sheet_calls_nobody_cheapest_without_saying_that_it_fails(readings):
    for name, shown, of in readings:
        columns = [shown[f"band_{each}"] for each in ("name", "from", "to", "verdict")]
        for who, start, end, verdict in zip(*columns, strict=True):
            if who == "":
                assert verdict == ""
                continue
            middle = start + 1e9 if end == "no limit" else (start + end) / 2
            for volume in (max(1.0, start), middle):
                passes, _ = at(of, volume)
                met = passes[of.names.index(who)]
                said = re.fullmatch(r"pass( from (?P<low>[\d,]+))?( to (?P<high>[\d,]+))?", verdict)
                if verdict == "at some volumes" or (volume == start == 0):
                    continue
                low, high = (said and said[each] and float(said[each].replace(",", ""))
                             for each in ("low", "high"))  # fmt: skip
                within = (low or 0) - 0.5 <= volume <= (high or math.inf)
                units = of.approaches[of.names.index(who)].unit_capacity
                assert met == (bool(said) and within) or (units and not within), (name, who, volume)


def whole(months):
    """As many months as the workbook takes."""
    return min(60, max(1, math.floor(round(months, 9) + 0.5)))


SURE = re.compile(
    r"(stays the cheapest( of those that meet the requirements)? in all (?P<all>\d+)|"
    r"(?P<some>\d+) of (?P<of>\d+)) "
    r"moves of one driver alone, (?P<swing>[\d.]+)% lower or higher, a rate "
    r"(?P<points>[\d.]+) points?.*\. With (?P<move>.+), (?P<who>Way \d|API|RAG|"
    rf"Fine-tuned) would (still )?cost (?P<gap>{AMOUNT}) (?P<less>more|less) "
)


def test_every_rival_is_tested_and_the_nearest_one_named(readings):
    """Against the model's tornado of the first and each rival: who passes as the first does."""
    seen = set()
    for name, shown, of in readings:
        values, sentence, points = of.values, shown["answer_certainty"], of.values["rate_swing"]
        rivals = [i for i in range(len(of.names))
                  if i != of.first and of.passes[i] == of.passes[of.first]]  # fmt: skip
        if not rivals:
            only = "No other approach meets the requirements, so no driver was moved against it."
            assert sentence in ("", only), name
            assert shown["reversals"] == ""
            continue
        reversing, ahead = set(), {}
        for i in rivals:
            names = (of.names[of.first], of.names[i])
            for effect in tornado(of.approaches[of.first], of.approaches[i], of.volume, of.over,
                                  values["swing"], names, points):  # fmt: skip
                low, high = effect.low, effect.high
                if effect.driver == "months":  # whole ones, and no more than there is room for
                    low, high = (
                        np.subtract(
                            *of.costs(
                                replace(
                                    of.over, months=whole(of.months * (1 + sign * values["swing"]))
                                ),
                                [of.approaches[of.first], of.approaches[i]],
                            )
                        )
                        for sign in (-1, 1)
                    )
                if effect.driver == "annual_rate" and of.over.annual_rate < points:  # not below 0
                    pair = [of.approaches[of.first], of.approaches[i]]
                    low = np.subtract(*of.costs(replace(of.over, annual_rate=0.0), pair))
                for way, difference in (("lower", low), ("higher", high)):
                    if difference > 1e-6 * of.scale:
                        reversing.add((effect.driver, way))
                        ahead.setdefault(of.names[i], []).append(difference)
        found = SURE.search(sentence)
        if not found:
            same = "would cost the same. In " in sentence and not reversing
            assert same or sentence.startswith("They cost the same"), (name, sentence)
            continue
        assert float(found["swing"]) == pytest.approx(values["swing"] * 100)
        assert float(found["points"]) == pytest.approx(points * 100)
        assert int(found["some"] or 0) == len(reversing), (name, sentence, reversing)
        assert (found["less"] == "less") is bool(reversing), (name, sentence)
        if reversing:
            assert found["who"] in ahead, (name, sentence)
        second = of.names[of.order[1]]
        seen |= {"other than the second" if found["who"] != second else "the second",
                 "reversed" if reversing else "stays"}  # fmt: skip
    assert seen == {"other than the second", "the second", "reversed", "stays"}


ALIKE = {f"approach_{slot}_{each.name}": 10.0 for slot in (1, 2, 3) for each in REQUIRED}
DEARER = {"approach_3_monitoring_tooling_monthly": 5000.0}
TIES = {
    "two of three": (FREE | ALIKE | DEARER, "API and Fine-tuned cost the same and are the cheapest "
                     "that meet the requirements. API costs about USD "),
    "all three": (FREE | ALIKE, "API and 2 others cost the same and are the cheapest that meet the "
                  "requirements. API costs about USD "),
    "discounted": (FREE | ALIKE | {"annual_rate": 0.1}, "The present cost of API is about USD "),
    "nobody passes": (ALIKE | DEARER | {"min_accuracy": 0.999}, "The cheapest of all are API and "
                      "Fine-tuned. API costs about USD "),
    "but for rounding": (FREE | ALIKE | DEARER | {"approach_1_initial_dev_hours": 0.1 + 0.2,
                         "approach_2_initial_dev_hours": 0.3}, "and Fine-tuned cost the same"),
    "another one fails": (ALIKE | {"max_latency_p99": 300.0, "max_cost_per_1k": None},
                          "Fine-tuned is the only one of 3"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "words"), TIES.values(), ids=TIES)
def test_a_tie_is_no_cheapest_one(book, change, words):
    answer = said(book, as_filled(PRESET) | change)
    assert words in answer
    tie = "only one" not in words
    assert ("is the cheapest" in answer) is False
    assert ("any change decides between them" in answer) is tie
    assert ("costs the same" in answer) is True


QUIET = {
    "swings of 0": ({"swing": 0.0, "rate_swing": 0.0}, "No driver was moved: the swings"),
    "rates alone": (
        {"swing": 0.0},
        "moves of one driver alone, 0% lower or higher, a rate 5 points",
    ),
    "one passes": ({"min_accuracy": 0.9, "max_latency_p99": 1500.0}, "No other approach meets the"),
}


@pytest.mark.parametrize(("change", "words"), QUIET.values(), ids=QUIET)
def test_what_was_not_moved_is_not_said_to_have_been(book, change, words):
    assert words in said(book, as_filled(PRESET) | change, "answer_certainty")


def test_drivers_that_cannot_move_are_left_out_and_rates_move_from_0(book):
    book.fill(as_filled(PRESET) | dict.fromkeys(RATES[:5], 0.0))
    drivers = [each for each in book.field("tornado_driver") if each]
    assert 0 < len(drivers) < len(book.field("tornado_driver")) + 1
    assert all(width > 0 for width in book.field("tornado_width") if width != "")
    words = [each for each, moves in zip(book.field("case_words"), book.field("case_moves"),
                                         strict=True) if moves]  # fmt: skip
    assert "Volume growth at -5%" in words
    assert "Wage growth at 5%" in words
    assert "API price shock at 1" not in words
    assert not [each for each in words if each.startswith("Discount rate at -")]


def test_months_are_shown_as_they_are_taken(book):
    for months in (1, 7, 12, 33):
        book.fill(as_filled(PRESET) | {"months": months})
        assert all(n.is_integer() and n >= 1 for n in map(float, book.field("case_months")))
        moved = [words for words in book.field("case_words") if words.startswith("Horizon at")]
        assert moved == [f"Horizon at {round(months * 0.8)} months",
                         f"Horizon at {round(months * 1.2)} months"]  # fmt: skip

"""The sheet Probability: its draws, its stated error against the simulation, and extremes."""

import re
from dataclasses import replace

import expected_chance
import numpy as np
import pytest
from expected import annuity
from expected_comparison import Comparison, in_use
from test_model import PRESET, as_filled, drawn, shared_comparison, without
from test_sentences import ALIKE, DEARER, FREE

from bbxl import presets
from bbxl.model.distributions import Triangular
from bbxl.model.drivers import TCOComponents
from bbxl.model.simulation import simulate
from bbxl.model.streams import BY_UNIT, TOOLING
from bbxl.workbooks import build_vs_buy, library
from bbxl.workbooks.build_vs_buy import probability
from bbxl.workbooks.build_vs_buy.spreads import SPREAD_OF, SPREADS

SIMULATED, DRAWN = 200_000, 30
NONE = {each.field: 0.0 for each in SPREADS}


class Inputs(Comparison):
    """The approaches of a set of inputs, with nothing worked out of them."""

    def __init__(self, values):
        self.values = values = in_use(values, values["case"])
        self.known = {}
        self.slots = [i for i in range(6) if values[f"approach_{i + 1}_name"]]
        self.approaches = [self.approach(slot + 1) for slot in self.slots]
        self.volume, self.months = values["requests_per_month"], values["months"]
        self.over = self.projection()

    def contested(self, seed):
        """With more to pay for tools, so that nobody is far ahead."""
        weight = self.over.weights[TOOLING] / annuity(self.over)
        costs = self.costs(self.over)
        level = costs.max() * np.random.default_rng(seed).uniform(1, 1.1, len(costs))
        more = (level - costs) / weight
        self.approaches = [
            replace(each, monitoring_tooling_monthly=each.monitoring_tooling_monthly + float(paid))
            for each, paid in zip(self.approaches, more, strict=True)
        ]
        return self


def simulated(of, draws=SIMULATED):
    """What the model's simulation finds, in equal payments."""
    drivers = {
        driver: Triangular(1 - far, 1, 1 + far)
        for driver, field in SPREAD_OF.items()
        if (far := of.values[field])
    }
    approaches = {str(slot): each for slot, each in zip(of.slots, of.approaches, strict=True)}
    found = simulate(approaches, of.volume, of.over, drivers, draws, breakevens=False)
    percentiles = np.array([found.p10, found.p50, found.p90]) / annuity(of.over)
    return percentiles, found.probability_cheapest


def cases():
    for name in library.TEMPLATES["build-vs-buy"].presets:
        yield Inputs(as_filled(presets.load(name).completed()))
    for seed in range(DRAWN):
        yield Inputs(drawn(seed))
        if len(Inputs(drawn(seed)).slots) > 1:
            yield Inputs(drawn(seed)).contested(seed)


@pytest.mark.slow
def test_percentiles_and_chances_are_as_near_to_the_simulation_as_the_sheet_says():
    """With the draws as numbers; that the cells hold the same is tested with all other cells."""
    apart, points = [], []
    for of in cases():
        costs = expected_chance.drawn(of)
        percentiles, chance = simulated(of)
        ours = np.percentile(costs, [10, 50, 90], axis=1)
        apart.append(np.abs(ours - percentiles) / percentiles[1])
        wins = np.bincount(np.argmin(costs, axis=0), minlength=len(costs)) / costs.shape[1]
        if len(costs) > 1:
            points.append(np.abs(wins - chance) * 100)
    apart, points = (np.concatenate([np.ravel(each) for each in all_]) for all_ in (apart, points))
    assert len(apart) > 400
    assert apart.max() <= probability.LARGEST_ERROR
    assert np.percentile(apart, 95) <= probability.USUAL_ERROR
    assert points.max() <= probability.LARGEST_POINTS
    assert np.percentile(points, 95) <= probability.USUAL_POINTS


def test_the_error_is_what_the_sheet_says():
    note = build_vs_buy.model(PRESET).book["Probability"]["A2"].value
    assert note.startswith("125 fixed draws")
    assert re.findall(r"[\d.]+(?=%| points)", note) == ["8.0", "8", "3.0", "5"]


def test_all_that_is_drawn_has_steps_and_a_spread():
    table = TCOComponents.table.drivers
    shared = {name for name, each in table.items() if each.shared}
    assert set(probability.SHARED) == {"requests_per_month", *shared}
    paid = {name for name, each in table.items() if each.stream}
    assert set(probability.OWN) == (paid - {"error_rate"}) | {"unit_capacity"}
    assert set(SPREAD_OF) == {*probability.SHARED, *probability.OWN}
    assert set(SPREAD_OF.values()) == {each.field for each in SPREADS}
    linear = {name for name in paid if table[name].stream.timing not in BY_UNIT}
    assert set(probability.LINEAR) == linear - {"error_rate"}


def test_the_draws_are_spread_evenly_and_little_correlated():
    steps = [*probability.SHARED.values(), *(n for row in probability.OWN.values() for n in row)]
    assert len(set(steps)) == len(steps)
    found = expected_chance.numbers(steps)
    even = (np.arange(probability.COUNT) + 0.5) / probability.COUNT
    ideal = np.where(even < 0.5, np.sqrt(2 * even) - 1, 1 - np.sqrt(2 * (1 - even)))
    assert np.abs(np.sort(found, axis=0) - ideal[:, None]).max() < 0.15
    apart = np.corrcoef(found.T)[~np.eye(len(steps), dtype=bool)]
    assert np.sqrt((apart**2).mean()) < 1 / np.sqrt(probability.COUNT)  # less than by chance
    by_hand = [[probability.standard(step, k) for step in steps[:5]] for k in (1, 2, 125)]
    assert np.allclose(found[[0, 1, 124], :5], by_hand, rtol=0, atol=1e-12)


def test_a_seventh_approach_has_steps_of_its_own():
    for name in probability.OWN:
        steps = [probability.step_of(name, i) for i in range(18)]
        assert len(set(steps)) == 18
        assert all(0 < step < probability.MODULUS for step in steps)


@pytest.fixture(scope="module")
def book():
    return shared_comparison()


SAID = re.compile(
    r"In 125 draws of the drivers within the spreads of the Inputs sheet, "
    r"((?P<who>.+) is the cheapest of (?P<group>those that meet the requirements|all)|"
    r"none(?P<tied>( of those that meet the requirements)?) costs less than .+) "
    r"in (?P<share>\d+)%; in the middle four fifths of them it costs between (?P<low>.+) and "
    r"(?P<high>.+) a month (on average|in equal payments)( after tax)?\."
)
EXTREMES = {
    "as it is": ({}, "those that meet the requirements", 100),
    "the largest spreads": (dict.fromkeys(NONE, 0.9) | {"requests_per_month": 2e7}, "those", None),
    "nobody passes": ({"min_accuracy": 0.999}, "all", 100),
    "a tie in every draw": (FREE | ALIKE | DEARER | NONE | {"spread_rate": 0.3}, "those", 100),
    "a tie but for the draws": (FREE | ALIKE | DEARER, "those", None),
    "no requests": ({"requests_per_month": 0.0, "max_cost_per_1k": None}, "those", 100),
    "as many as can be typed": ({"requests_per_month": 1e12}, "all", None),
    "nothing is spread": (NONE, None, "No driver was drawn otherwise than typed: the spreads on"),
    "only what nobody has": (NONE | {"spread_errors": 0.9, "spread_capacity": 0.9}, None,
                             "No driver was drawn otherwise"),
    "one approach": (without(2, 3), None, ""),
    "only one passes": ({"min_accuracy": 0.9, "max_latency_p99": 1500.0}, None, ""),
    "nothing": (without(1, 2, 3), None, ""),
    "no horizon": ({"months": None}, None, ""),
    "a spread is missing": ({"spread_volume": None}, None, ""),
    "a spread is too large": ({"spread_api": 1.0}, None, ""),
}  # fmt: skip


@pytest.mark.parametrize(("change", "group", "expected"), EXTREMES.values(), ids=EXTREMES)
def test_extremes(book, change, group, expected):
    book.fill(as_filled(PRESET) | change)
    sentence, sure = book.field("answer_chance"), book.field("answer_certainty")
    assert sentence in sure
    if group is None:
        assert sentence.startswith(expected)
        assert bool(sentence) is bool(expected)
    else:
        found = SAID.fullmatch(sentence)
        assert found, sentence
        of_group = found["group"] if found["tied"] is None else found["tied"]
        assert group in of_group
        assert (found["tied"] is not None) is bool(book.field("tied"))
        if expected is not None:
            assert int(found["share"]) == expected
    errors = [each for each in np.ravel(book.field("draw_cost")) if isinstance(each, str)]
    assert not errors
    for field in ("drawn_p10", "drawn_p50", "drawn_p90", "chance", "chance_of_all"):
        used = [each == 1 for each in book.field("used")]
        assert [each != "" for each in book.field(field)] == used, field
    chances = [each for each in book.field("chance") if each != ""]
    assert not chances or sum(chances) == pytest.approx(1)


def test_with_no_spread_every_draw_is_the_estimate(book):
    for seed in range(6):
        book.fill(drawn(seed) | NONE)
        for used, estimate, *found in zip(
            book.field("used"), book.field("present_monthly"),
            *map(book.field, ("drawn_p10", "drawn_p50", "drawn_p90")), strict=True,
        ):  # fmt: skip
            if used == 1:
                assert found == pytest.approx([estimate] * 3, rel=1e-9)
        assert set(book.field("winner")) == {book.field("leader")}


@pytest.mark.slow
def test_the_sentence_holds_in_the_simulation(book):
    told = 0
    for seed in range(DRAWN):
        values = drawn(seed)
        book.fill(values)
        found = SAID.fullmatch(book.field("answer_chance"))
        of = Inputs(values)
        verdicts = book.field("verdict")
        compared = [i for i, slot in enumerate(of.slots)
                    if verdicts[slot] == "pass" or "pass" not in list(verdicts)]  # fmt: skip
        if not found:
            assert len(compared) == 1 or "spreads" in book.field("answer_chance")
            continue
        told += 1
        of.slots = [of.slots[i] for i in compared]
        of.approaches = [of.approaches[i] for i in compared]
        leader = of.slots.index(int(book.field("leader")) - 1)
        assert found["who"] == values[f"approach_{of.slots[leader] + 1}_name"]
        percentiles, chance = simulated(of)
        assert abs(int(found["share"]) - chance[leader] * 100) <= probability.LARGEST_POINTS + 0.5
        for words, cost in zip((found["low"], found["high"]), percentiles[[0, 2], leader],
                               strict=True):  # fmt: skip
            said = float(words.split(" ")[-1].replace(",", ""))
            assert abs(said - cost) <= (probability.LARGEST_ERROR + 0.005) * percentiles[1, leader]
    assert told > 12

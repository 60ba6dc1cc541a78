"""Where which approach is cheaper, against brute force over volumes and figures of the design.

By hand, over more volumes than the suite takes: python tests/model/test_intervals.py 12000000
"""

import itertools
import math
import sys

import numpy as np
import pytest
from test_capacity import on_units

from bbxl.model.breakeven import bands, breakeven, cheapest
from bbxl.model.cost import CostModel
from bbxl.model.drivers import TCOComponents
from bbxl.model.investment import paying_utilisation
from bbxl.model.projection import Projection
from bbxl.model.staircase import Staircase, Step
from bbxl.model.unanswered import NoAnswerError, TooLargeError

GROWING = Projection(36, annual_rate=0.10, volume_growth=1.0)


@pytest.mark.parametrize(
    ("over", "other", "changes"),
    [
        (Projection(12), "API", [27_296_296.30]),
        (
            Projection(12),
            "RAG",
            [97_416_666.67, 98_112_000, 101_791_666.67, 104_244_000, 106_166_666.67, 110_376_000,
             110_541_666.67],
        ),
        (GROWING, "API", [5_105_525, 5_115_774, 5_121_022, 5_162_203, 5_186_394]),
        (GROWING, "RAG", [16_811_560, 17_363_512, 17_377_010, 17_383_131, 17_484_522]),
    ],
)  # fmt: skip
def test_worked_figures(over, other, changes):
    models = on_units()
    found = over.intervals(models[other], models["Fine-tuned"], (other, "Fine-tuned"))
    digits = 2 if over is not GROWING else 0
    assert [round(each.start, digits) for each in found] == [0, *changes]
    assert [each.cheaper for each in found[:2]] == [other, "Fine-tuned"]
    assert all(a.cheaper != b.cheaper for a, b in itertools.pairwise(found))
    last = over.breakeven(models[other], models["Fine-tuned"])
    assert last == over.breakeven(models["Fine-tuned"], models[other]) == found[-1].start


def test_worked_bands():
    found = bands(on_units())
    names = [band.cheapest for band in found]
    assert names == ["API", *["RAG", "Fine-tuned"] * 4]
    assert [round(band.end, 2) for band in found[:3]] == [9_700_000, 97_416_666.67, 98_112_000]
    assert found[-1].end == math.inf
    assert all(a.end == b.start for a, b in itertools.pairwise(found))


def test_the_utilisation_at_which_a_unit_pays():
    """1,750 / (6,132,000 x difference of cost a request): below 1 exactly where it ever pays."""
    models = on_units()
    for other, share in (("API", 0.317), ("RAG", 0.713)):
        saved = models[other].api_cost_per_request - models["Fine-tuned"].api_cost_per_request
        assert round(1750 / (6_132_000 * saved), 3) == share
        found = paying_utilisation(models["Fine-tuned"], models[other])
        assert found == pytest.approx(1750 / (6_132_000 * saved))
        assert breakeven(models[other], models["Fine-tuned"]) > 0
    assert math.isnan(paying_utilisation(models["API"], models["RAG"]))


def test_lines_are_as_they_were():
    a, b = CostModel(50_000, 0.002), CostModel(250_000, 0.0002)
    assert Projection(12).intervals(a, b) == [
        (0, a.breakeven(b), "A"),
        (a.breakeven(b), math.inf, "B"),
    ]
    assert breakeven(a, b) == a.breakeven(b)
    assert Projection(12).intervals(a, a) == [(0, math.inf, "neither")]
    assert breakeven(CostModel(0, 1), CostModel(0, 2)) == 0
    assert math.isnan(breakeven(CostModel(0, 1), CostModel(9, 1)))


def flight(start, slope, *step):
    return Staircase(float(start), float(slope), (Step(*map(float, step)),) if step else ())


@pytest.mark.parametrize(
    ("a", "b", "signs"),
    [
        (flight(0, 1, 1, 10), flight(0, 1, 1, 10), [0]),
        (flight(5, 0, 1, 10, 3), flight(0, 0, 1, 10), [1]),
        (flight(0, 0, 1, 10), flight(0, 0.1), [1]),  # touches at each multiple
        (flight(1.5, 0, 1, 10), flight(0, 0, 2, 20), [1]),  # in step, never below
        (flight(0, 0, 1, 10, 4), flight(0, 0.1), [1]),
        (flight(0, 0, 1, 10), flight(0, 0, 2, 10), [-1]),
        # Its one unit costs 5 and carries all up to 10; 5 are reached at 2 a request from 2.5 on.
        (flight(0, 0, 5, 10), flight(0, 2), [1, -1]),
    ],
)
def test_edges(a, b, signs):
    assert [each.sign for each in a.less(b).stretches()] == signs
    assert [each.sign for each in b.less(a).stretches()] == [-sign for sign in signs]


def test_what_never_settles_has_no_answer():
    """Twice the unit for twice the volume: half of it, each is cheaper, for ever."""
    small, large = flight(0.5, 0, 1, 1000), flight(0, 0, 2, 2000)
    with pytest.raises(NoAnswerError, match="again and again"):
        small.less(large).stretches()
    one = TCOComponents(0.5, 0, 0, 0, unit_monthly=1, unit_capacity=1000)
    two = TCOComponents(0, 0, 0, 0, unit_monthly=2, unit_capacity=2000)
    assert math.isnan(breakeven(one, two))


def test_steps_that_cancel_between_two_minima_are_seen_one_by_one():
    """From 30 to 60 both climb alike, but in other steps: they change places at each of them."""
    a, b = flight(0.5, 0, 1, 10, 3), flight(0, 0, 2, 20, 3)
    found = a.less(b).stretches
    with pytest.raises(NoAnswerError):
        found()
    capped = Staircase(0.5, 0.0, (Step(1.0, 10.0, 3.0), Step(1.0, 100.0, 1.0)))
    other = Staircase(0.0, 0.0, (Step(2.0, 20.0, 1.5), Step(2.0, 100.0, 1.0)))
    starts = [each.start for each in capped.less(other).stretches()]
    volumes = np.arange(0.5, 400, 1)
    signs = np.sign(capped.cost(volumes) - other.cost(volumes))
    said = [each.sign for each in capped.less(other).stretches()]
    assert np.array(said)[np.searchsorted(starts, volumes) - 1].tolist() == signs.tolist()


def test_what_takes_too_long_is_refused():
    with pytest.raises(TooLargeError, match="steps of units"):
        flight(0, 0, 1, 1).less(flight(1000, 1 - 1e-9)).stretches()


def test_too_many_comparisons_over_many_months_are_refused():
    many = np.arange(1.0, 60.0)[:, None]
    models = TCOComponents(many, 0.0001, 0, 0, unit_monthly=100, unit_capacity=1e6)
    turned = TCOComponents(many.T, 0.0001, 0, 0, unit_monthly=100, unit_capacity=1e6)
    with pytest.raises(TooLargeError, match="comparisons"):
        Projection(36).breakeven(models, turned)
    few = TCOComponents([1.0, 2.0, 3.0], 0.0001, 0, 0, unit_monthly=100, unit_capacity=1e6)
    line = TCOComponents(0, 0.001, 0, 0)
    assert np.isfinite(Projection(36, volume_growth=0.1).breakeven(few, line)).all()
    with pytest.raises(TooLargeError, match="comparisons"):
        Projection(1200, volume_growth=0.1).breakeven(models, line)


def drawn(draw, kind):
    """A line, units at today's volume, or units over months in which the volume has moved."""
    start = draw.choice([0, draw.uniform(0, 1e5), float(draw.integers(0, 50)) * 1000])
    slope = draw.choice([0, draw.uniform(0, 0.002), draw.integers(0, 4) * 0.0005])
    if kind == 0:
        return flight(start, slope)
    one = draw.choice([10.0 ** draw.integers(3, 7), draw.uniform(1e3, 1e7), 6_132_000.0])
    fewest = draw.choice([0, 0, draw.integers(0, 10)])
    cost = draw.choice([draw.uniform(10, 5000), 1750.0, 1000.0])
    if kind == 1:
        return flight(start, slope, cost, one, fewest)
    growth, months = draw.uniform(0.3, 3) ** (1 / 12), int(draw.integers(2, 40))
    costs = cost * draw.uniform(0.8, 1.1, months) * draw.choice([1, 1, -0.3], months)
    steps = [Step(float(c), float(one / growth**t), float(fewest)) for t, c in enumerate(costs)]
    return Staircase(float(start * months), float(slope * months), tuple(steps))


def counted(staircase, volumes):
    """Its cost, and the sum of what it is made of, each unit counted to the nearest whole one."""
    cost = staircase.start + staircase.slope * volumes
    size = abs(staircase.start) + staircase.slope * volumes
    for unit, one, fewest in staircase.steps:
        filled = volumes / one
        near = np.round(filled)
        exactly = abs(filled - near) <= 1e-12 * np.maximum(near, 1)
        paid = unit * np.maximum(fewest, np.where(exactly, near, np.ceil(filled)))
        cost, size = cost + paid, size + abs(paid)
    return cost, size


def looked_at(draw, pair, starts):
    """Volumes everywhere, and at and beside each change and many multiples of capacities."""
    far = 3 * max(starts[-1], 1e6)
    found = [draw.uniform(0, far, 20_000), 10 ** draw.uniform(0, 13, 3000), starts]
    found += [starts * (1 + 1e-9), starts * (1 - 1e-9)]
    for step in (step for each in pair for step in each.steps[:5]):
        counts = [np.arange(1, 300), np.floor(starts / step.capacity) + 1,
                  draw.integers(1, max(2, int(far / step.capacity)), 300)]  # fmt: skip
        at = np.concatenate(counts) * step.capacity
        found += [at, np.nextafter(at, np.inf), np.nextafter(at, 0), at * (1 + 1e-9),
                  at * (1 - 1e-9)]  # fmt: skip
    volumes = np.concatenate(found)
    return volumes[volumes > 0]


def disagreements(seed, count):
    """How many volumes were looked at, and those at which brute force says another order."""
    draw, done, wrong = np.random.default_rng(seed), 0, []
    while done < count:
        pair = [drawn(draw, draw.integers(0, 3)) for _ in range(2)]
        stretches = pair[0].less(pair[1]).stretches()
        starts, signs = (
            np.array([s.start for s in stretches]),
            np.array([s.sign for s in stretches]),
        )
        volumes = looked_at(draw, pair, starts)
        (mine, size), (theirs, other) = (counted(each, volumes) for each in pair)
        gap = mine - theirs
        seen = np.where(abs(gap) <= 1e-10 * (size + other), 0, np.sign(gap))
        # At a change, to the last digits, either order is right.
        said = [signs[np.maximum(np.searchsorted(starts, volumes * near) - 1, 0)]
                for near in (1 - 1e-11, 1, 1 + 1e-11)]  # fmt: skip
        missed = (seen != 0) & np.all([seen != each for each in said], axis=0)
        wrong += [(pair, volume) for volume in volumes[missed]]
        done += volumes.size
    return done, wrong


def test_intervals_against_brute_force():
    done, wrong = disagreements(1, 1_500_000)
    assert done >= 1_500_000
    assert wrong == []


def drawn_approach(draw):
    units = draw.random() < 0.7
    return TCOComponents(
        draw.uniform(0, 5000), draw.uniform(0, 0.001) * draw.integers(0, 2), draw.uniform(0, 500),
        draw.uniform(0, 50), unit_monthly=draw.uniform(0, 3000) * units,
        unit_price=draw.uniform(0, 50_000) * units * draw.integers(0, 2),
        unit_capacity=draw.uniform(1e5, 1e7), units_minimum=float(draw.integers(0, 4)),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(15))
def test_bands_against_the_cheapest_at_each_volume(seed):
    draw = np.random.default_rng(seed)
    models = {f"approach {i}": drawn_approach(draw) for i in range(draw.integers(2, 6))}
    found = bands(models, 24)
    assert (found[0].start, found[-1].end) == (0, math.inf)
    assert all(a.end == b.start and a.cheapest != b.cheapest for a, b in itertools.pairwise(found))
    last = max(found[-1].start, 1e6)
    volumes = np.concatenate([draw.uniform(0, 3 * last, 20_000), 10 ** draw.uniform(0, 12, 2000)])
    starts = np.array([band.start for band in found])
    said = np.array([band.cheapest for band in found])[np.searchsorted(starts, volumes) - 1]
    costs = {name: each.tco(volumes, 24).monthly_total for name, each in models.items()}
    lowest = np.min([*costs.values()], axis=0)
    chosen = np.choose([list(models).index(name) for name in said], [*costs.values()])
    assert chosen == pytest.approx(lowest, rel=1e-9)
    assert (cheapest(models, volumes, 24) == said).mean() > 0.999


if __name__ == "__main__":
    looked, found = disagreements(int(sys.argv[2]) if len(sys.argv) > 2 else 1, int(sys.argv[1]))
    print(f"{looked:,} volumes, {len(found)} disagreements")

"""What rounding may not change: a band, a whole number of GPUs, a figure for being one of many.

The first two are held against exact fractions.
"""

import math
from dataclasses import fields
from fractions import Fraction
from itertools import pairwise
from random import Random

import numpy as np

from bbxl.model.breakeven import bands
from bbxl.model.cost import CostModel
from bbxl.model.drivers import TCOComponents
from bbxl.model.pricing import gpus_needed
from bbxl.model.projection import Projection
from bbxl.model.quantities import quantities_of


def lines_that_start_together(draw):
    """Up to five lines whose costs at zero volume are the same sum, split in another way each.

    In decimals they are equal; in binary a few are a hair apart, to either side.
    """
    months, total = draw.choice([7, 12, 36]), draw.randrange(1, 1000)
    lines = {}
    for i in range(draw.randint(2, 5)):
        part = draw.randrange(total + 1)  # of tenths, paid at the start
        upfront, fixed = part * months / 10, (total - part) / 10
        lines[f"line {i}"] = CostModel(upfront, draw.randrange(1, 6) / 1000, fixed)
    return lines, months


def exact(line, months, volume):
    at_zero = Fraction(line.upfront_cost) / months + Fraction(line.fixed_monthly)
    return at_zero + Fraction(line.cost_per_request) * Fraction(volume)


def test_bands_of_lines_that_start_together():
    for seed in range(500):
        lines, months = lines_that_start_together(Random(seed))
        found = bands(lines, months)
        assert (found[0].start, found[-1].end) == (0, math.inf), seed
        assert [band.end for band in found[:-1]] == [band.start for band in found[1:]], seed
        assert all(band.start < band.end for band in found), seed
        flattest = min(line.cost_per_request for line in lines.values())
        assert lines[found[-1].cheapest].cost_per_request == flattest, seed
        for low, high in pairwise([0.0, *(band.end for band in found[:-1]), 1e9]):
            (band,) = [each for each in found if each.start <= low < each.end]
            for volume in (low, (low + high) / 2):
                cost = {name: exact(line, months, volume) for name, line in lines.items()}
                lowest = min(cost.values())
                assert cost[band.cheapest] <= lowest * (1 + Fraction(1, 10**13)), (seed, volume)


def test_no_gpu_is_bought_for_rounding_and_none_is_left_out():
    """Loads that fill k GPUs to the last request, and loads a millionth of one above that."""
    draw, loads = Random(1), []
    for k in [*range(1, 200), *(draw.randrange(1, 10**6) for _ in range(2000))]:
        rate, peak = Fraction(draw.randrange(1, 500), 10), Fraction(draw.randrange(10, 60), 10)
        share = Fraction(draw.randrange(1, 101), 100)
        capacity = 730 * 3600 * rate * share / peak
        loads.append((k * capacity, (k + Fraction(1, 10**5)) * capacity, rate, peak, share, k))
    full, above, rate, peak, share, k = np.array(loads, dtype=float).T
    assert gpus_needed(full, rate, peak, share).tolist() == k.tolist()
    assert gpus_needed(above, rate, peak, share).tolist() == (k + 1).tolist()


def test_one_scenario_costs_to_the_last_digit_what_it_costs_among_many():
    drawn = np.random.default_rng(1).uniform(0, 1000, (len(fields(TCOComponents)) + 1, 300))
    for at, (name, kind) in enumerate(quantities_of(TCOComponents).items()):
        small = drawn[at] / (1001 if kind.maximum > 0 else -1001)
        drawn[at] = kind.nearest(small if kind.maximum <= 1 else drawn[at])
        assert drawn[at].any(), name
    many, volumes = TCOComponents(*drawn[:-1]), drawn[-1]
    tco, present = many.tco(volumes), Projection(36, 0.1).present_cost(many, volumes)
    for i, (*row, volume) in enumerate(drawn.T.tolist()):
        one = TCOComponents(*row)
        found = one.tco(volume)
        assert found.breakdown == {name: each[i] for name, each in tco.breakdown.items()}
        assert found.monthly_total == tco.monthly_total[i]
        assert Projection(36, 0.1).present_cost(one, volume) == present[i]

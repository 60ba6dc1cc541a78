"""What bbxl's speed is, as ratios within one run: python tests/benchmarks/run.py

Each pair is run in turn, several times; the medians are divided. A loop is
timed over fewer scenarios and scaled up, and says so.
"""

import math
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
from formulon import Workbook

from bbxl import presets
from bbxl.hosts.names import frame
from bbxl.hosts.names.stored import typed
from bbxl.model.cost import CostModel
from bbxl.model.distributions import Triangular
from bbxl.model.drivers import TCOComponents
from bbxl.model.projection import Projection
from bbxl.model.simulation import simulate

COUNT, LOOPED, FEW, ROUNDS = 1_000_000, 10_000, 1_000, 5
LINEAR = list(TCOComponents.table.drivers)[:10]  # those of an approach without units


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turn(
    slow: Callable[[], object], fast: Callable[[], object], rounds: int = ROUNDS
) -> tuple[float, float]:
    """Median seconds of each, run alternately."""
    pairs = [(timed(slow), timed(fast)) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def broadcast(what: str, loop: Callable[[], object], call: Callable[[], object]) -> None:
    looped, called = in_turn(loop, call)
    looped *= COUNT / LOOPED
    print(
        f"{what}: one broadcast call is {looped / called:,.0f} times as fast "
        f"(medians of {ROUNDS}: {called:.3f} s, and {looped:.1f} s scaled up from {LOOPED:,})"
    )


def breakevens() -> None:
    draws = np.random.default_rng(1)
    upfront = draws.uniform(0, 1e6, (2, COUNT))
    price = draws.uniform(0, 0.01, (2, COUNT))

    def loop() -> list[object]:
        few = [each[:, :LOOPED].tolist() for each in (upfront, price)]
        return [
            CostModel(a, p).breakeven(CostModel(b, q))
            for a, b, p, q in zip(*few[0], *few[1], strict=True)
        ]

    def call() -> object:
        return CostModel(upfront[0], price[0]).breakeven(CostModel(upfront[1], price[1]))

    def plain_loop() -> list[object]:
        """The same formula written out for floats, without the dataclasses."""
        few = [each[:, :LOOPED].tolist() for each in (upfront, price)]
        crossings = [
            ((b - a) / 12 / (p - q) if p != q else -1.0)
            for a, b, p, q in zip(*few[0], *few[1], strict=True)
        ]
        return [n if n >= 0 else float("nan") for n in crossings]

    for each in (loop, plain_loop):
        assert np.allclose(each(), call()[:LOOPED], rtol=1e-12, equal_nan=True)
    broadcast(f"{COUNT:,} breakevens, against a loop over the dataclasses", loop, call)
    broadcast(f"{COUNT:,} breakevens, against a loop of bare arithmetic", plain_loop, call)


def tcos(units: bool = False) -> None:
    draws = np.random.default_rng(1)
    fields = dict(zip(LINEAR, draws.uniform(0, 1000, (10, 3, COUNT)), strict=True))
    volume = draws.uniform(0, 1e7, COUNT)
    if units:
        fields |= {"unit_monthly": draws.uniform(0, 5000, (3, COUNT)),
                   "unit_capacity": draws.uniform(1e5, 1e7, (3, COUNT))}  # fmt: skip

    def loop() -> list[object]:
        few = {name: each[:, :LOOPED].tolist() for name, each in fields.items()}
        return [
            [
                TCOComponents(**{name: each[approach][i] for name, each in few.items()})
                .tco(n)
                .monthly_total
                for approach in range(3)
            ]
            for i, n in enumerate(volume[:LOOPED].tolist())
        ]

    def call() -> object:
        return TCOComponents(**fields).tco(volume).monthly_total

    assert np.allclose(np.transpose(loop()), call()[:, :LOOPED], rtol=1e-12)
    what = f"{COUNT:,} TCOs of three approaches{' with units' * units}"
    broadcast(f"{what}, against a loop over the dataclasses", loop, call)


def simulation(units: bool = False) -> None:
    preset = presets.load("customer-support-classifier").approaches
    estimates = {name: {k: each[k] for k in LINEAR} for name, each in preset.items()}
    if units:
        rented = {"unit_monthly": 1750, "unit_capacity": 100_000}
        estimates = {name: {**each, **rented} for name, each in estimates.items()}
    approaches = {name: TCOComponents(**each) for name, each in estimates.items()}
    projection, factor = Projection(36, annual_rate=0.1), Triangular(0.8, 1, 1.2)

    def loop() -> list[float]:
        """The same in plain Python: draw by draw, approach by approach, month by month."""
        draw, costs, cheapest = random.Random(1).triangular, [], [0, 0, 0]
        crossings: list[list[float]] = [[], [], []]
        for _ in range(FEW):
            volume, drawn = 2e6 * draw(0.8, 1.2, 1), []
            for estimate in estimates.values():
                a = {name: value * draw(0.8, 1.2, 1) for name, value in estimate.items()}
                rate = a["engineer_hourly_rate"]
                start = a["initial_dev_hours"] * rate
                start += a["data_labeling_cost"] + a["training_compute_cost"]
                slope = 0.0
                hours = (
                    a["monthly_maintenance_hours"]
                    + a["incident_response_hours_monthly"]
                    + a["compliance_audit_hours_monthly"]
                )
                for month in range(1, 37):
                    factor = 1.1 ** (-month / 12)
                    fixed = a["infrastructure_monthly"] + a["monitoring_tooling_monthly"]
                    start += (fixed + hours * rate) * factor
                    slope += a["api_cost_per_request"] * factor
                    if units:
                        needed = math.ceil(volume / a["unit_capacity"])
                        start += a["unit_monthly"] * needed * factor
                drawn.append((start + slope * volume, start, slope))
            costs.append([cost for cost, _, _ in drawn])
            cheapest[costs[-1].index(min(costs[-1]))] += 1
            for found, (i, j) in zip(crossings, ((0, 1), (0, 2), (1, 2)), strict=True):
                if drawn[i][2] != drawn[j][2]:
                    found.append((drawn[j][1] - drawn[i][1]) / (drawn[i][2] - drawn[j][2]))
        for values in (*zip(*costs, strict=True), *crossings):
            statistics.quantiles(values, n=10)
        return [statistics.fmean(each) for each in zip(*costs, strict=True)]

    def call() -> list[float]:
        return simulate(approaches, 2e6, projection, factor, COUNT).mean.tolist()

    assert np.allclose(loop(), call(), rtol=0.02)
    looped, called = in_turn(loop, call)
    looped *= COUNT / FEW
    what = f"{COUNT:,} draws x 3 approaches x 36 months{' with units' * units}"
    print(
        f"{what}: {looped / called:,.0f} times as fast as a "
        f"plain loop (medians of {ROUNDS}: {called:.2f} s, and {looped:.0f} s scaled up from "
        f"{FEW:,})"
    )
    code = (
        "import re, sys; from bbxl.worksheet import REGISTRY as r; "
        "from bbxl.model.simulation import simulate; from bbxl.model.projection import Projection; "
        "from bbxl.model.distributions import Triangular; "
        "from bbxl.worksheet.tables import Approaches; "
        "t = Approaches.from_cells(r['BB_PRESET']('customer-support-classifier')); "
        "simulate(t.each(), 2e6, Projection(36), Triangular(.8, 1, 1.2), int(sys.argv[1])); "
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    for draws in (10**5, 10**7):
        peak = subprocess.run(
            [sys.executable, "-c", code, str(draws)], check=True, capture_output=True, text=True
        )
        mebibytes = int(peak.stdout) / 1024
        print(f"peak memory of a process that makes {draws:,} draws: {mebibytes:.0f} MiB")


def names() -> None:
    """A name's LAMBDA against the formula that a person would type in its place."""
    book, calls = Workbook.create_default(), 100
    for name, formula in frame.names().items():
        book.set_defined_name(name, typed(formula))

    def asked(formula: str) -> Callable[[], object]:
        return lambda: [book.evaluate_formula_array(0, 0, 0, formula) for _ in range(calls)]

    table = 'BB_PRESET("customer-support-classifier")'
    for named, bare in (
        ("=BB_BREAKEVEN(50000,0.002,250000,0.0002)", "=(250000-50000)/12/(0.002-0.0002)"),
        (f"=INDEX(BB_TCO({table},2000000),1)", "=200+0.001*2000000+25*150+160*150/12+8*150+500"),
    ):
        values = [book.evaluate_formula_array(0, 0, 0, each)[0][0].number for each in (named, bare)]
        assert np.allclose(*values, rtol=1e-12)
        slow, fast = in_turn(asked(named), asked(bare))
        print(
            f"{named} as a name in formulon takes {slow / fast:,.1f} times as long as the bare "
            f"formula (medians of {ROUNDS}: {slow / calls * 1e3:.2f} ms a call)"
        )


def start_up() -> None:
    cached = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def python(code: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", code], check=True, env=cached)

    python("import bbxl.udfs")()  # compiles what is new
    bare, ours = in_turn(python("import numpy, xlwings"), python("import bbxl.udfs"), rounds=41)
    print(
        f"import bbxl.udfs takes {ours / bare:.2f} times as long as import numpy, xlwings "
        f"(medians of 41 whole processes: {ours:.3f} s and {bare:.3f} s)"
    )


if __name__ == "__main__":
    breakevens()
    tcos()
    tcos(units=True)
    simulation()
    simulation(units=True)
    names()
    start_up()

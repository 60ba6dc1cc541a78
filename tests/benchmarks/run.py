"""What bbxl's speed is, as ratios within one run: python tests/benchmarks/run.py

Each pair is run in turn, several times; the medians are divided. A loop is
timed over fewer scenarios and scaled up, and says so.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from bbxl.cost import CostModel, TCOComponents

COUNT, LOOPED, ROUNDS = 1_000_000, 10_000, 5


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


def tcos() -> None:
    draws = np.random.default_rng(1)
    fields = draws.uniform(0, 1000, (10, 3, COUNT))
    volume = draws.uniform(0, 1e7, COUNT)

    def loop() -> list[object]:
        few, volumes = fields[:, :, :LOOPED].tolist(), volume[:LOOPED].tolist()
        return [
            [
                TCOComponents(*(field[approach][i] for field in few)).tco(n).monthly_total
                for approach in range(3)
            ]
            for i, n in enumerate(volumes)
        ]

    def call() -> object:
        return TCOComponents(*fields).tco(volume).monthly_total

    assert np.allclose(np.transpose(loop()), call()[:, :LOOPED], rtol=1e-12)
    broadcast(
        f"{COUNT:,} TCOs of three approaches, against a loop over the dataclasses", loop, call
    )


def start_up() -> None:
    cached = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def python(code: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", code], check=True, env=cached)

    python("import bbxl.udfs")()  # compiles what is new
    bare, ours = in_turn(python("import numpy, xlwings"), python("import bbxl.udfs"), rounds=25)
    print(
        f"import bbxl.udfs takes {ours / bare:.2f} times as long as import numpy, xlwings "
        f"(medians of 25 whole processes: {ours:.3f} s and {bare:.3f} s)"
    )


if __name__ == "__main__":
    breakevens()
    tcos()
    start_up()

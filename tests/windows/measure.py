"""Prints what a call through the add-in costs under Wine, as ratios to the function alone.

The best of several runs each, so that other work on the machine counts less.

python tests/windows/measure.py
"""

import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from pyopenvba.interpreter import VBARuntimeError
from windows import prefix
from windows.excel import ExcelOnWindows
from windows.wine import Windows

PARTS = (
    "function alone",
    "... for xlwings",
    "... through xlwings",
    "... over COM: a call",
    "activation",
    "registry",
)
GIVEN = (50_000.0, 0.002, 250_000.0, 0.0002)
INSIDE = f"""
from time import perf_counter
from bbxl.udfs import BB_BREAKEVEN
from bbxl.worksheet import REGISTRY
from xlwings.com_server import XLPython

calls = [
    lambda: REGISTRY["BB_BREAKEVEN"](*{GIVEN}),
    lambda: BB_BREAKEVEN(*([[each]] for each in {GIVEN})),
    lambda: XLPython().CallUDF("bbxl.udfs", "BB_BREAKEVEN", {GIVEN}),
]
best = [1.0] * len(calls)
for _ in range(100):
    for i, call in enumerate(calls):
        begun = perf_counter()
        for _ in range(10):
            call()
        best[i] = min(best[i], (perf_counter() - begun) / 10)
print(*(1000 * each for each in best))
"""


def main():
    with tempfile.TemporaryDirectory() as folder, prefix.copy(prefix.ready()) as root:
        windows = Windows(root, Path(folder))
        excel = ExcelOnWindows(windows, Path(folder))
        begun = time.perf_counter()
        excel.call("BB_VERSION")
        start = 1000 * (time.perf_counter() - begun)
        command, call = excel.dll.commands[-1], ("bbxl.udfs", "BB_BREAKEVEN", list(GIVEN))
        rounds = []
        for _ in range(5):  # in turn, so that a busy machine slows all of them
            inside = map(float, windows.python("-c", INSIDE).stdout.split())
            called = min(excel.caller.milliseconds(10, *call) for _ in range(50))
            activated = _each(lambda: excel.caller.activate(command))
            rounds.append([*inside, called, activated, _each(lambda: _asked(excel.shell))])
        excel.close()
    best = list(map(min, zip(*rounds, strict=True)))
    one = best[0]
    print(f"start-up, once          {start:8.0f} ms  {start / one:8.0f} times the function")
    for name, taken in zip(PARTS, best, strict=True):
        print(f"{name:24}{taken:8.3f} ms  {taken / one:8.2f} times the function")


def _each(action, times=100):
    begun = time.perf_counter()
    for _ in range(times):
        action()
    return 1000 * (time.perf_counter() - begun) / times


def _asked(shell):
    with suppress(VBARuntimeError):  # it is not set here
        shell.RegRead(r"HKCU\Software\bbxl\Python")


if __name__ == "__main__":
    main()

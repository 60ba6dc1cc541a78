"""Prints what a call through the add-in costs under Wine, as ratios to the function alone.

python tests/windows/measure.py
"""

import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from pyopenvba.interpreter import VBARuntimeError
from windows import prefix
from windows.excel import ExcelOnWindows
from windows.wine import Windows

GIVEN = (50_000.0, 0.002, 250_000.0, 0.0002)
ALONE = f"""
from statistics import median
from time import perf_counter
from bbxl.worksheet import REGISTRY
function = REGISTRY["BB_BREAKEVEN"]
taken = []
for _ in range(2000):
    begun = perf_counter()
    function(*{GIVEN})
    taken.append(perf_counter() - begun)
print(1000 * median(taken))
"""


def main():
    with tempfile.TemporaryDirectory() as folder, prefix.copy(prefix.ready()) as root:
        windows = Windows(root, Path(folder))
        excel = ExcelOnWindows(windows, Path(folder))
        begun = time.perf_counter()
        excel.call("BB_VERSION")
        start = 1000 * (time.perf_counter() - begun)
        command, call = excel.dll.commands[-1], ("bbxl.udfs", "BB_BREAKEVEN", list(GIVEN))
        alone, called, activated, read = [], [], [], []
        for _ in range(5):  # in turn, so that a busy machine slows all of them
            alone.append(float(windows.python("-c", ALONE).stdout))
            called.append(excel.caller.milliseconds(300, *call))
            activated.append(_each(lambda: excel.caller.activate(command)))
            read.append(_each(lambda: _asked(excel.shell)))
        excel.close()
    one = median(alone)
    print(f"function alone      {one:8.3f} ms")
    print(f"start-up, once      {start:8.0f} ms  {start / one:8.0f} times the function")
    for name, taken in [("CallUDF", called), ("activation", activated), ("registry", read)]:
        print(f"{name:20}{median(taken):8.3f} ms  {median(taken) / one:8.1f} times the function")


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

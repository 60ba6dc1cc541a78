"""Runs tests of the other folders under Wine's Windows Python, and prints how many passed.

python tests/windows/suite.py [FOLDER ...]

It also has all tests of the suite collected there.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from windows import prefix
from windows.wine import Windows, as_windows

ALL = "tests"  # which are collected, not run
FOLDERS = ("tests/batch", "tests/xlsx", "tests/test_cli.py", "tests/hosts/excel")
DASK = "Dask's event loop waits for ever"
NOT_UNDER_WINE = {  # the beginning of a test's name, and why wine 8 cannot run it
    "tests/batch/test_run.py::test_a_dask_cluster_loses_a_worker_and_no_workbook": DASK,
    "tests/batch/test_run.py::test_mistakes_are_told_in_a_line[dask]": DASK,
    "tests/hosts/excel/test_install.py::test_a_python_without_bbxl_says_so": (
        "the Python that is put together here makes no environments"
    ),
}
AS_IT_SHOULD = rf"\d+ passed|tests collected \({len(NOT_UNDER_WINE)} deselected"
LIMIT = 600  # seconds, about three times what the slowest of them takes


def main():
    """The number of folders in which a test failed, or none passed."""
    chosen = sys.argv[1:] or [*FOLDERS, ALL]
    packages = prefix.packages_of_tests()
    with tempfile.TemporaryDirectory() as folder, prefix.copy(prefix.ready()) as root:
        windows = Windows(root, Path(folder))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            failed = list(pool.map(lambda each: run(windows, packages, each), chosen))
    return sum(failed)


def run(windows, packages, folder):
    """Whether it failed; prints what pytest says of it."""
    begun = time.monotonic()
    process = windows.start(
        windows.interpreter,
        *("-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", folder),
        *(f"--basetemp=C:\\{Path(folder).stem}",),
        *(["--collect-only"] if folder == ALL else []),
        *(f"--deselect={test}" for test in NOT_UNDER_WINE),
        cwd=prefix.REPOSITORY,
        environment={"PYTHONPATH": f"{windows.pythonpath};{as_windows(packages)}", "CI": ""},
    )
    try:
        told = process.communicate(timeout=LIMIT)[0].decode(errors="replace").strip()
    except subprocess.TimeoutExpired:
        process.kill()
        told = f"no end within {LIMIT} s"
    passed = process.returncode == 0 and re.search(AS_IT_SHOULD, told)
    if not passed:
        print(told, flush=True)
    last = told.splitlines()[-1] if told else "nothing"
    print(f"{folder}: {last}; {time.monotonic() - begun:.0f} s under Wine", flush=True)
    return not passed


if __name__ == "__main__":
    sys.exit(main())

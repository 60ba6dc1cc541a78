"""What filling workbooks costs, as ratios within one run: python tests/benchmarks/batch.py

The ways are run in turn, a few files each, several times; medians a file are
divided. Two workbooks: the tests' plan (1,540 formulas, 154 inputs, 3 charts)
and the comparison template (some 3,600 formulas, of which some call BB_
functions). Twelve inputs are set in each, other ones in each file.

Once thousands of files were deleted, ext4 takes ten times as long to make a
new one, for some minutes: wait, or measure in memory with TMPDIR=/dev/shm.
"""

import gc
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import openpyxl

from bbxl.batch.checking import Scenario
from bbxl.batch.fill import TOGETHER, Job
from bbxl.batch.template import Template
from bbxl.batch.work import fill, filler
from bbxl.hosts.libreoffice import program
from bbxl.workbooks import library
from bbxl.xlsx import archive

sys.path.insert(0, str(Path(__file__).parent.parent / "batch"))
import plan

ROUNDS, FILES, CONVERTED = 5, 100, 4
PLAN = [
    "requests_per_month", "months", "annual_rate", "volume_growth",
    *(f"{field}_{i}" for field in ("infrastructure_monthly", "api_cost_per_request",
                                   "initial_dev_hours", "data_labeling_cost") for i in (1, 2)),
]  # fmt: skip
COMPARISON = [
    "requests_per_month", "months", "annual_rate", "volume_growth",
    *(f"approach_{i}_{field}" for field in ("infrastructure_monthly", "api_cost_per_request",
                                            "initial_dev_hours", "data_labeling_cost")
      for i in (1, 2)),
]  # fmt: skip

Way = Callable[[int], Callable[[], None]]
"""Prepares so many files, and gives what makes them."""


class Ways:
    """The ways to fill one workbook."""

    def __init__(self, path: Path, columns: Sequence[str], folder: Path) -> None:
        self.path, self.folder = path, folder
        template = Template(path)
        self.inputs = [template.input(column) for column in columns]
        cells = tuple(each.cell for each in self.inputs)
        moment = datetime.now(UTC)
        self.bare, self.computed = (
            Job(template.data, "", cells, (), compute, moment, True) for compute in (False, True)
        )
        self.drawn = 0

    def scenario(self) -> Scenario:
        """Other values each time, all of them possible; a file that is not there yet."""
        self.drawn += 1
        months = 12.0 + self.drawn % 24
        first = 1e5 + 1e3 * self.drawn, months, 0.001 * (self.drawn % 90), 0.01 * (self.drawn % 50)
        rest = (10.0 + self.drawn + i for i in range(len(self.inputs) - 4))
        return Scenario("", f"{self.path.stem}-{self.drawn}.xlsx", (), (*first, *rest))

    def by_library(self, module: ModuleType, **options: bool) -> Way:
        """Load, set, save."""

        def prepared(count: int) -> Callable[[], None]:
            scenarios = [self.scenario() for _ in range(count)]

            def fill() -> None:
                for i, scenario in enumerate(scenarios):
                    book = module.load_workbook(self.path, **options)
                    for each, value in zip(self.inputs, scenario.values, strict=True):
                        sheet, at = each.cell
                        book[sheet].cell(*at).value = value
                    book.save(self.folder / f"library-{i}.xlsx")

            return fill

        return prepared

    def by_bbxl(self, job: Job, compression: ModuleType = archive.fast) -> Way:
        """What a worker of a batch does: fill, take the checksum, write whole or not at all."""

        def prepared(count: int) -> Callable[[], None]:
            scenarios = [self.scenario() for _ in range(count)]
            archive.fast = compression
            filler(job).file(self.scenario().values)  # made ready, as a run of thousands is

            def fill_all() -> None:
                for first in range(0, count, job.together):
                    some = scenarios[first : first + job.together]
                    done = fill(job, str(self.folder), some)
                    assert len([each for each in done.outcomes if each.sha256]) == len(some)

            return fill_all

        return prepared

    def by_write(self) -> Way:
        """The same bytes, ready, through write() alone."""
        data = filler(self.bare).file(self.scenario().values).data

        def prepared(count: int) -> Callable[[], None]:
            paths = [str(self.folder / self.scenario().file) for _ in range(count)]

            def write() -> None:
                for path in paths:
                    with open(path, "wb") as file:
                        file.write(data)

            return write

        return prepared

    def by_libreoffice(self) -> Way | None:
        """What openpyxl saved, computed by LibreOffice: one start for all files."""
        try:
            soffice = program.find().soffice
        except program.LibreOfficeError:
            print("no LibreOffice here: not measured against it")
            return None
        saved = self.by_library(openpyxl)
        environment = program.outside_environment(os.environ)
        profile = f"-env:UserInstallation={(self.folder / 'profile').as_uri()}"

        def prepared(count: int) -> Callable[[], None]:
            save = saved(count)
            files = [self.folder / f"library-{i}.xlsx" for i in range(count)]
            command = [soffice, profile, "--headless", "--convert-to", "xlsx"]

            def compute() -> None:
                save()
                subprocess.run([*command, "--outdir", self.folder / "computed", *files],
                               check=True, capture_output=True, env=environment)  # fmt: skip

            return compute

        prepared(1)()  # makes its profile
        return prepared


def a_file(ways: dict[str, tuple[Way, int]], rounds: int = ROUNDS) -> dict[str, float]:
    """Median seconds a file of each way, run in turn."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for way, _ in ways.values():
        way(2)()
    for _ in range(rounds):
        for name, (way, count) in ways.items():
            make = way(count)
            gc.collect()  # what one way leaves behind, the next one does not clear away
            start = time.perf_counter()
            make()
            taken[name].append((time.perf_counter() - start) / count)
    return {name: statistics.median(each) for name, each in taken.items()}


def filling(what: str, path: Path, columns: Sequence[str], folder: Path) -> None:
    ways = Ways(path, columns, folder)
    fast = archive.fast
    compared: dict[str, tuple[Way, int]] = {
        "openpyxl load + set + save": (ways.by_library(openpyxl), 1),
        "no values, standard library": (ways.by_bbxl(ways.bare, zlib), FILES),
        "values, standard library": (ways.by_bbxl(ways.computed, zlib), TOGETHER),
        "write() of the same bytes": (ways.by_write(), FILES),
    }
    if fast is not zlib:
        compared["no values, isal"] = (ways.by_bbxl(ways.bare, fast), FILES)
        compared["values, isal"] = (ways.by_bbxl(ways.computed, fast), TOGETHER)
    else:
        print("isal is not installed: not measured with it")
    if importlib.util.find_spec("wolfxl"):
        import wolfxl

        compared["wolfxl load + set + save"] = (ways.by_library(wolfxl, modify=True), 5)
    else:
        print("wolfxl is not installed: not measured against it")
    found = a_file(compared)
    computing = ways.by_libreoffice()
    if computing:
        found |= a_file({"openpyxl + LibreOffice": (computing, CONVERTED)}, rounds=2)
    print(f"\n{what}, milliseconds a file, medians of {ROUNDS}:")
    for name, seconds in sorted(found.items(), key=lambda each: -each[1]):
        print(f"  {1000 * seconds:9.3f}  {name}")
    for name, seconds in found.items():
        if "values" in name:
            others = [other for other in found if "values" not in other]
            shown = ", ".join(f"{found[other] / seconds:,.2f} x {other}" for other in others)
            print(f"  {name}: as fast as {shown}")


def running(folder: Path) -> None:
    """Whole runs of the command: two processes against one, memory of few against many."""
    table = folder / "scenarios.csv"

    def run(name: str, count: int, *options: str) -> tuple[float, float]:
        rows = (f"{1000 * i},{1 + i % 60},{i % 30 / 100}" for i in range(count))
        table.write_text("requests_per_month,months,annual_rate\n" + "\n".join(rows))
        code = (
            "import re, sys; from bbxl.cli import main; main(sys.argv[1:]); "
            "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
        )
        line = [sys.executable, "-c", code, "batch", str(table), "--quiet", "--overwrite", "--out"]
        start = time.perf_counter()
        done = subprocess.run(
            [*line, folder / name, *options], check=True, capture_output=True, text=True
        )
        return time.perf_counter() - start, int(done.stdout.split()[-1]) / 1024

    few, many = 100, 1500
    pairs = [(run("one", many), run("two", many, "--workers", "2")) for _ in range(2)]
    start = [run(name, few, *more)[0] for name, more in (("s1", ()), ("s2", ("--workers", "2")))]
    one, two = (statistics.median(pair[i][0] for pair in pairs) for i in (0, 1))
    print(
        f"\n{many:,} comparisons with values: two processes take {one / two:.2f} times less than "
        f"one ({two:.1f} s and {one:.1f} s), {(one - start[0]) / (two - start[1]):.2f} times less "
        f"without what the first {few} take ({start[1]:.1f} s and {start[0]:.1f} s)"
    )
    for options, counts in ((("--no-values",), (100, 3000)), ((), (250, 1500))):
        peaks = [run("memory", count, *options)[1] for count in counts]
        told = " and ".join(
            f"{peak:.0f} MiB for {n:,}" for n, peak in zip(counts, peaks, strict=True)
        )
        print(f"peak memory {' '.join(options) or 'with values'}: {told}")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filling("The plan", plan.plan(folder / "plan.xlsx"), PLAN, folder)
        filling("The comparison", library.folder() / "build-vs-buy.xlsx", COMPARISON, folder)
        running(folder)


if __name__ == "__main__":
    main()

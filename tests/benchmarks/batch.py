"""What filling workbooks costs, as ratios within one run: python tests/benchmarks/batch.py

The ways are run in turn, a few files each, several times; medians a file are
divided. Two workbooks: the tests' plan (1,540 formulas, 154 inputs, 3 charts)
and the comparison template (some 3,600 formulas, of which some call BB_
functions). Twelve inputs are set in each, other ones in each file.

Once thousands of files were deleted, ext4 without a journal takes ten times as
long to make a new one, for some minutes: wait, or measure in memory with
TMPDIR=/dev/shm.
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
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import openpyxl

from bbxl.batch.filling.filler import TOGETHER, Job
from bbxl.batch.filling.work import fill, filler
from bbxl.batch.reading.checking import Scenario
from bbxl.batch.template.inputs import Template
from bbxl.engine.calculation import recalculate
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
    packers = {"standard library": zlib, "isal": fast}
    if fast is zlib:
        del packers["isal"]
        print("isal is not installed: not measured with it")
    compared: dict[str, tuple[Way, int]] = {
        "openpyxl load + set + save": (ways.by_library(openpyxl), 1),
        "write() of the same bytes": (ways.by_write(), FILES),
    }
    for values, job, count in (
        ("no values", ways.bare, FILES),
        ("values", ways.computed, TOGETHER),
    ):
        for name, packer in packers.items():
            compared[f"{values}, {name}"] = ways.by_bbxl(job, packer), count
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

    def run(name: str, count: int, *options: str) -> int:
        """Peak memory of a run, in MiB."""
        table = folder / f"{name}.csv"
        rows = (f"{1000 * i},{1 + i % 60},{i % 30 / 100}" for i in range(count))
        table.write_text("requests_per_month,months,annual_rate\n" + "\n".join(rows))
        code = (
            "import re, sys; from bbxl.cli import main; main(sys.argv[1:]); "
            "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
        )
        line = [sys.executable, "-c", code, "batch", str(table), "--quiet", "--overwrite", "--out"]
        done = subprocess.run(
            [*line, folder / name, *options], check=True, capture_output=True, text=True
        )
        return int(done.stdout.split()[-1]) // 1024

    def at_once(halves: int) -> None:
        with ThreadPoolExecutor(2) as both:
            list(both.map(run, ("half", "other half"), (halves, halves)))

    many = 1500
    ways: dict[str, Callable[[], object]] = {
        "one process": lambda: run("one", many),
        "two processes": lambda: run("two", many, "--workers", "2"),
        "two commands, half of them each": lambda: at_once(many // 2),
        "one process, the first 100": lambda: run("one", 100),
        "two processes, the first 100": lambda: run("two", 100, "--workers", "2"),
    }
    found = dict[str, float]()
    for name, go in ways.items():
        start = time.perf_counter()
        go()
        found[name] = time.perf_counter() - start
    print(f"\n{many:,} comparisons with values, seconds:")
    for name, seconds in found.items():
        print(f"  {seconds:6.1f}  {name}")
    one, two, apart, one_begun, two_begun = found.values()
    print(
        f"  two processes are {one / two:.2f} times as fast as one, "
        f"{(one - one_begun) / (two - two_begun):.2f} times after the first 100; "
        f"two commands, which know nothing of each other, {one / apart:.2f} times"
    )
    for options, counts in ((("--no-values",), (100, 3000)), ((), (250, 1000))):
        peaks = [f"{run('memory', count, *options)} MiB for {count:,}" for count in counts]
        print(f"peak memory {' '.join(options) or 'with values'}: {' and '.join(peaks)}")


def recalculating(folder: Path) -> None:
    """Recalculation of more and more formulas: the time for each must stay the same."""
    path, taken = folder / "recalculated.xlsx", dict[int, float]()
    for count in (12_500, 50_000):
        book = openpyxl.Workbook()
        for row in range(1, count + 1):
            book.active.append([row, f"=A{row}*2+SUM(A{row}:A{row})"])
        book.save(path)
        start = time.process_time()
        recalculate(path)
        taken[count] = time.process_time() - start
    few, many = taken
    ratio = taken[many] / many / (taken[few] / few)
    print(f"\nrecalculating {few:,} formulas: {taken[few]:.1f} s of CPU; {many:,}: "
          f"{taken[many]:.1f} s, {ratio:.2f} times as long for each")  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filling("The plan", plan.plan(folder / "plan.xlsx"), PLAN, folder)
        filling("The comparison", library.folder() / "build-vs-buy.xlsx", COMPARISON, folder)
        running(folder)
        recalculating(folder)


if __name__ == "__main__":
    main()

"""Running a batch: whole files, the same bytes however they were made, nothing lost."""

import csv
import errno
import os
import re
import signal
import subprocess
import sys
import zipfile
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from hashlib import sha256
from io import BytesIO
from multiprocessing import get_context
from tempfile import TemporaryDirectory

import openpyxl
import plan
import psutil
import pytest

from bbxl.batch import generate
from bbxl.batch.filling.filler import Filler, Job
from bbxl.batch.reading.scenarios import ScenarioError
from bbxl.batch.reporting.record import NAME as RECORD
from bbxl.batch.reporting.survey import words
from bbxl.batch.template.inputs import Template
from bbxl.cli import main
from bbxl.errors import UserError
from bbxl.xlsx import WorkbookError

ATTACK = "=cmd|' /C calc'!A1"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return plan.plan(tmp_path_factory.mktemp("plan") / "plan.xlsx")


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(Job, "together", 3)


def scenarios(count):
    return [
        {"scenario": f"S{i}", "requests_per_month": 1e4 * i, "months": 12 + i % 24, "note": ATTACK}
        for i in range(count)
    ]


def written(folder):
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_run_writes_workbooks_and_their_lists(template, tmp_path):
    made = generate(template, scenarios(7), tmp_path / "out")
    assert (made.files, made.faults) == (7, [])
    files = written(tmp_path / "out")
    assert sorted(files) == sorted([*(f"S{i}.xlsx" for i in range(7)), "manifest.csv",
                                    "portfolio.xlsx"])  # fmt: skip
    rows = table(made.manifest)
    assert [row["file"] for row in rows] == [f"S{i}.xlsx" for i in range(7)]
    portfolio = openpyxl.load_workbook(made.portfolio)["Scenarios"]
    values = openpyxl.load_workbook(made.portfolio, data_only=True)["Scenarios"]
    heading = [cell.value for cell in values[2]]
    for i, row in enumerate(rows):
        data = files[row["file"]]
        assert sha256(data).hexdigest() == row["sha256"]
        book = openpyxl.load_workbook(BytesIO(data), data_only=True)
        assert book["Inputs"]["B1"].value == float(row["requests_per_month"]) == 1e4 * i
        assert row["note"] == f"'{ATTACK}"
        shown = dict(zip(heading, [cell.value for cell in values[i + 3]], strict=True))
        assert shown["Workbook"] == row["file"]
        assert portfolio.cell(i + 3, 1).value == f'=HYPERLINK("S{i}.xlsx")'
        note = portfolio.cell(i + 3, heading.index("Note") + 1)
        assert (note.value, note.data_type) == (ATTACK, "s")
        for name, (sheet, (r, c)) in Template(template).outputs.items():
            stored = book[sheet].cell(r, c).value
            exact = not isinstance(stored, float)  # XlsxWriter writes 16 digits
            assert shown[words(name)] == (stored if exact else pytest.approx(stored, rel=1e-15))
            said = {True: "TRUE", False: "FALSE"}.get(stored, str(stored))
            assert row[name] == said or float(row[name]) == stored


def test_libreoffice_reads_the_portfolio_as_it_is_stored(template, tmp_path, calc):
    made = generate(template, scenarios(9), tmp_path / "out")
    with calc.open(made.portfolio) as document:
        computed = document.sheets()
    stored = openpyxl.load_workbook(made.portfolio, data_only=True)
    for sheet in stored:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    assert computed[sheet.title][cell.row - 1][cell.column - 1] == cell.value


def test_the_same_bytes_whoever_works(template, tmp_path, monkeypatch):
    once = tmp_path / "once"
    generate(template, scenarios(20), once)
    generate(template, scenarios(20), tmp_path / "processes", workers=2)
    monkeypatch.setattr(Job, "together", 2)
    with ThreadPoolExecutor(4) as executor:  # threads share all but the template made ready
        generate(template, scenarios(20), tmp_path / "executor", executor=executor)
    monkeypatch.setattr(Job, "together", 1000)
    generate(template, scenarios(20), tmp_path / "chunks")
    generate(template, scenarios(20), tmp_path / "chunks", overwrite=True)
    for other in ("processes", "executor", "chunks"):
        assert written(tmp_path / other) == written(once)


def test_without_values_formulas_wait_to_be_computed(template, tmp_path):
    made = generate(template, scenarios(2), tmp_path / "out", values=False)
    book = openpyxl.load_workbook(tmp_path / "out" / "S1.xlsx", data_only=True)
    assert book["Inputs"]["B1"].value == 1e4
    assert book["Summary"]["B1"].value is None
    assert set(table(made.manifest)[0]) == {"file", "sha256", "scenario", "requests_per_month",
                                            "months", "note"}  # fmt: skip


def test_a_bundle_holds_all_of_it_and_is_the_same_each_time(template, tmp_path):
    for name in ("a", "b"):
        bundle = tmp_path / f"{name}.zip"
        made = generate(template, scenarios(3), tmp_path / name, bundle=bundle)
        assert made.bundle == bundle
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {n: archive.read(n) for n in archive.namelist()} == written(tmp_path / "a")


def test_nothing_is_overwritten_unasked(template, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "s1.XLSX").write_bytes(b"mine")
    for name in ("s1.XLSX", "manifest.csv", "portfolio.xlsx"):
        (out / name).write_bytes(b"mine")
        with pytest.raises(UserError, match="there already; --overwrite"):
            generate(template, scenarios(3), out)
        assert written(out) == {name: b"mine"}
        (out / name).unlink()
    with pytest.raises(UserError, match=r"its file would be Portfolio\.xlsx"):
        generate(template, [{"scenario": "Portfolio"}], out)


def test_the_template_and_the_scenarios_are_never_replaced(template, tmp_path):
    mine = tmp_path / "mine.xlsx"
    mine.write_bytes(template.read_bytes())
    (tmp_path / "table.csv").write_text("scenario\nMine\n")
    with pytest.raises(UserError, match=r"line 2: its file would be Mine\.xlsx, a name that"):
        generate(mine, tmp_path / "table.csv", tmp_path, overwrite=True)
    assert mine.read_bytes() == template.read_bytes()


def test_no_file_is_open_when_the_temporary_folder_goes(template, tmp_path, monkeypatch):
    """Windows would not remove it, and would say that in place of what ended the run."""
    (tmp_path / "B.xlsx").mkdir()  # which cannot be replaced by a file
    remove, still_open = TemporaryDirectory.cleanup, []

    def cleanup(folder):
        still_open.extend(each.path for each in psutil.Process().open_files())
        remove(folder)

    monkeypatch.setattr(TemporaryDirectory, "cleanup", cleanup)
    with pytest.raises(UserError, match=r"B\.xlsx"):
        generate(template, [{"scenario": name} for name in "ABC"], tmp_path, overwrite=True)
    assert not [each for each in still_open if each.endswith("scenarios")]


class StoppedError(Exception):
    """What a test stops a run with."""


def stop_after(count):
    def progress(done, total):
        if done >= count:
            raise StoppedError

    return progress


def test_a_run_that_was_stopped_goes_on_to_the_same_bytes(template, tmp_path):
    whole, out = tmp_path / "whole", tmp_path / "out"
    generate(template, scenarios(20), whole)
    with pytest.raises(StoppedError):
        generate(template, scenarios(20), out, progress=stop_after(9))
    assert (out / RECORD).exists()
    assert not (out / "manifest.csv").exists()
    with pytest.raises(UserError, match="unfinished run; --resume goes on"):
        generate(template, scenarios(20), out)
    for other in (scenarios(19), scenarios(20)[::-1]):
        with pytest.raises(UserError, match="another template, other scenarios or options"):
            generate(template, other, out, resume=True)
    with pytest.raises(UserError, match="another template"):
        generate(template, scenarios(20), out, resume=True, values=False)
    # A file that is gone, a record cut off, a stray of a killed worker.
    (out / "S5.xlsx").unlink()
    with (out / RECORD).open("ab") as record:
        record.write(b'["abc')
    (out / ".bbxl-x.part").write_bytes(b"stray")
    seen = []
    generate(template, scenarios(20), out, resume=True, progress=lambda *a: seen.append(a))
    assert written(out) == written(whole)
    assert seen[0] == (8, 20)
    assert seen[-1] == (20, 20)
    with pytest.raises(UserError, match="no unfinished run"):
        generate(template, scenarios(20), out, resume=True)


def test_a_full_disk_is_told_and_loses_nothing(template, tmp_path, monkeypatch):
    whole, out = tmp_path / "whole", tmp_path / "out"
    generate(template, scenarios(10), whole)
    replace, room = os.replace, iter(range(6))  # the record is the first

    def full(source, target):
        if next(room, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UserError, match=r"S5.xlsx: No space left on device; what was written stay"):
        generate(template, scenarios(10), out)
    assert sorted(written(out)) == [RECORD, *(f"S{i}.xlsx" for i in range(5))]
    monkeypatch.setattr(os, "replace", replace)
    generate(template, scenarios(10), out, resume=True)
    assert written(out) == written(whole)


def test_a_scenario_that_fails_stops_the_run_or_is_left_out(template, tmp_path, monkeypatch):
    files = Filler.files

    def failing(self, scenarios):
        for inputs, made in zip(scenarios, files(self, scenarios), strict=True):
            yield WorkbookError("no cell can hold it") if inputs[0] == 3e4 else made

    monkeypatch.setattr(Filler, "files", failing)
    with pytest.raises(UserError, match="row 4: no cell can hold it; what was written stays"):
        generate(template, scenarios(6), tmp_path / "stop")
    left = generate(template, scenarios(6), tmp_path / "skip", on_error="skip")
    assert (left.files, left.faults) == (5, ["row 4: no cell can hold it"])
    assert [row["scenario"] for row in table(left.manifest)] == ["S0", "S1", "S2", "S4", "S5"]
    monkeypatch.setattr(Filler, "files", files)
    generate(template, scenarios(6), tmp_path / "stop", resume=True)
    assert len(table(tmp_path / "stop" / "manifest.csv")) == 6


def test_a_resumed_run_does_not_try_again_what_was_left_out(template, tmp_path, monkeypatch):
    files = Filler.files

    def failing(self, scenarios):
        for inputs, made in zip(scenarios, files(self, scenarios), strict=True):
            yield WorkbookError("no cell can hold it") if inputs[0] == 3e4 else made

    monkeypatch.setattr(Filler, "files", failing)
    with pytest.raises(StoppedError):
        generate(template, scenarios(9), tmp_path, on_error="skip", progress=stop_after(6))
    seen = []
    made = generate(template, scenarios(9), tmp_path, on_error="skip", resume=True,
                    progress=lambda *a: seen.append(a))  # fmt: skip
    assert seen == [(9, 9)]
    assert (made.files, made.faults) == (8, ["row 4: no cell can hold it"])


def test_rows_with_faults_stop_everything_or_are_left_out(template, tmp_path):
    table_ = [*scenarios(3), {**scenarios(1)[0], "scenario": "bad", "months": "many"}]
    with pytest.raises(ScenarioError, match='row 4, months: "many" is not'):
        generate(template, table_, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    made = generate(template, table_, tmp_path / "out", on_error="skip")
    assert made.files == 3
    assert len(made.faults) == 1


def test_files_are_noted_as_they_are_written(template, tmp_path):
    told = []

    def progress(done, total):
        told.append((done, total, len(list((tmp_path / "out").glob("*.xlsx")))))

    generate(template, scenarios(7), tmp_path / "out", progress=progress)
    assert told == [(3, 7, 3), (6, 7, 6), (7, 7, 7)]


def test_a_worker_that_dies_at_once_leaves_nothing(template, tmp_path):
    with (
        ProcessPoolExecutor(1, get_context("spawn"), os._exit, (1,)) as executor,
        pytest.raises(UserError, match="a worker died before a file was written"),
    ):
        generate(template, scenarios(7), tmp_path / "out", executor=executor)
    assert not (tmp_path / "out").exists()


LINES = 200
# The command line in a process of its own, with blocks so small that the eight that are handed
# out at once are less than half of the run. A run that is held says so, and waits until its
# input is closed: what strikes it there meets it unfinished, however fast the machine is.
HOLD = """
import os, sys
def hold():
    os.write(1, b"held\\n")
    sys.stdin.readline()
"""
COMMAND = """
import sys
from bbxl.batch.filling.filler import Job
from bbxl.cli import main
Job.together = 10
sys.exit(main(sys.argv[1:]))
"""
HELD = {
    "": "",
    # Python imports sitecustomize as it starts.
    "a worker starts": 'if "--multiprocessing-fork" in sys.orig_argv: hold()',
    "a block is noted": """
if "batch" in sys.orig_argv:
    from bbxl.batch.reporting.record import Record
    add = Record.add
    Record.add = lambda *arguments: (add(*arguments), hold())
""",
    "a portfolio is written": """
if "batch" in sys.orig_argv:
    from bbxl.batch.reporting import portfolio
    write = portfolio._write_summary
    portfolio._write_summary = lambda *arguments: (write(*arguments), hold())
""",
}


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    """Starts a run of 200 workbooks in two processes, held where it is said."""
    folder = tmp_path_factory.mktemp("struck")
    lines = ["scenario,requests_per_month,months", *(f"S{i},{i}000,12" for i in range(LINES))]
    (folder / "s.csv").write_text("\n".join(lines))
    arguments = [folder / "s.csv", "--template", "breakeven", "--workers", "2"]
    started = []

    def start(out, *more, held=""):
        site = folder / held
        site.mkdir(exist_ok=True)
        (site / "sitecustomize.py").write_text(HOLD + HELD[held])
        line = [sys.executable, "-c", COMMAND, "batch", *arguments, "--out", out, *more]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        there = {"env": {**os.environ, "PYTHONPATH": str(site)}, "start_new_session": True}
        started.append(subprocess.Popen(line, text=True, **pipes, **there))
        return started[-1]

    yield start
    for process in started:  # where a test has failed
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def whole(command, tmp_path_factory):
    """What the run leaves when nothing happens to it."""
    out = tmp_path_factory.mktemp("struck") / "whole"
    process = command(out, "--quiet")
    assert (*process.communicate(), process.returncode) == ("", "", 0)
    return written(out)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize(
    ("blow", "held"),
    [
        ("SIGINT", "a block is noted"),
        ("SIGTERM", "a block is noted"),
        ("SIGTERM to all", "a block is noted"),
        ("SIGHUP", "a block is noted"),
        ("SIGKILL", "a block is noted"),
        ("SIGTERM", "a portfolio is written"),
        ("SIGKILL", "a portfolio is written"),
    ],
)
def test_a_run_that_is_struck_leaves_whole_files_and_can_be_resumed(
    command, whole, tmp_path, monkeypatch, blow, held
):
    out, temporary, number = (
        tmp_path / "out",
        tmp_path / "temporary",
        getattr(signal, blow.split()[0]),
    )
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    process = command(out, held=held)
    assert process.stdout.readline() == "held\n"
    if blow in ("SIGINT", "SIGHUP", "SIGTERM to all"):
        os.killpg(process.pid, number)  # as a terminal does, or a service's end: the whole group
    else:
        process.send_signal(number)  # workers that are left behind end by themselves
    said = process.communicate()[1]  # which ends with the last worker
    said = said[said.find("\nbbxl: ") :]  # behind lines of progress, on a machine that is slow
    if blow == "SIGKILL":
        assert process.returncode == -number
    else:
        assert process.returncode == 128 + number
        assert said.startswith("\nbbxl: stopped; to go on: bbxl batch ")
        assert said.endswith(" --resume\n")
        assert said.count("\n") == 2
    assert not list(temporary.iterdir())
    assert (out / RECORD).exists()
    files = list(out.glob("S*.xlsx"))
    assert len(files) == LINES if "portfolio" in held else 10 <= len(files) < LINES
    for each in files:
        with zipfile.ZipFile(each) as archive:
            assert archive.testzip() is None
    process = command(out, "--resume", "--quiet")
    assert (process.communicate()[1], process.returncode) == ("", 0)
    assert written(out) == whole


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_run_one_of_whose_workers_is_killed_says_so_and_can_be_resumed(command, whole, tmp_path):
    out = tmp_path / "out"
    process = command(out, "--quiet", held="a block is noted")
    assert process.stdout.readline() == "held\n"
    children = psutil.Process(process.pid).children()
    next(each for each in children if "--multiprocessing-fork" in each.cmdline()).kill()
    said = process.communicate()[1]
    died = f"bbxl: {out}: a worker died (perhaps it got no memory)"
    assert said == f"{died}; what was written stays, --resume goes on\n"
    assert process.returncode == 2
    process = command(out, "--resume", "--quiet")
    assert (process.communicate()[1], process.returncode) == ("", 0)
    assert written(out) == whole


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_run_that_is_struck_as_its_workers_start_says_so_in_a_line(command, tmp_path):
    process = command(tmp_path / "out", held="a worker starts")
    assert process.stdout.readline() == "held\n"
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate()[1] == "\nbbxl: stopped; nothing was written\n"
    assert process.returncode == 130
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_dask_cluster_loses_a_worker_and_no_workbook(template, tmp_path):
    from distributed import Client, LocalCluster

    whole, out = tmp_path / "whole", tmp_path / "out"
    generate(template, scenarios(60), whole)
    with (
        LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        first, executor = next(iter(cluster.workers.values())), client.get_executor(pure=False)

        lost = []

        def lose_one(done, total):
            if done == 3:
                lost.append(first.pid)
                psutil.Process(first.pid).kill()

        generate(template, scenarios(60), out, executor=executor, progress=lose_one)
        assert lost != [first.pid]
    assert written(out) == written(whole)


def test_the_command(template, tmp_path, capsys):
    (tmp_path / "s.csv").write_text("scenario,requests_per_month\nA,100\nB,lots\n")
    arguments = ["batch", str(tmp_path / "s.csv"), "--template", str(template)]
    out = ["--out", str(tmp_path / "out")]
    assert main([*arguments, *out]) == 2
    told = capsys.readouterr().err
    place = f"{tmp_path / 's.csv'}, line 3, requests_per_month"
    assert told == f'bbxl: {place}: "lots" is not a number 0 or more\n'
    assert not (tmp_path / "out").exists()
    assert main([*arguments, *out, "--on-error", "skip", "--grid", "months=12,36",
                 "--name", "{scenario}-{months}"]) == 1  # fmt: skip
    captured = capsys.readouterr()
    assert captured.out.startswith("wrote 2 workbooks, manifest.csv and portfolio.xlsx into ")
    assert captured.err.count("bbxl: left out: ") == 2
    assert (tmp_path / "out" / "A-36.xlsx").exists()
    (tmp_path / "s.csv").write_text("scenario;annual_rate\nA;0,1\n")
    more = ["--decimal-comma", "--grid", "months=12;36", "--name", "{months}", "--overwrite"]
    assert main([*arguments, *out, *more, "--quiet", "--bundle", str(tmp_path / "b.zip")]) == 0
    assert capsys.readouterr() == ("", "")
    assert (tmp_path / "b.zip").exists()


@pytest.mark.parametrize("count", [19, 20, 21, 1234])
def test_at_most_twenty_of_those_left_out_are_told_and_all_are_counted(
    template, tmp_path, capsys, count
):
    rows = [f"S{i},lots" for i in range(count)]
    (tmp_path / "s.csv").write_text("\n".join(["scenario,requests_per_month", "A,1", *rows]))
    arguments = ["batch", str(tmp_path / "s.csv"), "--template", str(template), "--quiet"]
    assert main([*arguments, "--out", str(tmp_path / "out"), "--on-error", "skip"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert [f"line {3 + i}, " in line for i, line in enumerate(told[:20])] == [True] * min(
        count, 20
    )
    more = f"bbxl: left out: {count - 20:,} more, {count:,} in all"
    assert told[20:] == ([more] if count > 20 else [])


def test_what_a_template_takes_is_listed(capsys):
    assert main(["inputs", "breakeven"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split(maxsplit=2)[:2] == ["currency", "USD"]
    assert lines[1].split(maxsplit=2)[1] == "1000000"  # as a table of scenarios may have it
    assert lines[2].split(maxsplit=2) == ["months", "12", "a whole number from 1 to 60"]
    (dated,) = (line for line in lines if line.split()[0] == "change_1_date")
    assert re.search(r" 20\d\d-\d\d-\d\d  a date from 1900-01-01 to 9999-12-31$", dated)
    assert main(["inputs", __file__]) == 2
    assert capsys.readouterr().err == f"bbxl: {__file__} is not an .xlsx workbook\n"
    assert main(["inputs", "nonsense"]) == 2
    assert capsys.readouterr().err.endswith("; the templates are build-vs-buy, breakeven, "
                                            "requirements and functions\n")  # fmt: skip


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--bundle", "all.xlsx"], "a bundle's name ends in .zip"),
        (["--bundle", "nowhere/all.zip"], f"nowhere{os.sep}all.zip: its folder is not there"),
        (["--workers", "0"], "--workers must be 1 or more"),
        (["--workers", "100000"], f"; this machine has {os.cpu_count()} cores"),
        (["--sheet", "Plan"], "s.csv has no sheets; leave --sheet out"),
        (["--grid", "months"], "--grid takes a column"),
        (["--grid", "month=1,2"], "has no input named month; did you mean months?"),
        (["--resume"], "holds no unfinished run"),
        (["--name", "{x}"], "the name pattern has {x}"),
        pytest.param(["--dask", "tcp://127.0.0.1:9"], "no Dask cluster answers at ", id="dask"),
        (
            ["--template", "nonsense"],
            "nonsense: No such file or directory; the templates are build-",
        ),
    ],
)
def test_mistakes_are_told_in_a_line(template, tmp_path, capsys, monkeypatch, more, told):
    monkeypatch.setattr("bbxl.cli.batch.TIMEOUT", "1s")
    (tmp_path / "s.csv").write_text("scenario\nA\n")
    arguments = ["batch", str(tmp_path / "s.csv"), "--template", str(template)]
    assert main([*arguments, "--out", str(tmp_path / "out"), *more]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert [each.name for each in tmp_path.iterdir()] == ["s.csv"]


def test_progress_in_a_log_and_on_a_terminal(template, tmp_path, capsys, monkeypatch):
    from bbxl.cli import batch

    (tmp_path / "s.csv").write_text("scenario\n" + "\n".join(f"S{i}" for i in range(9)))
    arguments = ["batch", str(tmp_path / "s.csv"), "--template", str(template), "--overwrite",
                 "--out", str(tmp_path / "out")]  # fmt: skip
    monkeypatch.setattr(batch, "EVERY", 0)
    assert main(arguments) == 0
    assert "3 of 9 workbooks, " in capsys.readouterr().err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert main(arguments) == 0
    assert "9/9" in capsys.readouterr().err


CHECKING = """
import sys
from bbxl.batch.reading.checking import check
from bbxl.batch.template.inputs import Template
with check(Template(sys.argv[1]), [{"scenario": "S1"}]) as found:
    print([each.file for each in found], flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("killed", [False, True])
def test_checked_scenarios_leave_no_temporary_file(template, tmp_path, killed):
    process = subprocess.Popen(
        [sys.executable, "-c", CHECKING, template], text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert process.stdout.readline() == "['S1.xlsx']\n"
    if killed:
        process.kill()
    process.communicate()
    assert process.returncode == (-signal.SIGKILL if killed else 0)
    assert not list(tmp_path.iterdir())

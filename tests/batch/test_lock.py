"""A run owns its folder: what a second one says, what it leaves, and what stays of the lock."""

import os
import socket
import subprocess
import sys

import plan
import pytest

from bbxl.batch import generate, lock
from bbxl.cli import main
from bbxl.errors import UserError

COMMAND = "import sys; from bbxl.cli import main; sys.exit(main(sys.argv[1:]))"
WAITING = """
import sys
from bbxl.batch import generate

def wait(done, total):
    print(done, flush=True)
    sys.stdin.readline()

table, template, out = sys.argv[1:]
generate(template, table, out, values=False, progress=wait)
"""
LINES = 120
SCENARIOS = [{"scenario": f"S{i}", "requests_per_month": 1e4 * i} for i in range(3)]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return plan.plan(tmp_path_factory.mktemp("plan") / "plan.xlsx")


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "s.csv"
    lines = ["scenario,requests_per_month", *(f"S{i},{i}000" for i in range(LINES))]
    path.write_text("\n".join(lines))
    return path


def process(*line):
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-c", *map(str, line)], stdin=pipe, stdout=pipe, stderr=pipe, text=True
    )


@pytest.fixture(scope="module")
def command(template, table):
    """Starts the command line of the run, in a process of its own."""

    def start(out, *more):
        line = ["batch", table, "--template", template, "--no-values", "--quiet", "--out", out]
        return process(COMMAND, *line, *more)

    return start


@pytest.fixture(scope="module")
def whole(command, tmp_path_factory):
    """What the run leaves when it has the folder for itself."""
    out = tmp_path_factory.mktemp("whole") / "out"
    assert command(out).communicate()[1] == ""
    return written(out)


def written(folder):
    return {each.name: each.read_bytes() for each in folder.iterdir()}


@pytest.fixture
def running(template, table, tmp_path):
    """The same run, waiting in its middle until its input ends: its process and its folder."""
    out = tmp_path / "out"
    first = process(WAITING, table, template, out)
    assert 0 < int(first.stdout.readline()) < LINES
    yield first, out
    first.kill()
    first.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("more", [[], ["--resume"], ["--overwrite"]])
def test_a_second_run_is_refused_in_one_line_and_changes_nothing(command, whole, running, more):
    first, out = running
    before = written(out)
    second = command(out, *more)
    said = second.communicate()[1]
    assert second.returncode == 2
    holder = f"process {first.pid} on {socket.gethostname()}"
    assert said == (
        f"bbxl: {out} is in use by another run ({holder}); wait for its end, or choose another "
        "folder\n"
    )
    assert written(out) == before
    assert (first.communicate()[1], first.returncode) == ("", 0)
    assert written(out) == whole


@pytest.mark.slow
def test_the_lock_of_a_killed_run_does_not_keep_others_out(command, whole, running):
    first, out = running
    first.kill()
    first.communicate()
    assert (out / lock.NAME).exists()
    second = command(out, "--resume")
    assert (second.communicate()[1], second.returncode) == ("", 0)
    assert written(out) == whole


@pytest.mark.slow
def test_runs_that_begin_at_once_do_not_mix(command, whole, tmp_path):
    out = tmp_path / "out"
    both = [command(out) for _ in range(2)]
    said = [each.communicate()[1] for each in both]
    codes = [each.returncode for each in both]
    assert sorted(codes) == [0, 2]
    assert said[codes.index(0)] == ""
    refused = said[codes.index(2)]
    assert len(refused.splitlines()) == 1
    assert "in use by another run" in refused or "there already" in refused
    assert written(out) == whole


@pytest.mark.skipif(sys.platform == "win32", reason="links of Unix")
@pytest.mark.parametrize("target", ["victim", "missing"])
def test_a_link_in_place_of_the_lock_is_refused_and_not_followed(
    template, tmp_path, target, capsys
):
    victim, out = tmp_path / target, tmp_path / "out"
    if target == "victim":
        victim.write_text("precious")
    out.mkdir()
    (out / lock.NAME).symlink_to(victim)
    (tmp_path / "s.csv").write_text("scenario\nS1\n")
    line = ["batch", str(tmp_path / "s.csv"), "--template", str(template), "--out", str(out)]
    assert main(line) == 2
    assert capsys.readouterr().err == (f"bbxl: {out / lock.NAME} is a symbolic link; remove it\n")
    assert [each.name for each in out.iterdir()] == [lock.NAME]
    assert (victim.read_text() if target == "victim" else victim.exists()) in ("precious", False)


@pytest.mark.parametrize("content", [b"", b"x", b" process 5 on \x1b[2Jhost", b"\xff" * 5000])
def test_a_holder_that_cannot_be_read_is_not_shown(template, tmp_path, content):
    with lock.owned(tmp_path):
        (tmp_path / lock.NAME).write_bytes(content)
        with pytest.raises(UserError, match=r"another run \(of an unknown process\)"):
            generate(template, SCENARIOS, tmp_path)


def test_a_run_that_is_refused_leaves_no_folder_and_no_lock(template, tmp_path):
    out = tmp_path / "a" / "b"
    with pytest.raises(UserError, match="no unfinished run"):
        generate(template, SCENARIOS, out, resume=True)
    assert not (tmp_path / "a").exists()
    (tmp_path / "S1.xlsx").write_bytes(b"mine")
    with pytest.raises(UserError, match="there already"):
        generate(template, SCENARIOS, tmp_path)
    assert os.listdir(tmp_path) == ["S1.xlsx"]


def test_a_folder_that_cannot_be_written_is_named(template, tmp_path, capsys):
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "s.csv").write_text("scenario\nS1\n")
    line = ["batch", str(tmp_path / "s.csv"), "--template", str(template)]
    assert main([*line, "--out", str(tmp_path / "file")]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"bbxl: {tmp_path / 'file'}: ")
    assert "exists\n" in error  # in the words of the system
    assert error.count("\n") == 1

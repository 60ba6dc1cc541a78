"""How the command ends: by signals, with a reader that has gone, on a full disk."""

import os
import signal
import subprocess
import sys
import zipfile

import pytest

from bbxl.cli import main

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and devices of Unix")
COMMAND = "import sys; from bbxl.cli import main; sys.exit(main(sys.argv[1:]))"
# A command that is held just before its file takes the place of the old one.
HELD = f"""
import os, sys
replace = os.replace
def hold(*arguments):
    os.write(1, b"held\\n")
    sys.stdin.readline()
    replace(*arguments)
os.replace = hold
{COMMAND}
"""


def start(code, *arguments, **options):
    pipe = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE) | options
    line = [sys.executable, "-c", code, *map(str, arguments)]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.Popen(line, text=True, env=env, **pipe)


@pytest.mark.parametrize("blow", ["SIGTERM", "SIGHUP", "SIGINT", "SIGKILL"])
@pytest.mark.parametrize("command", [["recalc"], ["new", "--template=breakeven", "--overwrite"]])
def test_a_command_that_is_struck_leaves_the_old_file(tmp_path, blow, command):
    file, number = tmp_path / "book.xlsx", getattr(signal, blow)
    assert main(["new", str(file), "--template", "breakeven"]) == 0
    file.chmod(0o600)
    before = file.read_bytes(), file.stat()
    process = start(HELD, *command, file)
    assert process.stdout.readline() == "held\n"
    process.send_signal(number)
    assert process.communicate() == ("", "")
    assert process.returncode == (-number if blow == "SIGKILL" else 128 + number)
    assert (file.read_bytes(), file.stat()) == before
    left = [each.name for each in tmp_path.iterdir() if each != file]
    assert len(left) == (blow == "SIGKILL")  # what a process that is killed cannot remove
    assert main(["recalc", str(file)]) == 0
    assert [each.name for each in tmp_path.iterdir()] == ["book.xlsx"]  # the next write does
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None


def test_what_another_process_writes_is_left_to_it(tmp_path):
    mine = {
        tmp_path / name for name in (".bbxl-x.part", ".bbxl-0123456789abcdef-1-x.part", "x.part")
    }
    for each in mine:
        each.write_text("mine")
    folder = tmp_path / ".bbxl-0123456789abcdef-1-1.part"
    folder.mkdir()
    process = start(HELD, "new", tmp_path / "one.xlsx", "--template", "breakeven")
    assert process.stdout.readline() == "held\n"
    (part,) = {*tmp_path.iterdir()} - mine - {folder}
    assert main(["new", str(tmp_path / "two.xlsx"), "--template", "breakeven"]) == 0
    assert part.exists()
    assert process.communicate("\n")[1] == ""
    assert process.returncode == 0
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    written = {tmp_path / "one.xlsx", tmp_path / "two.xlsx"}
    assert {*tmp_path.iterdir()} == mine | {folder} | written


def test_a_signal_that_is_ignored_stays_ignored(tmp_path):
    def ignore():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does

    process = start(HELD, "new", tmp_path / "book.xlsx", preexec_fn=ignore)
    assert process.stdout.readline() == "held\n"
    process.send_signal(signal.SIGHUP)
    assert process.communicate("\n") == (f"wrote {tmp_path / 'book.xlsx'}\n", "")
    assert process.returncode == 0


def test_signals_are_as_before_when_the_command_has_ended(capsys):
    before = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)]
    assert main(["templates", "list"]) == 0
    assert before == [
        signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    ]


PRINTING = [["inputs", "build-vs-buy"], ["functions", "--json"], ["functions"], ["--help"],
            ["templates", "list"], ["calc", "=BB_VERSION()"]]  # fmt: skip


@pytest.mark.parametrize("line", PRINTING)
def test_a_reader_that_has_gone_is_no_mistake(line):
    read, write = os.pipe()
    os.close(read)
    process = start(COMMAND, *line, stdout=write)
    os.close(write)
    assert process.communicate()[1] == ""
    assert process.returncode == 141


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
@pytest.mark.parametrize("line", PRINTING)
def test_a_disk_that_takes_no_output_is_told_in_a_line(line):
    with open("/dev/full", "w") as full:
        process = start(COMMAND, *line, stdout=full)
        assert process.communicate()[1] == "bbxl: output: No space left on device\n"
    assert process.returncode == 2


def test_nobody_who_reads_mistakes_is_no_traceback():
    read, write = os.pipe()
    os.close(read)
    process = start(COMMAND, "calc", "=BB_NOTHING(", stderr=write)
    os.close(write)
    process.communicate()
    assert process.returncode == 2

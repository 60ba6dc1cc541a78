"""Memory that runs out in a run: a line, whole files, and --resume goes on to the same bytes."""

import json
import os
import subprocess
import sys
import zipfile

import pytest
import runs

from bbxl.batch import generate
from bbxl.batch.filling.filler import Filler, Job
from bbxl.batch.reporting import manifest
from bbxl.batch.reporting.record import NAME as RECORD
from bbxl.cli import main
from bbxl.errors import UserError

COUNT, BLOCK = 60, 5
# After some blocks this process gets no more memory from the system, in the midst of a block.
# Python imports sitecustomize as it starts, also in a worker.
LIMITED = f"""
import sys
from bbxl.batch.filling.filler import Filler, Job
Job.together = {BLOCK}
files, blocks = Filler.files, iter(range(2))
def limited(self, scenarios):
    for i, made in enumerate(files(self, scenarios)):
        if i == 3 and next(blocks, None) is None:
            import resource
            with open("/proc/self/statm") as used:
                most = int(used.read().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
            taken = []
            while True:
                taken.append(bytearray(1 << 16))
        yield made
if {{there}}:
    Filler.files = limited
"""
WORKER = '"--multiprocessing-fork" in sys.orig_argv'
COMMAND = "import sys; from bbxl.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return runs.offer(tmp_path_factory.mktemp("offer") / "offer.xlsx")


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(Job, "together", BLOCK)


@pytest.fixture
def whole(template, tmp_path):
    generate(template, runs.scenarios(COUNT), tmp_path / "whole")
    return written(tmp_path / "whole")


def written(folder):
    return {each.name: each.read_bytes() for each in folder.iterdir()}


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.parametrize(("workers", "there"), [("1", "True"), ("2", WORKER)])
def test_a_limit_of_memory(template, whole, tmp_path, workers, there):
    out, table = tmp_path / "out", tmp_path / "s.jsonl"
    table.write_text("".join(json.dumps(each) + "\n" for each in runs.scenarios(COUNT)))
    (tmp_path / "sitecustomize.py").write_text(LIMITED.format(there=there))
    arguments = [table, "--template", template, "--out", out, "--quiet", "--workers", workers]
    line = [sys.executable, "-c", COMMAND, "batch", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(line, capture_output=True, text=True, env=environment)
    told = [f"bbxl: {template}: there is not enough memory; "]
    if workers == "2":  # which may go on with another block, and there the engine ends it
        told.append(f"bbxl: {out}: a worker died (perhaps it got no memory)")
    assert done.stderr.startswith(tuple(told))
    assert done.stderr.endswith("; what was written stays, --resume goes on\n")
    assert done.stderr.count("\n") == 1
    assert (done.returncode, done.stdout) == (2, "")
    files = [each for each in out.iterdir() if each.name != RECORD]
    assert 2 * BLOCK < len(files) < COUNT
    for each in files:
        with zipfile.ZipFile(each) as archive:
            assert archive.testzip() is None
    generate(template, table, out, resume=True)
    assert written(out) == whole


def exhausted(*_, **__):
    raise MemoryError


def test_too_little_to_fill_the_template_at_all(template, tmp_path, monkeypatch):
    monkeypatch.setattr(Filler, "file", exhausted)
    with pytest.raises(UserError, match=r"offer\.xlsx: there is not enough memory"):
        generate(template, runs.scenarios(COUNT), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_too_little_for_the_files_that_list_the_others(template, whole, tmp_path, monkeypatch):
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(manifest, "_line", exhausted)
        with pytest.raises(UserError, match=r"not enough memory.*--resume goes on"):
            generate(template, runs.scenarios(COUNT), out)
    generate(template, runs.scenarios(COUNT), out, resume=True)
    assert written(out) == whole


def test_what_a_scenario_left_in_the_midst_is_not_used_again(template, whole, tmp_path):
    """Workers of a cluster outlive a run."""
    out, files = tmp_path / "out", Filler.files
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Filler, "files", exhausted)
        with pytest.raises(UserError, match="not enough memory"):
            generate(template, runs.scenarios(COUNT), out, on_error="skip")
        patch.setattr(Filler, "files", files)
        made = count_fillers(patch)
        generate(template, runs.scenarios(COUNT), out, resume=True)
    assert made
    assert written(out) == whole


def count_fillers(patch):
    made, begin = [], Filler.__init__
    patch.setattr(Filler, "__init__", lambda self, job: made.append(job) or begin(self, job))
    return made


@pytest.mark.parametrize("line", [["inputs", "breakeven"], ["recalc", "x.xlsx"], ["calc", "=1"]])
def test_any_command_ends_in_a_line(monkeypatch, capsys, line):
    monkeypatch.setattr("bbxl.batch.template.inputs.Template.inputs", exhausted)
    monkeypatch.setattr("bbxl.engine.calculation.recalculate", exhausted)
    monkeypatch.setattr("bbxl.engine.calculation.calculate", exhausted)
    assert main(line) == 2
    told = capsys.readouterr().err
    assert told.startswith("bbxl: there is not enough memory; ")
    assert told.count("\n") == 1

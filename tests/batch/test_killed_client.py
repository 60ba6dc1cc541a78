"""A Dask cluster whose client is killed: its workers begin no other block."""

import gc
import os
import signal
import subprocess
import sys
import time
import warnings
import zipfile

import pytest
import runs

from bbxl.batch import generate
from bbxl.batch.filling.filler import Job

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix"),
]
COUNT, BLOCK, WORKERS = 60, 3, 2
PATIENCE = 60  # seconds until what should happen is missed
CLIENT = f"""
import sys
sys.path.insert(0, {os.path.dirname(__file__)!r})
import runs
from distributed import Client
from bbxl.batch import generate
from bbxl.batch.filling.filler import Job
Job.together = {BLOCK}
address, template, out = sys.argv[1:]
with Client(address) as client:
    generate(template, runs.scenarios({COUNT}), out, executor=client.get_executor(pure=False))
"""
# In a worker: a block that begins leaves a mark, and is held until it may go on.
HELD = """
import os, time
from bbxl.batch.filling import work
fill = work.fill
def held(*arguments):
    open(os.path.join(marks, f"{os.getpid()}-{time.monotonic_ns()}"), "x").close()
    while not os.path.exists(go):
        time.sleep(0.01)
    return fill(*arguments)
work.fill = held
"""


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def states(dask_worker):
    return [each.state for each in dask_worker.state.tasks.values()]


def test_workers_whose_client_is_killed_begin_no_other_block(tmp_path, monkeypatch):
    import cloudpickle
    from distributed import Client, LocalCluster

    cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers cannot import it
    template, out = runs.offer(tmp_path / "offer.xlsx"), tmp_path / "out"
    marks, go = tmp_path / "marks", tmp_path / "go"
    marks.mkdir()
    with (
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as other,
    ):
        other.run(exec, HELD, {"marks": str(marks), "go": str(go)})
        arguments = [cluster.scheduler_address, template, out]
        run = subprocess.Popen([sys.executable, "-c", CLIENT, *map(str, arguments)])
        try:
            until(lambda: len(os.listdir(marks)) == WORKERS)
            # There is more than what is held, at the scheduler or with a worker.
            until(lambda: len(cluster.scheduler.tasks) > WORKERS)
            run.send_signal(signal.SIGKILL)
            run.wait()
            until(lambda: not cluster.scheduler.tasks)
            # A worker forgets what waits at once, and the block that it works on at its end.
            until(lambda: all(len(each) <= 1 for each in other.run(states).values()))
        finally:
            go.touch()
            run.kill()
            run.wait()
        until(lambda: not any(other.run(states).values()))
        assert len(os.listdir(marks)) == WORKERS
    with warnings.catch_warnings():
        # Dask may leave a loop of events to the garbage collection, which would fail another test.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    files = list(out.glob("*.xlsx"))
    assert len(files) == WORKERS * BLOCK
    for each in files:
        with zipfile.ZipFile(each) as archive:
            assert archive.testzip() is None
    monkeypatch.setattr(Job, "together", BLOCK)
    generate(template, runs.scenarios(COUNT), out, resume=True)
    generate(template, runs.scenarios(COUNT), tmp_path / "whole")
    assert written(out) == written(tmp_path / "whole")


def written(folder):
    return {each.name: each.read_bytes() for each in folder.iterdir()}

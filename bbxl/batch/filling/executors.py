"""Who works on a run: this process, processes of its own, or an executor that was given."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import Any

from bbxl.errors import UserError

WINDOW = 4  # blocks submitted for each worker: none waits, and few are in memory
_CORES = os.cpu_count() or 1
MOST_WORKERS = max(64, 4 * _CORES) if sys.platform != "win32" else 61  # more Windows cannot await


def check_count(workers: int) -> None:
    """UserError where so many workers are too few or too many."""
    if workers < 1:
        raise UserError("--workers must be 1 or more")
    if workers > MOST_WORKERS:
        raise UserError(
            f"--workers must be {MOST_WORKERS} or less; this machine has {_CORES} cores, and more "
            "workers than cores make nothing faster"
        )


@contextmanager
def working(executor: Executor | None, workers: int) -> Iterator[Executor]:
    """The executor that was given; else one of our own, which is shut down at the end."""
    if executor is not None:
        yield executor
        return
    own = Workers(workers) if workers > 1 else Serial()
    ended = False
    try:
        yield own
        ended = True
    finally:  # processes take a second to end; what still writes must end before the run does
        own.shutdown(wait=not ended, cancel_futures=True)


def at_once(executor: Executor | None, workers: int) -> int:
    """How many blocks are submitted at a time: a few a worker; one where this process works."""
    if executor:
        return WINDOW * _CORES
    return WINDOW * workers if workers > 1 else 1


class Workers(ProcessPoolExecutor):
    """Processes that ignore Ctrl-C, and end when the run's own process has ended.

    Ctrl-C reaches every process of a terminal, as does the terminal's end, and the run's process
    answers it.
    """

    def __init__(self, count: int) -> None:
        # Spawned: a fork of a process that has threads may hang.
        with _terminal_held_back():  # it starts a process that counts what they share
            super().__init__(count, get_context("spawn"), _obey_parent)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        with _terminal_held_back():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def _terminal_held_back() -> Iterator[None]:
    """Delay Ctrl-C and the terminal's end; a process that is started meanwhile never gets them.

    A worker that it ends as it starts breaks the pool, and the run may then wait forever for the
    others. Windows has no such mask: there a worker ignores Ctrl-C only once it works.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _obey_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The run tells what happened; the engine, which gets no memory, would print its own lines.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    # A run that is killed does not stop its workers.
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent
    parent.join()
    os._exit(1)


class Serial(Executor):
    """An executor that does each task in this process as soon as it is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future

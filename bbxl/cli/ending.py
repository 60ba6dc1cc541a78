"""How the command ends: when a signal asks for it, and when nobody reads what it prints."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

UNREAD = 141  # what a shell shows for a program that a broken pipe ended
_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class EndedError(KeyboardInterrupt):
    """A signal that asks the command to end; it is answered as Ctrl-C is."""

    def __init__(self, number: int) -> None:
        self.number = number


def code(stop: KeyboardInterrupt) -> int:
    """The exit code after a signal, as shells count it."""
    return 128 + (stop.number if isinstance(stop, EndedError) else signal.SIGINT)


@contextmanager
def signals_answered() -> Iterator[None]:
    """Have SIGTERM and SIGHUP raise EndedError, once, so that what was begun is cleaned up.

    One that is ignored, as after nohup, stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():  # others cannot ask for it
        yield
        return
    answered = [each for each in _SIGNALS if signal.getsignal(each) is signal.SIG_DFL]

    def end(number: int, _: FrameType | None) -> None:
        for each in answered:
            signal.signal(each, signal.SIG_IGN)
        raise EndedError(number)

    for each in answered:
        signal.signal(each, end)
    try:
        yield
    finally:
        for each in answered:
            signal.signal(each, signal.SIG_DFL)


def say(line: str) -> None:
    """Print a line to stderr, if anybody reads it: a terminal may have gone."""
    try:
        print(line, file=sys.stderr, flush=True)
    except OSError:
        mute()


def mute() -> None:
    """Drop what cannot be printed; Python would complain of it when it exits."""
    for stream in filter(None, (sys.stdout, sys.stderr)):  # none without a console
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)

"""Calls over COM to xlwings' server, which a Windows program makes at the end of two pipes."""

import re
import threading
from decimal import Decimal

from pyopenvba.interpreter import (
    EMPTY,
    MISSING,
    VBAArray,
    VBACurrency,
    VBADate,
    VBAErrorValue,
    VBAInt,
    VBARuntimeError,
)
from windows.wine import LIMIT, as_windows


class Caller:
    """The program that calls, on the other end of two pipes.

    Parameters
    ----------
    windows : where it runs.
    options : its current folder and environment, as `Windows.start` takes them.
    """

    def __init__(self, windows, **options):
        self._mode = windows.mode
        self.process = windows.start(as_windows(windows.caller), **options)

    def ask(self, *words):
        """Its answer to a command; "" where it ended."""
        late = threading.Timer(LIMIT, self.process.kill)
        late.start()
        try:
            self.process.stdin.write(" ".join(words).encode() + b"\n")
            self.process.stdin.flush()
            return self.process.stdout.readline().decode().rstrip("\r\n")
        finally:
            late.cancel()

    def load(self, path):
        return self.ask("load", digits(path)) == "1"

    def activate(self, command):
        """Empty where Python answers, or why not."""
        answer = self.ask("activate", digits(command), self._mode)
        return "" if answer == "ok" else text_of(answer.removeprefix("s:"))

    def call(self, module, name, arguments):
        return answered(self.ask("call", digits(module), digits(name), *map(word, arguments)))

    def milliseconds(self, times, module, name, arguments):
        """What a call takes, of many."""
        told = self.ask(
            "repeat", str(times), "call", digits(module), digits(name), *map(word, arguments)
        )
        return float(told.removeprefix("n:"))

    def close(self):
        self.process.stdin.close()
        self.process.wait(LIMIT)
        self.process.stdout.close()


def digits(text):
    """A text as the caller takes it: its UTF-16 units."""
    return text.encode("utf-16-be", "surrogatepass").hex()


def text_of(digits):
    return bytes.fromhex(digits).decode("utf-16-be", "surrogatepass")


def word(value):
    """A value of VBA as the caller takes it."""
    if isinstance(value, VBAArray):
        bounds = [*value.bounds, (0, -1)][:2]
        (low, high), (left, right) = bounds
        columns = range(left, right + 1)
        places = [[i, j] for i in range(low, high + 1) for j in columns]
        cells = [word(value.get(place)) for place in places] or map(word, value.items)
        return f"a:{high - low + 1},{len(columns)},{low}:{';'.join(cells)}"
    if value is EMPTY or value is MISSING:
        return "e:" if value is EMPTY else "m:"
    if isinstance(value, VBAErrorValue):
        return f"x:{value.number}"
    if isinstance(value, VBADate):
        return f"d:{float(value.serial)!r}"
    if isinstance(value, VBACurrency):
        return f"c:{int(Decimal(value) * 10_000)}"
    if isinstance(value, bool):
        return f"b:{value:d}"
    if isinstance(value, VBAInt):
        return f"i:{int(value)}"
    return f"n:{float(value)!r}" if isinstance(value, float) else f"s:{digits(value)}"


def answered(told):
    """What the caller answered, as a value of VBA; a VBA error where the call failed."""
    kind, _, rest = told.partition(":")
    if told.startswith("error") or not kind:
        number, _, why = told.removeprefix("error ").partition(" ")
        code = int(number, 16) - (1 << 32) if re.fullmatch("[0-9a-f]{8}", number) else 440
        raise VBARuntimeError(code, text_of(why) or "Automation error")
    if kind == "a":
        shape, _, cells = rest.partition(":")
        rows, columns, lowest = map(int, shape.split(","))
        items = [answered(each) for each in cells.split(";")[:-1]]
        if not columns:
            return VBAArray([(lowest, lowest + rows - 1)], items=items)
        made = VBAArray([(lowest, lowest + rows - 1), (lowest, lowest + columns - 1)])
        for i, item in enumerate(items):
            made.set([lowest + i // columns, lowest + i % columns], item)
        return made
    if kind == "s":
        return text_of(rest)
    if kind in "nih":
        return float(rest)
    return {"e": EMPTY, "b": rest == "1"}[kind]

"""A Windows under Wine: programs to run in it, and its Python."""

import re
import subprocess
from contextlib import suppress
from subprocess import DEVNULL

import psutil
from oletools.olevba import VBA_Parser
from windows import prefix

from bbxl.hosts.excel import addin

LIMIT = 55  # seconds for an answer, many times what it takes; xlwings' DLL waits for 60
C_TYPES = {
    ("ByRef", "Variant"): "VARIANT *",
    ("ByVal", "String"): "const char *",
    ("ByVal", "Long"): "LONG",
    ("ByRef", "Long"): "LONG *",
    ("ByVal", "LongPtr"): "LONG_PTR",
}


class Windows:
    """A Wine prefix at work.

    Attributes
    ----------
    drive : the folder that is C: there.
    interpreter : path of its Python, as Windows writes it.
    caller : the program that makes the add-in's calls.
    mode : the number that the add-in hands to the DLL with its command.
    """

    interpreter = r"C:\Python311\python.exe"
    pythonpath = "Z:" + str(prefix.REPOSITORY).replace("/", "\\")  # bbxl as it is here

    def __init__(self, root, folder):
        self.drive = root / "drive_c"
        self._environment = prefix.ENVIRONMENT | {
            "WINEPREFIX": str(root),
            "PYTHONPATH": self.pythonpath,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        prefix.serve(root)
        # COM starts services too, and they must not keep a pipe of ours open.
        quiet = {"stdin": DEVNULL, "stdout": DEVNULL, "stderr": DEVNULL}
        command = ["wine", self.interpreter, "-c", "import bbxl.udfs, xlwings.com_server"]
        subprocess.run(command, env=self._environment, check=True, **quiet)
        self.mode = _declare(folder / "declared.h")
        self.caller = folder / "caller.exe"
        libraries = ["-lole32", "-loleaut32", "-luuid", "-luser32", f"-I{folder}"]
        prefix.compile(self.caller, prefix.HERE / "caller.c", *libraries)

    def run(self, *command, cwd=None, environment=None):
        """Run a Windows program to its end; what it wrote are bytes."""
        return subprocess.run(
            ["wine", *command],
            input=b"",  # Python's streams refuse a disk file that Wine hands on
            capture_output=True,
            env=self._environment | (environment or {}),
            cwd=cwd or self.drive,
            timeout=LIMIT,
        )

    def python(self, *arguments, **options):
        return self.run(self.interpreter, *arguments, **options)

    def bbxl(self, *arguments, **options):
        return self.python("-m", "bbxl", *arguments, **options)

    def start(self, *command, cwd=None, environment=None):
        """A Windows program with pipes to it."""
        return subprocess.Popen(
            ["wine", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=DEVNULL,
            env=self._environment | (environment or {}),
            cwd=cwd or self.drive,
        )

    def processes(self, name):
        """How many programs of that name run there, by this machine's own list."""
        root = str(self.drive.parent)
        found = 0
        for each in psutil.process_iter():
            with suppress(psutil.Error):
                program = each.cmdline()[:1] and each.cmdline()[0].lower().endswith(name.lower())
                found += bool(program and each.environ().get("WINEPREFIX") == root)
        return found


def as_windows(path):
    """A file of this machine, as Windows writes its path."""
    return "Z:" + str(path).replace("/", "\\")


def _declare(header):
    """Write what the built add-in says of DLLs; the number that it hands over to xlwings'."""
    parser = VBA_Parser(addin.FILE, data=addin.build())
    modules = {name: code for _, _, name, code in parser.extract_macros()}
    code = modules["bbxl_dll.bas"].replace("_\r\n", "").replace("_\n", "")
    declared = re.findall(r"Declare PtrSafe Function (\w+) Lib [^(]*\((.*?)\) As (\w+)", code)
    lines = []
    for name, given, result in declared:
        arguments = re.findall(r"(ByRef|ByVal) \w+ As (\w+)", given)
        types = ", ".join(C_TYPES[each] for each in arguments) or "void"
        lines.append(f"typedef {C_TYPES['ByVal', result]} (WINAPI *Declared{name})({types});")
    name, mode = re.search(r"(\w+)\(answered, command, (\d+)\) = 0", code).groups()
    header.write_text("\n".join([f'#define ACTIVATE "{name}"', *lines, ""]))
    return mode

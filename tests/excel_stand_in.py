"""A stand-in for Excel on Windows, made of as much real code as there is without it.

Real are xlwings' own `udfs` and `com_server` (wrapper generation, conversion,
CallUDF) and the VBA of the built add-in, run by pyOpenVBA's interpreter over its
model of Excel's objects. Stood in for are pywin32's modules, xlwings' DLL, the
registry, and what COM does to values between VBA and Python.
"""

import ctypes
import datetime
import importlib
import sys
import types
from contextlib import contextmanager
from decimal import Decimal
from unittest import mock

import xlwings
from openpyxl.formula import Tokenizer
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.interpreter import (
    EMPTY,
    MISSING,
    Interpreter,
    VBAArray,
    VBACurrency,
    VBADate,
    VBAErrorValue,
    VBAInt,
    VBAObject,
    VBARuntimeError,
    member,
    method,
)

from bbxl.hosts.excel import addin, functions
from bbxl.xlsx.cells import ExcelError

MISSING_SCODE = -2147352572
INTERPRETER = r"C:\venv\Scripts\python.exe"
APPDATA = r"C:\Users\Ann\AppData\Roaming"
ERRORS = {number: error for error, number in functions.CVERR.items()}

DLL_MODULE = """
Public Const DLL_NAME As String = "xlwings64.dll"
Public Function DllLoads(ByVal folder As String) As Boolean
    DllLoads = Dll.Loads(folder)
End Function
Public Function Connects(ByRef answered As Variant, ByVal command As String) As Boolean
    If Dll.Starts(command) Then
        Set answered = Dll.Server
        Connects = True
    Else
        answered = Dll.Why
    End If
End Function
Public Function NextWindow(ByVal parent, ByVal after, ByVal kind As String)
    NextWindow = Dll.NextWindow(parent, after, kind)
End Function
Public Function IsOwn(ByVal window) As Boolean
    IsOwn = Dll.IsOwn(window)
End Function
"""


@contextmanager
def windows():
    """xlwings as on Windows, over a pywin32 that is a stand-in: its udfs and com_server."""
    made = _pywin32()
    libraries = {name: mock.MagicMock() for name in ("windll", "oledll", "PyDLL")}
    with mock.patch.dict(sys.modules, made):
        with mock.patch.multiple(ctypes, create=True, **libraries):
            _xlwindows = importlib.import_module("xlwings._xlwindows")
            udfs = importlib.import_module("xlwings.udfs")
            com_server = importlib.import_module("xlwings.com_server")
        engine = xlwings.main.Engine(impl=_xlwindows.engine)
        decorators = {"func": udfs.xlfunc, "arg": udfs.xlarg}
        with (
            mock.patch.dict(xlwings.engines.engines_by_name, {engine.name: engine}),
            mock.patch.multiple(xlwings, **decorators),
        ):
            sys.modules.pop("bbxl.udfs", None)
            importlib.import_module("bbxl.udfs")
            yield udfs, com_server


def _pywin32():
    class Module(types.ModuleType):
        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return mock.MagicMock(name=f"{self.__name__}.{name}")

    com = ["client", "server", "server.dispatcher", "server.policy", "server.util"]
    names = ["event", "gui", "process", "timezone", "api", "con", "com"]
    names = [f"win32{each}" for each in names] + [f"win32com.{each}" for each in com]
    made = {name: Module(name) for name in ["pywintypes", "pythoncom", *names]}
    for name, module in made.items():
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(made[parent], child, module)
    made["pywintypes"].TimeType = datetime.datetime
    made["pywintypes"].com_error = type("com_error", (Exception,), {})
    for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass"):
        setattr(made["win32com.client"], name, type(name, (), {}))
    made["win32com.server.util"].unwrap = mock.Mock(side_effect=TypeError("nothing is wrapped"))
    made["pythoncom"].__file__ = "pythoncom.dll"
    made["pythoncom"].IID_IDispatch = "IDispatch"
    made["pythoncom"].TypeIIDs = {"IDispatch": type("PyIDispatch", (), {})}
    return made


def _without_events(interpreter, source, _add=Interpreter.add_module, **options):
    """Add a module, but for WithEvents, which the interpreter does not read: tests bring events."""
    return _add(interpreter, source.replace(" WithEvents ", " "), **options)


class Excel:
    """An Excel with the add-in open, and a workbook to work in."""

    def computer(self):
        """What a computer that has just started has of xlwings' DLL and of the scripting shell."""
        raise NotImplementedError

    def open(self, folder, interpreter):
        """Build the add-in into a folder, and open it."""
        self.path = folder / addin.FILE
        self.path.write_bytes(addin.build(interpreter))
        self.restart()

    def restart(self):
        """Close Excel and start it again, on a computer as it was at first."""
        self.dll, self.shell = self.computer()
        with mock.patch.object(Interpreter, "add_module", _without_events):
            self._app = ExcelApplication.open(self.path)
        self._bridge = Bridge(self._app.interpreter.host, self)
        self._app.interpreter.host = self._bridge
        self._app.add_module(DLL_MODULE, name="bbxl_dll")
        self.clear()

    def waits(self, seconds):
        """Let time pass, of which the add-in knows by its clock alone."""
        interpreter = self._app.interpreter
        interpreter.freeze(interpreter.clock() + datetime.timedelta(seconds=seconds))

    def clear(self):
        """Empty cells to work in; the interpreter's model gets slow on a sheet that fills up."""
        del self._app.application.workbooks_.books[1:]
        self._book, self._rows = self._app.add_workbook(), 0

    def fill(self, sheet, rows):
        """A workbook with one sheet of that name, which holds the rows from A1 on."""
        self.clear()
        self._sheet().vba_set("Name", sheet)
        self.cells(rows)

    def call(self, name, *arguments):
        """A wrapper's answer; an argument is a Python value, rows of them, a Range or MISSING."""
        given = [a if isinstance(a, VBAObject) else _to_vba(a) for a in arguments]
        return _to_python(self._app.interpreter.run(name, given))

    def opens(self, at_start_screen=False):
        """Have Excel open the add-in: name -> what it tells the function wizard.

        Parameters
        ----------
        at_start_screen : there is no workbook yet, so Excel refuses it.
        """
        told, scheduled = self._events("Workbook_Open")
        (procedure,) = scheduled
        assert procedure.startswith(f"'{addin.FILE}'!")
        told, _ = self._events(procedure.partition("!")[2].partition(".")[2], at_start_screen)
        return told

    def activates(self):
        """Have Excel activate a workbook: name -> what the add-in tells the function wizard."""
        return self._events("host_WorkbookActivate", arguments=[self._book])[0]

    def _events(self, procedure, refuses=False, arguments=()):
        """Run a procedure: what it tells the function wizard, and what it asks to run later."""
        scheduled, told = [], {}
        kind = type(self._app.application)
        others = kind.vba_get

        def vba_get(application, name, arguments=(), named=None):
            if name == "OnTime":
                scheduled.append(arguments[1])
            elif name == "MacroOptions" and refuses:
                raise VBARuntimeError(1004, "Cannot edit a macro on a hidden workbook.")
            elif name == "MacroOptions":
                given = {key.lower(): _to_python(value) for key, value in named.items()}
                told[given.pop("macro").partition("!")[2]] = given
            else:
                return others(application, name, arguments, named)

        with mock.patch.object(kind, "vba_get", vba_get):
            self._app.interpreter.run(f"ThisWorkbook.{procedure}", list(arguments))
        return told, scheduled

    def cells(self, rows):
        """Values put into fresh cells, as a Range."""
        first = self._rows + 1
        self._rows += len(rows) + 1
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                if value is not None:
                    cell = self._sheet().vba_get("Cells", [VBAInt(first + i), VBAInt(j + 1)])
                    cell.vba_set("Value", _to_vba(value))
        last = self._sheet().vba_get("Cells", [VBAInt(first + len(rows) - 1), VBAInt(len(rows[0]))])
        start = self._sheet().vba_get("Cells", [VBAInt(first), VBAInt(1)])
        return self._sheet().vba_get("Range", [start, last])

    def range(self, reference):
        sheet, _, address = reference.rpartition("!")
        return self._sheet(sheet).vba_get("Range", [address])

    def _sheet(self, name=""):
        return self._book.vba_get("Worksheets", [name or VBAInt(1)])

    def answer(self, formula):
        """A formula of the function tour, worked out by calling the wrappers."""
        items = iter(Tokenizer(f"={formula}").items)
        return self._expression(items)[0]

    def _expression(self, tokens):
        """Value of the tokens up to the next separator or closing token, and that token."""
        value, sign = MISSING, 1
        for token in tokens:
            if token.type == "WHITE-SPACE":
                continue
            if token.subtype == "CLOSE" or token.type == "SEP":
                return value, token
            if token.type == "OPERATOR-PREFIX":
                sign = -1
            elif token.type == "OPERATOR-INFIX":
                right, end = self._expression(tokens)
                return self._operation(value, token.value, right), end
            elif token.type == "FUNC":
                value = self._function(token.value.rstrip("("), self._list(tokens))
            elif token.type == "ARRAY":
                value = self._array(tokens)
            elif token.subtype == "NUMBER":
                value = sign * float(token.value)
            elif token.subtype == "TEXT":
                value = token.value[1:-1].replace('""', '"')
            elif token.subtype == "LOGICAL":
                value = token.value == "TRUE"
            else:
                value = self.range(token.value)
        return value, None

    def _operation(self, left, sign, right):
        if isinstance(right, str):
            return ExcelError.VALUE
        assert sign == "/"
        return left / right if right else ExcelError.DIV0

    def _list(self, tokens):
        found = []
        while True:
            value, end = self._expression(tokens)
            found.append(value)
            if end.type != "SEP":
                return found if len(found) > 1 or value is not MISSING else []

    def _array(self, tokens):
        rows = [[]]
        while True:
            value, end = self._expression(tokens)
            rows[-1].append(value)
            if end.type != "SEP":
                return rows
            if end.subtype == "ROW":
                rows.append([])

    def _function(self, name, given):
        if name.startswith("BB_"):
            return self.call(name, *given)
        if name == "IFERROR":
            return given[1] if isinstance(given[0], ExcelError) else given[0]
        if name == "NA":
            return ExcelError.NA
        if name == "INDEX":
            table = given[0] if isinstance(given[0], list) else [[given[0]]]  # a single cell
            return table[int(given[1]) - 1][int(given[2]) - 1]
        return getattr(datetime, name.lower())(*map(int, given))


class StandIn(Excel):
    """An Excel whose DLL, COM and registry are stand-ins.

    Parameters
    ----------
    xlwings_modules : its udfs and com_server, as `windows` gives them.
    folder : where the add-in is built.
    """

    def __init__(self, xlwings_modules, folder):
        self.udfs, com_server = xlwings_modules
        self._python = com_server.XLPython()
        self.open(folder, INTERPRETER)

    def computer(self):
        self.registry = Settings()
        return Dll(self._python), Shell(self.registry)


class Bridge:
    """The interpreter's host with the DLL and the Windows scripting shell added."""

    def __init__(self, host, excel):
        self._host, self._excel = host, excel

    def __getattr__(self, name):
        return getattr(self._host, name)

    def global_object(self, name):
        return self._excel.dll if name == "dll" else self._host.global_object(name)

    def create(self, name):
        assert name == "WScript.Shell"
        return self._excel.shell


class Settings(dict):
    """The registry: name -> value, and how often it was asked."""

    asked = 0


class Shell(VBAObject):
    def __init__(self, registry):
        self._registry = registry

    @method
    def RegRead(self, name):  # noqa: N802
        self._registry.asked += 1
        if name not in self._registry:
            raise VBARuntimeError(-2147024894, "Unable to open the registry key")
        return self._registry[name]

    @method
    def ExpandEnvironmentStrings(self, text):  # noqa: N802
        return text.replace("%APPDATA%", APPDATA)


class Dll(VBAObject):
    """DLLs: that of xlwings is in one folder, and has a server for each command that it was told.

    Attributes
    ----------
    waits : how long a start takes, as a function that lets that time pass.
    dialogs : (whether it is Excel's own, how many fields it has) of each dialog that is open.
    """

    def __init__(self, python):
        self.folder, self.commands, self.starts = "C:\\venv", [], True
        self.dialogs, self.waits = [], lambda: None
        self._python, self._servers = python, {}

    @method
    def Loads(self, folder):  # noqa: N802
        return folder == self.folder

    @method
    def Starts(self, command):  # noqa: N802
        self.commands.append(command)
        self.waits()
        if self.starts:
            self._servers.setdefault(command, Server(self._python))
        return self.starts and self._servers[command].alive

    @member
    def Why(self):  # noqa: N802
        return "no Python there"

    @method
    def NextWindow(self, parent, after, kind):  # noqa: N802
        if parent:
            _, fields = self.dialogs[int(parent) - 1]
            count = {"EDTBX": fields, "ScrollBar": 1}[kind]
        else:
            assert kind == "bosa_sdm_XL9"
            count = len(self.dialogs)
        return after + 1 if after < count else 0

    @method
    def IsOwn(self, window):  # noqa: N802
        return self.dialogs[int(window) - 1][0]

    @member
    def Server(self):  # noqa: N802
        return self._servers[self.commands[-1]]


class Server(VBAObject):
    """xlwings' COM server, called through what COM does to values."""

    def __init__(self, python):
        self._python, self.alive = python, True
        self.calls = []

    @method
    def CallUDF(self, module, name, arguments):  # noqa: N802
        if not self.alive:
            raise VBARuntimeError(462, "The remote server machine does not exist")
        given = _to_com(arguments)
        self.calls.append((module, name, given))
        return _to_vba(self._python.CallUDF(module, name, given))


def _to_com(value):
    """A value of VBA as pywin32 hands it to Python; an object of Excel must not come."""
    if isinstance(value, VBAArray):
        assert value.dimensions <= 2
        if value.dimensions == 1:
            return tuple(_to_com(each) for each in value.items)
        rows, columns = (range(low, high + 1) for low, high in value.bounds)
        return tuple(tuple(_to_com(value.get([i, j])) for j in columns) for i in rows)
    assert not isinstance(value, VBAObject)
    if value is EMPTY:
        return None
    if value is MISSING:
        return MISSING_SCODE
    if isinstance(value, VBAErrorValue):
        return value.number - 0x7FF60000
    if isinstance(value, VBADate):
        return datetime.datetime(1899, 12, 30) + datetime.timedelta(days=value.serial)
    if isinstance(value, VBACurrency):
        return Decimal(value)
    assert isinstance(value, (bool, float, str)), value
    return value


def _to_vba(value):
    """A value of Python as COM hands it to VBA, or as a cell holds it."""
    if isinstance(value, (list, tuple)):
        if not value or not isinstance(value[0], (list, tuple)):
            return VBAArray([(0, len(value) - 1)], items=[_to_vba(each) for each in value])
        made = VBAArray([(0, len(value) - 1), (0, len(value[0]) - 1)])
        for i, row in enumerate(value):
            for j, each in enumerate(row):
                made.set([i, j], _to_vba(each))
        return made
    if isinstance(value, ExcelError):
        return VBAErrorValue(functions.CVERR[value])
    if isinstance(value, Decimal):
        return VBACurrency(value)
    if isinstance(value, datetime.date):
        moment = datetime.datetime.combine(value, datetime.time())
        return VBADate((moment - datetime.datetime(1899, 12, 30)).days)
    return EMPTY if value is None else float(value) if type(value) is int else value


def _to_python(value):
    """A value of VBA as a worksheet function's answer is written in tests."""
    if isinstance(value, VBAArray):
        if value.dimensions == 1:
            return [[_to_python(each) for each in value.items]]
        rows, columns = (range(low, high + 1) for low, high in value.bounds)
        return [[_to_python(value.get([i, j])) for j in columns] for i in rows]
    if isinstance(value, VBAErrorValue):
        return ERRORS[value.number]
    return value

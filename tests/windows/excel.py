"""An Excel of which all is real but Excel itself.

Real are the VBA of the built add-in (run by pyOpenVBA), xlwings' DLL, COM, a Windows CPython with
pywin32 and xlwings, and Wine's registry.
"""

from excel_stand_in import Excel
from pyopenvba.interpreter import VBAObject, member, method
from windows.calls import Caller, answered, digits

from bbxl.hosts.excel import addin


class ExcelOnWindows(Excel):
    """An Excel with the built add-in, whose DLL, COM and Python are Windows'.

    Parameters
    ----------
    windows : the Windows.
    folder : where the add-in is built.
    interpreter : the Python that it is built for.
    options : its current folder, such as that of a workbook that was opened, and environment.
    """

    def __init__(self, windows, folder, interpreter=None, **options):
        self._windows, self._options = windows, options
        self.caller = None
        self.open(folder, interpreter or windows.interpreter)

    def computer(self):
        self.close()
        self.caller = Caller(self._windows, **self._options)
        return Dll(self.caller), Shell(self.caller)

    def close(self):
        if self.caller:
            self.caller.close()
            self.caller = None


class Dll(VBAObject):
    """xlwings' DLL, and Windows' own."""

    def __init__(self, caller):
        self._caller, self.commands = caller, []

    @method
    def Loads(self, folder):  # noqa: N802
        name = f"xlwings64-{addin.versions()['xlwings']}.dll"
        return self._caller.load(f"{folder}\\{name}")

    @method
    def Starts(self, command):  # noqa: N802
        self.commands.append(command)
        self._why = self._caller.activate(command)
        return not self._why

    @member
    def Why(self):  # noqa: N802
        return self._why

    @method
    def NextWindow(self, parent, after, kind):  # noqa: N802
        return int(self._caller.ask("window", str(int(parent)), str(int(after)), digits(kind)))

    @method
    def IsOwn(self, window):  # noqa: N802
        return self._caller.ask("owns", str(int(window))) == "1"

    @member
    def Server(self):  # noqa: N802
        return Server(self._caller)


class Server(VBAObject):
    """xlwings' COM server in the Python that was started."""

    def __init__(self, caller):
        self._caller = caller

    @method
    def CallUDF(self, module, name, arguments):  # noqa: N802
        return self._caller.call(module, name, arguments.items)


class Shell(VBAObject):
    """The Windows scripting shell."""

    def __init__(self, caller):
        self._caller = caller

    @method
    def RegRead(self, name):  # noqa: N802
        return answered(self._caller.ask("read", digits(name)))

    @method
    def ExpandEnvironmentStrings(self, text):  # noqa: N802
        return answered(self._caller.ask("expand", digits(text)))

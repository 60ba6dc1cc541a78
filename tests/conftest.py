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

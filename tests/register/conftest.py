from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from tests.cases.cast import Cast, a_cast
from tests.register.builders import NOON


@pytest.fixture
def cast(db: None) -> Cast:
    return a_cast()


@pytest.fixture
def noon() -> Iterator[None]:
    """It is Thursday 16 April 2026, noon."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def keeper(cast: Cast, noon: None) -> Client:
    """The Business Manager's browser."""
    browser = Client()
    browser.force_login(cast.business_manager)
    return browser

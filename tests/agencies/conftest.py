import pytest

from tests.agencies.people import Places, places


@pytest.fixture
def here(db: None) -> Places:
    return places()

"""For every test: a browser where there is one, and what is skipped where something is missing."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests import services

# Playwright runs a loop in the test's thread, and Django refuses its database there although nothing runs beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test that opens a page is a browser test; without Chromium it is skipped, and the run says so."""
    for item in items:
        if {"page", "context", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
    missing = services.chromium() is None
    for item in items:
        if missing and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="there is no Chromium here"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database; at the end the sessions are ended that a browser's open connection still holds in a thread."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """Rate limits begin anew with every test."""
    cache.clear()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's Chromium, not one that Playwright would download."""
    return {"executable_path": services.chromium(), "args": services.CHROMIUM_FLAGS, "headless": True}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """British English, as our people's browsers."""
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Europe/London"}


@pytest.fixture(scope="session")
def redis_address() -> str:
    """A Redis that answers; the test is skipped without one."""
    address = services.redis_address()
    if address is None:
        pytest.skip("there is no Redis here")
    return address


@pytest.fixture(scope="session")
def postgres_address() -> str:
    """A PostgreSQL that answers; the test is skipped without one."""
    address = services.postgres()
    if address is None:
        pytest.skip("there is no PostgreSQL here")
    return address

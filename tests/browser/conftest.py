from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.desks import Desks
from tests.browser.journey import Journey
from tests.cases.cast import Cast, a_cast

# Two cores may be doing something else as well; a page that is wrong is wrong after this time too.
expect.set_options(timeout=20_000)


@pytest.fixture
def desks(browser: Browser, live_server: LiveServer, browser_context_args: dict[str, Any]) -> Iterator[Desks]:
    """Browsers for everybody.  At the end of every test none of them may have met an error, a breach of the
    Content-Security-Policy, or an address of another host."""
    made = Desks(browser, live_server.url, browser_context_args)
    yield made
    made.close()
    assert made.wrong == []


Begin = Callable[..., Journey]


@pytest.fixture
def begin(desks: Desks) -> Begin:
    """begin("torbay"): a partnership on that policy, and somebody who is about to disagree."""

    def journey(policy: str, slug: str = "northwater") -> Journey:
        return Journey(desks, a_cast(slug, policy))

    return journey


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return a_cast()

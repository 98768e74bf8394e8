"""Every person at a desk of their own: a browser that is signed in as them, and that is listened to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from agencies.models import Person

#: A browser counts an answer like "not found" as an error of the page; tests that want one say so.
REFUSED = "Failed to load resource: the server responded with a status of"


class Desks:
    """Opens browsers at `address`, the test's own server, and keeps all that should not have happened in them."""

    def __init__(self, browser: Browser, address: str, options: dict[str, Any]) -> None:
        self.browser = browser
        self.address = address
        self.options = {**options, "base_url": address}
        self.wrong: list[str] = []
        self.refusals_wanted = False
        self._open: dict[int, Page] = {}
        self._contexts: list[BrowserContext] = []

    def nobodys(self, **options: Any) -> Page:
        """A browser in which nobody is signed in."""
        context = self.browser.new_context(**{**self.options, **options})
        context.set_default_timeout(20_000)
        self._contexts.append(context)
        page = context.new_page()
        self._listen(page)
        return page

    def of(self, person: Person) -> Page:
        """The person's browser, always the same one; signed in without the sign-in page, which has tests of its own."""
        if person.pk not in self._open:
            self._open[person.pk] = self.signed_in(person)
        return self._open[person.pk]

    def signed_in(self, person: Person, **options: Any) -> Page:
        """A browser more for the person."""
        client = Client()
        client.force_login(person)
        page = self.nobodys(**options)
        page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "url": self.address,
                }
            ]
        )
        return page

    @contextmanager
    def refused(self) -> Iterator[None]:
        """Inside this block a page may answer 403, 404 or 409."""
        self.refusals_wanted = True
        yield
        self.refusals_wanted = False

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, line: ConsoleMessage) -> None:
        refused = self.refusals_wanted and line.text.startswith(REFUSED)
        if line.type in {"error", "warning"} and not refused:
            self.wrong.append(f"{line.page.url if line.page else ''}: {line.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme != "data" and f"{parts.scheme}://{parts.netloc}" != self.address:
            self.wrong.append(f"left the server: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= (500 if self.refusals_wanted else 400):
            self.wrong.append(f"{response.request.method} {response.url}: {response.status}")

"""Opening and sending act pages as a browser does: what the page holds is sent with what the person types."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import time_machine
from django.http import HttpResponse
from django.test import Client

from agencies.models import Person
from cases.models import Case
from tests.cases.cast import RAISED

NOW = RAISED + timedelta(hours=2)


class Inputs(HTMLParser):
    """The names and values of a page's hidden inputs."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.found[str(given["name"])] = given.get("value") or ""


def hidden_inputs(page: str) -> dict[str, str]:
    parser = Inputs()
    parser.feed(page)
    return {name: value for name, value in parser.found.items() if name != "csrfmiddlewaretoken"}


def address(case: Case, act: str) -> str:
    return f"/cases/{case.reference}/{act}/"


def open_page(client: Client, person: Person, case: Case, act: str, at: datetime = NOW) -> str:
    client.force_login(person)
    with time_machine.travel(at, tick=False):
        response = client.get(address(case, act))
    assert response.status_code == 200, response.content.decode()
    return folded(response)


def folded(response: Any) -> str:
    return " ".join(response.content.decode().split())


def send(
    client: Client,
    person: Person,
    case: Case,
    act: str,
    typed: Mapping[str, Any],
    *,
    at: datetime = NOW,
    page: str | None = None,
) -> HttpResponse:
    """Open the page (unless `page` was opened before), type, and press its button."""
    opened = page or open_page(client, person, case, act, at)
    client.force_login(person)
    with time_machine.travel(at, tick=False):
        return client.post(address(case, act), {**hidden_inputs(opened), **typed})  # type: ignore[return-value]


def done(response: Any, case: Case) -> bool:
    """Whether the answer goes back to the case."""
    return bool(response.status_code == 302 and response["Location"] == f"/cases/{case.reference}/")


def error_list(response: Any) -> list[str]:
    """The errors listed at the top of the page."""
    page = folded(response)
    start = page.find('govuk-error-summary__list">')
    listed = page[start : page.find("</ul>", start)] if start >= 0 else ""
    return [re.sub("<[^>]*>", "", item).strip() for item in re.findall(r"<li>(.*?)</li>", listed)]


def linked(response: Any) -> Iterator[bool]:
    """For each error of a field, whether its link leads to an element of the page."""
    page = folded(response)
    for target in re.findall(r'<li><a href="#([^"]+)"', page):
        yield f'id="{target}"' in page

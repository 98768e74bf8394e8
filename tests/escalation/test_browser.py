"""In a real browser: signing in under the strict policy, errors that take the eye, a phone's width, accessibility."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from agencies.models import Person
from tests.escalation.conftest import PASSWORD

pytestmark = [pytest.mark.urls("tests.escalation.pages"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser says of errors and of the policy that forbids scripts."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if "Content Security Policy" in line.text else None)
    return said


def sign_in(page: Page, address: str, person: Person) -> None:
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_signing_in_and_out(page: Page, live_server: Any, person: Person, complaints: list[str]) -> None:
    sign_in(page, live_server.url, person)
    expect(page.get_by_text("Nora Finch")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert complaints == []


def test_errors_take_the_eye_and_their_links_lead_to_the_box(
    page: Page, live_server: Any, person: Person, complaints: list[str]
) -> None:
    sign_in(page, live_server.url, person)
    page.goto(f"{live_server.url}/form/")
    page.get_by_label("Month").fill("13")
    page.get_by_role("button", name="Send").click()

    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name=re.compile("enter a day")).click()

    expect(page.get_by_label("Day")).to_be_focused()
    expect(page.get_by_label("Month")).to_have_value("13")
    assert complaints == []


@pytest.mark.parametrize("address", ["/accounts/login/", "/form/", "/not-allowed/", "/accounts/2fa/"])
def test_on_a_phone_nothing_sticks_out(page: Page, live_server: Any, person: Person, address: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, live_server.url, person)
    page.goto(f"{live_server.url}{address}")

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("address", ["/accounts/login/", "/form/", "/hidden/", "/accounts/2fa/"])
def test_no_accessibility_rule_is_broken(page: Page, live_server: Any, person: Person, address: str) -> None:
    if address != "/accounts/login/":
        sign_in(page, live_server.url, person)
    page.goto(f"{live_server.url}{address}")
    if address == "/form/":
        page.get_by_role("button", name="Send").click()

    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})

    assert found.violations_count == 0, found.generate_report()


def test_without_scripts_one_can_sign_in_and_reach_every_place(browser: Any, live_server: Any, person: Person) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    sign_in(page, live_server.url, person)

    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto(f"{live_server.url}/accounts/login/")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()


def test_on_paper_there_is_no_menu_and_what_was_folded_is_open(page: Page, live_server: Any, person: Person) -> None:
    sign_in(page, live_server.url, person)
    page.goto(f"{live_server.url}/form/")
    page.emulate_media(media="print")

    expect(page.get_by_role("navigation")).to_be_hidden()
    expect(page.get_by_role("button", name="Send")).to_be_hidden()
    expect(page.get_by_text("Do not wait for an answer in this service.")).to_be_visible()

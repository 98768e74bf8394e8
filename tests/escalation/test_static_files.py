"""The design system's files come from npm as they are; the crown, the crest and GDS Transport never."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from escalation.finders import DesignSystemFinder

STYLES = Path(settings.BASE_DIR) / "static" / "build" / "app.css"


@pytest.mark.parametrize("name", ["govuk/govuk-frontend.min.js", "moj/moj-frontend.min.js", "app.css", "app.js"])
def test_what_a_page_loads_is_found(name: str) -> None:
    assert finders.find(name)


@pytest.mark.parametrize(
    "name",
    [
        "govuk/assets/images/govuk-crest.svg",
        "govuk/assets/fonts/bold-b542beb274-v2.woff2",
        "govuk/assets/images/favicon.svg",
        "moj/assets/images/moj-logotype-crest-2024.png",
        "moj/assets/images/govuk-logotype-crown.png",
        "govuk/../../../package.json",
        "moj/assets/images/icon-../../../../../../package.json",
        "sass/package.json",
    ],
)
def test_what_is_reserved_or_none_of_our_business_is_not(name: str) -> None:
    assert not DesignSystemFinder().find(name)


def test_the_listing_holds_the_same_files_as_the_search() -> None:
    finder = DesignSystemFinder()
    listed = [f"{getattr(storage, 'prefix', '')}/{path}" for path, storage in finder.list([])]

    assert len(listed) > 10
    assert all(finder.find(name) for name in listed)


def test_the_stylesheet_is_in_arial_and_loads_nothing_from_elsewhere() -> None:
    styles = STYLES.read_text(encoding="utf-8")

    assert "Arial" in styles
    assert "gds transport" not in styles.lower()
    assert "@font-face" not in styles
    assert "crown" not in styles
    for address in re.findall(r"url\(([^)]+)\)", styles):
        assert finders.find(address.strip("\"'")), address


def test_static_files_are_served_by_the_application_and_may_be_kept(client: Client) -> None:
    answer = client.get("/static/app.css")

    assert answer.status_code == 200
    assert "no-store" not in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_lock_file_names_no_address() -> None:
    lock = (Path(settings.BASE_DIR) / "package-lock.json").read_text(encoding="utf-8")

    assert '"resolved"' not in lock
    assert lock.count('"integrity"') > 5

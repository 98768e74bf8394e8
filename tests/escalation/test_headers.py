"""Every answer tells the browser to be careful."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from agencies.models import Person
from tests.escalation.conftest import PASSWORD

pytestmark = [pytest.mark.urls("tests.escalation.pages"), pytest.mark.django_db]
ADDRESSES = ["/", "/form/", "/healthz", "/accounts/login/", "/nothing-here/", "/not-allowed/", "/wrong-state/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_headers(signed_in: Client, address: str) -> None:
    headers = signed_in.get(address).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_answer_allows_scripts_or_styles_inside_a_page(signed_in: Client, address: str) -> None:
    policy = signed_in.get(address).headers["Content-Security-Policy"]

    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"https?:|\*", policy)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_holds_a_script_a_style_or_another_host(signed_in: Client, address: str) -> None:
    body = signed_in.get(address).content.decode()

    assert not re.search(r"<script(?![^>]*(src=|application/json))", body)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", body)
    assert not re.search(r'(src|href)="(https?:)?//', body)


def test_over_https_the_browser_is_told_to_stay_there(client: Client, settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31536000, True

    answer = client.get("/accounts/login/", secure=True)

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_without_https_the_browser_is_sent_there_but_for_the_health_check(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/accounts/login/").headers["Location"] == "https://testserver/accounts/login/"
    assert client.get("/healthz").status_code == 200


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client: Client, person: Person) -> None:
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})

    cookie = client.cookies["session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"], "it ends with the browser"

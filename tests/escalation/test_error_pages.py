"""Hidden is not found, with one body; not allowed and wrong state say why; a failure says nothing of the inside."""

import logging

import pytest
from django.test import Client

from agencies.models import Person

pytestmark = [pytest.mark.urls("tests.escalation.pages"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")


def test_hidden_and_nonexistent_give_the_same_page(signed_in: Client) -> None:
    hidden, nonexistent, unknown = (signed_in.get(path) for path in ("/hidden/", "/nonexistent/", "/no/such/address/"))

    assert hidden.status_code == nonexistent.status_code == unknown.status_code == 404
    bodies = {answer.content.replace(csrf(answer), b"") for answer in (hidden, nonexistent, unknown)}
    assert len(bodies) == 1
    assert b"a case there is" not in hidden.content


def csrf(answer: object) -> bytes:
    """The token in the sign-out form, which differs in every answer."""
    content: bytes = answer.content  # type: ignore[attr-defined]
    return content.partition(b'name="csrfmiddlewaretoken" value="')[2].partition(b'"')[0]


def test_not_allowed_is_403_and_gives_the_reason_escaped(signed_in: Client) -> None:
    answer = signed_in.get("/not-allowed/")

    assert answer.status_code == 403
    assert "Only a manager may approve &lt;this&gt;." in answer.content.decode()


def test_wrong_state_is_409_and_names_the_state(signed_in: Client) -> None:
    answer = signed_in.get("/wrong-state/")

    assert answer.status_code == 409
    assert "The case was withdrawn." in answer.content.decode()


def test_any_other_broken_rule_is_409_with_its_reason(signed_in: Client) -> None:
    answer = signed_in.get("/rule/")

    assert answer.status_code == 409
    assert "It is too early." in answer.content.decode()


def test_a_failure_is_500_without_its_message(signed_in: Client) -> None:
    signed_in.raise_request_exception = False

    answer = signed_in.get("/broken/")

    assert answer.status_code == 500
    assert "Jo Bloggs" not in answer.content.decode()
    assert "ring 999" in answer.content.decode()


def test_a_form_from_elsewhere_is_refused_in_words(person: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)

    answer = client.post("/form/", {"text": "x"})

    assert answer.status_code == 403
    assert "Your page was open for too long" in answer.content.decode()


def test_someone_not_signed_in_learns_nothing(client: Client) -> None:
    for address in ("/hidden/", "/nonexistent/", "/not-allowed/", "/broken/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/login/")

"""Sign-in tells nothing about who exists, lets nobody guess, and nobody makes an account for themselves."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from agencies.models import Person
from escalation.adapters import ClosedSocialAccountAdapter
from tests.escalation.conftest import PASSWORD

pytestmark = [pytest.mark.urls("tests.escalation.pages"), pytest.mark.django_db]


def attempt(client: Client, email: str, password: str) -> str:
    """The page without what changes from one answer to the next, and without the address itself."""
    body = client.post(reverse("account_login"), {"login": email, "password": password}).content.decode()
    return re.sub(r'value="[^"]*"', "", body)


def test_the_right_password_lets_in(client: Client, person: Person) -> None:
    answer = client.post(reverse("account_login"), {"login": person.email.upper(), "password": PASSWORD})

    assert answer.headers["Location"] == "/"
    assert client.get("/form/").status_code == 200


def test_a_wrong_password_and_an_unknown_address_read_the_same(client: Client, person: Person) -> None:
    known = attempt(client, person.email, "not-the-password")
    unknown = attempt(client, "nobody@nursery.example", "not-the-password")

    assert known == unknown
    assert "There is a problem" in known


def test_a_suspended_person_is_not_let_in(client: Client, person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)

    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})

    assert client.get("/form/").status_code == 302


def test_after_ten_wrong_passwords_the_right_one_does_not_help_either(client: Client, person: Person) -> None:
    for _ in range(10):
        attempt(client, person.email, "not-the-password")

    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})

    assert answer.status_code in {200, 429}
    assert client.get("/form/").status_code == 302


def test_guessing_at_one_account_locks_nobody_else_out(client: Client, person: Person) -> None:
    for _ in range(10):
        attempt(client, "someone.else@nursery.example", "not-the-password")

    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})

    assert client.get("/form/").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_makes_an_account(client: Client, method: str) -> None:
    body = {"email": "me@nursery.example", "password1": PASSWORD}

    answer = getattr(client, method)(reverse("account_signup"), body)

    assert "Accounts are by invitation" in answer.content.decode()
    assert not Person.objects.exists()


def test_an_organisations_account_makes_none_either(client: Client) -> None:
    assert ClosedSocialAccountAdapter().is_open_for_signup(client.get("/").wsgi_request, object()) is False


def test_the_page_offers_no_sign_up(client: Client) -> None:
    assert reverse("account_signup") not in client.get(reverse("account_login")).content.decode()


def test_nobody_changes_the_address_they_were_invited_with(signed_in: Client) -> None:
    assert signed_in.get(reverse("account_email")).status_code == 404


def test_asking_for_a_new_password_tells_nothing_about_who_exists(client: Client, person: Person) -> None:
    answers = [
        client.post(reverse("account_reset_password"), {"email": email}) for email in (person.email, "no@one.example")
    ]

    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert [message.to for message in mail.outbox] == [[person.email]]


def test_a_new_password_is_chosen_by_the_link_in_the_mail(client: Client, person: Person) -> None:
    client.post(reverse("account_reset_password"), {"email": person.email})
    link = re.search(r"http://testserver(/\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link[1]).headers["Location"]

    client.post(form, {"password1": "another-long-password", "password2": "another-long-password"})

    person.refresh_from_db()
    assert person.check_password("another-long-password")


@pytest.mark.parametrize("password", ["short", "password1234", "nora@nursery.example"])
def test_a_weak_password_is_refused(signed_in: Client, person: Person, password: str) -> None:
    answer = signed_in.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )

    assert "There is a problem" in answer.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"])
def test_a_second_step_is_changed_only_after_the_password_was_asked_again(signed_in: Client, name: str) -> None:
    asked = signed_in.get(reverse(name))

    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))


@pytest.mark.parametrize("name", ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_change_password"])
def test_pages_of_the_account_are_drawn_in_the_design_system(client: Client, person: Person, name: str) -> None:
    client.force_login(person)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    body = client.get(reverse(name)).content.decode()

    assert body.count("<h1") == 1
    assert 'class="govuk-template"' in body
    assert "<p><label" not in body


def test_signing_out_by_a_link_from_elsewhere_does_not_work(signed_in: Client) -> None:
    signed_in.get(reverse("account_logout"))
    assert signed_in.get("/form/").status_code == 200

    signed_in.post(reverse("account_logout"))
    assert signed_in.get("/form/").status_code == 302

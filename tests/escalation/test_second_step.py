"""A second step at sign-in: set up by the person, asked for ever after, each code good for once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.urls import reverse

from agencies.models import Person
from tests.escalation.conftest import PASSWORD

pytestmark = [pytest.mark.urls("tests.escalation.pages"), pytest.mark.django_db]
AT = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)


def code_of(secret: str) -> str:
    """The code that an authenticator app shows at this moment."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def sign_in(client: Client, person: Person) -> str:
    """The address the password leads to."""
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return str(answer.headers["Location"])


@pytest.fixture
def secret(person: Person) -> str:
    """The secret of an app that the person has set up, five minutes ago."""
    client = Client()
    with time_machine.travel(AT - timedelta(minutes=5), tick=False):
        client.force_login(person)
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        page = client.get(reverse("mfa_activate_totp")).content.decode()
        found = re.search(r'value="([A-Z2-7]{32})"', page)
        assert found
        client.post(reverse("mfa_activate_totp"), {"code": code_of(found[1])})
    assert Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()
    return found[1]


@pytest.mark.django_db(transaction=True)
def test_the_person_is_told_by_mail_that_it_was_set_up(secret: str, person: Person) -> None:
    assert [message.to for message in mail.outbox] == [[person.email]]
    assert secret not in str(mail.outbox[0].body)


def test_the_password_alone_does_not_let_in(client: Client, person: Person, secret: str) -> None:
    with time_machine.travel(AT, tick=False):
        assert sign_in(client, person) == reverse("mfa_authenticate")
        assert client.get("/form/").status_code == 302


def test_the_code_lets_in(client: Client, person: Person, secret: str) -> None:
    with time_machine.travel(AT, tick=False):
        sign_in(client, person)
        client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

        assert client.get("/form/").status_code == 200


def test_a_code_that_was_used_does_not_let_in_again(person: Person, secret: str) -> None:
    with time_machine.travel(AT, tick=False):
        code = code_of(secret)
        for client, let_in in ((Client(), True), (Client(), False)):
            sign_in(client, person)
            client.post(reverse("mfa_authenticate"), {"code": code})
            assert (client.get("/form/").status_code == 200) is let_in


@pytest.mark.parametrize("code", ["000000", "", "abcdef", "\x00", "9" * 500])
def test_a_wrong_code_is_an_error_on_the_page(client: Client, person: Person, secret: str, code: str) -> None:
    with time_machine.travel(AT, tick=False):
        sign_in(client, person)
        answer = client.post(reverse("mfa_authenticate"), {"code": code})

        assert answer.status_code == 200
        assert "There is a problem" in answer.content.decode()
        assert client.get("/form/").status_code == 302


def test_a_recovery_code_lets_in_without_the_app(client: Client, person: Person, secret: str) -> None:
    kept = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()

    with time_machine.travel(AT, tick=False):
        sign_in(client, person)
        client.post(reverse("mfa_authenticate"), {"code": kept[0]})

        assert client.get("/form/").status_code == 200

"""A session ends an hour after its last page, and twelve hours after its sign-in; a suspended person at once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from agencies.models import Person
from tests.escalation.conftest import PASSWORD

pytestmark = [pytest.mark.urls("tests.escalation.pages"), pytest.mark.django_db]
MORNING = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)


def is_in(client: Client) -> bool:
    return client.get("/form/").status_code == 200


def sign_in(client: Client, person: Person) -> None:
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})


@pytest.mark.parametrize(("minutes", "still_in"), [(59, True), (61, False)])
def test_an_idle_session_ends_after_an_hour(client: Client, person: Person, minutes: int, still_in: bool) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        sign_in(client, person)
        clock.shift(timedelta(minutes=minutes))
        assert is_in(client) is still_in


def test_a_session_in_use_goes_on_but_not_beyond_twelve_hours(client: Client, person: Person) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        sign_in(client, person)
        for _ in range(23):
            clock.shift(timedelta(minutes=30))
            assert is_in(client)
        clock.shift(timedelta(minutes=31))
        assert not is_in(client)


def test_the_session_is_not_written_at_every_page(client: Client, person: Person) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        sign_in(client, person)
        clock.shift(timedelta(minutes=4))
        assert is_in(client)
        seen = client.session["seen_at"]
        clock.shift(timedelta(minutes=4))
        assert is_in(client)

        assert seen == int(MORNING.timestamp())
        assert client.session["seen_at"] == seen + 8 * 60


def test_summer_time_neither_lengthens_nor_shortens_a_session(client: Client, person: Person) -> None:
    before_the_change = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    with time_machine.travel(before_the_change, tick=False) as clock:
        sign_in(client, person)
        clock.shift(timedelta(minutes=45))
        assert is_in(client)


def test_someone_suspended_is_out_at_the_next_page(client: Client, person: Person) -> None:
    sign_in(client, person)
    assert is_in(client)

    Person.objects.filter(pk=person.pk).update(is_active=False)

    assert not is_in(client)


def test_who_is_out_is_sent_to_sign_in_and_back(client: Client) -> None:
    assert client.get("/form/").headers["Location"] == "/accounts/login/?next=/form/"

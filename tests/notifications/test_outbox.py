from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from agencies.models import Person
from notifications.events import UnknownEvent
from notifications.models import Notification, State
from notifications.outbox import MessagesLostError, Telling, enqueue
from tests.notifications.conftest import telling


def enqueue_all(*tellings: Telling, at: datetime) -> int:
    with transaction.atomic():
        return enqueue(tellings, at=at)


def test_a_telling_becomes_a_row_that_carries_reference_stage_date_and_link(
    anna: Person, at: datetime, due: datetime
) -> None:
    assert enqueue_all(telling(anna, due_at=due), at=at) == 1
    row = Notification.objects.get()
    assert (row.recipient, row.address) == (anna, "")
    assert (row.reference, row.stage, row.due_at) == ("TOR-2026-0042", "Line managers", due)
    assert (row.path, row.case_id, row.event) == ("/cases/TOR-2026-0042/", 12, "case.stage_entered")
    assert (row.created_at, row.next_attempt_at, row.state, row.attempts) == (at, at, State.PENDING, 0)


def test_the_message_id_names_the_site_and_not_the_machine(anna: Person, at: datetime) -> None:
    enqueue_all(telling(anna), at=at)
    assert Notification.objects.get().message_id.endswith("@escalation.example>")


def test_the_same_key_is_never_told_twice(anna: Person, at: datetime) -> None:
    assert enqueue_all(telling(anna), at=at) == 1
    first = Notification.objects.get()
    assert enqueue_all(telling(anna, stage="Directors"), at=at) == 0
    assert Notification.objects.get() == first
    assert Notification.objects.get().stage == "Line managers"


def test_the_same_key_twice_in_one_call_is_one_message(anna: Person, at: datetime) -> None:
    assert enqueue_all(telling(anna), telling(anna), at=at) == 1


def test_only_the_new_ones_are_counted(anna: Person, ben: Person, at: datetime) -> None:
    enqueue_all(telling(anna), at=at)
    assert enqueue_all(telling(anna), telling(ben), at=at) == 1


def test_one_occasion_is_told_to_each_addressee(anna: Person, ben: Person, at: datetime) -> None:
    assert enqueue_all(telling(anna), telling(ben), telling(), at=at) == 3
    assert set(Notification.objects.values_list("key", flat=True)) == {
        f"case:12:stage_entered:3:person:{anna.pk}",
        f"case:12:stage_entered:3:person:{ben.pk}",
        "case:12:stage_entered:3:mailbox:register@partnership.example",
    }


def test_a_key_that_names_its_addressee_already_stays_as_it_is(anna: Person) -> None:
    key = f"clock:12:late:2026-04-14:person:{anna.pk}"
    assert telling(anna, key=key).full_key == key


def test_a_mailbox_is_one_addressee_however_it_is_written(at: datetime, db: None) -> None:
    assert enqueue_all(telling(), telling(address="REGISTER@partnership.example"), at=at) == 1


def test_somebody_suspended_is_not_told_and_the_record_says_why(anna: Person, at: datetime) -> None:
    anna.is_active = False
    anna.save()
    enqueue_all(telling(anna), at=at)
    row = Notification.objects.get()
    assert (row.state, row.error) == (State.WITHHELD, "This person's access is suspended.")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"recipient": None, "address": ""}, "person or to a mailbox"),
        ({"address": "someone@example.org"}, "person or to a mailbox"),
        ({"key": ""}, "twice"),
        ({"path": "cases/TOR-2026-0042/"}, "path on this site"),
        ({"path": ""}, "path on this site"),
        ({"path": "//evil.example/"}, "path on this site"),
        ({"path": "/\\evil.example/"}, "path on this site"),
        ({"path": "https://evil.example/"}, "path on this site"),
        ({"due_at": datetime(2026, 4, 13, 12, 0)}, "time zone"),  # noqa: DTZ001 - naive on purpose
    ],
)
def test_what_could_not_be_delivered_is_refused_at_once(anna: Person, changes: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        replace(telling(anna), **changes)


def test_an_unknown_event_is_refused_before_anything_is_written(anna: Person) -> None:
    with pytest.raises(UnknownEvent):
        telling(anna, event="case.gossiped")


def test_what_would_be_a_second_header_is_flattened_when_it_is_written_down(anna: Person, at: datetime) -> None:
    enqueue_all(telling(anna, reference="TOR\r\nBcc: x@example.org", stage="A\nB"), at=at)
    row = Notification.objects.get()
    assert (row.reference, row.stage) == ("TOR Bcc: x@example.org", "A B")


def test_many_messages_cost_two_queries(
    at: datetime, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tellings = [telling(key=f"clock:{number}") for number in range(40)]
    with transaction.atomic(), django_assert_num_queries(2):
        assert enqueue(tellings, at=at) == 40


def test_a_thousand_messages_are_all_kept(at: datetime, db: None) -> None:
    assert enqueue_all(*[telling(key=f"clock:{number}") for number in range(1000)], at=at) == 1000


def test_a_message_the_database_did_not_keep_stops_the_deed(
    anna: Person, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Notification.objects, "bulk_create", lambda rows, **options: list(rows))
    with pytest.raises(MessagesLostError, match="1 of 1"):
        enqueue_all(telling(anna), at=at)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_accepted(anna: Person, at: datetime) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        enqueue([telling(anna)], at=at)
    assert not Notification.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_deed_that_fails_leaves_no_message_and_wakes_nobody(anna: Person, at: datetime, woken: list[str]) -> None:
    def deed() -> None:
        with transaction.atomic():
            enqueue([telling(anna)], at=at)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        deed()
    assert not Notification.objects.exists()
    assert woken == []


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_woken_after_the_commit_and_not_before(anna: Person, at: datetime, woken: list[str]) -> None:
    with transaction.atomic():
        enqueue([telling(anna)], at=at)
        assert woken == []
    assert woken == ["woken"]


def test_nothing_to_tell_wakes_nobody(
    at: datetime, db: None, woken: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert enqueue([], at=at) == 0
    assert woken == []


@pytest.mark.django_db(transaction=True)
def test_a_waker_that_breaks_does_not_break_the_request(
    anna: Person, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down() -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("notifications.outbox.wake_delivery", break_down)
    assert enqueue_all(telling(anna), at=at) == 1
    assert Notification.objects.get().state == State.PENDING


def test_a_site_without_a_host_name_still_makes_message_ids(anna: Person, at: datetime, settings: Settings) -> None:
    settings.SITE_URL = ""
    enqueue_all(telling(anna), at=at)
    assert Notification.objects.get().message_id.endswith("@localhost>")

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from agencies.models import Person
from notifications.models import Notification, State
from tests.notifications.conftest import Tell


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "lost"}, "notification_state_known"),
        ({"address": "someone@example.org"}, "notification_has_one_addressee"),
        ({"recipient": None}, "notification_has_one_addressee"),
        ({"state": State.SENDING}, "notification_leased_while_sending"),
        ({"state": State.SENT}, "notification_sent_at_when_sent"),
        ({"path": "//evil.example/"}, "notification_path_is_ours"),
        ({"path": "https://evil.example/"}, "notification_path_is_ours"),
    ],
)
def test_the_database_refuses_a_row_that_cannot_be(
    anna: Person, tell: Tell, changes: dict[str, Any], constraint: str
) -> None:
    row = tell(anna)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Notification.objects.filter(pk=row.pk).update(**changes)


def test_a_lease_without_sending_is_refused(anna: Person, tell: Tell, at: datetime) -> None:
    row = tell(anna)
    with pytest.raises(IntegrityError, match="notification_leased_while_sending"), transaction.atomic():
        Notification.objects.filter(pk=row.pk).update(leased_until=at)


def test_the_record_of_who_was_told_keeps_the_person(anna: Person, tell: Tell) -> None:
    tell(anna)
    with pytest.raises(ProtectedError):
        anna.delete()


def test_two_rows_with_one_key_are_refused(anna: Person, tell: Tell) -> None:
    row = tell(anna)
    row.pk, row.message_id = None, "<another@escalation.example>"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_due_is_what_waits_and_what_was_abandoned(anna: Person, tell: Tell, at: datetime) -> None:
    waiting = tell(anna, key="waiting")
    abandoned = tell(anna, key="abandoned")
    not_due: dict[str, dict[str, Any]] = {
        "later": {"next_attempt_at": at + timedelta(seconds=1)},
        "held": {"state": State.SENDING, "leased_until": at + timedelta(seconds=1)},
        "sent": {"state": State.SENT, "sent_at": at},
        "failed": {"state": State.FAILED},
        "withheld": {"state": State.WITHHELD},
    }
    for key, changes in not_due.items():
        Notification.objects.filter(pk=tell(anna, key=key).pk).update(**changes)
    Notification.objects.filter(pk=abandoned.pk).update(state=State.SENDING, leased_until=at)
    assert set(Notification.objects.due(at)) == {waiting, abandoned}


def test_a_row_names_its_event_and_reference_only(anna: Person, tell: Tell) -> None:
    assert str(tell(anna)) == "case.stage_entered TOR-2026-0042"

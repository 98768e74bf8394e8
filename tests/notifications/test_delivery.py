"""What is sent, to whom, and what a crash or a lost right does to it. The mail itself goes to Django's test outbox."""

import logging
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail as django_mail
from django.db import DatabaseError, transaction
from pytest_django import Settings

from agencies.models import Person
from notifications import delivery
from notifications.delivery import LEASE, DeliveryReport, claim_next, deliver_due, wait_before
from notifications.models import Notification, State
from tests.notifications.conftest import Tell


def test_what_is_due_is_sent_once(anna: Person, tell: Tell, at: datetime) -> None:
    row = tell(anna)
    assert deliver_due(at=at) == DeliveryReport(sent=1)
    assert deliver_due(at=at + timedelta(days=1)) == DeliveryReport()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.leased_until, row.error) == (State.SENT, 1, None, "")
    assert row.sent_at is not None
    assert at <= row.sent_at < at + timedelta(seconds=30)
    assert len(django_mail.outbox) == 1


def test_what_is_not_due_yet_waits(anna: Person, tell: Tell, at: datetime) -> None:
    tell(anna)
    assert deliver_due(at=at - timedelta(seconds=60)) == DeliveryReport()
    assert django_mail.outbox == []


def test_each_message_has_one_recipient(anna: Person, ben: Person, tell: Tell, at: datetime) -> None:
    for recipient in (anna, ben, None):
        tell(recipient)
    assert deliver_due(at=at).sent == 3
    assert sorted(message.recipients() for message in django_mail.outbox) == [
        ["anna@nursery.example"],
        ["ben@police.example"],
        ["register@partnership.example"],
    ]


def test_the_address_is_the_one_the_person_has_when_it_leaves(anna: Person, tell: Tell, at: datetime) -> None:
    tell(anna)
    Person.objects.filter(pk=anna.pk).update(email="anna@new.example")
    deliver_due(at=at)
    assert django_mail.outbox[0].to == ["anna@new.example"]


def test_immediate_risk_goes_first(anna: Person, tell: Tell, at: datetime) -> None:
    tell(anna, key="a", told_at=at - timedelta(hours=1))
    tell(anna, key="b", event="case.moved_at_once", urgent=True)
    assert deliver_due(at=at, limit=1).sent == 1
    assert "Urgent" in django_mail.outbox[0].subject


def test_a_round_keeps_to_its_limit_and_the_next_one_goes_on(anna: Person, tell: Tell, at: datetime) -> None:
    for number in range(5):
        tell(anna, key=f"clock:{number}")
    assert deliver_due(at=at, limit=3).sent == 3
    assert deliver_due(at=at, limit=3).sent == 2


def test_a_round_ends_when_its_time_is_up(anna: Person, tell: Tell, at: datetime) -> None:
    tell(anna)
    assert deliver_due(at=at, seconds=-1) == DeliveryReport()
    assert Notification.objects.get().attempts == 0


def test_somebody_suspended_in_the_meantime_is_not_told(anna: Person, tell: Tell, at: datetime) -> None:
    row = tell(anna)
    Person.objects.filter(pk=anna.pk).update(is_active=False)
    assert deliver_due(at=at) == DeliveryReport(withheld=1)
    row.refresh_from_db()
    assert (row.state, row.error) == (State.WITHHELD, "This person's access is suspended.")
    assert django_mail.outbox == []


def test_somebody_who_lost_the_right_to_know_is_not_told(
    anna: Person, tell: Tell, at: datetime, settings: Settings
) -> None:
    row, other = tell(anna, case_id=12, key="a"), tell(anna, case_id=13, key="b")
    settings.NOTIFICATIONS_MAY_KNOW = "tests.notifications.rules.only_case_12"
    assert deliver_due(at=at) == DeliveryReport(sent=1, withheld=1)
    row.refresh_from_db()
    other.refresh_from_db()
    assert row.state == State.SENT
    assert (other.state, other.error) == (State.WITHHELD, "This person may no longer know about the case.")


def test_the_registers_mailbox_and_messages_about_no_case_are_not_asked(
    anna: Person, tell: Tell, at: datetime, settings: Settings
) -> None:
    settings.NOTIFICATIONS_MAY_KNOW = "tests.notifications.rules.nobody"
    tell(None)
    tell(anna, case_id=None, reference="")
    assert deliver_due(at=at) == DeliveryReport(sent=2)


@pytest.mark.parametrize("rule", ["tests.notifications.rules.broken", "tests.notifications.rules.not_there"])
def test_a_rule_that_breaks_tells_nobody_and_loses_nothing(
    anna: Person, tell: Tell, at: datetime, settings: Settings, rule: str
) -> None:
    row = tell(anna)
    settings.NOTIFICATIONS_MAY_KNOW = rule
    assert deliver_due(at=at) == DeliveryReport(retried=1)
    assert django_mail.outbox == []
    settings.NOTIFICATIONS_MAY_KNOW = "tests.notifications.rules.everybody"
    row.refresh_from_db()
    assert deliver_due(at=row.next_attempt_at) == DeliveryReport(sent=1)


def test_one_bad_message_does_not_stop_the_others(anna: Person, tell: Tell, at: datetime) -> None:
    bad, _ = tell(anna, key="a"), tell(anna, key="b")
    Notification.objects.filter(pk=bad.pk).update(event="case.gossiped")
    assert deliver_due(at=at) == DeliveryReport(sent=1, retried=1)
    bad.refresh_from_db()
    assert (bad.state, bad.error) == (State.PENDING, "The message could not be made (UnknownEvent).")


def test_a_failing_database_is_not_taken_for_a_bad_message(
    anna: Person, tell: Tell, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_the_connection(_: Notification) -> str:
        raise DatabaseError

    row = tell(anna)
    monkeypatch.setattr(delivery, "reason_to_withhold", lose_the_connection)
    with pytest.raises(DatabaseError):
        deliver_due(at=at)
    row.refresh_from_db()
    assert (row.state, row.error) == (State.SENDING, "")


def test_a_process_that_died_while_sending_loses_nothing(anna: Person, tell: Tell, at: datetime) -> None:
    row = tell(anna)
    claimed = claim_next(at=at)
    assert claimed is not None
    assert deliver_due(at=at + LEASE - timedelta(seconds=60)) == DeliveryReport()
    assert deliver_due(at=at + LEASE) == DeliveryReport(sent=1)
    headers = message_from_bytes(django_mail.outbox[0].message().as_bytes(), policy=policy.default)
    assert headers["Message-ID"] == row.message_id
    row.refresh_from_db()
    assert row.attempts == 2


def test_a_claimed_row_cannot_be_claimed_again(anna: Person, tell: Tell, at: datetime) -> None:
    tell(anna)
    assert claim_next(at=at) is not None
    assert claim_next(at=at) is None


def test_a_row_taken_between_looking_and_taking_is_left_to_the_other(
    anna: Person, tell: Tell, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a database has no row locks the update itself decides, by the attempt that was seen."""
    row = tell(anna)
    stale = Notification.objects.get(pk=row.pk)
    assert claim_next(at=at) is not None
    answers = iter([stale, None])
    monkeypatch.setattr("notifications.models.Notifications.first", lambda self: next(answers))
    assert claim_next(at=at) is None
    row.refresh_from_db()
    assert row.attempts == 1


def test_whoever_let_the_lease_run_out_has_nothing_left_to_say(anna: Person, tell: Tell, at: datetime) -> None:
    row = tell(anna)
    slow = claim_next(at=at)
    second = claim_next(at=at + LEASE)
    assert slow is not None
    assert second is not None
    delivery._mark(slow, state=State.FAILED, error="too late")
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.SENDING, 2)


def test_an_acceptance_counts_whoever_holds_the_row_by_then(
    anna: Person, tell: Tell, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slow one's message was accepted in the end; the second attempt's refusal does not unsay that."""
    row = tell(anna)

    def slow_send(_: object) -> None:
        second = claim_next(at=at + LEASE * 2)
        assert second is not None
        delivery._mark(second, state=State.FAILED, error="550")

    monkeypatch.setattr("notifications.mail.send", slow_send)
    assert deliver_due(at=at).sent == 1
    row.refresh_from_db()
    assert (row.state, row.error) == (State.SENT, "")


@pytest.mark.django_db(transaction=True)
def test_a_round_inside_a_transaction_is_refused(anna: Person, tell: Tell, at: datetime) -> None:
    tell(anna)
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        deliver_due(at=at)


def test_waits_double_up_to_an_hour() -> None:
    minutes = [wait_before(attempt).total_seconds() / 60 for attempt in (1, 2, 3, 4, 5, 6, 7, 8, 500)]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_report_can_be_printed() -> None:
    assert DeliveryReport(sent=2, failed=1).as_dict() == {"sent": 2, "retried": 0, "failed": 1, "withheld": 0}


def test_the_log_names_no_one(
    anna: Person, tell: Tell, at: datetime, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    tell(anna)
    settings.NOTIFICATIONS_MAY_KNOW = "tests.notifications.rules.broken"
    with caplog.at_level(logging.DEBUG):
        deliver_due(at=at)
    assert "ZeroDivisionError" in caplog.text
    for secret in (anna.email, anna.name, "TOR-2026-0042"):
        assert secret not in caplog.text

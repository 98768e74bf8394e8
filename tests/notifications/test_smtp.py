"""Delivery to a real SMTP server that accepts, puts off, refuses, is down, says nothing, or drops the line."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from agencies.models import Person
from notifications.delivery import UNREACHABLE_IN_A_ROW, DeliveryReport, deliver_due
from notifications.models import Notification, State
from tests.notifications.conftest import Tell, use_smtp
from tests.notifications.mailserver import MailServer, free_port, silent_listener


def test_the_server_gets_one_message_for_one_recipient(
    server: MailServer, anna: Person, ben: Person, tell: Tell, at: datetime
) -> None:
    rows = [tell(anna), tell(ben)]
    assert deliver_due(at=at) == DeliveryReport(sent=2)
    assert sorted(server.envelopes) == [["anna@nursery.example"], ["ben@police.example"]]
    assert {message["Message-ID"] for message in server.taken} == {row.message_id for row in rows}
    assert {part.get_content_type() for part in server.taken[0].walk()} >= {"text/plain", "text/html"}


@pytest.mark.parametrize("answer", ["451 4.3.0 Try later", "450 4.2.1 Mailbox busy", "452 4.2.2 Mailbox full"])
def test_what_is_put_off_is_tried_again_later_with_the_same_id(
    server: MailServer, anna: Person, tell: Tell, at: datetime, answer: str
) -> None:
    row = tell(anna)
    server.to_recipient["anna@nursery.example"] = answer
    assert deliver_due(at=at) == DeliveryReport(retried=1)
    row.refresh_from_db()
    assert row.state == State.PENDING
    assert answer in row.error
    assert at + timedelta(minutes=1) <= row.next_attempt_at < at + timedelta(minutes=2)
    assert deliver_due(at=at + timedelta(seconds=50)) == DeliveryReport()
    server.to_recipient.clear()
    assert deliver_due(at=row.next_attempt_at) == DeliveryReport(sent=1)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == (State.SENT, 2, "")
    assert [message["Message-ID"] for message in server.taken] == [row.message_id]


@pytest.mark.parametrize("answer", ["550 5.1.1 No such user", "552 5.2.2 Mailbox full", "554 5.7.1 Not wanted"])
def test_a_refused_recipient_fails_for_good_and_says_why(
    server: MailServer, anna: Person, tell: Tell, at: datetime, answer: str
) -> None:
    row = tell(anna)
    server.to_recipient["anna@nursery.example"] = answer
    assert deliver_due(at=at) == DeliveryReport(failed=1)
    row.refresh_from_db()
    assert (row.state, row.leased_until) == (State.FAILED, None)
    assert row.error == f"The mail server refused the address: {answer}"
    assert deliver_due(at=at + timedelta(days=30)) == DeliveryReport()


def test_one_refused_recipient_does_not_hold_up_the_others(
    server: MailServer, anna: Person, ben: Person, tell: Tell, at: datetime
) -> None:
    tell(anna)
    tell(ben)
    server.to_recipient["anna@nursery.example"] = "550 5.1.1 No such user"
    assert deliver_due(at=at) == DeliveryReport(sent=1, failed=1)


def test_the_reason_that_is_kept_holds_no_address(server: MailServer, anna: Person, tell: Tell, at: datetime) -> None:
    row = tell(anna)
    server.to_recipient["anna@nursery.example"] = "550 5.1.1 <anna@nursery.example>: unknown at mx.nursery.example"
    deliver_due(at=at)
    row.refresh_from_db()
    assert "anna@" not in row.error
    assert row.error.endswith("550 5.1.1 (address): unknown at mx.nursery.example")


def test_a_message_refused_after_its_text_fails_for_good(
    server: MailServer, anna: Person, tell: Tell, at: datetime
) -> None:
    row = tell(anna)
    server.to_data = "554 5.6.0 Content refused"
    assert deliver_due(at=at) == DeliveryReport(failed=1)
    row.refresh_from_db()
    assert row.error == "The mail server refused the message: 554 5.6.0 Content refused"


def test_a_message_put_off_after_its_text_is_tried_again(
    server: MailServer, anna: Person, tell: Tell, at: datetime
) -> None:
    tell(anna)
    server.to_data = "451 4.3.0 Greylisted"
    assert deliver_due(at=at) == DeliveryReport(retried=1)


@pytest.mark.parametrize("answer", ["550 5.7.1 Sender unknown", "530 5.7.0 Sign in first", "421 4.3.2 Closing"])
def test_a_refused_sender_is_a_mistake_of_ours_and_loses_no_message(
    server: MailServer, anna: Person, tell: Tell, at: datetime, answer: str
) -> None:
    row = tell(anna)
    server.to_sender = answer
    assert deliver_due(at=at) == DeliveryReport(retried=1)
    row.refresh_from_db()
    assert row.state == State.PENDING
    assert answer[:3] in row.error


def test_a_server_that_is_down_loses_nothing_and_is_not_hammered(
    anna: Person, tell: Tell, at: datetime, settings: Settings
) -> None:
    use_smtp(settings, free_port())
    for number in range(10):
        tell(anna, key=f"clock:{number}")
    assert deliver_due(at=at) == DeliveryReport(retried=UNREACHABLE_IN_A_ROW)
    assert Notification.objects.filter(state=State.PENDING).count() == 10
    assert Notification.objects.exclude(error="").count() == UNREACHABLE_IN_A_ROW
    assert "could not be reached (ConnectionRefusedError)" in Notification.objects.exclude(error="")[0].error


def test_when_the_server_is_back_everything_goes_out_once(
    anna: Person, tell: Tell, at: datetime, settings: Settings, server: MailServer
) -> None:
    up = server.port
    use_smtp(settings, free_port())
    rows = [tell(anna, key=f"clock:{number}") for number in range(10)]
    deliver_due(at=at)
    use_smtp(settings, up)
    assert deliver_due(at=at + timedelta(minutes=10)) == DeliveryReport(sent=10)
    assert sorted(message["Message-ID"] for message in server.taken) == sorted(row.message_id for row in rows)


def test_a_server_that_says_nothing_is_given_up_after_the_time_out(
    anna: Person, tell: Tell, at: datetime, settings: Settings
) -> None:
    row = tell(anna)
    with silent_listener() as port:
        use_smtp(settings, port)
        settings.EMAIL_TIMEOUT = 0.2
        assert deliver_due(at=at) == DeliveryReport(retried=1)
    row.refresh_from_db()
    assert row.state == State.PENDING
    assert "could not be reached" in row.error


def test_a_line_dropped_after_the_text_is_sent_again_as_the_same_message(
    server: MailServer, anna: Person, tell: Tell, at: datetime
) -> None:
    """The one place where a second copy is possible: the server took it, we never heard. The id shows it is one."""
    row = tell(anna)
    server.hang_up_after_data = True
    assert deliver_due(at=at) == DeliveryReport(retried=1)
    server.hang_up_after_data = False
    row.refresh_from_db()
    assert deliver_due(at=row.next_attempt_at) == DeliveryReport(sent=1)
    assert [message["Message-ID"] for message in server.taken] == [row.message_id, row.message_id]


def test_a_server_without_the_promised_encryption_gets_nothing(
    server: MailServer, anna: Person, tell: Tell, at: datetime, settings: Settings
) -> None:
    settings.EMAIL_USE_TLS = True
    row = tell(anna)
    assert deliver_due(at=at) == DeliveryReport(retried=1)
    row.refresh_from_db()
    assert row.state == State.PENDING
    assert server.taken == []


def test_an_impossible_address_fails_for_good_and_reaches_no_server(
    server: MailServer, tell: Tell, at: datetime, db: None
) -> None:
    row = tell(None, address="not an address")
    assert deliver_due(at=at).sent == 0
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert server.taken == []

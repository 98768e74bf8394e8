"""Two workers at once, each on a connection of its own. SQLite lets writers queue instead, so these need PostgreSQL."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

import pytest
from django.db import connection, transaction

from agencies.models import Person
from notifications.delivery import DeliveryReport, claim_next, deliver_due
from notifications.models import Notification, State
from notifications.outbox import enqueue
from tests.notifications.conftest import Tell, telling
from tests.notifications.mailserver import MailServer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL: real row locks"),
]

Answer = TypeVar("Answer")


def together(*works: Callable[[], Answer]) -> list[Answer]:
    """Run all at once, each in a thread with its own connection, and give their answers."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Answer]) -> Answer:
        try:
            start.wait(timeout=10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        runs = [pool.submit(run, work) for work in works]
        return [run.result(timeout=30) for run in runs]


def test_a_row_that_another_holds_is_skipped_and_not_waited_for(anna: Person, tell: Tell, at: datetime) -> None:
    held, free = tell(anna, key="a"), tell(anna, key="b")
    with transaction.atomic():
        Notification.objects.select_for_update().get(pk=held.pk)
        (claimed,) = together(lambda: claim_next(at=at))
    assert claimed == free


def test_four_workers_share_the_rows_and_none_is_taken_twice(anna: Person, tell: Tell, at: datetime) -> None:
    rows = [tell(anna, key=f"clock:{number}") for number in range(60)]

    def claim_all() -> list[int]:
        taken = []
        while claimed := claim_next(at=at):
            taken.append(claimed.pk)
        return taken

    taken = Counter(pk for pks in together(*[claim_all] * 4) for pk in pks)
    assert taken == Counter(row.pk for row in rows)


def test_four_workers_send_each_message_once(server: MailServer, anna: Person, tell: Tell, at: datetime) -> None:
    rows = [tell(anna, key=f"clock:{number}") for number in range(24)]
    reports = together(*[lambda: deliver_due(at=at)] * 4)
    assert sum(report.sent for report in reports) == len(rows)
    assert sorted(message["Message-ID"] for message in server.taken) == sorted(row.message_id for row in rows)
    assert not Notification.objects.exclude(state=State.SENT, attempts=1).exists()


def test_no_lock_is_held_while_the_server_is_being_talked_to(
    anna: Person, tell: Tell, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = tell(anna)
    locked: list[int] = []

    def look_from_outside(_: object) -> None:
        def lock() -> int:
            with transaction.atomic():
                return Notification.objects.select_for_update(nowait=True).get(pk=row.pk).pk

        locked.extend(together(lock))

    monkeypatch.setattr("notifications.mail.send", look_from_outside)
    assert deliver_due(at=at) == DeliveryReport(sent=1)
    assert locked == [row.pk]


def test_two_deeds_that_tell_the_same_at_once_leave_one_message(anna: Person, at: datetime) -> None:
    both_are_ready = threading.Barrier(2)

    def tell_it() -> int:
        with transaction.atomic():
            both_are_ready.wait(timeout=10)
            return enqueue([telling(anna)], at=at)

    assert sorted(together(tell_it, tell_it)) == [0, 1]
    assert Notification.objects.count() == 1

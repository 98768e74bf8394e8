from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from agencies.models import Person
from notifications.models import Notification
from notifications.outbox import Telling, enqueue
from tests.notifications import mailserver
from tests.notifications.mailserver import MailServer

Tell = Callable[..., Notification]


@pytest.fixture
def at() -> datetime:
    """Thursday 2 April 2026, 10:00 in London."""
    return datetime(2026, 4, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def due() -> datetime:
    """The end of Monday 13 April 2026 in London."""
    return datetime(2026, 4, 13, 22, 59, 59, tzinfo=UTC)


@pytest.fixture
def anna(db: None) -> Person:
    return Person.objects.create_user("anna@nursery.example", name="Anna Ashdown")


@pytest.fixture
def ben(db: None) -> Person:
    return Person.objects.create_user("ben@police.example", name="Ben Birch")


@pytest.fixture(autouse=True)
def everybody_may_know(settings: Settings) -> None:
    settings.NOTIFICATIONS_MAY_KNOW = "tests.notifications.rules.everybody"
    settings.SITE_URL = "https://escalation.example"


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Counts how often the worker would have been woken, in place of doing it."""
    calls: list[str] = []
    monkeypatch.setattr("notifications.outbox.wake_delivery", lambda: calls.append("woken"))
    return calls


def telling(recipient: Person | None = None, **changes: Any) -> Telling:
    """A telling that is in order, but for what a test changes."""
    usual: dict[str, Any] = {
        "event": "case.stage_entered",
        "key": "case:12:stage_entered:3",
        "recipient": recipient,
        "address": "" if recipient else "register@partnership.example",
        "case_id": 12,
        "reference": "TOR-2026-0042",
        "stage": "Line managers",
        "path": "/cases/TOR-2026-0042/",
    }
    return Telling(**(usual | changes))


@pytest.fixture
def tell(at: datetime) -> Tell:
    """Enqueue one telling and give its row."""

    def enqueue_one(recipient: Person | None = None, *, told_at: datetime = at, **changes: Any) -> Notification:
        one = telling(recipient, **changes)
        with transaction.atomic():
            enqueue([one], at=told_at)
        return Notification.objects.get(key=one.full_key)

    return enqueue_one


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with mailserver.running() as running:
        use_smtp(settings, running.port)
        yield running


def use_smtp(settings: Settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = mailserver.HOST
    settings.EMAIL_PORT = port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "Escalation <escalation@partnership.example>"

"""A person's own messages in the app."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from agencies.models import Person
from notifications.models import Notification, Notifications
from notifications.wording import Wording, word


@dataclass(frozen=True)
class Message:
    """A notification with its words, as the page shows it."""

    notification: Notification
    wording: Wording


def messages_of(person: Person) -> Notifications:
    """This person's messages, newest first."""
    return Notification.objects.readable_by(person)


def unread_count(person: Person) -> int:
    """How many messages this person has not opened yet; the number in the page's header."""
    return messages_of(person).filter(read_at__isnull=True).count()


def newest_unread(person: Person) -> int | None:
    """The id of the newest message not opened yet, for "mark all as read"; None if there is none."""
    newest: int | None = messages_of(person).filter(read_at__isnull=True).aggregate(newest=Max("pk"))["newest"]
    return newest


def mark_read(notification: Notification, *, at: datetime) -> None:
    """The person opened it at `at` (aware). The first time counts."""
    Notification.objects.filter(pk=notification.pk, read_at__isnull=True).update(read_at=at)


def mark_all_read(person: Person, *, newest: int, at: datetime) -> int:
    """Mark what was on the page, up to the message `newest`; one that came in meanwhile stays unread."""
    return messages_of(person).filter(read_at__isnull=True, pk__lte=newest).update(read_at=at)


def in_words(notification: Notification) -> Message:
    """The message as it also went out by e-mail. Raises UnknownEvent."""
    return Message(
        notification,
        word(
            notification.event,
            reference=notification.reference,
            stage=notification.stage,
            due_at=notification.due_at,
            urgent=notification.urgent,
        ),
    )

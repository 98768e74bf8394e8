"""The outbox: who is to be told is written down in the same transaction as what they are told of."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from agencies.models import Person
from notifications.events import event
from notifications.models import Notification, State
from notifications.right_to_know import SUSPENDED
from notifications.waking import wake_delivery
from notifications.wording import one_line


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One addressee is to be told of one thing: a person, or (where there is none) a mailbox.

    `key` names the occasion ("clock:12:late:2026-04-14"). Who is addressed becomes part of the key by itself, so two
    people can be told of one occasion and nobody twice. `path` begins at the root of this site. `due_at` is aware.
    Raises UnknownEvent, or ValueError on anything that could not be delivered: found here, while the deed can still be
    refused, and not in the night.
    """

    event: str
    key: str
    recipient: Person | None
    case_id: int | None
    reference: str
    stage: str
    path: str
    address: str = ""
    due_at: datetime | None = None
    urgent: bool = False

    def __post_init__(self) -> None:
        event(self.event)
        if (self.recipient is None) == (not self.address):
            raise ValueError("A message goes either to a person or to a mailbox.")
        if not self.key:
            raise ValueError("Without a key the same message could be sent twice.")
        if self.due_at is not None and timezone.is_naive(self.due_at):
            raise ValueError("A date without its time zone cannot be told to anybody.")
        if not self.path.startswith("/") or not url_has_allowed_host_and_scheme(self.path, allowed_hosts=None):
            raise ValueError("A message leads to a path on this site.")

    @property
    def full_key(self) -> str:
        """The occasion and the addressee; a key that already ends with its addressee stays as it is."""
        addressee = f":person:{self.recipient.pk}" if self.recipient else f":mailbox:{self.address.lower()}"
        return self.key if self.key.endswith(addressee) else self.key + addressee


class MessagesLostError(Exception):
    """The database kept fewer messages than it was given. The caller's transaction must not commit."""


def enqueue(tellings: Iterable[Telling], *, at: datetime) -> int:
    """Write the messages down in the caller's transaction and have them sent once it commits.

    Returns how many are new: what was told before (the same key) is left as it is. `at` (aware) is the moment of the
    deed. Somebody suspended is not told, and the record says so. Raises TransactionManagementError outside a
    transaction, where a message could outlive a deed that failed.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "Messages are enqueued in the transaction of the deed they tell of."
        )
    rows = {telling.full_key: _row(telling, at=at) for telling in tellings}
    if not rows:
        return 0
    Notification.objects.bulk_create(rows.values(), ignore_conflicts=True)
    # SQLite's way to ignore a conflict ignores every other broken constraint as well, so look whether all are there.
    kept = Notification.objects.only("key", "message_id").in_bulk(list(rows), field_name="key")
    if len(kept) != len(rows):
        raise MessagesLostError(f"{len(rows) - len(kept)} of {len(rows)} messages were not kept.")
    transaction.on_commit(wake_delivery, robust=True)
    return sum(kept[key].message_id == row.message_id for key, row in rows.items())


def _row(telling: Telling, *, at: datetime) -> Notification:
    suspended = telling.recipient is not None and not telling.recipient.is_active
    return Notification(
        recipient=telling.recipient,
        address=telling.address,
        event=telling.event,
        case_id=telling.case_id,
        reference=one_line(telling.reference),
        stage=one_line(telling.stage),
        due_at=telling.due_at,
        path=telling.path,
        urgent=telling.urgent,
        key=telling.full_key,
        created_at=at,
        state=State.WITHHELD if suspended else State.PENDING,
        error=SUSPENDED if suspended else "",
        next_attempt_at=at,
        # Not the default of the mail library: that one gives away the name of this machine.
        message_id=f"<{uuid.uuid4().hex}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>",
    )

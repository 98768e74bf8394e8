"""Sending what is due, by any number of workers at once.

1. Claim: one short transaction takes the most urgent due row, skipping rows that another worker holds, and makes it
   `sending` with one more attempt and a lease. Where the database has no row locks (SQLite) writers queue, and the
   update names the attempt it saw, so that only one of two can take the row.
2. Look again: is the recipient still allowed to know? If not, the row is `withheld` and nothing leaves.
3. Send, outside every transaction: a slow mail server holds no lock and no connection's snapshot.
4. Mark: `sent`, `pending` again with a later time, or `failed` with the reason. Only the holder of the attempt may
   mark, except that an acceptance is a fact and is recorded whoever holds the row by then.
5. A process that dies between 1 and 4 leaves a lease behind. When it runs out the row is due again (step 1), with the
   same Message-ID: between the server's acceptance and our commit a second copy is possible, and only there.
"""

import logging
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, transaction
from django.db.models import F

from notifications import mail, refusals
from notifications.models import Notification, State
from notifications.refusals import Meaning
from notifications.right_to_know import reason_to_withhold

logger = logging.getLogger(__name__)

# Longer than the slowest attempt (a handful of exchanges of EMAIL_TIMEOUT seconds), short enough to be caught up with.
LEASE: Final = timedelta(minutes=5)
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=1)
# After so many in a row without an answer the server is taken to be down; the rest waits for the next round.
UNREACHABLE_IN_A_ROW: Final = 3


@dataclass(frozen=True)
class DeliveryReport:
    """What became of the messages of one round."""

    sent: int = 0
    retried: int = 0
    failed: int = 0
    withheld: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def deliver_due(*, at: datetime, limit: int = 200, seconds: float = 45.0) -> DeliveryReport:
    """Send what is due at `at` (aware), at most `limit` messages and for about `seconds`, the most urgent first.

    Safe to call from anywhere at any time, but not inside a transaction (raises RuntimeError). What is left over waits
    for the next round. See the numbered steps above.
    """
    started = time.monotonic()
    counts: Counter[str] = Counter()
    unreachable = 0
    for _ in range(limit):
        passed = time.monotonic() - started
        if passed > seconds or unreachable == UNREACHABLE_IN_A_ROW:
            break
        notification = claim_next(at=at + timedelta(seconds=passed))
        if notification is None:
            break
        became, meaning = _deliver(notification, at=at, started=started)
        counts[became] += 1
        unreachable = unreachable + 1 if meaning is Meaning.UNREACHABLE else 0
    return DeliveryReport(**counts)


def claim_next(*, at: datetime) -> Notification | None:
    """Step 1: take one due notification for ourselves, or None if nothing (else) is due."""
    while True:
        with transaction.atomic(durable=True):
            seen = (
                Notification.objects.due(at)
                .select_for_update(skip_locked=True)
                .order_by("-urgent", "next_attempt_at", "pk")
                .first()
            )
            if seen is None:
                return None
            taken = Notification.objects.filter(pk=seen.pk, state=seen.state, attempts=seen.attempts).update(
                state=State.SENDING, attempts=F("attempts") + 1, leased_until=at + LEASE
            )
        if taken:
            return Notification.objects.select_related("recipient").get(pk=seen.pk)


def wait_before(attempt: int) -> timedelta:
    """How long to wait after the attempt of this number failed: 1, 2, 4 ... minutes, never more than an hour."""
    doublings = min(attempt - 1, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _deliver(notification: Notification, *, at: datetime, started: float) -> tuple[str, Meaning | None]:
    """Steps 2 to 4 for one claimed notification: what it became, as a field of the report, and the error's meaning."""
    try:
        reason = reason_to_withhold(notification)
        if reason:
            _mark(notification, state=State.WITHHELD, error=reason)
            return "withheld", None
        mail.send(mail.compose(notification))
    except DatabaseError:
        raise  # the lease brings the row back (step 5)
    except Exception as error:  # one bad message, or a rule that breaks, must not stop everybody else's
        return _refused(notification, error, at=at + timedelta(seconds=time.monotonic() - started))
    accepted_at = at + timedelta(seconds=time.monotonic() - started)
    Notification.objects.filter(pk=notification.pk).exclude(state=State.SENT).update(
        state=State.SENT, sent_at=accepted_at, leased_until=None, error=""
    )
    return "sent", None


def _refused(notification: Notification, error: Exception, *, at: datetime) -> tuple[str, Meaning]:
    refusal = refusals.read(error)
    permanent = refusal.meaning is Meaning.PERMANENT
    # The number of the row and the kind of error: an address or a server's answer would be personal data in a log.
    logger.warning(
        "Notification %s, attempt %s: %s (%s)",
        notification.pk,
        notification.attempts,
        refusal.meaning.value,
        type(error).__name__,
    )
    if permanent:
        _mark(notification, state=State.FAILED, error=refusal.reason)
        return "failed", refusal.meaning
    retry_at = at + wait_before(notification.attempts)
    _mark(notification, state=State.PENDING, error=refusal.reason, next_attempt_at=retry_at)
    return "retried", refusal.meaning


def _mark(notification: Notification, **fields: object) -> None:
    """Step 4, for the holder of the attempt only: whoever let the lease run out has nothing left to say."""
    Notification.objects.filter(pk=notification.pk, state=State.SENDING, attempts=notification.attempts).update(
        leased_until=None, **fields
    )

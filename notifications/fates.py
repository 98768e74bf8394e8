"""What became of the messages about one case, for the case's page: "told X at T; sent, or why not"."""

from dataclasses import dataclass
from datetime import datetime

from notifications.events import event
from notifications.models import Notification, State
from notifications.wording import day, local


@dataclass(frozen=True)
class Fate:
    """`to` is the person's name or the mailbox; `what` the message's subject; `fate` one sentence.

    `in_order` is False where somebody has to look: the e-mail failed, was withheld, or keeps being refused.
    """

    to: str
    what: str
    told_at: datetime
    state: str
    fate: str
    in_order: bool
    read_at: datetime | None


def messages_for_case(case_id: int) -> list[Fate]:
    """Every message about this case, newest first. Whoever calls has made sure that the reader may see the case."""
    rows = Notification.objects.filter(case_id=case_id).select_related("recipient")
    return [_fate(row) for row in rows]


def _fate(row: Notification) -> Fate:
    return Fate(
        to=row.recipient.name if row.recipient else row.address,
        what=event(row.event).subject,
        told_at=row.created_at,
        state=row.state,
        fate=_sentence(row),
        in_order=row.state == State.SENT or (row.state in {State.PENDING, State.SENDING} and not row.error),
        read_at=row.read_at,
    )


def _sentence(row: Notification) -> str:
    match row.state:
        case State.SENT:
            return f"E-mail accepted by the mail server {_moment(row.sent_at)}."
        case State.FAILED:
            return f"E-mail could not be delivered. {row.error}"
        case State.WITHHELD:
            return f"Not sent. {row.error}"
        case _ if row.error:
            tries = f"{row.attempts} time" if row.attempts == 1 else f"{row.attempts} times"
            return f"E-mail tried {tries}; next attempt {_moment(row.next_attempt_at)}. {row.error}"
    return "E-mail waiting to be sent."


def _moment(at: datetime | None) -> str:
    return f"at {local(at):%H:%M} on {day(at)}" if at else ""

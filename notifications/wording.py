"""The words of one message, the same by e-mail and in the app."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from notifications.events import event


@dataclass(frozen=True)
class Wording:
    subject: str
    sentences: tuple[str, ...]


def one_line(text: str) -> str:
    """The text without line breaks, control characters and marks that turn the reading direction.

    What stands in a header of a message must not be able to begin another header.
    """
    plain = "".join(" " if unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"} else letter for letter in text)
    return " ".join(plain.split())


def local(moment: datetime) -> datetime:
    """In the installation's time zone (Europe/London), never that of whoever happens to be asking."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def day(moment: datetime) -> str:
    """“Monday 13 April 2026”, in local time."""
    here = local(moment)
    return f"{here:%A} {here.day} {here:%B %Y}"


def by_when(due_at: datetime) -> str:
    """“by the end of Monday 13 April 2026”, or “by 10:00 on …” where the time limit was in hours; in local time."""
    here = local(due_at)
    if (here.hour, here.minute) == (23, 59):
        return f"by the end of {day(due_at)}"
    return f"by {here:%H:%M} on {day(due_at)}"


def word(code: str, *, reference: str, stage: str, due_at: datetime | None, urgent: bool = False) -> Wording:
    """The subject and the sentences for one event. Raises UnknownEvent."""
    told = event(code)
    reference, stage = one_line(reference), one_line(stage)
    sentences = [told.sentence.format(reference=reference or "A case", stage=stage)]
    if stage and "{stage}" not in told.sentence:
        sentences.append(f"Its stage is “{stage}”.")
    if due_at and told.dated:
        sentences.append(told.dated.format(date=by_when(due_at)))
    subject = f"Urgent: {told.subject}" if urgent else told.subject
    return Wording(subject=f"[{reference}] {subject}" if reference else subject, sentences=tuple(sentences))

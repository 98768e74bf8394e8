"""The frame of every service: lock the case, check the right, do it, record it, tell people; all or nothing."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from agencies.models import Person
from cases.models import Case, Party, RecordEntry
from cases.permissions import may, require
from cases.record import write_entry
from cases.standing import Standing, standing
from notifications.outbox import Telling, enqueue


def lock_case(pk: int) -> Case:
    """The case, locked until the transaction ends (PostgreSQL; SQLite locks the whole database)."""
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("partnership", "edition", "raised_by", "decision_maker")
        .get(pk=pk)
    )


class Acting:
    """One thing being done to one locked case by one person, or (`by` None) by the clock, at one moment."""

    def __init__(self, case: Case, by: Person | None, at: datetime) -> None:
        self.case = case
        self.by = by
        self.at = at
        self._tellings: dict[tuple[str, str], Telling] = {}
        self._standing: Standing | None = None

    @property
    def who(self) -> Standing:
        if self.by is None:
            raise TypeError("The clock has no standing: it acts by the policy.")
        if self._standing is None:
            self._standing = standing(self.by, self.case)
        return self._standing

    @property
    def side(self) -> Party | None:
        """The party for which the person acts; None for the clock and for offices of the partnership."""
        return self.who.side if self.by is not None else None

    def record(self, kind: str, content: Mapping[str, Any]) -> RecordEntry:
        side = self.side
        return write_entry(
            case=self.case,
            kind=kind,
            at=self.at,
            by=self.by,
            agency=side.agency if side else None,
            content=content,
        )

    def _telling(self, event: str, key: str, *, person: Person | None, address: str, urgent: bool) -> Telling:
        return Telling(
            event=event,
            key=key,
            recipient=person,
            address=address,
            case_id=self.case.pk,
            reference=self.case.reference or "",
            stage=self.case.stage.name,
            due_at=self.case.due_at,
            path=f"/cases/{self.case.reference}/",
            urgent=urgent,
        )

    def tell(self, event: str, people: Iterable[Person | None], *, occasion: str, urgent: bool = False) -> None:
        """Tell each person once of the occasion, but not the one who did it; None is the Business Manager."""
        for person in people:
            if person is None:
                self.tell_business_manager(event, occasion=occasion, urgent=urgent)
            elif self.by is None or person.pk != self.by.pk:
                key = (occasion, f"person:{person.pk}")
                telling = self._telling(event, occasion, person=person, address="", urgent=urgent)
                self._tellings.setdefault(key, telling)

    def tell_business_manager(self, event: str, *, occasion: str, urgent: bool = False) -> None:
        address = self.case.partnership.mailbox
        key = f"{occasion}:{event}"
        telling = self._telling(event, key, person=None, address=address, urgent=urgent)
        self._tellings.setdefault((key, "mailbox"), telling)

    def send(self) -> int:
        """Write the messages into the outbox; the number that are new."""
        told = enqueue(self._tellings.values(), at=self.at)
        self._tellings.clear()
        return told


@contextmanager
def acting(action: str | None, *, case: Case, by: Person | None, at: datetime) -> Iterator[Acting]:
    """Lock the case, require that `by` may do `action` to it, and at the end enqueue what is to be told.

    `action` None leaves the check to the caller (the clock, and acts that the policy requires of nobody).
    Raises NotAllowed or WrongState; then nothing has changed.
    """
    with transaction.atomic():
        act = Acting(lock_case(case.pk), by, at)
        if action is not None:
            require(may(act.who.person, action, act.case, act.who), act.case)
        yield act
        act.send()

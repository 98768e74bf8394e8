"""Dates that people agree: where the policy leaves them to the people, and extensions with a reason."""

from datetime import date, datetime

from agencies.models import Person
from cases.acting import Acting, acting
from cases.clocks import calendar_of, local_day, note_due, open_clocks, set_next_step
from cases.models import Case, Clock, RecordEntry
from cases.people import everyone
from cases.said import required
from escalation.errors import RuleViolation
from policies.due import end_of_day

#: Nobody agrees to answer for a child's safety later than this; a longer wait is a mistake of typing.
LONGEST_DAYS = 365


def _checked(due_on: date, at: datetime) -> datetime:
    today = local_day(at)
    if due_on < today:
        raise RuleViolation("date_past", "The date must be today or later.")
    if (due_on - today).days > LONGEST_DAYS:
        raise RuleViolation("date_far", "The date must be within a year.")
    return end_of_day(due_on)


def _apply(act: Acting, clocks: list[Clock], due_at: datetime, reason: str) -> None:
    calendar = calendar_of(act.case.partnership)
    for clock in clocks:
        clock.due_at = due_at
        clock.late_at = None
        clock.reason = reason
        set_next_step(clock, at=act.at, calendar=calendar)
        clock.save()
    note_due(act.case, open_clocks(act.case))
    act.case.save()


def case_set_date(
    *, case: Case, by: Person, at: datetime, due_on: date, agreed_with: str, reasons: str = ""
) -> RecordEntry:
    """Record the date that the people at the stage agreed: the end of that day, Europe/London."""
    with acting("set_date", case=case, by=by, at=at) as act:
        waiting = [clock for clock in open_clocks(act.case) if clock.due_at is None]
        due_at = _checked(due_on, at)
        whom = required(agreed_with, "agreed_with_missing", "Say with whom you agreed the date.")
        _apply(act, waiting, due_at, f"Agreed with {whom}, recorded by {by.name}.")
        entry = act.record("date.set", {"due": due_at.isoformat(), "agreed_with": whom, "reasons": reasons.strip()})
        act.tell("case.date_set", everyone(act.case), occasion=f"entry:{entry.pk}")
        return entry


def case_extend_date(
    *, case: Case, by: Person, at: datetime, due_on: date, agreed_with: str, reasons: str
) -> RecordEntry:
    """Move the date to a later day that both sides agreed, with the reason; the old date stays on the record."""
    with acting("extend_date", case=case, by=by, at=at) as act:
        dated = [clock for clock in open_clocks(act.case) if clock.due_at is not None]
        due_at = _checked(due_on, at)
        old = max(clock.due_at for clock in dated if clock.due_at is not None)
        if due_at <= old:
            raise RuleViolation("date_not_later", f"The new date must be later than {local_day(old):%-d %B %Y}.")
        whom = required(agreed_with, "agreed_with_missing", "Say who on the other side agreed to the new date.")
        why = required(reasons, "reasons_missing", "Say why more time is needed, and how the child is safe meanwhile.")
        _apply(
            act,
            dated,
            due_at,
            f"Extended from {local_day(old):%-d %B %Y}: agreed with {whom}, recorded by {by.name}.",
        )
        entry = act.record(
            "date.extended",
            {"old": old.isoformat(), "due": due_at.isoformat(), "agreed_with": whom, "reasons": why},
        )
        act.tell("case.date_set", everyone(act.case), occasion=f"entry:{entry.pk}")
        return entry

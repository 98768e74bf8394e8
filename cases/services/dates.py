"""Dates that people agree: where the policy leaves them to the people, and extensions with a reason."""

from datetime import date, datetime

from agencies.models import Person
from cases.acting import Acting, acting
from cases.clocks import calendar_of, local_day, note_due, open_clocks, set_next_step
from cases.models import Case, Clock, Extension, RecordEntry
from cases.people import everyone_concerned
from cases.said import required
from escalation.errors import RuleViolation, WrongState
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
        act.tell("case.date_set", everyone_concerned(act.case), occasion=f"entry:{entry.pk}")
        return entry


def case_extend_date(*, case: Case, by: Person, at: datetime, due_on: date, reasons: str) -> Extension:
    """Ask for a later date, with the reason.

    It holds at once when the Business Manager sets it, else when another side or the Business Manager has
    agreed to it (`case_answer_extension`): nobody moves their own deadline alone.
    """
    with acting("extend_date", case=case, by=by, at=at) as act:
        due_at = _checked(due_on, at)
        old = _due_now(act)
        if due_at <= old:
            raise RuleViolation("date_not_later", f"The new date must be later than {local_day(old):%-d %B %Y}.")
        why = required(reasons, "reasons_missing", "Say why more time is needed, and how the child is safe meanwhile.")
        asked = Extension.objects.create(
            case=act.case,
            visit=act.case.visits.get(left_at__isnull=True),
            party=act.side,
            asked_by=by,
            asked_at=at,
            due_at=due_at,
            reasons=why,
        )
        if act.who.keeps_register and act.side is None:
            asked.status = Extension.Status.AGREED
            asked.save()
            _extend(act, asked, f"set by {by.name}, Business Manager")
            return asked
        entry = act.record("date.extension_asked", {"old": old.isoformat(), "due": due_at.isoformat(), "reasons": why})
        act.tell("date.extension_asked", everyone_concerned(act.case), occasion=f"entry:{entry.pk}")
        if act.case.registered_at is not None:
            act.tell_business_manager("date.extension_asked", occasion=f"entry:{entry.pk}")
        return asked


def case_answer_extension(
    *, extension: Extension, by: Person, at: datetime, agrees: bool, reasons: str = ""
) -> Extension:
    """Agree to the later date that another side asks for, or say why not."""
    with acting("answer_extension", case=extension.case, by=by, at=at) as act:
        asked = act.case.extensions.get(pk=extension.pk)
        if asked.status != Extension.Status.PROPOSED:
            raise WrongState("answered", "This extension is not waiting any more.")
        asked.status = Extension.Status.AGREED if agrees else Extension.Status.REFUSED
        asked.answered_by, asked.answered_at = by, at
        asked.answer_reasons = reasons.strip()
        if agrees:
            if asked.due_at < at:
                raise RuleViolation("date_past", "The date asked for has passed. Refuse it, and agree on a later one.")
            asked.save()
            _extend(act, asked, f"asked for by {asked.asked_by.name}, agreed by {by.name}")
            return asked
        required(reasons, "reasons_missing", "Say why you do not agree to a later date.")
        asked.save()
        entry = act.record("date.extension_refused", {"due": asked.due_at.isoformat(), "reasons": asked.answer_reasons})
        act.tell("date.extension_refused", everyone_concerned(act.case), occasion=f"entry:{entry.pk}")
        return asked


def _due_now(act: Acting) -> datetime:
    return max(clock.due_at for clock in open_clocks(act.case) if clock.due_at is not None)


def _extend(act: Acting, asked: Extension, how: str) -> None:
    """Move the dates of the stage's clocks; the old date and the reason stay on the record."""
    old = _due_now(act)
    dated = [clock for clock in open_clocks(act.case) if clock.due_at is not None]
    _apply(act, dated, asked.due_at, f"Extended from {local_day(old):%-d %B %Y}: {how}.")
    entry = act.record(
        "date.extended",
        {
            "old": old.isoformat(),
            "due": asked.due_at.isoformat(),
            "reasons": asked.reasons,
            "asked_by": asked.asked_by.name,
        },
    )
    act.tell("case.date_set", everyone_concerned(act.case), occasion=f"entry:{entry.pk}")

"""The clocks of a stage: started from the policy's duties, each with its one next step."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from agencies.models import Partnership
from cases.models import Case, Clock, NextStep, StageVisit
from policies.due import LONDON, DueMoment, due_moment
from policies.schema import ClockRule, Duty, Policy, Stage
from policies.workdays import BeyondKnownYears, Calendar

#: Reminders go out when the working day begins, Europe/London.
MORNING = time(9, 0)


def calendar_of(partnership: Partnership) -> Calendar:
    return Calendar(partnership.jurisdiction)


def local_day(moment: datetime) -> date:
    """The day in Europe/London on which the moment falls."""
    return timezone.localtime(moment, LONDON).date()


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=LONDON)


def _is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether reminders go out on the day; where the bank holidays are not known yet, on any weekday."""
    try:
        return calendar.is_working_day(day)
    except BeyondKnownYears:
        # A due date is never guessed, but a reminder on a holiday does no harm, and none at all would.
        return day.weekday() < 5


def next_morning(calendar: Calendar, at: datetime) -> datetime:
    """09:00 of the next working day after the day of `at`."""
    day = local_day(at) + timedelta(days=1)
    while not _is_working_day(calendar, day):
        day += timedelta(days=1)
    return _morning(day)


def next_step(clock: Clock, *, at: datetime, calendar: Calendar) -> tuple[str, datetime | None]:
    """What the clock does next, and when, seen from `at`.

    Without a date: ask for one each working day.  With one: a reminder on the morning of the working day
    before, or else on the morning of the day; then, one second after the due moment, late; from then on a
    reminder each working day.
    """
    if clock.stopped_at is not None:
        return "", None
    if clock.due_at is None:
        return NextStep.ASK_DATE, next_morning(calendar, at)
    if clock.late_at is not None:
        return NextStep.CHASE, next_morning(calendar, at)
    due_day = local_day(clock.due_at)
    day_before = due_day - timedelta(days=1)
    while not _is_working_day(calendar, day_before):
        day_before -= timedelta(days=1)
    for day in (day_before, due_day):
        if at < _morning(day) < clock.due_at:
            return NextStep.REMIND, _morning(day)
    return NextStep.LATE, clock.due_at + timedelta(seconds=1)


def set_next_step(clock: Clock, *, at: datetime, calendar: Calendar) -> None:
    clock.next_step, clock.next_step_at = next_step(clock, at=at, calendar=calendar)


def counted_from(case: Case) -> datetime | None:
    """When clocks that count from the raising start: then, or at the latest reopening; None for a draft."""
    reopened = case.visits.filter(entered_how=StageVisit.How.REOPENED).order_by("-entered_at").first()
    return reopened.entered_at if reopened else case.raised_at


def _due(
    rule: ClockRule,
    calendar: Calendar,
    raised_at: datetime,
    entered_at: datetime,
    ends: dict[str, datetime | None],
) -> DueMoment:
    try:
        return due_moment(rule=rule, calendar=calendar, raised_at=raised_at, entered_at=entered_at, clock_ends=ends)
    except BeyondKnownYears as beyond:
        # A guessed date is worse than none: the people at the stage agree one instead.
        return DueMoment(None, None, rule.limit.printed, f"{beyond} The people at this stage agree a date instead.")


def _followed_first(policy: Policy, stage: Stage) -> list[Duty]:
    """The stage's duties; one whose clock starts at the end of another's comes after that other."""
    here = {duty.clock for duty in stage.duties}

    def depth(code: str) -> int:
        follows = policy.clock(code).follows
        return 1 + depth(follows) if follows in here else 0

    return sorted(stage.duties, key=lambda duty: depth(duty.clock))


def start_clocks(visit: StageVisit, *, stage: Stage, at: datetime) -> list[Clock]:
    """Start the clocks of the stage's duties; those shared with an earlier stage go on from where they began.

    A date that people agreed for a shared clock holds at the next stage too: what they were given is not taken back.
    """
    case = visit.case
    calendar = calendar_of(case.partnership)
    raised_at = counted_from(case) or visit.entered_at
    before = {clock.rule_code: clock for clock in case.clocks.filter(visit__entered_at__gte=raised_at).order_by("pk")}
    ends = {code: clock.stopped_at or clock.due_at for code, clock in before.items()}
    clocks = []
    for duty in _followed_first(case.policy, stage):
        rule = case.policy.clock(duty.clock)
        due = _due(rule, calendar, raised_at, visit.entered_at, ends)
        shared = before.get(rule.code) if rule.starts == "case_raised" else None
        if shared is not None and shared.due_at is not None:
            due = replace(due, at=shared.due_at, reason=shared.reason)
        ends[rule.code] = due.at
        clock = Clock(
            case=case,
            visit=visit,
            rule_code=rule.code,
            deed=duty.code,
            owed_by=duty.owed_by,
            started_at=due.started_at or visit.entered_at,
            due_at=due.at,
            limit=due.limit,
            reason=due.reason,
        )
        set_next_step(clock, at=at, calendar=calendar)
        clocks.append(clock)
    return Clock.objects.bulk_create(clocks)


def stop_clocks(case: Case, *, at: datetime) -> None:
    """Stop what runs: the stage has been left."""
    case.clocks.filter(stopped_at__isnull=True).update(stopped_at=at, next_step="", next_step_at=None)


def open_clocks(case: Case) -> list[Clock]:
    return list(case.clocks.filter(stopped_at__isnull=True).select_related("visit"))


def note_due(case: Case, clocks: list[Clock]) -> None:
    """Keep the case's own due and late moments equal to its clocks': the register sorts by them."""
    dues = [clock.due_at for clock in clocks if clock.due_at is not None]
    lates = [clock.late_at for clock in clocks if clock.late_at is not None]
    case.due_at = min(dues, default=None)
    case.late_since = min(lates, default=None)

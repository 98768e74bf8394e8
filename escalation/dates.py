"""Dates as people read them: "Monday 13 April 2026 (in 3 working days)". Times are those of Europe/London.

Nothing here knows a policy: how a due moment comes about is `policies.due`.
"""

from datetime import date, datetime, time

from django.utils import timezone

from policies.workdays import BeyondKnownYears, Calendar

# A clock of working days ends at the end of its day; the hour says nothing there and is left out.
END_OF_DAY = time(23, 59)


def local(value: date | datetime) -> date | datetime:
    """A datetime in Europe/London; a date as it is."""
    return timezone.localtime(value) if isinstance(value, datetime) else value


def day_words(value: date | datetime) -> str:
    """Monday 13 April 2026."""
    day = local(value)
    return f"{day:%A} {day.day} {day:%B %Y}"


def moment_words(value: datetime) -> str:
    """Monday 13 April 2026 at 10:00."""
    return f"{day_words(value)} at {local(value):%H:%M}"


def counted(number: int, unit: str) -> str:
    """1 working day, 2 working days."""
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def due_words(due: datetime, *, at: datetime, jurisdiction: str) -> str:
    """The due moment and how far off it is: in working days of the jurisdiction, in hours on its own day.

    `due` and `at` are aware. Beyond the years whose bank holidays are known, plain days are counted and called so.
    """
    end = timezone.localtime(due)
    said = day_words(due) if end.time() >= END_OF_DAY else moment_words(due)
    return f"{said} ({distance(due, at=at, jurisdiction=jurisdiction)})"


def distance(due: datetime, *, at: datetime, jurisdiction: str) -> str:
    """How far off a due moment is, in words: "today", "in 3 working days", "2 working days late"."""
    today, end = timezone.localdate(at), timezone.localdate(due)
    late = at > due
    if today == end:
        if late:
            return "late since today"
        hours = int((due - at).total_seconds() // 3600)
        return "today" if timezone.localtime(due).time() >= END_OF_DAY else f"today, in {counted(hours, 'hour')}"
    first, last = min(today, end), max(today, end)
    days, unit = (last - first).days, "day"
    try:
        working = Calendar(jurisdiction).working_days_between(first, last)
    except BeyondKnownYears:
        working = 0
    if working:
        days, unit = working, "working day"
    return f"{counted(days, unit)} late" if late else f"in {counted(days, unit)}"

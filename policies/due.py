"""By when something is due: the moment, and the arithmetic of it in words.

The day on which a clock starts is not counted. N working (or calendar) days end at 23:59:59, Europe/London, of the
Nth such day; hours are elapsed hours, so they are right across the change to and from summer time.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never
from zoneinfo import ZoneInfo

from policies.schema import ClockRule, Limit
from policies.wording import counted, day_in_words, listed
from policies.workdays import BeyondKnownYears, Calendar

LONDON = ZoneInfo("Europe/London")
_LAST_SECOND = datetime.time(23, 59, 59)
NONE_STATED = "none stated"


@dataclass(frozen=True)
class DueMoment:
    """When a clock runs out, and why then.

    `at` (aware, Europe/London) is None while people have yet to agree a date, or while the clock it hangs on has not
    ended. `started_at` is None only in the second case. `limit` is the limit as the policy prints it.
    """

    at: datetime.datetime | None
    started_at: datetime.datetime | None
    limit: str
    reason: str


def due_moment(
    *,
    rule: ClockRule,
    calendar: Calendar,
    raised_at: datetime.datetime,
    entered_at: datetime.datetime,
    clock_ends: Mapping[str, datetime.datetime | None],
) -> DueMoment:
    """When the clock `rule` runs out for a case raised at `raised_at` whose stage was entered at `entered_at`.

    All moments are aware. `clock_ends` gives, by code, the moment at which other clocks of the case ended or are to
    end. Raises ValueError for a naive moment, and BeyondKnownYears (a ValueError) where the date would be a guess.
    """
    limit = rule.limit.printed or NONE_STATED
    started_at = _start(rule, raised_at=raised_at, entered_at=entered_at, clock_ends=clock_ends)
    if started_at is None:
        return DueMoment(None, None, limit, f'The clock starts when the clock "{rule.follows}" ends.')
    at, reason = _run(rule.limit, started_at.astimezone(LONDON), calendar)
    return DueMoment(at, started_at, limit, reason)


def end_of_day(day: datetime.date) -> datetime.datetime:
    """The last second of `day` in London, at which a clock that counts days runs out."""
    return datetime.datetime.combine(day, _LAST_SECOND, tzinfo=LONDON)


def _start(
    rule: ClockRule,
    *,
    raised_at: datetime.datetime,
    entered_at: datetime.datetime,
    clock_ends: Mapping[str, datetime.datetime | None],
) -> datetime.datetime | None:
    started_at: datetime.datetime | None
    if rule.follows is not None:
        started_at = clock_ends.get(rule.follows)
    else:
        started_at = raised_at if rule.starts == "case_raised" else entered_at
    if started_at is not None and started_at.tzinfo is None:
        raise ValueError("A clock needs a moment with a time zone to start from.")
    return started_at


def _run(limit: Limit, start: datetime.datetime, calendar: Calendar) -> tuple[datetime.datetime | None, str]:
    """The end of a limit that starts at `start` (London), and the reason in words."""
    match limit.unit:
        case "agreed":
            return None, "The policy leaves the date to the people at this stage, who agree one and record it."
        case "none":
            return None, "The policy states no time, so the people at this stage agree a date and record it."
        case "working_days":
            return _working_days(limit.amount or 0, start, calendar)
        case "calendar_days":
            return _calendar_days(limit.amount or 0, start)
        case "hours":
            return _hours(limit.amount or 0, start)
        case never:
            assert_never(never)


def _working_days(number: int, start: datetime.datetime, calendar: Calendar) -> tuple[datetime.datetime, str]:
    last = calendar.add_working_days(start.date(), number)
    reason = f"{_from(counted(number, 'working days'), start)} {_end(last)}"
    off = [f"{day_in_words(day, year=False)} ({why})" for day, why in calendar.days_off_between(start.date(), last)]
    if off:
        return end_of_day(last), f"{reason} Weekends are not counted, nor {listed(off, 'or')}."
    weekends = (last - start.date()).days > number
    return end_of_day(last), f"{reason} Weekends are not counted." if weekends else reason


def _calendar_days(number: int, start: datetime.datetime) -> tuple[datetime.datetime, str]:
    last = _later(start, datetime.timedelta(days=number)).date()
    return end_of_day(last), f"{_from(counted(number, 'calendar days'), start)} {_end(last)} Every day is counted."


def _hours(number: int, start: datetime.datetime) -> tuple[datetime.datetime, str]:
    end = _later(start.astimezone(datetime.UTC), datetime.timedelta(hours=number)).astimezone(LONDON)
    reason = f"{counted(number, 'hours')} from {_moment(start)} end at {_moment(end)}. Every hour is counted."
    return end, reason[:1].upper() + reason[1:]


def _later(start: datetime.datetime, by: datetime.timedelta) -> datetime.datetime:
    try:
        return start + by
    except OverflowError:
        raise BeyondKnownYears(start.date()) from None


def _from(amount: str, start: datetime.datetime) -> str:
    return f"{amount} from {day_in_words(start.date())}, which is itself not counted:"


def _end(last: datetime.date) -> str:
    return f"the end of {day_in_words(last)}."


def _moment(at: datetime.datetime) -> str:
    return f"{at:%H:%M} on {day_in_words(at.date())}"

"""Setting, extending and answering about dates, as the tests of dates do it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from agencies.models import Person
from cases.models import Case, Clock, Extension
from cases.services import (
    case_answer_extension,
    case_extend_date,
    case_set_date,
)
from tests.cases.cast import RAISED

LONDON = ZoneInfo("Europe/London")
NOW = RAISED + timedelta(hours=6)
TODAY = NOW.date()
CaseAt = Callable[[str], Case]


def end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=LONDON)


def set_date(case: Case, by: object, **others: object) -> None:
    given: dict[str, object] = {"case": case, "by": by, "at": NOW, "due_on": date(2026, 4, 16), "agreed_with": "Sam"}
    case_set_date(**{**given, **others})  # type: ignore[arg-type]


def extend(case: Case, by: object, **others: object) -> Extension:
    """Ask for Monday 20 April."""
    given: dict[str, object] = {
        "case": case,
        "by": by,
        "at": NOW,
        "due_on": date(2026, 4, 20),
        "reasons": "The doctor is away; the aunt looks after the child.",
    }
    return case_extend_date(**{**given, **others})  # type: ignore[arg-type]


def answer(extension: Extension, by: Person, agrees: bool = True, reasons: str = "", at: datetime = NOW) -> Extension:
    return case_answer_extension(extension=extension, by=by, at=at, agrees=agrees, reasons=reasons)


def running(case: Case) -> Clock:
    return case.clocks.get(stopped_at__isnull=True)

"""The rows of the register: what of each case the Business Manager may see, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from agencies.models import Partnership
from cases.clocks import calendar_of, local_day
from cases.models import Case, Side
from escalation.dates import END_OF_DAY, counted, day_words, distance, moment_words
from policies.stage_words import called
from policies.stages import Stage
from policies.workdays import BeyondKnownYears
from register.acting import OnCase, on_cases
from register.stages import Editions

RESTRICTED = "Restricted: only the people named on it see more"


@dataclass(frozen=True)
class Due:
    """When the case is due, and how far off that is; `days_late` counts working days."""

    at: datetime
    words: str
    left: str
    late: bool
    days_late: int


@dataclass(frozen=True)
class Detail:
    """What is shown of a case in full. `days` counts the working days it has been at its stage."""

    subject: str
    raised_on: date | None
    since: date | None
    days: int | None
    approvals: tuple[str, ...]
    must_act: tuple[str, ...]

    @property
    def days_words(self) -> str:
        return "" if self.days is None else counted(self.days, "working day")


@dataclass(frozen=True)
class Row:
    """One case on the register.

    What may not be shown is not here either, so that no page or file can show it by mistake: `detail` is None where
    `withheld` says why, and a restricted case has no parties. `ended` is how an ended case ended.
    """

    reference: str
    stage: str
    due: Due | None
    parties: OnCase
    detail: Detail | None
    withheld: str
    ended: str
    ended_on: date | None

    @property
    def raising(self) -> list[str]:
        return self.parties.agencies(Side.RAISING)

    @property
    def receiving(self) -> list[str]:
        return self.parties.agencies(Side.RECEIVING)

    @property
    def others(self) -> list[str]:
        return self.parties.agencies(Side.OTHER)


def rows(cases: Iterable[Case], *, partnership: Partnership, editions: Editions, at: datetime) -> list[Row]:
    """The rows of some of the partnership's cases at the moment `at`. One query, for everybody who is on them."""
    cases = list(cases)
    # The people of a restricted case are not even looked up.
    people = on_cases([case.pk for case in cases if not case.restricted]) if cases else {}
    reader = _Reader(partnership, editions, at, people)
    return [reader.row(case) for case in cases]


@dataclass(frozen=True)
class _Reader:
    partnership: Partnership
    editions: Editions
    at: datetime
    people: Mapping[int, OnCase]

    def row(self, case: Case) -> Row:
        stage = self.editions[case.edition_id].stage(case.stage_code)
        on_case = self.people.get(case.pk) or OnCase()
        withheld = self._withheld(case)
        return Row(
            reference=str(case.reference),
            stage=called(stage.code, stage.name),
            due=self._due(case.due_at) if case.due_at and case.is_open else None,
            parties=OnCase() if case.restricted else on_case,
            detail=None if withheld else self._detail(case, stage, on_case),
            withheld=withheld,
            ended="" if case.is_open else case.get_state_display(),
            ended_on=local_day(case.ended_at) if case.ended_at and not case.is_open else None,
        )

    def _withheld(self, case: Case) -> str:
        if case.restricted:
            return RESTRICTED
        if case.registered_at is None:
            first = self.editions[case.edition_id].register_from
            return f"In full from stage {first}" if case.is_open else f"Not in full: it ended before stage {first}"
        return ""

    def _due(self, due: datetime) -> Due:
        end_of_day = timezone.localtime(due).time() >= END_OF_DAY
        late = due < self.at
        return Due(
            at=due,
            words=day_words(due) if end_of_day else moment_words(due),
            left=distance(due, at=self.at, jurisdiction=self.partnership.jurisdiction),
            late=late,
            days_late=self._working_days(local_day(due)) or 0 if late else 0,
        )

    def _detail(self, case: Case, stage: Stage, on_case: OnCase) -> Detail:
        since = local_day(case.stage_entered_at) if case.stage_entered_at else None
        return Detail(
            subject=self.editions.subject(case.edition_id, case.subject),
            raised_on=local_day(case.raised_at) if case.raised_at else None,
            since=since,
            days=self._working_days(since) if since and case.is_open else None,
            approvals=tuple(str(part) for part in on_case.approvals),
            must_act=tuple(on_case.must_act(stage)) if case.is_open else (),
        )

    def _working_days(self, since: date) -> int | None:
        """The working days after `since` up to today; None where bank holidays are not known."""
        try:
            return calendar_of(self.partnership).working_days_between(since, local_day(self.at))
        except BeyondKnownYears:
            return None

"""Dates that people agree: where the policy gives none, and extensions with a reason."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.models import Case, Clock, NextStep
from cases.permissions import may
from cases.services import case_extend_date, case_set_date, case_withdraw
from cases.sweep import sweep
from notifications.models import Notification
from tests.cases.cast import RAISED, Cast, a_case, a_cast
from tests.cases.refusals import not_allowed, refused, wrong_state

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
NOW = RAISED + timedelta(hours=6)
TODAY = NOW.date()
CaseAt = Callable[[str], Case]


def end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=LONDON)


def set_date(case: Case, by: object, **others: object) -> None:
    given: dict[str, object] = {"case": case, "by": by, "at": NOW, "due_on": date(2026, 4, 16), "agreed_with": "Sam"}
    case_set_date(**{**given, **others})  # type: ignore[arg-type]


def extend(case: Case, by: object, **others: object) -> None:
    given: dict[str, object] = {
        "case": case,
        "by": by,
        "at": NOW,
        "due_on": date(2026, 4, 20),
        "agreed_with": "Sam",
        "reasons": "The doctor is away; the aunt looks after the child.",
    }
    case_extend_date(**{**given, **others})  # type: ignore[arg-type]


def running(case: Case) -> Clock:
    return case.clocks.get(stopped_at__isnull=True)


class TestSetting:
    @pytest.mark.parametrize(
        ("day", "utc_hour"), [(date(2026, 4, 16), 22), (date(2026, 10, 25), 23), (date(2026, 12, 1), 23)]
    )
    def test_date_is_the_end_of_that_day_in_london(self, cast: Cast, case_at: CaseAt, day: date, utc_hour: int) -> None:
        case = case_at("5")
        set_date(case, cast.nora, due_on=day)
        case.refresh_from_db()
        assert case.due_at == running(case).due_at == end_of(day)
        assert case.due_at is not None
        assert case.due_at.astimezone(ZoneInfo("UTC")).hour == utc_hour

    def test_clock_then_reminds_instead_of_asking_for_a_date(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        assert running(case).next_step == NextStep.ASK_DATE
        set_date(case, cast.nora)
        clock = running(case)
        assert (clock.next_step, clock.next_step_at) == (NextStep.REMIND, datetime(2026, 4, 15, 9, 0, tzinfo=LONDON))
        assert clock.reason == f"Agreed with Sam, recorded by {cast.nora.name}."

    def test_record_says_the_date_and_with_whom(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        set_date(case, cast.chair, agreed_with=" Both sides ", reasons=" After Easter ")
        entry = case.entries.latest("number")
        assert (entry.kind, entry.by, entry.agency) == ("date.set", cast.chair, None)
        assert entry.content["agreed_with"] == "Both sides"
        assert entry.content["reasons"] == "After Easter"
        assert datetime.fromisoformat(entry.content["due"]) == end_of(date(2026, 4, 16))

    @pytest.mark.parametrize("days", [0, 1, 365])
    def test_date_may_be_today_or_up_to_a_year_ahead(self, cast: Cast, case_at: CaseAt, days: int) -> None:
        case = case_at("5")
        set_date(case, cast.nora, due_on=TODAY + timedelta(days=days))
        case.refresh_from_db()
        assert case.due_at == end_of(TODAY + timedelta(days=days))

    @pytest.mark.parametrize(("days", "code"), [(-1, "date_past"), (-400, "date_past"), (366, "date_far")])
    def test_date_in_the_past_or_far_away_is_refused(self, cast: Cast, case_at: CaseAt, days: int, code: str) -> None:
        with refused(code):
            set_date(case_at("5"), cast.nora, due_on=TODAY + timedelta(days=days))

    def test_today_is_londons_today(self, cast: Cast, case_at: CaseAt) -> None:
        """At 23:30 UTC in summer it is half past midnight of the next day in London."""
        case = case_at("5")
        late = datetime(2026, 6, 1, 23, 30, tzinfo=ZoneInfo("UTC"))
        with refused("date_past"):
            set_date(case, cast.nora, at=late, due_on=date(2026, 6, 1))
        set_date(case, cast.nora, at=late, due_on=date(2026, 6, 2))

    @pytest.mark.parametrize("whom", ["", "   "])
    def test_with_whom_it_was_agreed_has_to_be_said(self, cast: Cast, case_at: CaseAt, whom: str) -> None:
        with refused("agreed_with_missing"):
            set_date(case_at("5"), cast.nora, agreed_with=whom)

    @pytest.mark.parametrize("who", ["nora", "sam", "lead", "business_manager", "chair"])
    def test_both_sides_the_register_and_the_one_who_decides_may_set_it(
        self, cast: Cast, case_at: CaseAt, who: str
    ) -> None:
        case = case_at("5")
        set_date(case, getattr(cast, who))
        case.refresh_from_db()
        assert case.due_at is not None

    @pytest.mark.parametrize("who", ["outsider", "auditor", "safeguarding_manager"])
    def test_nobody_else_may(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        with not_allowed():
            set_date(case_at("5"), getattr(cast, who))

    def test_chair_sets_no_date_at_a_stage_that_is_not_theirs(self) -> None:
        cast = a_cast("thornbury", "buckinghamshire")
        case = a_case(cast)
        with not_allowed():
            set_date(case, cast.chair)

    def test_stage_that_has_its_date_is_not_given_another(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        with wrong_state():
            set_date(case, cast.nora)
        assert "has its date already" in may(cast.nora, "set_date", case).reason

    def test_ended_case_is_given_no_date(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        case_withdraw(case=case, by=cast.nora, at=NOW, reasons="Settled.")
        with wrong_state():
            set_date(case, cast.nora)

    def test_everybody_on_the_case_is_told_but_who_set_it(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        set_date(case, cast.nora)
        told = Notification.objects.filter(case_id=case.pk, event="case.date_set")
        everybody = {participant.person_id for participant in case.participants.all()}
        assert {row.recipient_id for row in told} == everybody - {cast.nora.pk}
        assert {row.due_at for row in told} == {end_of(date(2026, 4, 16))}


class TestExtending:
    def test_date_moves_and_the_old_one_stays_on_the_record(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        assert case.due_at == end_of(date(2026, 4, 13))
        extend(case, cast.nora)
        case.refresh_from_db()
        entry = case.entries.latest("number")
        assert case.due_at == running(case).due_at == end_of(date(2026, 4, 20))
        assert entry.kind == "date.extended"
        assert datetime.fromisoformat(entry.content["old"]) == end_of(date(2026, 4, 13))
        assert datetime.fromisoformat(entry.content["due"]) == end_of(date(2026, 4, 20))
        assert entry.content["reasons"].startswith("The doctor")
        assert running(case).reason.startswith("Extended from 13 April 2026")

    @pytest.mark.parametrize("day", [date(2026, 4, 13), date(2026, 4, 12), TODAY])
    def test_new_date_has_to_be_later(self, cast: Cast, case_at: CaseAt, day: date) -> None:
        with refused("date_not_later"):
            extend(case_at("1"), cast.nora, due_on=day)

    @pytest.mark.parametrize(
        ("others", "code"),
        [
            ({"reasons": " "}, "reasons_missing"),
            ({"agreed_with": ""}, "agreed_with_missing"),
            ({"due_on": date(2026, 4, 1)}, "date_past"),
            ({"due_on": date(2027, 4, 3)}, "date_far"),
        ],
    )
    def test_what_is_missing_or_wrong_is_refused(
        self, cast: Cast, case_at: CaseAt, others: dict[str, object], code: str
    ) -> None:
        with refused(code):
            extend(case_at("1"), cast.nora, **others)

    def test_stage_without_a_date_has_none_to_extend(self, cast: Cast, case_at: CaseAt) -> None:
        with wrong_state():
            extend(case_at("5"), cast.nora)

    def test_agreed_date_can_be_extended(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        set_date(case, cast.nora)
        extend(case, cast.sam)
        case.refresh_from_db()
        assert case.due_at == end_of(date(2026, 4, 20))

    def test_extension_ends_the_lateness(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        morning = datetime(2026, 4, 14, 9, 0, tzinfo=LONDON)
        sweep(at=morning)
        case.refresh_from_db()
        assert case.late_since == morning
        extend(case, cast.nora, at=morning)
        case.refresh_from_db()
        clock = running(case)
        assert not case.late_since
        assert not clock.late_at
        assert (clock.next_step, clock.next_step_at) == (NextStep.REMIND, datetime(2026, 4, 17, 9, 0, tzinfo=LONDON))

    def test_case_that_runs_over_the_new_date_is_late_again(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        sweep(at=datetime(2026, 4, 14, 9, 0, tzinfo=LONDON))
        extend(case, cast.nora, at=datetime(2026, 4, 14, 10, 0, tzinfo=LONDON))
        again = datetime(2026, 4, 21, 0, 0, tzinfo=LONDON)
        sweep(at=again)
        case.refresh_from_db()
        assert case.late_since == again

    @pytest.mark.parametrize("who", ["outsider", "auditor", "chair"])
    def test_people_outside_extend_nothing(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        with not_allowed():
            extend(case_at("3"), getattr(cast, who))

    def test_everybody_is_told_of_the_new_date(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        extend(case, cast.sam)
        told = Notification.objects.filter(case_id=case.pk, event="case.date_set")
        assert cast.nora.pk in {row.recipient_id for row in told}
        assert {row.due_at for row in told} == {end_of(date(2026, 4, 20))}

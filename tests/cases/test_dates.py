"""Dates that people agree: where the policy gives none, and extensions with a reason."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.models import NextStep
from cases.permissions import may
from cases.services import (
    case_withdraw,
)
from notifications.models import Notification
from tests.cases.cast import Cast, a_case, a_cast
from tests.cases.dating import LONDON, NOW, TODAY, CaseAt, end_of, running, set_date
from tests.cases.refusals import not_allowed, refused, wrong_state

pytestmark = pytest.mark.django_db


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

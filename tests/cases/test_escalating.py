"""Answering a request to escalate: nobody decides on their own, nobody is silenced, what is overtaken says so."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from agencies.services import appoint
from agencies.tiers import LADDER
from cases.acting import acting
from cases.models import Answer, Case, EscalationRequest
from cases.permissions import may
from cases.services import (
    case_answer_resolution,
    case_approve,
    case_move_at_once,
    case_propose_resolution,
    case_return,
    case_withdraw,
)
from cases.services.running_out import put_before_manager
from cases.sweep import sweep
from tests.cases.cast import RAISED, Cast, some_actions
from tests.cases.refusals import not_allowed, refused, wrong_state
from tests.cases.requests import NOW, a_lead, asked, returned

pytestmark = pytest.mark.django_db
CaseAt = Callable[[str], Case]


class TestApproving:
    def test_approval_takes_the_case_to_the_stage_asked_for(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        request = asked(cast, case)
        manager = cast.officer(cast.nursery, "line_manager")
        case_approve(request=request, by=manager, at=NOW, reasons=" Agreed. ")
        case.refresh_from_db()
        request.refresh_from_db()
        assert (case.stage_code, case.state, case.stage_entered_at) == ("2", "line_manager", NOW)
        assert (request.answer, request.answered_by, request.answered_at) == (Answer.APPROVED, manager, NOW)
        assert request.answer_reasons == "Agreed."
        kinds = list(case.entries.values_list("kind", flat=True))
        assert kinds[-2:] == ["escalation.approved", "stage.entered"]

    def test_stay_at_the_old_stage_ends_when_the_new_one_begins(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        case_approve(request=asked(cast, case), by=cast.officer(cast.nursery, "line_manager"), at=NOW)
        left, here = list(case.visits.all())[-2:]
        assert (left.left_at, left.left_how) == (NOW, "escalated")
        assert (here.stage_code, here.entered_at, here.left_at) == ("2", NOW, None)
        assert not case.clocks.filter(visit=left, stopped_at__isnull=True).exists()
        assert case.clocks.filter(visit=here, stopped_at__isnull=True).exists()

    @pytest.mark.parametrize("stage", ["1", "2"])
    def test_deputy_of_the_tier_may_answer_once_the_tier_is_involved(
        self, cast: Cast, case_at: CaseAt, stage: str
    ) -> None:
        case = case_at(stage)
        request = asked(cast, case)
        deputy = cast.deputy(cast.nursery, "line_manager")
        if stage == "1":
            with not_allowed():
                case_approve(request=request, by=deputy, at=NOW)
        else:
            case_approve(request=request, by=deputy, at=NOW)
            case.refresh_from_db()
            assert case.stage_code == "3"

    @pytest.mark.parametrize("tier", ["senior_manager", "director"])
    def test_higher_tier_may_answer_once_it_is_involved(self, cast: Cast, case_at: CaseAt, tier: str) -> None:
        case = case_at("4")
        lowly = asked(cast, case)
        EscalationRequest.objects.filter(pk=lowly.pk).update(
            tier="senior_manager", put_before=cast.deputy(cast.nursery, "senior_manager")
        )
        case_approve(request=lowly, by=cast.officer(cast.nursery, tier), at=NOW)
        case.refresh_from_db()
        assert case.stage_code == "5"

    def test_lower_tier_may_not_answer_for_a_higher(self, cast: Cast, case_at: CaseAt) -> None:
        request = asked(cast, case_at("4"))
        for tier in ("line_manager", "senior_manager"):
            with not_allowed():
                case_approve(request=request, by=cast.officer(cast.nursery, tier), at=NOW)

    def test_lead_approves_in_place_of_a_line_manager_only(self, cast: Cast, case_at: CaseAt) -> None:
        lead = a_lead(cast)
        high = asked(cast, case_at("3"))
        with not_allowed():
            case_approve(request=high, by=lead, at=NOW)
        case = case_at("1")
        case_approve(request=asked(cast, case), by=lead, at=NOW)
        case.refresh_from_db()
        assert case.stage_code == "2"

    @pytest.mark.parametrize("who", ["nora", "sam", "lead", "outsider", "business_manager", "chair", "auditor"])
    def test_nobody_else_may_answer(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        request = asked(cast, case_at("3"))
        with not_allowed():
            case_approve(request=request, by=getattr(cast, who), at=NOW)
        with not_allowed():
            returned(cast, request.case, request, getattr(cast, who))

    @pytest.mark.parametrize("tier", LADDER)
    def test_managers_of_the_other_side_may_not_answer(self, cast: Cast, case_at: CaseAt, tier: str) -> None:
        request = asked(cast, case_at("4"))
        with not_allowed():
            case_approve(request=request, by=cast.officer(cast.care, tier), at=NOW)

    def test_nobody_approves_their_own_request(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("2")
        manager = cast.officer(cast.nursery, "line_manager")
        request = asked(cast, case, by=manager)
        with not_allowed():
            case_approve(request=request, by=manager, at=NOW)
        assert "You asked for this yourself" in may(manager, "answer_request", case).reason

    def test_database_refuses_that_somebody_answers_their_own_request(self, cast: Cast, case_at: CaseAt) -> None:
        request = asked(cast, case_at("1"))
        with pytest.raises(IntegrityError), transaction.atomic():
            EscalationRequest.objects.filter(pk=request.pk).update(answered_by=cast.nora)

    def test_disputed_person_approves_nothing_even_when_asked(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("2")
        manager = cast.officer(cast.nursery, "line_manager")
        request = asked(cast, case)
        assert request.put_before == manager
        Case.objects.filter(pk=case.pk).update(decision_maker=manager)
        with not_allowed():
            case_approve(request=request, by=manager, at=NOW)

    def test_suspended_manager_cannot_answer_what_was_put_before_them(self, cast: Cast, case_at: CaseAt) -> None:
        request = asked(cast, case_at("1"))
        manager = cast.officer(cast.nursery, "line_manager")
        manager.is_active = False
        manager.save()
        with not_allowed():
            case_approve(request=request, by=manager, at=NOW)

    def test_approved_request_cannot_be_approved_again(self, cast: Cast, case_at: CaseAt) -> None:
        request = asked(cast, case_at("1"))
        manager = cast.officer(cast.nursery, "line_manager")
        case_approve(request=request, by=manager, at=NOW)
        with wrong_state("answered"):
            case_approve(request=request, by=manager, at=NOW)
        with wrong_state("answered"):
            returned(cast, request.case, request, manager)


class TestReturning:
    @pytest.mark.parametrize(
        ("reasons", "missing", "code"),
        [("", "What the father says", "reasons_missing"), ("Too early", " ", "missing_missing")],
    )
    def test_manager_must_say_why_and_what_is_missing(
        self, cast: Cast, case_at: CaseAt, reasons: str, missing: str, code: str
    ) -> None:
        request = asked(cast, case_at("1"))
        with refused(code):
            case_return(
                request=request,
                by=cast.officer(cast.nursery, "line_manager"),
                at=NOW,
                reasons=reasons,
                missing=missing,
            )

    def test_returned_request_leaves_the_case_where_it_is_and_says_why(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        request = asked(cast, case)
        returned(cast, case, request, cast.officer(cast.nursery, "line_manager"))
        case.refresh_from_db()
        request.refresh_from_db()
        entry = case.entries.latest("number")
        assert case.stage_code == "1"
        assert (request.answer, request.missing) == (Answer.RETURNED, "What the father says.")
        assert (entry.kind, entry.content["missing"]) == ("escalation.returned", "What the father says.")

    def test_after_each_return_the_next_in_line_is_asked_and_at_last_the_business_manager(
        self, cast: Cast, case_at: CaseAt
    ) -> None:
        case = case_at("1")
        for tier in LADDER:
            request = asked(cast, case)
            assert request.put_before == cast.officer(cast.nursery, tier)
            returned(cast, case, request, cast.officer(cast.nursery, tier))
        assert asked(cast, case).put_before is None

    def test_return_at_an_earlier_stage_does_not_count_against_the_manager(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        manager = cast.officer(cast.nursery, "line_manager")
        returned(cast, case, asked(cast, case), manager)
        case_approve(request=asked(cast, case), by=cast.officer(cast.nursery, "senior_manager"), at=NOW)
        case.refresh_from_db()
        assert case.stage_code == "2"
        assert asked(cast, case).put_before == manager

    def test_return_by_the_other_sides_manager_does_not_count_either(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        returned(cast, case, asked(cast, case, by=cast.sam), cast.officer(cast.care, "line_manager"))
        assert asked(cast, case).put_before == cast.officer(cast.nursery, "line_manager")


class TestOvertaken:
    """A request that no longer has a point says so, and cannot be answered."""

    def overtake(self, cast: Cast, case: Case, how: str) -> None:
        if how == "moved at once":
            case_move_at_once(case=case, by=cast.sam, at=NOW, to_stage="4", reasons="He is on his way.")
        elif how == "withdrawn":
            case_withdraw(case=case, by=cast.nora, at=NOW, reasons="Settled.")
        elif how == "resolved":
            case_propose_resolution(
                case=case,
                by=cast.nora,
                at=NOW,
                what_changes="A visit",
                actions=some_actions(date(2026, 5, 1)),
                review_on=date(2026, 6, 1),
            )
            case_answer_resolution(case=case, by=cast.sam, at=NOW, agrees=True)
        else:
            case_approve(request=asked(cast, case, by=cast.sam), by=cast.officer(cast.care, "line_manager"), at=NOW)

    @pytest.mark.parametrize("how", ["moved at once", "withdrawn", "resolved", "the other side's was approved"])
    def test_request_is_overtaken_when_the_case_leaves_the_stage(self, cast: Cast, case_at: CaseAt, how: str) -> None:
        case = case_at("1")
        request = asked(cast, case)
        self.overtake(cast, case, how)
        request.refresh_from_db()
        assert (request.answer, request.answered_by, request.answered_at) == (Answer.OVERTAKEN, None, NOW)
        with wrong_state("answered"):
            case_approve(request=request, by=cast.officer(cast.nursery, "line_manager"), at=NOW)
        with wrong_state("answered"):
            returned(cast, case, request, cast.officer(cast.nursery, "line_manager"))


class TestAskedByTheClock:
    def late(self, case: Case) -> EscalationRequest:
        sweep(at=RAISED + timedelta(days=30))
        return case.requests.get(asked_by__isnull=True)

    def test_clocks_request_is_put_before_the_raising_manager(self, cast: Cast, case_at: CaseAt) -> None:
        request = self.late(case_at("1"))
        assert request.party.side == "raising"
        assert request.put_before == cast.officer(cast.nursery, "line_manager")
        assert "has run out" in request.reasons

    def test_clocks_request_is_answered_like_any_other(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        request = self.late(case)
        later = RAISED + timedelta(days=31)
        case_approve(request=request, by=cast.officer(cast.nursery, "line_manager"), at=later)
        case.refresh_from_db()
        assert case.stage_code == "2"

    def test_raiser_answers_the_clock_on_their_own_disagreement_as_little_as_themself(
        self, cast: Cast, case_at: CaseAt
    ) -> None:
        case = case_at("1")
        appoint(person=cast.nora, role="line_manager", agency=cast.nursery, at=RAISED)
        request = self.late(case)
        assert "You raised the disagreement yourself" in may(cast.nora, "answer_request", case).reason
        with not_allowed():
            case_approve(request=request, by=cast.nora, at=RAISED + timedelta(days=31))
        with not_allowed():
            returned(cast, case, request, cast.nora)

    def test_raiser_who_is_the_officer_of_the_tier_is_not_asked_by_the_clock(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        manager = cast.officer(cast.nursery, "line_manager")
        Case.objects.filter(pk=case.pk).update(raised_by=manager)
        assert self.late(case).put_before == cast.officer(cast.nursery, "senior_manager")

    def test_another_lead_may_answer_the_clock(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        appoint(person=cast.nora, role="named_lead", agency=cast.nursery, at=RAISED)
        case_approve(request=self.late(case), by=a_lead(cast), at=RAISED + timedelta(days=31))
        case.refresh_from_db()
        assert case.stage_code == "2"

    def test_waiting_request_of_a_person_is_not_doubled_by_the_clock(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        asked(cast, case)
        with acting(None, case=case, by=None, at=NOW) as act:
            assert not put_before_manager(act)
        assert case.requests.filter(answer=Answer.WAITING).count() == 1

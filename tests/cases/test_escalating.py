"""Asking to take a case up, and answering: nobody decides on their own request, nobody is stuck, nobody is silenced."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from agencies.models import Person
from agencies.services import appoint, record_absence
from agencies.tiers import LADDER
from cases.acting import acting
from cases.models import Answer, Case, EscalationRequest
from cases.permissions import may
from cases.services import (
    case_answer_resolution,
    case_approve,
    case_ask_to_escalate,
    case_give_view,
    case_move_at_once,
    case_propose_resolution,
    case_record_discussion,
    case_return,
    case_withdraw,
)
from cases.services.running_out import put_before_manager
from cases.sweep import sweep
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_person, some_actions
from tests.cases.journeys import ask, climb, write_down
from tests.cases.refusals import not_allowed, refused, wrong_state

pytestmark = pytest.mark.django_db
#: The afternoon of the day on which the cases were raised and climbed.
NOW = RAISED + timedelta(hours=6)
TODAY = NOW.date()
CaseAt = Callable[[str], Case]


def asked(cast: Cast, case: Case, **others: object) -> EscalationRequest:
    """Nora asks at a stage that wants approval, with all that the stage wants written down."""
    write_down(cast, case, NOW)
    given: dict[str, object] = {"case": case, "by": cast.nora, "at": NOW, "reasons": "Not settled.", **others}
    request = case_ask_to_escalate(**given)  # type: ignore[arg-type]
    assert request is not None
    return request


def returned(cast: Cast, case: Case, request: EscalationRequest, by: Person) -> None:
    case_return(request=request, by=by, at=NOW, reasons="Too early.", missing="What the father says.")


def a_lead(cast: Cast, name: str = "Lara Lead") -> Person:
    """A safeguarding lead of the nursery."""
    lead = a_person(name)
    appoint(person=lead, role="named_lead", agency=cast.nursery, at=RAISED)
    return lead


def away(*people: Person) -> None:
    for person in people:
        record_absence(person=person, first_day=TODAY, last_day=TODAY)


class TestAsking:
    def test_request_waits_with_everything_that_the_manager_needs(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        request = asked(cast, case)
        manager = cast.officer(cast.nursery, "line_manager")
        assert (request.answer, request.asked_by, request.asked_at) == (Answer.WAITING, cast.nora, NOW)
        assert (request.put_before, request.tier, request.to_stage) == (manager, "line_manager", "2")
        assert request.visit.stage_code == "1"
        assert request.party.agency == cast.nursery
        case.refresh_from_db()
        assert case.stage_code == "1", "asking does not move the case"

    def test_record_says_who_asked_what_and_before_whom_it_was_put(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        asked(cast, case)
        entry = case.entries.latest("number")
        assert (entry.kind, entry.by, entry.agency, entry.at) == ("escalation.asked", cast.nora, cast.nursery, NOW)
        assert entry.content["to"] == "2"
        assert entry.content["reasons"] == "Not settled."
        assert entry.content["put_before"] == cast.officer(cast.nursery, "line_manager").name
        assert entry.content["why_them"] == "named as own manager when the disagreement was raised"

    def test_the_one_asked_takes_part_and_so_sees_the_case(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("3")
        senior = cast.officer(cast.nursery, "senior_manager")
        away(senior)
        request = asked(cast, case)
        deputy = cast.deputy(cast.nursery, "senior_manager")
        assert request.put_before == deputy
        assert case.participants.filter(person=deputy, until__isnull=True, party=request.party).exists()

    @pytest.mark.parametrize("reasons", ["", "   ", "\n\t"])
    def test_reasons_are_wanted(self, cast: Cast, case_at: CaseAt, reasons: str) -> None:
        case = case_at("1")
        write_down(cast, case, NOW)
        with refused("reasons_missing"):
            case_ask_to_escalate(case=case, by=cast.nora, at=NOW, reasons=reasons)

    @pytest.mark.parametrize("stage", ["pre", "1", "3", "5", "nowhere"])
    def test_only_a_stage_to_which_the_policy_leads_can_be_asked_for(
        self, cast: Cast, case_at: CaseAt, stage: str
    ) -> None:
        case = case_at("1")
        write_down(cast, case, NOW)
        with refused("stage_not_next"):
            case_ask_to_escalate(case=case, by=cast.nora, at=NOW, reasons="Not settled.", to_stage=stage)

    @pytest.mark.parametrize("stage", ["1", "2", "3", "4"])
    def test_discussion_of_this_very_stage_has_to_be_on_the_record(
        self, cast: Cast, case_at: CaseAt, stage: str
    ) -> None:
        case = case_at(stage)
        assert case.entries.filter(kind="discussion.recorded").exists(), "those of earlier stages do not count"
        with refused("record_missing"):
            case_ask_to_escalate(case=case, by=cast.nora, at=NOW, reasons="Not settled.")

    def test_discussion_that_the_other_side_recorded_counts(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        case_record_discussion(case=case, by=cast.sam, at=NOW, held_at=NOW, who="Both", how="phone", summary="No.")
        assert case_ask_to_escalate(case=case, by=cast.nora, at=NOW, reasons="Not settled.")

    def test_view_is_wanted_where_the_policy_wants_one(self) -> None:
        cast = a_cast("thornbury", "buckinghamshire")
        case = a_case(cast)
        for hours in (1, 2):
            climb(cast, case, RAISED + timedelta(hours=hours))
        assert case.stage.required_records == ("view", "discussion")
        texts = case.stage.confirmations
        case_record_discussion(case=case, by=cast.nora, at=NOW, held_at=NOW, who="Both", how="phone", summary="No.")
        with refused("record_missing"):
            case_ask_to_escalate(case=case, by=cast.nora, at=NOW, reasons="Not settled.", confirmed=texts)
        case_give_view(case=case, by=cast.nora, at=NOW, view="Not safe.")
        assert case_ask_to_escalate(case=case, by=cast.nora, at=NOW, reasons="Not settled.", confirmed=texts)

    @pytest.mark.parametrize("ticked", [(), (0,), (1,)])
    def test_every_confirmation_is_wanted(self, ticked: tuple[int, ...]) -> None:
        cast = a_cast("thornbury", "buckinghamshire")
        case = a_case(cast)
        write_down(cast, case, NOW)
        texts = case.stage.confirmations
        assert len(texts) == 2
        with refused("not_confirmed"):
            case_ask_to_escalate(
                case=case,
                by=cast.nora,
                at=NOW,
                reasons="Not settled.",
                confirmed=[texts[index] for index in ticked],
            )

    def test_what_was_confirmed_is_on_the_record(self) -> None:
        cast = a_cast("thornbury", "buckinghamshire")
        case = a_case(cast)
        ask(cast, case, NOW)
        assert case.entries.latest("number").content["confirmed"] == list(case.stage.confirmations)

    def test_where_the_policy_wants_no_approval_the_case_goes_at_once(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("pre")
        write_down(cast, case, NOW)
        assert case_ask_to_escalate(case=case, by=cast.nora, at=NOW, reasons="My manager agrees.") is None
        case.refresh_from_db()
        assert (case.stage_code, case.requests.count()) == ("1", 0)

    def test_second_request_of_one_side_waits_for_the_first(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        asked(cast, case)
        with wrong_state():
            case_ask_to_escalate(case=case, by=cast.nora, at=NOW, reasons="Still not settled.")

    def test_database_keeps_one_waiting_request_for_each_side(self, cast: Cast, case_at: CaseAt) -> None:
        request = asked(cast, case_at("1"))
        request.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            request.save()

    def test_other_side_may_ask_too_and_asks_its_own_manager(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        asked(cast, case)
        request = asked(cast, case, by=cast.sam)
        assert request.put_before == cast.officer(cast.care, "line_manager")
        assert case.requests.filter(answer=Answer.WAITING).count() == 2

    def test_last_stage_has_nowhere_to_go(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        with wrong_state():
            case_ask_to_escalate(case=case, by=cast.nora, at=NOW, reasons="Not settled.")

    def test_withdrawn_case_cannot_be_taken_up(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        case_withdraw(case=case, by=cast.nora, at=NOW, reasons="Settled.")
        with wrong_state():
            case_ask_to_escalate(case=case, by=cast.nora, at=NOW, reasons="Not settled.")

    @pytest.mark.parametrize("who", ["outsider", "business_manager", "chair", "auditor", "safeguarding_manager"])
    def test_only_the_sides_can_ask(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        case = case_at("3")
        with not_allowed():
            case_ask_to_escalate(case=case, by=getattr(cast, who), at=NOW, reasons="I think so.")


class TestBeforeWhom:
    """Nobody is stuck: who is asked when the usual person cannot be."""

    def test_deputy_when_the_manager_is_away(self, cast: Cast, case_at: CaseAt) -> None:
        manager = cast.officer(cast.nursery, "line_manager")
        away(manager)
        request = asked(cast, case_at("1"))
        assert request.put_before == cast.deputy(cast.nursery, "line_manager")
        assert f"{manager.name} is away" in request.why_them

    def test_manager_who_is_back_tomorrow_is_asked_tomorrow(self, cast: Cast, case_at: CaseAt) -> None:
        manager = cast.officer(cast.nursery, "line_manager")
        record_absence(person=manager, first_day=TODAY - timedelta(days=9), last_day=TODAY - timedelta(days=1))
        assert asked(cast, case_at("1")).put_before == manager

    def test_suspended_manager_is_passed_over(self, cast: Cast, case_at: CaseAt) -> None:
        Person.objects.filter(pk=cast.officer(cast.nursery, "line_manager").pk).update(is_active=False)
        assert asked(cast, case_at("1")).put_before == cast.deputy(cast.nursery, "line_manager")

    def test_next_tier_when_manager_and_deputy_are_away(self, cast: Cast, case_at: CaseAt) -> None:
        away(cast.officer(cast.nursery, "line_manager"), cast.deputy(cast.nursery, "line_manager"))
        request = asked(cast, case_at("1"))
        assert (request.put_before, request.tier) == (cast.officer(cast.nursery, "senior_manager"), "senior_manager")

    def test_own_manager_named_when_raising_comes_before_the_directory(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        deputy = cast.deputy(cast.nursery, "line_manager")
        case.parties.filter(side="raising").update(first_contact=deputy)
        assert asked(cast, case).put_before == deputy

    def test_own_manager_who_may_not_approve_is_not_asked(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        colleague = a_person("Cole League")
        appoint(person=colleague, role="practitioner", agency=cast.nursery, at=RAISED)
        case.parties.filter(side="raising").update(first_contact=colleague)
        assert asked(cast, case).put_before == cast.officer(cast.nursery, "line_manager")

    def test_business_manager_when_nobody_is_named(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        cast.nursery.named_officers.all().delete()
        case.parties.filter(side="raising").update(first_contact=None)
        assert case.registered_at is None
        request = asked(cast, case)
        case.refresh_from_db()
        assert request.put_before is None
        assert "the Business Manager is asked" in request.why_them
        assert case.registered_at == NOW, "what is put before them they must be able to see"
        case_approve(request=request, by=cast.business_manager, at=NOW)
        case.refresh_from_db()
        assert case.stage_code == "2"

    def test_manager_who_asks_themself_is_answered_by_the_next_in_line(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("2")
        manager = cast.officer(cast.nursery, "line_manager")
        request = asked(cast, case, by=manager)
        assert request.put_before == cast.officer(cast.nursery, "senior_manager")

    def test_manager_whose_decision_is_disputed_is_passed_over(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        Case.objects.filter(pk=case.pk).update(decision_maker=cast.officer(cast.nursery, "line_manager"))
        assert asked(cast, case).put_before == cast.officer(cast.nursery, "senior_manager")

    @pytest.mark.parametrize(
        ("stage", "tier"),
        [("1", "line_manager"), ("2", "line_manager"), ("3", "senior_manager"), ("4", "director")],
    )
    def test_tier_asked_is_the_highest_that_the_case_has_reached(
        self, cast: Cast, case_at: CaseAt, stage: str, tier: str
    ) -> None:
        request = asked(cast, case_at(stage))
        assert (request.tier, request.put_before) == (tier, cast.officer(cast.nursery, tier))


class TestLeadAskedByName:
    def test_lead_is_asked_in_place_of_the_manager(self, cast: Cast, case_at: CaseAt) -> None:
        lead = a_lead(cast)
        request = asked(cast, case_at("1"), ask=lead)
        assert (request.put_before, request.why_them) == (lead, "named or designated lead, asked by name")
        case_approve(request=request, by=lead, at=NOW)
        request.refresh_from_db()
        assert (request.answer, request.answered_by) == (Answer.APPROVED, lead)

    def test_lead_asked_by_name_may_answer_at_any_tier(self, cast: Cast, case_at: CaseAt) -> None:
        case, lead = case_at("4"), a_lead(cast)
        request = asked(cast, case, ask=lead)
        case_approve(request=request, by=lead, at=NOW)
        case.refresh_from_db()
        assert case.stage_code == "5"

    def test_lead_is_asked_after_the_manager_returned_it(self, cast: Cast, case_at: CaseAt) -> None:
        case, lead = case_at("1"), a_lead(cast)
        returned(cast, case, asked(cast, case), cast.officer(cast.nursery, "line_manager"))
        assert asked(cast, case, ask=lead).put_before == lead

    def test_person_who_is_no_lead_cannot_be_asked_by_name(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        write_down(cast, case, NOW)
        with refused("cannot_ask"):
            case_ask_to_escalate(
                case=case, by=cast.nora, at=NOW, reasons="No.", ask=cast.officer(cast.nursery, "director")
            )

    def test_lead_of_another_agency_cannot_be_asked(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        write_down(cast, case, NOW)
        with refused("cannot_ask"):
            case_ask_to_escalate(case=case, by=cast.nora, at=NOW, reasons="No.", ask=cast.lead)

    @pytest.mark.parametrize("why", ["away", "suspended", "disputed", "asks"])
    def test_lead_who_cannot_answer_is_not_asked(self, cast: Cast, case_at: CaseAt, why: str) -> None:
        case, lead = case_at("1"), a_lead(cast)
        write_down(cast, case, NOW)
        by = cast.nora
        if why == "away":
            away(lead)
        elif why == "suspended":
            lead.is_active = False
            lead.save()
        elif why == "disputed":
            Case.objects.filter(pk=case.pk).update(decision_maker=lead)
        else:
            by = lead
        with refused("cannot_ask"):
            case_ask_to_escalate(case=case, by=by, at=NOW, reasons="No.", ask=lead)


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

    def test_raiser_may_answer_the_clock_if_they_are_a_manager(self, cast: Cast, case_at: CaseAt) -> None:
        """It is not their own request: the clock asked."""
        case = case_at("1")
        appoint(person=cast.nora, role="line_manager", agency=cast.nursery, at=RAISED)
        request = self.late(case)
        assert may(cast.nora, "answer_request", case).allowed
        case_approve(request=request, by=cast.nora, at=RAISED + timedelta(days=31))

    def test_waiting_request_of_a_person_is_not_doubled_by_the_clock(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        asked(cast, case)
        with acting(None, case=case, by=None, at=NOW) as act:
            assert not put_before_manager(act)
        assert case.requests.filter(answer=Answer.WAITING).count() == 1

"""Asking to take a case up: with what it needs, and before whom it is put when the usual person cannot answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from agencies.models import Person
from agencies.services import appoint, record_absence
from cases.models import Answer, Case
from cases.services import (
    case_approve,
    case_ask_to_escalate,
    case_give_view,
    case_record_discussion,
    case_withdraw,
)
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_person
from tests.cases.journeys import ask, climb, write_down
from tests.cases.refusals import not_allowed, refused, wrong_state
from tests.cases.requests import NOW, TODAY, a_lead, asked, away, returned

pytestmark = pytest.mark.django_db
CaseAt = Callable[[str], Case]


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

"""A resolution: agreed by every party, with who does what by when; events alone end nothing."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from agencies.services import appoint
from cases.models import Action, Agreement, Case, Resolution
from cases.permissions import may
from cases.services import (
    PlannedAction,
    case_answer_resolution,
    case_propose_resolution,
    case_raise,
    case_reopen,
    case_save_draft,
    case_withdraw,
)
from notifications.models import Notification
from tests.cases.cast import RAISED, Cast, a_draft, some_actions
from tests.cases.journeys import climb
from tests.cases.refusals import not_allowed, refused, wrong_state

pytestmark = pytest.mark.django_db
NOW = RAISED + timedelta(hours=6)
TODAY = NOW.date()
CaseAt = Callable[[str], Case]


def propose(case: Case, by: object, **others: object) -> Resolution:
    given: dict[str, object] = {
        "case": case,
        "by": by,
        "at": NOW,
        "what_changes": "Social care visits the family.",
        "actions": some_actions(TODAY + timedelta(days=7)),
        "review_on": TODAY + timedelta(days=30),
    }
    return case_propose_resolution(**{**given, **others})  # type: ignore[arg-type]


def answer(case: Case, by: object, agrees: bool = True, reasons: str = "") -> Resolution:
    return case_answer_resolution(case=case, by=by, at=NOW, agrees=agrees, reasons=reasons)  # type: ignore[arg-type]


class TestProposing:
    def test_proposal_says_what_changes_who_does_what_and_when_it_is_reviewed(
        self, cast: Cast, case_at: CaseAt
    ) -> None:
        case = case_at("1")
        proposal = propose(case, cast.nora)
        assert (proposal.status, proposal.party.agency, proposal.proposed_by) == (
            Resolution.Status.PROPOSED,
            cast.nursery,
            cast.nora,
        )
        action = proposal.actions.get()
        assert (action.what, action.who) == ("Visit the family at home", "Social worker")
        assert action.by_when == TODAY + timedelta(days=7)
        entry = case.entries.latest("number")
        assert entry.kind == "resolution.proposed"
        assert entry.content["actions"][0]["by_when"] == "2026-04-09"
        assert entry.content["review_on"] == "2026-05-02"

    def test_who_proposes_agrees(self, cast: Cast, case_at: CaseAt) -> None:
        proposal = propose(case_at("1"), cast.nora)
        own = proposal.agreements.get()
        assert (own.party, own.by, own.agrees) == (proposal.party, cast.nora, True)

    @pytest.mark.parametrize(
        ("others", "code"),
        [
            ({"what_changes": " "}, "changes_missing"),
            ({"actions": []}, "actions_missing"),
            ({"actions": [PlannedAction("", "Sam", TODAY)]}, "action_what"),
            ({"actions": [PlannedAction("Visit", "  ", TODAY)]}, "action_who"),
            ({"actions": [PlannedAction("Visit", "Sam", TODAY - timedelta(days=1))]}, "action_past"),
            ({"actions": [*some_actions(TODAY), PlannedAction("Visit", "", TODAY)]}, "action_who"),
            ({"review_on": TODAY - timedelta(days=1)}, "review_past"),
        ],
    )
    def test_what_is_missing_or_past_is_refused(
        self, cast: Cast, case_at: CaseAt, others: dict[str, object], code: str
    ) -> None:
        with refused(code):
            propose(case_at("1"), cast.nora, **others)

    def test_today_is_early_enough(self, cast: Cast, case_at: CaseAt) -> None:
        assert propose(case_at("1"), cast.nora, actions=some_actions(TODAY), review_on=TODAY).actions.count() == 1

    def test_second_proposal_waits_for_the_first_to_be_answered(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        propose(case, cast.nora)
        with wrong_state():
            propose(case, cast.sam)

    def test_database_keeps_one_open_proposal(self, cast: Cast, case_at: CaseAt) -> None:
        proposal = propose(case_at("1"), cast.nora)
        proposal.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            proposal.save()

    def test_nothing_is_proposed_before_the_other_agency_knows(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("pre")
        with wrong_state():
            propose(case, cast.nora)
        assert "has not been asked yet" in may(cast.nora, "propose_resolution", case).reason

    @pytest.mark.parametrize("who", ["outsider", "business_manager", "chair", "auditor", "safeguarding_manager"])
    def test_people_outside_the_sides_propose_nothing(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        with not_allowed():
            propose(case_at("5"), getattr(cast, who))


class TestAnswering:
    def test_case_is_resolved_when_both_sides_have_agreed(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        propose(case, cast.nora)
        proposal = answer(case, cast.sam, reasons="We visit.")
        case.refresh_from_db()
        assert (proposal.status, case.state, case.ended_at) == (Resolution.Status.AGREED, "resolved", NOW)
        assert (case.due_at, case.late_since) == (None, None)
        visit = case.visits.latest("pk")
        assert (visit.left_at, visit.left_how) == (NOW, "resolved")
        kinds = list(case.entries.values_list("kind", flat=True))
        assert kinds[-3:] == ["resolution.proposed", "resolution.agreed", "case.resolved"]

    def test_no_clock_runs_in_a_resolved_case(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        propose(case, cast.nora)
        answer(case, cast.sam)
        assert not case.clocks.filter(stopped_at__isnull=True).exists()
        assert not case.clocks.filter(next_step_at__isnull=False).exists()

    def test_refusal_gives_its_reasons_and_the_case_goes_on(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        propose(case, cast.nora)
        proposal = answer(case, cast.sam, agrees=False, reasons="A visit is not enough.")
        case.refresh_from_db()
        assert (proposal.status, case.stage_code, case.is_open) == (Resolution.Status.REFUSED, "1", True)
        entry = case.entries.latest("number")
        assert (entry.kind, entry.content["reasons"]) == ("resolution.refused", "A visit is not enough.")
        assert propose(case, cast.sam).party.agency == cast.care, "and another can be proposed"

    @pytest.mark.parametrize("reasons", ["", "  "])
    def test_refusal_without_reasons_is_refused(self, cast: Cast, case_at: CaseAt, reasons: str) -> None:
        case = case_at("1")
        propose(case, cast.nora)
        with refused("reasons_missing"):
            answer(case, cast.sam, agrees=False, reasons=reasons)

    def test_agreement_needs_no_reasons(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        propose(case, cast.nora)
        answer(case, cast.sam, reasons="")
        assert Agreement.objects.filter(by=cast.sam, agrees=True, reasons="").exists()

    @pytest.mark.parametrize("who", ["nora", "colleague"])
    def test_side_that_has_answered_does_not_answer_again(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        case = case_at("2")
        by = cast.nora if who == "nora" else cast.officer(cast.nursery, "line_manager")
        propose(case, cast.nora)
        with wrong_state():
            answer(case, by)

    def test_database_keeps_one_answer_of_each_side(self, cast: Cast, case_at: CaseAt) -> None:
        proposal = propose(case_at("1"), cast.nora)
        with pytest.raises(IntegrityError), transaction.atomic():
            Agreement.objects.create(resolution=proposal, party=proposal.party, by=cast.sam, at=NOW, agrees=True)

    @pytest.mark.parametrize("who", ["outsider", "business_manager", "chair", "auditor"])
    def test_people_outside_the_sides_do_not_answer(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        case = case_at("5")
        propose(case, cast.nora)
        with not_allowed():
            answer(case, getattr(cast, who))

    def test_nothing_to_answer_where_nothing_is_proposed(self, cast: Cast, case_at: CaseAt) -> None:
        with wrong_state():
            answer(case_at("1"), cast.sam)

    def test_proposal_of_an_earlier_stage_is_not_answered_any_more(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        proposal = propose(case, cast.nora)
        climb(cast, case, NOW)
        proposal.refresh_from_db()
        assert proposal.status == Resolution.Status.OVERTAKEN
        with wrong_state():
            answer(case, cast.sam)

    def test_withdrawn_case_takes_its_proposal_along(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        proposal = propose(case, cast.nora)
        case_withdraw(case=case, by=cast.nora, at=NOW, reasons="Settled.")
        proposal.refresh_from_db()
        assert proposal.status == Resolution.Status.OVERTAKEN
        case_reopen(case=case, by=cast.nora, at=NOW, reasons="It goes on.")
        with wrong_state():
            answer(case, cast.sam)


class TestOnePersonTwoSides:
    """One person cannot answer for two sides, whatever roles they hold."""

    @pytest.fixture
    def case(self, cast: Cast, case_at: CaseAt) -> Case:
        appoint(person=cast.nora, role="named_lead", agency=cast.care, at=RAISED)
        return case_at("1")

    def test_proposer_does_not_agree_for_the_other_side(self, cast: Cast, case: Case) -> None:
        propose(case, cast.nora)
        with not_allowed():
            answer(case, cast.nora)

    def test_proposer_does_not_refuse_for_the_other_side(self, cast: Cast, case: Case) -> None:
        propose(case, cast.nora)
        with not_allowed():
            answer(case, cast.nora, agrees=False, reasons="No")

    def test_page_says_so_too(self, cast: Cast, case: Case) -> None:
        propose(case, cast.nora)
        verdict = may(cast.nora, "answer_resolution", case)
        assert not verdict.allowed
        assert "somebody else answers" in verdict.reason

    def test_somebody_else_answers_for_the_other_side(self, cast: Cast, case: Case) -> None:
        propose(case, cast.nora)
        answer(case, cast.sam)
        case.refresh_from_db()
        assert case.state == "resolved"

    def test_they_answer_for_the_side_that_has_not(self, cast: Cast, case: Case) -> None:
        propose(case, cast.sam)
        answer(case, cast.nora)
        case.refresh_from_db()
        assert case.state == "resolved"


class TestThreeAgencies:
    @pytest.fixture
    def case(self, cast: Cast) -> Case:
        draft = a_draft(cast)
        case_save_draft(draft=draft, by=cast.nora, answers={}, others=[cast.health])
        case = case_raise(draft=draft, by=cast.nora, at=RAISED)
        climb(cast, case, RAISED + timedelta(hours=1))
        return case

    def test_all_three_have_to_agree(self, cast: Cast, case: Case) -> None:
        propose(case, cast.nora)
        assert answer(case, cast.sam).status == Resolution.Status.PROPOSED
        case.refresh_from_db()
        assert case.is_open
        health = case.participants.get(party__agency=cast.health).person
        assert answer(case, health).status == Resolution.Status.AGREED
        case.refresh_from_db()
        assert case.state == "resolved"

    def test_any_one_of_them_can_refuse(self, cast: Cast, case: Case) -> None:
        propose(case, cast.nora)
        answer(case, cast.sam)
        health = case.participants.get(party__agency=cast.health).person
        answer(case, health, agrees=False, reasons="The health visitor was not asked.")
        case.refresh_from_db()
        assert case.is_open

    def test_third_agency_may_propose(self, cast: Cast, case: Case) -> None:
        health = case.participants.get(party__agency=cast.health).person
        assert propose(case, health).party.agency == cast.health
        answer(case, cast.nora)
        answer(case, cast.sam)
        case.refresh_from_db()
        assert case.state == "resolved"

    def test_agency_that_is_no_party_has_no_say(self, cast: Cast, case: Case) -> None:
        propose(case, cast.nora)
        with not_allowed():
            answer(case, cast.outsider, agrees=False, reasons="No")


class TestOvertakenByEvents:
    def test_cause_has_to_be_said(self, cast: Cast, case_at: CaseAt) -> None:
        manager = cast.officer(cast.nursery, "line_manager")
        with refused("cause_missing"):
            propose(case_at("2"), manager, overtaken_by_events=True, cause=" ")

    @pytest.mark.parametrize("who", ["nora", "sam"])
    def test_practitioner_cannot_record_it(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        with not_allowed("manager_needed"):
            propose(case_at("2"), getattr(cast, who), overtaken_by_events=True, cause="Two thresholds.")

    def test_manager_records_the_cause_and_every_party_still_has_to_agree(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("2")
        manager = cast.officer(cast.care, "line_manager")
        proposal = propose(case, manager, overtaken_by_events=True, cause=" Two thresholds. ")
        assert (proposal.cause, proposal.status) == ("Two thresholds.", Resolution.Status.PROPOSED)
        assert case.entries.latest("number").content["cause"] == "Two thresholds."
        answer(case, cast.nora)
        case.refresh_from_db()
        assert case.state == "resolved"

    def test_safeguarding_lead_counts_as_a_manager(self, cast: Cast, case_at: CaseAt) -> None:
        assert propose(case_at("1"), cast.lead, overtaken_by_events=True, cause="Two thresholds.")

    def test_database_refuses_a_natural_end_without_its_cause(self, cast: Cast, case_at: CaseAt) -> None:
        proposal = propose(case_at("1"), cast.nora)
        with pytest.raises(IntegrityError), transaction.atomic():
            Resolution.objects.filter(pk=proposal.pk).update(overtaken_by_events=True)


def test_everybody_is_told_of_proposal_answer_and_end(cast: Cast, case_at: CaseAt) -> None:
    case = case_at("1")
    propose(case, cast.nora)
    answer(case, cast.sam)
    told = {
        event: set(Notification.objects.filter(case_id=case.pk, event=event).values_list("recipient", flat=True))
        for event in ("resolution.proposed", "resolution.agreed", "case.resolved")
    }
    everybody = set(case.participants.values_list("person", flat=True))
    assert told["resolution.proposed"] == everybody - {cast.nora.pk}
    assert told["resolution.agreed"] == told["case.resolved"] == everybody - {cast.sam.pk}


def test_business_manager_is_told_of_the_end_of_a_case_on_the_register(cast: Cast, case_at: CaseAt) -> None:
    for code, expected in (("1", 0), ("3", 1)):
        case = case_at(code)
        propose(case, cast.nora)
        answer(case, cast.sam)
        told = Notification.objects.filter(case_id=case.pk, event="case.resolved", address=cast.partnership.mailbox)
        assert told.count() == expected


def test_action_belongs_to_one_ending_only(cast: Cast, case_at: CaseAt) -> None:
    propose(case_at("1"), cast.nora)
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.update(resolution=None)


@pytest.mark.parametrize("day", [date(2026, 4, 2), date(2030, 1, 1)])
def test_planned_action_is_written_as_plain_words(day: date) -> None:
    written = PlannedAction(what="Visit", who="Sam", by_when=day).as_content()
    assert written == {"what": "Visit", "who": "Sam", "by_when": day.isoformat()}

"""Decisions: by the one to whom the policy gives them, with reasons; a panel is impartial and from three agencies."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from agencies.models import AgencyKind, Person
from agencies.services import appoint, end_appointment
from cases.access import may_still_know, visible_to
from cases.models import Case, Decision
from cases.permissions import may
from cases.services import (
    DecisionText,
    PlannedAction,
    case_convene_panel,
    case_decide,
    case_give_view,
    case_reopen,
    case_withdraw,
)
from cases.services.deciding import may_judge, panel_agency
from notifications.models import Notification
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_person, an_agency, some_actions
from tests.cases.journeys import climb
from tests.cases.refusals import not_allowed, refused, wrong_state

pytestmark = pytest.mark.django_db
NOW = RAISED + timedelta(hours=6)
TODAY = NOW.date()
CaseAt = Callable[[str], Case]


def text(**others: object) -> DecisionText:
    given: dict[str, object] = {
        "outcome": "chair_settles",
        "reasons": "Both views were heard.",
        "what_changes": "Social care assesses.",
        "actions": some_actions(TODAY + timedelta(days=7)),
        "review_on": TODAY + timedelta(days=30),
    }
    return DecisionText(**{**given, **others})  # type: ignore[arg-type]


def decide(case: Case, by: Person, **others: object) -> Decision:
    return case_decide(case=case, by=by, at=NOW, decision=text(**others))


def convene(cast: Cast, case: Case, *members: Person, by: Person | None = None) -> None:
    case_convene_panel(case=case, by=by or cast.business_manager, at=NOW, members=members or cast.panel)


class TestPanel:
    def test_members_are_given_the_case_by_name(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        assert not any(visible_to(member).filter(pk=case.pk).exists() for member in cast.panel[:2])
        convene(cast, case)
        for member in cast.panel:
            assert visible_to(member).filter(pk=case.pk).exists()
            assert may(member, "decide", case).allowed
            part = case.participants.get(person=member, party__isnull=True)
            assert part.tier == "chair"
            assert part.why.startswith("Panel member from ")

    def test_panel_of_an_earlier_stay_reads_on_but_decides_no_more(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        convene(cast, case)
        decide(case, cast.panel[0], outcome="panel_decides")
        case_reopen(case=case, by=cast.business_manager, at=NOW, reasons="New facts.")
        case.refresh_from_db()
        assert visible_to(cast.panel[0]).filter(pk=case.pk).exists()
        assert not may(cast.panel[0], "decide", case).allowed

    def test_members_of_one_panel_do_not_see_other_cases(self, cast: Cast, case_at: CaseAt) -> None:
        convene(cast, case_at("5"))
        assert not visible_to(cast.panel[0]).exclude(pk=case_at("5").pk).exists()

    def test_record_names_the_members_and_their_agencies(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        convene(cast, case)
        entry = case.entries.latest("number")
        assert entry.kind == "panel.convened"
        assert {member["agency"] for member in entry.content["members"]} == {
            cast.police.name,
            cast.health.name,
            cast.care.name,
        }
        assert [member["name"] for member in entry.content["members"]] == [person.name for person in cast.panel]

    def test_members_are_told_and_nobody_else(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        convene(cast, case)
        told = Notification.objects.filter(case_id=case.pk, event="case.panel_convened")
        assert {row.recipient_id for row in told} == {member.pk for member in cast.panel}

    @pytest.mark.parametrize("who", ["business_manager", "chair"])
    def test_business_manager_and_chair_convene(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        convene(cast, case_at("5"), by=getattr(cast, who))

    @pytest.mark.parametrize("who", ["nora", "sam", "lead", "auditor", "safeguarding_manager", "outsider"])
    def test_nobody_else_convenes(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        with not_allowed():
            convene(cast, case_at("5"), by=getattr(cast, who))

    @pytest.mark.parametrize("code", ["pre", "1", "2", "3", "4"])
    def test_there_is_no_panel_before_the_policy_has_one(self, cast: Cast, case_at: CaseAt, code: str) -> None:
        with wrong_state():
            convene(cast, case_at(code))

    def test_there_is_no_panel_where_the_policy_has_none(self) -> None:
        cast = a_cast("thornbury", "buckinghamshire")
        case = a_case(cast)
        for hours in range(1, 5):
            climb(cast, case, RAISED + timedelta(hours=hours))
        assert case.state == "chair"
        with wrong_state():
            convene(cast, case)

    @pytest.mark.parametrize("number", [1, 2])
    def test_fewer_than_three_agencies_are_too_few(self, cast: Cast, case_at: CaseAt, number: int) -> None:
        with refused("too_few_agencies"):
            convene(cast, case_at("5"), *cast.panel[:number])

    def test_panel_of_nobody_is_refused(self, cast: Cast, case_at: CaseAt) -> None:
        with refused("too_few_agencies"):
            case_convene_panel(case=case_at("5"), by=cast.chair, at=NOW, members=[])

    def test_three_members_from_two_agencies_are_too_few(self, cast: Cast, case_at: CaseAt) -> None:
        second = a_person("Pia Second")
        appoint(person=second, role="practitioner", agency=cast.police, at=RAISED)
        appoint(person=second, role="panel_pool", partnership=cast.partnership, at=RAISED)
        with refused("too_few_agencies"):
            convene(cast, case_at("5"), cast.panel[0], cast.panel[1], second)

    def test_member_named_twice_counts_once(self, cast: Cast, case_at: CaseAt) -> None:
        with refused("too_few_agencies"):
            convene(cast, case_at("5"), cast.panel[0], cast.panel[0], cast.panel[1])

    def test_member_has_to_be_in_the_pool(self, cast: Cast, case_at: CaseAt) -> None:
        with refused("not_in_pool"):
            convene(cast, case_at("5"), *cast.panel, cast.outsider)

    def test_member_whose_place_in_the_pool_has_ended_is_refused(self, cast: Cast, case_at: CaseAt) -> None:
        member = cast.panel[0]
        end_appointment(appointment=member.appointments.get(role_group__role="panel_pool"), at=NOW)
        with refused("not_in_pool"):
            convene(cast, case_at("5"))

    def test_suspended_member_is_refused(self, cast: Cast, case_at: CaseAt) -> None:
        cast.panel[0].is_active = False
        cast.panel[0].save()
        with refused("not_in_pool"):
            convene(cast, case_at("5"))

    def test_member_of_another_partnerships_pool_is_refused(self, cast: Cast, case_at: CaseAt) -> None:
        other = a_cast("southwater")
        case = case_at("5")
        with refused("not_in_pool"):
            convene(cast, case, *cast.panel[:2], other.panel[0])

    def test_member_without_an_agency_is_refused(self, cast: Cast, case_at: CaseAt) -> None:
        alone = a_person("Alan Alone")
        appoint(person=alone, role="panel_pool", partnership=cast.partnership, at=RAISED)
        with refused("not_in_pool"):
            convene(cast, case_at("5"), *cast.panel, alone)

    @pytest.mark.parametrize("who", ["nora", "sam"])
    def test_people_of_the_disagreement_do_not_judge_it(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        person = getattr(cast, who)
        appoint(person=person, role="panel_pool", partnership=cast.partnership, at=RAISED)
        with refused("not_impartial"):
            convene(cast, case_at("5"), *cast.panel, person)

    def in_the_pool(self, cast: Cast, person: Person) -> Person:
        appoint(person=person, role="panel_pool", partnership=cast.partnership, at=RAISED)
        return person

    @pytest.mark.parametrize("ended", [False, True])
    @pytest.mark.parametrize("side", ["nursery", "care"])
    def test_who_spoke_for_a_side_never_judges_it(self, cast: Cast, case_at: CaseAt, side: str, *, ended: bool) -> None:
        case, manager = case_at("5"), cast.officer(getattr(cast, side), "line_manager")
        self.in_the_pool(cast, manager)
        if ended:
            case.participants.filter(person=manager).update(until=NOW)
        with refused("not_impartial"):
            convene(cast, case, *cast.panel, manager)

    def test_colleagues_of_a_side_judge_where_the_policy_wants_them(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        assert case.stage.panel is not None
        assert case.stage.panel.parties_where_possible
        assert may_judge(case, cast.panel[2])

    def test_colleagues_of_a_side_do_not_judge_elsewhere(
        self, cast: Cast, case_at: CaseAt, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nor somebody who works for a third agency as well."""
        case = case_at("5")
        assert case.stage.panel is not None
        stage = case.stage.model_copy(
            update={"panel": case.stage.panel.model_copy(update={"parties_where_possible": False})}
        )
        monkeypatch.setattr(Case, "stage", stage)
        petra, _, cora = cast.panel
        assert may_judge(case, petra)
        assert not may_judge(case, cora)
        appoint(person=petra, role="practitioner", agency=cast.care, at=RAISED)
        assert not may_judge(case, petra)
        with refused("not_impartial"):
            convene(cast, case)

    def test_member_whose_place_ends_sees_and_decides_nothing_any_more(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        convene(cast, case)
        member = cast.panel[0]
        end_appointment(appointment=member.appointments.get(role_group__role="panel_pool"), at=NOW)
        assert not visible_to(member).filter(pk=case.pk).exists()
        assert not may_still_know(member.pk, case.pk)
        with not_allowed():
            decide(case, member, outcome="panel_decides")
        with not_allowed():
            case_give_view(case=case, by=member, at=NOW, view="All the same.")

    def test_member_speaks_for_an_agency_of_this_partnership(self, cast: Cast) -> None:
        elsewhere = an_agency(a_cast("southwater").partnership, "faraway-police", AgencyKind.POLICE, staffed=False)
        person = a_person("Tom Two")
        appoint(person=person, role="practitioner", agency=elsewhere, at=RAISED)
        assert panel_agency(person, cast.partnership) is None
        appoint(person=person, role="practitioner", agency=cast.health, at=RAISED)
        assert panel_agency(person, cast.partnership) == cast.health

    def test_panel_hears_and_writes_but_does_not_escalate_or_agree(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        convene(cast, case)
        member = cast.panel[0]
        case_give_view(case=case, by=member, at=NOW, view="We ask for the school's view.")
        for act in ("propose_resolution", "ask_to_escalate", "move_at_once", "withdraw", "convene_panel"):
            assert not may(member, act, case).allowed, act


class TestWhoDecides:
    @pytest.mark.parametrize("who", ["nora", "sam", "lead", "business_manager", "auditor", "safeguarding_manager"])
    def test_only_the_chair_decides_at_the_chairs_stage(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        with not_allowed():
            decide(case_at("5"), getattr(cast, who))

    def test_member_of_the_pool_who_was_not_convened_does_not(self, cast: Cast, case_at: CaseAt) -> None:
        with not_allowed():
            decide(case_at("5"), cast.panel[0])

    @pytest.mark.parametrize("code", ["pre", "1", "2", "3", "4"])
    def test_nobody_decides_for_the_agencies_before_that(self, cast: Cast, case_at: CaseAt, code: str) -> None:
        with wrong_state():
            decide(case_at(code), cast.chair)

    def test_chair_of_another_partnership_does_not(self, cast: Cast, case_at: CaseAt) -> None:
        other, case = a_cast("southwater"), case_at("5")
        with not_allowed():
            decide(case, other.chair)

    def test_chair_does_not_decide_on_their_own_decision(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        Case.objects.filter(pk=case.pk).update(decision_maker=cast.chair)
        with not_allowed():
            decide(case, cast.chair)

    def test_suspended_chair_does_not(self, cast: Cast, case_at: CaseAt) -> None:
        cast.chair.is_active = False
        cast.chair.save()
        with not_allowed():
            decide(case_at("5"), cast.chair)

    def test_ended_case_is_not_decided(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        case_withdraw(case=case, by=cast.nora, at=NOW, reasons="Settled.")
        with wrong_state():
            decide(case, cast.chair)


class TestDecision:
    def test_decision_ends_the_case_and_everything_of_it_is_kept(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        made = decide(case, cast.chair, reasons=" Heard. ")
        case.refresh_from_db()
        assert (case.state, case.ended_at, case.due_at) == ("resolved", NOW, None)
        assert (made.outcome, made.outcome_name, made.reasons) == ("chair_settles", "Settled by the Chair", "Heard.")
        assert (made.decided_by, made.decided_at, made.with_panel, made.ends_case) == (cast.chair, NOW, False, True)
        assert made.actions.get().what == "Visit the family at home"
        assert case.visits.latest("pk").left_how == "decided"
        assert not case.clocks.filter(stopped_at__isnull=True).exists()

    def test_record_carries_the_reasons_the_actions_and_the_review(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        decide(case, cast.chair)
        entry = case.entries.latest("number")
        assert (entry.kind, entry.by, entry.agency) == ("case.decided", cast.chair, None)
        assert entry.content["reasons"] == "Both views were heard."
        assert entry.content["actions"] == [
            {"what": "Visit the family at home", "who": "Social worker", "by_when": "2026-04-09"}
        ]
        assert (entry.content["review_on"], entry.content["ends_case"]) == ("2026-05-02", True)

    def test_decision_of_a_panel_says_that_it_is_one(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        convene(cast, case)
        assert decide(case, cast.panel[1], outcome="panel_decides").with_panel

    @pytest.mark.parametrize(
        ("others", "code"),
        [
            ({"outcome": "conference"}, "outcome_unknown"),
            ({"outcome": ""}, "outcome_unknown"),
            ({"reasons": " "}, "reasons_missing"),
            ({"what_changes": ""}, "changes_missing"),
            ({"review_on": TODAY - timedelta(days=1)}, "review_past"),
            ({"review_on": None}, "decision_incomplete"),
            ({"actions": ()}, "decision_incomplete"),
            ({"actions": [PlannedAction("", "Sam", TODAY)]}, "action_what"),
            ({"actions": [PlannedAction("Visit", "Sam", TODAY - timedelta(days=1))]}, "action_past"),
        ],
    )
    def test_incomplete_decision_is_refused(
        self, cast: Cast, case_at: CaseAt, others: dict[str, object], code: str
    ) -> None:
        with refused(code):
            decide(case_at("5"), cast.chair, **others)

    def test_both_sides_and_the_business_manager_are_told(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        decide(case, cast.chair)
        told = Notification.objects.filter(case_id=case.pk, event="case.decided")
        everybody = set(case.participants.values_list("person", flat=True))
        assert {row.recipient_id for row in told if row.recipient_id} == everybody - {cast.chair.pk}
        assert [row.address for row in told if row.address] == [cast.partnership.mailbox]

    def test_reopened_case_can_be_decided_again(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        decide(case, cast.chair)
        case_reopen(case=case, by=cast.chair, at=NOW, reasons="New facts.")
        decide(case, cast.chair)
        assert case.decisions.count() == 2

    @pytest.mark.parametrize("who", ["nora", "sam", "outsider", "auditor", "safeguarding_manager"])
    def test_professionals_do_not_open_again_what_was_decided(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        case = case_at("5")
        decide(case, cast.chair)
        with not_allowed():
            case_reopen(case=case, by=getattr(cast, who), at=NOW, reasons="I do not like it.")

    @pytest.mark.parametrize("who", ["lead", "our line_manager", "their director", "chair", "business_manager"])
    def test_manager_of_a_side_the_chair_and_the_business_manager_do(
        self, cast: Cast, case_at: CaseAt, who: str
    ) -> None:
        case = case_at("5")
        decide(case, cast.chair)
        place, _, tier = who.partition(" ")
        by = cast.officer(cast.nursery if place == "our" else cast.care, tier) if tier else getattr(cast, who)
        case_reopen(case=case, by=by, at=NOW, reasons="New facts.")
        case.refresh_from_db()
        assert case.state == "chair"

    def test_withdrawn_after_it_was_reopened_it_is_the_professionals_again(self, cast: Cast, case_at: CaseAt) -> None:
        """It is how the case ended last that counts."""
        case = case_at("5")
        decide(case, cast.chair)
        case_reopen(case=case, by=cast.chair, at=NOW, reasons="New facts.")
        case_withdraw(case=case, by=cast.nora, at=NOW, reasons="Settled.")
        case.refresh_from_db()
        assert may(cast.sam, "reopen", case).allowed

    def test_panel_of_an_earlier_stay_does_not_serve_for_the_next(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        convene(cast, case)
        decide(case, cast.panel[0], outcome="panel_decides")
        case_reopen(case=case, by=cast.chair, at=NOW, reasons="New facts.")
        with refused("panel_needed"):
            decide(case, cast.chair, outcome="panel_decides")
        assert not decide(case, cast.chair).with_panel
        case_reopen(case=case, by=cast.chair, at=NOW, reasons="New facts.")
        convene(cast, case)
        assert decide(case, cast.panel[0], outcome="panel_decides").with_panel


class TestOutcomesThatDoNotEnd:
    @pytest.fixture
    def derby(self) -> Cast:
        return a_cast("edgemoor", "derbyshire-v3")

    @pytest.fixture
    def case(self, derby: Cast) -> Case:
        case = a_case(derby, ground="risk")
        for hours in (1, 2, 3):
            climb(derby, case, RAISED + timedelta(hours=hours))
        assert case.stage_code == "4a"
        return case

    def test_case_goes_on_to_the_stage_that_the_outcome_names(self, derby: Cast, case: Case) -> None:
        made = decide(case, derby.safeguarding_manager, outcome="no_conference")
        case.refresh_from_db()
        assert (case.stage_code, case.state, case.ended_at, made.ends_case) == ("4b", "director", None, False)
        left, here = list(case.visits.all())[-2:]
        assert (left.left_how, here.entered_how) == ("sent_on", "sent_on")

    def test_it_needs_no_actions_and_no_review_yet(self, derby: Cast, case: Case) -> None:
        made = decide(case, derby.safeguarding_manager, outcome="no_conference", actions=(), review_on=None)
        assert (made.actions.count(), made.review_on) == (0, None)

    def test_it_needs_its_reasons_all_the_same(self, derby: Cast, case: Case) -> None:
        with refused("reasons_missing"):
            decide(case, derby.safeguarding_manager, outcome="no_conference", reasons="")

    def test_people_of_the_next_stage_are_told(self, derby: Cast, case: Case) -> None:
        decide(case, derby.safeguarding_manager, outcome="no_conference")
        told = Notification.objects.filter(case_id=case.pk, event="case.stage_entered")
        for agency in (derby.nursery, derby.care):
            assert derby.officer(agency, "director").pk in {row.recipient_id for row in told}

    def test_chair_does_not_decide_in_the_safeguarding_managers_place(self, derby: Cast, case: Case) -> None:
        with not_allowed():
            decide(case, derby.chair, outcome="no_conference")

"""Need to know: who sees a case, since when, and that what is hidden does not exist."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from guardian.shortcuts import assign_perm
from pytest_django import DjangoAssertNumQueries

from agencies.models import AgencyKind, Appointment, Person
from agencies.services import appoint, end_appointment, record_absence
from agencies.tiers import Tier
from cases.access import (
    access_case,
    access_draft,
    may_still_know,
    readable_entries,
    readable_requests,
    reads_own_advice,
    visible_to,
)
from cases.models import Case
from cases.people import add_participant
from cases.permissions import ACTS, may
from cases.services import (
    case_approve,
    case_give_view,
    case_move_at_once,
    case_raise,
    case_return,
    case_save_draft,
    case_set_date,
    case_withdraw,
)
from cases.standing import standing
from cases.sweep import sweep
from escalation.errors import NotAllowed
from notifications.models import Notification
from tests.cases.cast import LONDON, RAISED, Cast, a_case, a_cast, a_draft, a_person, an_agency
from tests.cases.journeys import ask, climb

pytestmark = pytest.mark.django_db
LATER = RAISED + timedelta(hours=1)
#: The working day after Easter, when a date of the day of raising has long passed.
LATE = datetime(2026, 4, 7, 10, 0, tzinfo=LONDON)
#: What the other side may know of own advice, and what a request of the clock writes there.
PLAIN = {"case.raised", "stage.entered", "clock.late"}
ASKED = {"escalation.asked", "escalation.returned"}


@pytest.fixture
def cast() -> Cast:
    return a_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case(cast)


def sees(person: Person) -> bool:
    return visible_to(person).exists()


def to_stage(cast: Cast, case: Case, code: str) -> None:
    at = LATER
    while case.stage_code != code:
        climb(cast, case, at)
        at += timedelta(hours=1)


def test_draft_is_its_authors_alone(cast: Cast) -> None:
    draft = a_draft(cast)
    assert access_draft(cast.nora, draft.uuid) == draft
    for person in (cast.sam, cast.business_manager, cast.auditor, cast.officer(cast.nursery, "line_manager")):
        with pytest.raises(Http404):
            access_draft(person, draft.uuid)
        assert not sees(person)
    assert not sees(cast.nora), "a draft is no case yet"


def test_raised_case_is_no_longer_a_draft(cast: Cast, case: Case) -> None:
    with pytest.raises(Http404):
        access_draft(cast.nora, case.uuid)


def test_own_advice_is_seen_by_raiser_and_own_manager_only(cast: Cast, case: Case) -> None:
    assert case.stage_code == "pre"
    assert sees(cast.nora)
    assert sees(cast.officer(cast.nursery, "line_manager"))
    for person in (cast.sam, cast.lead, cast.officer(cast.care, "line_manager"), cast.business_manager):
        assert not sees(person)


def test_what_was_said_in_own_advice_stays_in_the_agency(cast: Cast, case: Case) -> None:
    case_give_view(case=case, by=cast.nora, at=LATER, view="I am not sure of myself.")
    climb(cast, case, LATER)
    case.refresh_from_db()
    kinds = {entry.kind for entry in readable_entries(case, standing(cast.sam, case))}
    assert "view.given" not in kinds
    assert "case.raised" in kinds
    assert "view.given" in {entry.kind for entry in readable_entries(case, standing(cast.nora, case))}
    assert "view.given" in {entry.kind for entry in readable_entries(case, standing(cast.auditor, case))}


def test_manager_sees_a_case_once_their_tier_is_involved(cast: Cast, case: Case) -> None:
    to_stage(cast, case, "1")
    senior = cast.officer(cast.care, "senior_manager")
    deputy = cast.deputy(cast.care, "line_manager")
    assert not sees(senior)
    assert not sees(deputy)
    to_stage(cast, case, "2")
    assert sees(deputy), "represents the same tier"
    assert not sees(senior)
    to_stage(cast, case, "3")
    assert sees(senior)
    assert sees(deputy), "a tier that was involved"


def test_named_lead_sees_the_cases_of_the_agency(cast: Cast, case: Case) -> None:
    to_stage(cast, case, "1")
    assert sees(cast.lead)


def test_business_manager_sees_a_case_from_the_policys_register_stage(cast: Cast, case: Case) -> None:
    to_stage(cast, case, "2")
    assert not sees(cast.business_manager)
    to_stage(cast, case, "3")
    assert sees(cast.business_manager)


def test_immediate_risk_shows_the_case_to_the_business_manager_at_once(cast: Cast, case: Case) -> None:
    case_move_at_once(case=case, by=cast.nora, at=LATER, to_stage="2", reasons="The father is on his way.")
    assert sees(cast.business_manager)


def test_chair_and_panel_pool_see_nothing_before_the_case_is_referred(cast: Cast, case: Case) -> None:
    to_stage(cast, case, "4")
    assert not sees(cast.chair)
    assert not any(sees(member) for member in cast.panel[:2])
    to_stage(cast, case, "5")
    assert sees(cast.chair)
    assert not any(sees(member) for member in cast.panel[:2])


def test_agency_that_is_no_party_sees_nothing(cast: Cast, case: Case) -> None:
    to_stage(cast, case, "5")
    strangers = [cast.outsider, *(cast.officer(cast.police, tier) for tier in ("line_manager", "director"))]
    assert not any(sees(person) for person in strangers)
    for person in strangers:
        with pytest.raises(Http404):
            access_case(person, str(case.reference))


def test_offices_of_another_partnership_see_nothing(cast: Cast, case: Case) -> None:
    other = a_cast("southwater")
    to_stage(cast, case, "5")
    strangers = (other.business_manager, other.chair, other.auditor, other.safeguarding_manager, other.lead)
    assert not any(sees(person) for person in strangers)


def test_restricted_case_is_for_those_named_only(cast: Cast) -> None:
    case = a_case(cast, restricted=True)
    to_stage(cast, case, "3")
    assert sees(cast.nora)
    assert sees(cast.officer(cast.care, "senior_manager"))
    for person in (cast.lead, cast.business_manager, cast.auditor, cast.deputy(cast.care, "senior_manager")):
        assert not sees(person)


def test_suspended_person_sees_nothing_any_more(cast: Cast, case: Case) -> None:
    assert may_still_know(cast.nora.pk, case.pk)
    cast.nora.is_active = False
    cast.nora.save()
    assert not sees(cast.nora)
    assert not may_still_know(cast.nora.pk, case.pk)
    assert not standing(cast.nora, case).sides


def test_ended_role_ends_the_sight_of_cases(cast: Cast, case: Case) -> None:
    to_stage(cast, case, "1")
    end_appointment(appointment=Appointment.objects.get(person=cast.lead), at=LATER)
    assert not sees(cast.lead)


@pytest.mark.parametrize("who", ["nora", "sam"])
def test_ended_role_ends_the_part_that_somebody_took(cast: Cast, case: Case, who: str) -> None:
    """At once, for pages, for services and for messages that wait to be sent."""
    to_stage(cast, case, "1")
    person = getattr(cast, who)
    assert sees(person)
    end_appointment(appointment=Appointment.objects.get(person=person), at=LATER)
    assert not sees(person)
    assert not may_still_know(person.pk, case.pk)
    assert not standing(person, case).sides
    with pytest.raises(Http404):
        access_case(person, str(case.reference))
    with pytest.raises(NotAllowed):
        case_give_view(case=case, by=person, at=LATER, view="All the same.")


def test_role_at_another_agency_backs_no_part_at_this_one(cast: Cast, case: Case) -> None:
    to_stage(cast, case, "1")
    appoint(person=cast.sam, role="director", agency=cast.police, at=RAISED)
    appoint(person=cast.sam, role="panel_pool", partnership=cast.partnership, at=RAISED)
    end_appointment(appointment=Appointment.objects.get(person=cast.sam, role_group__agency=cast.care), at=LATER)
    assert not sees(cast.sam)


def test_case_given_by_name_wants_a_role_at_the_partnership(cast: Cast, case: Case) -> None:
    for permission in ("cases.read_case", "cases.decide_case"):
        assign_perm(permission, cast.outsider, case)
    assert not sees(cast.outsider)
    assert standing(cast.outsider, case).granted == frozenset()
    appointment = appoint(person=cast.outsider, role="panel_pool", partnership=cast.partnership, at=RAISED)
    assert sees(cast.outsider)
    end_appointment(appointment=appointment, at=LATER)
    assert not sees(cast.outsider)


class TestOwnAdviceIsRead:
    """Views, discussions, dates, requests and returns: by the agency that took advice and by offices over the case."""

    @pytest.fixture
    def case(self, cast: Cast) -> Case:
        """A case at the professionals' stage, after all that can be written in own advice, the clock's request too."""
        case = a_case(cast)
        manager = cast.officer(cast.nursery, "line_manager")
        case_give_view(case=case, by=cast.nora, at=RAISED, view="I am not sure of myself.")
        case_set_date(case=case, by=cast.nora, at=RAISED, due_on=RAISED.date(), agreed_with="My manager")
        sweep(at=LATE)
        request = case.requests.get(asked_by=None)
        case_return(request=request, by=manager, at=LATE, reasons="Too early.", missing="What the father says.")
        climb(cast, case, LATE)
        assert case.stage_code == "1"
        return case

    def kinds(self, person: Person, case: Case) -> set[str]:
        entries = readable_entries(case, standing(person, case)).filter(stage_code="pre")
        return set(entries.values_list("kind", flat=True))

    def test_agency_that_took_advice_reads_it_all_what_the_clock_did_as_well(self, cast: Cast, case: Case) -> None:
        written = set(case.entries.filter(stage_code="pre").values_list("kind", flat=True))
        assert written == {*PLAIN, "view.given", "discussion.recorded", "date.set", *ASKED}
        for person in (cast.nora, cast.officer(cast.nursery, "line_manager")):
            assert self.kinds(person, case) == written
            assert readable_requests(case, standing(person, case)).count() == 1

    @pytest.mark.parametrize("who", ["sam", "lead"])
    def test_other_side_reads_that_it_was_and_no_more(self, cast: Cast, case: Case, who: str) -> None:
        person = getattr(cast, who)
        assert self.kinds(person, case) == PLAIN
        assert not readable_requests(case, standing(person, case)).exists()

    @pytest.mark.parametrize("who", ["business_manager", "chair", "auditor", "safeguarding_manager"])
    def test_offices_over_the_case_read_it(self, cast: Cast, case: Case, who: str) -> None:
        Case.objects.filter(pk=case.pk).update(registered_at=LATE)
        case.refresh_from_db()
        person = getattr(cast, who)
        assert "view.given" in self.kinds(person, case)
        assert readable_requests(case, standing(person, case)).count() == 1

    def test_register_keeper_does_not_before_the_case_is_registered(self, cast: Cast, case: Case) -> None:
        assert case.registered_at is None
        assert not reads_own_advice(standing(cast.business_manager, case))
        assert self.kinds(cast.business_manager, case) == PLAIN

    def test_member_of_the_pool_does_not_unless_the_case_was_given_to_them(self, cast: Cast, case: Case) -> None:
        member = cast.panel[0]
        assert self.kinds(member, case) == PLAIN
        assert not readable_requests(case, standing(member, case)).exists()
        assign_perm("cases.decide_case", member, case)
        assert "view.given" in self.kinds(member, case)

    @pytest.mark.parametrize("role", ["chair", "auditor", "business_manager", "safeguarding_manager", "panel_pool"])
    def test_office_does_not_open_it_to_somebody_who_acts_for_another_side(
        self, cast: Cast, case: Case, role: str
    ) -> None:
        Case.objects.filter(pk=case.pk).update(registered_at=LATE)
        case.refresh_from_db()
        appoint(person=cast.lead, role=role, partnership=cast.partnership, at=RAISED)
        assign_perm("cases.decide_case", cast.lead, case)
        assert self.kinds(cast.lead, case) == PLAIN
        assert not readable_requests(case, standing(cast.lead, case)).exists()

    def test_requests_of_later_stages_are_read_by_both_sides(self, cast: Cast, case: Case) -> None:
        climb(cast, case, LATE + timedelta(hours=1))
        assert case.stage_code == "2"
        request = case.requests.get(visit__stage_code="1")
        assert list(readable_requests(case, standing(cast.sam, case))) == [request]


class TestInsideOneAgency:
    """Nora disagrees with her own colleague's decision, who is a lead and would see all of the agency's cases."""

    @pytest.fixture
    def boss(self, cast: Cast) -> Person:
        boss = a_person("Boris Boss")
        for role in ("named_lead", "line_manager", "director"):
            appoint(person=boss, role=role, agency=cast.nursery, at=RAISED)
        return boss

    @pytest.fixture
    def case(self, cast: Cast, boss: Person) -> Case:
        draft = a_draft(cast, decision_maker=boss)
        case_save_draft(draft=draft, by=cast.nora, answers={}, receiving=cast.nursery, receiving_contact=boss)
        return case_raise(draft=draft, by=cast.nora, at=RAISED)

    def test_disputed_person_does_not_see_the_case_before_they_are_asked(
        self, cast: Cast, case: Case, boss: Person
    ) -> None:
        assert case.state == "own_advice"
        assert not sees(boss)
        assert not may_still_know(boss.pk, case.pk)
        assert not [act for act in ACTS if may(boss, act, case).allowed]
        assert sees(cast.officer(cast.nursery, "line_manager"))

    def test_not_even_by_an_office_of_the_partnership(self, cast: Cast, case: Case, boss: Person) -> None:
        appoint(person=boss, role="auditor", partnership=cast.partnership, at=RAISED)
        assert not sees(boss)

    def test_then_they_speak_for_the_other_side_and_never_read_the_advice(
        self, cast: Cast, case: Case, boss: Person
    ) -> None:
        climb(cast, case, LATER)
        assert case.stage_code == "1"
        assert sees(boss)
        who = standing(boss, case)
        assert [party.side for party in who.represented] == ["receiving"]
        assert not readable_entries(case, who).filter(stage_code="pre").exclude(kind__in=PLAIN).exists()
        assert not may(boss, "withdraw", case).allowed
        assert may(boss, "give_view", case).allowed

    def test_they_do_not_withdraw_it_even_if_they_were_named_beside_the_raiser(
        self, cast: Cast, case: Case, boss: Person
    ) -> None:
        climb(cast, case, LATER)
        party = case.parties.get(side="raising")
        add_participant(case=case, person=boss, tier="professional", why="Asked", at=LATER, party=party)
        assert not may(boss, "withdraw", case).allowed
        with pytest.raises(NotAllowed):
            case_withdraw(case=case, by=boss, at=LATER, reasons="It was right.")


class TestRestrictedAndNobodyNamed:
    """A restricted case is seen by those named only; one that falls to the Business Manager names them."""

    def test_business_manager_sees_and_answers_a_request_that_falls_to_them(self, cast: Cast) -> None:
        case = a_case(cast, restricted=True)
        to_stage(cast, case, "1")
        assert not sees(cast.business_manager)
        cast.nursery.named_officers.all().delete()
        case.parties.filter(side="raising").update(first_contact=None)
        request = ask(cast, case, LATER)
        assert request is not None
        assert request.put_before is None
        assert sees(cast.business_manager)
        assert may_still_know(cast.business_manager.pk, case.pk)
        part = case.participants.get(person=cast.business_manager, until__isnull=True)
        assert (part.party, part.tier) == (None, "professional")
        assert not sees(cast.auditor)
        case_approve(request=request, by=cast.business_manager, at=LATER)
        case.refresh_from_db()
        assert case.stage_code == "2"

    def test_business_manager_sees_it_when_a_place_is_empty(self, cast: Cast) -> None:
        case = a_case(cast, restricted=True)
        to_stage(cast, case, "1")
        cast.care.named_officers.all().delete()
        climb(cast, case, LATER)
        assert case.stage_code == "2"
        assert sees(cast.business_manager)
        assert standing(cast.business_manager, case).keeps_register

    def test_business_manager_who_stands_in_for_somebody_away_sees_it(self, cast: Cast) -> None:
        case = a_case(cast, restricted=True)
        to_stage(cast, case, "2")
        assert not sees(cast.business_manager)
        cast.care.named_officers.all().delete()
        seated = case.participants.get(tier="line_manager", party__side="receiving").person
        record_absence(person=seated, first_day=date(2026, 4, 9), last_day=date(2026, 4, 20))
        sweep(at=datetime(2026, 4, 10, 9, 0, tzinfo=LONDON))
        assert Notification.objects.filter(case_id=case.pk, event="clock.remind", address=cast.partnership.mailbox)
        case.refresh_from_db()
        assert sees(cast.business_manager)
        assert standing(cast.business_manager, case).keeps_register

    def test_case_that_is_not_restricted_names_no_business_manager(self, cast: Cast) -> None:
        case = a_case(cast)
        to_stage(cast, case, "1")
        cast.care.named_officers.all().delete()
        climb(cast, case, LATER)
        assert sees(cast.business_manager)
        assert not case.participants.filter(person=cast.business_manager).exists()


def test_ended_participation_ends_the_sight_of_the_case(cast: Cast, case: Case) -> None:
    to_stage(cast, case, "1")
    case.participants.filter(person=cast.sam).update(until=LATER)
    assert not sees(cast.sam)


def test_nobody_unknown_sees_anything(case: Case) -> None:
    assert not visible_to(AnonymousUser()).exists()


def test_person_of_two_agencies_acts_for_the_party_only(cast: Cast, case: Case) -> None:
    school = an_agency(cast.partnership, "northwater-school", AgencyKind.SCHOOL, staffed=False)
    appoint(person=cast.outsider, role="named_lead", agency=school, at=RAISED)
    to_stage(cast, case, "2")
    assert not sees(cast.outsider)


def test_visibility_costs_two_queries_for_the_roles_and_one_for_the_list(
    cast: Cast, case: Case, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    director = cast.officer(cast.care, Tier.DIRECTOR)
    with django_assert_num_queries(3):
        list(visible_to(director))


def test_somebody_without_any_role_sees_nothing(cast: Cast, case: Case) -> None:
    assert not sees(a_person("Nobody Special"))

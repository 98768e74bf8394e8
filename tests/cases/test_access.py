"""Need to know: who sees a case, since when, and that what is hidden does not exist."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from pytest_django import DjangoAssertNumQueries

from agencies.models import AgencyKind, Appointment, Person
from agencies.services import appoint, end_appointment
from agencies.tiers import Tier
from cases.access import access_case, access_draft, may_still_know, readable_entries, visible_to
from cases.models import Case
from cases.services import case_give_view, case_move_at_once
from cases.standing import standing
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_draft, a_person, an_agency
from tests.cases.journeys import climb

pytestmark = pytest.mark.django_db
LATER = RAISED + timedelta(hours=1)


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

"""Whom to ask: the officer, their deputy, the next in line, and at last the Business Manager."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from agencies.directory import holders, officer_for, partnership_officer
from agencies.models import Appointment, Person
from agencies.services import appoint, end_appointment, name_officer, record_absence
from agencies.tiers import LADDER, Tier
from tests.agencies.people import NOW, TODAY, Places, a_chair, person

ONE_DAY = timedelta(days=1)


def asked(here: Places, tier: Tier = Tier.LINE_MANAGER, *excluding: Person) -> Person | None:
    return officer_for(agency=here.police, tier=tier, on=TODAY, partnership=here.north, excluding=excluding).person


def test_the_named_officer_is_asked_and_how_to_reach_them_is_said(here: Places) -> None:
    officer, _ = here.named(here.police, Tier.LINE_MANAGER)

    contact = officer_for(agency=here.police, tier="line_manager", on=TODAY, partnership=here.north)

    assert contact.person == officer
    assert (contact.name, contact.title, contact.email, contact.phone) == (
        officer.name,
        officer.job_title,
        officer.email,
        "01632 960123",
    )
    assert contact.tier == Tier.LINE_MANAGER
    assert contact.standing_in_for is None
    assert contact.why == "named officer, line managers"


def test_the_deputy_stands_in_while_the_officer_is_away(here: Places) -> None:
    officer, deputy = here.named(here.police, Tier.LINE_MANAGER)
    record_absence(person=officer, first_day=TODAY, last_day=TODAY)

    contact = officer_for(agency=here.police, tier=Tier.LINE_MANAGER, on=TODAY, partnership=here.north)

    assert contact.person == deputy
    assert contact.standing_in_for == officer
    assert contact.why == f"{officer.name} is away"


@pytest.mark.parametrize(("first", "last", "away"), [(-2, -1, False), (-1, 0, True), (0, 3, True), (1, 3, False)])
def test_both_days_of_an_absence_count(here: Places, first: int, last: int, away: bool) -> None:
    officer, deputy = here.named(here.police, Tier.LINE_MANAGER)
    record_absence(person=officer, first_day=TODAY + first * ONE_DAY, last_day=TODAY + last * ONE_DAY)

    assert asked(here) == (deputy if away else officer)


def test_a_suspended_officer_is_not_asked(here: Places) -> None:
    officer, deputy = here.named(here.police, Tier.LINE_MANAGER)
    officer.is_active = False
    officer.save()

    assert asked(here) == deputy


def test_with_officer_and_deputy_away_the_next_in_line_is_asked(here: Places) -> None:
    officer, deputy = here.named(here.police, Tier.LINE_MANAGER)
    senior, _ = here.named(here.police, Tier.SENIOR_MANAGER)
    for one in (officer, deputy):
        assert one is not None
        record_absence(person=one, first_day=TODAY, last_day=TODAY)

    contact = officer_for(agency=here.police, tier=Tier.LINE_MANAGER, on=TODAY, partnership=here.north)

    assert contact.person == senior
    assert contact.tier == Tier.SENIOR_MANAGER
    assert "is away" in contact.why


def test_a_tier_without_a_name_is_passed_over_and_said(here: Places) -> None:
    director, _ = here.named(here.police, Tier.DIRECTOR)

    contact = officer_for(agency=here.police, tier=Tier.LINE_MANAGER, on=TODAY, partnership=here.north)

    assert contact.person == director
    assert contact.why == "nobody is named among line managers; nobody is named among senior managers"


def test_nobody_below_the_tier_is_asked(here: Places) -> None:
    here.named(here.police, Tier.LINE_MANAGER)

    assert asked(here, Tier.DIRECTOR) is None


def test_one_who_may_not_act_is_passed_over_together_with_their_deputy(here: Places) -> None:
    officer, _ = here.named(here.police, Tier.LINE_MANAGER)
    senior, _ = here.named(here.police, Tier.SENIOR_MANAGER)

    assert asked(here, Tier.LINE_MANAGER, officer) == senior


def test_a_deputy_who_may_not_act_is_not_asked_either(here: Places) -> None:
    officer, deputy = here.named(here.police, Tier.LINE_MANAGER)
    assert deputy is not None
    record_absence(person=officer, first_day=TODAY, last_day=TODAY)
    senior, _ = here.named(here.police, Tier.SENIOR_MANAGER)

    assert asked(here, Tier.LINE_MANAGER, deputy) == senior


def test_with_nobody_left_the_business_managers_mailbox_answers(here: Places) -> None:
    contact = officer_for(agency=here.police, tier=Tier.LINE_MANAGER, on=TODAY, partnership=here.south)

    assert contact.person is None
    assert contact.email == "business.manager@south.example"
    assert contact.name == "The Business Manager"
    assert "Nobody at Police is named or available" in contact.why


def test_officers_of_another_agency_are_never_asked(here: Places) -> None:
    here.named(here.nursery, Tier.LINE_MANAGER)

    assert asked(here) is None


def test_looking_up_an_officer_takes_no_more_than_three_queries(
    here: Places, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for tier in LADDER:
        here.named(here.police, tier)

    with django_assert_max_num_queries(3):
        asked(here)


def test_the_chair_is_asked_and_their_deputy_when_they_are_away(here: Places) -> None:
    chair, vice = a_chair(here.north), a_chair(here.north, "Vic Vice")
    name_officer(partnership=here.north, tier=Tier.CHAIR, officer=chair, deputy=vice)

    assert partnership_officer(partnership=here.north, tier="chair", on=TODAY).person == chair
    record_absence(person=chair, first_day=TODAY, last_day=TODAY)
    assert partnership_officer(partnership=here.north, tier="chair", on=TODAY).person == vice


def test_without_a_chair_the_business_manager_is_asked_and_nobody_of_another_partnership(here: Places) -> None:
    name_officer(partnership=here.south, tier=Tier.CHAIR, officer=a_chair(here.south))

    contact = partnership_officer(partnership=here.north, tier=Tier.CHAIR, on=TODAY)

    assert contact.person is None
    assert contact.email == "business.manager@north.example"


def test_a_chair_whose_own_decision_is_disputed_is_not_asked(here: Places) -> None:
    chair = a_chair(here.north)
    name_officer(partnership=here.north, tier=Tier.CHAIR, officer=chair)

    assert partnership_officer(partnership=here.north, tier=Tier.CHAIR, on=TODAY, excluding=[chair]).person is None


def test_holders_are_those_of_the_role_at_the_place_who_are_not_suspended(here: Places) -> None:
    lead, suspended, elsewhere, manager = (person(name) for name in ("Lea", "Sue", "Ella", "Max"))
    appoint(person=lead, role="named_lead", agency=here.police, at=NOW)
    appoint(person=suspended, role="named_lead", agency=here.police, at=NOW)
    appoint(person=elsewhere, role="named_lead", agency=here.nursery, at=NOW)
    appoint(person=manager, role="line_manager", agency=here.police, at=NOW)
    suspended.is_active = False
    suspended.save()

    assert list(holders(role="named_lead", agency=here.police)) == [lead]


def test_holders_of_an_office_are_those_of_that_partnership(here: Places) -> None:
    north, south = person("Nia"), person("Sol")
    appoint(person=north, role="business_manager", partnership=here.north, at=NOW)
    appoint(person=south, role="business_manager", partnership=here.south, at=NOW)

    assert list(holders(role="business_manager", partnership=here.north)) == [north]


def test_one_who_left_the_agency_is_passed_over_though_still_named(here: Places) -> None:
    officer, deputy = here.named(here.police, Tier.LINE_MANAGER)
    assert asked(here) == officer
    end_appointment(appointment=Appointment.objects.get(person=officer), at=NOW)
    assert asked(here) == deputy


def test_holders_are_asked_of_one_place(here: Places) -> None:
    with pytest.raises(ValueError, match="one agency or at one partnership"):
        holders(role="chair")
    with pytest.raises(ValueError, match="one agency or at one partnership"):
        holders(role="chair", agency=here.police, partnership=here.north)

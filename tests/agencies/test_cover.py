"""Where nobody would answer, and whom one rings instead."""

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from agencies.cover import Place, cover
from agencies.directory import officer_for
from agencies.models import Agency, AgencyKind, Person
from agencies.services import appoint, end_appointment, name_officer, record_absence
from agencies.telephone import dial
from agencies.tiers import LADDER, Tier
from tests.agencies.people import NOW, TODAY, Places, a_chair, person
from tests.cases.cast import load_policy

ONE_DAY = timedelta(days=1)


def away(*people: Person | None, days: int = 3) -> None:
    for one in people:
        assert one is not None
        record_absence(person=one, first_day=TODAY, last_day=TODAY + days * ONE_DAY)


def suspend(someone: Person | None) -> None:
    assert someone is not None
    someone.is_active = False
    someone.save()


def places_of(here: Places, on: date = TODAY) -> dict[Tier, Place]:
    found = cover(here.north, on=on)
    row = next(row for row in found.agencies if row.agency == here.police)
    return {place.tier: place for place in row.places}


def fully_named(here: Places) -> dict[Tier, tuple[Person, Person | None]]:
    return {tier: here.named(here.police, tier) for tier in LADDER}


def test_officer_and_deputy_in_order_are_no_gap(here: Places) -> None:
    fully_named(here)

    assert [(place.gap, place.ring) for place in places_of(here).values()] == [("", "")] * 3


def test_nobody_named_is_a_gap_and_the_next_in_line_is_rung(here: Places) -> None:
    director, _ = here.named(here.police, Tier.DIRECTOR)

    place = places_of(here)[Tier.LINE_MANAGER]

    assert place.gap == "Nobody is named."
    assert place.ring == f"ring {director.name} instead"


def test_with_nobody_at_all_the_business_manager_is_rung(here: Places) -> None:
    assert places_of(here)[Tier.DIRECTOR].ring == "ring the Business Manager instead"


def test_an_officer_without_a_deputy_is_a_gap_before_they_go_away(here: Places) -> None:
    here.named(here.police, Tier.DIRECTOR, deputy=False)

    place = places_of(here)[Tier.DIRECTOR]

    assert place.gap == "No deputy is named."
    assert place.ring == ""


def test_an_officer_who_is_away_with_a_deputy_who_is_not_is_no_gap(here: Places) -> None:
    officer, deputy = fully_named(here)[Tier.DIRECTOR]
    away(officer)
    assert deputy is not None

    place = places_of(here)[Tier.DIRECTOR]

    assert place.gap == ""
    assert place.ring == f"ring the deputy, {deputy.name}"
    assert place.officer is not None
    assert place.officer.away is not None
    assert place.officer.away.last_day == TODAY + 3 * ONE_DAY


def test_both_away_is_a_gap(here: Places) -> None:
    officer, deputy = fully_named(here)[Tier.LINE_MANAGER]
    away(officer, deputy)
    assert deputy is not None

    place = places_of(here)[Tier.LINE_MANAGER]

    assert place.gap == f"{officer.name} is away, and {deputy.name} is away."
    assert place.ring == "ring Police Senior manager instead"


def test_an_officer_who_was_suspended_is_a_gap_although_the_deputy_answers(here: Places) -> None:
    officer, deputy = fully_named(here)[Tier.LINE_MANAGER]
    suspend(officer)
    assert deputy is not None

    place = places_of(here)[Tier.LINE_MANAGER]

    assert place.gap == f"{officer.name} no longer has access. A new officer has to be named."
    assert place.ring == f"ring the deputy, {deputy.name}"


def test_a_deputy_who_was_suspended_is_a_gap(here: Places) -> None:
    _, deputy = fully_named(here)[Tier.LINE_MANAGER]
    suspend(deputy)
    assert deputy is not None

    assert (
        places_of(here)[Tier.LINE_MANAGER].gap == f"{deputy.name} no longer has access. A new deputy has to be named."
    )


def test_days_away_to_come_are_known_before(here: Places) -> None:
    officer, _ = fully_named(here)[Tier.DIRECTOR]
    record_absence(person=officer, first_day=TODAY + 9 * ONE_DAY, last_day=TODAY + 12 * ONE_DAY)
    record_absence(person=officer, first_day=TODAY - 9 * ONE_DAY, last_day=TODAY - ONE_DAY)

    listed = places_of(here)[Tier.DIRECTOR].officer

    assert listed is not None
    assert listed.away is None
    assert listed.soon is not None
    assert listed.soon.first_day == TODAY + 9 * ONE_DAY


def test_of_two_absences_today_the_longer_is_said(here: Places) -> None:
    officer, _ = fully_named(here)[Tier.DIRECTOR]
    away(officer, days=1)
    away(officer, days=5)

    listed = places_of(here)[Tier.DIRECTOR].officer

    assert listed is not None
    assert listed.away is not None
    assert listed.away.last_day == TODAY + 5 * ONE_DAY


@pytest.mark.parametrize("state", ["in order", "officer away", "both away", "officer suspended", "nobody named"])
@pytest.mark.parametrize("tier", LADDER)
def test_the_page_sends_people_to_whom_the_rule_would_ask(here: Places, state: str, tier: Tier) -> None:
    named = {other: here.named(here.police, other) for other in LADDER if state != "nobody named" or other != tier}
    if state == "officer away":
        away(named[tier][0])
    if state == "both away":
        away(*named[tier])
    if state == "officer suspended":
        suspend(named[tier][0])

    place = places_of(here)[tier]
    asked = officer_for(agency=here.police, tier=tier, on=TODAY, partnership=here.north)

    if place.today is not None:
        assert place.today.person == asked.person
    else:
        assert asked.name.removeprefix("The ") in place.ring


def test_a_missing_safeguarding_lead_is_a_gap(here: Places) -> None:
    fully_named(here)
    row = next(row for row in cover(here.north, on=TODAY).agencies if row.agency == here.police)
    assert row.gaps == ["Safeguarding lead: no one who can be reached today."]

    lead = person("Lea Lead")
    appoint(person=lead, role="named_lead", agency=here.police, at=NOW)

    row = next(row for row in cover(here.north, on=TODAY).agencies if row.agency == here.police)
    assert row.gaps == []
    assert [listed.person for listed in row.leads] == [lead]


def test_gaps_are_counted_over_agencies_and_offices(here: Places) -> None:
    load_policy(here.north, "torbay")
    fully_named(here)
    appoint(person=person("Lea Lead"), role="named_lead", agency=here.police, at=NOW)

    # The nursery: three tiers and the lead; the Chair.
    assert cover(here.north, on=TODAY).gaps == 5


def test_only_the_offices_that_the_policy_has_stages_for_are_asked_after(here: Places) -> None:
    load_policy(here.north, "torbay")
    load_policy(here.south, "derbyshire-v3")

    assert [place.tier for place in cover(here.north, on=TODAY).offices] == [Tier.CHAIR]
    assert [place.tier for place in cover(here.south, on=TODAY).offices] == [Tier.CHAIR, Tier.SAFEGUARDING_MANAGER]


def test_an_office_without_anybody_sends_to_the_business_manager(here: Places) -> None:
    chair = a_chair(here.north)
    name_officer(partnership=here.north, tier=Tier.CHAIR, officer=chair)
    away(chair)

    (office, _) = cover(here.north, on=TODAY).offices

    assert office.gap == "Cecily Chair is away, and no deputy is named."
    assert office.ring == "ring the Business Manager instead"


def test_agencies_of_other_partnerships_are_not_listed(here: Places) -> None:
    assert [row.agency for row in cover(here.south, on=TODAY).agencies] == [here.police]


def test_the_number_of_queries_does_not_depend_on_the_number_of_agencies(
    here: Places, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    fully_named(here)
    with django_assert_max_num_queries(6) as few:
        cover(here.north, on=TODAY)
    for number in range(10):
        agency = Agency.objects.create(slug=f"school-{number}", name=f"School {number}", kind=AgencyKind.SCHOOL)
        agency.partnerships.add(here.north)
        here.named(agency, Tier.DIRECTOR)

    with django_assert_max_num_queries(6) as many:
        cover(here.north, on=TODAY)

    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [
        ("01632 960123", "01632960123"),
        ("(01632) 960-123", "01632960123"),
        ("+44 1632 960123", "+441632960123"),
        ("+44 (0)1632 960123", "+441632960123"),
        ("01632 960123 ext. 45", "01632960123;ext=45"),
        ("01632 960123 x45", "01632960123;ext=45"),
        ("", ""),
        ("ask reception", ""),
        ("javascript:alert(1)", "1"),
        ("٠١٦٣٢", ""),
    ],
)
def test_a_number_is_dialled_as_a_telephone_needs_it(phone: str, dialled: str) -> None:
    assert dial(phone) == dialled


def test_one_who_left_the_agency_is_a_gap_and_the_deputy_is_rung(here: Places) -> None:
    officer, deputy = here.named(here.police, Tier.LINE_MANAGER)
    assert deputy is not None
    end_appointment(appointment=officer.appointments.get(), at=NOW)

    agency = next(found for found in cover(here.north, on=TODAY).agencies if found.agency == here.police)

    place = agency.places[0]
    assert place.gap == f"{officer.name} no longer has access. A new officer has to be named."
    assert place.ring == f"ring the deputy, {deputy.name}"
    found = officer_for(agency=here.police, tier=Tier.LINE_MANAGER, on=TODAY, partnership=here.north)
    assert found.person == deputy

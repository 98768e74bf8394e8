"""What is done to the directory: roles given and ended, officers named, absences noted."""

from datetime import timedelta

import pytest

from agencies.models import Absence, Appointment, NamedOfficer, RoleGroup
from agencies.roles import ROLES, agencies_where, partnerships_where
from agencies.services import appoint, end_appointment, name_officer, record_absence, role_group
from agencies.tiers import Tier
from escalation.errors import RuleViolation
from tests.agencies.people import NOW, TODAY, Places, person


def test_giving_a_role_notes_since_when(here: Places) -> None:
    someone = person("Some One")

    appointment = appoint(person=someone, role="director", agency=here.police, at=NOW)

    assert (appointment.person, appointment.since, appointment.until) == (someone, NOW, None)
    assert list(agencies_where(someone, "represent_director")) == [here.police]


def test_giving_a_role_twice_changes_nothing(here: Places) -> None:
    someone = person("Some One")
    first = appoint(person=someone, role="director", agency=here.police, at=NOW)

    second = appoint(person=someone, role="director", agency=here.police, at=NOW + timedelta(days=1))

    assert second == first
    assert second.since == NOW


def test_a_role_can_be_given_again_after_it_ended_and_both_times_are_kept(here: Places) -> None:
    someone = person("Some One")
    end_appointment(
        appointment=appoint(person=someone, role="director", agency=here.police, at=NOW), at=NOW + timedelta(days=1)
    )

    appoint(person=someone, role="director", agency=here.police, at=NOW + timedelta(days=2))

    assert Appointment.objects.filter(person=someone).count() == 2
    assert agencies_where(someone, "represent_director").exists()


def test_ending_one_role_leaves_the_others(here: Places) -> None:
    someone = person("Some One")
    ended = appoint(person=someone, role="director", agency=here.police, at=NOW)
    appoint(person=someone, role="director", agency=here.nursery, at=NOW)

    end_appointment(appointment=ended, at=NOW + timedelta(days=1))

    ended.refresh_from_db()
    assert ended.until == NOW + timedelta(days=1)
    assert list(agencies_where(someone, "represent_director")) == [here.nursery]


def test_the_group_of_a_role_is_made_once_for_each_place(here: Places) -> None:
    first = role_group(role="chair", partnership=here.north)

    assert role_group(role="chair", partnership=here.north) == first
    assert role_group(role="chair", partnership=here.south) != first
    assert RoleGroup.objects.count() == 2


def test_an_unknown_role_is_refused_with_the_known_ones(here: Places) -> None:
    with pytest.raises(RuleViolation) as refused:
        appoint(person=person("Some One"), role="wizard", agency=here.police, at=NOW)

    assert refused.value.code == "role_unknown"
    assert all(code in refused.value.message for code in ROLES)


@pytest.mark.parametrize(
    ("role", "at_agency", "at_partnership"),
    [
        ("director", False, True),
        ("director", True, True),
        ("director", False, False),
        ("chair", True, False),
        ("chair", True, True),
        ("chair", False, False),
    ],
)
def test_a_role_is_held_at_its_own_kind_of_place_and_only_there(
    here: Places, role: str, at_agency: bool, at_partnership: bool
) -> None:
    someone = person("Some One")

    with pytest.raises(RuleViolation) as refused:
        appoint(
            person=someone,
            role=role,
            at=NOW,
            agency=here.police if at_agency else None,
            partnership=here.north if at_partnership else None,
        )

    assert refused.value.code == "role_place"
    assert not someone.groups.exists()
    assert not partnerships_where(someone, "chair_cases").exists()


def test_naming_an_officer_replaces_whoever_was_named(here: Places) -> None:
    here.named(here.police, Tier.DIRECTOR, confirmed_on=TODAY)
    successor = person("Suki Successor")
    appoint(person=successor, role="director", agency=here.police, at=NOW)

    name_officer(agency=here.police, tier="director", officer=successor)

    named = NamedOfficer.objects.get(agency=here.police, tier=Tier.DIRECTOR)
    assert (named.officer, named.deputy, named.confirmed_on) == (successor, None, None)


@pytest.mark.parametrize("tier", [tier for tier in Tier if tier not in ("line_manager", "senior_manager", "director")])
def test_an_agency_names_officers_for_the_ladder_only(here: Places, tier: Tier) -> None:
    with pytest.raises(RuleViolation) as refused:
        name_officer(agency=here.police, tier=tier, officer=person("Some One"))

    assert refused.value.code == "officer_tier"


@pytest.mark.parametrize("tier", [tier for tier in Tier if tier not in ("safeguarding_manager", "chair")])
def test_a_partnership_names_officers_for_its_own_tiers_only(here: Places, tier: Tier) -> None:
    with pytest.raises(RuleViolation) as refused:
        name_officer(partnership=here.north, tier=tier, officer=person("Some One"))

    assert refused.value.code == "officer_tier"


def test_an_officer_is_named_at_one_place(here: Places) -> None:
    for agency, partnership in ((here.police, here.north), (None, None)):
        with pytest.raises(RuleViolation):
            name_officer(agency=agency, partnership=partnership, tier=Tier.CHAIR, officer=person(f"P {agency}"))


def test_nobody_is_their_own_deputy(here: Places) -> None:
    someone = person("Some One")

    with pytest.raises(RuleViolation) as refused:
        name_officer(agency=here.police, tier=Tier.DIRECTOR, officer=someone, deputy=someone)

    assert refused.value.code == "officer_deputy"
    assert not NamedOfficer.objects.exists()


def test_an_absence_of_one_day_is_noted(here: Places) -> None:
    absence = record_absence(person=person("Some One"), first_day=TODAY, last_day=TODAY)

    assert (absence.first_day, absence.last_day) == (TODAY, TODAY)


def test_an_absence_that_ends_before_it_begins_is_refused(here: Places) -> None:
    with pytest.raises(RuleViolation) as refused:
        record_absence(person=person("Some One"), first_day=TODAY, last_day=TODAY - timedelta(days=1))

    assert refused.value.code == "absence_dates"
    assert not Absence.objects.exists()


def test_somebody_of_another_agency_is_not_named(here: Places) -> None:
    stranger = person("Stan Stranger")
    appoint(person=stranger, role="director", agency=here.nursery, at=NOW)
    for officer, deputy in ((stranger, None), (person("Some One"), stranger)):
        with pytest.raises(RuleViolation) as refused:
            name_officer(agency=here.police, tier=Tier.DIRECTOR, officer=officer, deputy=deputy)
        assert refused.value.code == "officer_role"


def test_office_of_the_partnership_is_named_from_its_holders(here: Places) -> None:
    someone = person("Some One")
    appoint(person=someone, role="panel_pool", partnership=here.north, at=NOW)
    with pytest.raises(RuleViolation) as refused:
        name_officer(partnership=here.north, tier=Tier.CHAIR, officer=someone)
    assert refused.value.code == "officer_role"


def test_a_role_ends_once_and_not_before_it_began(here: Places) -> None:
    someone = person("Some One")
    appointment = appoint(person=someone, role="director", agency=here.police, at=NOW)
    with pytest.raises(RuleViolation, match="before it began"):
        end_appointment(appointment=appointment, at=NOW - timedelta(days=1))
    end_appointment(appointment=appointment, at=NOW)
    appoint(person=someone, role="director", agency=here.police, at=NOW)
    with pytest.raises(RuleViolation, match="ended already"):
        end_appointment(appointment=appointment, at=NOW + timedelta(days=1))
    assert agencies_where(someone, "represent_director").get() == here.police

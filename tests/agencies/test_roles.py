"""What each role gives, where, and to whom no more."""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from pytest_django import DjangoAssertNumQueries

from agencies.models import Agency, Appointment, Partnership
from agencies.roles import ROLES, agencies_where, partnerships_where, represent_permission
from agencies.services import appoint, end_appointment
from agencies.tiers import LADDER, Tier
from tests.agencies.people import NOW, Places, person

DECLARED = {code for model in (Agency, Partnership) for code, _ in model._meta.permissions}


def test_every_permission_of_a_role_is_declared_on_the_thing_it_is_held_at() -> None:
    for role in ROLES.values():
        model = Agency if role.scope == "agency" else Partnership
        assert set(role.permissions) <= {code for code, _ in model._meta.permissions}, role.code


def test_every_declared_permission_is_given_by_some_role() -> None:
    assert {code for role in ROLES.values() for code in role.permissions} == DECLARED


def test_every_declared_permission_is_in_the_database(db: None) -> None:
    assert set(Permission.objects.filter(codename__in=DECLARED).values_list("codename", flat=True)) == DECLARED


@pytest.mark.parametrize("code", [code for code, role in ROLES.items() if role.scope == "agency"])
def test_a_role_at_an_agency_gives_its_permissions_there_and_nothing_else(here: Places, code: str) -> None:
    someone = person("Some One")

    appoint(person=someone, role=code, agency=here.police, at=NOW)

    for permission in DECLARED:
        expected = [here.police] if permission in ROLES[code].permissions else []
        assert list(agencies_where(someone, permission)) == expected, permission
        assert list(partnerships_where(someone, permission)) == [], permission


@pytest.mark.parametrize("code", [code for code, role in ROLES.items() if role.scope == "partnership"])
def test_an_office_of_a_partnership_gives_its_permissions_there_and_nothing_else(here: Places, code: str) -> None:
    someone = person("Some One")

    appoint(person=someone, role=code, partnership=here.north, at=NOW)

    for permission in DECLARED:
        expected = [here.north] if permission in ROLES[code].permissions else []
        assert list(partnerships_where(someone, permission)) == expected, permission
        assert list(agencies_where(someone, permission)) == [], permission


def test_one_role_twice_gives_each_agency_once(here: Places) -> None:
    someone = person("Some One")
    for role in ("line_manager", "named_lead"):
        appoint(person=someone, role=role, agency=here.police, at=NOW)
    appoint(person=someone, role="line_manager", agency=here.nursery, at=NOW)

    assert list(agencies_where(someone, "approve_escalation")) == [here.nursery, here.police]


def test_a_suspended_person_has_no_rights_left(here: Places) -> None:
    someone = person("Some One")
    appoint(person=someone, role="director", agency=here.police, at=NOW)
    appoint(person=someone, role="chair", partnership=here.north, at=NOW)

    someone.is_active = False
    someone.save()

    assert not agencies_where(someone, "represent_director").exists()
    assert not partnerships_where(someone, "chair_cases").exists()


def test_nobody_unknown_has_rights(here: Places) -> None:
    assert not agencies_where(AnonymousUser(), "take_part").exists()
    assert not partnerships_where(AnonymousUser(), "keep_register").exists()


def test_an_ended_role_gives_nothing_from_then_on(here: Places) -> None:
    someone = person("Some One")
    appoint(person=someone, role="director", agency=here.police, at=NOW)

    end_appointment(appointment=Appointment.objects.get(person=someone), at=NOW)

    assert not agencies_where(someone, "represent_director").exists()


def test_asking_where_somebody_may_takes_one_query(
    here: Places, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    someone = person("Some One")
    appoint(person=someone, role="director", agency=here.police, at=NOW)

    with django_assert_num_queries(1):
        list(agencies_where(someone, "represent_director"))


@pytest.mark.parametrize("tier", LADDER)
def test_each_tier_of_the_ladder_has_a_permission_of_its_own(tier: Tier) -> None:
    assert represent_permission(tier) in DECLARED
    assert represent_permission(tier.value) == represent_permission(tier)


@pytest.mark.parametrize("tier", [tier for tier in Tier if tier not in LADDER])
def test_nobody_represents_an_agency_off_the_ladder(tier: Tier) -> None:
    with pytest.raises(ValueError, match="not on the ladder"):
        represent_permission(tier)

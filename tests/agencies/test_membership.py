"""To which partnerships somebody belongs, and which of them a page shows."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from pytest_django import DjangoAssertNumQueries

from agencies.membership import chosen, partnerships_of
from agencies.models import Appointment
from agencies.services import appoint, end_appointment
from tests.agencies.people import NOW, Places, person


def test_a_role_at_an_agency_belongs_to_all_its_partnerships_each_once(here: Places) -> None:
    someone = person("Some One")
    for agency in (here.police, here.nursery):
        appoint(person=someone, role="practitioner", agency=agency, at=NOW)

    assert list(partnerships_of(someone)) == [here.north, here.south]


def test_an_office_of_a_partnership_belongs_there_only(here: Places) -> None:
    someone = person("Some One")
    appoint(person=someone, role="auditor", partnership=here.south, at=NOW)

    assert list(partnerships_of(someone)) == [here.south]


def test_those_whose_register_one_keeps_come_first_and_say_so(here: Places) -> None:
    someone = person("Some One")
    appoint(person=someone, role="practitioner", agency=here.police, at=NOW)
    appoint(person=someone, role="business_manager", partnership=here.south, at=NOW)

    found = [(one.slug, getattr(one, "keeps_register", None)) for one in partnerships_of(someone)]

    assert found == [("south", True), ("north", False)]


def test_who_has_left_was_suspended_or_is_unknown_belongs_nowhere(here: Places) -> None:
    left, suspended = person("Lee Left"), person("Sue Spended")
    for someone in (left, suspended):
        appoint(person=someone, role="practitioner", agency=here.police, at=NOW)
    end_appointment(appointment=Appointment.objects.get(person=left), at=NOW)
    suspended.is_active = False

    assert not partnerships_of(left).exists()
    assert not partnerships_of(suspended).exists()
    assert not partnerships_of(AnonymousUser()).exists()


def test_it_takes_one_query(here: Places, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    someone = person("Some One")
    appoint(person=someone, role="practitioner", agency=here.police, at=NOW)

    with django_assert_num_queries(1):
        list(partnerships_of(someone))


def test_the_first_is_shown_where_none_is_asked_for(here: Places) -> None:
    assert chosen([here.north, here.south], None) == here.north
    assert chosen([here.north, here.south], "") == here.north


def test_the_one_asked_for_is_shown(here: Places) -> None:
    assert chosen([here.north, here.south], "south") == here.south


@pytest.mark.parametrize("slug", ["south", "nowhere", "\x00", "x" * 100_000])
def test_one_that_is_not_among_them_is_not_found(here: Places, slug: str) -> None:
    with pytest.raises(Http404):
        chosen([here.north], slug)

"""What surrounds every page: whose it is, where one can go, what to do if a child is at risk."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from agencies.models import Agency, AgencyKind, Partnership, Person
from agencies.services import appoint
from escalation.context import frame, own_partnership
from notifications.events import EVENTS
from notifications.models import Notification

pytestmark = [pytest.mark.urls("tests.escalation.pages"), pytest.mark.django_db]
AT = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def practitioner(person: Person, partnership: Partnership) -> Person:
    agency = Agency.objects.create(slug="little-oaks", name="Little Oaks", kind=AgencyKind.NURSERY)
    agency.partnerships.add(partnership)
    appoint(person=person, role="practitioner", agency=agency, at=AT)
    return person


@pytest.fixture
def business_manager(person: Person, partnership: Partnership) -> Person:
    appoint(person=person, role="business_manager", partnership=partnership, at=AT)
    return person


def seen_by(person: Person | AnonymousUser) -> Partnership | None:
    request = RequestFactory().get("/")
    request.user = person
    return own_partnership(request)


def test_the_header_shows_the_partnership_of_the_persons_agency(client: Client, practitioner: Person) -> None:
    client.force_login(practitioner)

    body = client.get("/").content.decode()

    assert "Northwater Safeguarding Children Partnership</a>" in body
    assert "Nora Finch" in body


def test_it_takes_one_query_to_know_whose_pages_these_are(
    practitioner: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        found = seen_by(practitioner)

    assert found is not None
    assert found.name.startswith("Northwater")
    assert not getattr(found, "keeps_register", None)


def test_a_business_manager_sees_their_own_partnership_before_others(
    business_manager: Person, partnership: Partnership
) -> None:
    earlier = Partnership.objects.create(slug="aa", name="Aardvark Partnership", prefix="AAR", mailbox="a@a.example")
    agency = Agency.objects.create(slug="police", name="Police", kind=AgencyKind.POLICE)
    agency.partnerships.add(earlier)
    appoint(person=business_manager, role="practitioner", agency=agency, at=AT)

    found = seen_by(business_manager)

    assert found == partnership
    assert getattr(found, "keeps_register", None)


def test_who_has_no_role_or_is_suspended_has_no_partnership(practitioner: Person) -> None:
    assert seen_by(AnonymousUser()) is None
    assert seen_by(Person.objects.create_user("new@nursery.example", "x", name="New")) is None
    practitioner.is_active = False
    assert seen_by(practitioner) is None


def test_nothing_is_asked_of_the_database_where_no_frame_is_drawn(
    practitioner: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = RequestFactory().get("/")
    request.user = practitioner

    with django_assert_num_queries(0):
        frame(request)


def test_the_register_is_in_the_menu_of_those_who_keep_one(client: Client, business_manager: Person) -> None:
    client.force_login(business_manager)

    assert 'href="/register/"' in client.get("/").content.decode()


def test_the_register_is_not_in_the_menu_of_anybody_else(client: Client, practitioner: Person) -> None:
    client.force_login(practitioner)
    body = client.get("/").content.decode()

    assert 'href="/register/"' not in body
    assert 'href="/notifications/"' in body


def test_unread_messages_are_counted_in_the_menu(client: Client, practitioner: Person) -> None:
    for number in range(3):
        Notification.objects.create(
            recipient=practitioner,
            event=next(iter(EVENTS)),
            path="/",
            key=f"k{number}",
            created_at=AT,
            next_attempt_at=AT,
            message_id=f"m{number}",
        )
    client.force_login(practitioner)

    count = '<span class="app-count">3<span class="govuk-visually-hidden"> unread</span>'
    assert count in client.get("/").content.decode()


def test_what_to_do_at_immediate_risk_is_on_every_page_in_the_partnerships_words(
    client: Client, practitioner: Person
) -> None:
    client.force_login(practitioner)

    for address in ("/", "/form/", "/hidden/", "/not-allowed/"):
        body = client.get(address).content.decode()
        assert "Is a child at immediate risk? What to do now" in body
        assert 'href="tel:999">Ring 999</a>' in body
        assert "01632 960999" in body


def test_without_a_partnership_the_advice_is_what_holds_everywhere(client: Client) -> None:
    assert "children’s social care team" in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("demonstration", [True, False])
def test_a_demonstration_says_so_on_every_page(client: Client, settings: Settings, demonstration: bool) -> None:
    settings.DEMONSTRATION = demonstration

    assert ("Invented data" in client.get("/accounts/login/").content.decode()) is demonstration


def test_there_is_a_way_past_the_menu_and_one_main_part(signed_in: Client) -> None:
    body = signed_in.get("/form/").content.decode()

    assert body.index('href="#main-content"') < body.index("<header")
    assert body.count("<main") == body.count('id="main-content"') == 1
    assert '<html lang="en-GB"' in body


@pytest.mark.parametrize(("address", "here"), [("/", "Home"), ("/register/", None), ("/notifications/", "Messages")])
def test_the_menu_marks_where_one_is(client: Client, practitioner: Person, address: str, here: str | None) -> None:
    client.force_login(practitioner)

    body = client.get(address).content.decode()

    marked = re.findall(r'aria-current="page">\s*<strong[^>]*>([^<]+)</strong>', body)
    assert marked == ([here] if here else [])


def test_the_menu_is_for_those_who_are_signed_in(client: Client) -> None:
    assert "<nav" not in client.get("/").content.decode()


def test_a_page_about_another_partnership_says_so(signed_in: Client, partnership: Partnership) -> None:
    assert partnership.name not in signed_in.get("/").content.decode()

    drawn = (
        engines["django"]
        .from_string('{% extends "base.html" %}')
        .render({"partnership": partnership}, signed_in.get("/").wsgi_request)
    )

    assert f"{partnership.name}</a>" in drawn
    assert "01632 960999" in drawn

"""The directory as people read it: names, numbers, who is away, gaps in words, and nobody else's agencies."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from agencies.models import Agency, AgencyKind, Appointment
from agencies.services import appoint, end_appointment, record_absence
from agencies.tiers import LADDER, Tier
from tests.agencies.people import NOW, TODAY, Places, person
from tests.register.builders import page

NASTY = ["\x00", "x" * 100_000, "' OR 1=1 --", "<script>alert(1)</script>", "%", "‮", "9999", "0001-01-01"]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def reader(here: Places) -> Client:
    """The browser of a practitioner of the nursery."""
    nora = person("Nora Finch")
    appoint(person=nora, role="practitioner", agency=here.nursery, at=NOW)
    browser = Client()
    browser.force_login(nora)
    return browser


def said(browser: Client, **query: str) -> str:
    response = browser.get(reverse("directory"), query)
    assert response.status_code == 200
    return page(response)


def agencies(browser: Client, **query: str) -> list[str]:
    """The short names of the agencies on the page, in its order."""
    return re.findall(r'id="agency-([^"]+)"', browser.get(reverse("directory"), query).content.decode())


def test_an_officer_is_shown_with_title_number_and_address_to_press(here: Places, reader: Client) -> None:
    officer, deputy = here.named(here.police, Tier.LINE_MANAGER, confirmed_on=TODAY)
    assert deputy is not None

    html = reader.get(reverse("directory")).content.decode()

    assert officer.name in html
    assert deputy.name in html
    assert 'href="tel:01632960123"' in html
    assert f'href="mailto:{officer.email}"' in html
    assert "Last confirmed Thursday 2 April 2026" in html


def test_who_is_away_is_said_with_the_day_and_the_deputy_to_ring(here: Places, reader: Client) -> None:
    officer, deputy = here.named(here.police, Tier.LINE_MANAGER)
    assert deputy is not None
    record_absence(person=officer, first_day=TODAY, last_day=TODAY + timedelta(days=4))

    text = said(reader)

    assert "Away until Monday 6 April 2026" in text
    assert f"{officer.name} is away until Monday 6 April 2026: ring the deputy, {deputy.name}." in text


def test_a_gap_is_said_in_red_words_and_counted_on_top(here: Places, reader: Client) -> None:
    html = reader.get(reverse("directory")).content.decode()

    assert re.search(r'app-late">\s*Nobody is named', html)
    assert "gaps in cover" in html
    assert "Ring the Business Manager instead." in page(reader.get(reverse("directory")))


def test_a_directory_without_gaps_says_nothing_of_them(here: Places, reader: Client) -> None:
    for agency in (here.police, here.nursery):
        for tier in LADDER:
            here.named(agency, tier)
        appoint(person=person(f"Lead of {agency.name}"), role="named_lead", agency=agency, at=NOW)
    for tier in (Tier.CHAIR, Tier.SAFEGUARDING_MANAGER):
        officer, deputy = person(f"Officer {tier}"), person(f"Deputy {tier}")
        for someone in (officer, deputy):
            appoint(person=someone, role=tier.value, partnership=here.north, at=NOW)
        here.north.named_officers.create(tier=tier, officer=officer, deputy=deputy)

    assert "in cover" not in said(reader).replace("gap in their cover", "")


def test_the_business_managers_mailbox_and_the_leads_are_shown(here: Places, reader: Client) -> None:
    appoint(person=person("Lea Lead"), role="named_lead", agency=here.police, at=NOW)

    html = reader.get(reverse("directory")).content.decode()

    assert 'href="mailto:business.manager@north.example"' in html
    assert "Lea Lead" in html


def test_a_suspended_officers_number_is_no_longer_given(here: Places, reader: Client) -> None:
    officer, _ = here.named(here.police, Tier.LINE_MANAGER)
    officer.is_active = False
    officer.save()

    html = reader.get(reverse("directory")).content.decode()

    assert f"mailto:{officer.email}" not in html
    assert "No longer has access" in html


def test_one_agency_can_be_chosen(here: Places, reader: Client) -> None:
    assert agencies(reader) == ["nursery", "police"]
    assert agencies(reader, agency="police") == ["police"]


def test_a_name_is_searched_for_in_any_case_among_officers_deputies_leads_and_agencies(
    here: Places, reader: Client
) -> None:
    here.named(here.police, Tier.LINE_MANAGER)
    appoint(person=person("Ögmund Lead"), role="named_lead", agency=here.nursery, at=NOW)

    assert agencies(reader, name="MANAGER DEPUTY") == ["police"]
    assert agencies(reader, name="ögmund") == ["nursery"]
    assert agencies(reader, name="mill lane") == ["nursery"]
    assert "Nobody in this directory fits what you asked for." in said(reader, name="Zebedee")


def test_only_agencies_with_gaps_can_be_shown(here: Places, reader: Client) -> None:
    for tier in LADDER:
        here.named(here.nursery, tier)
    appoint(person=person("Lea Lead"), role="named_lead", agency=here.nursery, at=NOW)

    assert agencies(reader, gaps="on") == ["police"]


def test_the_directory_of_another_partnership_does_not_exist(here: Places, reader: Client) -> None:
    foreign = reader.get(reverse("directory"), {"partnership": "south"})
    nowhere = reader.get(reverse("directory"), {"partnership": "nowhere"})

    assert foreign.status_code == nowhere.status_code == 404
    assert page(foreign) == page(nowhere)


def test_agencies_of_another_partnership_are_not_in_it(here: Places, reader: Client) -> None:
    other = Agency.objects.create(slug="secret", name="Canary Trust", kind=AgencyKind.HEALTH)
    other.partnerships.add(here.south)

    assert "Canary Trust" not in said(reader)
    assert "Canary Trust" not in said(reader, agency="secret")


def test_who_belongs_to_two_partnerships_chooses(here: Places, client: Client) -> None:
    officer = person("Otto Officer")
    appoint(person=officer, role="practitioner", agency=here.police, at=NOW)
    client.force_login(officer)

    assert "North Partnership Directory" in said(client)
    assert "South Partnership Directory" in said(client, partnership="south")


def test_nobody_unknown_and_nobody_who_has_left_sees_it(here: Places, reader: Client, client: Client) -> None:
    assert client.get(reverse("directory")).status_code == 302

    end_appointment(appointment=Appointment.objects.get(person__name="Nora Finch"), at=NOW)

    refused = reader.get(reverse("directory"))
    assert refused.status_code == 403
    assert "You have no role at any partnership or agency" in page(refused)


def test_a_question_that_is_not_understood_says_so_and_narrows_nothing(here: Places, reader: Client) -> None:
    response = reader.get(reverse("directory"), {"agency": "nowhere"})

    assert "Agency: choose one of the agencies in the list." in page(response)
    assert 'href="#id_agency"' in response.content.decode()
    assert agencies(reader, agency="nowhere") == ["nursery", "police"]


def test_nothing_typed_into_the_address_breaks_it(here: Places, reader: Client) -> None:
    for field in ("agency", "name", "gaps", "page"):
        for value in NASTY:
            response = reader.get(reverse("directory"), {field: value})
            assert response.status_code == 200, (field, value[:20])
            assert b"<script>alert" not in response.content
    for value in NASTY:
        assert reader.get(reverse("directory"), {"partnership": value}).status_code == 404


def test_a_large_directory_comes_in_pages_and_costs_the_same(
    here: Places, reader: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    reader.get(reverse("directory"))
    with django_assert_max_num_queries(12) as few:
        reader.get(reverse("directory"))
    for number in range(30):
        school = Agency.objects.create(slug=f"school-{number}", name=f"School {number:02d}", kind=AgencyKind.SCHOOL)
        school.partnerships.add(here.north)

    with django_assert_max_num_queries(12) as many:
        first = reader.get(reverse("directory"))

    assert len(many) == len(few)
    assert "Page 1 of 2" in page(first)
    assert 'id="agency-school-29"' in reader.get(reverse("directory"), {"page": "2"}).content.decode()

"""The register is for those who keep it, each their own."""

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Appointment
from agencies.services import appoint, end_appointment
from tests.cases.cast import RAISED, Cast, a_cast, a_draft
from tests.register.builders import NOON, at_stage, page, references

ADDRESSES = ["register", "register_csv"]


def test_others_of_the_partnership_are_refused_with_the_reason(cast: Cast, noon: None, client: Client) -> None:
    for person in [cast.nora, cast.lead, cast.chair, cast.auditor, cast.safeguarding_manager, cast.panel[0]]:
        client.force_login(person)
        for address in ADDRESSES:
            response = client.get(reverse(address))

            assert response.status_code == 403, person
            assert "Only the Business Manager of a partnership sees its register." in page(response)


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_unknown_sees_the_register(db: None, client: Client, address: str) -> None:
    response = client.get(reverse(address))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_register_of_another_partnership_does_not_exist(keeper: Client, address: str) -> None:
    a_cast("southwater")

    foreign = keeper.get(reverse(address), {"partnership": "southwater"})
    nowhere = keeper.get(reverse(address), {"partnership": "nowhere"})

    assert foreign.status_code == nowhere.status_code == 404
    assert page(foreign) == page(nowhere)


def test_the_cases_of_another_partnership_are_not_among_the_rows(cast: Cast, keeper: Client) -> None:
    own = at_stage(cast, "3")
    at_stage(a_cast("southwater"), "3")

    assert references(keeper.get(reverse("register"))) == [own.reference]


def test_who_keeps_two_registers_chooses_between_them(cast: Cast, keeper: Client) -> None:
    other = a_cast("southwater")
    appoint(person=cast.business_manager, role="business_manager", partnership=other.partnership, at=RAISED)
    own, foreign = at_stage(cast, "3"), at_stage(other, "3")

    first = keeper.get(reverse("register"))
    second = keeper.get(reverse("register"), {"partnership": "southwater"})

    assert references(first) == [own.reference]
    assert references(second) == [foreign.reference]
    assert 'href="?partnership=southwater"' in first.content.decode()


def test_who_stops_keeping_it_is_refused_at_the_next_page(cast: Cast, keeper: Client) -> None:
    assert keeper.get(reverse("register")).status_code == 200

    end_appointment(appointment=Appointment.objects.get(person=cast.business_manager), at=NOON)

    assert keeper.get(reverse("register")).status_code == 403


def test_who_is_suspended_is_signed_out(cast: Cast, keeper: Client) -> None:
    cast.business_manager.is_active = False
    cast.business_manager.save()

    assert keeper.get(reverse("register")).status_code == 302


def test_drafts_are_on_nobodys_register(cast: Cast, keeper: Client) -> None:
    a_draft(cast)

    assert references(keeper.get(reverse("register"))) == []

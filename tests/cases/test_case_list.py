"""All cases that a person may see: whose they are, their order, the search, and no growth in queries."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Person
from agencies.services import appoint
from cases.models import Case
from cases.services import case_move_at_once, case_withdraw
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_draft
from tests.cases.journeys import climb

pytestmark = pytest.mark.django_db
ALL = "/cases/"
MOST = 12


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(RAISED, tick=False):
        yield


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def listed(client: Client, person: Person, **asked: str) -> list[str]:
    client.force_login(person)
    return [case.reference for case, _ in client.get(ALL, asked).context["rows"]]


def at_chair(cast: Cast, *, restricted: bool = False) -> Case:
    case = a_case(cast, restricted=restricted)
    case_move_at_once(case=case, by=cast.nora, at=RAISED, to_stage="5", reasons="Now")
    return case


def test_an_auditor_and_a_named_lead_reach_their_cases(client: Client, cast: Cast) -> None:
    case = a_case(cast)
    climb(cast, case, RAISED + timedelta(hours=1))
    for person in (cast.auditor, cast.lead, cast.nora, cast.sam):
        assert listed(client, person) == [case.reference], person.name
        assert f'href="{reverse("case_list")}"' in client.get("/").content.decode(), person.name
    shown = client.get(ALL).content.decode()
    for words in ("Northwater Nursery with Northwater Social Care", "Professional to professional", "Open since"):
        assert words in shown


def test_an_outsider_sees_none_and_is_shown_no_way_there(client: Client, cast: Cast) -> None:
    case = at_chair(cast)
    other = a_cast("southwater")
    for person in (cast.outsider, other.nora, other.auditor, other.business_manager):
        assert listed(client, person) == []
        shown = client.get(ALL, {"reference": str(case.reference)})
        assert "You may see no case with" in shown.content.decode()
        assert not shown.context["rows"]
        assert f'href="{reverse("case_list")}"' not in client.get("/").content.decode()


def test_a_restricted_case_is_listed_to_those_named_only(client: Client, cast: Cast) -> None:
    case = at_chair(cast, restricted=True)
    assert listed(client, cast.nora) == [case.reference]
    for person in (cast.auditor, cast.business_manager, cast.lead):
        assert listed(client, person) == []


def test_advice_inside_one_agency_is_not_listed_to_the_other(client: Client, cast: Cast) -> None:
    a_case(cast)
    assert listed(client, cast.sam) == []
    assert listed(client, cast.lead) == []


def test_a_draft_is_no_case(client: Client, cast: Cast) -> None:
    a_draft(cast)
    assert listed(client, cast.nora) == []


def test_open_ones_come_first_and_the_latest_before_others(client: Client, cast: Cast) -> None:
    first = a_case(cast, RAISED - timedelta(days=2))
    ended = a_case(cast, RAISED - timedelta(days=1))
    last = a_case(cast)
    case_withdraw(case=ended, by=cast.nora, at=RAISED, reasons="Settled")
    assert listed(client, cast.nora) == [last.reference, first.reference, ended.reference]
    assert "Withdrawn" in client.get(ALL).content.decode()


def test_part_of_a_reference_finds_it(client: Client, cast: Cast) -> None:
    one, two = a_case(cast), a_case(cast)
    assert listed(client, cast.nora, reference=str(two.reference)[-4:]) == [two.reference]
    assert listed(client, cast.nora, reference=f" {str(one.reference).lower()} ") == [one.reference]
    assert listed(client, cast.nora, reference="%") == []


@pytest.mark.parametrize("typed", ["\x00", "x" * 1000, "<script>", "\u202eabc"])
def test_a_search_that_cannot_be_breaks_nothing(client: Client, cast: Cast, typed: str) -> None:
    a_case(cast)
    client.force_login(cast.nora)
    response = client.get(ALL, {"reference": typed, "page": typed})
    assert response.status_code == 200
    assert "<script>" not in response.content.decode().partition("<main")[2].partition("</main>")[0]


def test_they_come_in_pages_that_keep_the_search(client: Client, cast: Cast) -> None:
    for _ in range(26):
        a_case(cast)
    assert len(listed(client, cast.nora)) == 25
    assert len(listed(client, cast.nora, page="2")) == 1
    shown = client.get(ALL, {"reference": "northw"}).content.decode()
    assert "?reference=northw&amp;page=2" in shown


def test_the_number_of_queries_does_not_grow_with_the_cases(client: Client, cast: Cast) -> None:
    for role in ("business_manager", "chair", "auditor"):
        appoint(person=cast.nora, role=role, partnership=cast.partnership, at=RAISED)
    client.force_login(cast.nora)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(ALL).status_code == 200
        return len(asked)

    a_case(cast)
    queries()
    few = queries()
    for _ in range(4):
        at_chair(cast)
    assert queries() == few <= MOST

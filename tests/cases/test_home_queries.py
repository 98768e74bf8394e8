"""Home asks the database the same few questions however many cases there are, and of many cases what one is asked."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.models import Person
from agencies.services import appoint
from agencies.tiers import Tier
from cases.models import Case
from cases.services import case_move_at_once, case_propose_resolution
from cases.standing import standing
from cases.standings import Roles, standings
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_draft, some_actions
from tests.cases.journeys import ask, climb

pytestmark = pytest.mark.django_db
MOST = 20


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(RAISED, tick=False):
        yield


def fill(cast: Cast) -> None:
    """One case of every kind that Home lists."""
    a_draft(cast)
    a_case(cast)
    asked = a_case(cast)
    climb(cast, asked, RAISED)
    ask(cast, asked, RAISED + timedelta(hours=1))
    proposed = a_case(cast)
    climb(cast, proposed, RAISED)
    case_propose_resolution(
        case=proposed,
        by=cast.nora,
        at=RAISED,
        what_changes="A visit",
        actions=some_actions(date(2026, 4, 9)),
        review_on=date(2026, 4, 30),
    )
    decided = a_case(cast)
    case_move_at_once(case=decided, by=cast.nora, at=RAISED, to_stage="5", reasons="Now")


def busiest(cast: Cast) -> Person:
    """Somebody who holds every office: whose Home asks the most."""
    person = cast.nora
    appoint(person=person, role="line_manager", agency=cast.care, at=RAISED)
    for role in ("business_manager", "chair", "safeguarding_manager"):
        appoint(person=person, role=role, partnership=cast.partnership, at=RAISED)
    return person


def queries(client: Client, person: Person) -> int:
    client.force_login(person)
    client.get("/")
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/").status_code == 200
    return len(asked)


def test_the_number_of_queries_does_not_grow_with_the_cases(client: Client) -> None:
    cast = a_cast()
    person = busiest(cast)
    fill(cast)
    few = queries(client, person)
    for _ in range(3):
        fill(cast)
    many = queries(client, person)
    assert few <= MOST
    assert many == few


@pytest.mark.parametrize("who", ["nora", "sam", "lead", "business_manager", "chair", "auditor", "outsider"])
def test_nobody_asks_more_than_twenty_questions(client: Client, who: str) -> None:
    cast = a_cast()
    fill(cast)
    assert queries(client, getattr(cast, who)) <= MOST


def test_the_standing_in_many_cases_is_the_standing_in_each(client: Client) -> None:
    cast = a_cast()
    fill(cast)
    found = list(Case.objects.exclude(state="draft"))
    people = [cast.nora, cast.sam, cast.lead, cast.chair, cast.business_manager, cast.outsider, cast.panel[0]]
    people += [cast.officer(cast.nursery, Tier.LINE_MANAGER), cast.officer(cast.care, Tier.DIRECTOR)]
    for person in people:
        together = standings(person, found, Roles.of(person))
        for case in found:
            assert together[case.pk] == standing(person, case), (person.name, case.reference)


def test_the_standing_in_no_case_is_none(client: Client) -> None:
    cast = a_cast()
    assert standings(cast.nora, [], Roles.of(cast.nora)) == {}

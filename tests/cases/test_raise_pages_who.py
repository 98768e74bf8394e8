"""The step that names the agency, the professional and the manager: two presses without JavaScript, no foreign ids."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from agencies.models import AgencyKind, Person
from agencies.tiers import Tier
from cases.models import Case, Party, Side
from tests.cases.cast import RAISED, Cast, a_cast, a_draft, an_agency
from tests.cases.raise_answers import address, an_empty_draft, page, post, who

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(RAISED, tick=False):
        yield


@pytest.fixture
def cast() -> Cast:
    return a_cast()


@pytest.fixture
def nora(client: Client, cast: Cast) -> Client:
    client.force_login(cast.nora)
    return client


@pytest.fixture
def draft(cast: Cast) -> Case:
    return an_empty_draft(cast)


def party(draft: Case, side: Side) -> Party:
    return Party.objects.get(case=draft, side=side)


def test_the_professional_is_asked_once_the_agency_is_chosen(nora: Client, cast: Cast, draft: Case) -> None:
    assert 'name="receiving_contact"' not in page(nora.get(address(draft, "who")))
    answer = post(nora, draft, "who", {"receiving": str(cast.care.pk), "people_of": ""}, go="people")
    assert answer["Location"] == f"{address(draft, 'who')}#id_receiving_contact"
    shown = page(nora.get(address(draft, "who")))
    assert "Which professional at Northwater Social Care do you disagree with?" in shown
    assert cast.sam.name in shown
    assert cast.outsider.name not in shown


def test_going_on_without_having_seen_the_people_shows_them_first(nora: Client, cast: Cast, draft: Case) -> None:
    answers = {"receiving": str(cast.care.pk), "people_of": "", "file_number": "NUR-9"}
    answer = post(nora, draft, "who", answers)
    assert answer["Location"] == f"{address(draft, 'who')}#id_receiving_contact"
    assert party(draft, Side.RAISING).file_number == "NUR-9"
    answer = post(nora, draft, "who", {**answers, "people_of": str(cast.care.pk), "receiving_contact": "not-known"})
    assert answer["Location"] == address(draft, "check")
    assert party(draft, Side.RECEIVING).first_contact is None


def test_another_agency_asks_for_its_own_people(nora: Client, cast: Cast, draft: Case) -> None:
    post(nora, draft, "who", who(cast))
    changed = who(cast, receiving=str(cast.police.pk))
    answer = post(nora, draft, "who", changed)
    assert answer["Location"] == f"{address(draft, 'who')}#id_receiving_contact"
    assert party(draft, Side.RECEIVING).agency == cast.police
    assert party(draft, Side.RECEIVING).first_contact is None
    assert Case.objects.get().decision_maker is None


def test_whom_one_disagrees_with_is_kept_from_judging_it(nora: Client, cast: Cast, draft: Case) -> None:
    post(nora, draft, "who", who(cast))
    assert Case.objects.get().decision_maker == cast.sam
    assert party(draft, Side.RECEIVING).first_contact == cast.sam


def test_the_disagreement_can_be_inside_ones_own_agency(nora: Client, cast: Cast, draft: Case) -> None:
    shown = page(nora.get(address(draft, "who")))
    own = "Someone in my own agency (Northwater Nursery)"
    assert shown.index(own) > shown.index("Northwater Social Care")
    director = cast.officer(cast.nursery, Tier.DIRECTOR)
    nursery = str(cast.nursery.pk)
    answers = who(cast, receiving=nursery, people_of=nursery, receiving_contact=str(director.pk))
    assert post(nora, draft, "who", answers)["Location"] == address(draft, "check")
    assert party(draft, Side.RECEIVING).agency == cast.nursery


def test_nobody_disagrees_with_themselves(nora: Client, cast: Cast, draft: Case) -> None:
    nursery = str(cast.nursery.pk)
    answers = who(cast, receiving=nursery, people_of=nursery, receiving_contact=str(cast.nora.pk))
    assert "choose one of the answers shown" in page(post(nora, draft, "who", answers))
    assert Case.objects.get().decision_maker is None


def test_ones_manager_is_not_the_person_one_disagrees_with(nora: Client, cast: Cast, draft: Case) -> None:
    nursery, manager = str(cast.nursery.pk), str(cast.officer(cast.nursery, Tier.LINE_MANAGER).pk)
    answers = who(cast, receiving=nursery, people_of=nursery, receiving_contact=manager, own_manager=manager)
    assert "choose another, because you disagree with this one" in page(post(nora, draft, "who", answers))


def test_other_agencies_are_kept_and_the_receiving_one_is_not_doubled(nora: Client, cast: Cast, draft: Case) -> None:
    others = [str(cast.care.pk), str(cast.health.pk)]
    nora.post(address(draft, "who"), {**who(cast), "others": others, "go": "continue"})
    kept = Party.objects.filter(case=draft, side=Side.OTHER)
    assert [row.agency for row in kept] == [cast.health]
    assert "checked" in page(nora.get(address(draft, "who")))


def test_the_agency_that_decided_is_not_offered_as_another(nora: Client, cast: Cast, draft: Case) -> None:
    def offered() -> str:
        return page(nora.get(address(draft, "who"))).partition("Which other agencies")[2]

    assert f'value="{cast.care.pk}"' in offered().partition("own manager")[0]
    post(nora, draft, "who", who(cast))
    assert f'value="{cast.care.pk}"' not in offered().partition("own manager")[0]
    assert f'value="{cast.health.pk}"' in offered().partition("own manager")[0]


def test_one_thing_that_tells_the_child_is_asked_for(nora: Client, cast: Cast, draft: Case) -> None:
    nothing = {"child_initials": "", "child_birth_year": "", "file_number": ""}
    shown = page(post(nora, draft, "who", who(cast, **nothing)))
    assert "Help others know which child it is" in shown
    assert post(nora, draft, "who", who(cast, **nothing), go="later")["Location"] == "/"
    for known in ({"child_initials": "ab"}, {"child_birth_year": "2021"}, {"file_number": "NUR-9"}):
        assert post(nora, draft, "who", who(cast, **{**nothing, **known}))["Location"] == address(draft, "check")


def test_the_person_chosen_is_said_to_be_the_one_whose_decision_it_is(nora: Client, cast: Cast, draft: Case) -> None:
    post(nora, draft, "who", who(cast))
    assert "recorded as the person whose decision it is" in page(nora.get(address(draft, "who")))
    assert f"Taken by {cast.sam.name}" in page(nora.get(address(draft, "check")))


def test_manager_and_other_agencies_are_saved_before_the_agency_is_chosen(
    nora: Client, cast: Cast, draft: Case
) -> None:
    manager = cast.officer(cast.nursery, Tier.LINE_MANAGER)
    answers = {"own_manager": str(manager.pk), "others": str(cast.health.pk), "people_of": ""}
    post(nora, draft, "who", answers, go="later")
    assert party(draft, Side.RAISING).first_contact == manager
    assert party(draft, Side.OTHER).agency == cast.health


def test_only_those_who_can_approve_are_offered_as_manager(nora: Client, cast: Cast, draft: Case) -> None:
    shown = page(nora.get(address(draft, "who")))
    assert cast.officer(cast.nursery, Tier.LINE_MANAGER).name in shown
    assert cast.officer(cast.care, Tier.LINE_MANAGER).name not in shown
    assert "Nora Northwater, Practitioner" not in shown


@pytest.mark.parametrize("field", ["receiving", "receiving_contact", "others", "own_manager"])
def test_ids_from_outside_the_partnership_are_refused(nora: Client, cast: Cast, draft: Case, field: str) -> None:
    other = a_cast("southwater")
    foreign: dict[str, int] = {
        "receiving": other.care.pk,
        "receiving_contact": other.sam.pk,
        "others": other.health.pk,
        "own_manager": other.officer(other.nursery, Tier.LINE_MANAGER).pk,
    }
    shown = page(post(nora, draft, "who", who(cast) | {field: str(foreign[field])}))
    assert "There is a problem" in shown
    assert other.sam.name not in shown
    strangers = {other.care.pk, other.health.pk}
    assert not strangers & set(Party.objects.filter(case=draft).values_list("agency", flat=True))
    assert Case.objects.get(pk=draft.pk).decision_maker != other.sam


def test_suspended_people_are_not_offered(nora: Client, cast: Cast) -> None:
    draft = a_draft(cast)
    Person.objects.filter(pk=cast.sam.pk).update(is_active=False)
    assert f"{cast.sam.name}, " not in page(nora.get(address(draft, "who")))


def test_an_agency_without_people_can_still_be_disagreed_with(nora: Client, cast: Cast, draft: Case) -> None:
    empty = an_agency(cast.partnership, "lone-charity", AgencyKind.VOLUNTARY, staffed=False)
    answers = who(cast, receiving=str(empty.pk), people_of=str(empty.pk), receiving_contact="not-known")
    assert post(nora, draft, "who", answers)["Location"] == address(draft, "check")

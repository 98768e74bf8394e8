"""Home: what needs me now, in which order, and for whom."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agencies.models import Person
from agencies.services import appoint, record_absence
from agencies.tiers import LADDER, Tier
from cases.home import Tasks
from cases.models import Case
from cases.services import case_convene_panel, case_move_at_once, case_propose_resolution, case_set_date, case_withdraw
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_draft, some_actions
from tests.cases.journeys import ask, climb, write_down

pytestmark = pytest.mark.django_db
HOME = "/"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(RAISED, tick=False):
        yield


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def visit(client: Client, person: Person) -> HttpResponse:
    client.force_login(person)
    response: HttpResponse = client.get(HOME)  # type: ignore[assignment]
    assert response.status_code == 200
    return response


def tasks(client: Client, person: Person) -> Tasks:
    client.force_login(person)
    found: Tasks = client.get(HOME).context["tasks"]
    return found


def listed(client: Client, person: Person, which: str) -> list[str]:
    return [task.case.reference for task in getattr(tasks(client, person), which)]


def at_stage_one(cast: Cast) -> Case:
    case = a_case(cast)
    climb(cast, case, RAISED + HOUR)
    return case


def test_who_has_nothing_to_do_is_told_so_and_can_raise(client: Client, cast: Cast) -> None:
    shown = visit(client, cast.outsider).content.decode()
    assert "Nothing waits for you now" in shown
    assert f'href="{reverse("case_raise")}"' in shown
    assert "You are not named on a case yet" in shown
    assert cast.partnership.urgent_advice.split(".")[0] in shown


def test_who_cannot_raise_gets_no_button(client: Client, cast: Cast) -> None:
    for person in (cast.business_manager, cast.chair, cast.auditor):
        assert reverse("case_raise") not in visit(client, person).content.decode()


def test_a_request_waits_for_the_manager_it_was_put_before(client: Client, cast: Cast) -> None:
    case = at_stage_one(cast)
    request = ask(cast, case, RAISED + 2 * HOUR)
    assert request is not None
    manager = request.put_before
    assert manager == cast.officer(cast.nursery, Tier.LINE_MANAGER)
    assert listed(client, manager, "requests") == [case.reference]
    shown = visit(client, manager).content.decode()
    assert reverse("case_act", args=[case.reference, "answer-request"]) in shown
    assert "Nora Northwater asks to take it to “Manager to manager”" in shown


def test_a_request_waits_for_those_who_may_answer_and_for_nobody_else(client: Client, cast: Cast) -> None:
    case = at_stage_one(cast)
    lead = cast.panel[1]
    appoint(person=lead, role="named_lead", agency=cast.nursery, at=RAISED)
    ask(cast, case, RAISED + 2 * HOUR)
    assert listed(client, lead, "requests") == [case.reference]
    others = [cast.nora, cast.sam, cast.lead, cast.outsider, cast.business_manager, cast.chair]
    others += [cast.officer(cast.care, tier) for tier in LADDER]
    for person in others:
        assert listed(client, person, "requests") == [], person.name


def test_a_request_that_nobody_is_named_for_waits_for_the_business_manager(client: Client, cast: Cast) -> None:
    case = at_stage_one(cast)
    cast.nursery.named_officers.all().delete()
    case.parties.filter(side="raising").update(first_contact=None)
    request = ask(cast, case, RAISED + 2 * HOUR)
    assert request is not None
    assert request.put_before is None
    assert listed(client, cast.business_manager, "requests") == [case.reference]
    other = a_cast("southwater")
    assert listed(client, other.business_manager, "requests") == []


def test_advice_inside_ones_agency_waits_for_the_manager_and_for_the_raiser_only(client: Client, cast: Cast) -> None:
    case = a_case(cast)
    manager = cast.officer(cast.nursery, Tier.LINE_MANAGER)
    assert listed(client, manager, "waiting") == [case.reference]
    assert listed(client, cast.nora, "waiting") == [case.reference]
    assert listed(client, cast.sam, "waiting") == []


def test_a_case_waits_for_both_sides_at_its_tier(client: Client, cast: Cast) -> None:
    case = at_stage_one(cast)
    assert listed(client, cast.nora, "waiting") == [case.reference]
    assert listed(client, cast.sam, "waiting") == [case.reference]
    assert listed(client, cast.officer(cast.nursery, Tier.LINE_MANAGER), "waiting") == []


def test_a_deputy_finds_what_waits_while_the_officer_is_away(client: Client, cast: Cast) -> None:
    record_absence(
        person=cast.officer(cast.care, Tier.LINE_MANAGER), first_day=date(2026, 4, 1), last_day=date(2026, 4, 30)
    )
    case = at_stage_one(cast)
    climb(cast, case, RAISED + 2 * HOUR)
    assert case.state == Tier.LINE_MANAGER
    assert listed(client, cast.deputy(cast.care, Tier.LINE_MANAGER), "waiting") == [case.reference]


def test_a_proposed_resolution_waits_for_the_side_that_has_not_answered(client: Client, cast: Cast) -> None:
    case = at_stage_one(cast)
    case_propose_resolution(
        case=case,
        by=cast.nora,
        at=RAISED + 2 * HOUR,
        what_changes="A visit",
        actions=some_actions(date(2026, 4, 9)),
        review_on=date(2026, 4, 30),
    )
    sams = tasks(client, cast.sam)
    assert [task.what for task in sams.waiting] == ["Answer the proposed resolution"]
    assert [task.what for task in tasks(client, cast.lead).waiting] == ["Answer the proposed resolution"]
    assert "Answer the proposed resolution" not in [task.what for task in tasks(client, cast.nora).waiting]
    assert tasks(client, cast.outsider).waiting == []


def test_a_date_to_set_stands_until_it_is_set(client: Client) -> None:
    cast = a_cast(policy="buckinghamshire")
    case = a_case(cast)
    assert listed(client, cast.sam, "dates") == [case.reference]
    assert listed(client, cast.nora, "dates") == [case.reference]
    assert tasks(client, cast.sam).number == 1
    case_set_date(case=case, by=cast.sam, at=RAISED + HOUR, due_on=date(2026, 4, 9), agreed_with="Nora")
    assert listed(client, cast.sam, "dates") == []
    assert listed(client, cast.sam, "waiting") == [case.reference]


def test_late_cases_come_first_and_are_called_late(client: Client, cast: Cast) -> None:
    late = at_stage_one(cast)
    with time_machine.travel(RAISED + timedelta(days=20), tick=False):
        fresh = a_case(cast, at=RAISED + timedelta(days=20))
        climb(cast, fresh, RAISED + timedelta(days=20, hours=1))
        client.force_login(cast.sam)
        response = client.get(HOME)
        assert [task.case.pk for task in response.context["tasks"].waiting] == [late.pk, fresh.pk]
        assert "working days late" in response.content.decode()


def test_the_chair_and_the_panel_find_what_they_decide(client: Client, cast: Cast) -> None:
    case = a_case(cast)
    case_move_at_once(case=case, by=cast.nora, at=RAISED, to_stage="5", reasons="Now")
    assert listed(client, cast.chair, "to_decide") == [case.reference]
    assert [listed(client, member, "to_decide") for member in cast.panel] == [[], [], []]
    case_convene_panel(case=case, by=cast.chair, at=RAISED + HOUR, members=cast.panel)
    assert [listed(client, member, "to_decide") for member in cast.panel] == [[case.reference]] * 3
    assert listed(client, cast.safeguarding_manager, "to_decide") == []
    assert listed(client, cast.chair, "waiting") == []


def test_the_safeguarding_manager_finds_what_they_decide(client: Client) -> None:
    cast = a_cast(policy="derbyshire-v3")
    case = a_case(cast, ground="risk")
    case_move_at_once(case=case, by=cast.nora, at=RAISED, to_stage="4a", reasons="Now")
    assert listed(client, cast.safeguarding_manager, "to_decide") == [case.reference]
    assert listed(client, cast.chair, "to_decide") == []


def test_my_cases_lists_open_ones_first_and_ended_ones_as_such(client: Client, cast: Cast) -> None:
    ended, standing = a_case(cast), at_stage_one(cast)
    climb(cast, standing, RAISED + 2 * HOUR)
    case_withdraw(case=ended, by=cast.nora, at=RAISED + HOUR, reasons="Settled")
    client.force_login(cast.nora)
    response = client.get(HOME)
    assert [case.pk for case, _ in response.context["mine"]] == [standing.pk, ended.pk]
    shown = response.content.decode()
    assert "Withdrawn" in shown
    assert "Northwater Nursery with Northwater Social Care" in shown


def test_my_cases_come_in_pages(client: Client, cast: Cast) -> None:
    for _ in range(21):
        case_withdraw(case=a_case(cast), by=cast.nora, at=RAISED, reasons="Settled")
    client.force_login(cast.nora)
    assert len(client.get(HOME).context["mine"]) == 20
    assert len(client.get(HOME, {"page": "2"}).context["mine"]) == 1
    assert client.get(HOME, {"page": "\x00"}).status_code == 200


def test_a_case_that_stands_above_is_not_listed_again(client: Client, cast: Cast) -> None:
    case = a_case(cast)
    shown = visit(client, cast.nora).content.decode()
    assert "My other cases" in shown
    assert shown.count(f'href="/cases/{case.reference}/"') == 1
    assert "You are named on no other case than those above." in shown


def test_whom_to_talk_to_is_said_to_her_who_has_written_it_all_down(client: Client, cast: Cast) -> None:
    case = a_case(cast)
    manager = cast.officer(cast.nursery, Tier.LINE_MANAGER)
    [task] = tasks(client, cast.nora).waiting
    assert (task.what, task.phone) == (f"Talk to {manager.name} today", manager.phone)
    assert f'href="tel:{manager.phone.replace(" ", "")}"' in visit(client, cast.nora).content.decode()
    [task] = tasks(client, manager).waiting
    assert (task.what, task.phone) == (f"Talk to {cast.nora.name} today and give your advice", cast.nora.phone)
    write_down(cast, case, RAISED)
    assert tasks(client, cast.nora).waiting[0].what.startswith("You have talked about it")


def test_late_ones_first_is_said_only_where_something_is_late(client: Client, cast: Cast) -> None:
    late, other = at_stage_one(cast), a_case(cast)
    assert late.pk != other.pk
    assert "late ones first" not in visit(client, cast.nora).content.decode()
    with time_machine.travel(RAISED + timedelta(days=20), tick=False):
        assert "2 cases wait for you, the late ones first." in visit(client, cast.nora).content.decode()


def test_drafts_stand_before_cases(client: Client, cast: Cast) -> None:
    a_case(cast)
    a_draft(cast)
    shown = visit(client, cast.nora).content.decode()
    assert shown.index("Drafts to finish") < shown.index("Cases waiting for your side")


def test_drafts_are_shown_to_their_author_only(client: Client, cast: Cast) -> None:
    draft = a_draft(cast)
    assert str(draft.uuid) in visit(client, cast.nora).content.decode()
    assert str(draft.uuid) not in visit(client, cast.officer(cast.nursery, Tier.DIRECTOR)).content.decode()


def test_the_business_manager_sees_what_is_new_on_the_register(client: Client, cast: Cast) -> None:
    hidden, shown = a_case(cast), a_case(cast)
    case_move_at_once(case=shown, by=cast.nora, at=RAISED, to_stage="3", reasons="Now")
    page = visit(client, cast.business_manager).content.decode()
    assert str(shown.reference) in page
    assert str(hidden.reference) not in page
    assert reverse("register") in page
    with time_machine.travel(RAISED + timedelta(days=15), tick=False):
        assert "Nothing has come on the register" in visit(client, cast.business_manager).content.decode()


def test_a_restricted_case_stands_on_no_page_but_of_those_named(client: Client, cast: Cast) -> None:
    case = a_case(cast, restricted=True)
    case_move_at_once(case=case, by=cast.nora, at=RAISED, to_stage="3", reasons="Now")
    reference = str(case.reference)
    assert reference in visit(client, cast.nora).content.decode()
    for person in (cast.business_manager, cast.lead, cast.auditor, cast.outsider):
        assert reference not in visit(client, person).content.decode(), person.name


def test_another_partnerships_cases_never_show(client: Client, cast: Cast) -> None:
    other = a_cast("southwater")
    case = a_case(other)
    case_move_at_once(case=case, by=other.nora, at=RAISED, to_stage="5", reasons="Now")
    for person in (cast.nora, cast.chair, cast.business_manager, cast.officer(cast.care, Tier.DIRECTOR)):
        assert "SOUTHW-" not in visit(client, person).content.decode()

"""What all act pages have in common: who gets them, how often they act, what nasty input does to them."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from agencies.tiers import Tier
from cases.forms.act_form import ActForm
from cases.models import Case, CaseRead
from cases.permissions import ACTS
from cases.services import case_withdraw
from cases.views.acts import FORMS
from tests.cases.act_pages import NOW, address, done, error_list, folded, linked, open_page, send
from tests.cases.cast import RAISED, Cast, a_case, a_cast
from tests.cases.journeys import climb

pytestmark = pytest.mark.django_db
VIEW: Mapping[str, Any] = {"view": "The child is not safe."}


@pytest.fixture
def cast() -> Cast:
    return a_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    case = a_case(cast)
    climb(cast, case, RAISED + timedelta(minutes=5))
    return case


def without_token(response: Any) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


def test_every_act_has_a_page() -> None:
    assert {form.code for form in FORMS.values()} == set(ACTS)
    assert all(act == form.code.replace("_", "-") for act, form in FORMS.items())
    assert all(issubclass(form, ActForm) and form.kinds for form in FORMS.values())


def test_hidden_case_looks_like_no_case_on_every_act_page(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.outsider)
    missing = without_token(client.get("/cases/NORTHW-2026-9999/give-view/"))
    for act in (*FORMS, "nonsense"):
        for response in (client.get(address(case, act)), client.post(address(case, act), VIEW)):
            assert response.status_code == 404
            assert without_token(response) == missing
    assert not CaseRead.objects.filter(person=cast.outsider).exists()


def test_unknown_act_is_not_found(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.nora)
    assert client.get(address(case, "close")).status_code == 404


def test_auditor_gets_the_reason_on_every_page_and_changes_nothing(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.auditor)
    before = case.entries.count()
    for act in FORMS:
        for response in (client.get(address(case, act)), client.post(address(case, act), VIEW)):
            assert response.status_code in {403, 409}
    refused = client.get(address(case, "give-view"))
    assert refused.status_code == 403
    assert "Only the people who act for an agency in this disagreement can do this." in refused.content.decode()
    assert case.entries.count() == before


def test_wrong_state_is_named(client: Client, cast: Cast, case: Case) -> None:
    case_withdraw(case=case, by=cast.nora, at=NOW, reasons="Settled.")
    client.force_login(cast.nora)
    response = client.get(address(case, "give-view"))
    assert response.status_code == 409
    assert "The case is withdrawn." in response.content.decode()


def test_page_sent_three_times_has_one_effect(client: Client, cast: Cast, case: Case) -> None:
    page = open_page(client, cast.nora, case, "give-view")
    before = case.entries.count()
    assert done(send(client, cast.nora, case, "give-view", VIEW, page=page), case)
    for _ in range(2):
        again = send(client, cast.nora, case, "give-view", VIEW, page=page)
        assert "it was not done a second time" in error_list(again)[0]
        assert "The child is not safe." in folded(again)
    assert case.entries.count() == before + 1


def test_what_is_something_else_can_be_sent_from_the_page_that_was_shown_again(
    client: Client, cast: Cast, case: Case
) -> None:
    page = open_page(client, cast.nora, case, "give-view")
    send(client, cast.nora, case, "give-view", VIEW, page=page)
    shown_again = folded(send(client, cast.nora, case, "give-view", {"view": "And this."}, page=page))
    assert done(send(client, cast.nora, case, "give-view", {"view": "And this."}, page=shown_again), case)


def test_ending_sent_twice_goes_back_to_the_case(client: Client, cast: Cast, case: Case) -> None:
    page = open_page(client, cast.nora, case, "withdraw")
    for _ in range(2):
        assert done(send(client, cast.nora, case, "withdraw", {"reasons": "Settled."}, page=page), case)
    assert case.entries.filter(kind="case.withdrawn").count() == 1


def test_page_opened_at_a_stage_that_was_left_is_not_sent(client: Client, cast: Cast, case: Case) -> None:
    page = open_page(client, cast.sam, case, "give-view")
    climb(cast, case, NOW)
    response = send(client, cast.sam, case, "give-view", VIEW, page=page)
    assert "The case has come to the stage “Manager to manager” since you opened this page." in error_list(response)[0]
    assert done(send(client, cast.sam, case, "give-view", VIEW, page=folded(response)), case)


def test_looking_at_an_act_page_is_recorded(client: Client, cast: Cast, case: Case) -> None:
    open_page(client, cast.nora, case, "withdraw")
    assert CaseRead.objects.get(case=case).page == "withdraw"


NASTY: Mapping[str, Any] = {
    "nul": "a\x00b",
    "turned": "a\u202eb",
    "huge": "x" * 100_000,
    "percent": "%s %d %(x)s {0}",
    "html": "<script>alert(1)</script>",
    "blank": "   ",
    "no text": b"\xff\xfe\xc3\x28",
    "year 9999": "9999",
    "year 1": "1",
}
FIELDS: Mapping[str, tuple[str, ...]] = {
    "give-view": ("wanted", "evidence_0_what", "evidence_0_source", "evidence_19_what", "evidence_99_what"),
    "record-discussion": ("held_on_year", "held_on_month", "held_time", "how", "people", "summary", "outcome"),
    "extend-date": ("due_on_year", "due_on_day", "reasons"),
    "ask-to-escalate": ("to_stage", "reasons", "ask"),
    "move-at-once": ("to_stage", "risk", "done"),
    "propose-resolution": (
        "what_changes",
        "actions_0_what",
        "actions_0_who",
        "actions_0_by_when_year",
        "review_on_year",
    ),
}
HIDDEN = ("stage", "seen", "add")


@pytest.mark.parametrize("act", FIELDS)
def test_nasty_input_does_nothing_and_never_breaks_the_page(client: Client, cast: Cast, case: Case, act: str) -> None:
    page = open_page(client, cast.nora, case, act)
    before = case.entries.count()
    for field in (*FIELDS[act], *HIDDEN):
        for nasty in NASTY.values():
            response = send(client, cast.nora, case, act, {field: nasty}, page=page)
            assert response.status_code == 200, (field, nasty[:20])
            assert all(linked(response))
            assert "<script>alert" not in folded(response)
    assert case.entries.count() == before


@pytest.mark.parametrize("nasty", ["nul", "turned", "huge"])
def test_error_of_nasty_text_names_its_field(client: Client, cast: Cast, case: Case, nasty: str) -> None:
    response = send(client, cast.nora, case, "withdraw", {"reasons": NASTY[nasty]})
    [error] = error_list(response)
    assert error.startswith("Why do you withdraw it, and how is the child safe now:")


def test_hidden_fields_of_another_case_do_nothing(client: Client, cast: Cast, case: Case) -> None:
    other = a_cast("southwater")
    foreign = a_case(other)
    case_extend = {"due_on_day": "20", "due_on_month": "4", "due_on_year": "2026", "reasons": "x"}
    response = send(client, cast.nora, case, "extend-date", {**case_extend, "case": foreign.pk, "reference": "x"})
    assert done(response, case)
    assert case.extensions.count() == 1
    assert foreign.extensions.count() == 0


def test_rule_broken_in_the_service_is_shown_with_what_was_typed(client: Client, cast: Cast, case: Case) -> None:
    typed = {"due_on_day": "13", "due_on_month": "4", "due_on_year": "2026", "reasons": "Why"}
    response = send(client, cast.sam, case, "extend-date", typed, at=NOW + timedelta(minutes=1))
    assert error_list(response) == ["The new date must be later than 13 April 2026."]
    assert 'value="13"' in folded(response)


def test_pages_have_one_heading_and_no_identifier_in_the_title(client: Client, cast: Cast, case: Case) -> None:
    for act in ("give-view", "record-discussion", "ask-to-escalate", "move-at-once", "propose-resolution", "withdraw"):
        page = open_page(client, cast.nora, case, act)
        assert page.count("<h1") == 1
        title = page[page.index("<title>") : page.index("</title>")]
        assert case.reference is not None
        assert case.reference in title
        assert "AB" not in title.replace(case.reference, "")


def test_manager_answers_for_the_tier_they_hold(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.officer(cast.care, Tier.LINE_MANAGER))
    assert client.get(address(case, "answer-request")).status_code == 404

"""Proposing, answering, convening, deciding, withdrawing and reopening through their pages."""

from datetime import timedelta

import pytest
from django.test import Client

from cases.models import Case, Decision, Resolution
from cases.services import case_give_view, case_move_at_once
from tests.cases.act_pages import NOW, address, done, error_list, folded, open_page, send
from tests.cases.cast import RAISED, Cast, a_case, a_cast
from tests.cases.journeys import climb

pytestmark = pytest.mark.django_db

REVIEW = {"review_on_day": "1", "review_on_month": "5", "review_on_year": "2026"}
ACTION = {
    "actions_0_what": "Visit the family at home",
    "actions_0_who": "Social worker",
    "actions_0_by_when_day": "20",
    "actions_0_by_when_month": "April",
    "actions_0_by_when_year": "2026",
}
PROPOSAL = {"what_changes": "An assessment begins.", **ACTION, **REVIEW}


@pytest.fixture
def cast() -> Cast:
    return a_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    case = a_case(cast)
    climb(cast, case, RAISED + timedelta(minutes=5))
    return case


@pytest.fixture
def referred(cast: Cast, case: Case) -> Case:
    """Before the partnership, at the last stage."""
    case_give_view(case=case, by=cast.sam, at=NOW, view="We assessed it and found no risk.")
    case_move_at_once(case=case, by=cast.nora, at=NOW, to_stage="5", reasons="In hospital.")
    case.refresh_from_db()
    return case


def test_proposal_is_answered_and_resolves_the_case(client: Client, cast: Cast, case: Case) -> None:
    assert done(send(client, cast.nora, case, "propose-resolution", PROPOSAL), case)
    page = open_page(client, cast.sam, case, "answer-resolution")
    for words in ("An assessment begins.", "Visit the family at home", "Monday 20 April 2026", "Friday 1 May 2026"):
        assert words in page
    assert done(send(client, cast.sam, case, "answer-resolution", {"agrees": "yes"}, page=page), case)
    case.refresh_from_db()
    assert case.state == "resolved"


def test_proposal_needs_an_action_with_person_and_date(client: Client, cast: Cast, case: Case) -> None:
    response = send(client, cast.nora, case, "propose-resolution", {"what_changes": "Much.", **REVIEW})
    assert error_list(response) == [
        "Action 1: what is to be done: enter an answer.",
        "Action 1: who does it: enter an answer.",
        "Action 1: by when: enter a date.",
    ]
    half = {**PROPOSAL, "actions_2_what": "Ring the school"}
    response = send(client, cast.nora, case, "propose-resolution", half)
    assert error_list(response) == [
        "Action 3: who does it: enter an answer.",
        "Action 3: by when: enter an answer.",
    ]
    assert "Ring the school" in folded(response)
    assert not Resolution.objects.exists()


def test_natural_end_needs_its_cause_and_a_manager(client: Client, cast: Cast, case: Case) -> None:
    typed = {**PROPOSAL, "overtaken": "on"}
    response = send(client, cast.nora, case, "propose-resolution", typed)
    assert error_list(response) == ["What lay beneath the disagreement: say it, so that it is dealt with."]
    response = send(client, cast.nora, case, "propose-resolution", {**typed, "cause": "No shared threshold."})
    assert error_list(response) == [
        "When events have settled the matter, a manager or safeguarding lead records the cause."
    ]


def test_refusal_needs_reasons_and_leaves_the_case_open(client: Client, cast: Cast, case: Case) -> None:
    send(client, cast.nora, case, "propose-resolution", PROPOSAL)
    response = send(client, cast.sam, case, "answer-resolution", {"agrees": "no"})
    assert error_list(response) == ["Your reasons: say why you do not agree."]
    assert done(send(client, cast.sam, case, "answer-resolution", {"agrees": "no", "reasons": "Too late."}), case)
    case.refresh_from_db()
    assert case.state == "professional"


def test_answer_to_a_proposal_that_was_replaced_is_not_taken(client: Client, cast: Cast, case: Case) -> None:
    send(client, cast.nora, case, "propose-resolution", PROPOSAL)
    page = open_page(client, cast.sam, case, "answer-resolution")
    Resolution.objects.update(status=Resolution.Status.REFUSED)
    send(
        client,
        cast.nora,
        case,
        "propose-resolution",
        {**PROPOSAL, "what_changes": "Something else."},
        at=NOW + timedelta(1),
    )
    response = send(client, cast.sam, case, "answer-resolution", {"agrees": "yes"}, page=page)
    assert error_list(response) == [
        "What you were answering has been answered or overtaken since you opened this page."
    ]
    assert Resolution.objects.get(status=Resolution.Status.PROPOSED).agreements.count() == 1


def test_panel_is_chosen_from_the_pool_with_their_agencies(client: Client, cast: Cast, referred: Case) -> None:
    page = open_page(client, cast.business_manager, referred, "convene-panel")
    assert "members from <strong>3 agencies</strong>" in page
    for member, agency in zip(cast.panel, (cast.police, cast.health, cast.care), strict=True):
        assert f"{member.name}, {agency.name}" in page
    two = {"members": [str(member.pk) for member in cast.panel[:2]]}
    response = send(client, cast.business_manager, referred, "convene-panel", two)
    assert error_list(response) == ["The policy asks for a panel from 3 agencies; these members come from 2."]
    three = {"members": [str(member.pk) for member in cast.panel]}
    assert done(send(client, cast.business_manager, referred, "convene-panel", three), referred)
    assert referred.entries.filter(kind="panel.convened").count() == 1


def test_nobody_outside_the_pool_can_be_chosen(client: Client, cast: Cast, referred: Case) -> None:
    response = send(client, cast.business_manager, referred, "convene-panel", {"members": [str(cast.sam.pk)]})
    assert error_list(response)[0].startswith("Who sits on the panel:")


def test_decider_reads_both_sides_and_records_the_decision(client: Client, cast: Cast, referred: Case) -> None:
    page = open_page(client, cast.chair, referred, "decide")
    assert "We assessed it and found no risk." in page
    assert "The child is not safe." in page
    outcome = referred.stage.outcomes[0]
    assert outcome.name in page
    typed = {"outcome": outcome.code, "reasons": "The register weighs more.", **PROPOSAL}
    assert done(send(client, cast.chair, referred, "decide", typed, page=page), referred)
    decision = Decision.objects.get(case=referred)
    assert (decision.decided_by, decision.reasons) == (cast.chair, "The register weighs more.")
    assert decision.actions.get().who == "Social worker"


def test_decision_that_ends_the_case_needs_an_action_and_a_review(client: Client, cast: Cast, referred: Case) -> None:
    typed = {"outcome": referred.stage.outcomes[0].code, "reasons": "x", "what_changes": "y"}
    response = send(client, cast.chair, referred, "decide", typed)
    assert error_list(response) == [
        "Action 1: say who does what by when, because this decision ends the case.",
        "When is this reviewed: enter a date, because this decision ends the case.",
    ]


def test_decision_that_sends_on_needs_neither(client: Client) -> None:
    cast = a_cast(policy="derbyshire-v3")
    case = a_case(cast, ground="risk")
    for _ in range(3):
        climb(cast, case, NOW)
    assert case.stage_code == "4a"
    typed = {"outcome": "no_conference", "reasons": "The risk is lower.", "what_changes": "The leads meet."}
    assert done(send(client, cast.safeguarding_manager, case, "decide", typed), case)
    case.refresh_from_db()
    assert case.stage_code == "4b"


def test_case_is_withdrawn_and_reopened_with_reasons(client: Client, cast: Cast, case: Case) -> None:
    assert error_list(send(client, cast.nora, case, "withdraw", {"reasons": " "})) == [
        "Why do you withdraw it, and how is the child safe now: enter an answer."
    ]
    assert done(send(client, cast.nora, case, "withdraw", {"reasons": "Settled."}), case)
    assert done(send(client, cast.sam, case, "reopen", {"reasons": "It came back."}), case)
    case.refresh_from_db()
    assert (case.state, case.stage_code) == ("professional", "1")


def test_only_the_raising_side_withdraws(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.sam)
    response = client.get(address(case, "withdraw"))
    assert response.status_code == 403
    assert "Only the person who raised it, or their managers, can withdraw it." in response.content.decode()


def test_open_case_cannot_be_reopened(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.nora)
    response = client.get(address(case, "reopen"))
    assert response.status_code == 409
    assert "The case is open, at the stage “Professional to professional”." in response.content.decode()

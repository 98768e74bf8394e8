"""Giving a view and recording a discussion through their pages."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from cases.models import Case
from cases.services.escalating import lacking_records
from tests.cases.act_pages import NOW, done, error_list, folded, open_page, send
from tests.cases.cast import RAISED, Cast, a_case, a_cast
from tests.cases.journeys import climb

pytestmark = pytest.mark.django_db

TALK = {
    "held_on_day": "2",
    "held_on_month": "4",
    "held_on_year": "2026",
    "held_time": "11:15",
    "how": "By telephone",
    "people": "Nora and Sam",
    "summary": "We differ about the risk.",
}


@pytest.fixture
def cast() -> Cast:
    return a_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    case = a_case(cast)
    climb(cast, case, RAISED + timedelta(minutes=5))
    return case


def test_view_is_put_on_the_record_with_its_evidence(client: Client, cast: Cast, case: Case) -> None:
    typed = {
        "view": "We see no risk.",
        "evidence_1_what": "Visited twice",
        "evidence_1_source": "Case notes",
        "wanted": "Close it.",
    }
    assert done(send(client, cast.sam, case, "give-view", typed), case)
    entry = case.entries.filter(kind="view.given").latest("number")
    assert entry.by == cast.sam
    assert entry.agency == cast.care
    assert entry.content == {
        "view": "We see no risk.",
        "evidence": [{"what": "Visited twice", "source": "Case notes"}],
        "wanted": "Close it.",
    }


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"evidence_0_what": "Late"}, "Evidence 1: where it comes from: enter an answer."),
        ({"evidence_2_source": "Register"}, "Evidence 3: what you know: enter an answer."),
    ],
)
def test_evidence_needs_its_source_and_the_other_way_round(
    client: Client, cast: Cast, case: Case, typed: dict[str, str], error: str
) -> None:
    response = send(client, cast.nora, case, "give-view", {"view": "Unsafe.", **typed})
    assert error_list(response) == [error]
    assert "Unsafe." in folded(response)


def test_another_row_of_evidence_keeps_what_is_typed_and_checks_nothing(client: Client, cast: Cast, case: Case) -> None:
    page = open_page(client, cast.nora, case, "give-view")
    assert 'name="evidence_3_what"' not in page
    typed = {"evidence_0_what": "Late on six days", "view": "", "add": "1"}
    more = folded(send(client, cast.nora, case, "give-view", typed, page=page))
    assert "Late on six days" in more
    assert 'name="evidence_3_what"' in more
    assert 'name="evidence_4_what"' not in more
    assert "There is a problem" not in more
    typed = {"evidence_3_what": "And now", "evidence_3_source": "Register", "view": "Unsafe.", "add": "1"}
    assert 'name="evidence_4_what"' in folded(send(client, cast.nora, case, "give-view", typed, page=more))


def test_rows_end_somewhere(client: Client, cast: Cast, case: Case) -> None:
    response = folded(send(client, cast.nora, case, "give-view", {"evidence_98_what": "x", "add": "1"}))
    assert 'name="evidence_19_what"' in response
    assert 'name="evidence_20_what"' not in response
    assert "Add another" not in response


def test_discussion_is_recorded_with_the_moment_at_which_it_was_held(client: Client, cast: Cast, case: Case) -> None:
    assert done(send(client, cast.nora, case, "record-discussion", TALK), case)
    content = case.entries.latest("number").content
    assert content["held_at"] == "2026-04-02T11:15:00+01:00"
    assert (content["how"], content["who"]) == ("By telephone", "Nora and Sam")


def test_discussion_that_is_still_to_come_cannot_be_recorded(client: Client, cast: Cast, case: Case) -> None:
    response = send(client, cast.nora, case, "record-discussion", {**TALK, "held_time": "12:01"})
    assert error_list(response) == ["At what time: this is still to come. Record a discussion after it was held."]
    tomorrow = send(client, cast.nora, case, "record-discussion", {**TALK, "held_on_day": "3"})
    assert error_list(tomorrow) == ["When did you talk: enter Thursday 2 April 2026 or an earlier day."]


def test_policys_questions_are_asked_and_their_answers_kept(client: Client) -> None:
    cast = a_cast(policy="derbyshire-v3")
    case = a_case(cast)
    page = open_page(client, cast.nora, case, "record-discussion")
    prompts = case.stage.prompts
    for number, _ in enumerate(prompts):
        assert f'name="prompt_{number}"' in page
    assert "Strong emotions" in page
    assert '<details class="govuk-details"> <summary class="govuk-details__summary"> ' in page
    assert "The policy’s 11 questions (optional)" in page
    typed = {**TALK, "prompt_1": "Only we have the register.", "prompt_99": "Not asked"}
    assert done(send(client, cast.nora, case, "record-discussion", typed), case)
    assert case.entries.latest("number").content["prompts"] == [
        {"prompt": prompts[1], "answer": "Only we have the register."}
    ]


def test_missing_answers_are_listed_by_name(client: Client, cast: Cast, case: Case) -> None:
    response = send(client, cast.nora, case, "record-discussion", {}, at=NOW)
    assert error_list(response) == [
        "When did you talk: enter a date.",
        "At what time: enter an answer.",
        "How did you talk: choose an answer.",
        "Who took part: enter an answer.",
        "What was said: enter an answer.",
    ]


def test_many_questions_are_folded_away_unless_one_was_answered(client: Client) -> None:
    cast = a_cast(policy="derbyshire-v3")
    case = a_case(cast)
    assert "open>" not in open_page(client, cast.nora, case, "record-discussion")
    response = send(client, cast.nora, case, "record-discussion", {"prompt_3": "What the father knows."})
    page = folded(response)
    assert '<details class="govuk-details" open>' in page
    assert "What the father knows." in page


def test_attempt_that_nobody_answered_is_a_discussion_too(client: Client, cast: Cast, case: Case) -> None:
    page = open_page(client, cast.nora, case, "record-discussion")
    assert "If nobody answered, record what you tried: when, how, whom." in page
    typed = {**TALK, "how": "Tried, nobody answered", "summary": "Rang twice, left word."}
    assert done(send(client, cast.nora, case, "record-discussion", typed), case)
    assert case.entries.latest("number").content["how"] == "Tried, nobody answered"
    assert lacking_records(case) == []


def test_advice_does_not_ask_again_what_raising_has_answered(client: Client, cast: Cast) -> None:
    case = a_case(cast)
    page = open_page(client, cast.nora, case, "record-discussion")
    assert page.count("Record the advice") == 2, "title and heading"
    assert "Put the advice on the record" in page
    beside = page[page.index("Answered when it was raised") :]
    for words in (
        "The referral was closed",
        "An assessment within the week.",
        "Collected late on six days (source: Nur",
    ):
        assert words in beside
    # What was left empty when raising is asked.
    assert re.findall(r'name="(prompt_[0-9])"', page) == ["prompt_1"]
    assert done(send(client, cast.nora, case, "record-discussion", {**TALK, "prompt_1": "Two calls."}), case)
    assert case.entries.latest("number").content["prompts"] == [
        {"prompt": case.stage.prompts[1], "answer": "Two calls."}
    ]

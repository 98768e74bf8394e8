"""Asking to escalate, answering the request, moving at once, and the dates, through their pages."""

from datetime import date, timedelta

import pytest
from django.test import Client

from agencies.models import Person
from agencies.services import appoint
from agencies.tiers import Tier
from cases.models import Answer, Case
from cases.services import case_return
from cases.sweep import sweep
from tests.cases.act_pages import NOW, address, done, error_list, folded, hidden_inputs, open_page, send
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_person
from tests.cases.journeys import ask, climb, write_down

pytestmark = pytest.mark.django_db
DATE = {"due_on_day": "10", "due_on_month": "4", "due_on_year": "2026", "agreed_with": "Sam, social care"}


@pytest.fixture
def cast() -> Cast:
    return a_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    case = a_case(cast)
    climb(cast, case, RAISED + timedelta(minutes=5))
    return case


@pytest.fixture
def manager(cast: Cast) -> Person:
    return cast.officer(cast.nursery, Tier.LINE_MANAGER)


def test_page_names_the_approver_before_the_request_is_sent(
    client: Client, cast: Cast, case: Case, manager: Person
) -> None:
    write_down(cast, case, NOW)
    page = open_page(client, cast.nora, case, "ask-to-escalate")
    assert f"Your request is put before <strong>{manager.name}</strong>" in page
    assert "The case would go to <strong>2. Manager to manager</strong>" in page
    response = send(client, cast.nora, case, "ask-to-escalate", {"reasons": "Not settled."}, page=page)
    assert done(response, case)
    assert case.requests.get().put_before == manager


def test_named_lead_can_be_asked_instead(client: Client, cast: Cast, case: Case) -> None:
    lead = a_person("Lou Northwater")
    appoint(person=lead, role="named_lead", agency=cast.nursery, at=RAISED)
    write_down(cast, case, NOW)
    typed = {"reasons": "Not settled.", "ask": str(lead.pk)}
    assert done(send(client, cast.nora, case, "ask-to-escalate", typed), case)
    assert case.requests.get().put_before == lead


def test_nobody_but_the_leads_shown_can_be_asked(client: Client, cast: Cast, case: Case) -> None:
    appoint(person=a_person("Lou Northwater"), role="named_lead", agency=cast.nursery, at=RAISED)
    write_down(cast, case, NOW)
    typed = {"reasons": "Not settled.", "ask": str(cast.lead.pk)}
    response = send(client, cast.nora, case, "ask-to-escalate", typed)
    assert error_list(response)[0].startswith("Who should answer the request: choose one of the answers")
    assert not case.requests.exists()


def test_stage_without_approval_goes_at_once(client: Client, cast: Cast) -> None:
    case = a_case(cast)
    write_down(cast, case, NOW)
    page = open_page(client, cast.nora, case, "ask-to-escalate")
    assert "It goes at once: from this stage the policy asks for nobody’s approval." in page
    assert page.count("Go to 1. Professional to professional") == 3, "title, heading and button"
    assert done(send(client, cast.nora, case, "ask-to-escalate", {"reasons": "Worried."}, page=page), case)
    case.refresh_from_db()
    assert case.stage_code == "1"


def test_record_that_the_policy_wants_first_is_named_with_its_page(client: Client, cast: Cast, case: Case) -> None:
    page = open_page(client, cast.nora, case, "ask-to-escalate")
    assert f'href="{address(case, "record-discussion")}">Record a discussion</a>' in page
    assert page.index("Record a discussion</a>") < page.index("Why has this stage not settled it?")
    assert "If nobody answered, record what you tried: when, how, whom." in page
    response = send(client, cast.nora, case, "ask-to-escalate", {"reasons": "Not settled."}, page=page)
    assert error_list(response) == ["The policy wants the discussion on the record of this stage first."]
    assert "Not settled." in folded(response)


def test_confirmations_have_to_be_ticked(client: Client) -> None:
    cast = a_cast(policy="buckinghamshire")
    case = a_case(cast)
    write_down(cast, case, NOW)
    confirmations = case.stage.confirmations
    one = {"reasons": "Not settled.", "confirm_0": "on"}
    response = send(client, cast.nora, case, "ask-to-escalate", one)
    assert error_list(response) == [f"Confirm before you ask: {confirmations[1]}".replace("'", "&#x27;")]
    assert done(send(client, cast.nora, case, "ask-to-escalate", {**one, "confirm_1": "on"}), case)
    asked = case.entries.get(kind="escalation.asked")
    assert asked.content["confirmed"] == list(confirmations)


def test_ground_decides_where_the_request_leads(client: Client) -> None:
    cast = a_cast(policy="derbyshire-v3")
    case = a_case(cast, ground="resources")
    climb(cast, case, NOW)
    climb(cast, case, NOW)
    assert case.stage_code == "3"
    page = open_page(client, cast.nora, case, "ask-to-escalate")
    assert "4b. Agency leadership" in page
    assert hidden_inputs(page)["to_stage"] == "4b"
    write_down(cast, case, NOW)
    response = send(client, cast.nora, case, "ask-to-escalate", {"reasons": "x", "to_stage": "4a"}, page=page)
    assert response.status_code == 200


def test_manager_sees_the_request_and_approves_it(client: Client, cast: Cast, case: Case, manager: Person) -> None:
    ask(cast, case, NOW)
    page = open_page(client, manager, case, "answer-request")
    assert "To go to “2. Manager to manager”" in page
    assert "1 view, 1 discussion." in page
    assert f"Discussion recorded</a>, {cast.nora.name}, Thursday 2 April 2026 at 12:00" in page
    assert "Returned before at this stage" not in page
    assert "Why (needed when you return it) </label>" in page
    assert done(send(client, manager, case, "answer-request", {"answer": "approve"}, page=page), case)
    case.refresh_from_db()
    assert case.stage_code == "2"


def test_returned_request_needs_reasons_and_what_is_missing(
    client: Client, cast: Cast, case: Case, manager: Person
) -> None:
    ask(cast, case, NOW)
    response = send(client, manager, case, "answer-request", {"answer": "return"})
    assert error_list(response) == [
        "Why: say why you return the request.",
        "What is missing: say what is missing.",
    ]
    typed = {"answer": "return", "reasons": "Too soon.", "missing": "A second source."}
    assert done(send(client, manager, case, "answer-request", typed), case)
    assert case.requests.get().answer == Answer.RETURNED


def test_person_who_asked_cannot_answer(client: Client, cast: Cast, case: Case) -> None:
    ask(cast, case, NOW)
    client.force_login(cast.nora)
    response = client.post(address(case, "answer-request"), {"answer": "approve"})
    assert response.status_code == 403
    assert "You asked for this yourself" in response.content.decode()


def test_request_of_another_case_cannot_be_answered_from_here(
    client: Client, cast: Cast, case: Case, manager: Person
) -> None:
    other = a_case(cast)
    climb(cast, other, NOW)
    foreign = ask(cast, other, NOW)
    assert foreign is not None
    ask(cast, case, NOW)
    response = send(client, manager, case, "answer-request", {"answer": "approve", "request": str(foreign.pk)})
    assert error_list(response) == [
        "What you were answering has been answered or overtaken since you opened this page."
    ]
    foreign.refresh_from_db()
    assert foreign.answer == Answer.WAITING


def test_immediate_risk_moves_the_case_and_tells_whom_to_ring(client: Client, cast: Cast, case: Case) -> None:
    page = open_page(client, cast.nora, case, "move-at-once")
    assert "Ring first." in page
    assert 'Ring <a class="govuk-link" href="tel:999">999</a>. Then ring children&#x27;s social care.' in page
    assert "govuk-button--warning" in page
    typed = {"to_stage": "4", "risk": "Hit last night.", "done": "Rang 999 at 10:40."}
    assert done(send(client, cast.nora, case, "move-at-once", typed, page=page), case)
    case.refresh_from_db()
    assert case.stage_code == "4"
    entry = case.entries.get(kind="case.moved_at_once")
    assert entry.content["reasons"] == "Hit last night.\n\nWhat has been done: Rang 999 at 10:40."


def test_case_moves_at_once_to_later_stages_only(client: Client, cast: Cast, case: Case) -> None:
    typed = {"to_stage": "pre", "risk": "x", "done": "x"}
    response = send(client, cast.nora, case, "move-at-once", typed)
    assert error_list(response)[0].startswith("To which stage: choose one of the answers")


def test_date_is_set_where_the_policy_gives_none(client: Client) -> None:
    cast = a_cast(policy="buckinghamshire")
    case = a_case(cast)
    page = open_page(client, cast.sam, case, "set-date")
    assert "No date agreed yet" in page
    assert "Tuesday 7 April 2026" in page, "Easter Monday is no working day"
    assert "Monday 6 April 2026" not in page
    assert done(send(client, cast.sam, case, "set-date", DATE, page=page), case)
    case.refresh_from_db()
    assert case.due_at is not None
    assert case.due_at.date() == date(2026, 4, 10)


def test_date_that_is_known_is_extended_with_a_reason(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.sam)
    assert client.get(address(case, "set-date")).status_code == 409
    later = {**DATE, "due_on_day": "20"}
    response = send(client, cast.sam, case, "extend-date", later)
    assert error_list(response) == ["Why is more time needed, and how is the child safe meanwhile: enter an answer."]
    assert done(send(client, cast.sam, case, "extend-date", {**later, "reasons": "Sam is ill."}), case)
    assert case.entries.latest("number").content["reasons"] == "Sam is ill."
    assert case.entries.latest("number").kind == "date.extension_asked"


@pytest.mark.parametrize(
    ("day", "error"),
    [
        ("11", "Saturday 11 April 2026 is not a working day. Enter the next working day, Monday 13 April 2026"),
        ("3", "Friday 3 April 2026 (Good Friday) is not a working day. Enter the next working day, Tuesday 7 April"),
    ],
)
def test_day_on_which_nobody_works_is_refused_with_the_next_one(client: Client, day: str, error: str) -> None:
    cast = a_cast(policy="buckinghamshire")
    case = a_case(cast)
    response = send(client, cast.sam, case, "set-date", {**DATE, "due_on_day": day})
    assert error_list(response)[0].startswith(error)
    assert error_list(response)[0].endswith("or an earlier one.")
    assert not case.entries.filter(kind="date.set").exists()


def test_own_advice_is_agreed_inside_and_the_shared_clock_ahead_is_shown(client: Client, cast: Cast) -> None:
    page = open_page(client, cast.nora, a_case(cast), "set-date")
    assert "With whom did you agree it?" in page
    assert "on the other side" not in page
    assert (
        "No later than Monday 13 April 2026: “1. Professional to professional” and “2. Manager to manager” "
        "are over then (5 working days from the issue being raised" in page
    )


def test_no_clock_ahead_where_the_policy_has_none(client: Client) -> None:
    cast = a_cast(policy="buckinghamshire")
    page = open_page(client, cast.nora, a_case(cast), "set-date")
    assert "No later than" not in page
    assert "With whom on the other side did you agree it?" in page


def test_second_approver_reads_why_the_first_returned_it(
    client: Client, cast: Cast, case: Case, manager: Person
) -> None:
    request = ask(cast, case, NOW)
    assert request is not None
    case_return(request=request, by=manager, at=NOW, reasons="<b>Too soon</b>", missing="A second source.")
    second = ask(cast, case, NOW)
    assert second is not None
    assert second.put_before is not None
    page = open_page(client, second.put_before, case, "answer-request")
    assert f"{manager.name} returned a request to go to “2. Manager to manager” on Thursday 2 April 2026." in page
    assert "<strong>Why:</strong> &lt;b&gt;Too soon&lt;/b&gt;" in page
    assert "<strong>Missing:</strong> A second source." in page


def test_request_of_the_clock_says_when_time_ran_out_and_why_they_decide(
    client: Client, cast: Cast, case: Case, manager: Person
) -> None:
    later = RAISED + timedelta(days=12)
    sweep(at=later)
    page = open_page(client, manager, case, "answer-request", at=later)
    assert "<strong>Time ran out on Monday 13 April 2026.</strong> You decide, because you were named as own" in page
    assert "0 views, 0 discussions" in page
    assert "Not there, though the policy wants it: a discussion." in page


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"due_on_year": "9999"}, "Friday 2 April 2027 or an earlier day."),
        ({"due_on_year": "0001"}, "Thursday 2 April 2026 or a later day."),
        ({"due_on_day": "1"}, "Thursday 2 April 2026 or a later day."),
        ({"due_on_day": "31"}, "there is no such day in that month."),
        ({"due_on_month": "13"}, "the month must be a number from 1 to 12."),
        ({"due_on_day": "ten"}, "the day must be a number from 1 to 31."),
    ],
)
def test_impossible_date_is_kept_and_explained(
    client: Client, cast: Cast, case: Case, typed: dict[str, str], error: str
) -> None:
    response = send(client, cast.nora, case, "extend-date", {**DATE, "reasons": "x", **typed})
    assert len(error_list(response)) == 1
    assert error_list(response)[0].endswith(error)
    assert f'value="{next(iter(typed.values()))}"' in folded(response)

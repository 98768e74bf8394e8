"""The case page: where it stands, who is next, how long is left."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.models.query import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.models import Person
from agencies.services import record_absence
from agencies.tiers import Tier
from cases.models import Case, CaseRead, RecordEntry
from cases.services import (
    case_answer_resolution,
    case_ask_to_escalate,
    case_give_view,
    case_move_at_once,
    case_propose_resolution,
    case_withdraw,
)
from tests.cases.cast import RAISED, Cast, a_case, a_cast, some_actions
from tests.cases.journeys import ask, climb

pytestmark = pytest.mark.django_db
NOW = RAISED + timedelta(hours=2)


def see(client: Client, person: Person, case: Case, at: Any = NOW) -> str:
    """The case page as the person sees it at the moment `at`, white space folded."""
    client.force_login(person)
    with time_machine.travel(at, tick=False):
        response = client.get(f"/cases/{case.reference}/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def without_token(response: Any) -> str:
    """The body without the form token, which is masked anew for every answer."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


def propose(cast: Cast, case: Case) -> None:
    case_propose_resolution(
        case=case,
        by=cast.nora,
        at=NOW,
        what_changes="An assessment begins on Tuesday.",
        actions=some_actions(date(2026, 4, 20)),
        review_on=date(2026, 5, 1),
    )


@pytest.fixture
def cast() -> Cast:
    return a_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """At stage 1 of Torbay's policy, professional to professional."""
    case = a_case(cast)
    climb(cast, case, RAISED + timedelta(minutes=5))
    return case


def test_page_shows_where_the_case_stands_among_the_stages(client: Client, cast: Cast, case: Case) -> None:
    page = see(client, cast.nora, case)
    assert page.count("You are here") == 1
    here = page.index("You are here")
    assert page.index("Pre-escalation</p>") < page.index("1. Professional to professional</p>") < here
    assert here < page.index("2. Manager to manager</p>") < page.index("5. Referral to the partnership</p>")
    assert "Entered Thursday 2 April 2026 (raised)" in page
    assert "Left Thursday 2 April 2026 (escalated)" in page
    assert "Time limit: 5 further working days" in page


def test_page_gives_the_date_what_is_left_and_the_arithmetic(client: Client, cast: Cast, case: Case) -> None:
    page = see(client, cast.nora, case)
    assert "Monday 13 April 2026 (in 5 working days)" in page
    assert "5 working days from Thursday 2 April 2026, which is itself not counted" in page
    assert "Good Friday" in page
    assert "The policy says: 5 working days from the issue being raised, for stages 1 and 2 together." in page


def test_page_names_a_person_on_each_side_with_telephone_and_reason(client: Client, cast: Cast, case: Case) -> None:
    page = see(client, cast.nora, case)
    for person in (cast.nora, cast.sam):
        assert f"<strong>{person.name}</strong>" in page
        assert f'href="mailto:{person.email}"' in page
    assert page.count('href="tel:01632960000"') == 2
    assert "Raised the disagreement" in page
    assert "Named when the disagreement was raised" in page
    assert "Both sides" in page


def test_deputy_is_shown_when_the_officer_is_away_today(client: Client, cast: Cast, case: Case) -> None:
    climb(cast, case, NOW)
    officer = cast.officer(cast.care, Tier.LINE_MANAGER)
    record_absence(person=officer, first_day=date(2026, 4, 7), last_day=date(2026, 4, 8))
    deputy = cast.deputy(cast.care, Tier.LINE_MANAGER)
    assert f"Deputy for {officer.name}" not in see(client, cast.nora, case, NOW + timedelta(hours=1))
    page = see(client, cast.nora, case, RAISED + timedelta(days=5))
    assert f"<strong>{deputy.name}</strong>" in page
    assert f"Deputy for {officer.name}" in page


def test_business_manager_is_named_when_nobody_is(client: Client, cast: Cast, case: Case) -> None:
    cast.care.named_officers.all().delete()
    climb(cast, case, NOW)
    page = see(client, cast.nora, case, NOW + timedelta(hours=1))
    assert "The Business Manager" in page
    assert "so the Business Manager is asked" in page
    assert f'href="mailto:{cast.partnership.mailbox}"' in page


def test_each_side_has_a_person_before_the_partnership_too(client: Client, cast: Cast, case: Case) -> None:
    case_move_at_once(case=case, by=cast.nora, at=NOW, to_stage="5", reasons="In hospital.")
    page = see(client, cast.chair, case, NOW)
    officers = [cast.officer(agency, Tier.LINE_MANAGER) for agency in (cast.nursery, cast.care)]
    for person in (cast.chair, *officers):
        assert f'href="mailto:{person.email}"' in page
    assert "The policy says: none stated" not in page


def test_late_case_says_so_in_words(client: Client, cast: Cast, case: Case) -> None:
    page = see(client, cast.nora, case, RAISED + timedelta(days=13))
    assert "Monday 13 April 2026 (2 working days late)" in page
    assert '<strong class="govuk-tag govuk-tag--red">Late</strong>' in page
    assert "app-panel--late" in page
    assert "govuk-tag--red" not in see(client, cast.nora, case)


def test_waiting_request_names_whom_it_waits_for_and_since_when(client: Client, cast: Cast, case: Case) -> None:
    ask(cast, case, NOW)
    officer = cast.officer(cast.nursery, Tier.LINE_MANAGER)
    page = see(client, cast.nora, case, NOW + timedelta(hours=1))
    assert f"This waits for {officer.name} since Thursday 2 April 2026 at 12:00" in page
    assert "has to approve or return the request to go to “2. Manager to manager”" in page


def test_proposed_resolution_names_who_has_not_answered(client: Client, cast: Cast, case: Case) -> None:
    propose(cast, case)
    page = see(client, cast.sam, case, NOW)
    assert f"It waits for {cast.care.name} since" in page
    assert "An assessment begins on Tuesday." in page
    assert "Visit the family at home" in page
    assert "Monday 20 April 2026" in page


def test_button_that_the_case_waits_for_stands_above_everything(client: Client, cast: Cast, case: Case) -> None:
    ask(cast, case, NOW)
    page = see(client, cast.officer(cast.nursery, Tier.LINE_MANAGER), case, NOW)
    assert page.count("/answer-request/") == 1
    assert page.index("/answer-request/") < page.index("You are here") < page.index("/give-view/")
    assert "/answer-request/" not in see(client, cast.nora, case, NOW)


def test_missing_button_has_its_reason(client: Client, cast: Cast, case: Case) -> None:
    page = see(client, cast.nora, case)
    assert "/answer-request/" not in page
    assert "No request to escalate is waiting." in page
    assert "The policy has no panel at this stage." in page


def test_dispute_shows_initials_and_year_of_birth_and_no_more_of_the_child(
    client: Client, cast: Cast, case: Case
) -> None:
    page = see(client, cast.sam, case)
    assert "AB, born in 2021" in page
    assert "The referral was closed without an assessment." in page
    assert "Collected late on six days" in page
    assert "Source: Nursery register" in page
    assert f"<title>{case.reference} – {cast.partnership.name}</title>" in page


def test_file_number_is_shown_to_its_own_agency_only(client: Client, cast: Cast, case: Case) -> None:
    case.parties.filter(side="receiving").update(file_number="CARE-9")
    nursery, care = see(client, cast.nora, case), see(client, cast.sam, case)
    assert "NUR-1" in nursery
    assert "CARE-9" not in nursery
    assert "CARE-9" in care
    assert "NUR-1" not in care
    assert "NUR-1" not in see(client, cast.auditor, case)


def test_own_advice_is_not_shown_to_the_other_side(client: Client, cast: Cast) -> None:
    case = a_case(cast)
    case_give_view(case=case, by=cast.nora, at=NOW, view="Between us: I am unsure.")
    case_ask_to_escalate(case=case, by=cast.nora, at=NOW, reasons="Still worried.")
    assert "Between us: I am unsure." in see(client, cast.nora, case)
    assert "Between us" not in see(client, cast.sam, case)


def test_what_people_wrote_is_escaped(client: Client, cast: Cast, case: Case) -> None:
    nasty = "<script>alert(1)</script>\"'<b>"
    case_give_view(
        case=case, by=cast.sam, at=NOW, view=nasty, evidence=[{"what": nasty, "source": nasty}], wanted=nasty
    )
    page = see(client, cast.nora, case)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_ended_case_says_how_and_offers_to_reopen_only(client: Client, cast: Cast, case: Case) -> None:
    case_withdraw(case=case, by=cast.nora, at=NOW, reasons="The family has moved.")
    page = see(client, cast.nora, case, NOW)
    assert "Withdrawn on Thursday 2 April 2026 at 12:00" in page
    assert "You are here" not in page
    assert "/reopen/" in page
    assert "/give-view/" not in page
    assert "The family has moved." in page


def test_stage_passed_over_by_moving_at_once_is_marked(client: Client, cast: Cast, case: Case) -> None:
    case_move_at_once(case=case, by=cast.nora, at=NOW, to_stage="4", reasons="Taken to hospital.")
    page = see(client, cast.nora, case, NOW)
    assert page.count("Passed over") == 2
    assert "moved at once, immediate risk" in page
    assert "Immediate risk was reported" in page


def test_branch_not_taken_on_this_ground_is_marked(client: Client) -> None:
    cast = a_cast(policy="derbyshire-v3")
    case = a_case(cast, ground="resources")
    page = see(client, cast.nora, case)
    assert "Not on the way of this case: only for “We understand or interpret the risk differently”" in page
    assert "No date agreed yet" in page


def test_messages_and_their_fate_are_shown(client: Client, cast: Cast, case: Case) -> None:
    page = see(client, cast.nora, case)
    assert "E-mail waiting to be sent." in page
    assert "A disagreement has reached your stage" in page


def test_record_is_in_words_and_never_as_data(client: Client, cast: Cast, case: Case) -> None:
    page = see(client, cast.auditor, case)
    record = re.sub("<[^>]*>", " ", page[page.index('id="record"') :])
    for words in ("Disagreement raised", "Stage begun: 1. Professional to professional", "Discussion recorded"):
        assert words in record
    for raw in ("{&#x27;", "[&#x27;", "standing_in_for", "2026-04-02T", "None"):
        assert raw not in record


def test_auditor_reads_and_is_shown_that_the_record_holds(client: Client, cast: Cast, case: Case) -> None:
    page = see(client, cast.auditor, case)
    assert "entries follow from one another and are unaltered" in page
    assert "govuk-button-group" not in page
    assert "are unaltered" not in see(client, cast.nora, case)


@pytest.mark.parametrize("content", [{}, [], {"people": [{}], "dates": [{"due": "x"}]}, "text"])
def test_altered_record_still_opens_and_is_reported(client: Client, cast: Cast, case: Case, content: Any) -> None:
    entry = case.entries.filter(kind="stage.entered").last()
    assert entry is not None
    # As somebody with the database's password would: round the guard on the record.
    QuerySet(RecordEntry).filter(pk=entry.pk).update(content=content)
    page = see(client, cast.auditor, case)
    assert "This record has been altered." in page
    assert f"Entry {entry.number}: its content was changed." in page


def test_register_keeper_sees_the_page_from_the_registers_stage_on(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.business_manager)
    assert client.get(f"/cases/{case.reference}/").status_code == 404
    climb(cast, case, NOW)
    climb(cast, case, NOW)
    assert "3. Senior manager to senior manager" in see(client, cast.business_manager, case, NOW)


def test_looking_is_recorded(client: Client, cast: Cast, case: Case) -> None:
    see(client, cast.sam, case)
    assert [(read.person, read.page) for read in CaseRead.objects.filter(case=case)] == [(cast.sam, "case")]


def test_hidden_case_has_the_same_page_as_one_that_does_not_exist(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.outsider)
    hidden, missing = client.get(f"/cases/{case.reference}/"), client.get("/cases/NORTHW-2026-9999/")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert without_token(hidden) == without_token(missing)


def queries(client: Client, case: Case) -> int:
    with time_machine.travel(NOW, tick=False), CaptureQueriesContext(connection) as asked:
        assert client.get(f"/cases/{case.reference}/").status_code == 200
    return len(asked)


def test_page_needs_as_many_queries_for_a_rich_case_as_for_a_poor_one(client: Client, cast: Cast, case: Case) -> None:
    climb(cast, case, NOW)
    propose(cast, case)
    client.force_login(cast.nora)
    poor = queries(client, case)
    for number in range(10):
        case_give_view(case=case, by=cast.sam, at=NOW, view=f"View {number}", evidence=[{"what": "a", "source": "b"}])
    case_answer_resolution(case=case, by=cast.sam, at=NOW, agrees=False, reasons="Not enough.")
    climb(cast, case, NOW)
    propose(cast, case)
    assert queries(client, case) == poor <= 34

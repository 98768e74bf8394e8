"""What the case page says happens next: who is named, what was returned, what one is offered; and who has read it."""

from datetime import timedelta

import pytest
from django.test import Client

from agencies.services import appoint
from agencies.tiers import Tier
from cases.models import Case, CaseRead
from cases.services import case_return, case_set_date
from cases.showing.asked import because
from cases.sweep import sweep
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_person
from tests.cases.journeys import ask, climb, write_down
from tests.cases.requests import a_lead
from tests.cases.test_case_page import queries, see

pytestmark = pytest.mark.django_db
NOW = RAISED + timedelta(hours=2)


@pytest.fixture
def cast() -> Cast:
    return a_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    case = a_case(cast)
    climb(cast, case, RAISED + timedelta(minutes=5))
    return case


def come_back(cast: Cast, case: Case) -> None:
    request = ask(cast, case, NOW)
    assert request is not None
    assert request.put_before is not None
    case_return(
        request=request, by=request.put_before, at=NOW, reasons="<i>Too early.</i>", missing="The father's view."
    )


def test_returned_request_stands_first_with_whom_to_ask_now(client: Client, cast: Cast, case: Case) -> None:
    a_lead(cast)
    come_back(cast, case)
    manager = cast.officer(cast.nursery, Tier.LINE_MANAGER)
    next_one = cast.officer(cast.nursery, Tier.SENIOR_MANAGER)
    page = see(client, cast.nora, case)
    panel = page[page.index('id="next"') :]
    returned = f"{manager.name} returned the request to go to “2. Manager to manager” on Thursday 2 April 2026."
    assert panel.index(returned) < panel.index("<strong>Why:</strong> &lt;i&gt;Too early.&lt;/i&gt;")
    assert panel.index("<strong>Missing:</strong> The father&#x27;s view.") < panel.index("Both sides")
    assert f"You can ask {next_one.name} or Lara Lead, safeguarding lead." in panel
    assert page.count("/ask-to-escalate/") == 1
    assert panel.index(">Ask again</a>") < panel.index("Both sides")
    assert f"{manager.name} returned the request to escalate. Read why below, and ask again." in page


def test_returned_request_is_for_the_side_that_asked_and_for_this_stage(client: Client, cast: Cast, case: Case) -> None:
    come_back(cast, case)
    panel = see(client, cast.sam, case).split('id="next"')[1].split("</section>")[0]
    assert "Too early." not in panel
    assert "You returned the request" in see(client, cast.officer(cast.nursery, Tier.LINE_MANAGER), case)
    climb(cast, case, NOW)
    assert "returned the request" not in see(client, cast.nora, case)


def test_request_that_waits_again_leaves_no_second_button(client: Client, cast: Cast, case: Case) -> None:
    come_back(cast, case)
    ask(cast, case, NOW)
    page = see(client, cast.nora, case)
    assert "returned the request to go to" in page
    assert "/ask-to-escalate/" not in page
    assert "You can ask" not in page


def test_returned_requests_cost_no_query_each(client: Client, cast: Cast, case: Case) -> None:
    come_back(cast, case)
    a_lead(cast)
    client.force_login(cast.nora)
    one = queries(client, case)
    come_back(cast, case)
    a_lead(cast, "Leo Lead")
    a_lead(cast, "Lia Lead")
    # Two managers returned it: nothing more is asked of the database for the second.
    assert queries(client, case) <= one


def test_manager_who_advises_sees_whom_to_ring_and_records_the_advice(client: Client, cast: Cast) -> None:
    case = a_case(cast)
    manager = cast.officer(cast.nursery, Tier.LINE_MANAGER)
    page = see(client, manager, case)
    rung = page[page.index("Whom to ring") : page.index("Pre-escalation.</strong>")]
    for person in (cast.nora, manager):
        assert f"<strong>{person.name}</strong>" in rung
    assert rung.count('href="tel:01632960000"') == 2
    assert (
        f"<strong>Next:</strong> {cast.nora.name} and {manager.name} have to agree a date and record it here." in page
    )
    top = page[: page.index("You are here")]
    assert "Record the advice</a>" in top
    assert 'class="govuk-button"' in top
    assert page.count("/record-discussion/") == 1


def test_date_is_what_own_advice_waits_for_once_the_advice_is_recorded(client: Client, cast: Cast) -> None:
    case = a_case(cast)
    write_down(cast, case, NOW)
    page = see(client, cast.nora, case)
    assert "Set the date</a>" in page[: page.index("You are here")]
    case_set_date(case=case, by=cast.nora, at=NOW, due_on=NOW.date(), agreed_with="My manager")
    manager = cast.officer(cast.nursery, Tier.LINE_MANAGER)
    assert f"<strong>Next:</strong> {cast.nora.name} and {manager.name}: set out" in see(client, cast.nora, case)


def test_stage_without_approval_offers_to_go_there(client: Client, cast: Cast, case: Case) -> None:
    page = see(client, cast.nora, a_case(cast))
    assert "Go to 1. Professional to professional</a>" in page
    assert "Ask to escalate</a>" in see(client, cast.nora, case)


def test_what_is_for_immediate_risk_stands_last_and_is_not_the_loudest(client: Client, cast: Cast, case: Case) -> None:
    page = see(client, cast.nora, case)
    row = page[page.index('class="govuk-button-group') :].split("</div>")[0]
    assert row.strip().split("</a>")[-2].endswith("Move at once: immediate risk")
    assert "govuk-button--warning" not in row


def test_request_of_the_clock_says_that_time_ran_out_and_why_they_decide(
    client: Client, cast: Cast, case: Case
) -> None:
    later = RAISED + timedelta(days=12)
    sweep(at=later)
    manager = cast.officer(cast.nursery, Tier.LINE_MANAGER)
    own, other = see(client, manager, case, later), see(client, cast.nora, case, later)
    assert "<strong>Time ran out on Monday 13 April 2026.</strong> You decide whether the case goes to" in own
    assert "because you were named as own manager when the disagreement was raised." in own
    assert f"{manager.name} decides whether the case goes to" in other
    assert "because they were named as own manager" in other
    assert "clock, because" not in own + other


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("named officer, line managers", "you are the named officer for line managers"),
        ("named or designated lead, asked by name", "you are a named or designated lead, asked by name"),
        (
            "Nobody at A is named, so the Business Manager is asked.",
            "nobody at A is named, so the Business Manager is asked",
        ),
        ("Nora Finch is away", "Nora Finch is away"),
        ("nobody is named among line managers", "nobody is named among line managers"),
    ],
)
def test_reason_is_the_end_of_a_sentence(why: str, said: str) -> None:
    assert because(why, yours=True) == said


def test_reads_are_shown_to_auditors_and_safeguarding_leads_only(client: Client, cast: Cast, case: Case) -> None:
    see(client, cast.sam, case)
    lead = a_person("Lou Northwater")
    appoint(person=lead, role="named_lead", agency=cast.care, at=RAISED)
    for person in (cast.auditor, lead):
        page = see(client, person, case)
        reads = page[page.index('id="reads"') :]
        assert f'<div class="app-written">{cast.sam.name}</div>' in reads
        assert "Thursday 2 April 2026 at 12:00" in reads
    for person in (cast.nora, cast.sam, cast.officer(cast.nursery, Tier.LINE_MANAGER)):
        assert 'id="reads"' not in see(client, person, case)


def test_newest_reads_are_shown_and_their_number_costs_nothing(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.auditor)
    few = queries(client, case)
    at = NOW - timedelta(hours=1)
    CaseRead.objects.bulk_create(
        CaseRead(case=case, person=cast.sam, at=at + timedelta(seconds=number), page="withdraw") for number in range(80)
    )
    assert queries(client, case) == few
    reads = see(client, cast.auditor, case).split('id="reads"')[1]
    assert reads.count('data-label="Who"') == 50
    assert "The page “Withdraw the disagreement”" in reads

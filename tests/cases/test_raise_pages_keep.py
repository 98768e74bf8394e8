"""Nothing typed is lost: what is valid is saved, what is not comes back with an error that names the field."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cases.models import Case
from tests.cases.cast import RAISED, Cast, a_cast, a_draft
from tests.cases.raise_answers import EVIDENCE, SAFETY, address, an_empty_draft, dispute, page, post, who

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(RAISED, tick=False):
        yield


@pytest.fixture
def cast() -> Cast:
    return a_cast(policy="buckinghamshire")


@pytest.fixture
def nora(client: Client, cast: Cast) -> Client:
    client.force_login(cast.nora)
    return client


def again(draft: Case) -> Case:
    return Case.objects.get(pk=draft.pk)


@pytest.mark.parametrize("step", ["safety", "dispute", "evidence", "who"])
def test_coming_back_later_never_asks_for_a_missing_answer(nora: Client, cast: Cast, step: str) -> None:
    draft = an_empty_draft(cast)
    response = nora.post(address(draft, step), {"go": "later"}, follow=True)
    assert response.redirect_chain == [(reverse("home"), 302)]
    assert "Your draft is saved" in response.content.decode()


@pytest.mark.parametrize(
    ("step", "missing"),
    [
        ("safety", "Say whether a child is at immediate risk"),
        ("dispute", "Say why a child may be at risk"),
        ("evidence", "Give at least one piece of evidence"),
        ("who", "Choose the agency whose decision it is"),
    ],
)
def test_going_on_lists_what_is_missing_with_a_link_to_it(nora: Client, cast: Cast, step: str, missing: str) -> None:
    shown = page(post(nora, an_empty_draft(cast), step, {}))
    assert "There is a problem" in shown
    assert f">{missing}</a>" in shown


def test_what_is_valid_is_saved_though_something_is_wrong(nora: Client, cast: Cast) -> None:
    draft = an_empty_draft(cast)
    answers = dispute(draft, decision_on_day="31", decision_on_month="2", risk="")
    shown = page(post(nora, draft, "dispute", answers))
    assert "there is no such day in that month" in shown
    saved = again(draft)
    assert saved.decision == "The referral was closed without an assessment."
    assert saved.decision_on is None


def test_an_answer_that_is_wrong_leaves_the_one_saved_before(nora: Client, cast: Cast) -> None:
    draft = a_draft(cast, decision_on=date(2026, 3, 27))
    shown = page(post(nora, draft, "dispute", dispute(draft, decision_on_year="9999", decision="x" * 3001)))
    assert 'value="9999"' in shown
    assert "3001 characters are too many" in shown
    assert again(draft).decision_on == date(2026, 3, 27)
    assert again(draft).decision == "The referral was closed without an assessment."


def test_coming_back_later_with_a_wrong_answer_says_so_because_it_cannot_be_kept(nora: Client, cast: Cast) -> None:
    response = post(nora, a_draft(cast), "dispute", {"decision_on_day": "32"}, go="later")
    assert "enter a month and a year" in page(response)


def test_another_row_of_evidence_keeps_what_was_typed(nora: Client, cast: Cast) -> None:
    draft = an_empty_draft(cast)
    response = post(nora, draft, "evidence", {"what_2": "A bruise", "rows": "3"}, go="add")
    assert response["Location"] == f"{address(draft, 'evidence')}?rows=4#id_what_3"
    shown = page(nora.get(f"{address(draft, 'evidence')}?rows=4"))
    assert 'name="what_3"' in shown
    assert "A bruise" in shown


def test_another_row_asked_for_from_the_check_page_leads_back_there(nora: Client, cast: Cast) -> None:
    draft = a_draft(cast)
    answer = nora.post(f"{address(draft, 'evidence')}?from=check", {**EVIDENCE, "go": "add"})
    assert answer["Location"] == f"{address(draft, 'evidence')}?rows=2&from=check#id_what_1"


def test_one_row_of_evidence_is_asked_for_and_every_further_one_is_optional(nora: Client, cast: Cast) -> None:
    draft = an_empty_draft(cast)
    assert page(nora.get(address(draft, "evidence"))).count('name="what_') == 1
    shown = page(nora.get(f"{address(draft, 'evidence')}?rows=2"))
    assert "Evidence 1</legend>" in shown
    assert 'Evidence 2 <span class="app-optional">(optional)</span></legend>' in shown


def test_no_number_of_rows_breaks_the_page(nora: Client, cast: Cast) -> None:
    draft = an_empty_draft(cast)
    for rows in ("-1", "0", "99", "1e9", "²", "\x00", "100000000000"):
        shown = page(nora.get(address(draft, "evidence"), {"rows": rows}))
        assert 1 <= shown.count('name="what_') <= 20, rows
        assert post(nora, draft, "evidence", {**EVIDENCE, "rows": rows})["Location"] == address(draft, "who")


def test_evidence_needs_its_source_and_a_source_its_evidence(nora: Client, cast: Cast) -> None:
    draft = an_empty_draft(cast)
    shown = page(
        post(nora, draft, "evidence", {"what_0": "A bruise", "source_1": "The GP", "aim": "A visit", "rows": "2"})
    )
    assert "Evidence 1: say where it comes from" in shown
    assert "Evidence 2: say what it is" in shown
    assert again(draft).evidence == [{"what": "A bruise", "source": ""}, {"what": "", "source": "The GP"}]


def test_evidence_that_is_too_long_leaves_the_row_saved_before(nora: Client, cast: Cast) -> None:
    draft = a_draft(cast)
    post(nora, draft, "evidence", {**EVIDENCE, "what_0": "x" * 2001})
    assert again(draft).evidence == [{"what": "Collected late on six days", "source": "Nursery register"}]


def test_immediate_risk_wants_to_know_what_was_done(nora: Client, cast: Cast) -> None:
    draft = an_empty_draft(cast)
    shown = page(post(nora, draft, "safety", {**SAFETY, "immediate_risk": "yes"}))
    assert "Say what you have done about the immediate risk" in shown
    assert cast.partnership.urgent_advice.split(".")[0] in shown
    answer = post(
        nora,
        draft,
        "safety",
        {**SAFETY, "immediate_risk": "yes", "immediate_action": "Rang the police at 10:40", "stage_code": "1"},
    )
    assert answer["Location"] == address(draft, "dispute")
    assert (again(draft).immediate_risk, again(draft).stage_code) == (True, "1")


def test_at_immediate_risk_the_stage_is_chosen_and_each_says_who_is_told(client: Client) -> None:
    cast = a_cast("southwater", "torbay")
    client.force_login(cast.nora)
    draft = an_empty_draft(cast)
    shown = page(client.get(address(draft, "safety")))
    stages = shown.partition('name="stage_code"')[2].partition('name="situation"')[0]
    assert "checked" not in stages
    assert "Only your own manager is told. The other agency is not told yet." in shown
    assert "The other agency is told at once: the other worker&#x27;s supervisor or manager." in shown
    at_risk = {**SAFETY, "immediate_risk": "yes", "immediate_action": "Rang"}
    assert "Choose at which stage it should begin" in page(post(client, draft, "safety", at_risk))
    assert "Choose at which stage it should begin" in page(client.get(address(draft, "check")))
    assert post(client, draft, "safety", at_risk, go="later")["Location"] == reverse("home")
    assert post(client, draft, "safety", at_risk | {"stage_code": "pre"})["Location"] == address(draft, "dispute")
    assert again(draft).stage_code == "pre"
    stages = page(client.get(address(draft, "safety"))).partition('name="stage_code"')[2]
    assert "checked" in stages.partition('name="stage_code"')[0]


def test_taking_immediate_risk_back_takes_the_later_stage_back(nora: Client, cast: Cast) -> None:
    draft = a_draft(cast, immediate_risk=True, immediate_action="Rang", stage_code="1")
    post(nora, draft, "safety", {**SAFETY, "stage_code": "1", "immediate_action": "Rang"})
    saved = again(draft)
    assert (saved.immediate_risk, saved.stage_code, saved.immediate_action) == (False, "", "")


def test_a_stage_that_the_policy_does_not_allow_is_refused(nora: Client, cast: Cast) -> None:
    draft = an_empty_draft(cast)
    answers = {**SAFETY, "immediate_risk": "yes", "immediate_action": "Rang", "stage_code": "4"}
    assert "At which stage should it begin: choose one of the answers shown" in page(
        post(nora, draft, "safety", answers)
    )
    assert again(draft).stage_code == ""


def test_a_signposted_situation_stops_with_its_guidance(nora: Client, cast: Cast) -> None:
    draft = an_empty_draft(cast)
    answer = post(nora, draft, "safety", {**SAFETY, "situation": "whistleblowing"})
    assert answer["Location"] == address(draft, "stopped")
    shown = page(nora.get(address(draft, "stopped")))
    assert "whistleblowing procedure" in shown
    assert shown.count(f'href="{address(draft, "safety")}"') == 2
    assert ">Send<" not in page(nora.get(address(draft, "check")))
    post(nora, draft, "safety", SAFETY)
    assert nora.get(address(draft, "stopped"))["Location"] == address(draft, "safety")


def test_any_other_situation_goes_on(nora: Client, cast: Cast) -> None:
    draft = an_empty_draft(cast)
    answer = post(nora, draft, "safety", {**SAFETY, "situation": "allegation", "restricted": "on"})
    assert answer["Location"] == address(draft, "dispute")
    assert (again(draft).situation, again(draft).restricted) == ("allegation", True)


def test_guidance_on_an_allegation_stands_on_the_check_page_and_asks_who_may_see_it(nora: Client, cast: Cast) -> None:
    draft = a_draft(cast, situation="allegation")
    shown = page(nora.get(address(draft, "check")))
    assert "local authority designated officer" in shown
    assert "You have not said so." in shown
    assert f"{address(draft, 'safety')}?from=check#id_restricted" in shown
    named = a_draft(cast, situation="allegation", restricted=True)
    assert "You have said yes." in page(nora.get(address(named, "check")))
    other = page(nora.get(address(a_draft(cast), "check")))
    assert "local authority designated officer" not in other


FIELDS = [
    ("safety", "immediate_action", "What have you done about the risk"),
    ("safety", "situation", "Does one of these apply"),
    ("dispute", "subject", "What is it about"),
    ("dispute", "decision", "Which decision do you disagree with"),
    ("dispute", "decision_by", "Whose decision is it"),
    ("dispute", "risk", "Why may a child be at risk because of it"),
    ("evidence", "child_life", "What is life like for this child"),
    ("evidence", "child_voice", "What do the child and family say"),
    ("evidence", "what_0", "Evidence 1: what do you know"),
    ("evidence", "source_0", "Evidence 1: where does it come from"),
    ("evidence", "aim", "What do you want to achieve"),
    ("evidence", "actions_to_date", "What has been done so far"),
    ("who", "receiving", "Which agency made the decision"),
    ("who", "receiving_contact", "Which professional at Northwater Social Care do you disagree with"),
    ("who", "others", "Which other agencies are concerned"),
    ("who", "own_manager", "Who is your own manager"),
    ("who", "child_initials", "The child’s initials"),
    ("who", "child_birth_year", "The child’s year of birth"),
    ("who", "file_number", "Your own agency’s file number"),
]
NASTY = ["\x00", "a\x00b", "x" * 100_000, "\u202eabc", "a\u2066b", "a\x1bb"]


@pytest.mark.parametrize("typed", NASTY, ids=["nul", "nul-inside", "huge", "override", "isolate", "escape"])
def test_nasty_text_is_refused_by_the_name_of_its_field(nora: Client, cast: Cast, typed: str) -> None:
    draft = an_empty_draft(cast)
    given = {"safety": {**SAFETY, "immediate_risk": "yes"}, "who": who(cast)}
    let_through = []
    for step, field, name in FIELDS:
        response = post(nora, draft, step, {**given.get(step, {}), field: typed})
        _, _, summary = page(response).partition("There is a problem")
        if response.status_code != 200 or name not in summary.partition("</ul>")[0]:
            let_through.append((step, field, response.status_code))
    assert let_through == []


IMPOSSIBLE = [
    ("1", "1", "1"),
    ("1", "1", "0001"),
    ("1", "1", "9999"),
    ("31", "2", "2026"),
    ("3", "4", "2026"),
    ("x", "1", "2026"),
    ("\x00", "1", "2026"),
    ("1" * 100_000, "1", "2026"),
    ("٣", "1", "2026"),
]


def test_a_date_that_cannot_be_is_refused(nora: Client, cast: Cast) -> None:
    draft = an_empty_draft(cast)
    for day, month, year in IMPOSSIBLE:
        answers = dispute(draft, decision_on_day=day, decision_on_month=month, decision_on_year=year)
        assert "When was it made: " in page(post(nora, draft, "dispute", answers)), (day[:9], month, year)
        assert again(draft).decision_on is None


def test_a_year_of_birth_that_cannot_be_is_refused(nora: Client, cast: Cast) -> None:
    draft = an_empty_draft(cast)
    for year in ("1", "9999", "-5", "1e3", "9" * 5000, "٢٠٢١x", "1999"):
        shown = page(post(nora, draft, "who", who(cast, child_birth_year=year)))
        assert "The child’s year of birth: enter" in shown, year[:9]
        assert again(draft).child_birth_year is None


def test_markup_is_shown_as_it_was_typed_and_does_nothing(nora: Client, cast: Cast) -> None:
    draft = a_draft(cast, decision="<script>alert(1)</script>", aim="{{ settings.SECRET_KEY }}")
    for step in ("dispute", "evidence", "check"):
        shown = page(nora.get(address(draft, step)))
        assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page(nora.get(address(draft, "check")))

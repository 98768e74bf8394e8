"""Raising a disagreement through its pages: start, steps, check, sent."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.models import AgencyKind
from agencies.services import appoint, end_appointment
from agencies.tiers import Tier
from cases.models import Case, Party, Side
from cases.services import case_set_date
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_draft, a_partnership, a_person, an_agency
from tests.cases.journeys import climb
from tests.cases.raise_answers import EVIDENCE, SAFETY, address, an_empty_draft, dispute, page, post, who

pytestmark = pytest.mark.django_db
POLICIES = ["torbay", "buckinghamshire", "derbyshire-v3", "derbyshire-v2", "plymouth_nursery"]


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


def test_with_one_agency_in_one_partnership_the_start_asks_nothing_and_makes_a_draft(nora: Client, cast: Cast) -> None:
    response = nora.get(reverse("case_raise"))
    assert 'type="radio"' not in page(response)
    answer = nora.post(reverse("case_raise"))
    draft = Case.objects.get()
    assert (draft.raised_by, draft.partnership, draft.state) == (cast.nora, cast.partnership, "draft")
    assert answer["Location"] == address(draft, "safety")


def test_looking_at_the_start_makes_no_draft(nora: Client) -> None:
    nora.get(reverse("case_raise"))
    assert not Case.objects.exists()


def test_an_agency_of_two_partnerships_is_asked_in_which(nora: Client, cast: Cast) -> None:
    other = a_partnership("southwater", "buckinghamshire")
    cast.nursery.partnerships.add(other)
    assert "In which partnership" in page(nora.get(reverse("case_raise")))
    assert "In which partnership is the child’s case: choose one" in page(nora.post(reverse("case_raise")))
    nora.post(reverse("case_raise"), {"place": f"{cast.nursery.pk}-{other.pk}"})
    assert Case.objects.get().partnership == other


def test_a_person_of_two_agencies_is_asked_for_which(nora: Client, cast: Cast) -> None:
    appoint(person=cast.nora, role="practitioner", agency=cast.health, at=RAISED)
    assert "For which agency do you raise it" in page(nora.get(reverse("case_raise")))
    nora.post(reverse("case_raise"), {"place": f"{cast.health.pk}-{cast.partnership.pk}"})
    assert Case.objects.get().parties.get().agency == cast.health


def test_a_place_that_is_not_ones_own_is_refused(nora: Client, cast: Cast) -> None:
    appoint(person=cast.nora, role="practitioner", agency=cast.health, at=RAISED)
    for place in ("0-0", "", "x", f"{cast.care.pk}-{cast.partnership.pk}", "1-1\x00"):
        assert nora.post(reverse("case_raise"), {"place": place}).status_code == 200
        assert not Case.objects.exists()


def test_a_partnership_without_a_policy_says_so_and_makes_no_draft(client: Client) -> None:
    partnership = a_partnership("eastwater", None)
    nursery = an_agency(partnership, "east-nursery", AgencyKind.NURSERY)
    person = a_person("Ned East")
    appoint(person=person, role="practitioner", agency=nursery, at=RAISED)
    client.force_login(person)
    assert "no escalation policy in force" in page(client.post(reverse("case_raise")))
    assert not Case.objects.exists()


def test_who_cannot_raise_is_told_why_and_whom_to_ask(client: Client, cast: Cast) -> None:
    client.force_login(cast.business_manager)
    response = client.get(reverse("case_raise"))
    assert response.status_code == 403
    assert cast.partnership.mailbox in response.content.decode()
    administrator = a_person("Ada Min")
    for person in (administrator, cast.auditor):
        appoint(person=person, role="agency_administrator", agency=cast.health, at=RAISED)
    client.force_login(cast.auditor)
    assert "Ada Min" in client.get(reverse("case_raise")).content.decode()


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("torbay", "the other agency is told at the stage “Professional to professional”."),
        ("plymouth_nursery", "The other agency is told as soon as you send it."),
    ],
)
def test_the_start_says_for_whom_the_first_step_is(client: Client, policy: str, words: str) -> None:
    cast = a_cast(policy=policy)
    client.force_login(cast.nora)
    shown = page(client.get(reverse("case_raise")))
    assert words in shown
    assert ("begins inside your own agency" in shown) == (policy == "torbay")


def test_a_draft_reopens_at_the_first_step_that_lacks_an_answer(nora: Client, cast: Cast) -> None:
    places = {
        "safety": an_empty_draft(cast),
        "dispute": a_draft(cast, risk=""),
        "evidence": a_draft(cast, aim=""),
        "check": a_draft(cast),
    }
    for shown in (page(nora.get(reverse("case_raise"))), page(nora.get(reverse("home")))):
        for step, draft in places.items():
            assert f'href="{address(draft, step)}"' in shown, step


def test_the_start_lists_ones_own_drafts_only(client: Client, nora: Client, cast: Cast) -> None:
    draft = a_draft(cast)
    assert address(draft, "check") in page(nora.get(reverse("case_raise")))
    client.force_login(cast.outsider)
    assert str(draft.uuid) not in client.get(reverse("case_raise")).content.decode()


@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy_can_be_raised_step_by_step(client: Client, policy: str) -> None:
    cast = a_cast(policy=policy)
    client.force_login(cast.nora)
    client.post(reverse("case_raise"))
    draft = Case.objects.get()
    answers = {"safety": SAFETY, "dispute": dispute(draft), "evidence": EVIDENCE, "who": who(cast)}
    following = ["dispute", "evidence", "who", "check"]
    for (step, given), after in zip(answers.items(), following, strict=True):
        assert client.get(address(draft, step)).status_code == 200
        assert post(client, draft, step, given)["Location"] == address(draft, after)
    assert post(client, draft, "check", {})["Location"] == "/cases/NORTHW-2026-0001/sent/"
    case = Case.objects.get()
    assert case.stage_code == case.policy.first_stage
    assert case.decision_maker == cast.sam
    assert case.evidence == [{"what": "Collected late on six days", "source": "Nursery register"}]
    assert (case.child_initials, case.child_birth_year) == ("AB", 2021)
    raising = case.parties.get(side=Side.RAISING)
    assert (raising.file_number, raising.first_contact) == ("NUR-77", cast.officer(cast.nursery, Tier.LINE_MANAGER))


def test_each_step_shows_what_was_saved(nora: Client, cast: Cast) -> None:
    draft = a_draft(cast, decision_on=RAISED.date())
    assert 'value="no"\n' in page(nora.get(address(draft, "safety")))
    shown = page(nora.get(address(draft, "dispute")))
    assert "The referral was closed without an assessment." in shown
    assert 'value="2026"' in shown
    assert "Collected late on six days" in page(nora.get(address(draft, "evidence")))
    assert "NUR-1" in page(nora.get(address(draft, "who")))


@pytest.mark.parametrize("step", ["safety", "dispute", "evidence", "who", "check", "discard", "stopped"])
def test_a_draft_of_somebody_else_does_not_exist(client: Client, cast: Cast, step: str) -> None:
    draft = a_draft(cast)
    client.force_login(cast.sam)
    assert client.get(address(draft, step)).status_code == 404
    assert post(client, draft, step, {}).status_code == 404
    assert Case.objects.get().state == "draft"


def test_an_unknown_step_does_not_exist(nora: Client, cast: Cast) -> None:
    assert nora.get(address(a_draft(cast), "elsewhere")).status_code == 404


def test_the_check_page_lists_answers_gaps_and_who_is_told(nora: Client, cast: Cast) -> None:
    draft = a_draft(cast, aim="", immediate_risk=None)
    shown = page(nora.get(address(draft, "check")))
    assert "Say what you want to achieve" in shown
    assert f"{address(draft, 'evidence')}?from=check#id_aim" in shown
    assert f"{address(draft, 'safety')}?from=check#id_immediate_risk_0" in shown
    assert "Collected late on six days (source: Nursery register)" in shown
    assert cast.officer(cast.nursery, Tier.LINE_MANAGER).name in shown
    assert ">Send<" not in shown


def test_a_draft_with_gaps_cannot_be_sent(nora: Client, cast: Cast) -> None:
    draft = a_draft(cast, aim="")
    response = post(nora, draft, "check", {})
    assert "There is a problem" in page(response)
    assert Case.objects.get().state == "draft"


def test_changing_an_answer_leads_back_to_the_check_page(nora: Client, cast: Cast) -> None:
    draft = a_draft(cast)
    response = nora.post(f"{address(draft, 'safety')}?from=check", {**SAFETY, "go": "continue"})
    assert response["Location"] == address(draft, "check")


def test_sending_twice_makes_one_case_and_shows_it_again(nora: Client, cast: Cast) -> None:
    draft = a_draft(cast)
    first = post(nora, draft, "check", {})
    second = post(nora, draft, "check", {})
    assert first["Location"] == second["Location"] == "/cases/NORTHW-2026-0001/sent/"
    assert Case.objects.count() == 1


def test_a_role_that_ended_meanwhile_keeps_the_draft_from_being_sent(nora: Client, cast: Cast) -> None:
    draft = a_draft(cast)
    end_appointment(appointment=cast.nora.appointments.get(), at=RAISED)
    response = post(nora, draft, "check", {})
    assert "cannot raise a disagreement" in page(response)
    assert Case.objects.get().state == "draft"


def test_the_sent_page_of_torbay_names_the_manager_first_and_then_the_professional(nora: Client, cast: Cast) -> None:
    case = a_case(cast)
    shown = page(nora.get(reverse("case_sent", args=[case.reference])))
    assert case.reference is not None
    assert case.reference in shown
    assert cast.officer(cast.nursery, Tier.LINE_MANAGER).email in shown
    assert (
        "Talk to Line manager" in shown
        or f"Talk to {cast.officer(cast.nursery, Tier.LINE_MANAGER).name} today" in shown
    )
    assert "The policy gives no number of days here." in shown
    button = f'<a class="govuk-button" href="{reverse("case_act", args=[case.reference, "set-date"])}"'
    assert button in shown
    assert f'<a class="govuk-link" href="{reverse("case_detail", args=[case.reference])}"' in shown
    assert cast.sam.email in shown
    assert "Monday 13 April 2026 (in 5 working days)" in shown
    assert cast.partnership.urgent_advice.split(".")[0] in shown


def test_the_sent_page_of_plymouth_says_by_when_they_must_answer(client: Client) -> None:
    cast = a_cast(policy="plymouth_nursery")
    case = a_case(cast)
    client.force_login(cast.nora)
    shown = client.get(reverse("case_sent", args=[case.reference])).content.decode()
    assert "They must answer" in shown
    assert "Tuesday 7 April 2026 (in 1 working day)" in shown
    assert f'href="tel:{cast.sam.phone.replace(" ", "")}"' in shown


def test_the_sent_page_shows_a_date_that_was_agreed(client: Client) -> None:
    cast = a_cast(policy="buckinghamshire")
    case = a_case(cast)
    case_set_date(case=case, by=cast.nora, at=RAISED, due_on=RAISED.date() + timedelta(days=6), agreed_with="Sam")
    client.force_login(cast.nora)
    assert "Wednesday 8 April 2026" in client.get(reverse("case_sent", args=[case.reference])).content.decode()


def test_the_sent_page_is_the_raisers_and_only_until_the_case_moves_on(
    nora: Client, client: Client, cast: Cast
) -> None:
    case = a_case(cast)
    sent = reverse("case_sent", args=[case.reference])
    climb(cast, case, RAISED + timedelta(hours=1))
    assert nora.get(sent)["Location"] == reverse("case_detail", args=[case.reference])
    client.force_login(cast.sam)
    assert client.get(sent)["Location"] == reverse("case_detail", args=[case.reference])
    client.force_login(cast.outsider)
    assert client.get(sent).status_code == 404


def test_throwing_a_draft_away_is_asked_first(nora: Client, cast: Cast) -> None:
    draft = a_draft(cast)
    shown = page(nora.get(address(draft, "discard")))
    assert "Throw this draft away?" in shown
    assert shown.count(f'href="{address(draft, "check")}"') == 2
    assert Case.objects.exists()
    assert post(nora, draft, "discard", {})["Location"] == reverse("home")
    assert not Case.objects.exists()
    assert not Party.objects.exists()


def test_every_page_needs_sign_in(client: Client, cast: Cast) -> None:
    draft = an_empty_draft(cast)
    for place in (reverse("home"), reverse("case_raise"), address(draft, "safety"), "/cases/X/sent/"):
        assert client.get(place)["Location"].startswith("/accounts/login/")

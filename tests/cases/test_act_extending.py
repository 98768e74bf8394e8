"""Asking for a later date, and answering it, through their pages."""

from datetime import date, timedelta

import pytest
from django.test import Client

from agencies.tiers import Tier
from cases.models import Case, Extension
from tests.cases.act_pages import NOW, address, done, error_list, folded, open_page, send
from tests.cases.cast import RAISED, Cast, a_case, a_cast
from tests.cases.journeys import climb

pytestmark = pytest.mark.django_db
LATER = {"due_on_day": "20", "due_on_month": "4", "due_on_year": "2026", "reasons": "Sam is <b>ill</b>."}


@pytest.fixture
def cast() -> Cast:
    return a_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    case = a_case(cast)
    climb(cast, case, RAISED + timedelta(minutes=5))
    return case


@pytest.fixture
def asked(client: Client, cast: Cast, case: Case) -> Extension:
    assert done(send(client, cast.sam, case, "extend-date", LATER), case)
    return case.extensions.get()


def see(client: Client, case: Case) -> str:
    return folded(client.get(f"/cases/{case.reference}/"))


def test_page_says_who_has_to_agree(client: Client, cast: Cast, case: Case) -> None:
    page = open_page(client, cast.sam, case, "extend-date")
    assert f"holds once <strong>{cast.nursery.name} or the Business Manager</strong> has agreed" in page
    assert "agreed_with" not in page


def test_business_manager_sets_it_at_once(client: Client, cast: Cast, case: Case) -> None:
    climb(cast, case, NOW)
    climb(cast, case, NOW)
    assert "the later date holds at once" in open_page(client, cast.business_manager, case, "extend-date")
    assert done(send(client, cast.business_manager, case, "extend-date", LATER), case)
    assert "The date is now Monday 20 April 2026." in see(client, case)
    case.refresh_from_db()
    assert case.due_at is not None
    assert case.due_at.date() == date(2026, 4, 20)


def test_case_page_shows_what_is_asked_for_with_the_button_for_the_other_side(
    client: Client, cast: Cast, case: Case, asked: Extension
) -> None:
    mine = see(client, case)
    assert "You have asked for Monday 20 April 2026. It waits for" in mine
    assert f"<strong>{cast.sam.name} asks for a later date: Monday 20 April 2026.</strong>" in mine
    assert "another side or the Business Manager since" in mine
    assert "Sam is &lt;b&gt;ill&lt;/b&gt;." in mine
    assert "/answer-extension/" not in mine
    client.force_login(cast.nora)
    theirs = see(client, case)
    assert "This waits for you since" in theirs
    assert theirs.count("/answer-extension/") == 1
    assert theirs.index("/answer-extension/") < theirs.index("You are here")


def test_other_side_reads_it_and_agrees(client: Client, cast: Cast, case: Case, asked: Extension) -> None:
    page = open_page(client, cast.nora, case, "answer-extension")
    for words in (cast.sam.name, cast.care.name, "Monday 13 April 2026", "Monday 20 April 2026", "Sam is &lt;b&gt;ill"):
        assert words in page
    assert done(send(client, cast.nora, case, "answer-extension", {"agrees": "yes"}, page=page), case)
    asked.refresh_from_db()
    assert (asked.status, asked.answered_by) == (Extension.Status.AGREED, cast.nora)
    assert "The date is now Monday 20 April 2026." in see(client, case)


def test_refusal_needs_reasons_and_the_date_stays(client: Client, cast: Cast, case: Case, asked: Extension) -> None:
    response = send(client, cast.nora, case, "answer-extension", {"agrees": "no"})
    assert error_list(response) == ["Your reasons: say why you do not agree."]
    typed = {"agrees": "no", "reasons": "Too long."}
    assert done(send(client, cast.nora, case, "answer-extension", typed), case)
    asked.refresh_from_db()
    case.refresh_from_db()
    assert (asked.status, asked.answer_reasons) == (Extension.Status.REFUSED, "Too long.")
    assert case.due_at is not None
    assert case.due_at.date() == date(2026, 4, 13)


def test_nobody_agrees_to_what_they_ask(client: Client, cast: Cast, case: Case, asked: Extension) -> None:
    client.force_login(cast.sam)
    assert client.get(address(case, "answer-extension")).status_code == 403


def test_answer_to_another_extension_is_not_taken(client: Client, cast: Cast, case: Case, asked: Extension) -> None:
    page = open_page(client, cast.nora, case, "answer-extension")
    Extension.objects.update(status=Extension.Status.REFUSED)
    again = {**LATER, "due_on_day": "27"}
    assert done(send(client, cast.sam, case, "extend-date", again, at=NOW + timedelta(1)), case)
    response = send(client, cast.nora, case, "answer-extension", {"agrees": "yes"}, page=page)
    assert error_list(response) == ["This has been answered or overtaken since you opened this page."]
    assert Extension.objects.get(status=Extension.Status.PROPOSED).answered_by is None


def test_what_is_asked_for_inside_an_agency_stays_there(client: Client) -> None:
    cast = a_cast(policy="derbyshire-v3")
    case = a_case(cast)
    climb(cast, case, RAISED + timedelta(minutes=5))
    assert case.stage.tier == Tier.OWN_ADVICE
    agreed = {"due_on_day": "10", "due_on_month": "4", "due_on_year": "2026", "agreed_with": "My manager"}
    assert done(send(client, cast.nora, case, "set-date", agreed), case)
    assert done(send(client, cast.nora, case, "extend-date", LATER), case)
    assert "asks for a later date" in see(client, case)
    client.force_login(cast.sam)
    assert "asks for a later date" not in see(client, case)
    client.force_login(cast.officer(cast.nursery, Tier.LINE_MANAGER))
    assert "/answer-extension/" in see(client, case)

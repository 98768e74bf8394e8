"""No page of any kind breaks a serious accessibility rule or sticks out of a phone, whoever looks at it."""

from django.utils import timezone

from cases.models import Case
from cases.services import case_move_at_once
from tests.browser.desks import Desks
from tests.browser.journey import dispute_of
from tests.browser.looking import Look
from tests.browser.pages import Raise, press
from tests.cases.cast import Cast, a_case


def at_the_chair(cast: Cast) -> Case:
    """A case that went to the partnership at once, with a message for everybody concerned."""
    at = timezone.now()
    case = a_case(cast, at)
    case_move_at_once(case=case, by=cast.nora, at=at, to_stage="5", reasons="The child is in danger tonight.")
    case.refresh_from_db()
    return case


def test_to_a_visitor(desks: Desks) -> None:
    look, page = Look(), desks.nobodys()
    look.at(page, "/accounts/login/", "/accounts/password/reset/")
    page.goto("/accounts/login/")
    press(page, "Sign in")
    look(page)
    assert look.problems == []


def test_to_someone_who_raises(desks: Desks, cast: Cast) -> None:
    look, page = Look(), desks.of(cast.nora)
    look.at(page, "/")
    Raise(page, dispute_of(cast, "Levels of need"), look=look).all_steps()
    look.at(page, "/")
    assert look.problems == []


def test_to_someone_who_takes_part_in_a_case_and_does_what_the_buttons_offer(desks: Desks, cast: Cast) -> None:
    case = a_case(cast, timezone.now())
    look, page = Look(), desks.of(cast.nora)
    look.at(page, f"/cases/{case.reference}/")
    offered = page.locator("main a[role=button]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert len(offered) >= 5
    look.at(page, *offered)
    assert look.problems == []


def test_to_those_who_keep_the_register_and_decide(desks: Desks, cast: Cast) -> None:
    case = at_the_chair(cast)
    look, page = Look(), desks.of(cast.business_manager)
    look.at(page, "/", "/register/", f"/cases/{case.reference}/", f"/cases/{case.reference}/convene-panel/")
    look.at(desks.of(cast.chair), "/", f"/cases/{case.reference}/decide/", "/notifications/")
    assert look.problems == []


def test_to_someone_who_looks_things_up(desks: Desks, cast: Cast) -> None:
    look, page = Look(), desks.of(cast.sam)
    look.at(page, "/policies/", "/policies/torbay/", "/directory/", "/notifications/", "/accounts/2fa/")
    with desks.refused():
        look.at(page, "/cases/NOR-2026-9999/", "/nothing/here/")
    assert look.problems == []

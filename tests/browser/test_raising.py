"""Raising on a phone without JavaScript, with the keyboard alone, and with mistakes."""

import re

from playwright.sync_api import Locator, Page, expect

from cases.models import Case
from tests.browser.desks import Desks
from tests.browser.journey import dispute_of
from tests.browser.looking import PHONE, sticks_out
from tests.browser.pages import Raise, group, press
from tests.cases.cast import PASSWORD, Cast


def tab_to(page: Page, target: Locator, most: int = 60) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{most} times Tab do not lead to {target}")


def test_on_a_phone_without_scripts_a_disagreement_is_raised(desks: Desks, cast: Cast) -> None:
    page = desks.signed_in(cast.nora, java_script_enabled=False, viewport={"width": PHONE, "height": 740})
    wide: list[str] = []

    reference = Raise(
        page, dispute_of(cast, "Levels of need"), look=lambda seen: wide.extend(sticks_out(seen))
    ).all_steps()

    assert wide == []
    assert Case.objects.get(reference=reference).raised_by == cast.nora
    expect(page.get_by_role("main")).to_contain_text(cast.officer(cast.nursery, "line_manager").name)


def test_with_the_keyboard_alone_one_signs_in_and_begins_to_raise(desks: Desks, cast: Cast) -> None:
    cast.nora.set_password(PASSWORD)
    cast.nora.save()
    page = desks.nobodys()
    page.goto("/accounts/login/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("E-mail address"))
    page.keyboard.type(cast.nora.email)
    tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/$"))
    begin = page.get_by_role("button", name="Raise a disagreement")
    expect(begin).to_be_visible()
    tab_to(page, begin)
    page.keyboard.press("Enter")
    start = page.get_by_role("button", name="Start")
    expect(start).to_be_visible()
    tab_to(page, start)
    page.keyboard.press("Enter")
    risk = group(page, "Is a child at immediate risk of harm?")
    expect(risk).to_be_visible()
    tab_to(page, risk.get_by_label("Yes", exact=True))
    page.keyboard.press("ArrowDown")
    expect(risk.get_by_label("No", exact=True)).to_be_checked()
    tab_to(page, page.get_by_role("button", name="Continue"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("What do you disagree with?")


def test_a_step_with_a_mistake_keeps_what_was_typed_and_says_how_to_mend_it(desks: Desks, cast: Cast) -> None:
    page = desks.of(cast.nora)
    raising = Raise(page, dispute_of(cast, "Levels of need"))
    page.goto("/cases/raise/")
    press(page, "Start")
    raising.safety()
    decision = page.get_by_label("Which decision do you disagree with?")
    decision.fill("The referral was closed.\nNobody rang back.")
    when = group(page, "When was it made? (optional)")
    when.get_by_label("Day").fill("31")
    when.get_by_label("Month").fill("feb")
    when.get_by_label("Year").fill("2026")
    press(page, "Continue")

    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(summary.get_by_role("link", name="Say why a child may be at risk")).to_be_visible()
    expect(decision).to_have_value("The referral was closed.\nNobody rang back.")
    expect(when.get_by_label("Month")).to_have_value("feb")
    summary.get_by_role("link", name=re.compile("no such day")).click()
    expect(when.get_by_label("Day")).to_be_focused()


def test_an_act_with_a_mistake_keeps_what_was_typed(desks: Desks, cast: Cast) -> None:
    page = desks.of(cast.nora)
    reference = Raise(page, dispute_of(cast, "Levels of need")).all_steps()
    page.goto(f"/cases/{reference}/give-view/")
    page.get_by_label("Evidence 1: what you know").fill("Collected late again")
    press(page, "Put our view on the record")

    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)
    expect(page.get_by_label("Evidence 1: what you know")).to_have_value("Collected late again")
    assert not Case.objects.get(reference=reference).entries.filter(kind="view.given").exists()

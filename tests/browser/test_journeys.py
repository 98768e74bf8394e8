"""The six journeys: under each edition a disagreement is raised, answered, climbs, and ends with a decision."""

import re

from playwright.sync_api import Locator, expect

from policies.models import PolicyEdition
from tests.browser.conftest import Begin
from tests.browser.journey import Journey
from tests.browser.pages import sign_in, soon
from tests.cases.cast import PASSWORD, load_policy

RISK = "We understand or interpret the risk differently"
RESOURCES = "What is needed is not available: resources"
THRESHOLD = "A referral or a service is judged to be below the threshold"
SERIOUSNESS = "How serious the child's situation is"


def on_the_register(journey: Journey) -> Locator:
    """The Business Manager's register, and the row of the case on it."""
    page = journey.desks.of(journey.cast.business_manager)
    page.goto("/register/")
    return page.get_by_role("row").filter(has_text=journey.reference)


def in_full(journey: Journey, subject: str) -> None:
    """The Business Manager sees what it is about and opens it from the register."""
    row = on_the_register(journey)
    expect(row).to_contain_text(subject)
    row.get_by_role("link", name=journey.reference).click()
    expect(row.page.get_by_role("heading", level=1)).to_have_text(journey.reference)


def without_detail(journey: Journey, subject: str) -> None:
    """The Business Manager sees that there is a case, not what it is about, and cannot open it."""
    row = on_the_register(journey)
    expect(row).to_contain_text("In full from stage 3")
    expect(row).not_to_contain_text(subject)
    expect(row.get_by_role("link")).to_have_count(0)
    with journey.desks.refused():
        answer = row.page.goto(f"/cases/{journey.reference}/")
    assert answer is not None
    assert answer.status == 404


def test_torbay_climbs_six_stages_to_a_panels_decision_and_the_register_follows_from_stage_3(begin: Begin) -> None:
    journey = begin("torbay")
    cast = journey.cast
    cast.nora.set_password(PASSWORD)
    cast.nora.save()
    own = journey.desks.nobodys()
    sign_in(own, cast.nora.email, PASSWORD)
    subject = "Levels of need"
    journey.raised(subject, page=own)
    journey.stands_at("Pre-escalation", seen_by=cast.nora)
    without_detail(journey, subject)

    journey.climbs("Professional to professional")
    journey.answered(cast.sam)
    journey.climbs("Manager to manager")
    without_detail(journey, subject)

    for stage in ("Senior manager to senior manager", "Director to director", "Referral to the partnership"):
        journey.climbs(stage)
        in_full(journey, subject)

    journey.at(cast.business_manager).convene_panel([member.name for member in cast.panel])
    in_full(journey, subject)
    journey.is_decided("Decided by a resolution panel", by=cast.panel[0])


def test_buckinghamshire_agrees_its_dates_and_ends_with_the_chairs_binding_decision(begin: Begin) -> None:
    journey = begin("buckinghamshire", "thornbury").raised("Sharing of information")
    cast = journey.cast
    journey.stands_at("Professional discussion", seen_by=cast.sam)
    journey.answered(cast.sam)
    page = journey.at(cast.nora).open().page
    expect(page.get_by_role("main")).to_contain_text("No date agreed yet")
    journey.at(cast.nora).set_date(soon(7), f"{cast.sam.name}, {cast.care.name}")
    expect(page.get_by_role("main")).not_to_contain_text("No date agreed yet")

    journey.climbs("Senior staff")
    journey.climbs("Escalation manager")
    journey.at(journey.in_charge()).give_view("The risk has grown.", "Two more late collections", "Nursery register")
    for stage in ("Senior management", "Chair"):
        journey.climbs(stage)
    journey.is_decided("Final decision that binds every agency", by=cast.chair)


def test_derbyshire_v3_goes_to_the_child_protection_manager_for_risk_and_then_to_the_leaders(begin: Begin) -> None:
    journey = begin("derbyshire-v3", "edgemoor").raised(SERIOUSNESS, RISK)
    cast = journey.cast
    journey.answered(cast.sam)
    for stage in ("Own manager's advice", "Escalation of concerns", "Child protection manager"):
        journey.climbs(stage)
    journey.at(cast.safeguarding_manager).decide("No child protection conference is convened", ends=False)
    journey.stands_at("Agency leadership", seen_by=cast.officer(cast.care, "director"))
    journey.climbs("Chair of the Board")
    journey.is_decided("Decided by the Chair", by=cast.chair)


def test_derbyshire_v3_goes_straight_to_the_leaders_for_resources(begin: Begin) -> None:
    journey = begin("derbyshire-v3", "edgemoor").raised(SERIOUSNESS, RESOURCES)
    cast = journey.cast
    journey.answered(cast.sam)
    for stage in ("Own manager's advice", "Escalation of concerns", "Agency leadership", "Chair of the Board"):
        journey.climbs(stage)
    assert not journey.case.visits.filter(stage_code="4a").exists()
    journey.is_decided("Decided by the Chair", by=cast.chair)


def test_derbyshire_v2_case_goes_on_under_v2_after_v3_has_taken_effect(begin: Begin) -> None:
    journey = begin("derbyshire-v2", "oldmoor").raised(SERIOUSNESS, RISK)
    cast = journey.cast
    journey.answered(cast.sam)
    journey.climbs("Own manager's advice")

    load_policy(cast.partnership, "derbyshire-v3")
    in_force = PolicyEdition.objects.in_force(cast.partnership, soon(0))
    assert in_force is not None
    assert in_force.edition == "v3"
    for stage in ("Escalation of concerns", "Child protection manager"):
        journey.climbs(stage)
    assert (journey.case.stage_code, journey.case.edition.edition) == ("4", "v2")
    journey.at(cast.safeguarding_manager).decide("No child protection conference is convened", ends=False)
    journey.stands_at("Appropriate level of management", seen_by=cast.nora)
    journey.climbs("Chair of the Board")
    assert journey.case.stage_code == "6"
    journey.is_decided("Decided by the Chair", by=cast.chair)


def test_plymouth_nursery_has_one_working_day_and_ends_with_the_boards_chair(begin: Begin) -> None:
    journey = begin("plymouth_nursery", "seahaven").raised(
        "A referral or a service is judged to be below the threshold"
    )
    cast = journey.cast
    sent = journey.desks.of(cast.nora).get_by_role("main")
    expect(sent).to_contain_text(cast.sam.name)
    expect(sent).to_contain_text(re.compile(r"in \d working days?|today"))
    journey.answered(cast.sam)
    for stage in ("Preventing disputes: line managers", "Informal dispute"):
        journey.climbs(stage)
    expect(journey.at(cast.nora).open().page.get_by_role("main")).to_contain_text("The early help officer")
    for stage in ("Formal dispute", "Remaining disagreement: head of safeguarding"):
        journey.climbs(stage)
    journey.at(cast.safeguarding_manager).decide("Reported to the Board's Chair", ends=False)
    journey.stands_at("Remaining disagreement: Chair of the Board", seen_by=cast.chair)
    journey.is_decided("Decided by the Chair", by=cast.chair)

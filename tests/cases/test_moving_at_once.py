"""Immediate risk: the case moves up now, without anybody's approval, and everybody is told."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from cases.models import Answer, Case, Resolution, StageVisit
from cases.permissions import may
from cases.services import case_move_at_once, case_propose_resolution, case_withdraw
from notifications.models import Notification
from tests.cases.cast import RAISED, Cast, a_case, a_cast, some_actions
from tests.cases.journeys import ask, climb
from tests.cases.refusals import not_allowed, refused, wrong_state

pytestmark = pytest.mark.django_db
NOW = RAISED + timedelta(hours=6)
ORDER = ["pre", "1", "2", "3", "4", "5"]
LATER = [(here, there) for here in ORDER for there in ORDER if ORDER.index(there) > ORDER.index(here)]
NOT_LATER = [(here, there) for here in ORDER[:-1] for there in ORDER if ORDER.index(there) <= ORDER.index(here)]
CaseAt = Callable[[str], Case]


def move(cast: Cast, case: Case, to: str, **others: object) -> Case:
    given: dict[str, object] = {"case": case, "by": cast.nora, "at": NOW, "to_stage": to, "reasons": "He is near."}
    return case_move_at_once(**{**given, **others})  # type: ignore[arg-type]


@pytest.mark.parametrize(("here", "there"), LATER)
def test_case_moves_from_any_stage_to_any_later_one(cast: Cast, case_at: CaseAt, here: str, there: str) -> None:
    case = case_at(here)
    move(cast, case, there)
    case.refresh_from_db()
    assert (case.stage_code, case.state) == (there, case.policy.stage(there).tier)
    assert case.immediate_risk is True
    assert case.registered_at is not None, "the Business Manager sees it, whatever the stage"
    visit = case.visits.get(left_at__isnull=True)
    assert (visit.stage_code, visit.entered_how) == (there, StageVisit.How.MOVED_AT_ONCE)


@pytest.mark.parametrize(("here", "there"), [*NOT_LATER, ("1", "nowhere"), ("1", "")])
def test_case_does_not_move_back_or_nowhere(cast: Cast, case_at: CaseAt, here: str, there: str) -> None:
    with refused("stage_not_allowed"):
        move(cast, case_at(here), there)


@pytest.mark.parametrize("there", ORDER)
def test_last_stage_is_the_last(cast: Cast, case_at: CaseAt, there: str) -> None:
    with wrong_state():
        move(cast, case_at("5"), there)


@pytest.mark.parametrize("reasons", ["", "  \n"])
def test_risk_and_what_was_done_about_it_have_to_be_said(cast: Cast, case_at: CaseAt, reasons: str) -> None:
    with refused("reasons_missing"):
        move(cast, case_at("1"), "2", reasons=reasons)


def test_record_says_from_where_to_where_and_why(cast: Cast, case_at: CaseAt) -> None:
    case = case_at("1")
    move(cast, case, "4")
    moved, entered = list(case.entries.all())[-2:]
    assert (moved.kind, moved.by, moved.agency) == ("case.moved_at_once", cast.nora, cast.nursery)
    assert moved.content == {"from": "1", "to": "4", "reasons": "He is near."}
    assert (entered.kind, entered.content["how"]) == ("stage.entered", "moved_at_once")


def test_nothing_has_to_be_written_down_or_confirmed_first() -> None:
    cast = a_cast("thornbury", "buckinghamshire")
    case = a_case(cast)
    assert case.stage.confirmations
    assert case.stage.required_records
    move(cast, case, "1")
    case.refresh_from_db()
    assert case.stage_code == "1"


@pytest.mark.parametrize("who", ["sam", "lead"])
def test_other_side_may_move_it_too(cast: Cast, case_at: CaseAt, who: str) -> None:
    case = case_at("1")
    move(cast, case, "3", by=getattr(cast, who))
    case.refresh_from_db()
    assert case.stage_code == "3"


@pytest.mark.parametrize("who", ["outsider", "auditor", "chair", "business_manager"])
def test_people_outside_the_sides_may_not(cast: Cast, case_at: CaseAt, who: str) -> None:
    with not_allowed():
        move(cast, case_at("3"), "4", by=getattr(cast, who))


def test_move_out_of_own_advice_tells_the_other_agency(cast: Cast, case_at: CaseAt) -> None:
    case = case_at("pre")
    assert case.parties.get(side="receiving").joined_at is None
    move(cast, case, "2")
    assert case.parties.get(side="receiving").joined_at == NOW
    told = Notification.objects.filter(case_id=case.pk, event="case.moved_at_once", recipient__isnull=False)
    assert cast.officer(cast.care, "line_manager") in {row.recipient for row in told}


def test_everybody_is_told_at_once_and_urgently_but_not_the_one_who_moved_it(cast: Cast, case_at: CaseAt) -> None:
    case = case_at("2")
    before = set(Notification.objects.values_list("pk", flat=True))
    move(cast, case, "3")
    rows = list(Notification.objects.exclude(pk__in=before).select_related("recipient"))
    people = {row.recipient for row in rows if row.recipient and row.event == "case.moved_at_once"}
    expected = {participant.person for participant in case.participants.select_related("person")}
    assert people == expected - {cast.nora}
    assert all(row.urgent for row in rows)
    mailbox = {row.event for row in rows if row.address == cast.partnership.mailbox}
    assert "case.moved_at_once" in mailbox


def test_what_waited_at_the_old_stage_is_overtaken(cast: Cast, case_at: CaseAt) -> None:
    case = case_at("1")
    request = ask(cast, case, NOW)
    assert request is not None
    proposal = case_propose_resolution(
        case=case,
        by=cast.sam,
        at=NOW,
        what_changes="A visit",
        actions=some_actions(date(2026, 5, 1)),
        review_on=date(2026, 6, 1),
    )
    move(cast, case, "2")
    request.refresh_from_db()
    proposal.refresh_from_db()
    assert (request.answer, proposal.status) == (Answer.OVERTAKEN, Resolution.Status.OVERTAKEN)


def test_clocks_of_the_old_stage_stop_and_those_of_the_new_one_run(cast: Cast, case_at: CaseAt) -> None:
    case = case_at("1")
    old = case.clocks.get(stopped_at__isnull=True)
    move(cast, case, "4")
    old.refresh_from_db()
    running = case.clocks.get(stopped_at__isnull=True)
    assert (old.stopped_at, old.next_step, old.next_step_at) == (NOW, "", None)
    assert (running.rule_code, running.started_at) == ("directors", NOW)


def test_ended_case_does_not_move(cast: Cast, case_at: CaseAt) -> None:
    case = case_at("1")
    case_withdraw(case=case, by=cast.nora, at=NOW, reasons="Settled.")
    with wrong_state():
        move(cast, case, "4")


class TestPolicyThatNamesTheStage:
    """Buckinghamshire: at imminent risk the case goes to stage 1 at once, and from there stage by stage."""

    def test_only_the_named_stage_from_before_it(self) -> None:
        cast = a_cast("thornbury", "buckinghamshire")
        case = a_case(cast)
        for there in ("2", "3", "4"):
            with refused("stage_not_allowed"):
                move(cast, case, there)
        move(cast, case, "1")

    def test_next_stage_from_there_on(self) -> None:
        cast = a_cast("thornbury", "buckinghamshire")
        case = a_case(cast)
        climb(cast, case, RAISED + timedelta(hours=1))
        for there in ("3", "4"):
            with refused("stage_not_allowed"):
                move(cast, case, there)
        move(cast, case, "2")
        case.refresh_from_db()
        assert case.stage_code == "2"


@pytest.mark.parametrize("here", ORDER)
def test_page_and_service_agree_on_whether_there_is_somewhere_to_move(cast: Cast, case_at: CaseAt, here: str) -> None:
    case = case_at(here)
    assert may(cast.nora, "move_at_once", case).allowed == bool(case.policy.immediate_stages(here))

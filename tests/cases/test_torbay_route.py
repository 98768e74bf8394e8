"""A disagreement climbs all six stages of Torbay's policy and is decided by a panel."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agencies.tiers import Tier
from cases.access import visible_to
from cases.models import Case
from cases.record import faults
from cases.services import (
    DecisionText,
    case_convene_panel,
    case_decide,
    case_give_view,
    case_set_date,
)
from escalation.errors import RuleViolation
from tests.cases.cast import RAISED, Cast, a_case, a_cast, some_actions
from tests.cases.journeys import climb

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def end_of(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 23, 59, 59, tzinfo=LONDON)


def escalate(cast: Cast, case: Case, at: datetime, tier: Tier | None) -> None:
    """Climb one stage; the approver is the nursery's officer of the tier (None: the policy wants none)."""
    approver = climb(cast, case, at)
    assert approver == (cast.officer(cast.nursery, tier) if tier else None)


def test_case_climbs_every_stage_to_a_panels_decision() -> None:
    cast = a_cast()
    case = a_case(cast)
    assert (case.reference, case.state, case.stage_code) == ("NORTHW-2026-0001", "own_advice", "pre")
    assert not visible_to(cast.sam).exists(), "advice inside one's own agency stays inside it"

    at = RAISED + timedelta(hours=1)
    escalate(cast, case, at, None)
    assert (case.state, case.stage_code, case.due_at) == ("professional", "1", end_of(2026, 4, 13))
    assert visible_to(cast.sam).get() == case
    assert not visible_to(cast.business_manager).exists()

    escalate(cast, case, at + timedelta(hours=1), Tier.LINE_MANAGER)
    assert (case.state, case.stage_code, case.due_at) == ("line_manager", "2", end_of(2026, 4, 13))
    at_two = {p.person for p in case.participants.filter(tier="line_manager")}
    assert {cast.officer(cast.nursery, "line_manager"), cast.officer(cast.care, "line_manager")} <= at_two
    assert not visible_to(cast.business_manager).exists(), "the register shows it in full from stage 3"

    escalate(cast, case, datetime(2026, 4, 13, 16, 0, tzinfo=LONDON), Tier.LINE_MANAGER)
    assert (case.state, case.stage_code, case.due_at) == ("senior_manager", "3", end_of(2026, 4, 20))
    assert visible_to(cast.business_manager).get() == case

    escalate(cast, case, datetime(2026, 4, 20, 16, 0, tzinfo=LONDON), Tier.SENIOR_MANAGER)
    assert (case.state, case.stage_code, case.due_at) == ("director", "4", end_of(2026, 5, 5))

    at = datetime(2026, 5, 5, 16, 0, tzinfo=LONDON)
    escalate(cast, case, at, Tier.DIRECTOR)
    assert (case.state, case.stage_code, case.due_at) == ("chair", "5", None)

    case_set_date(case=case, by=cast.business_manager, at=at, due_on=date(2026, 5, 15), agreed_with="The Chair")
    case.refresh_from_db()
    assert case.due_at == end_of(2026, 5, 15)
    members = [member for member in cast.panel]
    case_convene_panel(case=case, by=cast.business_manager, at=at, members=members)
    case_give_view(case=case, by=cast.sam, at=at, view="We assessed it and found no risk.")
    decision = case_decide(
        case=case,
        by=members[0],
        at=at + timedelta(days=2),
        decision=DecisionText(
            outcome=next(o.code for o in case.stage.outcomes if o.ends),
            reasons="The evidence of the nursery weighs more.",
            what_changes="Social care assesses within five working days.",
            actions=some_actions(date(2026, 5, 20)),
            review_on=date(2026, 6, 1),
        ),
    )
    case.refresh_from_db()
    assert (case.state, decision.with_panel) == ("resolved", True)
    assert Case.objects.get(pk=case.pk).due_at is None
    assert list(faults(case)) == []
    assert case.clocks.filter(stopped_at__isnull=True).count() == 0
    assert [visit.stage_code for visit in case.visits.all()] == ["pre", "1", "2", "3", "4", "5"]


def test_panel_outcome_wants_a_panel_that_was_convened() -> None:
    cast = a_cast()
    case = a_case(cast)
    for hour in range(1, 6):
        climb(cast, case, RAISED + timedelta(hours=hour))
    decision = DecisionText(
        outcome="panel_decides",
        reasons="Both views were heard.",
        what_changes="Social care assesses.",
        actions=some_actions(date(2026, 5, 20)),
        review_on=date(2026, 6, 1),
    )
    with pytest.raises(RuleViolation, match="Convene the panel first"):
        case_decide(case=case, by=cast.chair, at=RAISED + timedelta(hours=6), decision=decision)

"""Every edition of the library runs from the first discussion to its last decision."""

from datetime import date, timedelta

import pytest

from cases.models import Case
from cases.record import faults
from cases.services import DecisionText, case_decide, case_raise, case_save_draft
from escalation.errors import NotAllowed, RuleViolation
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_draft, some_actions
from tests.cases.journeys import ask, climb

pytestmark = pytest.mark.django_db


def decision(case: Case, code: str) -> DecisionText:
    day = case.raised_at.date() if case.raised_at else date(2026, 4, 2)
    return DecisionText(
        outcome=code,
        reasons="Both views were heard.",
        what_changes="An assessment begins.",
        actions=some_actions(day + timedelta(days=60)),
        review_on=day + timedelta(days=90),
    )


def climb_to(cast: Cast, case: Case, *stages: tuple[str, str]) -> None:
    """Climb stage by stage and check the code and the tier of each."""
    for number, (code, tier) in enumerate(stages, start=1):
        climb(cast, case, RAISED + timedelta(hours=number))
        assert (case.stage_code, case.state) == (code, tier)


def test_buckinghamshire_runs_to_the_chairs_binding_decision() -> None:
    cast = a_cast("thornbury", "buckinghamshire")
    case = a_case(cast)
    assert (case.stage_code, case.state, case.due_at) == ("pre", "professional", None)
    climb_to(cast, case, ("1", "line_manager"), ("2", "senior_manager"), ("3", "director"), ("4", "chair"))
    case_decide(case=case, by=cast.chair, at=RAISED + timedelta(days=1), decision=decision(case, "binding_decision"))
    case.refresh_from_db()
    assert case.state == "resolved"
    assert list(faults(case)) == []


@pytest.mark.parametrize(
    ("ground", "then"),
    [
        ("risk", [("4a", "safeguarding_manager"), ("4b", "director"), ("5", "chair")]),
        ("resources", [("4b", "director"), ("5", "chair")]),
        ("other", [("4b", "director"), ("5", "chair")]),
    ],
)
def test_derbyshire_v3_branches_by_ground(ground: str, then: list[tuple[str, str]]) -> None:
    cast = a_cast("edgemoor", "derbyshire-v3")
    case = a_case(cast, ground=ground)
    assert (case.stage_code, case.state) == ("1", "professional")
    climb_to(cast, case, ("2", "own_advice"), ("3", "line_manager"), *then)
    case_decide(case=case, by=cast.chair, at=RAISED + timedelta(days=1), decision=decision(case, "decided"))
    case.refresh_from_db()
    assert case.state == "resolved"


def test_derbyshire_v3_manager_decides_that_a_conference_is_convened() -> None:
    cast = a_cast("edgemoor", "derbyshire-v3")
    case = a_case(cast, ground="risk")
    climb_to(cast, case, ("2", "own_advice"), ("3", "line_manager"), ("4a", "safeguarding_manager"))
    with pytest.raises(NotAllowed, match="Only the safeguarding manager"):
        case_decide(case=case, by=cast.chair, at=RAISED + timedelta(days=1), decision=decision(case, "conference"))
    case_decide(
        case=case,
        by=cast.safeguarding_manager,
        at=RAISED + timedelta(days=1),
        decision=decision(case, "conference"),
    )
    case.refresh_from_db()
    assert case.state == "resolved"


def test_derbyshire_v3_without_a_conference_goes_to_the_agency_leaders() -> None:
    cast = a_cast("edgemoor", "derbyshire-v3")
    case = a_case(cast, ground="risk")
    climb_to(cast, case, ("2", "own_advice"), ("3", "line_manager"), ("4a", "safeguarding_manager"))
    made = case_decide(
        case=case,
        by=cast.safeguarding_manager,
        at=RAISED + timedelta(days=1),
        decision=decision(case, "no_conference"),
    )
    case.refresh_from_db()
    assert (case.stage_code, case.state, made.ends_case) == ("4b", "director", False)


def test_derbyshire_v2_numbers_its_six_stages() -> None:
    cast = a_cast("oldmoor", "derbyshire-v2")
    case = a_case(cast, ground="risk")
    climb_to(
        cast,
        case,
        ("2", "own_advice"),
        ("3", "line_manager"),
        ("4", "safeguarding_manager"),
        ("5", "director"),
        ("6", "chair"),
    )
    case_decide(case=case, by=cast.chair, at=RAISED + timedelta(days=1), decision=decision(case, "decided"))
    case.refresh_from_db()
    assert case.state == "resolved"


def test_plymouth_head_of_safeguarding_reports_to_the_chair() -> None:
    cast = a_cast("seahaven", "plymouth_nursery")
    case = a_case(cast)
    assert case.due_at is not None
    climb_to(
        cast,
        case,
        ("1b", "line_manager"),
        ("2", "senior_manager"),
        ("3", "director"),
        ("4", "safeguarding_manager"),
    )
    case_decide(
        case=case,
        by=cast.safeguarding_manager,
        at=RAISED + timedelta(days=1),
        decision=decision(case, "report_to_chair"),
    )
    case.refresh_from_db()
    assert (case.stage_code, case.state) == ("4b", "chair")
    case_decide(case=case, by=cast.chair, at=RAISED + timedelta(days=2), decision=decision(case, "decided"))
    case.refresh_from_db()
    assert case.state == "resolved"


def test_last_stage_leads_nowhere_but_to_an_end() -> None:
    cast = a_cast("thornbury", "buckinghamshire")
    case = a_case(cast)
    climb_to(cast, case, ("1", "line_manager"), ("2", "senior_manager"), ("3", "director"), ("4", "chair"))
    with pytest.raises(RuleViolation, match="last stage"):
        ask(cast, case, RAISED + timedelta(hours=9))


def test_policy_without_the_ground_of_the_case_refuses_its_branch() -> None:
    cast = a_cast("edgemoor", "derbyshire-v3")
    case = a_case(cast, ground="resources")
    climb_to(cast, case, ("2", "own_advice"), ("3", "line_manager"))
    with pytest.raises(RuleViolation, match="does not lead"):
        ask(cast, case, RAISED + timedelta(hours=9), to="4a")


def test_inside_one_agency_the_two_sides_are_spoken_for_by_two_people() -> None:
    cast = a_cast("thornbury", "buckinghamshire")
    draft = a_draft(cast)
    case_save_draft(draft=draft, by=cast.nora, answers={"decision_maker": None}, receiving=cast.nursery)
    case = case_raise(draft=draft, by=cast.nora, at=RAISED)
    climb(cast, case, RAISED + timedelta(hours=1))
    seated = case.entries.filter(kind="stage.entered").latest("number").content["people"]
    assert [row["side"] for row in seated] == ["raising", "receiving"]
    assert seated[0]["person"] != seated[1]["person"]

import pytest

from policies.due import DueMoment
from policies.schema import Policy
from policies.stage_due import StageDue, stage_due
from policies.workdays import Calendar
from tests.policies.texts import at, end_of, library_policy, policy_of

ENGLAND_AND_WALES = Calendar("england-and-wales")
RAISED = at("2026-04-14 10:00")

ONE_DUTY = """[[stage.duty]]
code = "settle"
owed_by = "both"
deed = "Settle it"
clock = "talking"
"""
ACKNOWLEDGE = """[[stage.duty]]
code = "acknowledge"
owed_by = "receiving"
deed = "Acknowledge"
clock = "acknowledging"
"""
CLOCK = """[[clock]]
code = "talking"
"""


def clock(starts: str, limit: str) -> str:
    return f'[[clock]]\ncode = "acknowledging"\nstarts = "{starts}"\nlimit = {limit}\n\n'


def two_duties(starts: str, limit: str, *, acknowledge_first: bool = False) -> Policy:
    duties = ACKNOWLEDGE + ONE_DUTY if acknowledge_first else ONE_DUTY + ACKNOWLEDGE
    return policy_of((ONE_DUTY, duties), (CLOCK, clock(starts, limit) + CLOCK))


def first_stage_due(policy: Policy) -> StageDue:
    return stage_due(
        policy,
        policy.stages[0],
        calendar=ENGLAND_AND_WALES,
        raised_at=RAISED,
        entered_at=RAISED,
        running={},
    )


def test_a_stage_with_one_duty_runs_out_with_it() -> None:
    due = first_stage_due(policy_of())
    assert due.at == end_of("2026-04-17")
    assert due.waits_for.code == "settle"
    assert due.limit == "three days"


@pytest.mark.parametrize("acknowledge_first", [True, False])
def test_a_stage_with_two_duties_runs_out_with_the_later_in_whatever_order(acknowledge_first: bool) -> None:
    one_day = '{ amount = 1, unit = "working_days", printed = "a day" }'
    due = first_stage_due(two_duties("case_raised", one_day, acknowledge_first=acknowledge_first))
    assert due.at == end_of("2026-04-17")
    assert due.waits_for.code == "settle"
    assert {duty.code: moment.at for duty, moment in due.duties} == {
        "acknowledge": end_of("2026-04-15"),
        "settle": end_of("2026-04-17"),
    }


def test_duties_stand_in_the_order_of_the_file() -> None:
    one_day = '{ amount = 1, unit = "working_days", printed = "a day" }'
    due = first_stage_due(two_duties("case_raised", one_day))
    assert [duty.code for duty, _ in due.duties] == ["settle", "acknowledge"]


@pytest.mark.parametrize("limit", ['{ unit = "none" }', '{ unit = "agreed", printed = "in time" }'])
def test_a_duty_without_a_figure_leaves_the_stages_date_to_its_people(limit: str) -> None:
    due = first_stage_due(two_duties("case_raised", limit))
    assert due.at is None
    assert due.waits_for.code == "acknowledge"
    assert due.duties[0][1].at == end_of("2026-04-17")


@pytest.mark.parametrize("acknowledge_first", [True, False])
def test_a_duty_can_start_when_another_of_the_same_stage_ends(acknowledge_first: bool) -> None:
    two_days = '{ amount = 2, unit = "working_days", printed = "two further days" }'
    due = first_stage_due(two_duties("clock_end:talking", two_days, acknowledge_first=acknowledge_first))
    assert due.at == end_of("2026-04-21")
    assert due.limit == "two further days"


def test_a_clock_that_an_earlier_stage_started_is_not_started_again() -> None:
    policy = policy_of(('clock = "deciding"', 'clock = "talking"'))
    running = {"talking": DueMoment(end_of("2026-04-15"), RAISED, "three days", "It runs since stage 1.")}
    due = stage_due(
        policy,
        policy.stage("2"),
        calendar=ENGLAND_AND_WALES,
        raised_at=RAISED,
        entered_at=at("2026-04-15 09:00"),
        running=running,
    )
    assert due.at == end_of("2026-04-15")
    assert due.reason == "It runs since stage 1."


def test_the_clocks_already_running_are_left_as_they_were() -> None:
    running: dict[str, DueMoment] = {}
    policy = policy_of()
    stage_due(
        policy,
        policy.stages[0],
        calendar=ENGLAND_AND_WALES,
        raised_at=RAISED,
        entered_at=RAISED,
        running=running,
    )
    assert running == {}


def test_torbays_first_two_stages_share_what_is_left_of_five_days() -> None:
    policy = library_policy("torbay")
    raised = at("2026-04-02 10:00")
    first = stage_due(
        policy,
        policy.stage("1"),
        calendar=ENGLAND_AND_WALES,
        raised_at=raised,
        entered_at=raised,
        running={},
    )
    second = stage_due(
        policy,
        policy.stage("2"),
        calendar=ENGLAND_AND_WALES,
        raised_at=raised,
        entered_at=at("2026-04-09 15:00"),
        running={},
    )
    assert first.at == second.at == end_of("2026-04-13")

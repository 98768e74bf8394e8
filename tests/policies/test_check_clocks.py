import pytest

from tests.policies.texts import changed, only_problem, policy_of, problems_of

TALKING = 'starts = "case_raised"'
DECIDING = 'starts = "stage_entered"'
THIRD = '[[clock]]\ncode = "third"\nstarts = "{starts}"\nlimit = {{ unit = "none" }}\n\n[[stage]]\ncode = "1"'


def test_a_clock_that_no_duty_runs_on_is_refused() -> None:
    problem = only_problem(('[[stage]]\ncode = "1"', THIRD.format(starts="case_raised")))
    assert problem.key == 'clock["third"].code'
    assert problem.message == "no duty runs on this clock"


def test_a_clock_that_only_another_clock_waits_for_is_not_used() -> None:
    text = changed(
        ('[[stage]]\ncode = "1"', THIRD.format(starts="case_raised")), (TALKING, 'starts = "clock_end:third"')
    )
    assert [problem.key for problem in problems_of(text)] == ['clock["third"].code']


def test_a_clock_that_waits_for_no_clock_is_refused_with_those_there_are() -> None:
    problem = only_problem((DECIDING, 'starts = "clock_end:nothing"'))
    assert problem.key == 'clock["deciding"].starts'
    assert "talking or deciding" in problem.fix


@pytest.mark.parametrize(
    ("talking", "deciding", "keys"),
    [
        ("case_raised", "clock_end:deciding", ['clock["deciding"].starts']),
        ("clock_end:deciding", "clock_end:talking", ['clock["talking"].starts', 'clock["deciding"].starts']),
    ],
    ids=["for itself", "for each other"],
)
def test_clocks_that_wait_in_a_circle_are_refused(talking: str, deciding: str, keys: list[str]) -> None:
    text = changed((TALKING, f'starts = "{talking}"'), (DECIDING, f'starts = "{deciding}"'))
    problems = problems_of(text)
    assert [problem.key for problem in problems] == keys
    assert all("wait for each other" in problem.message for problem in problems)


def test_three_clocks_in_a_circle_are_refused_and_one_that_waits_outside_it_is_not_blamed() -> None:
    duty = '\n[[stage.duty]]\ncode = "{0}"\nowed_by = "both"\ndeed = "d"\nclock = "{0}"\n'
    clock = '[[clock]]\ncode = "{0}"\nstarts = "clock_end:{1}"\nlimit = {{ unit = "none" }}\n\n'
    text = changed(
        (
            'clock = "talking"\n',
            'clock = "talking"\n' + duty.format("a") + duty.format("b") + duty.format("c") + duty.format("d"),
        ),
        (
            '[[stage]]\ncode = "1"',
            clock.format("a", "b")
            + clock.format("b", "c")
            + clock.format("c", "a")
            + clock.format("d", "a")
            + '[[stage]]\ncode = "1"',
        ),
    )
    keys = [problem.key for problem in problems_of(text)]
    assert keys == ['clock["a"].starts', 'clock["b"].starts', 'clock["c"].starts']


def test_a_clock_that_waits_for_one_of_a_later_stage_is_refused() -> None:
    problem = only_problem((TALKING, 'starts = "clock_end:deciding"'))
    assert problem.key == 'clock["talking"].starts'
    assert problem.message == "it starts at the end of a clock of a later stage"


def test_a_clock_may_wait_for_one_of_an_earlier_stage() -> None:
    assert policy_of((DECIDING, 'starts = "clock_end:talking"')).clock("deciding").follows == "talking"


def test_a_clock_may_wait_for_one_whose_date_people_agree() -> None:
    policy = policy_of(
        (DECIDING, 'starts = "clock_end:talking"'),
        ('amount = 3, unit = "working_days", printed = "three days"', 'unit = "none"'),
    )
    assert policy.clock("talking").limit.must_be_agreed

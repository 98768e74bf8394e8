import pytest

from tests.policies.texts import changed, only_problem, policy_of, problems_of

TALK = 'guidance = "Talk to each other."'
MEET = 'guidance = "Meet."'
GROUNDS = (
    "[[subject]]\n",
    '[[ground]]\ncode = "risk"\nname = "Risk"\n\n[[ground]]\ncode = "resources"\nname = "Resources"\n\n[[subject]]\n',
)


def next_of(guidance: str, ways: str) -> tuple[str, str]:
    return (guidance, f"{guidance}\nnext = [{ways}]")


def test_a_stage_that_nobody_comes_to_is_refused() -> None:
    problem = only_problem(next_of(TALK, '{ to = "3" }'))
    assert problem.key == 'stage["2"].code'
    assert problem.message == "no case can come to this stage"
    assert 'to = "2"' in problem.fix


def test_stages_before_the_first_are_not_reached() -> None:
    problem = only_problem(('scope = "For', 'first_stage = "2"\nscope = "For'))
    assert problem.key == 'stage["1"].code'


def test_a_stage_that_only_a_decision_leads_to_is_reached() -> None:
    policy = policy_of(
        next_of(MEET, ""),
        ('tier = "line_manager"', 'tier = "safeguarding_manager"'),
        (
            'clock = "deciding"\n',
            'clock = "deciding"\n\n[[stage.outcome]]\ncode = "up"\nname = "Up"\nends = false\nto = "3"\n',
        ),
        (MEET, f'{MEET}\ndecides = "safeguarding_manager"'),
    )
    assert policy.stage("2").leads_to() == ("3",)


@pytest.mark.parametrize(
    ("stage", "ways", "keys"),
    [
        (TALK, '{ to = "1" }, { to = "2" }', ['stage["1"].code']),
        (MEET, '{ to = "3" }, { to = "1" }', ['stage["1"].code', 'stage["2"].code']),
    ],
    ids=["to itself", "back down"],
)
def test_ways_that_go_round_are_refused_at_each_stage_of_the_circle(stage: str, ways: str, keys: list[str]) -> None:
    problems = problems_of(changed(next_of(stage, ways)))
    assert [problem.key for problem in problems] == keys
    assert all("go round for ever" in problem.message for problem in problems)


def test_a_decision_that_goes_back_down_is_a_circle_too() -> None:
    problems = problems_of(changed(('name = "Decided"\n', 'name = "Decided"\nends = false\nto = "2"\n')))
    assert {problem.key for problem in problems} == {'stage["2"].code', 'stage["3"].code'}


def test_a_last_stage_where_nobody_decides_is_refused() -> None:
    text = changed(
        ('decides = "chair"\n', ""),
        ('\n[[stage.outcome]]\ncode = "decided"\nname = "Decided"\n', ""),
    )
    (problem,) = problems_of(text)
    assert problem.key == 'stage["3"]'
    assert problem.message == "this is a last stage and nobody decides there"
    assert "[[stage.outcome]]" in problem.fix


def test_a_stage_closed_on_purpose_without_a_decision_is_a_dead_end() -> None:
    keys = [problem.key for problem in problems_of(changed(next_of(MEET, "")))]
    assert keys == ['stage["2"]', 'stage["3"].code']


def test_a_ground_without_a_way_on_is_a_dead_end_for_it() -> None:
    problem = only_problem(GROUNDS, next_of(MEET, '{ to = "3", grounds = ["risk"] }'))
    assert problem.key == 'stage["2"].next'
    assert problem.message == 'a case with ground "resources" has no way on from this stage'


def test_a_subject_without_a_way_on_is_a_dead_end_for_it() -> None:
    problem = only_problem(
        ("[[subject]]\n", '[[subject]]\ncode = "sharing"\nname = "Sharing"\n\n[[subject]]\n'),
        next_of(MEET, '{ to = "3", subjects = ["threshold"] }'),
    )
    assert 'subject "sharing"' in problem.message


def test_a_ground_with_a_subject_without_a_way_on_is_a_dead_end_for_both() -> None:
    problem = only_problem(
        GROUNDS,
        ("[[subject]]\n", '[[subject]]\ncode = "sharing"\nname = "Sharing"\n\n[[subject]]\n'),
        next_of(MEET, '{ to = "3", grounds = ["risk"] }, { to = "3", subjects = ["threshold"] }'),
    )
    assert problem.message == 'a case with ground "resources" and subject "sharing" has no way on from this stage'


@pytest.mark.parametrize(
    "ways",
    [
        '{ to = "3", grounds = ["risk"] }, { to = "3", grounds = ["resources"] }',
        '{ to = "3", grounds = ["risk", "resources"] }',
        '{ to = "3", grounds = ["risk"] }, { to = "3" }',
    ],
)
def test_branches_that_cover_every_ground_are_sound(ways: str) -> None:
    policy = policy_of(GROUNDS, next_of(MEET, ways))
    for ground in ("risk", "resources"):
        assert [stage.code for stage in policy.next_stages("2", ground=ground)] == ["3"]


def test_a_deciding_stage_with_a_way_for_one_ground_only_is_no_dead_end() -> None:
    """Whoever decides can end the case, or send it on, whatever its ground."""
    policy = policy_of(
        GROUNDS,
        next_of(MEET, '{ to = "3", grounds = ["risk"] }'),
        ('tier = "line_manager"', 'tier = "safeguarding_manager"'),
        (MEET, f'{MEET}\ndecides = "safeguarding_manager"'),
        ('clock = "deciding"\n', 'clock = "deciding"\n\n[[stage.outcome]]\ncode = "end"\nname = "End"\n'),
    )
    assert policy.next_stages("2", ground="resources") == ()
    assert policy.stage("2").outcomes[0].ends

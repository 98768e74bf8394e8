"""Pointers, codes and deciders: what a policy names must be there, once, and able to do what it is named for."""

import pytest

from policies.check import check
from policies.sources import LIBRARY
from tests.policies.texts import SMALL, changed, library_policy, line_with, only_problem, policy_of, problems_of

MEET = 'guidance = "Meet."'
OUTCOME = '[[stage.outcome]]\ncode = "decided"\nname = "Decided"\n'


@pytest.mark.parametrize("name", sorted(path.stem for path in LIBRARY.glob("*.toml")))
def test_every_delivered_policy_is_sound(name: str) -> None:
    assert check(library_policy(name)) == []


def test_a_sound_policy_has_no_findings() -> None:
    assert check(policy_of()) == []


@pytest.mark.parametrize(
    ("kind", "old", "new", "key"),
    [
        ("stage", 'code = "2"', 'code = "1"', 'stage["1"].code'),
        ("clock", 'code = "deciding"', 'code = "talking"', 'clock["talking"].code'),
        (
            "subject",
            '[[clock]]\ncode = "talking"',
            '[[subject]]\ncode = "threshold"\nname = "Twice"\n\n[[clock]]\ncode = "talking"',
            'subject["threshold"].code',
        ),
        (
            "ground",
            "[[subject]]\n",
            '[[ground]]\ncode = "risk"\nname = "a"\n\n[[ground]]\ncode = "risk"\nname = "b"\n\n[[subject]]\n',
            'ground["risk"].code',
        ),
        (
            "situation",
            "[[subject]]\n",
            '[[situation]]\ncode = "a"\nname = "a"\nguidance = "a"\n\n'
            '[[situation]]\ncode = "a"\nname = "b"\nguidance = "b"\n\n[[subject]]\n',
            'situation["a"].code',
        ),
        (
            "duty",
            'clock = "talking"\n',
            'clock = "talking"\n\n[[stage.duty]]\ncode = "settle"\nowed_by = "both"\ndeed = "d"\nclock = "talking"\n',
            'stage["1"].duty["settle"].code',
        ),
        ("outcome", OUTCOME, OUTCOME + "\n" + OUTCOME, 'stage["3"].outcome["decided"].code'),
    ],
)
def test_a_code_used_twice_is_refused_at_the_second(kind: str, old: str, new: str, key: str) -> None:
    problems = [p for p in problems_of(changed((old, new))) if p.message == "this code is used twice"]
    assert [problem.key for problem in problems] == [key], kind
    first = line_with(changed((old, new)), problems[0].found)
    assert problems[0].line > first


@pytest.mark.parametrize(
    ("old", "new", "key", "allowed"),
    [
        ('scope = "For', 'first_stage = "9"\nscope = "For', "policy.first_stage", "1, 2 or 3"),
        ('scope = "For', 'register_from = "9"\nscope = "For', "policy.register_from", "1, 2 or 3"),
        ('scope = "For', 'immediate_entry = "9"\nscope = "For', "policy.immediate_entry", "any, 1, 2 or 3"),
        ('clock = "talking"', 'clock = "walking"', 'stage["1"].duty["settle"].clock', "talking or deciding"),
        (MEET, f'{MEET}\nnext = [{{ to = "9" }}]', 'stage["2"].next[#1].to', "1, 2 or 3"),
        (
            MEET,
            f'{MEET}\nnext = [{{ to = "3", subjects = ["weather"] }}]',
            'stage["2"].next[#1].subjects[#1]',
            "threshold",
        ),
        (
            MEET,
            f'{MEET}\nalso = [{{ role = "Lead", subjects = ["threshold", "weather"] }}]',
            'stage["2"].also[#1].subjects[#2]',
            "threshold",
        ),
        (
            OUTCOME,
            f'{OUTCOME}ends = false\nto = "9"\n',
            'stage["3"].outcome["decided"].to',
            "1, 2 or 3",
        ),
    ],
)
def test_a_pointer_to_nothing_is_refused_with_what_there_is(old: str, new: str, key: str, allowed: str) -> None:
    problem = only_problem((old, new))
    assert problem.key == key
    assert problem.message.startswith("there is no such ")
    assert f"Allowed: {allowed}." in problem.fix


def test_a_branch_by_ground_in_a_policy_without_grounds_says_to_add_one() -> None:
    problem = only_problem((MEET, f'{MEET}\nnext = [{{ to = "3", grounds = ["risk"] }}, {{ to = "3" }}]'))
    assert problem.key == 'stage["2"].next[#1].grounds[#1]'
    assert "add a [[ground]] first" in problem.fix


def test_every_broken_pointer_is_reported_and_routes_are_not_guessed_at() -> None:
    text = changed(('clock = "talking"', 'clock = "walking"'), (MEET, f'{MEET}\nnext = [{{ to = "9" }}]'))
    assert [problem.key for problem in problems_of(text)] == [
        'stage["1"].duty["settle"].clock',
        'stage["2"].next[#1].to',
    ]


@pytest.mark.parametrize(
    "added", ["panel = { agencies = 3 }", 'outcome = [{ code = "yes", name = "Yes" }]'], ids=["panel", "outcome"]
)
def test_a_panel_or_an_outcome_needs_somebody_who_decides(added: str) -> None:
    problem = only_problem((MEET, f"{MEET}\n{added}"))
    assert problem.key == f'stage["2"].{added.split()[0]}'
    assert "nobody who decides" in problem.message
    assert 'decides = "chair"' in problem.fix


def test_whoever_decides_needs_something_to_decide() -> None:
    problem = only_problem((OUTCOME, ""))
    assert problem.key == 'stage["3"].decides'
    assert problem.message == "there is nothing to decide"


@pytest.mark.parametrize("tier", ["director", "safeguarding_manager"])
def test_the_chair_decides_on_the_chairs_tier_only(tier: str) -> None:
    problem = only_problem(('tier = "chair"', f'tier = "{tier}"'))
    assert problem.key == 'stage["3"].decides'
    assert 'tier = "chair"' in problem.fix


def test_the_safeguarding_manager_can_decide_at_the_end() -> None:
    policy = policy_of(
        ('tier = "chair"', 'tier = "safeguarding_manager"'), ('decides = "chair"', 'decides = "safeguarding_manager"')
    )
    assert policy.stage("3").decides == "safeguarding_manager"


@pytest.mark.parametrize(
    ("added", "found", "fix"),
    [
        ("ends = false", "with no stage to go to", "Add `to`"),
        ('to = "2"', "with a stage to go to", "Take `to` out"),
        ('ends = true\nto = "2"', "with a stage to go to", "ends = false"),
    ],
)
def test_an_outcome_either_ends_the_case_or_goes_on(added: str, found: str, fix: str) -> None:
    problem = only_problem((OUTCOME, f"{OUTCOME}{added}\n"))
    assert problem.key == 'stage["3"].outcome["decided"]'
    assert found in problem.found
    assert fix in problem.fix


@pytest.mark.parametrize("day", ["2026-01-01", "2025-12-31"])
def test_a_review_before_the_edition_takes_effect_is_refused(day: str) -> None:
    problem = only_problem(('scope = "For', f'review_by = {day}\nscope = "For'))
    assert (problem.key, problem.found) == ("policy.review_by", day)
    assert "2026-01-01" in problem.fix


def test_a_review_on_the_day_after_is_allowed() -> None:
    assert policy_of(('scope = "For', 'review_by = 2026-01-02\nscope = "For')).review_by is not None


@pytest.mark.parametrize("agencies", [1, 3, 12])
def test_a_panel_at_a_deciding_stage_has_a_number_of_agencies(agencies: int) -> None:
    policy = policy_of(('decides = "chair"', f'decides = "chair"\npanel = {{ agencies = {agencies} }}'))
    panel = policy.stage("3").panel
    assert panel is not None
    assert (panel.agencies, panel.parties_where_possible) == (agencies, False)


def test_the_line_of_a_finding_is_the_line_of_the_key() -> None:
    problem = only_problem(('clock = "talking"', 'clock = "walking"'))
    assert SMALL.split("\n")[problem.line - 1] == 'clock = "talking"'


def test_decision_of_a_panel_needs_a_panel() -> None:
    by_panel = ('name = "Decided"', 'name = "Decided"\nby_panel = true')
    problem = only_problem(by_panel)
    assert problem.key == 'stage["3"].outcome["decided"].by_panel'
    with_panel = ('decides = "chair"', 'decides = "chair"\npanel = { agencies = 3 }')
    assert policy_of(by_panel, with_panel).stage("3").outcome("decided").by_panel

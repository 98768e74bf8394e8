"""Facts that every policy delivered with the product shares."""

import re
from pathlib import Path

import pytest

from policies.schema import Policy, Stage
from policies.sources import LIBRARY
from tests.policies.texts import library_policy

FILES = sorted(LIBRARY.glob("*.toml"))
NAMES = [path.stem for path in FILES]


@pytest.fixture(params=NAMES)
def policy(request: pytest.FixtureRequest) -> Policy:
    return library_policy(request.param)


def test_the_five_policies_are_there_in_six_editions() -> None:
    found = {(policy.slug, policy.edition) for policy in map(library_policy, NAMES)}
    slugs = {slug for slug, _ in found}
    assert slugs == {"torbay", "buckinghamshire", "derbyshire", "plymouth_nursery"}
    assert {edition for slug, edition in found if slug == "derbyshire"} == {"v2", "v3"}
    assert len(found) == len(NAMES)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("torbay", "pre 1 2 3 4 5"),
        ("buckinghamshire", "pre 1 2 3 4"),
        ("derbyshire-v3", "1 2 3 4a 4b 5"),
        ("derbyshire-v2", "1 2 3 4 5 6"),
        ("plymouth-nursery", "1 1b 2 3 4 4b"),
    ],
)
def test_stages_are_numbered_as_the_policy_numbers_them(name: str, codes: str) -> None:
    assert [stage.code for stage in library_policy(name).stages] == codes.split()


@pytest.mark.parametrize(
    ("name", "tiers"),
    [
        ("torbay", "own_advice professional line_manager senior_manager director chair"),
        ("buckinghamshire", "professional line_manager senior_manager director chair"),
        ("derbyshire-v3", "professional own_advice line_manager safeguarding_manager director chair"),
        ("derbyshire-v2", "professional own_advice line_manager safeguarding_manager director chair"),
        ("plymouth-nursery", "professional line_manager senior_manager director safeguarding_manager chair"),
    ],
)
def test_the_order_of_the_tiers_is_the_policys(name: str, tiers: str) -> None:
    assert [stage.tier for stage in library_policy(name).stages] == tiers.split()


def test_somebody_decides_at_the_end_and_can_end_it(policy: Policy) -> None:
    last = policy.stages[-1]
    assert last.decides == "chair"
    assert last.next == ()
    assert any(outcome.ends for outcome in last.outcomes)


def test_every_stage_has_guidance_people_on_both_sides_and_a_duty(policy: Policy) -> None:
    for stage in policy.stages:
        assert stage.guidance
        assert stage.raising
        assert stage.receiving
        assert stage.duties


def between_own_advice_and_professionals(stage: Stage, following: Stage) -> bool:
    return {stage.tier, following.tier} == {"own_advice", "professional"}


def test_only_between_own_advice_and_professionals_nobody_has_to_approve(policy: Policy) -> None:
    for stage in policy.stages:
        for following in policy.next_stages(stage.code):
            assert stage.approval is not between_own_advice_and_professionals(stage, following)


def test_every_clock_starts_with_the_case_or_its_stage(policy: Policy) -> None:
    assert {clock.starts for clock in policy.clocks} <= {"case_raised", "stage_entered"}


def test_a_person_can_choose_a_subject(policy: Policy) -> None:
    assert policy.subjects


def test_the_file_is_plain_and_says_whose_it_is(policy: Policy) -> None:
    assert policy.version
    assert policy.authors
    assert policy.adopted_by or policy.signed_off_by


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_no_policy_carries_a_telephone_number_an_address_or_a_mailbox(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "@" not in text
    assert "http" not in text
    assert not re.search(r"\d{5,}", text.replace(" ", ""))


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_texts_are_sentences_in_plain_characters(path: Path) -> None:
    policy = library_policy(path.stem)
    assert path.read_text(encoding="utf-8").isascii()
    for text in [policy.summary, policy.scope, *policy.rules, *(stage.guidance for stage in policy.stages)]:
        assert text[0].isupper()
        assert text.endswith((".", "?"))

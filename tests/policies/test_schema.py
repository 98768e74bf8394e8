import datetime

import pytest
from pydantic import ValidationError

from agencies.tiers import Tier
from policies.schema import Branch, Policy
from tests.policies.texts import changed, library_policy, policy_of

FOUR_STAGES = (
    (
        "[[subject]]\n",
        '[[ground]]\ncode = "risk"\nname = "Risk"\n\n[[ground]]\ncode = "other"\nname = "Other"\n\n'
        '[[subject]]\ncode = "sharing"\nname = "Sharing"\n\n[[subject]]\n',
    ),
    (
        'guidance = "Talk to each other."\n',
        'guidance = "Talk to each other."\n'
        'next = [{ to = "2", grounds = ["risk"], subjects = ["sharing"] }, { to = "3" }, { to = "2" }]\n',
    ),
)


def codes(policy: Policy, code: str, *, ground: str | None = None, subject: str | None = None) -> list[str]:
    return [stage.code for stage in policy.next_stages(code, ground=ground, subject=subject)]


def test_a_policy_has_the_metadata_of_its_file() -> None:
    policy = policy_of(
        (
            'scope = "For',
            'version = "2"\nauthors = ["A group"]\nupdated_by = "An officer"\nreview_by = 2028-01-01\nscope = "For',
        )
    )
    assert (policy.slug, policy.name, policy.edition) == ("harbour", "Harbour partnership", "2026")
    assert policy.effective_from == datetime.date(2026, 1, 1)
    assert (policy.version, policy.authors, policy.updated_by) == ("2", ("A group",), "An officer")
    assert policy.review_by == datetime.date(2028, 1, 1)


def test_metadata_that_the_file_leaves_out_is_empty() -> None:
    policy = policy_of()
    assert (policy.version, policy.adopted_by, policy.signed_off_by) == (None, None, None)
    assert (policy.adopted_on, policy.signed_off_on, policy.review_by) == (None, None, None)
    assert policy.authors == policy.exclusions == policy.rules == ()


def test_without_first_stage_and_register_from_both_are_the_first_in_the_file() -> None:
    policy = policy_of()
    assert policy.first_stage == policy.register_from == "1"
    assert policy.immediate_entry == "any"


def test_without_register_from_the_register_shows_cases_from_the_first_stage() -> None:
    policy = policy_of(
        ('scope = "For', 'first_stage = "2"\nscope = "For'),
        ('guidance = "Meet."', 'guidance = "Meet."\nnext = [{ to = "1" }]'),
        ('guidance = "Talk to each other."', 'guidance = "Talk to each other."\nnext = [{ to = "3" }]'),
    )
    assert policy.first_stage == policy.register_from == "2"


def test_a_stage_leads_to_the_one_that_follows_in_the_file_if_it_names_no_way() -> None:
    policy = policy_of()
    assert policy.stage("1").next == (Branch(to="2"),)
    assert policy.stage("2").next == (Branch(to="3"),)
    assert policy.stage("3").next == ()


def test_a_stage_that_names_no_way_on_purpose_has_none() -> None:
    policy = policy_of(
        ('guidance = "Meet."', 'guidance = "Meet."\nnext = []\ndecides = "safeguarding_manager"'),
        ('tier = "line_manager"', 'tier = "safeguarding_manager"'),
        (
            'clock = "deciding"\n\n[[stage]]',
            'clock = "deciding"\n\n[[stage.outcome]]\ncode = "yes"\nname = "Yes"\n\n[[stage.outcome]]\n'
            'code = "up"\nname = "Up"\nends = false\nto = "3"\n\n[[stage]]',
        ),
    )
    assert policy.stage("2").next == ()
    assert policy.stage("2").leads_to() == ("3",)


def test_stages_are_found_by_code_and_place() -> None:
    policy = policy_of()
    assert policy.stage("2").name == "Managers"
    assert [policy.position(code) for code in ("1", "2", "3")] == [0, 1, 2]


@pytest.mark.parametrize("call", ["stage", "position", "clock", "next_stages", "later_stages"])
def test_an_unknown_code_is_a_key_error(call: str) -> None:
    with pytest.raises(KeyError):
        getattr(policy_of(), call)("none")


def test_a_clock_is_found_by_code() -> None:
    assert policy_of().clock("talking").limit.amount == 3


@pytest.mark.parametrize(
    ("ground", "subject", "expected"),
    [
        ("risk", "sharing", ["2", "3"]),
        ("risk", "threshold", ["3", "2"]),
        ("other", "sharing", ["3", "2"]),
        (None, None, ["2", "3"]),
        ("risk", None, ["2", "3"]),
        (None, "threshold", ["3", "2"]),
    ],
)
def test_branches_admit_a_case_by_ground_and_subject_in_the_order_of_the_file(
    ground: str | None, subject: str | None, expected: list[str]
) -> None:
    assert codes(policy_of(*FOUR_STAGES), "1", ground=ground, subject=subject) == expected


def test_two_ways_to_one_stage_give_it_once() -> None:
    assert codes(policy_of(*FOUR_STAGES), "1", ground="risk", subject="sharing").count("2") == 1


def test_the_last_stage_has_nothing_after_it() -> None:
    policy = policy_of()
    assert policy.next_stages("3") == ()
    assert policy.later_stages("3") == ()


def test_later_stages_are_all_that_can_still_come_in_the_order_of_the_file() -> None:
    policy = library_policy("derbyshire-v3")
    assert [stage.code for stage in policy.later_stages("2")] == ["3", "4a", "4b", "5"]
    assert [stage.code for stage in policy.later_stages("4a")] == ["4b", "5"]
    assert [stage.code for stage in policy.later_stages("4b")] == ["5"]


def test_a_stage_reached_only_by_a_decision_is_a_later_stage() -> None:
    plymouth = library_policy("plymouth-nursery")
    assert [stage.code for stage in plymouth.later_stages("3")] == ["4", "4b"]


def test_at_immediate_risk_a_case_may_begin_anywhere_where_the_policy_says_any() -> None:
    policy = policy_of()
    assert [stage.code for stage in policy.immediate_stages()] == ["1", "2", "3"]
    assert [stage.code for stage in policy.immediate_stages("1")] == ["2", "3"]
    assert policy.immediate_stages("3") == ()


def test_at_immediate_risk_a_case_goes_to_the_stage_that_the_policy_names() -> None:
    policy = policy_of(('scope = "For', 'immediate_entry = "2"\nscope = "For'))
    assert [stage.code for stage in policy.immediate_stages()] == ["2"]
    assert [stage.code for stage in policy.immediate_stages("1")] == ["2"]


def test_at_immediate_risk_a_case_past_the_named_stage_still_has_a_way_up() -> None:
    policy = policy_of(('scope = "For', 'immediate_entry = "2"\nscope = "For'))
    assert [stage.code for stage in policy.immediate_stages("2")] == ["3"]
    assert policy.immediate_stages("3") == ()


def test_extra_participants_come_by_subject_or_always() -> None:
    policy = policy_of(
        (
            'guidance = "Meet."',
            'guidance = "Meet."\nalso = [{ role = "Adviser", subjects = ["threshold"] }, { role = "Lead" }]',
        )
    )
    stage = policy.stage("2")
    assert [extra.role for extra in stage.also_for("threshold")] == ["Adviser", "Lead"]
    assert [extra.role for extra in stage.also_for("sharing")] == ["Lead"]
    assert [extra.role for extra in stage.also_for(None)] == ["Lead"]


def test_an_outcome_is_found_by_code_or_is_a_key_error() -> None:
    stage = policy_of().stage("3")
    assert stage.outcome("decided").ends
    with pytest.raises(KeyError):
        stage.outcome("undecided")


def test_leaving_a_stage_upward_needs_approval_unless_the_file_says_otherwise() -> None:
    policy = policy_of(('guidance = "Talk to each other."', 'guidance = "Talk to each other."\napproval = false'))
    assert [stage.approval for stage in policy.stages] == [False, True, True]


@pytest.mark.parametrize("tier", Tier.values)
def test_every_tier_of_the_product_is_a_tier_of_a_policy(tier: str) -> None:
    policy = policy_of(('tier = "professional"', f'tier = "{tier}"'))
    assert policy.stage("1").tier == tier
    assert type(policy.stage("1").tier) is str


def test_a_policy_does_not_change() -> None:
    policy = policy_of()
    with pytest.raises(ValidationError, match="frozen"):
        setattr(policy, "name", "Another")  # noqa: B010 - the checker of types refuses the plain way too
    with pytest.raises(ValidationError, match="frozen"):
        setattr(policy.stages[0], "code", "9")  # noqa: B010


def test_equal_texts_give_equal_policies_that_can_be_kept_in_a_set() -> None:
    assert policy_of() == policy_of()
    assert len({policy_of(), policy_of()}) == 1
    assert policy_of() != policy_of(('name = "Talk"', 'name = "Speak"'))


def test_space_around_a_text_is_not_part_of_it() -> None:
    assert policy_of(('name = "Talk"', 'name = "  Talk "')).stage("1").name == "Talk"


def test_the_test_policy_changes_only_where_it_is_asked_to() -> None:
    with pytest.raises(AssertionError, match="is not there"):
        changed(("no such text", ""))

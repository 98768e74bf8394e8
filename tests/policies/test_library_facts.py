"""Facts of each delivered policy, one by one."""

import datetime

import pytest

from policies.schema import Policy
from tests.policies.texts import library_policy


@pytest.fixture(scope="module")
def torbay() -> Policy:
    return library_policy("torbay")


@pytest.fixture(scope="module")
def buckinghamshire() -> Policy:
    return library_policy("buckinghamshire")


@pytest.fixture(scope="module", params=["derbyshire-v2", "derbyshire-v3"])
def derbyshire(request: pytest.FixtureRequest) -> Policy:
    return library_policy(request.param)


@pytest.fixture(scope="module")
def plymouth() -> Policy:
    return library_policy("plymouth-nursery")


def clock_of(policy: Policy, code: str) -> tuple[str, int | None, str]:
    """Where the clock of a stage's one duty starts, and how long it is."""
    (duty,) = policy.stage(code).duties
    clock = policy.clock(duty.clock)
    return (clock.starts, clock.limit.amount, clock.limit.unit)


# Torbay


def test_torbays_edition_is_of_april_2021(torbay: Policy) -> None:
    assert torbay.effective_from == datetime.date(2021, 4, 1)


def test_torbays_first_two_stages_share_five_working_days_from_raising(torbay: Policy) -> None:
    assert torbay.stage("1").duties[0].clock == torbay.stage("2").duties[0].clock
    assert clock_of(torbay, "1") == ("case_raised", 5, "working_days")


def test_torbays_later_limits(torbay: Policy) -> None:
    assert clock_of(torbay, "3") == ("stage_entered", 5, "working_days")
    assert clock_of(torbay, "4") == ("stage_entered", 10, "working_days")


@pytest.mark.parametrize("code", ["pre", "5"])
def test_torbay_states_no_time_before_and_after_the_ladder(torbay: Policy, code: str) -> None:
    assert clock_of(torbay, code) == ("stage_entered", None, "none")


def test_torbay_tells_the_business_manager_from_stage_3(torbay: Policy) -> None:
    assert torbay.register_from == "3"
    told = [stage.code for stage in torbay.stages if "business_manager" in stage.notify]
    assert told == ["3", "4", "5"]


def test_torbay_asks_for_four_things_before_the_escalation(torbay: Policy) -> None:
    stage = torbay.stage("pre")
    assert len(stage.prompts) == 4
    assert stage.required_records == ("view",)


def test_torbays_panel_is_of_three_agencies_with_the_parties_where_possible(torbay: Policy) -> None:
    stage = torbay.stage("5")
    assert stage.panel is not None
    assert (stage.panel.agencies, stage.panel.parties_where_possible) == (3, True)
    assert [outcome.code for outcome in stage.outcomes] == ["chair_settles", "panel_decides"]


def test_in_torbay_immediate_harm_may_start_at_any_stage(torbay: Policy) -> None:
    assert torbay.immediate_stages() == torbay.stages


def test_torbays_subjects(torbay: Policy) -> None:
    assert [subject.code for subject in torbay.subjects] == [
        "levels_of_need",
        "roles",
        "need_for_action",
        "communication",
    ]
    assert not torbay.grounds
    assert not torbay.situations


def test_torbay_offers_support_where_status_differs(torbay: Policy) -> None:
    assert "support" in torbay.stage("1").guidance


def test_torbay_amends_protocols(torbay: Policy) -> None:
    assert any("protocol" in rule for rule in torbay.rules)


# Buckinghamshire


def test_buckinghamshire_agrees_every_date(buckinghamshire: Policy) -> None:
    units = {clock_of(buckinghamshire, stage.code) for stage in buckinghamshire.stages}
    assert units == {("stage_entered", None, "agreed")}


def test_buckinghamshires_escalation_managers_act_without_delay(buckinghamshire: Policy) -> None:
    stage = buckinghamshire.stage("2")
    assert buckinghamshire.clock(stage.duties[0].clock).limit.printed == "without delay"


def test_buckinghamshire_has_eleven_subjects(buckinghamshire: Policy) -> None:
    assert len(buckinghamshire.subjects) == 11


def test_in_buckinghamshire_imminent_risk_goes_to_stage_1_at_once(buckinghamshire: Policy) -> None:
    assert [stage.code for stage in buckinghamshire.immediate_stages("pre")] == ["1"]
    assert [stage.code for stage in buckinghamshire.immediate_stages("1")] == ["2"]


def test_buckinghamshires_five_situations_and_which_are_no_escalation(buckinghamshire: Policy) -> None:
    assert {situation.code: situation.signpost for situation in buckinghamshire.situations} == {
        "lacks_capacity": False,
        "conference_decision": False,
        "allegation": False,
        "whistleblowing": True,
        "complaint": True,
    }


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("lacks_capacity", ["legal advice", "court"]),
        (
            "conference_decision",
            ["dissent", "designated person", "stands", "interim", "brought forward", "head of service"],
        ),
        ("allegation", ["LADO", "directly", "senior officers"]),
        ("whistleblowing", ["procedure"]),
        ("complaint", ["10 working days", "28 working days"]),
    ],
)
def test_buckinghamshires_guidance_on_a_situation(buckinghamshire: Policy, code: str, words: list[str]) -> None:
    (situation,) = [situation for situation in buckinghamshire.situations if situation.code == code]
    for word in words:
        assert word in situation.guidance


def test_buckinghamshire_has_the_disagreeing_agency_stay_involved(buckinghamshire: Policy) -> None:
    for stage in buckinghamshire.stages[:-1]:
        assert any("still part of the child's plan" in text for text in stage.confirmations)
        assert any("file" in text or "record" in text for text in stage.confirmations)


def test_buckinghamshire_carries_on_when_events_settle_the_matter(buckinghamshire: Policy) -> None:
    assert any("events settle the matter" in rule for rule in buckinghamshire.rules)


def test_buckinghamshire_takes_the_next_manager_in_line_for_ones_own(buckinghamshire: Policy) -> None:
    assert "next manager in line" in buckinghamshire.stage("1").guidance


def test_buckinghamshires_chair_decides_or_agrees_the_way_to_the_decision(buckinghamshire: Policy) -> None:
    assert [(outcome.code, outcome.ends) for outcome in buckinghamshire.stage("4").outcomes] == [
        ("binding_decision", True),
        ("course_of_action", True),
    ]


# Derby and Derbyshire, both editions


def numbered(policy: Policy) -> tuple[str, str, str]:
    """What the edition calls the child protection manager's, the leadership's and the Chair's stage."""
    return ("4a", "4b", "5") if policy.edition == "v3" else ("4", "5", "6")


def test_derbyshire_goes_by_risk_to_the_child_protection_manager(derbyshire: Policy) -> None:
    manager, leadership, _ = numbered(derbyshire)
    assert [stage.code for stage in derbyshire.next_stages("3", ground="risk")] == [manager]
    assert [stage.code for stage in derbyshire.next_stages("3", ground="resources")] == [leadership]
    assert [stage.code for stage in derbyshire.next_stages("3", ground="other")] == [leadership]


def test_derbyshires_child_protection_manager_decides_on_a_conference(derbyshire: Policy) -> None:
    manager, leadership, _ = numbered(derbyshire)
    stage = derbyshire.stage(manager)
    assert stage.decides == stage.tier == "safeguarding_manager"
    assert [(outcome.code, outcome.ends, outcome.to) for outcome in stage.outcomes] == [
        ("conference", True, None),
        ("no_conference", False, leadership),
    ]


def test_derbyshire_goes_on_from_there_to_the_leadership_and_to_the_chair(derbyshire: Policy) -> None:
    manager, leadership, chair = numbered(derbyshire)
    assert [stage.code for stage in derbyshire.next_stages(manager, ground="risk")] == [leadership]
    assert [stage.code for stage in derbyshire.next_stages(leadership)] == [chair]


def test_derbyshires_people_set_a_date_at_every_stage(derbyshire: Policy) -> None:
    assert {clock_of(derbyshire, stage.code)[2] for stage in derbyshire.stages} == {"agreed"}


def test_derbyshires_discussion_has_eleven_prompts_and_five_factors(derbyshire: Policy) -> None:
    stage = derbyshire.stage("1")
    assert (len(stage.prompts), len(stage.factors)) == (11, 5)
    assert any("What is life like for this child" in prompt for prompt in stage.prompts)


def test_derbyshire_confirms_the_earlier_steps_before_it_escalates(derbyshire: Policy) -> None:
    text = " ".join(derbyshire.stage("2").confirmations)
    for word in ("co-operated", "earlier steps", "evidenced", "facts are clear"):
        assert word in text


def test_derbyshires_grounds(derbyshire: Policy) -> None:
    assert [ground.code for ground in derbyshire.grounds] == ["risk", "resources", "other"]


def test_derbyshire_signposts_conference_effectiveness(derbyshire: Policy) -> None:
    assert [(situation.code, situation.signpost) for situation in derbyshire.situations] == [
        ("conference_effectiveness", True)
    ]


def test_derbyshires_chair_involves_representatives_and_chief_executives(derbyshire: Policy) -> None:
    roles = " ".join(extra.role for extra in derbyshire.stages[-1].also_for(None))
    assert "representative" in roles
    assert "chief executives" in roles


def test_derbyshires_version_control(derbyshire: Policy) -> None:
    assert derbyshire.version == derbyshire.edition.removeprefix("v")
    assert derbyshire.updated_by
    assert derbyshire.signed_off_by
    assert derbyshire.review_by is not None
    assert derbyshire.review_by > derbyshire.effective_from


def test_derbyshires_current_edition_follows_the_earlier_one() -> None:
    earlier, current = library_policy("derbyshire-v2"), library_policy("derbyshire-v3")
    assert earlier.effective_from < current.effective_from
    assert (current.effective_from.year, current.effective_from.month) == (2017, 11)


# Plymouth


def test_plymouth_gives_professionals_a_working_day_and_managers_a_day_of_hours(plymouth: Policy) -> None:
    assert clock_of(plymouth, "1") == ("case_raised", 1, "working_days")
    assert clock_of(plymouth, "1b") == ("stage_entered", 24, "hours")


@pytest.mark.parametrize("code", ["2", "3", "4", "4b"])
def test_plymouth_agrees_the_later_dates(plymouth: Policy, code: str) -> None:
    assert clock_of(plymouth, code)[2] == "agreed"


def test_plymouths_early_help_officer_comes_when_the_subject_is_a_threshold(plymouth: Policy) -> None:
    stage = plymouth.stage("2")
    with_threshold = {extra.role for extra in stage.also_for("referral_threshold")}
    for subject in plymouth.subjects:
        if subject.code != "referral_threshold":
            assert with_threshold - {extra.role for extra in stage.also_for(subject.code)} == {"The early help officer"}


def test_plymouths_head_of_safeguarding_decides_or_reports_to_the_chair(plymouth: Policy) -> None:
    stage = plymouth.stage("4")
    assert stage.decides == "safeguarding_manager"
    assert [(outcome.code, outcome.ends, outcome.to) for outcome in stage.outcomes] == [
        ("course_of_action", True, None),
        ("report_to_chair", False, "4b"),
    ]


def test_plymouths_six_subjects_and_two_exclusions(plymouth: Policy) -> None:
    assert len(plymouth.subjects) == 6
    assert len(plymouth.exclusions) == 2
    assert all(situation.signpost for situation in plymouth.situations)


def test_plymouth_carries_who_adopted_it_and_its_review(plymouth: Policy) -> None:
    assert plymouth.adopted_by
    assert plymouth.adopted_on
    assert plymouth.review_by


def test_in_plymouth_stages_may_be_skipped_for_safety(plymouth: Policy) -> None:
    assert [stage.code for stage in plymouth.immediate_stages("1")] == ["1b", "2", "3", "4", "4b"]


def test_plymouth_considers_a_case_review(plymouth: Policy) -> None:
    assert any("multi-agency case review" in rule for rule in plymouth.rules)

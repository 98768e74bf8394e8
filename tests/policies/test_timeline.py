import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.schema import Policy
from policies.timeline import TimelineStage, timeline
from policies.workdays import LAST_KNOWN_YEAR, BeyondKnownYears, Calendar
from tests.policies.texts import LONDON, at, end_of, library_policy, policy_of

ENGLAND_AND_WALES = Calendar("england-and-wales")

#: Two ways on from stage 2, each with a limit of its own.
TWO_WAYS = (
    (
        "[[subject]]\n",
        '[[ground]]\ncode = "risk"\nname = "Risk"\n\n[[ground]]\ncode = "other"\nname = "Other"\n\n[[subject]]\n',
    ),
    ('unit = "agreed", printed = "soon"', 'amount = 2, unit = "working_days", printed = "two days"'),
    (
        'guidance = "Talk to each other."\n',
        'guidance = "Talk to each other."\n'
        'next = [{ to = "2", grounds = ["risk"] }, { to = "3", grounds = ["other"] }]\n',
    ),
)


def lines(
    policy: Policy, raised: str, *, jurisdiction: str = "england-and-wales", ground: str | None = None
) -> dict[str, TimelineStage]:
    found = timeline(policy, raised_at=at(raised), calendar=Calendar(jurisdiction), ground=ground)
    return {line.code: line for line in found}


def test_torbay_raised_before_easter_gives_the_dates_of_the_policy() -> None:
    stages = lines(library_policy("torbay"), "2026-04-02 10:00")
    assert [(code, line.due) for code, line in stages.items()] == [
        ("pre", None),
        ("1", end_of("2026-04-13")),
        ("2", end_of("2026-04-13")),
        ("3", end_of("2026-04-20")),
        ("4", end_of("2026-05-05")),
        ("5", None),
    ]


def test_torbay_each_stage_is_entered_when_the_one_before_ran_out() -> None:
    stages = lines(library_policy("torbay"), "2026-04-02 10:00")
    assert [(code, line.entered) for code, line in stages.items()] == [
        ("pre", at("2026-04-02 10:00")),
        ("1", at("2026-04-02 10:00")),
        ("2", end_of("2026-04-13")),
        ("3", end_of("2026-04-13")),
        ("4", end_of("2026-04-20")),
        ("5", end_of("2026-05-05")),
    ]


def test_torbay_limits_are_printed_words_or_nothing_where_none_is_stated() -> None:
    stages = lines(library_policy("torbay"), "2026-04-02 10:00")
    assert stages["pre"].limit is None
    assert stages["5"].limit is None
    assert stages["4"].limit == "two further weeks (10 working days)"


@pytest.mark.parametrize(
    ("jurisdiction", "raised", "first"),
    [
        ("england-and-wales", "2026-12-22 10:00", "2026-12-31"),
        ("england-and-wales", "2026-12-30 10:00", "2027-01-07"),
        ("scotland", "2026-12-30 10:00", "2027-01-08"),
        ("england-and-wales", "2026-07-09 10:00", "2026-07-16"),
        ("northern-ireland", "2026-07-09 10:00", "2026-07-17"),
    ],
)
def test_torbays_first_five_days_by_jurisdiction(jurisdiction: str, raised: str, first: str) -> None:
    stages = lines(library_policy("torbay"), raised, jurisdiction=jurisdiction)
    assert stages["1"].due == stages["2"].due == end_of(first)


@pytest.mark.parametrize(("jurisdiction", "due"), [("england-and-wales", "2027-03-31"), ("scotland", "2027-03-30")])
def test_three_days_over_easter_by_jurisdiction(jurisdiction: str, due: str) -> None:
    assert lines(policy_of(), "2027-03-24 10:00", jurisdiction=jurisdiction)["1"].due == end_of(due)


def test_plymouth_gives_a_working_day_then_a_day_of_hours() -> None:
    stages = lines(library_policy("plymouth-nursery"), "2026-04-02 10:00")
    assert stages["1"].due == end_of("2026-04-07")
    assert stages["1b"].entered == end_of("2026-04-07")
    assert stages["1b"].due == end_of("2026-04-08")
    assert [line.due for line in stages.values()][2:] == [None, None, None, None]


@pytest.mark.parametrize("name", ["buckinghamshire", "derbyshire-v2", "derbyshire-v3"])
def test_a_policy_without_figures_leaves_every_date_to_people(name: str) -> None:
    stages = lines(library_policy(name), "2026-04-02 10:00")
    assert all(line.due is None and line.limit for line in stages.values())
    assert {line.entered for line in stages.values()} == {at("2026-04-02 10:00")}


def test_where_people_agree_the_next_stage_is_shown_with_it_and_says_so() -> None:
    stages = lines(library_policy("buckinghamshire"), "2026-04-02 10:00")
    assert stages["1"].reason.startswith("Shown as entered with stage pre, which ends on a date that its people agree.")


@pytest.mark.parametrize("name", ["torbay", "buckinghamshire", "derbyshire-v2", "derbyshire-v3", "plymouth-nursery"])
@pytest.mark.parametrize("ground", [None, "risk", "resources", "other"])
def test_every_stage_is_listed_once_in_the_order_of_the_file(name: str, ground: str | None) -> None:
    policy = library_policy(name)
    if ground is not None and not policy.grounds:
        with pytest.raises(ValueError, match="not a ground of this policy"):
            lines(policy, "2026-04-02 10:00", ground=ground)
        return
    stages = lines(policy, "2026-04-02 10:00", ground=ground)
    assert list(stages) == [stage.code for stage in policy.stages]


def test_name_and_tier_are_those_of_the_stage() -> None:
    policy = library_policy("derbyshire-v3")
    for line in lines(policy, "2026-04-02 10:00").values():
        stage = policy.stage(line.code)
        assert (line.name, line.tier) == (stage.name, stage.tier)


def test_the_usual_route_by_ground_passes_a_stage_on_another_branch_by() -> None:
    policy = policy_of(*TWO_WAYS)
    by_risk = lines(policy, "2026-04-13 10:00", ground="risk")
    by_other = lines(policy, "2026-04-13 10:00", ground="other")
    assert by_risk["2"].entered == end_of("2026-04-16")
    assert by_risk["3"].entered == end_of("2026-04-20")
    assert by_other["3"].entered == end_of("2026-04-16")


def test_a_stage_off_the_route_is_entered_from_the_stage_that_leads_to_it_and_says_so() -> None:
    stages = lines(policy_of(*TWO_WAYS), "2026-04-13 10:00", ground="other")
    assert stages["2"].entered == end_of("2026-04-16")
    assert stages["2"].reason.startswith("Off the usual route. Entered when stage 1 runs out.")
    assert not stages["3"].reason.startswith("Off")


def test_without_a_ground_the_first_way_on_is_followed() -> None:
    policy = policy_of(*TWO_WAYS)
    raised = "2026-04-13 10:00"
    assert lines(policy, raised) == lines(policy, raised, ground="risk")


def test_the_reason_of_a_derbyshire_leadership_stage_follows_the_ground() -> None:
    policy = library_policy("derbyshire-v3")
    assert "with stage 4a" in lines(policy, "2026-04-02 10:00", ground="risk")["4b"].reason
    assert "with stage 3" in lines(policy, "2026-04-02 10:00", ground="resources")["4b"].reason
    assert lines(policy, "2026-04-02 10:00", ground="resources")["4a"].reason.startswith("Off the usual route.")


def test_a_clock_shared_from_the_stage_that_starts_it_is_not_started_again() -> None:
    policy = policy_of(
        ('starts = "case_raised"', 'starts = "stage_entered"'), ('clock = "deciding"', 'clock = "talking"')
    )
    stages = lines(policy, "2026-04-13 10:00")
    assert stages["1"].due == stages["2"].due == end_of("2026-04-16")


def test_a_clock_on_another_clocks_end_starts_when_that_ran_out() -> None:
    policy = policy_of(
        ('starts = "stage_entered"', 'starts = "clock_end:talking"'),
        ('unit = "agreed", printed = "soon"', 'amount = 2, unit = "working_days", printed = "two more days"'),
    )
    stages = lines(policy, "2026-04-13 10:00")
    assert stages["2"].due == end_of("2026-04-20")
    assert stages["3"].due == end_of("2026-04-20")


def test_a_stage_whose_shared_clock_ran_out_before_it_hands_on_at_once() -> None:
    """A case clock can end before a later stage that shares it begins: that stage has no time of its own left."""
    policy = policy_of(
        ('unit = "agreed", printed = "soon"', 'amount = 9, unit = "working_days", printed = "nine days"'),
        ('starts = "stage_entered"', 'starts = "case_raised"'),
        ('clock = "talking"', 'clock = "deciding"'),
        ('clock = "deciding"\n\n[[stage]]\ncode = "3"', 'clock = "talking"\n\n[[stage]]\ncode = "3"'),
    )
    stages = lines(policy, "2026-04-13 10:00")
    assert stages["2"].due == end_of("2026-04-16")
    assert stages["2"].entered == stages["3"].entered == end_of("2026-04-24")
    assert "whose time has run out by then" in stages["3"].reason


def test_the_raising_moment_may_be_given_in_any_time_zone() -> None:
    in_utc = datetime.datetime(2026, 4, 2, 9, 0, tzinfo=datetime.UTC)
    stages = timeline(library_policy("torbay"), raised_at=in_utc, calendar=ENGLAND_AND_WALES)
    assert stages[0].entered == at("2026-04-02 10:00")
    assert stages[0].entered.utcoffset() == datetime.timedelta(hours=1)


def test_a_raising_moment_without_a_time_zone_is_refused() -> None:
    naive = datetime.datetime(2026, 4, 2, 10)  # noqa: DTZ001 - the very mistake that is to be refused
    with pytest.raises(ValueError, match="time zone"):
        timeline(policy_of(), raised_at=naive, calendar=ENGLAND_AND_WALES)


def test_an_unknown_ground_is_refused_with_those_the_policy_has() -> None:
    with pytest.raises(ValueError, match="Allowed: risk, resources or other"):
        lines(library_policy("derbyshire-v3"), "2026-04-02 10:00", ground="weather")


def test_a_timeline_past_the_known_years_is_refused() -> None:
    with pytest.raises(BeyondKnownYears, match=str(LAST_KNOWN_YEAR + 1)):
        lines(library_policy("torbay"), f"{LAST_KNOWN_YEAR}-12-20 10:00")


@given(
    st.datetimes(datetime.datetime(2010, 1, 1), datetime.datetime(2028, 9, 1), timezones=st.just(LONDON)),  # noqa: DTZ001
    st.sampled_from(["england-and-wales", "scotland", "northern-ireland"]),
)
def test_along_torbays_route_no_stage_is_due_before_it_is_entered(
    raised_at: datetime.datetime, jurisdiction: str
) -> None:
    stages = timeline(library_policy("torbay"), raised_at=raised_at, calendar=Calendar(jurisdiction))
    moments = [stage.entered for stage in stages]
    assert moments == sorted(moments)
    assert all(stage.due is None or stage.due >= stage.entered for stage in stages)

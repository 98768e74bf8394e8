import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.due import LONDON, NONE_STATED, DueMoment, due_moment, end_of_day
from policies.schema import ClockRule, Limit, Unit
from policies.workdays import LAST_KNOWN_YEAR, BeyondKnownYears, Calendar
from tests.policies.texts import at, end_of

ENGLAND_AND_WALES = Calendar("england-and-wales")


def rule(
    unit: Unit, amount: int | None = None, *, starts: str = "case_raised", printed: str = "as printed"
) -> ClockRule:
    return ClockRule(code="clock", starts=starts, limit=Limit(unit=unit, amount=amount, printed=printed))


def due(
    clock: ClockRule,
    raised: datetime.datetime,
    *,
    entered: datetime.datetime | None = None,
    calendar: Calendar = ENGLAND_AND_WALES,
    **clock_ends: datetime.datetime | None,
) -> DueMoment:
    return due_moment(
        rule=clock, calendar=calendar, raised_at=raised, entered_at=entered or raised, clock_ends=clock_ends
    )


@pytest.mark.parametrize(
    ("jurisdiction", "raised", "number", "last"),
    [
        ("england-and-wales", "2026-04-02 10:00", 5, "2026-04-13"),
        ("england-and-wales", "2026-12-22 09:00", 5, "2026-12-31"),
        ("england-and-wales", "2026-12-30 09:00", 5, "2027-01-07"),
        ("scotland", "2026-12-30 09:00", 5, "2027-01-08"),
        ("england-and-wales", "2027-03-24 09:00", 3, "2027-03-31"),
        ("scotland", "2027-03-24 09:00", 3, "2027-03-30"),
        ("england-and-wales", "2026-07-09 09:00", 5, "2026-07-16"),
        ("northern-ireland", "2026-07-09 09:00", 5, "2026-07-17"),
    ],
)
def test_working_days_run_out_at_the_end_of_the_last_of_them(
    jurisdiction: str, raised: str, number: int, last: str
) -> None:
    moment = due(rule("working_days", number), at(raised), calendar=Calendar(jurisdiction))
    assert moment.at == end_of(last)


@pytest.mark.parametrize("time", ["00:00", "08:59", "12:00", "17:01", "23:59"])
def test_the_hour_of_raising_does_not_matter_to_a_clock_of_days(time: str) -> None:
    assert due(rule("working_days", 5), at(f"2026-04-02 {time}")).at == end_of("2026-04-13")
    assert due(rule("calendar_days", 5), at(f"2026-04-02 {time}")).at == end_of("2026-04-07")


def test_the_day_that_counts_as_the_first_is_londons_and_not_utcs() -> None:
    late_on_thursday_in_utc = datetime.datetime(2026, 6, 4, 23, 30, tzinfo=datetime.UTC)
    assert due(rule("working_days", 1), late_on_thursday_in_utc).at == end_of("2026-06-08")


def test_a_clock_of_days_runs_out_at_the_last_second_in_the_time_of_that_day() -> None:
    winter = due(rule("working_days", 1), at("2026-01-06 10:00")).at
    summer = due(rule("working_days", 1), at("2026-07-07 10:00")).at
    assert winter is not None
    assert summer is not None
    assert winter.isoformat() == "2026-01-07T23:59:59+00:00"
    assert summer.isoformat() == "2026-07-08T23:59:59+01:00"


@pytest.mark.parametrize(
    ("raised", "last"),
    [("2026-03-27 10:00", "2026-03-31"), ("2026-10-23 10:00", "2026-10-27")],
    ids=["to summer time", "from summer time"],
)
def test_working_days_are_right_across_the_change_of_the_clocks(raised: str, last: str) -> None:
    assert due(rule("working_days", 2), at(raised)).at == end_of(last)


@pytest.mark.parametrize(
    ("raised", "number", "ends"),
    [
        ("2026-04-02 10:00", 24, "2026-04-03 10:00"),
        ("2026-03-28 10:00", 24, "2026-03-29 11:00"),
        ("2026-10-24 10:00", 24, "2026-10-25 09:00"),
        ("2026-04-02 23:30", 1, "2026-04-03 00:30"),
        ("2026-12-24 16:00", 48, "2026-12-26 16:00"),
    ],
    ids=["plain", "to summer time", "from summer time", "past midnight", "over Christmas"],
)
def test_hours_are_elapsed_hours(raised: str, number: int, ends: str) -> None:
    assert due(rule("hours", number), at(raised)).at == at(ends)


def test_the_second_of_two_equal_hours_in_autumn_is_told_apart() -> None:
    before = datetime.datetime(2026, 10, 25, 0, 30, tzinfo=datetime.UTC)
    moment = due(rule("hours", 1), before).at
    assert moment is not None
    assert moment.astimezone(datetime.UTC) == datetime.datetime(2026, 10, 25, 1, 30, tzinfo=datetime.UTC)
    assert moment.utcoffset() == datetime.timedelta(0)


def test_calendar_days_count_weekends_and_bank_holidays() -> None:
    assert due(rule("calendar_days", 4), at("2026-04-02 10:00")).at == end_of("2026-04-06")


def test_calendar_days_and_hours_need_no_bank_holidays() -> None:
    raised = datetime.datetime(LAST_KNOWN_YEAR + 5, 3, 1, 9, tzinfo=LONDON)
    assert due(rule("calendar_days", 2), raised).at == end_of_day(raised.date() + datetime.timedelta(days=2))
    assert due(rule("hours", 2), raised).at == raised + datetime.timedelta(hours=2)


@pytest.mark.parametrize("unit", ["agreed", "none"])
def test_people_must_agree_where_the_policy_gives_no_figure(unit: Unit) -> None:
    raised = at("2026-04-02 10:00")
    moment = due(rule(unit), raised)
    assert moment.at is None
    assert moment.started_at == raised
    assert "agree" in moment.reason


def test_a_stage_clock_starts_when_the_stage_is_entered() -> None:
    clock = rule("working_days", 5, starts="stage_entered")
    moment = due(clock, at("2026-04-02 10:00"), entered=end_of("2026-04-13"))
    assert moment.at == end_of("2026-04-20")
    assert moment.started_at == end_of("2026-04-13")


def test_a_case_clock_does_not_care_when_the_stage_is_entered() -> None:
    clock = rule("working_days", 5)
    moment = due(clock, at("2026-04-02 10:00"), entered=at("2026-04-09 10:00"))
    assert moment.at == end_of("2026-04-13")


def test_a_clock_on_another_clocks_end_starts_there() -> None:
    clock = rule("working_days", 5, starts="clock_end:first")
    moment = due(clock, at("2026-04-02 10:00"), first=end_of("2026-04-13"))
    assert moment.at == end_of("2026-04-20")
    assert moment.started_at == end_of("2026-04-13")


@pytest.mark.parametrize("clock_ends", [{}, {"first": None}], ids=["not started", "no date yet"])
def test_a_clock_waits_while_the_one_before_it_has_no_end(clock_ends: dict[str, None]) -> None:
    clock = rule("working_days", 5, starts="clock_end:first")
    raised = at("2026-04-02 10:00")
    moment = due_moment(
        rule=clock, calendar=ENGLAND_AND_WALES, raised_at=raised, entered_at=raised, clock_ends=clock_ends
    )
    assert (moment.at, moment.started_at) == (None, None)
    assert '"first"' in moment.reason


def test_the_limit_is_said_as_the_policy_prints_it() -> None:
    assert (
        due(rule("working_days", 10, printed="two further weeks"), at("2026-04-02 10:00")).limit == "two further weeks"
    )
    assert due(rule("none", printed=""), at("2026-04-02 10:00")).limit == NONE_STATED


def test_the_reason_names_the_start_the_end_and_every_day_that_is_not_counted() -> None:
    reason = due(rule("working_days", 5), at("2026-04-02 10:00")).reason
    assert reason == (
        "5 working days from Thursday 2 April 2026, which is itself not counted: the end of Monday 13 April 2026. "
        "Weekends are not counted, nor Friday 3 April (Good Friday) or Monday 6 April (Easter Monday)."
    )


def test_the_reason_speaks_of_weekends_only_where_there_is_one() -> None:
    within_a_week = due(rule("working_days", 2), at("2026-04-14 10:00")).reason
    over_a_weekend = due(rule("working_days", 5), at("2026-04-14 10:00")).reason
    assert "Weekends" not in within_a_week
    assert over_a_weekend.endswith("Weekends are not counted.")


def test_one_of_a_unit_is_said_in_the_singular() -> None:
    assert due(rule("working_days", 1), at("2026-04-14 10:00")).reason.startswith("1 working day from")
    assert due(rule("calendar_days", 1), at("2026-04-14 10:00")).reason.startswith("1 calendar day from")
    assert due(rule("hours", 1), at("2026-04-14 10:00")).reason.startswith("1 hour from")


def test_the_reason_for_hours_gives_both_times() -> None:
    reason = due(rule("hours", 24), at("2026-04-14 10:05")).reason
    assert "10:05 on Tuesday 14 April 2026" in reason
    assert "10:05 on Wednesday 15 April 2026" in reason


def test_the_reason_names_a_day_that_the_partnership_closed() -> None:
    closed = Calendar("england-and-wales", closed=frozenset({datetime.date(2026, 4, 15)}))
    reason = due(rule("working_days", 1), at("2026-04-14 10:00"), calendar=closed).reason
    assert "Wednesday 15 April (closed here)" in reason


@pytest.mark.parametrize("starts", ["case_raised", "stage_entered"])
def test_a_moment_without_a_time_zone_is_refused(starts: str) -> None:
    naive = datetime.datetime(2026, 4, 2, 10)  # noqa: DTZ001 - the very mistake that is to be refused
    with pytest.raises(ValueError, match="time zone"):
        due(rule("working_days", 5, starts=starts), naive)


def test_a_date_past_the_known_years_is_refused_and_not_guessed() -> None:
    with pytest.raises(BeyondKnownYears):
        due(rule("working_days", 5), datetime.datetime(LAST_KNOWN_YEAR, 12, 29, 9, tzinfo=LONDON))


@pytest.mark.parametrize("unit", ["hours", "calendar_days", "working_days"])
def test_the_end_of_all_dates_is_refused_and_not_an_error_of_arithmetic(unit: Unit) -> None:
    with pytest.raises(BeyondKnownYears):
        due(rule(unit, 366), datetime.datetime(9999, 12, 31, 12, tzinfo=LONDON))


@given(st.datetimes(datetime.datetime(2010, 1, 1), datetime.datetime(2027, 6, 1)), st.integers(1, 100))  # noqa: DTZ001
def test_hours_elapse_exactly_whatever_the_clocks_on_the_wall_do(naive: datetime.datetime, number: int) -> None:
    raised = naive.replace(tzinfo=datetime.UTC)
    moment = due(rule("hours", number), raised).at
    assert moment is not None
    assert moment.astimezone(datetime.UTC) - raised == datetime.timedelta(hours=number)


@given(
    st.datetimes(datetime.datetime(2010, 1, 1), datetime.datetime(2027, 6, 1)),  # noqa: DTZ001
    st.integers(1, 60),
    st.sampled_from(["working_days", "calendar_days"]),
)
def test_days_end_at_the_last_second_and_are_never_shorter_than_asked(
    naive: datetime.datetime, number: int, unit: Unit
) -> None:
    raised = naive.replace(tzinfo=datetime.UTC).astimezone(LONDON)
    moment = due(rule(unit, number), raised).at
    assert moment is not None
    assert moment.time() == datetime.time(23, 59, 59)
    assert (moment.date() - raised.date()).days >= number


@given(
    st.datetimes(datetime.datetime(2010, 1, 1), datetime.datetime(2027, 6, 1)),  # noqa: DTZ001
    st.integers(1, 60),
    st.sampled_from(["working_days", "calendar_days", "hours"]),
)
def test_a_clock_runs_out_after_it_starts(naive: datetime.datetime, number: int, unit: Unit) -> None:
    raised = naive.replace(tzinfo=datetime.UTC)
    moment = due(rule(unit, number), raised)
    assert moment.at is not None
    assert moment.started_at is not None
    assert moment.at > moment.started_at == raised

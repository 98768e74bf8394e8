import datetime
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policies.workdays import (
    FIRST_KNOWN_YEAR,
    JURISDICTIONS,
    LAST_KNOWN_YEAR,
    BeyondKnownYears,
    Calendar,
    bank_holidays,
)

ENGLAND_AND_WALES = Calendar("england-and-wales")
SCOTLAND = Calendar("scotland")
NORTHERN_IRELAND = Calendar("northern-ireland")

#: The weekdays that the governments published as bank holidays, written down here by hand and not by rule.
PUBLISHED = {
    "england-and-wales": {
        2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
        2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
        2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
    },
    "scotland": {
        2026: "01-01 01-02 04-03 05-04 05-25 06-15 08-03 11-30 12-25 12-28",
        2027: "01-01 01-04 03-26 05-03 05-31 08-02 11-30 12-27 12-28",
        2028: "01-03 01-04 04-14 05-01 05-29 08-07 11-30 12-25 12-26",
    },
    "northern-ireland": {
        2026: "01-01 03-17 04-03 04-06 05-04 05-25 07-13 08-31 12-25 12-28",
        2027: "01-01 03-17 03-26 03-29 05-03 05-31 07-12 08-30 12-27 12-28",
        2028: "01-03 03-17 04-14 04-17 05-01 05-29 07-12 08-28 12-25 12-26",
    },
}

calendars = st.sampled_from([ENGLAND_AND_WALES, SCOTLAND, NORTHERN_IRELAND])
days = st.dates(datetime.date(2008, 1, 1), datetime.date(LAST_KNOWN_YEAR - 1, 12, 31))
numbers = st.integers(1, 60)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def published(jurisdiction: str, year: int) -> set[datetime.date]:
    return {day(f"{year}-{date}") for date in PUBLISHED[jurisdiction][year].split()}


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_every_weekday_that_does_not_count_is_a_published_bank_holiday(jurisdiction: str, year: int) -> None:
    calendar = Calendar(jurisdiction)
    first = datetime.date(year, 1, 1)
    year_days = [first + datetime.timedelta(days=number) for number in range(366)]
    off = {d for d in year_days if d.year == year and d.weekday() < 5 and not calendar.is_working_day(d)}
    assert off == published(jurisdiction, year)


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_no_saturday_or_sunday_counts(jurisdiction: str) -> None:
    calendar = Calendar(jurisdiction)
    first_saturday = day("2026-01-03")
    for week in range(104):
        saturday = first_saturday + datetime.timedelta(weeks=week)
        assert not calendar.is_working_day(saturday)
        assert not calendar.is_working_day(saturday + datetime.timedelta(days=1))


@pytest.mark.parametrize(
    ("date", "why"),
    [
        ("2011-04-29", "a royal wedding"),
        ("2012-06-05", "the Diamond Jubilee"),
        ("2020-05-08", "the early May holiday moved to a Friday"),
        ("2022-06-02", "the late May holiday moved for the Platinum Jubilee"),
        ("2022-06-03", "the Platinum Jubilee"),
        ("2022-09-19", "a state funeral"),
        ("2023-05-08", "a coronation"),
    ],
)
def test_days_proclaimed_once_do_not_count_in_any_nation(date: str, why: str) -> None:
    for jurisdiction in JURISDICTIONS:
        assert not Calendar(jurisdiction).is_working_day(day(date)), why


@pytest.mark.parametrize("date", ["2020-05-04", "2022-05-30"])
def test_a_holiday_that_was_moved_away_left_a_working_day(date: str) -> None:
    for jurisdiction in JURISDICTIONS:
        assert Calendar(jurisdiction).is_working_day(day(date))


@pytest.mark.parametrize(
    ("date", "england", "scotland", "ireland"),
    [
        ("2026-01-02", True, False, True),
        ("2026-03-17", True, True, False),
        ("2026-04-03", False, False, False),
        ("2026-04-06", False, True, False),
        ("2026-06-15", True, False, True),
        ("2026-07-13", True, True, False),
        ("2026-08-03", True, False, True),
        ("2026-08-31", False, True, False),
        ("2026-11-30", True, False, True),
    ],
)
def test_nations_differ_on_a_day(date: str, england: bool, scotland: bool, ireland: bool) -> None:
    assert ENGLAND_AND_WALES.is_working_day(day(date)) is england
    assert SCOTLAND.is_working_day(day(date)) is scotland
    assert NORTHERN_IRELAND.is_working_day(day(date)) is ireland


@pytest.mark.parametrize(
    ("calendar", "start", "number", "end"),
    [
        (ENGLAND_AND_WALES, "2026-04-02", 5, "2026-04-13"),
        (ENGLAND_AND_WALES, "2026-04-13", 5, "2026-04-20"),
        (ENGLAND_AND_WALES, "2026-04-20", 10, "2026-05-05"),
        (ENGLAND_AND_WALES, "2026-12-22", 5, "2026-12-31"),
        (ENGLAND_AND_WALES, "2026-12-30", 5, "2027-01-07"),
        (SCOTLAND, "2026-12-30", 5, "2027-01-08"),
        (ENGLAND_AND_WALES, "2027-03-24", 3, "2027-03-31"),
        (SCOTLAND, "2027-03-24", 3, "2027-03-30"),
        (ENGLAND_AND_WALES, "2026-07-09", 5, "2026-07-16"),
        (NORTHERN_IRELAND, "2026-07-09", 5, "2026-07-17"),
        (ENGLAND_AND_WALES, "2026-07-09", 1, "2026-07-10"),
    ],
)
def test_working_days_are_counted_past_weekends_and_bank_holidays(
    calendar: Calendar, start: str, number: int, end: str
) -> None:
    assert calendar.add_working_days(day(start), number) == day(end)


@pytest.mark.parametrize("start", ["2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06"])
def test_counting_from_a_day_off_begins_with_the_next_working_day_as_day_one(start: str) -> None:
    assert ENGLAND_AND_WALES.add_working_days(day(start), 1) == day("2026-04-07")
    assert ENGLAND_AND_WALES.add_working_days(day(start), 2) == day("2026-04-08")


def test_next_working_day_is_never_the_day_itself() -> None:
    assert ENGLAND_AND_WALES.next_working_day(day("2026-04-01")) == day("2026-04-02")
    assert ENGLAND_AND_WALES.next_working_day(day("2026-04-02")) == day("2026-04-07")


def test_working_days_between_counts_the_last_day_and_not_the_first() -> None:
    assert ENGLAND_AND_WALES.working_days_between(day("2026-04-02"), day("2026-04-13")) == 5
    assert ENGLAND_AND_WALES.working_days_between(day("2026-04-01"), day("2026-04-02")) == 1
    assert ENGLAND_AND_WALES.working_days_between(day("2026-04-02"), day("2026-04-06")) == 0


@pytest.mark.parametrize("last", ["2026-04-02", "2026-04-01", "2025-01-01"])
def test_there_are_no_working_days_to_a_day_that_is_not_later(last: str) -> None:
    assert ENGLAND_AND_WALES.working_days_between(day("2026-04-02"), day(last)) == 0


@pytest.mark.parametrize("number", [0, -1])
def test_fewer_than_one_working_day_cannot_be_counted(number: int) -> None:
    with pytest.raises(ValueError, match="the least is 1"):
        ENGLAND_AND_WALES.add_working_days(day("2026-04-02"), number)


@pytest.mark.parametrize(
    ("date", "why"),
    [
        ("2026-04-03", "Good Friday"),
        ("2026-04-04", "Saturday"),
        ("2026-04-05", "Sunday"),
        ("2026-04-06", "Easter Monday"),
        ("2026-12-28", "Boxing Day (substitute day)"),
        ("2026-04-07", ""),
    ],
)
def test_a_day_off_says_why(date: str, why: str) -> None:
    assert ENGLAND_AND_WALES.day_off(day(date)) == why


def test_days_off_between_leaves_out_plain_weekends() -> None:
    off = ENGLAND_AND_WALES.days_off_between(day("2026-04-02"), day("2026-04-13"))
    assert off == ((day("2026-04-03"), "Good Friday"), (day("2026-04-06"), "Easter Monday"))


def test_days_off_between_includes_the_last_day_and_not_the_first() -> None:
    assert ENGLAND_AND_WALES.days_off_between(day("2026-04-03"), day("2026-04-06")) == (
        (day("2026-04-06"), "Easter Monday"),
    )


def test_a_day_the_partnership_closes_does_not_count() -> None:
    closed = Calendar("england-and-wales", closed=frozenset({day("2026-04-07")}))
    assert not closed.is_working_day(day("2026-04-07"))
    assert closed.day_off(day("2026-04-07")) == "closed here"
    assert closed.add_working_days(day("2026-04-02"), 5) == day("2026-04-14")


def test_a_bank_holiday_the_partnership_opens_counts() -> None:
    opened = Calendar("england-and-wales", open_=frozenset({day("2026-04-06")}))
    assert opened.is_working_day(day("2026-04-06"))
    assert opened.add_working_days(day("2026-04-02"), 5) == day("2026-04-10")


def test_a_saturday_the_partnership_opens_counts() -> None:
    opened = Calendar("england-and-wales", open_=frozenset({day("2026-04-11")}))
    assert opened.next_working_day(day("2026-04-10")) == day("2026-04-11")


def test_a_day_cannot_be_both_closed_and_open() -> None:
    both = frozenset({day("2026-04-07")})
    with pytest.raises(ValueError, match="2026-04-07"):
        Calendar("england-and-wales", closed=both, open_=both)


@pytest.mark.parametrize("jurisdiction", ["england", "", "ENGLAND-AND-WALES", "wales"])
def test_an_unknown_jurisdiction_is_refused_with_those_that_are_known(jurisdiction: str) -> None:
    with pytest.raises(ValueError, match="england-and-wales, scotland, northern-ireland"):
        Calendar(jurisdiction)


@pytest.mark.parametrize("year", [1, 1999, FIRST_KNOWN_YEAR - 1, LAST_KNOWN_YEAR + 1, 9999])
def test_a_year_without_known_bank_holidays_is_not_guessed(year: int) -> None:
    with pytest.raises(BeyondKnownYears, match=str(year)):
        ENGLAND_AND_WALES.is_working_day(datetime.date(year, 6, 15))


@pytest.mark.parametrize("year", [FIRST_KNOWN_YEAR, LAST_KNOWN_YEAR])
def test_the_first_and_last_known_years_are_known_to_their_ends(year: int) -> None:
    assert ENGLAND_AND_WALES.day_off(datetime.date(year, 1, 1))
    assert isinstance(ENGLAND_AND_WALES.is_working_day(datetime.date(year, 12, 31)), bool)


def test_counting_over_the_end_of_the_known_years_says_which_year_is_not_known() -> None:
    with pytest.raises(BeyondKnownYears, match=f"The bank holidays of {LAST_KNOWN_YEAR + 1} are not known") as caught:
        ENGLAND_AND_WALES.add_working_days(datetime.date(LAST_KNOWN_YEAR, 12, 29), 5)
    assert caught.value.day == datetime.date(LAST_KNOWN_YEAR + 1, 1, 1)
    assert f"{FIRST_KNOWN_YEAR} to {LAST_KNOWN_YEAR}" in str(caught.value)


def test_counting_that_ends_within_the_known_years_does_not_ask_beyond_them() -> None:
    last = datetime.date(LAST_KNOWN_YEAR, 12, 29)
    assert ENGLAND_AND_WALES.add_working_days(last - datetime.timedelta(days=1), 1) == last


def test_an_unknown_year_is_an_error_of_value_so_that_callers_of_numbers_catch_it() -> None:
    assert issubclass(BeyondKnownYears, ValueError)


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_bank_holidays_carry_names_and_stand_in_order(jurisdiction: str) -> None:
    found = bank_holidays(jurisdiction)
    assert list(found) == sorted(found)
    assert all(name and "observed" not in name for name in found.values())


@given(calendars, days, numbers)
def test_counting_days_and_counting_them_back_agree(calendar: Calendar, start: datetime.date, number: int) -> None:
    end = calendar.add_working_days(start, number)
    assert calendar.working_days_between(start, end) == number
    assert calendar.is_working_day(end)


@given(calendars, days, numbers)
def test_counting_goes_day_by_day(calendar: Calendar, start: datetime.date, number: int) -> None:
    """N working days are one after another: a brute count that shares no code with the calendar's own."""
    found, at = 0, start
    while found < number:
        at += datetime.timedelta(days=1)
        weekend = at.isoweekday() in {6, 7}
        found += not weekend and at not in bank_holidays(calendar.jurisdiction)
    assert calendar.add_working_days(start, number) == at


@given(calendars, days, numbers, numbers)
def test_counting_in_two_parts_is_counting_at_once(
    calendar: Calendar, start: datetime.date, first: int, second: int
) -> None:
    at_once = calendar.add_working_days(start, first + second)
    assert calendar.add_working_days(calendar.add_working_days(start, first), second) == at_once


@given(calendars, days, days, numbers)
def test_starting_later_never_ends_earlier(
    calendar: Calendar, one: datetime.date, other: datetime.date, number: int
) -> None:
    early, late = sorted([one, other])
    assert calendar.add_working_days(early, number) <= calendar.add_working_days(late, number)


@given(calendars, days, numbers)
def test_working_days_are_never_fewer_than_calendar_days(calendar: Calendar, start: datetime.date, number: int) -> None:
    assert (calendar.add_working_days(start, number) - start).days >= number


@given(calendars, days, days)
def test_days_off_and_working_days_and_weekends_are_all_days(
    calendar: Calendar, one: datetime.date, other: datetime.date
) -> None:
    first, last = sorted([one, min(other, one + datetime.timedelta(days=400))])
    every = [first + datetime.timedelta(days=number) for number in range(1, (last - first).days + 1)]
    weekends = sum(1 for d in every if d.isoweekday() in {6, 7})
    counted = calendar.working_days_between(first, last) + len(calendar.days_off_between(first, last)) + weekends
    assert counted == len(every)


@given(calendars, days, numbers)
def test_closing_a_day_never_makes_a_clock_end_earlier(calendar: Calendar, start: datetime.date, number: int) -> None:
    end = calendar.add_working_days(start, number)
    closed = Calendar(calendar.jurisdiction, closed=frozenset({end}))
    assert closed.add_working_days(start, number) == calendar.next_working_day(end)


@given(calendars, days, numbers)
def test_opening_a_day_off_never_makes_a_clock_end_later(calendar: Calendar, start: datetime.date, number: int) -> None:
    end = calendar.add_working_days(start, number)
    span = [start + datetime.timedelta(days=step) for step in range(1, (end - start).days)]
    off = [d for d in span if not calendar.is_working_day(d)]
    opened = Calendar(calendar.jurisdiction, open_=frozenset(off[:1]))
    assert opened.add_working_days(start, number) <= end
    assert (opened.add_working_days(start, number) < end) is bool(off)


@given(st.dates(), st.integers(1, 366))
@example(datetime.date.max, 1)
@example(datetime.date.min, 1)
def test_any_date_is_counted_or_refused_as_unknown(start: datetime.date, number: int) -> None:
    end = None
    with suppress(BeyondKnownYears):
        end = ENGLAND_AND_WALES.add_working_days(start, number)
    if end is None:
        assert not FIRST_KNOWN_YEAR <= start.year <= LAST_KNOWN_YEAR - 2
    else:
        assert FIRST_KNOWN_YEAR <= end.year <= LAST_KNOWN_YEAR

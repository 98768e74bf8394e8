"""Dates as people read them, in Europe/London and in working days."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from escalation import dates
from escalation.templatetags import esc

ENGLAND = "england-and-wales"
# Thursday 2 April 2026, 10:00 in London; Good Friday and Easter Monday follow.
NOW = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)


def end_of(day: int, month: int = 4, year: int = 2026) -> datetime:
    """23:59:59 in London on a day of British Summer Time."""
    return datetime(year, month, day, 22, 59, 59, tzinfo=UTC)


def test_a_day_in_words() -> None:
    assert dates.day_words(date(2026, 4, 13)) == "Monday 13 April 2026"


def test_a_moments_day_is_the_one_in_london() -> None:
    assert dates.day_words(datetime(2026, 4, 12, 23, 30, tzinfo=UTC)) == "Monday 13 April 2026"
    assert dates.moment_words(datetime(2026, 1, 5, 9, 5, tzinfo=UTC)) == "Monday 5 January 2026 at 09:05"


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (end_of(13), "in 5 working days"),
        (end_of(7), "in 1 working day"),
        (end_of(2), "today"),
        (end_of(3), "in 1 day"),
        (end_of(6), "in 4 days"),
        (datetime(2026, 4, 2, 12, 30, tzinfo=UTC), "today, in 3 hours"),
        (datetime(2026, 4, 2, 10, 0, tzinfo=UTC), "today, in 1 hour"),
        (datetime(2026, 4, 2, 8, 0, tzinfo=UTC), "late since today"),
        (end_of(1), "1 working day late"),
        (datetime(2026, 3, 27, 23, 0, tzinfo=UTC), "4 working days late"),
    ],
)
def test_how_far_off_it_is(due: datetime, words: str) -> None:
    assert dates.distance(due, at=NOW, jurisdiction=ENGLAND) == words


def test_scotland_works_on_easter_monday() -> None:
    assert dates.distance(end_of(7), at=NOW, jurisdiction="scotland") == "in 2 working days"


def test_beyond_the_known_years_plain_days_are_counted_and_called_so() -> None:
    far = datetime(2190, 4, 2, 9, 0, tzinfo=UTC)

    assert dates.distance(far, at=NOW, jurisdiction=ENGLAND).endswith(" days")
    assert "working" not in dates.distance(far, at=NOW, jurisdiction=ENGLAND)


def test_the_hour_is_said_only_where_it_matters() -> None:
    assert dates.due_words(end_of(13), at=NOW, jurisdiction=ENGLAND) == "Monday 13 April 2026 (in 5 working days)"
    at_ten = datetime(2026, 4, 13, 9, 0, tzinfo=UTC)
    assert dates.due_words(at_ten, at=NOW, jurisdiction=ENGLAND) == "Monday 13 April 2026 at 10:00 (in 5 working days)"


class TestFilters:
    def test_nothing_stays_nothing(self) -> None:
        assert (esc.day(None), esc.moment(None), esc.due(None, ENGLAND), esc.left(None, ENGLAND)) == ("", "", "", "")
        assert esc.is_late(None) is False

    def test_a_partnership_brings_its_jurisdiction(self) -> None:
        class Partnership:
            jurisdiction = "scotland"

        with time_machine.travel(NOW, tick=False):
            assert esc.left(end_of(7), Partnership()) == "in 2 working days"
            assert esc.due(end_of(7), ENGLAND) == "Tuesday 7 April 2026 (in 1 working day)"

    def test_late_is_after_the_moment_and_not_at_it(self) -> None:
        with time_machine.travel(NOW, tick=False):
            assert esc.is_late(NOW) is False
            assert esc.is_late(datetime(2026, 4, 2, 8, 59, 59, tzinfo=UTC)) is True

"""Which days are working days, by nation: pure functions over dates, without the network and without a database.

Bank holidays come from the `holidays` package, with the days that stand in for one that falls on a weekend. A day
proclaimed at short notice is a correction that the partnership makes.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import holidays

#: The nations of the package whose bank holidays a jurisdiction keeps; of several, the days common to all.
_NATIONS = {"england-and-wales": ("ENG", "WLS"), "scotland": ("SCT",), "northern-ireland": ("NIR",)}
JURISDICTIONS = tuple(_NATIONS)

#: The years whose bank holidays are settled. Every later year can be worked out by rule, but governments have moved
#: or added a day in 2011, 2012, 2020, 2022, 2023 and 2026, and lists are published to the end of 2028 only; before
#: 2007 Scotland did not keep St Andrew's Day as it does now. Raise LAST_KNOWN_YEAR when a further list is published.
FIRST_KNOWN_YEAR = 2007
LAST_KNOWN_YEAR = 2028

_ONE_DAY = datetime.timedelta(days=1)
_SATURDAY = 5


class BeyondKnownYears(ValueError):  # noqa: N818 - it names a place in time, as the calendar knows it
    """A day lies in a year whose bank holidays are not known, so it would be a guess whether it is a working day."""

    def __init__(self, day: datetime.date) -> None:
        self.day = day
        super().__init__(
            f"The bank holidays of {day.year} are not known: they are known for {FIRST_KNOWN_YEAR} to "
            f"{LAST_KNOWN_YEAR}, so no date can be worked out that depends on them."
        )


@cache
def bank_holidays(jurisdiction: str) -> dict[datetime.date, str]:
    """The bank holidays of all known years with their names, by day. Raises ValueError for an unknown jurisdiction."""
    if jurisdiction not in _NATIONS:
        raise ValueError(f'"{jurisdiction}" is no jurisdiction: write {", ".join(JURISDICTIONS)}.')
    years = range(FIRST_KNOWN_YEAR, LAST_KNOWN_YEAR + 1)
    nations = [holidays.country_holidays("GB", subdiv=nation, years=years) for nation in _NATIONS[jurisdiction]]
    common = set.intersection(*(set(nation) for nation in nations))
    return {day: nations[0][day].replace(" (observed)", " (substitute day)") for day in sorted(common)}


@dataclass(frozen=True)
class Calendar:
    """The working days of one jurisdiction, with a partnership's own corrections.

    `closed` are further days that do not count, `open_` days that count although they are a weekend or a bank
    holiday. Raises ValueError for an unknown jurisdiction and for a day that is both.
    """

    jurisdiction: str
    closed: frozenset[datetime.date] = frozenset()
    open_: frozenset[datetime.date] = frozenset()

    def __post_init__(self) -> None:
        bank_holidays(self.jurisdiction)
        both = self.closed & self.open_
        if both:
            raise ValueError(f"{min(both).isoformat()} is corrected both to count and not to count.")

    def day_off(self, day: datetime.date) -> str:
        """Why `day` does not count ("Good Friday", "Saturday"); empty for a working day.

        Raises BeyondKnownYears.
        """
        if not FIRST_KNOWN_YEAR <= day.year <= LAST_KNOWN_YEAR:
            raise BeyondKnownYears(day)
        if day in self.open_:
            return ""
        if day in self.closed:
            return "closed here"
        holiday = bank_holidays(self.jurisdiction).get(day)
        if holiday is not None:
            return holiday
        return f"{day:%A}" if day.weekday() >= _SATURDAY else ""

    def is_working_day(self, day: datetime.date) -> bool:
        """Whether `day` counts. Raises BeyondKnownYears."""
        return not self.day_off(day)

    def next_working_day(self, day: datetime.date) -> datetime.date:
        """The first working day after `day`. Raises BeyondKnownYears."""
        return self.add_working_days(day, 1)

    def add_working_days(self, day: datetime.date, number: int) -> datetime.date:
        """The `number`th working day after `day`, which is itself not counted, whether it is one or not.

        Raises BeyondKnownYears, and ValueError unless `number` is at least 1.
        """
        if number < 1:
            raise ValueError(f"{number} working days cannot be counted: the least is 1.")
        working = (later for later in self._days_after(day) if self.is_working_day(later))
        for _ in range(number - 1):
            next(working)
        return next(working)

    def working_days_between(self, first: datetime.date, last: datetime.date) -> int:
        """How many working days there are after `first` up to and including `last`; 0 if `last` is not later.

        Raises BeyondKnownYears.
        """
        days = (last - first).days
        return sum(self.is_working_day(first + _ONE_DAY * number) for number in range(1, days + 1))

    def days_off_between(self, first: datetime.date, last: datetime.date) -> tuple[tuple[datetime.date, str], ...]:
        """The days after `first` up to `last` that do not count, other than plain weekends, each with its reason.

        Raises BeyondKnownYears.
        """
        days = (first + _ONE_DAY * number for number in range(1, (last - first).days + 1))
        named = ((day, self.day_off(day)) for day in days)
        return tuple((day, why) for day, why in named if why and day.weekday() < _SATURDAY)

    @staticmethod
    def _days_after(day: datetime.date) -> Iterator[datetime.date]:
        """Days without end; the known years stop whoever asks, and the calendar itself does on its last day."""
        while day < datetime.date.max:
            day += _ONE_DAY
            yield day
        raise BeyondKnownYears(day)

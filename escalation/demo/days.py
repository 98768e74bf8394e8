"""Days relative to today: whatever the week, a story takes the same number of working days."""

from datetime import date, datetime, timedelta
from itertools import count

from policies.due import LONDON
from policies.workdays import Calendar


class Days:
    """Working days counted from today's: 0 is today or, where that is none, the first one after; -1 the last before.

    So a story that ends at -1 at the latest is over before today begins, at whatever hour it is built.
    """

    def __init__(self, calendar: Calendar, today: date) -> None:
        self.calendar = calendar
        self.today = today

    def __getitem__(self, number: int) -> date:
        if number >= 0:
            return self.calendar.add_working_days(self.today - timedelta(days=1), number + 1)
        back = (self.today - timedelta(days=days) for days in count(1))
        working = (day for day in back if self.calendar.is_working_day(day))
        for _ in range(-number - 1):
            next(working)
        return next(working)

    def later(self, day: date, number: int) -> date:
        """The `number`th working day after `day`."""
        return self.calendar.add_working_days(day, number)

    def before(self, day: date, number: int) -> date:
        """The `number`th working day before `day`."""
        return Days(self.calendar, day)[-number]


def moment(day: date, minutes: int) -> datetime:
    """So many minutes after midnight of the day, Europe/London, on a day without a change of the clocks."""
    return datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=LONDON)

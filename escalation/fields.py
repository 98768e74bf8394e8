"""Form fields of the design system: a date in three parts, a time as people write it, long text.

What was typed comes back as it was typed, however wrong it is, and the message says which part to mend.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from escalation.dates import day_words

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
PARTS = ("day", "month", "year")
# Longer than any date or time; what goes beyond is no date and need not be read.
LONGEST_PART = 20
Bound = date | Callable[[], date]


class DatePartsWidget(forms.MultiWidget):
    """Three text boxes named `<field>_day`, `<field>_month`, `<field>_year`; drawn by forms/widgets/date.html."""

    template_name = "forms/widgets/date.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({part: forms.TextInput() for part in PARTS}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """The three parts of a date; anything else counts as nothing."""
        return [value.day, value.month, value.year] if isinstance(value, date) else ["", "", ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds each box's label and which of them are wrong."""
        wrong = str((attrs or {}).pop("data-wrong", "")).split()
        described = (attrs or {}).pop("aria-describedby", None)
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"].pop("aria-describedby", described)
        for part, box in zip(PARTS, context["widget"]["subwidgets"], strict=True):
            box.update(label=part.capitalize(), wrong=part in wrong, width=4 if part == "year" else 2)
        return context


class DateField(forms.Field):
    """A date typed as day, month and year; the month may be written as a word. Gives a `datetime.date`.

    `earliest` and `latest` are dates, or functions called when the form is sent (for "today"). Errors carry the
    codes "required", "day", "month", "year" or "date" (the whole), which mark the boxes to mend.
    """

    widget = DatePartsWidget

    def __init__(
        self, *, earliest: Bound = date(1900, 1, 1), latest: Bound = date(2100, 12, 31), **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.earliest = earliest
        self.latest = latest

    @property
    def called(self) -> str:
        """The field's name at the start of a message."""
        return str(self.label or "The date").rstrip("?:. ")

    def to_python(self, value: Any) -> date | None:
        """The date, None if nothing was typed; ValidationError that names the part."""
        if value is None or isinstance(value, date):
            return value
        day, month, year = (str(part or "").strip() for part in value)
        if not (day or month or year):
            return None
        self.all_there({"day": day, "month": month, "year": year})
        try:
            # A year of two digits would be read as one of the first century.
            return date(whole(year) if len(year) == 4 else 0, month_number(month), whole(day))
        except ValueError:
            raise self.wrong_part(day, month, year) from None

    def all_there(self, typed: Mapping[str, str]) -> None:
        """Raise ValidationError naming the parts that are empty."""
        missing = [part for part in PARTS if not typed[part]]
        if missing:
            errors = " and ".join(f"a {part}" for part in missing)
            raise ValidationError(f"{self.called}: enter {errors}.", code=" ".join(missing))

    def wrong_part(self, day: str, month: str, year: str) -> ValidationError:
        """The error for the first part that cannot be; for the whole if each part could be."""
        if not 1 <= whole(day) <= 31:
            return ValidationError(f"{self.called}: the day must be a number from 1 to 31.", code="day")
        if not 1 <= month_number(month) <= 12:
            return ValidationError(f"{self.called}: the month must be a number from 1 to 12.", code="month")
        if not (len(year) == 4 and whole(year) > 0):
            return ValidationError(f"{self.called}: the year must have 4 numbers, like 2026.", code="year")
        return ValidationError(f"{self.called}: there is no such day in that month.", code="date")

    def validate(self, value: Any) -> None:
        """Required, and between the two bounds."""
        if value is None:
            if self.required:
                raise ValidationError(f"{self.called}: enter a date.", code="required")
            return
        earliest = self.earliest() if callable(self.earliest) else self.earliest
        latest = self.latest() if callable(self.latest) else self.latest
        if len(str(value.year)) < 4 or value < earliest:
            raise ValidationError(f"{self.called}: enter {day_words(earliest)} or a later day.", code="date")
        if value > latest:
            raise ValidationError(f"{self.called}: enter {day_words(latest)} or an earlier day.", code="date")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare dates, not boxes; what is no date has changed."""
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


def whole(typed: str) -> int:
    """A whole number from plain digits, -1 for anything else (int() takes signs, blanks and other scripts' digits)."""
    return int(typed) if re.fullmatch(r"[0-9]{1,4}", typed) else -1


def month_number(typed: str) -> int:
    """A month from its number or its English name, full or cut to three letters or more; -1 for anything else."""
    word = typed.lower()
    if len(word) >= 3 and word[:3] in MONTHS:
        index = MONTHS.index(word[:3]) + 1
        return index if f"{date(2000, index, 1):%B}".lower().startswith(word) or word == "sept" else -1
    return whole(typed)


class TimeField(forms.CharField):
    """A time as people write it: 10:30, 10.30, 1030, 2pm, 2.30 pm, midday. Gives a `datetime.time` without zone."""

    CLOCK = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.]?(?P<minute>[0-9]{2}))?(?P<half>[ap]m)?")
    WORDS = {"midday": time(12), "noon": time(12), "midnight": time(0)}

    def to_python(self, value: Any) -> Any:
        """The time, None if nothing was typed; ValidationError with an example."""
        if isinstance(value, time):
            return value
        typed = str(super().to_python(value)).lower().replace(" ", "")
        if not typed:
            return None
        if typed in self.WORDS:
            return self.WORDS[typed]
        found = self.CLOCK.fullmatch(typed) if len(typed) <= LONGEST_PART else None
        if found:
            hour, minute = int(found["hour"]), int(found["minute"] or 0)
            if found["half"] and 1 <= hour <= 12:
                hour = hour % 12 + (12 if found["half"] == "pm" else 0)
            elif found["half"]:
                hour = 24
            if hour < 24 and minute < 60:
                return time(hour, minute)
        raise ValidationError(f"{str(self.label or 'The time').rstrip('?:. ')}: enter a time, like 10:30 or 2pm.")

    def prepare_value(self, value: Any) -> Any:
        """A time shown as 10:30; what was typed as it was typed."""
        return f"{value:%H:%M}" if isinstance(value, time) else value


class LongText(forms.CharField):
    """Text of several lines. With `max_length` a count stands below the box; the box never cuts what is typed.

    Browsers send each line end as two characters; it is counted as the one that people see.
    """

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        """The text with single line ends."""
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")

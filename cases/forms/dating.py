"""Setting the date of a stage, and extending it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django import forms

from cases.clocks import calendar_of, local_day, open_clocks
from cases.forms.act_form import LONG, SHORT, ActForm, today
from cases.services import case_extend_date, case_set_date
from cases.services.dates import LONGEST_DAYS
from cases.showing.next_step import Owed, owed_now
from escalation.dates import counted, day_words
from escalation.forms import DateField, LongText
from policies.workdays import BeyondKnownYears

SHOWN_DAYS = 10


def latest() -> date:
    return today() + timedelta(days=LONGEST_DAYS)


class DateForm(ActForm):
    template = "cases/act_date.html"

    due_on = DateField(
        label="By which day must this stage be settled?",
        help_text="It runs to the end of that day. For example, 13 4 2026",
        earliest=today,
        latest=latest,
    )
    agreed_with = forms.CharField(
        label="With whom on the other side did you agree it?", help_text="Name and agency.", max_length=SHORT
    )

    @property
    def owed(self) -> list[Owed]:
        """What is to be done at the stage, each with its date as it stands."""
        return [owed_now(self.case, clock, self.who.parties.values()) for clock in open_clocks(self.case)]

    @property
    def working_days(self) -> Iterator[tuple[str, str]]:
        """The next working days of the partnership with their numbers; fewer where the calendar ends."""
        calendar, start = calendar_of(self.case.partnership), local_day(self.at)
        for number in range(1, SHOWN_DAYS + 1):
            try:
                yield counted(number, "working day"), day_words(calendar.add_working_days(start, number))
            except BeyondKnownYears:
                return

    def said(self) -> str:
        return f"The date is now {day_words(self.cleaned_data['due_on'])}. Everybody who takes part has been told."


class SetDateForm(DateForm):
    code = "set_date"
    kinds = ("date.set",)
    title = "Set the date for this stage"
    submit = "Set the date"

    reasons = LongText(label="Why this date, and how is the child safe until then?", required=False, max_length=LONG)

    def perform(self, at: datetime) -> str:
        data = self.cleaned_data
        case_set_date(
            case=self.case,
            by=self.person,
            at=at,
            due_on=data["due_on"],
            agreed_with=data["agreed_with"],
            reasons=data["reasons"],
        )
        return self.said()


class ExtendDateForm(DateForm):
    code = "extend_date"
    kinds = ("date.extended",)
    title = "Extend the date of this stage"
    submit = "Extend the date"

    reasons = LongText(label="Why is more time needed, and how is the child safe meanwhile?", max_length=LONG)

    def perform(self, at: datetime) -> str:
        data = self.cleaned_data
        case_extend_date(
            case=self.case,
            by=self.person,
            at=at,
            due_on=data["due_on"],
            agreed_with=data["agreed_with"],
            reasons=data["reasons"],
        )
        return self.said()

"""Setting the date of a stage, asking for a later one, and answering somebody who asks for it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django import forms

from agencies.tiers import Tier
from cases.clocks import calendar_of, local_day, open_clocks
from cases.forms.act_form import LONG, SHORT, ActForm, today
from cases.models import Extension
from cases.services import case_answer_extension, case_extend_date, case_set_date
from cases.services.dates import LONGEST_DAYS
from cases.showing.limits import Ahead, limit_ahead
from cases.showing.next_step import Owed, owed_now
from escalation.dates import counted, day_words
from escalation.forms import DateField, LongText
from policies.wording import listed
from policies.workdays import BeyondKnownYears

SHOWN_DAYS = 10
ANSWERED = "This has been answered or overtaken since you opened this page."


def latest() -> date:
    return today() + timedelta(days=LONGEST_DAYS)


class DateForm(ActForm):
    template = "cases/act_date.html"

    due_on = DateField(label="By which day must this stage be settled?", earliest=today, latest=latest)

    def build(self) -> None:
        ahead = self.ahead
        no_later = ""
        if ahead is not None:
            stages = listed([f"“{stage}”" for stage in ahead.stages])
            no_later = f"No later than {day_words(ahead.at)}: {stages} are over then ({ahead.limit}). "
        self.fields["due_on"].help_text = (
            f"{no_later}It runs to the end of that day, and a weekend or bank holiday is counted as it is: "
            "choose a working day. For example, 13 4 2026"
        )

    @cached_property
    def ahead(self) -> Ahead | None:
        return limit_ahead(self.case)

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

    def clean_due_on(self) -> date:
        """A working day: on another nobody is there when the time runs out."""
        day: date = self.cleaned_data["due_on"]
        calendar = calendar_of(self.case.partnership)
        try:
            off = calendar.day_off(day)
            following = calendar.next_working_day(day)
        except BeyondKnownYears:
            return day
        if off:
            named = "" if off == f"{day:%A}" else f" ({off})"
            raise forms.ValidationError(
                f"{day_words(day)}{named} is not a working day. "
                f"Enter the next working day, {day_words(following)}, or an earlier one.",
                code="date",
            )
        return day


class SetDateForm(DateForm):
    code = "set_date"
    kinds = ("date.set",)
    title = "Set the date for this stage"
    submit = "Set the date"

    agreed_with = forms.CharField(
        label="With whom on the other side did you agree it?", help_text="Name and agency.", max_length=SHORT
    )
    reasons = LongText(label="Why this date, and how is the child safe until then?", required=False, max_length=LONG)

    def build(self) -> None:
        super().build()
        if self.case.stage.tier == Tier.OWN_ADVICE:
            self.fields["agreed_with"].label = "With whom did you agree it?"
            self.fields["agreed_with"].help_text = "Name, for example of your manager."

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
        return f"The date is now {day_words(data['due_on'])}. Everybody who takes part has been told."


class ExtendDateForm(DateForm):
    code = "extend_date"
    kinds = ("date.extension_asked", "date.extended")
    title = "Ask for a later date"
    submit = "Ask for this date"

    reasons = LongText(label="Why is more time needed, and how is the child safe meanwhile?", max_length=LONG)

    @property
    def holds_at_once(self) -> bool:
        """Whether they set it as the Business Manager, who agrees to it by that."""
        return self.who.keeps_register and self.who.side is None

    @property
    def who_agrees(self) -> str:
        """Who has to agree before the later date holds."""
        if self.case.stage.tier == Tier.OWN_ADVICE:
            return "a manager of your agency, or the Business Manager"
        others = [party.agency.name for party in self.who.parties.values() if party != self.who.side]
        return listed([*others, "the Business Manager"], "or")

    def perform(self, at: datetime) -> str:
        data = self.cleaned_data
        asked = case_extend_date(case=self.case, by=self.person, at=at, due_on=data["due_on"], reasons=data["reasons"])
        if asked.status == Extension.Status.AGREED:
            return f"The date is now {day_words(data['due_on'])}. Everybody who takes part has been told."
        return (
            f"You have asked for {day_words(data['due_on'])}. It waits for {self.who_agrees}. "
            "Until one of them agrees, the date stays as it was."
        )


class AnswerExtensionForm(ActForm):
    code = "answer_extension"
    kinds = ("date.extended", "date.extension_refused")
    template = "cases/act_answer_extension.html"
    title = "Answer about the later date"
    submit = "Send your answer"

    extension = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    agrees = forms.ChoiceField(
        label="Do you agree to the later date?",
        choices=[("yes", "Yes, the later date holds"), ("no", "No, the date stays as it is")],
        widget=forms.RadioSelect,
    )
    reasons = LongText(label="Your reasons", help_text="Needed when you do not agree.", required=False, max_length=LONG)

    def build(self) -> None:
        self.fields["extension"].initial = self.asked.pk if self.asked else ""

    @cached_property
    def asked(self) -> Extension | None:
        """The later date that the page shows; None once it is not waiting any more, or another one is."""
        found = self.case.extensions.filter(status=Extension.Status.PROPOSED)
        waiting = found.select_related("asked_by", "party__agency").first()
        sent = str(self.data.get("extension", "")) if self.is_bound else ""
        return waiting if waiting is None or not sent or sent == str(waiting.pk) else None

    @property
    def date_now(self) -> datetime | None:
        return self.case.due_at

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.asked is None:
            raise forms.ValidationError(ANSWERED, code="answered")
        if data.get("agrees") == "no" and not data.get("reasons") and "reasons" not in self.errors:
            self.add_error("reasons", forms.ValidationError("Your reasons: say why you do not agree.", code="required"))
        return data

    def perform(self, at: datetime) -> str:
        data = self.cleaned_data
        assert self.asked is not None  # noqa: S101 - clean() has seen to it
        agrees = data["agrees"] == "yes"
        case_answer_extension(extension=self.asked, by=self.person, at=at, agrees=agrees, reasons=data["reasons"])
        if agrees:
            return f"The date is now {day_words(self.asked.due_at)}. Everybody who takes part has been told."
        return "The date stays as it is. Everybody who takes part has been told why."

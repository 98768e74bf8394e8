"""Proposing a resolution, withdrawing, reopening."""

from datetime import date, datetime
from typing import Any

from django import forms

from cases.forms.act_form import LONG, ActForm, today, years_ahead
from cases.forms.rows import ActionsForm
from cases.services import case_propose_resolution, case_reopen, case_withdraw
from escalation.forms import DateField, LongText


def next_years() -> date:
    return years_ahead(3)


class ProposeForm(ActionsForm):
    code = "propose_resolution"
    kinds = ("resolution.proposed",)
    template = "cases/act_propose_resolution.html"
    title = "Propose a resolution"
    submit = "Propose this resolution"
    before_rows = ("what_changes",)
    rows_hint = "At least one action."

    what_changes = LongText(label="What changes for the child?", max_length=LONG)
    review_on = DateField(
        label="When is this reviewed?", help_text="For example, 13 4 2026", earliest=today, latest=next_years
    )
    overtaken = forms.BooleanField(
        label="Events have settled the matter",
        help_text="Then a manager or safeguarding lead records what lay beneath it, so that it is dealt with.",
        required=False,
    )
    cause = LongText(
        label="What lay beneath the disagreement?",
        help_text="Needed when events have settled the matter.",
        required=False,
        max_length=LONG,
    )

    def row(self, number: int) -> dict[str, forms.Field]:
        fields = super().row(number)
        for field in fields.values():
            field.required = number == 0
        return fields

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["planned"] = self.planned(data)
        if data.get("overtaken") and not data.get("cause") and "cause" not in self.errors:
            words = "What lay beneath the disagreement: say it, so that it is dealt with."
            self.add_error("cause", forms.ValidationError(words, code="required"))
        return data

    def perform(self, at: datetime) -> str:
        data = self.cleaned_data
        case_propose_resolution(
            case=self.case,
            by=self.person,
            at=at,
            what_changes=data["what_changes"],
            actions=data["planned"],
            review_on=data["review_on"],
            overtaken_by_events=data["overtaken"],
            cause=data["cause"],
        )
        return "Your proposal is on the record. The other side has been asked whether it agrees."


class WithdrawForm(ActForm):
    code = "withdraw"
    kinds = ("case.withdrawn",)
    template = "cases/act_withdraw.html"
    title = "Withdraw the disagreement"
    submit = "Withdraw it"
    warning = True

    reasons = LongText(label="Why do you withdraw it, and how is the child safe now?", max_length=LONG)

    def perform(self, at: datetime) -> str:
        case_withdraw(case=self.case, by=self.person, at=at, reasons=self.cleaned_data["reasons"])
        return "The disagreement has been withdrawn. The record stays."


class ReopenForm(ActForm):
    code = "reopen"
    kinds = ("case.reopened",)
    template = "cases/act_reopen.html"
    title = "Reopen the disagreement"
    submit = "Reopen it"

    reasons = LongText(label="Why is the disagreement open again?", max_length=LONG)

    def perform(self, at: datetime) -> str:
        case_reopen(case=self.case, by=self.person, at=at, reasons=self.cleaned_data["reasons"])
        return f"The disagreement is open again, at the stage “{self.case.stage.name}”."

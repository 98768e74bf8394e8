"""Convening a panel, and recording the decision."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms

from agencies.directory import holders
from agencies.models import Person
from cases.forms.act_form import LONG, ActForm, today
from cases.forms.ending import next_years
from cases.forms.rows import ActionsForm
from cases.services import DecisionText, case_convene_panel, case_decide
from cases.services.deciding import may_judge, panel_agency
from cases.showing.gathered import Gathered, gather
from cases.showing.sides import Said, Side, other_views, sides
from escalation.forms import DateField, LongText


class PanelForm(ActForm):
    code = "convene_panel"
    kinds = ("panel.convened",)
    template = "cases/act_convene_panel.html"
    title = "Convene a panel"
    submit = "Convene this panel"

    members = forms.MultipleChoiceField(label="Who sits on the panel?", widget=forms.CheckboxSelectMultiple)
    reasons = LongText(label="Why these members?", required=False, max_length=LONG)

    def build(self) -> None:
        field = self.fields["members"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = [(str(person.pk), f"{person.name}, {agency}") for person, agency in self.pool]

    @cached_property
    def pool(self) -> list[tuple[Person, str]]:
        """Those of the panel pool who may sit, with the agencies for which they speak."""
        people = holders(role="panel_pool", partnership=self.case.partnership)
        found = ((person, panel_agency(person, self.case.partnership)) for person in people)
        may_sit = [(person, agency.name) for person, agency in found if agency and may_judge(self.case, person)]
        return sorted(may_sit, key=lambda row: (row[1], row[0].name))

    @property
    def agencies_wanted(self) -> int:
        return self.case.stage.panel.agencies if self.case.stage.panel else 0

    def perform(self, at: datetime) -> str:
        data = self.cleaned_data
        chosen = set(data["members"])
        members = [person for person, _ in self.pool if str(person.pk) in chosen]
        case_convene_panel(case=self.case, by=self.person, at=at, members=members, reasons=data["reasons"])
        return "The panel has been convened. Its members can see the case and have been told."


class DecideForm(ActionsForm):
    code = "decide"
    kinds = ("case.decided",)
    template = "cases/act_decide.html"
    title = "Record the decision"
    submit = "Record this decision"
    before_rows = ("outcome", "reasons", "what_changes")
    rows_hint = "A decision that ends the case names at least one action."

    outcome = forms.ChoiceField(label="What is decided?", widget=forms.RadioSelect)
    reasons = LongText(label="What are the reasons?", max_length=LONG)
    what_changes = LongText(label="What changes for the child?", max_length=LONG)
    review_on = DateField(
        label="When is this reviewed?",
        help_text="Needed when the decision ends the case. For example, 13 4 2026",
        required=False,
        earliest=today,
        latest=next_years,
    )

    def build(self) -> None:
        super().build()
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(outcome.code, outcome.name) for outcome in self.case.stage.outcomes]

    @cached_property
    def _gathered(self) -> Gathered:
        return gather(self.case, self.who, self.at)

    @property
    def sides(self) -> list[Side]:
        return sides(self._gathered)

    @property
    def other_views(self) -> list[Said]:
        return other_views(self._gathered)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["planned"] = self.planned(data)
        ending = {outcome.code for outcome in self.case.stage.outcomes if outcome.ends}
        if data.get("outcome") in ending:
            if not data.get("review_on") and "review_on" not in self.errors:
                words = "When is this reviewed: enter a date, because this decision ends the case."
                self.add_error("review_on", forms.ValidationError(words, code="required"))
            if not data["planned"]:
                words = "Action 1: say who does what by when, because this decision ends the case."
                self.add_error("actions_0_what", forms.ValidationError(words, code="required"))
        return data

    def perform(self, at: datetime) -> str:
        data = self.cleaned_data
        decision = DecisionText(
            outcome=data["outcome"],
            reasons=data["reasons"],
            what_changes=data["what_changes"],
            actions=data["planned"],
            review_on=data["review_on"],
        )
        case_decide(case=self.case, by=self.person, at=at, decision=decision)
        return "The decision is on the record. Everybody who takes part has been told."

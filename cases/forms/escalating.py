"""Asking to escalate, and moving at once when a child is at immediate risk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django import forms

from agencies.directory import Contact
from agencies.models import Person
from cases.forms.act_form import LONG, ActForm
from cases.models import Party
from cases.people import approver
from cases.services import case_ask_to_escalate, case_move_at_once
from cases.services.escalating import lacking_records
from cases.showing.asked import askable_leads, who_returned
from cases.showing.offers import act_address, act_label
from cases.showing.stages import stage_title
from escalation.forms import LongText
from policies.schema import Stage

CONFIRM = "confirm_"
#: What a policy can want on the record, with the act that puts it there.
RECORDS = {"view": "give_view", "discussion": "record_discussion"}


@dataclass(frozen=True)
class Lacking:
    """A record that the policy wants before the stage is left, and the page on which it is written."""

    label: str
    href: str
    is_discussion: bool


class AskForm(ActForm):
    code = "ask_to_escalate"
    kinds = ("escalation.asked",)
    template = "cases/act_ask_to_escalate.html"

    to_stage = forms.ChoiceField(label="Where should it go?", widget=forms.RadioSelect)
    reasons = LongText(label="Why has this stage not settled it?", max_length=LONG)

    def build(self) -> None:
        self._add_ways()
        for number, words in enumerate(self.case.stage.confirmations):
            self.fields[f"{CONFIRM}{number}"] = forms.BooleanField(
                label=words, error_messages={"required": f"Confirm before you ask: {words}"}
            )
        if self.approver is not None and self.leads:
            self.fields["ask"] = forms.ChoiceField(
                label="Who should answer the request?",
                choices=[
                    ("", f"{self.approver.name}: {self.approver.why}"),
                    *[(str(lead.pk), f"{lead.name}: safeguarding lead") for lead in self.leads],
                ],
                required=False,
                widget=forms.RadioSelect,
                initial="",
            )

    def _add_ways(self) -> None:
        field = self.fields["to_stage"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(stage.code, stage_title(stage)) for stage in self.ways]
        field.initial = self.ways[0].code if self.ways else ""
        if len(self.ways) < 2:
            field.widget = forms.HiddenInput()

    @cached_property
    def ways(self) -> Sequence[Stage]:
        return self.case.ways_up()

    @property
    def only_way(self) -> str:
        return stage_title(self.ways[0]) if len(self.ways) == 1 else ""

    @property
    def title(self) -> str:  # type: ignore[override]
        return act_label(self.code, self.case)

    @property
    def submit(self) -> str:  # type: ignore[override]
        return self.title

    @property
    def party(self) -> Party:
        return self.who.sides[0]

    @cached_property
    def approver(self) -> Contact | None:
        """Before whom the request will be put; None where the policy needs no approval."""
        if not self.case.stage.approval:
            return None
        return approver(self.case, self.party, requester=self.person, at=self.at)

    @cached_property
    def leads(self) -> list[Person]:
        """The leads of their own agency who could be asked instead."""
        out: set[int | None] = {self.person.pk, self.case.decision_maker_id}
        if self.approver is not None and self.approver.person is not None:
            out.add(self.approver.person.pk)
        return askable_leads(self.party, out=out | who_returned(self.case, self.party), at=self.at)

    @cached_property
    def lacking(self) -> list[Lacking]:
        reference = self.case.reference or ""
        return [
            Lacking(act_label(RECORDS[kind], self.case), act_address(reference, RECORDS[kind]), kind == "discussion")
            for kind in lacking_records(self.case)
        ]

    @property
    def lacks_discussion(self) -> bool:
        return any(record.is_discussion for record in self.lacking)

    def _lead(self) -> Person | None:
        chosen = self.cleaned_data.get("ask")
        return next((lead for lead in self.leads if str(lead.pk) == chosen), None)

    def perform(self, at: datetime) -> str:
        data = self.cleaned_data
        confirmations = self.case.stage.confirmations
        request = case_ask_to_escalate(
            case=self.case,
            by=self.person,
            at=at,
            reasons=data["reasons"],
            to_stage=data["to_stage"],
            confirmed=[words for number, words in enumerate(confirmations) if data[f"{CONFIRM}{number}"]],
            ask=self._lead(),
        )
        if request is None:
            return f"The case has gone to “{stage_title(self.case.policy.stage(data['to_stage']))}”."
        asked = request.put_before.name if request.put_before else "the Business Manager"
        return f"Your request has been put before {asked}."


class MoveForm(ActForm):
    code = "move_at_once"
    kinds = ("case.moved_at_once",)
    template = "cases/act_move_at_once.html"
    title = "A child is at immediate risk: move the case at once"
    submit = "Move the case now"
    warning = True

    to_stage = forms.ChoiceField(label="To which stage?", widget=forms.RadioSelect)
    risk = LongText(label="What is the immediate risk?", max_length=LONG)
    done = LongText(
        label="What have you done about it?",
        help_text="Whom have you rung, when, and what did they say?",
        max_length=LONG,
    )

    def build(self) -> None:
        field = self.fields["to_stage"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        stages = self.case.policy.immediate_stages(self.case.stage_code)
        field.choices = [(stage.code, stage_title(stage)) for stage in stages]
        if len(stages) == 1:
            field.initial = stages[0].code

    def perform(self, at: datetime) -> str:
        data = self.cleaned_data
        case_move_at_once(
            case=self.case,
            by=self.person,
            at=at,
            to_stage=data["to_stage"],
            reasons=f"{data['risk']}\n\nWhat has been done: {data['done']}",
        )
        return "The case has been moved. Everybody who takes part, and the Business Manager, have been told."

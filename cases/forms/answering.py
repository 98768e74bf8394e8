"""Answering a request to escalate, and answering a proposed resolution."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms

from cases.forms.act_form import LONG, ActForm
from cases.models import EscalationRequest, Resolution
from cases.rules import why_not_answer
from cases.services import case_answer_resolution, case_approve, case_return
from cases.showing.stages import stage_title
from escalation.forms import LongText

ANSWERED = "What you were answering has been answered or overtaken since you opened this page."


class AnswerRequestForm(ActForm):
    code = "answer_request"
    kinds = ("escalation.approved", "escalation.returned")
    template = "cases/act_answer_request.html"
    title = "Approve or return the request to escalate"
    submit = "Send your answer"

    request = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    answer = forms.ChoiceField(
        label="What is your answer?",
        choices=[("approve", "Approve: the case goes up"), ("return", "Return it: say why, and what is missing")],
        widget=forms.RadioSelect,
    )
    reasons = LongText(
        label="Your reasons", help_text="Needed when you return the request.", required=False, max_length=LONG
    )
    missing = LongText(
        label="What is missing?",
        help_text="Needed when you return the request: what would have to be done or written down first.",
        required=False,
        max_length=LONG,
    )

    def build(self) -> None:
        self.fields["request"].initial = self.asked.pk if self.asked else ""

    @cached_property
    def answerable(self) -> list[EscalationRequest]:
        return [request for request in self.who.waiting_requests if why_not_answer(self.who, request) is None]

    @cached_property
    def asked(self) -> EscalationRequest | None:
        """The request that the page shows: the one that was sent with it, else the first that waits."""
        sent = str(self.data.get("request", "")) if self.is_bound else ""
        if sent:
            return next((request for request in self.answerable if str(request.pk) == sent), None)
        return next(iter(self.answerable), None)

    @property
    def to_stage(self) -> str:
        return stage_title(self.case.policy.stage(self.asked.to_stage)) if self.asked else ""

    @property
    def on_record(self) -> dict[str, int]:
        """How many views and discussions the record of this stage holds."""
        kinds = list(self.case.entries.filter(stage_code=self.case.stage_code).values_list("kind", flat=True))
        return {"views": kinds.count("view.given"), "discussions": kinds.count("discussion.recorded")}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.asked is None:
            raise forms.ValidationError(ANSWERED, code="answered")
        if data.get("answer") == "return":
            for name, words in (("reasons", "say why you return the request"), ("missing", "say what is missing")):
                if not data.get(name) and name not in self.errors:
                    label = str(self.fields[name].label).rstrip("?")
                    self.add_error(name, forms.ValidationError(f"{label}: {words}.", code="required"))
        return data

    def perform(self, at: datetime) -> str:
        data = self.cleaned_data
        assert self.asked is not None  # noqa: S101 - clean() has seen to it
        if data["answer"] == "approve":
            case_approve(request=self.asked, by=self.person, at=at, reasons=data["reasons"])
            return f"Approved. The case has gone to “{self.to_stage}”."
        case_return(request=self.asked, by=self.person, at=at, reasons=data["reasons"], missing=data["missing"])
        return "Returned. The person who asked has been told why and what is missing."


class AnswerResolutionForm(ActForm):
    code = "answer_resolution"
    kinds = ("resolution.agreed", "resolution.refused")
    template = "cases/act_answer_resolution.html"
    title = "Answer the proposed resolution"
    submit = "Send your answer"

    proposal = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    agrees = forms.ChoiceField(
        label="Does your agency agree?",
        choices=[("yes", "Yes, we agree"), ("no", "No, we do not agree")],
        widget=forms.RadioSelect,
    )
    reasons = LongText(label="Your reasons", help_text="Needed when you do not agree.", required=False, max_length=LONG)

    def build(self) -> None:
        self.fields["proposal"].initial = self.proposed.pk if self.proposed else ""

    @cached_property
    def proposed(self) -> Resolution | None:
        open_ones = self.case.resolutions.filter(status=Resolution.Status.PROPOSED)
        proposal = open_ones.select_related("party__agency", "proposed_by").prefetch_related("actions").first()
        sent = str(self.data.get("proposal", "")) if self.is_bound else ""
        return proposal if proposal is None or not sent or sent == str(proposal.pk) else None

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.proposed is None:
            raise forms.ValidationError(ANSWERED, code="answered")
        if data.get("agrees") == "no" and not data.get("reasons") and "reasons" not in self.errors:
            self.add_error("reasons", forms.ValidationError("Your reasons: say why you do not agree.", code="required"))
        return data

    def perform(self, at: datetime) -> str:
        data = self.cleaned_data
        agrees = data["agrees"] == "yes"
        case_answer_resolution(case=self.case, by=self.person, at=at, agrees=agrees, reasons=data["reasons"])
        return "Your agency's answer is on the record. Everybody who takes part has been told."

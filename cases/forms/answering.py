"""Answering a request to escalate, and answering a proposed resolution."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms

from cases.access import readable_entries
from cases.forms.act_form import LONG, ActForm
from cases.models import Answer, EscalationRequest, RecordEntry, Resolution
from cases.record import KINDS
from cases.rules import why_not_answer
from cases.services import case_answer_resolution, case_approve, case_return
from cases.services.escalating import lacking_records
from cases.showing.asked import Returned, because, ran_out, returned_request
from cases.showing.stages import stage_title
from escalation.dates import counted
from escalation.forms import LongText
from policies.wording import listed

ANSWERED = "What you were answering has been answered or overtaken since you opened this page."


class OnReturn(LongText):
    """Needed for one of the answers only, as its label says; so "(optional)" would be wrong beside it."""

    def validate(self, value: Any) -> None:
        """Whether it may be empty depends on the answer: see `AnswerRequestForm.clean`."""


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
    reasons = OnReturn(label="Why (needed when you return it)", max_length=LONG)
    missing = OnReturn(
        label="What is missing? (needed when you return it)",
        help_text="What would have to be done or written down first.",
        max_length=LONG,
    )
    # What the labels say is needed at times is not told to browsers as needed always.
    use_required_attribute = False

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
    def ran_out(self) -> datetime | None:
        """When the time was up, for a request of the clock."""
        return ran_out(self.asked, self.case.clocks.all()) if self.asked else None

    @property
    def yours(self) -> bool:
        return self.asked is not None and self.asked.put_before_id == self.person.pk

    @property
    def because(self) -> str:
        return because(self.asked.why_them, yours=self.yours) if self.asked else ""

    @cached_property
    def returned(self) -> list[Returned]:
        """The requests of the same side that were returned at this stage before, the newest first."""
        if self.asked is None:
            return []
        before = self.case.requests.filter(visit=self.asked.visit_id, party=self.asked.party_id, answer=Answer.RETURNED)
        newest = before.select_related("answered_by").order_by("-answered_at", "-pk")
        return [returned_request(request, self.case.policy, self.person) for request in newest]

    @cached_property
    def on_record(self) -> list[RecordEntry]:
        """What the record of this stage holds of views and discussions; raising gives the first view."""
        kinds = ("case.raised", "view.given", "discussion.recorded")
        return list(readable_entries(self.case, self.who).filter(stage_code=self.case.stage_code, kind__in=kinds))

    @property
    def counted(self) -> str:
        kinds = [entry.kind for entry in self.on_record]
        views, discussions = kinds.count("view.given"), kinds.count("discussion.recorded")
        return f"{counted(views, 'view')}, {counted(discussions, 'discussion')}"

    @property
    def lines(self) -> list[tuple[str, RecordEntry]]:
        """Each entry with the words for its kind."""
        return [(KINDS[entry.kind], entry) for entry in self.on_record]

    @property
    def lacking(self) -> str:
        """What the policy wants and the record does not hold."""
        return listed([{"view": "a view", "discussion": "a discussion"}[kind] for kind in lacking_records(self.case)])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.asked is None:
            raise forms.ValidationError(ANSWERED, code="answered")
        if data.get("answer") == "return":
            for name, words in (
                ("reasons", "Why: say why you return the request."),
                ("missing", "What is missing: say what is missing."),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, forms.ValidationError(words, code="required"))
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

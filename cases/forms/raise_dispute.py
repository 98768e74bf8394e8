"""Second step of raising: which decision is disputed, and why a child may be at risk."""

from datetime import date, timedelta

from django import forms
from django.utils import timezone

from cases.forms.steps import StepForm
from escalation.forms import DateField, LongText


def _ten_years_ago() -> date:
    return timezone.localdate() - timedelta(days=3653)


class DisputeForm(StepForm):
    """The subject and ground as the policy names them, the decision, whose it is, and the risk."""

    step = "dispute"
    title = "What do you disagree with?"
    template = "cases/raise_dispute.html"
    missing = {
        "subject": "Choose what the disagreement is about",
        "ground": "Choose the main ground of the disagreement",
        "decision": "Say which decision you disagree with",
        "risk": "Say why a child may be at risk",
    }

    subject = forms.ChoiceField(label="What is it about?", widget=forms.RadioSelect)
    ground = forms.ChoiceField(label="What is the main reason you differ?", widget=forms.RadioSelect)
    decision = LongText(
        label="Which decision do you disagree with?",
        help_text="One or two sentences. Do not give the child’s name or address.",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    decision_by = forms.CharField(
        label="Whose decision is it?",
        help_text="A role or a name, such as duty social worker. You choose the person and the agency at step 4, "
        "and whom you choose there is recorded too.",
        max_length=200,
        required=False,
    )
    decision_on = DateField(
        label="When was it made?",
        help_text="For example, 27 3 2026",
        earliest=_ten_years_ago,
        latest=timezone.localdate,
        required=False,
    )
    risk = LongText(
        label="Why may a child be at risk because of it?",
        help_text="Say what may happen, and how soon, if the decision stands.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def fit(self) -> None:
        """Ask for a subject and a ground only where the policy has them."""
        policy = self.draft.policy
        for name, offered in (("subject", policy.subjects), ("ground", policy.grounds)):
            self.offer(name, [(one.code, one.name) for one in offered])
            if not offered:
                del self.fields[name]

"""First step of raising: the child's safety, and whether this is an escalation at all."""

from typing import Any

from django import forms

from cases.forms.steps import StepForm
from cases.outlook import beginnings, told_at
from escalation.forms import LongText

NONE_OF_THESE = "none"
RESTRICTED = (
    "Tick this for something like an allegation against a member of staff. Otherwise safeguarding leads and "
    "managers of the agencies concerned can see it at their stage, and the Business Manager on the register."
)


class SafetyForm(StepForm):
    """Immediate risk and what was done about it, the policy's specific situations, who may see the case."""

    step = "safety"
    title = "Is the child safe now?"
    template = "cases/raise_safety.html"
    missing = {
        "immediate_risk": "Say whether a child is at immediate risk",
        "immediate_action": "Say what you have done about the immediate risk",
        "stage_code": "Choose at which stage it should begin",
    }

    immediate_risk = forms.TypedChoiceField(
        label="Is a child at immediate risk of harm?",
        help_text="Immediate means that something serious may happen within hours unless somebody acts.",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda answer: answer == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
    )
    immediate_action = LongText(
        label="What have you done about the risk?",
        help_text="Say whom you rang, when, and what they said.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    stage_code = forms.ChoiceField(
        label="At which stage should it begin?",
        help_text="Because of the risk the policy leaves this to you. Nobody has to approve it. See who is told.",
        widget=forms.RadioSelect,
    )
    situation = forms.ChoiceField(label="Does one of these apply?", widget=forms.RadioSelect)
    restricted = forms.BooleanField(
        label="Yes, only the people named on this case may see it",
        help_text=RESTRICTED,
        required=False,
    )

    def saved(self) -> dict[str, Any]:
        risk = self.draft.immediate_risk
        return {
            **super().saved(),
            "immediate_risk": {None: None, True: "yes", False: "no"}[risk],
            "situation": self.draft.situation or NONE_OF_THESE,
        }

    def fit(self) -> None:
        """Offer the stages and situations of the draft's policy; drop a question that it does not ask."""
        policy = self.draft.policy
        stages = beginnings(policy)
        self.offer("stage_code", [(stage.code, stage.name) for stage in stages])
        self.offer("situation", [(NONE_OF_THESE, "None of these"), *((s.code, s.name) for s in policy.situations)])
        self.hints = {  # type: ignore[misc]  # they are this policy's, so each form has its own
            "stage_code": {stage.code: told_at(stage) for stage in stages},
            "situation": {situation.code: situation.guidance for situation in policy.situations},
        }
        if len(stages) == 1:
            del self.fields["stage_code"]
        if not policy.situations:
            del self.fields["situation"]

    def clean(self) -> dict[str, Any]:
        """What was done about it, and where it begins, belong to a Yes only."""
        if self.cleaned_data.get("immediate_risk") is not True:
            self.forgive("immediate_action")
            self.forgive("stage_code")
        return self.cleaned_data

    def answers(self) -> dict[str, Any]:
        """The stage to begin at, and what was done, only count at immediate risk."""
        answers = super().answers()
        if answers.get("situation") == NONE_OF_THESE:
            answers["situation"] = ""
        if answers.get("immediate_risk") == "":
            answers["immediate_risk"] = None
        risk = answers.get("immediate_risk", self.draft.immediate_risk)
        if not risk:
            answers["stage_code"] = ""
        if risk is False:
            answers["immediate_action"] = ""
        return answers

    @property
    def signposted(self) -> bool:
        """Whether the situation chosen is none that is raised here."""
        chosen = self.cleaned_data.get("situation")
        return any(situation.signpost and situation.code == chosen for situation in self.draft.policy.situations)

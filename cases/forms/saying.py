"""Giving a view, and recording a discussion."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms

from agencies.tiers import Tier
from cases.forms.act_form import LONG, ActForm, today
from cases.forms.rows import EvidenceForm
from cases.services import case_give_view, case_record_discussion
from cases.showing.facts import facts
from cases.showing.offers import act_label
from escalation.forms import DateField, LongText, TimeField
from policies.due import LONDON

NOBODY_ANSWERED = "Tried, nobody answered"
HOWS = ("Face to face", "By telephone", "By video", "By e-mail", NOBODY_ANSWERED)
#: A policy's question that raising has asked already, by a word of it, and the answer on the case.
ASKED_WHEN_RAISING = (
    ("evidence", "evidence"),
    ("achieve", "aim"),
    ("done so far", "actions_to_date"),
    ("disagreement about", "decision"),
)
#: More of the policy's questions than these are folded away.
FEW = 4
PROMPT = "prompt_"


class ViewForm(EvidenceForm):
    code = "give_view"
    kinds = ("view.given",)
    template = "cases/act_give_view.html"
    title = "Give your view"
    submit = "Put our view on the record"
    before_rows = ("view",)

    view = LongText(
        label="What is your view?",
        help_text="What do you think is safe or unsafe for the child, and why? Leave out names and addresses.",
        max_length=LONG,
    )
    wanted = LongText(label="What do you want to happen?", required=False, max_length=LONG)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["rows"] = self.filled_rows(data)
        return data

    def perform(self, at: datetime) -> str:
        data = self.cleaned_data
        case_give_view(
            case=self.case, by=self.person, at=at, view=data["view"], evidence=data["rows"], wanted=data["wanted"]
        )
        return "Your view is on the record. Everybody who takes part has been told."


class DiscussionForm(ActForm):
    code = "record_discussion"
    kinds = ("discussion.recorded",)
    template = "cases/act_record_discussion.html"

    held_on = DateField(label="When did you talk?", latest=today, help_text="For example, 13 4 2026")
    held_time = TimeField(
        label="At what time?",
        help_text="For example, 10:30 or 2pm",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
    )
    how = forms.ChoiceField(label="How did you talk?", choices=[(how, how) for how in HOWS], widget=forms.RadioSelect)
    people = forms.CharField(
        label="Who took part?",
        help_text="Professionals only, with their agencies. If nobody answered: whom you tried to reach.",
        max_length=1000,
    )
    summary = LongText(
        label="What was said?",
        help_text="If nobody answered: what you tried, and what you left word of.",
        max_length=LONG,
    )
    outcome = LongText(label="What came of it?", required=False, max_length=LONG)

    def build(self) -> None:
        for number, prompt in enumerate(self.case.stage.prompts):
            if prompt in self.answered_when_raising:
                continue
            self.fields[f"{PROMPT}{number}"] = LongText(
                label=prompt, required=False, max_length=LONG, widget=forms.Textarea(attrs={"rows": 3})
            )

    @property
    def title(self) -> str:  # type: ignore[override]
        return act_label(self.code, self.case)

    @property
    def _said(self) -> str:
        return "advice" if self.case.stage.tier == Tier.OWN_ADVICE else "discussion"

    @property
    def submit(self) -> str:  # type: ignore[override]
        return f"Put the {self._said} on the record"

    @cached_property
    def answered_when_raising(self) -> dict[str, tuple[str, ...]]:
        """The policy's questions that raising has answered at this very stage, each with its answer in lines."""
        here = {"stage_code": self.case.stage_code, "kind": "case.raised"}
        if self.case.stage.tier != Tier.OWN_ADVICE or not self.case.entries.filter(**here).exists():
            return {}
        answered = {}
        for prompt in self.case.stage.prompts:
            name = next((name for word, name in ASKED_WHEN_RAISING if word in prompt.lower()), "")
            said = facts({name: getattr(self.case, name)}, {}) if name else []
            if said:
                answered[prompt] = said[0].lines
        return answered

    @property
    def folds_prompts(self) -> bool:
        return len(self.prompts) > FEW

    @property
    def any_prompt_filled(self) -> bool:
        """Whether something stands in one of the policy's questions: then they are shown open."""
        return any(field.value() or field.errors for field in self.prompts)

    @property
    def prompts(self) -> list[forms.BoundField]:
        """The questions of the policy for this stage, as fields."""
        return [field for field in self.visible_fields() if field.name.startswith(PROMPT)]

    @property
    def trailing(self) -> list[forms.BoundField]:
        return [field for field in super().trailing if not field.name.startswith(PROMPT)]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        day, time = data.get("held_on"), data.get("held_time")
        if day and time:
            data["held_at"] = datetime.combine(day, time, tzinfo=LONDON)
            if data["held_at"] > self.at:
                self.add_error(
                    "held_time", "At what time: this is still to come. Record a discussion after it was held."
                )
        return data

    def _answers(self) -> Mapping[str, str]:
        prompts = self.case.stage.prompts
        return {prompt: self.cleaned_data.get(f"{PROMPT}{number}", "") for number, prompt in enumerate(prompts)}

    def perform(self, at: datetime) -> str:
        data = self.cleaned_data
        case_record_discussion(
            case=self.case,
            by=self.person,
            at=at,
            held_at=data["held_at"],
            who=data["people"],
            how=data["how"],
            summary=data["summary"],
            outcome=data["outcome"],
            prompts=self._answers(),
        )
        return f"The {self._said} is on the record. Everybody who takes part has been told."

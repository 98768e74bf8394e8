"""One step of raising a disagreement, as a form: it keeps every answer it can, and says what is missing."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from agencies.models import Person
from cases.forms.plain_text import name_in_errors
from cases.models import Case
from cases.services import case_save_draft
from escalation.forms import GovForm, say_what_to_do

MISSING = "required"


class StepForm(GovForm):
    """The questions of one step.

    With `complete` False a missing answer is no error: the person comes back later, or asks for another row.
    Whatever is valid is saved either way, so that nothing that can be kept is lost.
    """

    step: ClassVar[str]
    title: ClassVar[str]
    template: ClassVar[str]
    #: What to say when an answer is missing, by field.
    missing: ClassVar[Mapping[str, str]] = {}

    def __init__(self, data: Mapping[str, Any] | None, *, draft: Case, complete: bool = True) -> None:
        self.draft = draft
        self.complete = complete
        super().__init__(data, initial=self.saved())
        self.fit()
        for name, field in self.fields.items():
            say_what_to_do(name, field)
            name_in_errors(name, field)
            if name in self.missing:
                field.error_messages[MISSING] = self.missing[name]

    def saved(self) -> dict[str, Any]:
        """The answers that the draft holds already."""
        return {name: getattr(self.draft, name) for name in self.base_fields if hasattr(self.draft, name)}

    def fit(self) -> None:
        """Make the fields those of the draft's policy and partnership."""

    def offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        """Let the field be answered by one of these."""
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(f"{name} is not answered by a choice.")
        field.choices = list(choices)

    def full_clean(self) -> None:
        """Clean; then count missing answers as blank ones, which are saved, and are errors only when complete."""
        super().full_clean()
        if not self.is_bound:
            return
        for name, errors in list(self.errors.as_data().items()):
            if name in self.fields and all(error.code == MISSING for error in errors):
                self.cleaned_data[name] = self.fields[name].to_python(None)
                if not self.complete:
                    del self.errors[name]

    def forgive(self, name: str) -> None:
        """Take a missing answer for a blank one, where the other answers make it needless."""
        errors = self.errors.as_data().get(name, []) if name in self.fields else []
        if errors and all(error.code == MISSING for error in errors):
            del self.errors[name]
            self.cleaned_data[name] = self.fields[name].to_python(None)

    def answers(self) -> dict[str, Any]:
        """What can be saved, by the name of the case's field."""
        return dict(self.cleaned_data)

    def save(self, by: Person) -> None:
        """Save what is valid.  Raises RuleViolation."""
        case_save_draft(draft=self.draft, by=by, answers=self.answers())

    def stays(self, go: str) -> str | None:
        """Where on this step the person goes on after `go` (query and fragment); None when they move on."""
        return None

"""The forms of raising a disagreement: where it begins, its steps in their order, the sending."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from cases.drafts import CHECK
from cases.forms.plain_text import name_in_errors
from cases.forms.raise_dispute import DisputeForm
from cases.forms.raise_evidence import EvidenceForm
from cases.forms.raise_safety import SafetyForm
from cases.forms.raise_who import WhoForm
from cases.forms.steps import StepForm
from cases.raise_choices import Place
from escalation.forms import GovForm

STOPPED = "stopped"
DISCARD = "discard"
STEPS: Mapping[str, type[StepForm]] = {form.step: form for form in (SafetyForm, DisputeForm, EvidenceForm, WhoForm)}
#: Every step in the order in which people meet them.
ORDER: tuple[str, ...] = (*STEPS, CHECK)


class StartForm(GovForm):
    """For which agency, and in which of its partnerships; asked only as far as there is a choice."""

    place = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, data: Mapping[str, Any] | None, *, places: Sequence[Place]) -> None:
        super().__init__(data)
        self.places = {place.code: place for place in places}
        field = self.fields["place"]
        if len(places) == 1 or not isinstance(field, forms.ChoiceField):
            del self.fields["place"]
            return
        agencies = {place.agency.pk for place in places}
        partnerships = {place.partnership.pk for place in places}
        if len(agencies) == 1:
            field.label = "In which partnership is the child’s case?"
        elif len(partnerships) == 1:
            field.label = "For which agency do you raise it?"
        else:
            field.label = "For which agency do you raise it, and in which partnership?"
        field.choices = [
            (place.code, _words(place, agency=len(agencies) > 1, partnership=len(partnerships) > 1)) for place in places
        ]
        name_in_errors("place", field)
        field.error_messages["required"] = f"{field.label.rstrip('?')}: choose one"

    @property
    def chosen(self) -> Place:
        """The place chosen, or the only one there is."""
        return self.places.get(self.cleaned_data.get("place", "")) or next(iter(self.places.values()))


def _words(place: Place, *, agency: bool, partnership: bool) -> str:
    names = [place.agency.name] * agency + [place.partnership.name] * partnership
    return ", ".join(names)


class SendForm(GovForm):
    """Nothing to fill in: it carries what stands in the way of sending."""

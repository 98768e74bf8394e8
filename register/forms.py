from collections.abc import Iterable
from typing import Any, cast

from django import forms

from agencies.models import Agency
from escalation.forms import GovForm
from register.stages import Editions

OPEN, ENDED = "open", "ended"
_UNREADABLE = "{}: take out the characters that cannot be read."


def _pick(label: str, what: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        required=False,
        label=label,
        error_messages={"invalid_choice": f"{label}: choose one of the {what} in the list."},
    )


class RegisterFilter(GovForm):
    """What of the register is asked for. Sent by GET; every part may be left out."""

    state = _pick("Cases", "two")
    stage = _pick("Stage", "stages")
    agency = _pick("Agency", "agencies")
    subject = _pick("Subject", "subjects")
    reference = forms.CharField(
        required=False,
        max_length=20,
        label="Reference",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
        error_messages={
            "null_characters_not_allowed": _UNREADABLE.format("Reference"),
            "max_length": "Reference: enter 20 characters or fewer.",
        },
    )
    late = forms.BooleanField(required=False, label="Only late")

    def __init__(self, *args: Any, agencies: Iterable[Agency], editions: Editions, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("state", [(OPEN, "Ongoing"), (ENDED, "Ended in the last 90 days")])
        self._choose("stage", [("", "All stages"), *editions.stages])
        self._choose("agency", [("", "All agencies"), *((agency.slug, agency.name) for agency in agencies)])
        self._choose("subject", [("", "All subjects"), *editions.subjects])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

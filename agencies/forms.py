from collections.abc import Iterable
from typing import Any, cast

from django import forms

from agencies.models import Agency


class DirectoryFilter(forms.Form):
    """Narrows the directory to one agency, or to people called something like a name. Sent by GET."""

    agency = forms.ChoiceField(
        required=False,
        label="Agency",
        error_messages={"invalid_choice": "Agency: choose one of the agencies in the list."},
    )
    name = forms.CharField(
        required=False,
        max_length=150,
        label="Name of a person or agency",
        error_messages={
            "null_characters_not_allowed": "Name: take out the characters that cannot be read.",
            "max_length": "Name: enter 150 characters or fewer.",
        },
    )
    gaps = forms.BooleanField(required=False, label="Only agencies with a gap in their cover")

    def __init__(self, *args: Any, agencies: Iterable[Agency], **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        choices = [("", "All agencies"), *((agency.slug, agency.name) for agency in agencies)]
        cast(forms.ChoiceField, self.fields["agency"]).choices = choices

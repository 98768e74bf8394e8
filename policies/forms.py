import datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict

from escalation.forms import DateField, GovForm, TimeField
from policies.due import LONDON
from policies.schema import Policy

#: The hour a case is taken to be raised at until somebody says otherwise.
MORNING = datetime.time(10, 0)


class RaisedForm(GovForm):
    """When a case is imagined to be raised, and on which ground. Sent by GET, so that the answer can be linked to."""

    on = DateField(label="Raised on", help_text="For example, 2 4 2026.")
    at = TimeField(
        label="At what time",
        help_text="For example, 10:00 or 2pm.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
    )
    ground = forms.ChoiceField(
        required=False,
        label="Ground",
        error_messages={"invalid_choice": "Ground: choose one of the grounds in the list."},
    )

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if policy.grounds:
            choices = [("", "Not known yet"), *((ground.code, ground.name) for ground in policy.grounds)]
            cast(forms.ChoiceField, self.fields["ground"]).choices = choices
        else:
            del self.fields["ground"]

    @property
    def moment(self) -> datetime.datetime:
        """The moment asked about, aware; only of a valid form.

        An hour that the change to summer time leaves out is taken as the hour after it.
        """
        typed = datetime.datetime.combine(self.cleaned_data["on"], self.cleaned_data["at"], tzinfo=LONDON)
        return typed.astimezone(datetime.UTC).astimezone(LONDON)


def raised_form(query: QueryDict, *, policy: Policy, today: datetime.date) -> RaisedForm:
    """The form for an address: filled from `raised=2026-04-02T10:00` or from its own boxes, else not sent yet."""
    if "raised" in query:
        return RaisedForm({**_parts(str(query["raised"])), "ground": query.get("ground", "")}, policy=policy)
    if {"on_day", "on_month", "on_year"} & query.keys():
        return RaisedForm(query, policy=policy)
    return RaisedForm(initial={"on": today, "at": MORNING}, policy=policy)


def _parts(raised: str) -> dict[str, str]:
    """An ISO moment as the boxes of the form; what is no moment leaves them empty, and the form says so."""
    try:
        at = datetime.datetime.fromisoformat(raised)
        at = at if at.tzinfo is None else at.astimezone(LONDON)
    except (ValueError, OverflowError):
        return {}
    return {"on_day": f"{at.day}", "on_month": f"{at.month}", "on_year": f"{at.year:04d}", "at": f"{at:%H:%M}"}

"""The base of the forms on the act pages: one form for each thing that people do to a case."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone

from agencies.models import Person
from cases.models import Case
from cases.standing import Standing
from escalation.forms import GovForm, say_what_to_do

#: Room for what one person writes down in one box, in characters.
LONG = 8000
SHORT = 200


def today() -> date:
    """The day in Europe/London."""
    return timezone.localdate()


def years_ahead(number: int) -> date:
    return today() + timedelta(days=366 * number)


class ActForm(GovForm):
    """One act on one case by one person.

    The hidden fields say what the person saw when they opened the page: `stage`, so that nobody acts on a
    stage that has been left meanwhile, and `seen`, the number of the last entry of the record, so that a
    page that is sent twice has one effect (`sent_already`).
    """

    #: The code of `cases.permissions.ACTS`, and the kinds of record entry that doing it writes.
    code: ClassVar[str]
    kinds: ClassVar[tuple[str, ...]]
    template: ClassVar[str] = "cases/act.html"
    title: ClassVar[str]
    submit: ClassVar[str]
    warning: ClassVar[bool] = False
    #: The fields that stand before the rows, where the form has rows; the others stand after them.
    before_rows: ClassVar[tuple[str, ...]] = ()

    stage = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=10)

    def __init__(self, data: Mapping[str, Any] | None, *, case: Case, who: Standing, at: datetime) -> None:
        self.case = case
        self.who = who
        self.at = at
        self.opened_at_stage = str((data or {}).get("stage") or case.stage_code)
        if data is not None and hasattr(data, "copy"):
            # Sent back with an error, the page shows the case as it is now, whatever it showed before.
            data = data.copy()
            data["stage"] = case.stage_code  # type: ignore[index]
        super().__init__(data, initial={"stage": case.stage_code, "seen": self._last_entry()})
        self.build()
        for name, field in self.fields.items():
            say_what_to_do(name, field)
            _name_the_field(field)

    def _last_entry(self) -> int:
        return self.case.entries.order_by("-number").values_list("number", flat=True).first() or 0

    def build(self) -> None:
        """Add the fields that depend on the case or its policy."""

    @property
    def person(self) -> Person:
        return self.who.person

    @property
    def leading(self) -> list[BoundField]:
        return [self[name] for name in self.before_rows]

    @property
    def trailing(self) -> list[BoundField]:
        return [field for field in self.visible_fields() if field.name not in self.before_rows]

    def clean(self) -> dict[str, Any]:
        if self.opened_at_stage != self.case.stage_code:
            raise forms.ValidationError(
                f"The case has come to the stage “{self.case.stage.name}” since you opened this page. "
                "Look at what you wrote again, then send it once more.",
                code="stage_left",
            )
        return self.cleaned_data

    def sent_already(self) -> bool:
        """Whether this very page, as it was opened, has had its effect; None was sent with a hand-made request."""
        seen = str(self.data.get("seen", ""))
        if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
            return False
        return self.case.entries.filter(number__gt=int(seen), by=self.person, kind__in=self.kinds).exists()

    def perform(self, at: datetime) -> str:
        """Do it, and say that it is done.  Raises RuleViolation."""
        raise NotImplementedError


def _name_the_field(field: forms.Field) -> None:
    """Have Django's stock messages say which field they are about."""
    label = str(field.label or "").rstrip("?:. ")
    limit = getattr(field, "max_length", None)
    if isinstance(field, forms.ChoiceField):
        field.error_messages["invalid_choice"] = f"{label}: choose one of the answers shown."
    if isinstance(field, forms.CharField):
        field.error_messages["null_characters_not_allowed"] = f"{label}: it holds a character that cannot be kept."
        if limit:
            field.error_messages["max_length"] = f"{label}: use {limit} characters or fewer."

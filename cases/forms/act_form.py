"""The base of the forms on the act pages: one form for each thing that people do to a case."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils import timezone

from agencies.models import Person
from cases.forms.plain_text import name_in_errors
from cases.models import Case
from cases.standing import Standing
from escalation.errors import RuleViolation
from escalation.forms import GovForm, TimeField, say_what_to_do

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
    page that is sent twice has one effect (see `sent_already`).
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

    def __init__(self, data: QueryDict | None, *, case: Case, who: Standing, at: datetime) -> None:
        self.case = case
        self.who = who
        self.at = at
        self.opened_at_stage = case.stage_code
        self.opened_at_entry = ""
        if data is not None:
            self.opened_at_stage = data.get("stage") or case.stage_code
            self.opened_at_entry = data.get("seen", "")
            # Sent back with an error, the page shows the case as it is now, whatever it showed before.
            data = data.copy()
            data["stage"] = case.stage_code
        super().__init__(data, initial={"stage": case.stage_code, "seen": self._last_entry()})
        self.build()
        for name, field in self.fields.items():
            say_what_to_do(name, field)
            if not isinstance(field, TimeField):  # whose value is a time and no text
                name_in_errors(name, field)

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

    def refuse(self, violation: RuleViolation) -> None:
        """Show the broken rule; what has been read now has been seen when the page is sent again."""
        super().refuse(violation)
        if isinstance(self.data, QueryDict):
            self.data["seen"] = str(self._last_entry())

    def perform(self, at: datetime) -> str:
        """Do it, and say that it is done.  Raises RuleViolation."""
        raise NotImplementedError


def sent_already(form_class: type[ActForm], seen: str, case: Case, person: Person) -> bool:
    """Whether the person has done this since they opened the page, when `seen` was the record's last entry.

    A request made by hand, without `seen`, counts as opened just now.
    """
    if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
        return False
    return case.entries.filter(number__gt=int(seen), by=person, kind__in=form_class.kinds).exists()

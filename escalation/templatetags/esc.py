"""Filters and tags that every template has without loading them (settings, TEMPLATES builtins)."""

from datetime import date, datetime
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.safestring import SafeString

from agencies.telephone import dial
from escalation import dates, dress
from escalation.demonstration import SignIn, sign_ins

register = template.Library()


@register.filter
def tel(phone: str) -> str:
    """The address of a link that dials the number; "" where there is nothing to dial."""
    number = dial(phone)
    return f"tel:{number}" if number else ""


@register.filter
def day(value: date | datetime | None) -> str:
    """Monday 13 April 2026; a datetime's day is the one in Europe/London. Nothing for None."""
    return dates.day_words(value) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """Monday 13 April 2026 at 10:00, Europe/London. Nothing for None."""
    return dates.moment_words(value) if value else ""


@register.filter
def due(value: datetime | None, partnership: Any) -> str:
    """Monday 13 April 2026 (in 3 working days). The argument is a partnership, or its jurisdiction."""
    if not value:
        return ""
    return dates.due_words(value, at=timezone.now(), jurisdiction=jurisdiction_of(partnership))


@register.filter
def left(value: datetime | None, partnership: Any) -> str:
    """Only how far off: in 3 working days, today, 2 working days late."""
    if not value:
        return ""
    return dates.distance(value, at=timezone.now(), jurisdiction=jurisdiction_of(partnership))


@register.filter
def is_late(value: datetime | None) -> bool:
    """Whether the moment has passed."""
    return value is not None and value < timezone.now()


def jurisdiction_of(partnership: Any) -> str:
    """A partnership's jurisdiction; a jurisdiction as it is."""
    return str(getattr(partnership, "jurisdiction", partnership))


@register.filter
def kind(field: BoundField) -> str:
    """Which input of the design system the field is (see `escalation.dress`)."""
    return dress.kind(field)


@register.filter
def dressed(field: BoundField) -> SafeString:
    """The field's element(s) in the design system's classes."""
    return dress.dressed(field)


@register.filter
def counts(field: BoundField) -> int | None:
    """How many characters the field counts to."""
    return dress.counts(field)


@register.filter
def linked_errors(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Each error of any form with the id of its element."""
    return dress.linked_errors(form)


@register.filter
def choice_hint(field: BoundField, value: Any) -> str:
    """The line below one choice, from the form's `hints`."""
    hints: dict[str, dict[str, str]] = getattr(field.form, "hints", {})
    return hints.get(field.name, {}).get(str(value), "")


@register.filter
def is_heading(field: BoundField) -> bool:
    """Whether the field's label is the page's heading."""
    return getattr(field.form, "heading", "") == field.name


@register.simple_tag
def demonstration_sign_ins() -> list[SignIn]:
    """Who one can be; empty outside a demonstration."""
    return sign_ins()

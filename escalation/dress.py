"""How a form field looks in the design system, decided from its widget as it is drawn.

Done while drawing and not in the form, so that forms of other packages (allauth's) come out the same.
"""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

# What Django gives a text box that asks for no height of its own.
DJANGOS_ROWS = "10"
# The attribute by which the date widget learns which boxes to mark; it never reaches the page.
WRONG = "data-wrong"


def kind(field: BoundField) -> str:
    """Which of the design system's inputs the field is; the name of its template under forms/kinds."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.PasswordInput):
        return "password"
    if isinstance(widget, forms.MultiWidget):
        return "group"
    return "input"


def base_class(widget: forms.Widget) -> str:
    """The design system's class for a widget that is one element."""
    if isinstance(widget, forms.Textarea):
        return "govuk-textarea"
    if isinstance(widget, forms.Select):
        return "govuk-select"
    if isinstance(widget, forms.FileInput):
        return "govuk-file-upload"
    return "govuk-input"


def counts(field: BoundField) -> int | None:
    """The number of characters a count below the box counts to, None for no count."""
    limit = getattr(field.field, "max_length", None)
    return limit if isinstance(field.field.widget, forms.Textarea) else None


def dressed(field: BoundField) -> SafeString:
    """The field's own element(s), with the design system's classes and what assistive technology needs."""
    widget = field.field.widget
    attrs: dict[str, Any] = {}
    # A placeholder vanishes as soon as one types; the label and the hint stay.
    widget.attrs.pop("placeholder", None)
    if kind(field) == "group":
        attrs[WRONG] = " ".join(wrong_parts(field))
        return field.as_widget(attrs=attrs)
    classes = [base_class(widget), widget.attrs.get("class", "")]
    if kind(field) == "password":
        classes.append("govuk-password-input__input govuk-js-password-input-input")
        attrs.update(spellcheck="false", autocapitalize="none")
        widget.attrs.setdefault("autocomplete", "current-password")
    if field.errors:
        classes.append(f"{base_class(widget)}--error")
    if isinstance(widget, forms.Textarea) and widget.attrs.get("rows") == DJANGOS_ROWS:
        attrs["rows"] = 5
    if counts(field):
        classes.append("govuk-js-character-count")
        # The browser would cut what is pasted without a word; a count and a message are kinder.
        widget.attrs.pop("maxlength", None)
        attrs["aria-describedby"] = f"{field.aria_describedby or ''} {field.auto_id}-info".strip()
    attrs["class"] = " ".join(filter(None, classes))
    return field.as_widget(attrs=attrs)


def wrong_parts(field: BoundField) -> list[str]:
    """The boxes of a date that its error names; all of them if it names the whole."""
    codes = {part for error in field.errors.as_data() for part in str(error.code or "").split()}
    parts: list[str] = [part for part in ("day", "month", "year") if part in codes]
    return parts or (["day", "month", "year"] if codes else [])


def first_element(field: BoundField) -> str:
    """The id that a link to the field goes to: the box to mend, or the first choice of several."""
    own = str(field.auto_id)
    if kind(field) in {"radios", "checkboxes"}:
        return f"{own}_0"
    if kind(field) == "group":
        parts = wrong_parts(field)
        return f"{own}_{('day', 'month', 'year').index(parts[0]) if parts else 0}"
    return str(field.id_for_label or own)


def linked_errors(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Every error of a form with the id of the element to mend, "" for an error of the whole form."""
    found = [(str(message), "") for message in form.non_field_errors()]
    for field in form:
        found += [(str(message), first_element(field)) for message in field.errors]
    return found

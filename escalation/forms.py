"""The base of the project's forms.

    class ViewForm(GovForm):
        text = LongText(label="Your agency's view", help_text="Say what you know, and how.", max_length=4000)
        heard_on = DateField(label="When did you hear of it?", latest=timezone.localdate)
        sources = forms.ChoiceField(label="How many sources?", choices=[...], widget=forms.RadioSelect)

    form = ViewForm(request.POST or None)          # in the view
    {% include "components/form.html" with form=form submit="Save our view" cancel=case_url %}     # on the page

The page template gets the list of errors at the top, and "Error:" before its title, from `form` in its context. A
broken rule of the domain is shown like an error of the form, and what was typed stays:

    except RuleViolation as violation:
        form.refuse(violation)
"""

from typing import Any, ClassVar

from django import forms

from escalation import dress
from escalation.errors import RuleViolation
from escalation.fields import DateField, LongText, TimeField

__all__ = ["DateField", "GovForm", "LongText", "TimeField"]


class GovForm(forms.Form):
    """A form whose labels carry no colon and whose errors can be listed with links to their fields.

    `heading` names the field whose label is the page's heading, where a page asks one question only.
    `hints` adds a line below single choices of radios and checkboxes: {field: {value: words}}.
    """

    heading: ClassVar[str] = ""
    hints: ClassVar[dict[str, dict[str, str]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            say_what_to_do(name, field)

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """Each error with the id of the element to mend; "" where the error is of the whole form."""
        return dress.linked_errors(self)

    def refuse(self, violation: RuleViolation) -> None:
        """Show a broken rule as an error of the form."""
        self.add_error(None, forms.ValidationError(violation.message, code=violation.code))


def say_what_to_do(name: str, field: forms.Field) -> None:
    """Replace Django's "This field is required." by words that name the field, unless the form brings its own."""
    stock = type(field).default_error_messages.get("required", forms.Field.default_error_messages["required"])
    if isinstance(field, DateField) or field.error_messages.get("required") != stock:
        return
    label = str(field.label or name.replace("_", " ").capitalize()).rstrip("?:. ")
    chosen = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
    verb = "choose an answer" if chosen else "tick the box to go on" if isinstance(field, forms.BooleanField) else "enter an answer"
    field.error_messages["required"] = f"{label}: {verb}."

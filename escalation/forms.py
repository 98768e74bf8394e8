"""The base of the project's forms.

    class ViewForm(GovForm):
        text = LongText(label="Your agency's view", help_text="Say what you know, and how.", max_length=4000)
        heard_on = DateField(label="When did you hear of it?", latest=timezone.localdate)
        sources = forms.ChoiceField(label="How many sources?", choices=[...], widget=forms.RadioSelect)

    form = ViewForm(request.POST if request.method == "POST" else None)     # in the view
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
    """Replace Django's "This field is required." and its like by words that name the field and how to mend it.

    What the form's author wrote stays; so do the messages of a date, which name its parts.
    """
    if isinstance(field, DateField):
        return
    label = str(field.label or name.replace("_", " ").capitalize()).rstrip("?:. ")
    stock = {
        code: words
        for kind in reversed(type(field).__mro__)
        for code, words in vars(kind).get("default_error_messages", {}).items()
    }
    for code, words in {**MEND, "required": required(field)}.items():
        if code not in field.error_messages or field.error_messages[code] == stock.get(code):
            field.error_messages[code] = f"{label}: {words}"


def required(field: forms.Field) -> str:
    """What to do where nothing was given."""
    if isinstance(field, forms.BooleanField):
        return "tick the box to go on."
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return "choose an answer."
    return "enter an answer."


# The codes are those of Django's fields and validators; the values in brackets are filled in by them.
MEND = {
    "invalid_choice": "choose one of the answers offered.",
    "invalid_list": "choose from the answers offered.",
    "max_length": "use %(limit_value)d characters or fewer; there are %(show_value)d.",
    "min_length": "use %(limit_value)d characters or more; there are %(show_value)d.",
    "min_value": "enter %(limit_value)s or more.",
    "max_value": "enter %(limit_value)s or less.",
    "null_characters_not_allowed": "there is a character that cannot be stored; type the text anew.",
}

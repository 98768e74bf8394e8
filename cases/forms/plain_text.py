"""Text that everybody reads as it was typed: nothing hidden in it, and errors that name the field."""

import re

from django import forms
from django.core.exceptions import ValidationError

#: Characters that turn the direction of what follows: the words on the page are then not those that were typed.
TURNS_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
LINE_BREAK = re.compile("[\t\n\r\u2028\u2029]")


def called(name: str, field: forms.Field) -> str:
    """The field's name at the start of a message; a percent sign would be read as a placeholder."""
    return str(field.label or name.replace("_", " ").capitalize()).rstrip("?:. ").replace("%", "%%")


class Plain:
    """Refuses control characters, characters that turn the direction of text, and line breaks in a single line."""

    def __init__(self, name: str, *, one_line: bool) -> None:
        self.name = name
        self.one_line = one_line

    def __call__(self, value: object) -> None:
        if not isinstance(value, str):
            # Read into something else already (a time of day): what is left of the text cannot mislead anybody.
            return
        if TURNS_TEXT.search(value):
            raise ValidationError(
                f"{self.name}: take out the hidden characters that turn the direction of the text. "
                "Typing the words anew, in place of pasting them, does it.",
                code="hidden",
            )
        if CONTROL.search(value) or (self.one_line and LINE_BREAK.search(value)):
            raise ValidationError(
                f"{self.name}: take out the control characters or line breaks that came with what was pasted.",
                code="control",
            )


def name_in_errors(name: str, field: forms.Field) -> None:
    """Have the field's messages say which field they are about, and its text be plain."""
    words = called(name, field)
    field.error_messages.update(
        invalid_choice=f"{words}: choose one of the answers shown.",
        invalid_list=f"{words}: choose from the answers shown.",
        null_characters_not_allowed=f"{words}: take out the control characters that came with what was pasted.",
        max_length=f"{words}: %(show_value)d characters are too many. Use %(limit_value)d or fewer.",
        min_value=f"{words}: enter %(limit_value)d or more.",
        max_value=f"{words}: enter %(limit_value)d or less.",
    )
    if isinstance(field, forms.IntegerField):
        field.error_messages["invalid"] = f"{words}: enter a whole number."
    if isinstance(field, forms.CharField):
        one_line = not isinstance(field.widget, forms.Textarea)
        field.validators.append(Plain(words.replace("%%", "%"), one_line=one_line))

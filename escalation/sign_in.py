"""The sign-in form in our words."""

from typing import Any

from allauth.account.forms import LoginForm


class SignInForm(LoginForm):
    """E-mail address and password; the link for a forgotten password stands beside the button instead."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail address"
        self.fields["password"].help_text = ""

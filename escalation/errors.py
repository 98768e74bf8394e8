"""Rules of the domain that were broken.

These errors know nothing of HTTP beyond the status a page should carry; `escalation.middleware` turns them into pages.
"""

from typing import ClassVar

from django.http import Http404


class RuleViolation(Exception):  # noqa: N818  (it is not the program that erred)
    """Something asked for that a rule forbids; `message` is shown to the person as it is.

    In a form view it is caught and shown as an error of the form, so that what was typed stays. Uncaught it becomes
    a 409 page. `code` is stable and may be tested; `message` is plain English and may change.
    """

    status: ClassVar[int] = 409

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class NotAllowed(RuleViolation):
    """The person may see the thing but may not do this to it: a 403 page that gives the reason."""

    status: ClassVar[int] = 403


class WrongState(RuleViolation):
    """The thing is in a state in which this cannot be done: a 409 page that names the state."""


# What a person may not see does not exist for them: one error, one page, whether it exists or not.
Hidden = Http404

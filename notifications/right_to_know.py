"""Whether somebody may still be told, asked again at the moment a message leaves."""

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.models import Notification

SUSPENDED = "This person's access is suspended."
NO_LONGER = "This person may no longer know about the case."

MayKnow = Callable[[int, int], bool]


def may_know() -> MayKnow:
    """The rule for (person's id, case's id) that settings.NOTIFICATIONS_MAY_KNOW names; this app knows no cases.

    Raises ImportError if there is no such rule: then nobody is told anything, which is the safe side.
    """
    rule: MayKnow = import_string(settings.NOTIFICATIONS_MAY_KNOW)
    return rule


def reason_to_withhold(notification: Notification) -> str:
    """Why this must not be sent, in words that the case's page can show; empty if it may.

    A partnership's mailbox is asked nothing: it belongs to the one who keeps the register.
    """
    person = notification.recipient
    if person is None:
        return ""
    if not person.is_active:
        return SUSPENDED
    if notification.case_id is not None and not may_know()(person.pk, notification.case_id):
        return NO_LONGER
    return ""

"""What has to be true before a message can leave."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from notifications.right_to_know import may_know


@register
def somebody_says_who_may_know(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """notifications.E001: the rule that is asked before each message exists."""
    try:
        found = callable(may_know())
    except (ImportError, AttributeError):
        found = False
    if found:
        return []
    return [
        Error(
            "NOTIFICATIONS_MAY_KNOW names no function, so nobody could be told anything.",
            hint="Set it to the dotted name of a function (person_id, case_id) -> bool.",
            id="notifications.E001",
        )
    ]

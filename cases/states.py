"""The states of a case, and the field that keeps them from being changed other than by a transition."""

from typing import Any

from django.db import models
from django_fsm import FSMField, FSMFieldDescriptor

from agencies.tiers import Tier

DRAFT = "draft"
RESOLVED = "resolved"
WITHDRAWN = "withdrawn"
CLOSED = "closed"

#: Open states are the tiers: which of them a case passes, and in which order, is its policy's to say.
OPEN: list[str] = [str(tier) for tier in Tier.values]
ENDED: list[str] = [RESOLVED, WITHDRAWN]
ALL: list[str] = [DRAFT, *OPEN, *ENDED, CLOSED]

CHOICES: list[tuple[str, str]] = [
    (DRAFT, "Draft"),
    *[(str(value), str(label)) for value, label in Tier.choices],
    (RESOLVED, "Resolved"),
    (WITHDRAWN, "Withdrawn"),
    (CLOSED, "Closed"),
]


class _StateDescriptor(FSMFieldDescriptor):
    def __set__(self, instance: Any, value: Any) -> None:
        known = instance.__dict__.get(self.field.name)
        if known is None and instance._state.adding:
            known = value  # The first value of a new row, or of one that is being read.
        if known != value and not instance.__dict__.get("_reloading_state", False):
            raise AttributeError(
                f"The state of a case changes by a transition only, not by assignment ({known!r} to {value!r})."
            )
        self.field.set_state(instance, value)


class StateField(FSMField):
    """A protected FSM field whose protection is lifted for one instance's reload, never for the process.

    The library's own mixin turns the protection off on the field that all threads share while one of
    them reloads, and leaves it off when the row is gone.
    """

    descriptor_class = _StateDescriptor


class ReloadsState(models.Model):
    """Lets `refresh_from_db` set the state of this one instance."""

    class Meta:
        abstract = True

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__["_reloading_state"] = True
        try:
            super().refresh_from_db(*args, **kwargs)
        finally:
            del self.__dict__["_reloading_state"]

"""What a refusal must be: the right rule, words for the person, and nothing changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cases.models import (
    Action,
    Agreement,
    Case,
    CaseUserObjectPermission,
    Clock,
    Decision,
    EscalationRequest,
    Extension,
    Participant,
    Party,
    RecordEntry,
    ReferenceCounter,
    Resolution,
    StageVisit,
)
from escalation.errors import NotAllowed, RuleViolation, WrongState
from notifications.models import Notification

EVERYTHING = (
    Action,
    Agreement,
    Case,
    CaseUserObjectPermission,
    Clock,
    Decision,
    EscalationRequest,
    Extension,
    Notification,
    Participant,
    Party,
    RecordEntry,
    ReferenceCounter,
    Resolution,
    StageVisit,
)


def all_rows() -> dict[str, list[Any]]:
    """Every row about cases, and every message, as it stands."""
    return {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in EVERYTHING}


@contextmanager
def refused(code: str, kind: type[RuleViolation] = RuleViolation) -> Iterator[None]:
    """What is done inside is refused by the rule `code`, says why, and changes no row."""
    before = all_rows()
    with pytest.raises(kind) as caught:
        yield
    assert caught.value.code == code
    assert caught.value.message.strip()
    assert all_rows() == before


def not_allowed(code: str = "not_allowed") -> Any:
    return refused(code, NotAllowed)


def wrong_state(code: str = "wrong_state") -> Any:
    return refused(code, WrongState)

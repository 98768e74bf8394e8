from datetime import datetime, timedelta
from typing import Any

import pytest

from agencies.models import Person
from notifications.fates import messages_for_case
from notifications.models import Notification, State
from tests.notifications.conftest import Tell


def test_a_case_shows_who_was_told_of_what_newest_first(
    anna: Person, tell: Tell, at: datetime, django_assert_num_queries: Any
) -> None:
    tell(anna)
    tell(None, event="register.entered", told_at=at + timedelta(hours=1))
    tell(anna, case_id=13, key="another case")
    with django_assert_num_queries(1):
        fates = messages_for_case(12)
    assert [(fate.to, fate.what, fate.told_at) for fate in fates] == [
        ("register@partnership.example", "Entered on the register", at + timedelta(hours=1)),
        ("Anna Ashdown", "A disagreement has reached your stage", at),
    ]


NO_SUCH_USER = "The mail server refused the address: 550 No such user"


@pytest.mark.parametrize(
    ("changes", "sentence", "in_order"),
    [
        ({}, "E-mail waiting to be sent.", True),
        (
            {"state": State.SENT, "sent_at": datetime.fromisoformat("2026-04-02T09:01:00+00:00")},
            "E-mail accepted by the mail server at 10:01 on Thursday 2 April 2026.",
            True,
        ),
        (
            {"state": State.FAILED, "error": NO_SUCH_USER},
            f"E-mail could not be delivered. {NO_SUCH_USER}",
            False,
        ),
        (
            {"state": State.WITHHELD, "error": "This person's access is suspended."},
            "Not sent. This person's access is suspended.",
            False,
        ),
        (
            {"attempts": 1, "error": "451 later"},
            "E-mail tried 1 time; next attempt at 10:00 on Thursday 2 April 2026. 451 later",
            False,
        ),
        (
            {"attempts": 3, "error": "451 later"},
            "E-mail tried 3 times; next attempt at 10:00 on Thursday 2 April 2026. 451 later",
            False,
        ),
    ],
)
def test_the_fate_of_each_e_mail_is_one_sentence_and_failure_stands_out(
    anna: Person, tell: Tell, changes: dict[str, Any], sentence: str, in_order: bool
) -> None:
    Notification.objects.filter(pk=tell(anna).pk).update(**changes)
    (fate,) = messages_for_case(12)
    assert (fate.fate, fate.in_order) == (sentence, in_order)


def test_when_somebody_read_it_in_the_app_is_shown(anna: Person, tell: Tell, at: datetime) -> None:
    Notification.objects.filter(pk=tell(anna).pk).update(read_at=at)
    assert messages_for_case(12)[0].read_at == at

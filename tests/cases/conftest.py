"""The cast and its cases, made once for a module; each test works on them in a savepoint that is rolled back.

A module whose tests commit (`django_db(transaction=True)`) makes its own: what is kept here is never committed.
"""

import copy
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from cases.models import Case
from tests.cases.cast import RAISED, Cast, a_case, a_cast
from tests.cases.journeys import climb


@pytest.fixture(scope="module")
def kept_cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """Torbay's cast, rolled back after the module's last test."""
    kept = transaction.atomic()
    with django_db_blocker.unblock():
        kept.__enter__()
        made = a_cast()
    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        kept.__exit__(None, None, None)


@pytest.fixture
def cast(kept_cast: Cast, db: None) -> Cast:
    """The cast as copies, so that what one test does to a person in memory is not met by the next."""
    return copy.deepcopy(kept_cast)


@pytest.fixture(scope="module")
def kept_cases(kept_cast: Cast, django_db_blocker: DjangoDbBlocker) -> dict[str, int]:
    """One case at each of Torbay's stages, by the stage's code; each climbed a stage an hour since RAISED."""
    stood: dict[str, int] = {}
    with django_db_blocker.unblock():
        for goal in ("pre", "1", "2", "3", "4", "5"):
            case = a_case(kept_cast)
            hours = 1
            while case.stage_code != goal:
                climb(kept_cast, case, RAISED + timedelta(hours=hours))
                hours += 1
            stood[goal] = case.pk
    return stood


@pytest.fixture
def case_at(kept_cases: dict[str, int], db: None) -> Callable[[str], Case]:
    """Gives the case that stands at the stage of that code."""
    return lambda code: Case.objects.get(pk=kept_cases[code])

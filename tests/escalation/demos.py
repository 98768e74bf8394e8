"""A demonstration built once for a whole module of tests, and rolled back when the module is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import time_machine
from django.db import transaction

LONDON = ZoneInfo("Europe/London")


@contextmanager
def frozen_and_rolled_back(now: datetime) -> Iterator[datetime]:
    """Time stands still at `now`, and whatever is written meanwhile is gone afterwards."""
    with time_machine.travel(now, tick=False), transaction.atomic():
        yield now
        transaction.set_rollback(True)

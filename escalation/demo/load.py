"""Loads the demonstration: each partnership in one transaction, so that it is there whole or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from agencies.models import Partnership
from cases.clocks import local_day
from cases.models import Case
from escalation.demo.days import Days, moment
from escalation.demo.messages import close_the_past
from escalation.demo.people import World, found
from escalation.demo.performance import play_all
from escalation.demo.play import Play
from escalation.demo.reading import SLUGS, plan
from policies.loader import load_edition
from policies.sources import LIBRARY, read_text
from policies.workdays import Calendar

#: Messages of the last working days are left unread.
UNREAD_DAYS = -2


@dataclass(frozen=True)
class Loaded:
    """What was loaded for one partnership."""

    name: str
    people: int
    cases: int
    messages: int

    def __str__(self) -> str:
        return f"{self.name}: {self.people} people, {self.cases} cases, {self.messages} messages"


def missing() -> list[str]:
    """The partnerships of the demonstration that are not there, by slug."""
    there = set(Partnership.objects.values_list("slug", flat=True))
    return [slug for slug in SLUGS if slug not in there]


def load_missing(*, now: datetime) -> Iterator[Loaded]:
    """Load what is missing, one partnership after the other; dates are relative to `now` (aware)."""
    for slug in missing():
        yield load(slug, now=now)


@transaction.atomic
def load(slug: str, *, now: datetime) -> Loaded:
    """Load one partnership: its people, its policies, its cases. Raises StoryError where a story cannot be played."""
    wanted = plan(slug)
    days = Days(Calendar("england-and-wales"), local_day(now))
    world = found(wanted, days)
    _policies(world)
    plays = [Play(world, story, number) for number, story in enumerate(wanted.story)]
    play_all(plays, partnership=world.partnership, now=now)
    messages = close_the_past(world.partnership, unread_since=moment(days[UNREAD_DAYS], 0))
    cases = Case.objects.filter(partnership=world.partnership).count()
    return Loaded(name=wanted.name, people=world.people, cases=cases, messages=messages)


def _policies(world: World) -> None:
    for name in world.plan.policies:
        path = LIBRARY / name
        load_edition(partnership=world.partnership, text=read_text(path), path=str(path), at=world.since)

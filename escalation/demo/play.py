"""A story under way: its case, the hour at which it goes on, and the words by which time passes.

Words of time, understood here; those of deeds stand in `escalation.demo.deeds`:

  wait N    go on N working days later
  to N      go on N working days before today
  late      wait until the date of the stage has passed, and go on the working day after
  up        write what the policy wants on the record, ask to escalate, and have it approved
"""

import zlib
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from typing import TypeVar

from cases.clocks import local_day
from cases.models import Case
from escalation.demo.days import moment
from escalation.demo.people import World
from escalation.demo.reading import Matter, Story, matters

T = TypeVar("T")
#: Minutes between two deeds of one day.
PACE = 30


class StoryError(ValueError):
    """A story cannot be played as it is written."""


class Play:
    """One story under way: its case, and the hour at which it goes on."""

    def __init__(self, world: World, story: Story, number: int) -> None:
        self.world = world
        self.story = story
        self.number = number
        self.matter: Matter = matters()[story.matter]
        self._case: Case | None = None
        self._seed = zlib.crc32(f"{world.plan.slug} {story.matter} {number}".encode()) % 97
        self._turns = count(self._seed)
        self._said: Counter[int] = Counter()
        self._go_on(story.on or world.days[-story.ago])

    def __str__(self) -> str:
        return f"{self.world.plan.slug}, story {self.number} ({self.story.matter})"

    @property
    def today(self) -> date:
        return local_day(self.at)

    def turn(self) -> int:
        """Another number at every call, the same ones at every building: they keep stories from looking alike."""
        return next(self._turns)

    def pick(self, said: Sequence[T]) -> T:
        """The next of what people say: nobody says the same twice while there is something else to say."""
        self._said[id(said)] += 1
        return said[(self._seed + self._said[id(said)]) % len(said)]

    @property
    def case(self) -> Case:
        """The case as it stood when it was last looked at. Raises StoryError for a story that has not begun one."""
        if self._case is None:
            raise StoryError(f"{self} has no case yet.")
        return self._case

    def look(self, pk: int | None = None) -> None:
        """Look at the case as it stands now; `pk` where the story has only just begun it."""
        found = Case.objects.select_related("partnership", "edition", "raised_by", "decision_maker")
        self._case = found.get(pk=pk or self.case.pk)

    def pass_time(self, word: str, argument: str) -> bool:
        """Let the time of `word` pass; False if it is no word of time."""
        days = self.world.days
        if word == "wait":
            self._go_on(days.later(self.today, int(argument)))
        elif word == "to":
            self._go_on(days[-int(argument)])
        elif word == "late":
            self.look()
            due_at = self.case.due_at
            if due_at is None:
                raise StoryError(f"{self} waits for a date that nobody has set.")
            self._go_on(days.later(max(local_day(due_at), self.today), 1))
        else:
            return False
        return True

    def up(self) -> list[str]:
        """The words that lead to the next stage."""
        self.look()
        wanted = {"view": "view", "discussion": "talk"}
        return [*(wanted[kind] for kind in self.case.stage.required_records), "ask", "approve"]

    def next_hour(self) -> None:
        self.at += timedelta(minutes=PACE)

    def _go_on(self, day: date) -> None:
        # Nothing happens today: what day and hour it is now must not change what a story comes to.
        if day >= self.world.days.today:
            raise StoryError(f"{self} goes on after yesterday, on {day}.")
        self.at = moment(day, 9 * 60 + 5 + self.turn() * 7 % 100)

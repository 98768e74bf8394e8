"""All stories of a partnership side by side, in the order of time, with the clocks swept in between.

1. Each story says at what moment it does its next deed; the earliest goes first, so that references count up by date.
2. Before a deed, every step of a clock that is due by then is taken, at its time, as the beat would have done.
3. After the last deed the clocks are brought up to now: what has run out since is late, nothing is left to catch up.
"""

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Min

from agencies.models import Partnership
from cases.models import Clock
from cases.sweep import sweep
from escalation.demo.deeds import DEEDS
from escalation.demo.play import Play, StoryError
from escalation.demo.raising import keep_draft, raise_case

#: The beat sweeps once a minute, so a step is taken some seconds after its time.
AFTER = timedelta(seconds=20)


def perform(play: Play) -> Iterator[datetime]:
    """Play the story, giving the moment of each deed before it is done."""
    yield play.at
    if play.story.draft:
        keep_draft(play)
        return
    raise_case(play)
    words = [word.strip() for word in play.story.steps.split(",") if word.strip()]
    play.next_hour()
    while words:
        word, _, argument = words.pop(0).partition(" ")
        if play.pass_time(word, argument):
            continue
        if word == "up":
            words[:0] = play.up()
            continue
        if word not in DEEDS:
            raise StoryError(f"There is no word {word!r}.")
        yield play.at
        # Meanwhile the clock may have done something to the case.
        play.look()
        DEEDS[word](play, argument)
        play.next_hour()


def sweep_until(at: datetime, partnership: Partnership) -> None:
    """Take every step of a clock that is due by `at`, each at its own time."""
    running = Clock.objects.filter(case__partnership=partnership, next_step_at__lte=at)
    while due_at := running.aggregate(first=Min("next_step_at"))["first"]:
        report = sweep(at=min(due_at + AFTER, at))
        if report.failed:
            raise StoryError(f"A clock's step failed at {due_at}; the log says why.")


def play_all(plays: list[Play], *, partnership: Partnership, now: datetime) -> None:
    """Play the stories, and bring every clock up to `now`. An error says in which story it came about."""
    performances = {play.number: perform(play) for play in plays}
    waiting = [(play.at, play.number) for play in plays]
    for number in performances:
        next(performances[number])
    heapq.heapify(waiting)
    while waiting:
        at, number = heapq.heappop(waiting)
        sweep_until(at, partnership)
        try:
            again = next(performances[number], None)
        except Exception as error:
            error.add_note(f"In {plays[number]}, at {at:%Y-%m-%d %H:%M}.")
            raise
        if again is not None:
            heapq.heappush(waiting, (again, number))
    sweep_until(now, partnership)

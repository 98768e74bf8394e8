"""The sweep: finds the clocks whose next step is due and takes it, once.

1. The due clocks are found by one index, the longest due first, in batches.
2. For each, one transaction: lock the case, read the clock again. Another sweeper (or a person) may have been
   faster: then its step is no longer due and nothing is done.
3. The step is taken: people are told, a late case is marked and put before the manager; the clock's next step is
   set. All in the same transaction, so that a crash anywhere leaves the step due, and the next sweep takes it.
4. A message's key names stay, step, day and person: however often a step is taken, nobody is told twice.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from cases.acting import Acting, acting
from cases.clocks import calendar_of, local_day, note_due, open_clocks, set_next_step
from cases.models import Answer, Clock, NextStep
from cases.people import people_at_stage, stand_ins, those_who_owe
from cases.services.running_out import put_before_manager
from cases.states import OPEN

logger = logging.getLogger(__name__)
BATCH = 200


@dataclass(frozen=True)
class SweepReport:
    """What a sweep did: steps taken, by kind, messages written, and steps that failed and stay due."""

    dates_asked: int = 0
    reminded: int = 0
    late: int = 0
    chased: int = 0
    requests: int = 0
    moved: int = 0
    messages: int = 0
    failed: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def sweep(*, at: datetime, seconds: float = 120.0) -> SweepReport:
    """Take every step that is due at `at` (aware).  Safe to run any number of times, side by side.

    Stops after about `seconds`; what is left over is still due and the next round takes it.
    """
    started = time.monotonic()
    counts: Counter[str] = Counter()
    # A step that was taken is due later; only those that were not have to be left out of the next batch.
    stuck: set[int] = set()
    while True:
        due = (
            Clock.objects.filter(next_step_at__lte=at)
            .exclude(pk__in=stuck)
            .order_by("next_step_at", "pk")
            .select_related("case")[:BATCH]
        )
        batch = list(due)
        if not batch:
            return SweepReport(**counts)
        for clock in batch:
            if time.monotonic() - started > seconds:
                return SweepReport(**counts)
            try:
                taken = _take_step(clock, at)
                counts.update(taken)
                if not taken:
                    stuck.add(clock.pk)
            except Exception:
                # One broken case must not keep the others from their reminders; its step stays due.
                logger.exception("The step of clock %s could not be taken", clock.pk)
                counts["failed"] += 1
                stuck.add(clock.pk)


def _take_step(found: Clock, at: datetime) -> Counter[str]:
    with acting(None, case=found.case, by=None, at=at) as act:
        clock = Clock.objects.select_related("visit").get(pk=found.pk)
        if act.case.state not in OPEN or clock.next_step_at is None or clock.next_step_at > at:
            return Counter()
        name, take = STEPS[_step_now(clock, at)]
        counts = Counter({name: 1})
        counts.update(take(act, clock))
        clock.refresh_from_db()
        set_next_step(clock, at=at, calendar=calendar_of(act.case.partnership))
        clock.save(update_fields=["next_step", "next_step_at"])
        counts["messages"] += act.send()
        return counts


def _step_now(clock: Clock, at: datetime) -> str:
    """The step to take: after a long pause a reminder before the date is overtaken by the date itself."""
    if clock.next_step == NextStep.REMIND and clock.due_at is not None and clock.due_at < at:
        return NextStep.LATE
    return clock.next_step


def _tell_those_who_owe(
    act: Acting, clock: Clock, event: str, *, leaving_out: Collection[int | None] = ()
) -> Counter[str]:
    present = people_at_stage(act.case)
    owing = those_who_owe(act.case, clock.owed_by, present)
    people = stand_ins(act.case, owing, present, at=act.at)
    told = [person for person in people if (person.pk if person else None) not in leaving_out]
    act.tell(event, told, occasion=_occasion(act, clock, event))
    return Counter()


def _occasion(act: Acting, clock: Clock, event: str) -> str:
    """By the stay and not by the clock: with two duties due at once a person gets one reminder."""
    return f"visit:{clock.visit_id}:{event}:{local_day(act.at).isoformat()}"


def _ask_date(act: Acting, clock: Clock) -> Counter[str]:
    return _tell_those_who_owe(act, clock, "case.date_needed")


def _remind(act: Acting, clock: Clock) -> Counter[str]:
    return _tell_those_who_owe(act, clock, "clock.remind")


def _late(act: Acting, clock: Clock) -> Counter[str]:
    """Mark the duty late, say so to those who owe it and to the Business Manager, put it before the manager."""
    clock.late_at = act.at
    clock.save(update_fields=["late_at"])
    note_due(act.case, open_clocks(act.case))
    act.case.save()
    act.record(
        "clock.late",
        {"duty": clock.deed, "owed_by": clock.owed_by, "due": clock.due_at.isoformat() if clock.due_at else None},
    )
    done = put_before_manager(act)
    if done["moved"]:
        # That the case has gone on is all that anybody has to be told.
        return done
    # One message a person: whoever is asked to answer the request learns from it that the time has run out.
    asked = {request.put_before_id for request in act.case.requests.filter(answer=Answer.WAITING, asked_at=act.at)}
    _tell_those_who_owe(act, clock, "clock.late", leaving_out=asked)
    if act.case.registered_at is not None and None not in asked:
        act.tell_business_manager("clock.late", occasion=_occasion(act, clock, "clock.late"))
    return done


def _chase(act: Acting, clock: Clock) -> Counter[str]:
    return _tell_those_who_owe(act, clock, "clock.late")


STEPS: dict[str, tuple[str, Callable[[Acting, Clock], Counter[str]]]] = {
    NextStep.ASK_DATE: ("dates_asked", _ask_date),
    NextStep.REMIND: ("reminded", _remind),
    NextStep.LATE: ("late", _late),
    NextStep.CHASE: ("chased", _chase),
}

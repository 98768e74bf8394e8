"""By when a stage is over, from the clocks of its duties."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from policies.due import DueMoment, due_moment
from policies.schema import Duty, Policy, Stage
from policies.workdays import Calendar


@dataclass(frozen=True)
class StageDue:
    """When a stage runs out: `at` is the moment of the duty that it waits for longest.

    `at` (aware, Europe/London) is None where the people at the stage must agree a date. `limit` and `reason` are
    those of `waits_for`; `duties` gives every duty with its own moment, in the order of the file.
    """

    at: datetime.datetime | None
    limit: str
    reason: str
    waits_for: Duty
    duties: tuple[tuple[Duty, DueMoment], ...]


def stage_due(
    policy: Policy,
    stage: Stage,
    *,
    calendar: Calendar,
    raised_at: datetime.datetime,
    entered_at: datetime.datetime,
    running: Mapping[str, DueMoment],
) -> StageDue:
    """When `stage`, entered at `entered_at`, runs out.

    `running` holds, by code, the clocks that earlier stages started; one that the stage shares is not started again.
    Of several duties the last to fall due counts, and one without a date of its own counts as later than any.
    Raises ValueError for a naive moment, and BeyondKnownYears (a ValueError) where the date would be a guess.
    """
    moments = dict(running)

    def start(code: str) -> DueMoment:
        """Starts a clock of this stage, and first the one at whose end it starts, if that is of this stage too."""
        if code not in moments:
            rule = policy.clock(code)
            if rule.follows in {duty.clock for duty in stage.duties}:
                start(rule.follows)
            moments[code] = due_moment(
                rule=rule,
                calendar=calendar,
                raised_at=raised_at,
                entered_at=entered_at,
                clock_ends={other: moment.at for other, moment in moments.items()},
            )
        return moments[code]

    duties = tuple((duty, start(duty.clock)) for duty in stage.duties)
    waits_for, last = max(duties, key=lambda pair: _elapsed(pair[1].at))
    return StageDue(last.at, last.limit, last.reason, waits_for, duties)


def _elapsed(at: datetime.datetime | None) -> float:
    """Sorts moments as they come, also in the hour that comes twice in autumn; one without a date comes last."""
    return inf if at is None else at.timestamp()

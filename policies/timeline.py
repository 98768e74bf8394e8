"""What a policy's limits mean on the calendar for a case raised at a given moment."""

import datetime
from dataclasses import dataclass

from policies.due import LONDON, DueMoment
from policies.schema import Policy, Stage
from policies.stage_due import stage_due
from policies.wording import listed
from policies.workdays import Calendar


@dataclass(frozen=True)
class TimelineStage:
    """One stage on the calendar, were every stage before it to run to its limit.

    `entered` and `due` are aware, Europe/London. `due` is None where the people at the stage must agree a date;
    `limit` is the limit as the policy prints it, None where it prints none.
    """

    code: str
    name: str
    tier: str
    entered: datetime.datetime
    due: datetime.datetime | None
    limit: str | None
    reason: str


def timeline(
    policy: Policy,
    *,
    raised_at: datetime.datetime,
    calendar: Calendar,
    ground: str | None = None,
    subject: str | None = None,
) -> tuple[TimelineStage, ...]:
    """Every stage of `policy` in the order of the file, for a case raised at `raised_at` (aware).

    The usual route for `ground` and `subject` is followed, each stage running to its limit. A stage off that route
    is entered when the first stage that leads to it runs out. Where people must agree a date, the following stage is
    shown as entered at the same moment. Raises ValueError for a naive moment or a ground the policy does not have,
    and BeyondKnownYears (a ValueError) where a date would be a guess.
    """
    if raised_at.tzinfo is None:
        raise ValueError("The moment at which the case is raised needs a time zone.")
    if ground is not None and ground not in {known.code for known in policy.grounds}:
        allowed = listed([known.code for known in policy.grounds], "or") or "none"
        raise ValueError(f'"{ground}" is not a ground of this policy. Allowed: {allowed}.')
    walk = _Walk(policy, raised_at.astimezone(LONDON), calendar)
    walk.follow(_route(policy, ground=ground, subject=subject))
    walk.follow_rest()
    return tuple(walk.lines[stage.code] for stage in policy.stages if stage.code in walk.lines)


def _route(policy: Policy, *, ground: str | None, subject: str | None) -> list[Stage]:
    """The stages a case goes through when each way on is the usual one."""
    route = [policy.stage(policy.first_stage)]
    while ways := policy.next_stages(route[-1].code, ground=ground, subject=subject):
        route.append(ways[0])
    return route


class _Walk:
    """Enters stages one after another and remembers when each ran out and which clocks run."""

    def __init__(self, policy: Policy, raised_at: datetime.datetime, calendar: Calendar) -> None:
        self.policy = policy
        self.raised_at = raised_at
        self.calendar = calendar
        self.lines: dict[str, TimelineStage] = {}
        self.running: dict[str, DueMoment] = {}

    def follow(self, route: list[Stage]) -> None:
        before: Stage | None = None
        for stage in route:
            self._enter(stage, before)
            before = stage

    def follow_rest(self) -> None:
        """Enters the stages off the usual route, each from the first stage in the file that leads to it."""
        waiting = [stage for stage in self.policy.stages if stage.code not in self.lines]
        while waiting:
            ready = [(stage, before) for stage in waiting if (before := self._before(stage)) is not None]
            if not ready:
                return
            self._enter(*ready[0], aside="Off the usual route. ")
            waiting.remove(ready[0][0])

    def _before(self, stage: Stage) -> Stage | None:
        for other in self.policy.stages:
            if other.code in self.lines and stage.code in other.leads_to():
                return other
        return None

    def _enter(self, stage: Stage, before: Stage | None, aside: str = "") -> None:
        entered, how = self.raised_at, "Entered when the case is raised."
        if before is not None:
            entered, how = _left(self.lines[before.code])
        due = stage_due(
            self.policy,
            stage,
            calendar=self.calendar,
            raised_at=self.raised_at,
            entered_at=entered,
            running=self.running,
        )
        self.running |= {duty.clock: moment for duty, moment in due.duties}
        self.lines[stage.code] = TimelineStage(
            code=stage.code,
            name=stage.name,
            tier=stage.tier,
            entered=entered,
            due=due.at,
            limit=self.policy.clock(due.waits_for.clock).limit.printed or None,
            reason=f"{aside}{how} {due.reason}",
        )


def _left(line: TimelineStage) -> tuple[datetime.datetime, str]:
    """When the stage after `line` is entered, and why then."""
    if line.due is None:
        return line.entered, f"Shown as entered with stage {line.code}, which ends on a date that its people agree."
    # Seconds, because two moments of one time zone are compared by the clock on the wall, which goes back in autumn.
    if line.due.timestamp() < line.entered.timestamp():
        return line.entered, f"Entered with stage {line.code}, whose time has run out by then."
    return line.due, f"Entered when stage {line.code} runs out."

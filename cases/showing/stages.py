"""The "you are here" list: each stage of the policy with where the case has been, stands, and can still go."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from cases.models import Clock, StageVisit
from cases.showing.gathered import Gathered
from escalation.dates import day_words, due_words, moment_words
from policies.schema import Policy, Stage
from policies.wording import listed

Position = Literal["past", "current", "ahead", "aside"]


@dataclass(frozen=True)
class StageLine:
    """One stage of the list; `aside` is a stage that this case does not pass."""

    name: str
    position: Position
    late: bool = False
    notes: list[str] = field(default_factory=list)


def stage_title(stage: Stage) -> str:
    """The stage as people call it: "3. Senior manager to senior manager"; a code that is a word is left out."""
    return f"{stage.code}. {stage.name}" if stage.code[0].isdigit() else stage.name


def _reachable(gathered: Gathered) -> set[str]:
    """The codes of the stages to which this case can still come from where it stands."""
    case, policy = gathered.case, gathered.policy
    found: set[str] = set()
    waiting = [case.stage_code]
    while waiting:
        code = waiting.pop()
        ways = policy.next_stages(code, ground=case.ground or None, subject=case.subject or None)
        onward = [stage.code for stage in ways]
        onward += [outcome.to for outcome in policy.stage(code).outcomes if outcome.to is not None]
        waiting += [to for to in onward if to not in found]
        found.update(onward)
    return found


def _due_note(clock: Clock, gathered: Gathered) -> str:
    if clock.due_at is None:
        return "No date agreed yet"
    return f"Due {due_words(clock.due_at, at=gathered.at, jurisdiction=gathered.jurisdiction)}"


def _unique(notes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(notes))


def _current(stage: Stage, visit: StageVisit, gathered: Gathered) -> StageLine:
    late = any(clock.due_at is not None and clock.due_at < gathered.at for clock in gathered.running)
    notes = [f"Since {moment_words(visit.entered_at)} ({_how(visit.entered_how)})"]
    notes += [_due_note(clock, gathered) for clock in gathered.running]
    return StageLine(stage_title(stage), "current", late, _unique(notes))


def _how(how: str) -> str:
    label = str(StageVisit.How(how).label)
    return label[:1].lower() + label[1:]


def _past(stage: Stage, visits: list[StageVisit], gathered: Gathered) -> StageLine:
    last = visits[-1]
    clocks = [clock for clock in gathered.clocks if clock.visit_id == last.pk and clock.due_at is not None]
    notes = [f"Entered {day_words(last.entered_at)} ({_how(last.entered_how)})"]
    for clock in clocks:
        if clock.due_at is not None:
            missed = last.left_at is not None and clock.due_at < last.left_at
            notes.append(f"{'Was due' if missed else 'Due'} {day_words(clock.due_at)}{', missed' if missed else ''}")
    if last.left_at is not None:
        notes.append(f"Left {day_words(last.left_at)} ({_how(last.left_how)})")
    if len(visits) > 1:
        notes.append(f"The case has been here {len(visits)} times")
    return StageLine(stage_title(stage), "past", False, _unique(notes))


def _limits(stage: Stage, policy: Policy) -> list[str]:
    printed = (policy.clock(duty.clock).limit.printed for duty in stage.duties)
    return _unique(
        f"Time limit: {words}" if words else "Time limit: none stated, a date is agreed" for words in printed
    )


def _why_aside(stage: Stage, gathered: Gathered) -> str:
    """Why the case does not come to the stage: the ground or the subject, else it was passed over."""
    if not gathered.case.is_open:
        return "Not needed: the case has ended"
    policy = gathered.policy
    branches = [branch for other in policy.stages for branch in other.next if branch.to == stage.code]
    names: dict[str, str] = {ground.code: ground.name for ground in policy.grounds}
    names |= {subject.code: subject.name for subject in policy.subjects}
    only_for = [
        code
        for branch in branches
        if not branch.admits(ground=gathered.case.ground or None, subject=gathered.case.subject or None)
        for code in (*branch.grounds, *branch.subjects)
    ]
    if only_for:
        listing = listed([f"“{names.get(code, code)}”" for code in dict.fromkeys(only_for)], "or")
        return f"Not on the way of this case: only for {listing}"
    return "Passed over"


def stage_lines(gathered: Gathered) -> list[StageLine]:
    """Every stage of the policy, in the policy's order."""
    visits: dict[str, list[StageVisit]] = {}
    for visit in gathered.visits:
        visits.setdefault(visit.stage_code, []).append(visit)
    reachable = _reachable(gathered) if gathered.case.is_open else set()
    lines = []
    for stage in gathered.policy.stages:
        if gathered.here is not None and gathered.here.stage_code == stage.code:
            lines.append(_current(stage, gathered.here, gathered))
        elif stage.code in visits:
            lines.append(_past(stage, visits[stage.code], gathered))
        elif stage.code in reachable:
            lines.append(StageLine(stage_title(stage), "ahead", False, _limits(stage, gathered.policy)))
        else:
            lines.append(StageLine(stage_title(stage), "aside", False, [_why_aside(stage, gathered)]))
    return lines

"""The date by which the stages ahead are over whatever is agreed now: a clock that counts from the raising."""

from dataclasses import dataclass
from datetime import datetime

from cases.clocks import calendar_of, counted_from
from cases.models import Case
from cases.showing.stages import stage_title
from policies.due import due_moment
from policies.workdays import BeyondKnownYears


@dataclass(frozen=True)
class Ahead:
    """When the stages named run out, although the case does not stand there yet."""

    at: datetime
    stages: tuple[str, ...]
    limit: str


def limit_ahead(case: Case) -> Ahead | None:
    """The earliest end of a clock of later stages that runs since the raising already; None where none does."""
    raised_at = counted_from(case)
    if raised_at is None:
        return None
    here = {duty.clock for duty in case.stage.duties}
    found = []
    for rule in case.policy.clocks:
        if rule.starts != "case_raised" or rule.limit.must_be_agreed or rule.code in here:
            continue
        later = case.policy.later_stages(case.stage_code)
        stages = tuple(stage_title(stage) for stage in later if rule.code in {duty.clock for duty in stage.duties})
        try:
            due = due_moment(
                rule=rule,
                calendar=calendar_of(case.partnership),
                raised_at=raised_at,
                entered_at=raised_at,
                clock_ends={},
            )
        except BeyondKnownYears:
            continue
        if stages and due.at is not None:
            found.append(Ahead(due.at, stages, rule.limit.printed))
    return min(found, key=lambda ahead: ahead.at, default=None)

""" "If raised on ..., then ...": the calendar of an imagined case, for a page."""

import datetime
from dataclasses import dataclass

from agencies.models import Partnership
from agencies.tiers import Tier
from escalation.dates import END_OF_DAY, day_words, moment_words
from policies.forms import RaisedForm
from policies.schema import Policy
from policies.stage_words import called
from policies.timeline import TimelineStage, timeline
from policies.workdays import Calendar


@dataclass(frozen=True)
class ImaginedStage:
    """One stage on the calendar in words; `due` is empty where its people must agree a date."""

    called: str
    tier: str
    begins: str
    due: str
    limit: str
    reason: str


def imagined(form: RaisedForm, *, policy: Policy, partnership: Partnership) -> list[ImaginedStage]:
    """Every stage of a case raised at the form's moment, were each to run to its limit.

    Empty while the form is not sent or has errors; a year whose bank holidays are not known becomes one.
    """
    if not form.is_bound or not form.is_valid():
        return []
    try:
        lines = timeline(
            policy,
            raised_at=form.moment,
            calendar=Calendar(partnership.jurisdiction),
            ground=form.cleaned_data.get("ground") or None,
        )
    except ValueError as error:
        form.add_error("on", str(error))
        return []
    return [_in_words(line) for line in lines]


def _in_words(line: TimelineStage) -> ImaginedStage:
    return ImaginedStage(
        called=called(line.code, line.name),
        tier=Tier(line.tier).label,
        begins=_moment(line.entered),
        due=_moment(line.due) if line.due else "",
        limit=line.limit or "no time stated",
        reason=line.reason,
    )


def _moment(at: datetime.datetime) -> str:
    """The moment; the end of a day is said as such, because clocks of days end there."""
    return f"End of {day_words(at)}" if at.time() >= END_OF_DAY else moment_words(at)

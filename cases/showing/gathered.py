"""Everything the case page needs from the database, read once: a query for each kind of row, none per row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from agencies.tiers import Tier
from cases.access import readable_entries, readable_requests, reads_own_advice
from cases.models import (
    Action,
    Answer,
    Case,
    Clock,
    Decision,
    EscalationRequest,
    Extension,
    Participant,
    Party,
    RecordEntry,
    Resolution,
    StageVisit,
)
from cases.standing import Standing
from notifications.fates import Fate, messages_for_case
from policies.schema import Policy, Stage


@dataclass(frozen=True)
class Gathered:
    """A case with its rows, as the person `who.person` may see it at the moment `at` (aware)."""

    case: Case
    who: Standing
    at: datetime
    visits: Sequence[StageVisit] = ()
    clocks: Sequence[Clock] = ()
    participants: Sequence[Participant] = ()
    entries: Sequence[RecordEntry] = ()
    requests: Sequence[EscalationRequest] = ()
    resolutions: Sequence[Resolution] = ()
    decisions: Sequence[Decision] = ()
    actions: Sequence[Action] = ()
    messages: Sequence[Fate] = field(default=())

    @property
    def policy(self) -> Policy:
        return self.case.policy

    @property
    def stage(self) -> Stage:
        """The stage at which the case stands, or stood when it ended."""
        return self.case.stage

    @property
    def parties(self) -> Mapping[int, Party]:
        return self.who.parties

    @property
    def jurisdiction(self) -> str:
        return self.case.partnership.jurisdiction

    @cached_property
    def here(self) -> StageVisit | None:
        """The stay that has not ended; None once the case has."""
        return next((visit for visit in self.visits if visit.left_at is None), None)

    @cached_property
    def running(self) -> list[Clock]:
        """The clocks of the present stay."""
        return [clock for clock in self.clocks if clock.stopped_at is None]

    @property
    def waiting(self) -> list[EscalationRequest]:
        return [request for request in self.requests if request.answer == Answer.WAITING]

    @property
    def proposal(self) -> Resolution | None:
        proposed = Resolution.Status.PROPOSED
        return next((resolution for resolution in self.resolutions if resolution.status == proposed), None)

    @property
    def extension(self) -> Extension | None:
        """The later date that has been asked for and waits; advice inside one agency is that agency's alone."""
        inside = self.stage.tier == Tier.OWN_ADVICE
        return self.who.open_extension if not inside or self.who.sides or reads_own_advice(self.who) else None

    def of_kind(self, kind: str) -> list[RecordEntry]:
        return [entry for entry in self.entries if entry.kind == kind]


def gather(case: Case, who: Standing, at: datetime) -> Gathered:
    """Read the rows.  The caller has got the case through `access_case`."""
    return Gathered(
        case=case,
        who=who,
        at=at,
        visits=list(case.visits.all()),
        clocks=list(case.clocks.all()),
        participants=list(case.participants.select_related("person")),
        entries=list(readable_entries(case, who)),
        requests=list(readable_requests(case, who)),
        resolutions=list(case.resolutions.select_related("proposed_by").prefetch_related("agreements__by")),
        decisions=list(case.decisions.select_related("decided_by")),
        actions=list(case.actions.all()),
        messages=messages_for_case(case.pk),
    )

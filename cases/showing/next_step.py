"""What happens next: who must do what by when, whom to ring on each side, and why it is they."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.models import Case, Clock, EscalationRequest, Party, Resolution
from cases.showing.cards import Card, cards_now
from cases.showing.gathered import Gathered
from cases.showing.stages import stage_title
from escalation.dates import moment_words
from policies.due import NONE_STATED
from policies.wording import listed

OWED_BY: Mapping[str, str] = {
    "both": "Both sides",
    "chair": "The Chair",
    "safeguarding_manager": "The safeguarding manager",
    "partnership": "The partnership",
}


@dataclass(frozen=True)
class Owed:
    """One duty of the stage; `at` None while no date is agreed."""

    who: str
    deed: str
    at: datetime | None
    limit: str
    reason: str


@dataclass(frozen=True)
class Waiting:
    """A request to escalate that waits for an answer."""

    to: str
    before: str
    why_them: str
    since: datetime
    asked_by: str
    agency: str
    reasons: str


@dataclass(frozen=True)
class Proposed:
    """A resolution that waits for answers."""

    by: str
    agency: str
    at: datetime
    what_changes: str
    missing: str


@dataclass(frozen=True)
class NextStep:
    headline: str
    late: bool
    stage: str
    guidance: str
    prompts: Sequence[str]
    also: Sequence[str]
    cards: Sequence[Card]
    owed: Sequence[Owed]
    waiting: Sequence[Waiting]
    proposed: Proposed | None


def owed_now(case: Case, clock: Clock, parties: Iterable[Party]) -> Owed:
    """One duty in words; a policy that states no limit has nothing to quote."""
    agencies = {str(party.side): party.agency.name for party in parties}
    deeds = {duty.code: duty.deed for duty in case.stage.duties}
    return Owed(
        who=OWED_BY.get(clock.owed_by) or agencies.get(clock.owed_by, clock.owed_by),
        deed=deeds.get(clock.deed, ""),
        at=clock.due_at,
        limit="" if clock.limit == NONE_STATED else clock.limit,
        reason=clock.reason,
    )


def _waiting(request: EscalationRequest, gathered: Gathered) -> Waiting:
    return Waiting(
        to=stage_title(gathered.policy.stage(request.to_stage)),
        before=request.put_before.name if request.put_before else "the Business Manager",
        why_them=request.why_them,
        since=request.asked_at,
        asked_by=request.asked_by.name if request.asked_by else "the clock, because the time had run out",
        agency=gathered.parties[request.party_id].agency.name,
        reasons=request.reasons,
    )


def _proposed(proposal: Resolution, gathered: Gathered) -> Proposed:
    answered = {answer.party_id for answer in proposal.agreements.all()}
    missing = [party.agency.name for party in gathered.parties.values() if party.pk not in answered]
    return Proposed(
        by=proposal.proposed_by.name,
        agency=gathered.parties[proposal.party_id].agency.name,
        at=proposal.proposed_at,
        what_changes=proposal.what_changes,
        missing=listed(missing),
    )


def _headline(owed: list[Owed], waiting: list[Waiting], proposed: Proposed | None) -> str:
    if waiting:
        first = waiting[0]
        return (
            f"{first.before[:1].upper()}{first.before[1:]} has to approve or return the request to go to "
            f"“{first.to}”. It has waited since {moment_words(first.since)}."
        )
    if proposed:
        return f"{proposed.missing} has to answer the proposed resolution."
    if any(duty.at is None for duty in owed):
        return "The people at this stage have to agree a date and record it here."
    return " ".join(f"{duty.who}: {duty.deed[:1].lower()}{duty.deed[1:]}." for duty in owed)


def next_step(gathered: Gathered) -> NextStep | None:
    """What happens next in an open case; None once it has ended."""
    if not gathered.case.is_open:
        return None
    stage = gathered.stage
    owed = [owed_now(gathered.case, clock, gathered.parties.values()) for clock in gathered.running]
    waiting = [_waiting(request, gathered) for request in gathered.waiting]
    proposed = _proposed(gathered.proposal, gathered) if gathered.proposal else None
    return NextStep(
        headline=_headline(owed, waiting, proposed),
        late=any(duty.at is not None and duty.at < gathered.at for duty in owed),
        stage=stage_title(stage),
        guidance=stage.guidance,
        prompts=stage.prompts,
        also=[extra.role for extra in stage.also_for(gathered.case.subject)],
        cards=cards_now(gathered),
        owed=owed,
        waiting=waiting,
        proposed=proposed,
    )

"""What happens next: who must do what by when, whom to ring on each side, and why it is they."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agencies.tiers import Tier
from cases.models import Case, Clock, Extension, Party, Resolution
from cases.showing.asked import BUSINESS_MANAGER, Again, Waiting, again, waiting_request
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
class Proposed:
    """A resolution that waits for answers."""

    by: str
    agency: str
    at: datetime
    what_changes: str
    missing: str


@dataclass(frozen=True)
class LaterDate:
    """A later date that somebody asks for; `until` is the date now."""

    by: str
    at: datetime
    until: datetime | None
    to: datetime
    reasons: str


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
    again: Again | None
    waiting: Sequence[Waiting]
    proposed: Proposed | None
    later: LaterDate | None


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


def later_date(extension: Extension | None, until: datetime | None) -> LaterDate | None:
    if extension is None:
        return None
    return LaterDate(
        by=extension.asked_by.name,
        at=extension.asked_at,
        until=until,
        to=extension.due_at,
        reasons=extension.reasons,
    )


def _names(cards: Sequence[Card]) -> str:
    """Those who meet at the stage, each once."""
    names = (BUSINESS_MANAGER if card.name == "The Business Manager" else card.name for card in cards)
    return listed(list(dict.fromkeys(names)))


def _upper(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _headline(step: NextStep, own_advice: bool) -> str:
    if step.waiting:
        first = step.waiting[0]
        asked = "You have" if first.yours else f"{_upper(first.before)} has"
        return (
            f"{asked} to approve or return the request to go to "
            f"“{first.to}”. It has waited since {moment_words(first.since)}."
        )
    if step.again and not step.again.returned[0].yours:
        return f"{_upper(step.again.returned[0].by)} returned the request to escalate. Read why below, and ask again."
    if step.proposed:
        return f"{step.proposed.missing} has to answer the proposed resolution."
    if any(duty.at is None for duty in step.owed):
        have = "has" if len({card.name for card in step.cards}) == 1 else "have"
        return f"{_upper(_names(step.cards))} {have} to agree a date and record it here."
    who = _names(step.cards) if own_advice else ""
    return " ".join(f"{who or duty.who}: {duty.deed[:1].lower()}{duty.deed[1:]}." for duty in step.owed)


def next_step(gathered: Gathered) -> NextStep | None:
    """What happens next in an open case; None once it has ended."""
    if not gathered.case.is_open:
        return None
    stage = gathered.stage
    owed = [owed_now(gathered.case, clock, gathered.parties.values()) for clock in gathered.running]
    step = NextStep(
        headline="",
        late=any(duty.at is not None and duty.at < gathered.at for duty in owed),
        stage=stage_title(stage),
        guidance=stage.guidance,
        prompts=stage.prompts,
        also=[extra.role for extra in stage.also_for(gathered.case.subject)],
        cards=cards_now(gathered),
        owed=owed,
        again=again(gathered),
        waiting=[waiting_request(request, gathered) for request in gathered.waiting],
        proposed=_proposed(gathered.proposal, gathered) if gathered.proposal else None,
        later=later_date(gathered.extension, gathered.case.due_at),
    )
    return replace(step, headline=_headline(step, stage.tier == Tier.OWN_ADVICE))

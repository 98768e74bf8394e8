"""What happens next: who must do what by when, whom to ring on each side, and why it is they."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agencies.directory import Contact
from agencies.models import Absence, Person
from agencies.tiers import Tier
from cases.clocks import local_day
from cases.models import EscalationRequest, Party, RecordEntry, Resolution
from cases.people import seats
from cases.showing.gathered import Gathered
from cases.showing.stages import stage_title
from escalation.dates import moment_words
from policies.wording import listed

OWED_BY: Mapping[str, str] = {
    "both": "Both sides",
    "chair": "The Chair",
    "safeguarding_manager": "The safeguarding manager",
    "partnership": "The partnership",
}


@dataclass(frozen=True)
class Card:
    """Whom to ring on one side."""

    side: str
    agency: str
    name: str
    title: str
    phone: str
    email: str
    why: str

    @property
    def tel(self) -> str:
        """The number as a telephone dials it."""
        return re.sub(r"[^0-9+]", "", self.phone)


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
    also: Sequence[str]
    cards: Sequence[Card]
    owed: Sequence[Owed]
    waiting: Sequence[Waiting]
    proposed: Proposed | None


def _card(contact: Contact, party: Party | None, deputy_for: str = "") -> Card:
    why = f"Deputy for {deputy_for}: {contact.why}" if deputy_for else contact.why
    return Card(
        side=party.get_side_display() if party else "For the partnership",
        agency=party.agency.name if party else "",
        name=contact.name,
        title=contact.title,
        phone=contact.phone,
        email=contact.email,
        why=why[:1].upper() + why[1:],
    )


def _people_named(entry: RecordEntry) -> list[Mapping[str, Any]]:
    """Those named in the entry; nobody when it was tampered with, and the page then asks the directory."""
    named = entry.content.get("people") if isinstance(entry.content, Mapping) else None
    return [row for row in named if isinstance(row, Mapping)] if isinstance(named, list) else []


def _seated(gathered: Gathered) -> list[Card] | None:
    """Those seated when the stage began, from the record; None unless every one of them can be asked today."""
    begun = gathered.of_kind("stage.entered")
    people = {participant.person_id: participant.person for participant in gathered.participants}
    cards: list[Card] = []
    asked: list[Person] = []
    sides = {(party.side, party.agency.name): party for party in gathered.parties.values()}
    for row in _people_named(begun[-1]) if begun else ():
        person = people.get(row.get("person") or 0)
        if person is None or not person.is_active:
            return None
        asked.append(person)
        contact = Contact(
            person=person,
            name=person.name,
            title=person.job_title,
            email=person.email,
            phone=person.phone,
            tier=Tier(gathered.stage.tier),
            why=str(row.get("why", "")),
        )
        cards.append(
            _card(
                contact, sides.get((row.get("side", ""), row.get("agency", ""))), str(row.get("standing_in_for") or "")
            )
        )
    today = local_day(gathered.at)
    away = Absence.objects.filter(person__in=asked, first_day__lte=today, last_day__gte=today).exists()
    return None if away or not cards else cards


def cards_now(gathered: Gathered) -> list[Card]:
    """Whom to ring today: those seated at the stage, or where one of them cannot be asked, who stands in now."""
    cards = _seated(gathered)
    if cards is not None:
        return cards
    taken = seats(gathered.case, gathered.stage, gathered.at)
    return [
        _card(seat.contact, seat.party, seat.contact.standing_in_for.name if seat.contact.standing_in_for else "")
        for seat in taken
    ]


def _owed(gathered: Gathered) -> list[Owed]:
    agencies = {party.side: party.agency.name for party in gathered.parties.values()}
    deeds = {duty.code: duty.deed for duty in gathered.stage.duties}
    return [
        Owed(
            who=OWED_BY.get(clock.owed_by) or agencies.get(clock.owed_by, clock.owed_by),
            deed=deeds.get(clock.deed, ""),
            at=clock.due_at,
            limit=clock.limit,
            reason=clock.reason,
        )
        for clock in gathered.running
    ]


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
    owed = _owed(gathered)
    waiting = [_waiting(request, gathered) for request in gathered.waiting]
    proposed = _proposed(gathered.proposal, gathered) if gathered.proposal else None
    return NextStep(
        headline=_headline(owed, waiting, proposed),
        late=any(duty.at is not None and duty.at < gathered.at for duty in owed),
        stage=stage_title(stage),
        guidance=stage.guidance,
        also=[extra.role for extra in stage.also_for(gathered.case.subject)],
        cards=cards_now(gathered),
        owed=owed,
        waiting=waiting,
        proposed=proposed,
    )

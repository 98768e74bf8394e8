"""Whom to ring: a named person on each side with job title, telephone, e-mail, and why it is they."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agencies.directory import Contact
from agencies.models import Absence, Person
from agencies.tiers import Tier
from cases.clocks import local_day
from cases.models import Party, RecordEntry, Side
from cases.people import seats
from cases.showing.gathered import Gathered


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


def _contact(person: Person, tier: str, why: str) -> Contact:
    return Contact(
        person=person,
        name=person.name,
        title=person.job_title,
        email=person.email,
        phone=person.phone,
        tier=Tier(tier),
        why=why,
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
        contact = _contact(person, gathered.stage.tier, str(row.get("why", "")))
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
    found = _seated(gathered) or [
        _card(seat.contact, seat.party, seat.contact.standing_in_for.name if seat.contact.standing_in_for else "")
        for seat in seats(gathered.case, gathered.stage, gathered.at)
    ]
    return [*_raiser(gathered, found), *found]


def _raiser(gathered: Gathered, found: list[Card]) -> list[Card]:
    """Where one's own agency advises, whoever raised it: the manager rings them."""
    raiser = gathered.case.raised_by
    if gathered.stage.tier != Tier.OWN_ADVICE or any(card.email == raiser.email for card in found):
        return []
    party = next((party for party in gathered.parties.values() if party.side == Side.RAISING), None)
    return [_card(_contact(raiser, Tier.OWN_ADVICE, "raised the disagreement"), party)]

"""Whom to ring: the named officer of a tier, or whoever stands in for them.

Nobody is stuck: the officer; if away, suspended or not to be asked in this matter, their deputy; then
the next tier in line; and when nobody is named, the partnership's Business Manager.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from agencies.models import Absence, Agency, NamedOfficer, Partnership, Person
from agencies.tiers import LADDER, Tier


@dataclass(frozen=True)
class Contact:
    """One person (or the Business Manager's mailbox, when `person` is None) and why it is they."""

    person: Person | None
    name: str
    title: str
    email: str
    phone: str
    tier: Tier
    why: str
    standing_in_for: Person | None = None


def _away(people: Collection[Person], on: date) -> set[int]:
    return set(
        Absence.objects.filter(person__in=people, first_day__lte=on, last_day__gte=on).values_list(
            "person_id", flat=True
        )
    )


def _contact(person: Person, tier: Tier, why: str, standing_in_for: Person | None = None) -> Contact:
    return Contact(
        person=person,
        name=person.name,
        title=person.job_title,
        email=person.email,
        phone=person.phone,
        tier=tier,
        why=why,
        standing_in_for=standing_in_for,
    )


def business_manager(partnership: Partnership, tier: Tier, why: str) -> Contact:
    """The Business Manager's mailbox: the last answer when nobody else is named."""
    return Contact(
        person=None,
        name="The Business Manager",
        title=partnership.name,
        email=partnership.mailbox,
        phone="",
        tier=tier,
        why=why,
    )


def _with_a_role(people: Collection[Person], place: Q) -> set[int]:
    """Who of the people holds any role at the place: whoever left it is named there in vain."""
    held = Person.objects.filter(place, pk__in=[person.pk for person in people])
    return set(held.values_list("pk", flat=True))


def _why_not(person: Person, away: set[int], excluded: set[int], staff: set[int]) -> str | None:
    if not person.is_active or person.pk not in staff:
        return "no longer has access"
    if person.pk in excluded:
        return "cannot act on this case"
    if person.pk in away:
        return "is away"
    return None


def _pick(named: QuerySet[NamedOfficer], tiers: list[Tier], on: date, excluded: set[int], place: Q) -> Contact | None:
    rows = {row.tier: row for row in named.filter(tier__in=tiers).select_related("officer", "deputy")}
    people = [p for row in rows.values() for p in (row.officer, row.deputy) if p is not None]
    away = _away(people, on)
    staff = _with_a_role(people, place)
    notes: list[str] = []
    for tier in tiers:
        row = rows.get(tier.value)
        if row is None:
            notes.append(f"nobody is named among {tier.label.lower()}")
            continue
        if row.officer_id in excluded:
            # Their deputy answers to them, so the next in line is asked instead.
            notes.append(f"{row.officer.name} cannot act on this case")
            continue
        for person, stands_in_for in ((row.officer, None), (row.deputy, row.officer)):
            if person is None:
                continue
            reason = _why_not(person, away, excluded, staff)
            if reason is None:
                why = "; ".join(notes) or f"named officer, {tier.label.lower()}"
                return _contact(person, tier, why, stands_in_for)
            notes.append(f"{person.name} {reason}")
    return None


def officer_for(
    *,
    agency: Agency,
    tier: Tier | str,
    on: date,
    partnership: Partnership,
    excluding: Collection[Person] = (),
) -> Contact:
    """Whom to ask at `tier` of the agency on the day `on` (Europe/London).

    `excluding` names those who may not act here (the requester, the person disagreed with): the next in
    line is asked (Buckinghamshire, stage 1).  Three queries.
    """
    tier = Tier(tier)
    start = LADDER.index(tier) if tier in LADDER else 0
    place = Q(groups__role_group__agency=agency)
    found = _pick(agency.named_officers.all(), list(LADDER[start:]), on, {p.pk for p in excluding}, place)
    return found or business_manager(
        partnership,
        tier,
        f"Nobody at {agency.name} is named or available for this, so the Business Manager is asked.",
    )


def partnership_officer(
    *, partnership: Partnership, tier: Tier | str, on: date, excluding: Collection[Person] = ()
) -> Contact:
    """Whom to ask at a tier that the partnership names: the safeguarding manager or the Chair."""
    tier = Tier(tier)
    place = Q(groups__role_group__partnership=partnership)
    found = _pick(partnership.named_officers.all(), [tier], on, {p.pk for p in excluding}, place)
    return found or business_manager(
        partnership, tier, f"{tier.label}: nobody is named or available, so the Business Manager is asked."
    )


def holders(*, role: str, agency: Agency | None = None, partnership: Partnership | None = None) -> QuerySet[Person]:
    """Everyone who holds the role at the one place now, suspended people left out.

    Raises ValueError unless exactly one place is given.
    """
    if (agency is None) == (partnership is None):
        raise ValueError("A role is held at one agency or at one partnership.")
    place = Q(groups__role_group__agency=agency) if agency else Q(groups__role_group__partnership=partnership)
    return Person.objects.filter(place, groups__role_group__role=role, is_active=True).distinct()

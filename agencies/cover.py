"""Whom one rings, tier by tier, and where nobody would answer: the directory as a page shows it.

The rule of who stands in for whom is that of `agencies.directory`; here it is worked out for a whole partnership
at once, in six queries, and said in words.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from agencies.models import Absence, Agency, NamedOfficer, Partnership, Person
from agencies.tiers import LADDER, PARTNERSHIP_TIERS, Tier

BUSINESS_MANAGER = "the Business Manager"
#: Person id and agency id; None for the partnership itself.
Staff = set[tuple[int, int | None]]


@dataclass(frozen=True)
class Listed:
    """A person as the directory lists them: `away` is the absence of today, `soon` the next one that begins later.

    `left` says that they hold no role any more at the place where they are named.
    """

    person: Person
    away: Absence | None = None
    soon: Absence | None = None
    left: bool = False

    @property
    def has_access(self) -> bool:
        return self.person.is_active and not self.left

    @property
    def reachable(self) -> bool:
        """Whether it is any use to ring them today."""
        return self.has_access and self.away is None

    @property
    def why_not(self) -> str:
        """Why not to ring them today; empty for who is reachable."""
        if not self.has_access:
            return f"{self.person.name} no longer has access"
        return f"{self.person.name} is away" if self.away else ""


@dataclass
class Place:
    """One tier of one agency (or of the partnership): who is named, what is wrong with the cover, whom to ring."""

    tier: Tier
    officer: Listed | None
    deputy: Listed | None
    confirmed_on: date | None
    gap: str
    ring: str = ""

    @property
    def today(self) -> Listed | None:
        """The officer, else the deputy, if either can be reached today."""
        return next((one for one in (self.officer, self.deputy) if one is not None and one.reachable), None)

    @property
    def names(self) -> list[str]:
        return [one.person.name for one in (self.officer, self.deputy) if one is not None]


@dataclass
class AgencyCover:
    """One agency with a place for each tier and its safeguarding leads."""

    agency: Agency
    places: list[Place]
    leads: list[Listed]

    @property
    def gaps(self) -> list[str]:
        """What would leave somebody without an answer, the tier said first."""
        found = [f"{place.tier.label}: {_inside(place.gap)}" for place in self.places if place.gap]
        if not any(lead.reachable for lead in self.leads):
            found.append("Safeguarding lead: no one who can be reached today.")
        return found

    def knows(self, name: str) -> bool:
        """Whether the agency, or anybody listed here, is called something like `name`, in any case."""
        names = [self.agency.name, *(lead.person.name for lead in self.leads)]
        names += [known for place in self.places for known in place.names]
        return any(name.casefold() in known.casefold() for known in names)


def _inside(sentence: str) -> str:
    """A sentence of ours that goes on after a colon; one that begins with a name keeps its capital."""
    return sentence[:1].lower() + sentence[1:] if sentence.startswith(("Nobody ", "No ", "The ")) else sentence


def gap_in(officer: Listed | None, deputy: Listed | None) -> str:
    """What is wrong with the cover of a place, in a sentence; empty if officer and deputy are both in order."""
    if officer is None:
        return "Nobody is named."
    if not officer.reachable and not (deputy and deputy.reachable):
        also = deputy.why_not if deputy else "no deputy is named"
        return f"{officer.why_not}, and {also}."
    if not officer.has_access:
        return f"{officer.why_not}. A new officer has to be named."
    if deputy is None:
        return "No deputy is named."
    if not deputy.has_access:
        return f"{deputy.why_not}. A new deputy has to be named."
    return ""


def _place(row: NamedOfficer | None, tier: Tier, listed: Mapping[int, Listed], staff: Staff) -> Place:
    def there(person_id: int | None) -> Listed | None:
        if row is None or person_id is None:
            return None
        return replace(listed[person_id], left=(person_id, row.agency_id) not in staff)

    officer = there(row.officer_id) if row else None
    deputy = there(row.deputy_id) if row else None
    place = Place(tier, officer, deputy, row.confirmed_on if row else None, gap_in(officer, deputy))
    if officer is not None and not officer.reachable and deputy is not None and deputy.reachable:
        place.ring = f"ring the deputy, {deputy.person.name}"
    return place


def _fill_up(places: list[Place]) -> None:
    """Says whom to ring where neither officer nor deputy answers: the next in line, at last the Business Manager."""
    for index, place in enumerate(places):
        if place.today is not None:
            continue
        above = next((higher for higher in places[index + 1 :] if higher.today is not None), None)
        who = above.today if above else None
        place.ring = f"ring {who.person.name if who else BUSINESS_MANAGER} instead"


def _listed(people: Iterable[Person], on: date) -> dict[int, Listed]:
    known = {person.pk: person for person in people}
    absences: dict[int, list[Absence]] = defaultdict(list)
    for absence in Absence.objects.filter(person__in=known, last_day__gte=on).order_by("first_day"):
        absences[absence.person_id].append(absence)
    return {pk: Listed(person, *_away_and_soon(absences[pk], on)) for pk, person in known.items()}


def _staff(people: Iterable[Person], partnership: Partnership) -> Staff:
    """Who of the people holds a role where: as `agencies.directory` asks it."""
    held = Person.groups.through.objects.filter(person__in=[person.pk for person in people]).filter(
        Q(group__role_group__agency__isnull=False) | Q(group__role_group__partnership=partnership)
    )
    return set(held.values_list("person_id", "group__role_group__agency_id"))


def _away_and_soon(absences: list[Absence], on: date) -> tuple[Absence | None, Absence | None]:
    """Today's absence (of several the one that lasts longest) and the next that begins after today."""
    now = [absence for absence in absences if absence.first_day <= on]
    later = [absence for absence in absences if absence.first_day > on]
    return max(now, key=lambda absence: absence.last_day, default=None), next(iter(later), None)


def _leads(agencies: Iterable[Agency]) -> list[tuple[int, Person]]:
    """Agency id and person for everyone who is a named or designated safeguarding lead there now."""
    members = Person.groups.through.objects.filter(
        group__role_group__role="named_lead",
        group__role_group__agency__in=list(agencies),
        person__is_active=True,
    )
    rows = members.select_related("person", "group__role_group").order_by("person__name", "pk")
    return [(row.group.role_group.agency_id, row.person) for row in rows if row.group.role_group.agency_id]


@dataclass(frozen=True)
class Cover:
    """The directory of one partnership on one day."""

    offices: list[Place]
    agencies: list[AgencyCover]

    @property
    def gaps(self) -> int:
        """How many things are wrong with the cover, all agencies and offices taken together."""
        return sum(len(agency.gaps) for agency in self.agencies) + sum(1 for office in self.offices if office.gap)


def _tiers_in_use(partnership: Partnership) -> set[str]:
    """The tiers that the partnership's editions have stages for; every tier where it has no policy yet.

    A safeguarding manager whom no stage asks for is no gap. Reached through the relation, because this app does
    not import policies.
    """
    editions = [edition.policy for edition in partnership.policy_editions.all()]
    return {stage.tier for policy in editions for stage in policy.stages} if editions else set(Tier.values)


def cover(partnership: Partnership, *, on: date) -> Cover:
    """Everybody whom one could ring at the partnership and its agencies on the day `on` (Europe/London)."""
    agencies = list(partnership.agencies.order_by("name", "pk"))
    rows = list(
        NamedOfficer.objects.filter(Q(agency__in=agencies) | Q(partnership=partnership)).select_related(
            "officer", "deputy"
        )
    )
    leads = _leads(agencies)
    people = [person for row in rows for person in (row.officer, row.deputy) if person is not None]
    listed = _listed([*people, *(person for _, person in leads)], on)
    staff = _staff(people, partnership)
    named = {(row.agency_id, row.tier): row for row in rows}
    used = _tiers_in_use(partnership)
    offices = [
        _place(named.get((None, tier)), tier, listed, staff) for tier in reversed(PARTNERSHIP_TIERS) if tier in used
    ]
    for office in offices:
        _fill_up([office])
    return Cover(offices, [_agency_cover(agency, named, listed, leads, staff) for agency in agencies])


def _agency_cover(
    agency: Agency,
    named: Mapping[tuple[int | None, str], NamedOfficer],
    listed: Mapping[int, Listed],
    leads: Iterable[tuple[int, Person]],
    staff: Staff,
) -> AgencyCover:
    places = [_place(named.get((agency.pk, tier)), tier, listed, staff) for tier in LADDER]
    _fill_up(places)
    return AgencyCover(agency, places, [listed[person.pk] for at, person in leads if at == agency.pk])

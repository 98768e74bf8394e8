"""A small place to hold roles at: two partnerships, a police force that serves both, a nursery that serves one."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from agencies.models import Agency, AgencyKind, Partnership, Person
from agencies.services import appoint, name_officer
from agencies.tiers import Tier

LONDON = ZoneInfo("Europe/London")
#: Thursday 2 April 2026.
NOW = datetime(2026, 4, 2, 10, 0, tzinfo=LONDON)
TODAY = NOW.date()


def person(name: str, **fields: str) -> Person:
    email = f"{name.lower().replace(' ', '.')}@people.example"
    return Person.objects.create_user(email, name=name, **fields)


def partnership(slug: str) -> Partnership:
    return Partnership.objects.create(
        slug=slug,
        name=f"{slug.title()} Partnership",
        prefix=slug[:3].upper(),
        mailbox=f"business.manager@{slug}.example",
        urgent_advice="Ring 999.",
    )


@dataclass
class Places:
    north: Partnership
    south: Partnership
    police: Agency
    nursery: Agency

    def named(
        self, agency: Agency, tier: Tier, *, deputy: bool = True, confirmed_on: date | None = None
    ) -> tuple[Person, Person | None]:
        """Name an officer, and a deputy unless told not to, called after agency and tier."""
        words = f"{agency.name} {tier.label.rstrip('s')}"
        officer = person(words, job_title=tier.label.rstrip("s"), phone="01632 960123")
        other = person(f"{words} Deputy", phone="01632 960124") if deputy else None
        for someone in (officer, other):
            if someone is not None:
                appoint(person=someone, role="practitioner", agency=agency, at=NOW)
        name_officer(agency=agency, tier=tier, officer=officer, deputy=other, confirmed_on=confirmed_on)
        return officer, other


def places() -> Places:
    north, south = partnership("north"), partnership("south")
    police = Agency.objects.create(slug="police", name="Police", kind=AgencyKind.POLICE)
    nursery = Agency.objects.create(slug="nursery", name="Mill Lane Nursery", kind=AgencyKind.NURSERY)
    police.partnerships.add(north, south)
    nursery.partnerships.add(north)
    return Places(north, south, police, nursery)


def a_chair(place: Partnership, name: str = "Cecily Chair") -> Person:
    """Somebody who holds the office of the partnership's Chair."""
    someone = person(name)
    appoint(person=someone, role="chair", partnership=place, at=NOW)
    return someone

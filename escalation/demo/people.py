"""Who there is: the partnership, its agencies, their people, the officers named at each tier, and who is away."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.contrib.auth.hashers import make_password

from agencies.directory import holders
from agencies.models import Agency, Partnership, Person
from agencies.services import appoint, name_officer, record_absence
from agencies.tiers import LADDER, PARTNERSHIP_TIERS, Tier
from escalation.demo.days import Days, moment
from escalation.demo.reading import SLUGS, AbsencePlan, AgencyPlan, PartnershipPlan, invented_name, titles

#: Everybody's in a demonstration, and no secret; long enough for the rules on passwords, easy to type on a telephone.
PASSWORD = "otters-share-the-river"  # noqa: S105  # nosec B105

URGENT = (
    "Ring 999 if a child is in danger now. Then ring children's social care, at any hour, and tell your own manager. "
    "This service does not ring anybody for you. (This is a demonstration: 01632 960999 answers to nobody.)"
)
#: Telephone numbers that are set aside for drama and lead nowhere: 01632 960000 to 960999.
FIRST_PHONE, PHONES = 960000, 1000
NAMES_EACH = 150
HOW_MANY_ADVISERS = 5


@dataclass
class World:
    """What a partnership's stories are played with; agencies by the key that stories use."""

    plan: PartnershipPlan
    partnership: Partnership
    days: Days
    since: datetime
    people: int = 0
    agencies: dict[str, Agency] = field(default_factory=dict)
    practitioners: dict[str, list[Person]] = field(default_factory=dict)
    advisers: list[Person] = field(default_factory=list)
    business_manager: Person = field(init=False)
    deciders: dict[str, Person] = field(default_factory=dict)


@cache
def hashed_password() -> str:
    """Hashing is slow on purpose; of one password for everybody, once is enough."""
    return make_password(PASSWORD)


class Recruits:
    """Makes people, each under the next invented name."""

    def __init__(self, slug: str, since: datetime) -> None:
        self.number = SLUGS.index(slug) * NAMES_EACH
        self.made = 0
        self.since = since

    def person(self, domain: str, job_title: str, name: str = "") -> Person:
        """The next person, who signs in with a readable address at `domain`."""
        name = name or invented_name(self.number)
        self.number += 1
        self.made += 1
        person = Person(
            name=name,
            email=f"{name.lower().replace(' ', '.')}@{domain}",
            job_title=job_title,
            phone=f"01632 {FIRST_PHONE + self.number * 7 % PHONES}",
            password=hashed_password(),
            date_joined=self.since,
        )
        person.save(force_insert=True)
        return person


def found(plan: PartnershipPlan, days: Days) -> World:
    """Build the partnership with all its people; shared agencies that are there already only join it."""
    partnership = Partnership.objects.create(
        slug=plan.slug,
        name=plan.name,
        prefix=plan.prefix,
        mailbox=f"business.manager@{plan.slug}.example",
        urgent_advice=URGENT,
    )
    world = World(plan, partnership, days, since=moment(plan.since or days[-250], 9 * 60))
    recruits = Recruits(plan.slug, world.since)
    for agency_plan in plan.agencies():
        _agency(world, agency_plan, recruits)
    _offices(world, recruits)
    for absence in plan.absence:
        _absence(world, absence)
    world.people = recruits.made
    return world


def _agency(world: World, plan: AgencyPlan, recruits: Recruits) -> None:
    agency, new = Agency.objects.get_or_create(slug=plan.slug, defaults={"name": plan.name, "kind": plan.kind})
    agency.partnerships.add(world.partnership)
    world.agencies[plan.key] = agency
    if new:
        world.practitioners[plan.key] = _staff(world, agency, plan, recruits)
    else:
        world.practitioners[plan.key] = list(holders(role="practitioner", agency=agency).order_by("pk"))


def _staff(world: World, agency: Agency, plan: AgencyPlan, recruits: Recruits) -> list[Person]:
    """The agency's people; those who raise cases are given back."""
    called = titles()[plan.kind] | plan.titles

    def engage(role: str, *, title: str = "", name: str = "") -> Person:
        person = recruits.person(plan.domain, title or called[role], name)
        appoint(person=person, role=role, agency=agency, at=recruits.since)
        return person

    practitioners = [engage("practitioner", name=plan.practitioner), engage("practitioner")]
    if plan.kind == "social_care":
        practitioners.append(engage("practitioner"))
    for tier in LADDER:
        if tier in plan.vacant:
            continue
        officer = engage(tier)
        deputy = engage(tier, title=f"Deputy, {called[tier][:1].lower()}{called[tier][1:]}")
        confirmed_on = world.days[-30]
        name_officer(agency=agency, tier=tier, officer=officer, deputy=deputy, confirmed_on=confirmed_on)
    engage("named_lead")
    engage("agency_administrator")
    return practitioners


def _offices(world: World, recruits: Recruits) -> None:
    """The partnership's own people, and the pool from which its panels are made up."""
    called = titles()["partnership"] | world.plan.titles
    domain = f"{world.plan.slug}.example"

    def engage(role: str) -> Person:
        person = recruits.person(domain, called[role])
        appoint(person=person, role=role, partnership=world.partnership, at=recruits.since)
        return person

    world.business_manager = engage("business_manager")
    engage("auditor")
    for tier in PARTNERSHIP_TIERS:
        world.deciders[tier] = engage(tier)
        name_officer(partnership=world.partnership, tier=tier, officer=world.deciders[tier])
    for plan in world.plan.agencies()[:HOW_MANY_ADVISERS]:
        adviser = recruits.person(plan.domain, called["panel_pool"])
        appoint(person=adviser, role="practitioner", agency=world.agencies[plan.key], at=recruits.since)
        appoint(person=adviser, role="panel_pool", partnership=world.partnership, at=recruits.since)
        world.advisers.append(adviser)


def _absence(world: World, plan: AbsencePlan) -> None:
    named = world.agencies[plan.agency].named_officers.select_related("officer").get(tier=Tier(plan.tier))
    first, last = world.days[plan.first], world.days[plan.last]
    record_absence(person=named.officer, first_day=first, last_day=last)

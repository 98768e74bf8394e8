"""Who there is: the partnership, its agencies, their people, the officers named at each tier, and who is away."""

from dataclasses import dataclass, field
from datetime import datetime

from agencies.directory import holders
from agencies.models import Agency, Partnership, Person
from agencies.services import name_officer, record_absence
from agencies.tiers import LADDER, PARTNERSHIP_TIERS, Tier
from escalation.demo.days import Days, moment
from escalation.demo.reading import AbsencePlan, AgencyPlan, PartnershipPlan, titles
from escalation.demo.recruits import Place, Recruits

URGENT = (
    "Ring 999 if a child is in danger now. Then ring children's social care, at any hour, and tell your own manager. "
    "This service does not ring anybody for you. (This is a demonstration: 01632 960999 answers to nobody.)"
)
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
    place = Place(agency=agency)

    def engage(role: str, *, title: str = "", name: str = "") -> Person:
        person = recruits.person(plan.domain, title or called[role], name)
        recruits.give(person, place.group(role))
        return person

    practitioners = [engage("practitioner", name=plan.practitioner), engage("practitioner")]
    if plan.kind == "social_care":
        practitioners.append(engage("practitioner"))
    named: dict[Tier, tuple[Person, Person | None]] = {}
    for tier in LADDER:
        officer = engage(tier)
        deputy_title = f"Deputy, {called[tier][:1].lower()}{called[tier][1:]}"
        named[tier] = officer, None if tier in plan.alone else engage(tier, title=deputy_title)
    engage("named_lead")
    engage("agency_administrator")
    recruits.take_up()
    for tier, (officer, deputy) in named.items():
        name_officer(agency=agency, tier=tier, officer=officer, deputy=deputy, confirmed_on=world.days[-30])
    return practitioners


def _offices(world: World, recruits: Recruits) -> None:
    """The partnership's own people, and the pool from which its panels are made up."""
    called = titles()["partnership"] | world.plan.titles
    domain = f"{world.plan.slug}.example"
    place = Place(partnership=world.partnership)

    def engage(role: str) -> Person:
        person = recruits.person(domain, called[role])
        recruits.give(person, place.group(role))
        return person

    world.business_manager = engage("business_manager")
    engage("auditor")
    world.deciders.update({tier: engage(tier) for tier in PARTNERSHIP_TIERS})
    for plan in world.plan.agencies()[:HOW_MANY_ADVISERS]:
        adviser = recruits.person(plan.domain, called["panel_pool"])
        recruits.give(adviser, Place(agency=world.agencies[plan.key]).group("practitioner"))
        recruits.give(adviser, place.group("panel_pool"))
        world.advisers.append(adviser)
    recruits.take_up()
    for tier in PARTNERSHIP_TIERS:
        name_officer(partnership=world.partnership, tier=tier, officer=world.deciders[tier])


def _absence(world: World, plan: AbsencePlan) -> None:
    named = world.agencies[plan.agency].named_officers.select_related("officer").get(tier=Tier(plan.tier))
    first, last = world.days[plan.first], world.days[plan.last]
    record_absence(person=named.officer, first_day=first, last_day=last)

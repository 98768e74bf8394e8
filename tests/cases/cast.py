"""A fixed cast: one partnership that runs a policy of the library, its agencies and its people.

Every test of what people do meets the same persons: Nora raises for the nursery, Sam in social care is
disagreed with, each agency has an officer and a deputy at every tier.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from agencies.models import Agency, AgencyKind, Appointment, Partnership, Person, RoleGroup
from agencies.services import name_officer, role_group
from agencies.tiers import LADDER, Tier
from cases.models import Case
from cases.services import PlannedAction, case_raise, case_save_draft, case_start_draft
from policies.loader import load_edition
from policies.models import PolicyEdition

LONDON = ZoneInfo("Europe/London")
LIBRARY = Path(settings.BASE_DIR) / "policies" / "library"
#: Thursday 2 April 2026, 10:00, the day before Good Friday.
RAISED = datetime(2026, 4, 2, 10, 0, tzinfo=LONDON)
#: Since when everybody of the cast holds their roles.
SINCE = RAISED - timedelta(days=90)
PASSWORD = "correct horse battery staple"

FILES = {
    "torbay": "torbay.toml",
    "buckinghamshire": "buckinghamshire.toml",
    "derbyshire-v3": "derbyshire-v3.toml",
    "derbyshire-v2": "derbyshire-v2.toml",
    "plymouth_nursery": "plymouth-nursery.toml",
}


def a_person(name: str, *, job_title: str = "", password: str | None = None) -> Person:
    """A person whose address follows from the name: "Nora Finch" signs in as nora.finch@people.example."""
    email = f"{name.lower().replace(' ', '.')}@people.example"
    person = Person.objects.filter(email=email).first()
    return person or Person.objects.create_user(email, password, name=name, job_title=job_title, phone="01632 960000")


def appoint_all(roles: Iterable[tuple[Person, str, Agency | Partnership]]) -> None:
    """Gives each person the role at the place, as `agencies.services.appoint` would one by one."""
    groups: dict[tuple[str, Agency | Partnership], RoleGroup] = {}
    held = []
    for person, role, place in roles:
        if (role, place) not in groups:
            groups[role, place] = (
                role_group(role=role, agency=place)
                if isinstance(place, Agency)
                else role_group(role=role, partnership=place)
            )
        held.append((person, groups[role, place]))
    through = Person.groups.through
    through.objects.bulk_create(
        (through(person_id=person.pk, group_id=group.group_id) for person, group in held), ignore_conflicts=True
    )
    Appointment.objects.bulk_create(
        (Appointment(person=person, role_group=group, since=SINCE) for person, group in held), ignore_conflicts=True
    )


def load_policy(partnership: Partnership, policy: str, at: datetime = RAISED) -> PolicyEdition:
    path = LIBRARY / FILES[policy]
    return load_edition(partnership=partnership, text=path.read_text(encoding="utf-8"), path=str(path), at=at)


def a_partnership(slug: str = "northwater", policy: str | None = "torbay", **fields: str) -> Partnership:
    partnership = Partnership.objects.create(
        slug=slug,
        name=f"{slug.title()} Safeguarding Children Partnership",
        prefix="".join(letter for letter in slug.upper() if letter.isalpha())[:6],
        mailbox=f"business.manager@{slug}.example",
        urgent_advice="Ring 999. Then ring children's social care.",
        **fields,
    )
    if policy:
        load_policy(partnership, policy)
    return partnership


def an_agency(partnership: Partnership, slug: str, kind: AgencyKind, *, staffed: bool = True) -> Agency:
    """An agency of the partnership; when staffed, with an officer and a deputy at every tier of the ladder."""
    agency, _ = Agency.objects.get_or_create(slug=slug, defaults={"name": slug.replace("-", " ").title(), "kind": kind})
    agency.partnerships.add(partnership)
    if staffed and not agency.named_officers.exists():
        held, pairs = [], []
        for tier in LADDER:
            words = f"{slug.replace('-', ' ').title()} {tier.label.rstrip('s').title()}"
            officer = a_person(words, job_title=tier.label.rstrip("s"))
            deputy = a_person(f"{words} Deputy", job_title=f"Deputy {tier.label.lower().rstrip('s')}")
            held += [(officer, tier.value, agency), (deputy, tier.value, agency)]
            pairs.append((tier, officer, deputy))
        appoint_all(held)
        for tier, officer, deputy in pairs:
            name_officer(agency=agency, tier=tier, officer=officer, deputy=deputy)
    return agency


@dataclass
class Cast:
    """The people of one partnership, by who they are in the story."""

    partnership: Partnership
    nursery: Agency
    care: Agency
    health: Agency
    police: Agency
    nora: Person
    sam: Person
    lead: Person
    outsider: Person
    business_manager: Person
    chair: Person
    safeguarding_manager: Person
    auditor: Person
    panel: list[Person] = field(default_factory=list)

    def officer(self, agency: Agency, tier: Tier | str) -> Person:
        return agency.named_officers.get(tier=tier).officer

    def deputy(self, agency: Agency, tier: Tier | str) -> Person:
        deputy = agency.named_officers.get(tier=tier).deputy
        assert deputy is not None
        return deputy


def a_cast(slug: str = "northwater", policy: str = "torbay", **fields: str) -> Cast:
    """A partnership on the policy, four agencies, and everybody who has a part."""
    partnership = a_partnership(slug, policy, **fields)
    nursery = an_agency(partnership, f"{slug}-nursery", AgencyKind.NURSERY)
    care = an_agency(partnership, f"{slug}-social-care", AgencyKind.SOCIAL_CARE)
    health = an_agency(partnership, f"{slug}-health", AgencyKind.HEALTH)
    police = an_agency(partnership, f"{slug}-police", AgencyKind.POLICE)

    held: list[tuple[Person, str, Agency | Partnership]] = []

    def at(place: Agency | Partnership, name: str, role: str) -> Person:
        person = a_person(f"{name} {slug.title()}", job_title=role.replace("_", " ").capitalize())
        held.append((person, role, place))
        return person

    panel = []
    for name, agency in (("Petra", police), ("Hal", health), ("Cora", care)):
        member = at(agency, name, "practitioner")
        held.append((member, "panel_pool", partnership))
        panel.append(member)
    cast = Cast(
        partnership=partnership,
        nursery=nursery,
        care=care,
        health=health,
        police=police,
        nora=at(nursery, "Nora", "practitioner"),
        sam=at(care, "Sam", "practitioner"),
        lead=at(care, "Lena", "named_lead"),
        outsider=at(police, "Otto", "practitioner"),
        business_manager=at(partnership, "Bea", "business_manager"),
        chair=at(partnership, "Chandra", "chair"),
        safeguarding_manager=at(partnership, "Selma", "safeguarding_manager"),
        auditor=at(partnership, "Aude", "auditor"),
        panel=panel,
    )
    appoint_all(held)
    name_officer(partnership=partnership, tier=Tier.CHAIR, officer=cast.chair)
    name_officer(partnership=partnership, tier=Tier.SAFEGUARDING_MANAGER, officer=cast.safeguarding_manager)
    return cast


def a_draft(cast: Cast, at: datetime = RAISED, **answers: object) -> Case:
    """A draft of Nora's with every question answered, so that it can be sent."""
    draft = case_start_draft(by=cast.nora, agency=cast.nursery, partnership=cast.partnership, at=at)
    policy = draft.policy
    given: dict[str, object] = {
        "immediate_risk": False,
        "subject": policy.subjects[0].code if policy.subjects else "",
        "ground": policy.grounds[0].code if policy.grounds else "",
        "decision": "The referral was closed without an assessment.",
        "decision_by": "Duty social worker",
        "decision_maker": cast.sam,
        "risk": "The child is left alone in the evenings.",
        "evidence": [{"what": "Collected late on six days", "source": "Nursery register"}],
        "aim": "An assessment within the week.",
        "child_initials": "AB",
        "child_birth_year": 2021,
    }
    return case_save_draft(
        draft=draft,
        by=cast.nora,
        answers={**given, **answers},
        receiving=cast.care,
        receiving_contact=cast.sam,
        own_manager=cast.officer(cast.nursery, Tier.LINE_MANAGER),
        file_number="NUR-1",
    )


def a_case(cast: Cast, at: datetime = RAISED, **answers: object) -> Case:
    """A case that Nora raised with social care at `at`, at its policy's first stage."""
    return case_raise(draft=a_draft(cast, at, **answers), by=cast.nora, at=at)


def some_actions(by: date) -> list[PlannedAction]:
    return [PlannedAction(what="Visit the family at home", who="Social worker", by_when=by)]

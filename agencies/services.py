"""What is done to the directory: roles given and ended, officers named, absences noted."""

from datetime import date, datetime

from django.contrib.auth.models import Group
from django.db import transaction
from guardian.shortcuts import assign_perm

from agencies.models import Absence, Agency, Appointment, NamedOfficer, Partnership, Person, RoleGroup
from agencies.roles import ROLES, Role
from agencies.tiers import LADDER, PARTNERSHIP_TIERS, Tier
from escalation.errors import RuleViolation


def _place(role: Role, agency: Agency | None, partnership: Partnership | None) -> Agency | Partnership:
    place = agency if role.scope == "agency" else partnership
    other = partnership if role.scope == "agency" else agency
    if place is None or other is not None:
        raise RuleViolation("role_place", f"The role {role.name!r} is held at one {role.scope}, and only there.")
    return place


def role_group(*, role: str, agency: Agency | None = None, partnership: Partnership | None = None) -> RoleGroup:
    """The group for `role` at the place, made with its object permissions if it is the first time."""
    declared = ROLES.get(role)
    if declared is None:
        raise RuleViolation("role_unknown", f"There is no role {role!r}. Choose one of: {', '.join(ROLES)}.")
    place = _place(declared, agency, partnership)
    found = RoleGroup.objects.filter(role=role, agency=agency, partnership=partnership).first()
    if found:
        return found
    with transaction.atomic():
        group = Group.objects.create(name=f"{declared.scope}:{place.slug}:{role}")
        for permission in declared.permissions:
            assign_perm(f"agencies.{permission}", group, place)
        return RoleGroup.objects.create(group=group, role=role, agency=agency, partnership=partnership)


@transaction.atomic
def appoint(
    *,
    person: Person,
    role: str,
    at: datetime,
    agency: Agency | None = None,
    partnership: Partnership | None = None,
) -> Appointment:
    """Give the person the role from `at` on; giving it a second time changes nothing."""
    group = role_group(role=role, agency=agency, partnership=partnership)
    person.groups.add(group.group)
    appointment, _ = Appointment.objects.get_or_create(
        person=person, role_group=group, until=None, defaults={"since": at}
    )
    return appointment


@transaction.atomic
def end_appointment(*, appointment: Appointment, at: datetime) -> None:
    """End the role at `at`: from the next request on, it gives nothing any more.

    Whoever ended up without a role at the place is passed over where they are still named to be rung
    (`agencies.directory`).
    """
    if appointment.until is not None:
        raise RuleViolation("role_ended", "This role has ended already.")
    if at < appointment.since:
        raise RuleViolation("role_dates", "A role cannot end before it began.")
    appointment.person.groups.remove(appointment.role_group.group)
    appointment.until = at
    appointment.save(update_fields=["until"])


def name_officer(
    *,
    tier: Tier | str,
    officer: Person,
    deputy: Person | None = None,
    agency: Agency | None = None,
    partnership: Partnership | None = None,
    confirmed_on: date | None = None,
) -> NamedOfficer:
    """Name whom to ring at the tier, in place of whoever was named before."""
    tier = Tier(tier)
    allowed = LADDER if agency else PARTNERSHIP_TIERS
    if tier not in allowed or (agency is None) == (partnership is None):
        where = "an agency" if agency else "a partnership"
        raise RuleViolation("officer_tier", f"{tier.label} are not named by {where}.")
    if deputy is not None and deputy.pk == officer.pk:
        raise RuleViolation("officer_deputy", "The deputy must be somebody other than the named officer.")
    for person in (officer, deputy):
        if person is not None and not _may_be_named(person, tier, agency, partnership):
            place = agency or partnership
            raise RuleViolation("officer_role", f"{person.name} holds no role at {place} that lets them be named.")
    named, _ = NamedOfficer.objects.update_or_create(
        agency=agency,
        partnership=partnership,
        tier=tier,
        defaults={"officer": officer, "deputy": deputy, "confirmed_on": confirmed_on},
    )
    return named


def _may_be_named(person: Person, tier: Tier, agency: Agency | None, partnership: Partnership | None) -> bool:
    """Any role at the agency will do (a deputy may be junior); outside the ladder it is the office itself."""
    held = person.groups.filter(role_group__agency=agency, role_group__partnership=partnership)
    return held.exists() if agency else held.filter(role_group__role=tier.value).exists()


def record_absence(*, person: Person, first_day: date, last_day: date) -> Absence:
    """Note that the person is away from `first_day` to `last_day`, both included."""
    if last_day < first_day:
        raise RuleViolation("absence_dates", "The last day away must not be before the first day away.")
    return Absence.objects.create(person=person, first_day=first_day, last_day=last_day)

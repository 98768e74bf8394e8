"""Roles, declared once: what each lets a person do, where it is held, at which tier.

A role is a group of people at one agency or partnership, and its permissions are guardian object
permissions on that agency or partnership.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from agencies.models import Agency, Partnership, Person
from agencies.tiers import LADDER, Tier


@dataclass(frozen=True)
class Role:
    code: str
    name: str
    scope: Literal["agency", "partnership"]
    permissions: tuple[str, ...]
    tier: Tier | None = None


_BASIC = ("raise_case", "take_part")

ROLES: Mapping[str, Role] = {
    role.code: role
    for role in (
        Role("practitioner", "Practitioner", "agency", _BASIC, Tier.PROFESSIONAL),
        Role(
            "line_manager",
            "Line manager",
            "agency",
            (*_BASIC, "represent_line_manager", "approve_escalation"),
            Tier.LINE_MANAGER,
        ),
        Role(
            "senior_manager",
            "Senior manager",
            "agency",
            (*_BASIC, "represent_senior_manager", "approve_escalation"),
            Tier.SENIOR_MANAGER,
        ),
        Role(
            "director",
            "Director",
            "agency",
            (*_BASIC, "represent_director", "approve_escalation"),
            Tier.DIRECTOR,
        ),
        Role(
            "named_lead",
            "Named or designated safeguarding lead",
            "agency",
            (*_BASIC, "represent_line_manager", "approve_escalation", "lead_safeguarding"),
            Tier.LINE_MANAGER,
        ),
        Role("agency_administrator", "Agency administrator", "agency", ("manage_agency",)),
        Role("business_manager", "Business Manager", "partnership", ("keep_register",)),
        Role("chair", "Chair", "partnership", ("chair_cases",), Tier.CHAIR),
        Role(
            "safeguarding_manager",
            "Safeguarding manager",
            "partnership",
            ("decide_as_safeguarding_manager",),
            Tier.SAFEGUARDING_MANAGER,
        ),
        Role("panel_pool", "Panel member", "partnership", ("sit_on_panel",)),
        Role("auditor", "Auditor", "partnership", ("audit_cases",)),
    )
}


def represent_permission(tier: Tier | str) -> str:
    """The permission that lets a person represent their agency at `tier`, one of the ladder."""
    tier = Tier(tier)
    if tier not in LADDER:
        raise ValueError(f"Nobody represents an agency at the tier {tier}: it is not on the ladder of equals.")
    return f"represent_{tier.value}"


def agencies_where(person: Person | AnonymousUser, permission: str) -> QuerySet[Agency]:
    """The agencies at which one of the person's roles gives `permission`; one query, none if suspended."""
    if not person.is_active or person.pk is None:
        return Agency.objects.none()
    return Agency.objects.filter(
        pk__in=Agency.objects.filter(
            agencygroupobjectpermission__group__user=person,
            agencygroupobjectpermission__permission__codename=permission,
        ).values("pk")
    )


def partnerships_where(person: Person | AnonymousUser, permission: str) -> QuerySet[Partnership]:
    """The partnerships at which one of the person's roles gives `permission`; one query, none if suspended."""
    if not person.is_active or person.pk is None:
        return Partnership.objects.none()
    return Partnership.objects.filter(
        pk__in=Partnership.objects.filter(
            partnershipgroupobjectpermission__group__user=person,
            partnershipgroupobjectpermission__permission__codename=permission,
        ).values("pk")
    )

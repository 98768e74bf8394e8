"""Who one can be in the demonstration: everybody who holds a role in it."""

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypedDict

from django.conf import settings

from agencies.models import Appointment, NamedOfficer, Partnership, Person, RoleGroup
from agencies.roles import ROLES
from escalation.demo.reading import SLUGS
from escalation.demo.recruits import PASSWORD

#: The rank of those who are neither named officer (0) nor deputy (1).
OTHERS = 2


class Row(TypedDict):
    """`partnership` is a slug, `role` a code of `agencies.roles.ROLES`; `agency` is "" for the partnership's own."""

    partnership: str
    agency: str
    role: str
    email: str
    password: str
    name: str
    tier: str


def _rank() -> dict[tuple[int | None, int | None, str, int], int]:
    """Whom one asks first in a role: by agency or partnership, role and person, 0 the named officer, 1 the deputy."""
    found = {}
    for named in NamedOfficer.objects.all():
        for rank, person in enumerate((named.officer_id, named.deputy_id)):
            if person is not None:
                found[named.agency_id, named.partnership_id, named.tier, person] = rank
    return found


def _holders() -> dict[int, list[Person]]:
    """Everybody in each role group: its named officer, the deputy, the others as they were appointed."""
    ranks = _rank()
    found = defaultdict(list)
    appointed = Appointment.objects.filter(until__isnull=True, person__is_active=True)
    for appointment in appointed.select_related("person", "role_group").order_by("pk"):
        group, person = appointment.role_group, appointment.person
        rank = ranks.get((group.agency_id, group.partnership_id, group.role, person.pk), OTHERS)
        found[group.pk].append((rank, person))
    return {group: [person for _, person in sorted(held, key=lambda pair: pair[0])] for group, held in found.items()}


def _row(partnership: Partnership, group: RoleGroup, person: Person) -> Row:
    return Row(
        partnership=partnership.slug,
        agency=group.agency.name if group.agency else "",
        role=group.role,
        email=person.email,
        password=PASSWORD,
        name=person.name,
        tier=str(ROLES[group.role].tier or ""),
    )


def rows() -> list[Row]:
    """Everybody with a role, once for each partnership, agency and role: the partnership's own people first."""
    return list(_rows())


def _rows() -> Iterator[Row]:
    holders = _holders()
    order = list(ROLES)
    for partnership in sorted(Partnership.objects.filter(slug__in=SLUGS), key=lambda found: SLUGS.index(found.slug)):
        own = RoleGroup.objects.filter(partnership=partnership)
        at_agencies = RoleGroup.objects.filter(agency__partnerships=partnership).select_related("agency")
        groups = [*own, *at_agencies]
        groups.sort(key=lambda group: (group.agency_id or 0, order.index(group.role)))
        for group in groups:
            for person in holders.get(group.pk, ()):
                yield _row(partnership, group, person)


def table(found: Sequence[Row]) -> str:
    """The sign-ins as aligned columns for a terminal."""
    columns = ("partnership", "agency", "role", "name", "email", "password")
    lines = [columns, *(tuple(str(row[column]) for column in columns) for row in found)]  # type: ignore[literal-required]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _in_words(row: Row, names: dict[str, str]) -> dict[str, Any]:
    return {**row, "partnership": names[row["partnership"]], "role": ROLES[row["role"]].name}


def write_for_sign_in_page() -> Path:
    """Write DATA_DIR/sign-ins.json, which the sign-in page shows (see `escalation.demonstration`), in words for people.

    By way of a second file, so that a page that is made at this moment reads the old or the new one whole.
    """
    names = dict(Partnership.objects.values_list("slug", "name"))
    path = Path(settings.DATA_DIR) / "sign-ins.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_text(json.dumps([_in_words(row, names) for row in rows()], indent=1), encoding="utf-8")
    part.replace(path)
    return path

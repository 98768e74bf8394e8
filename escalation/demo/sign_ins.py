"""Who one can be in the demonstration: one person for each partnership, agency and role."""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypedDict

from django.conf import settings

from agencies.models import Appointment, Partnership, Person, RoleGroup
from agencies.roles import ROLES
from escalation.demo.people import PASSWORD
from escalation.demo.reading import SLUGS


class Row(TypedDict):
    """`partnership` is a slug, `role` a code of `agencies.roles.ROLES`; `agency` is "" for the partnership's own."""

    partnership: str
    agency: str
    role: str
    email: str
    password: str
    name: str
    tier: str


def _holders() -> dict[int, Person]:
    """Of each role group the person appointed first: at a tier of the ladder, the named officer."""
    first: dict[int, Person] = {}
    open_ones = Appointment.objects.filter(until__isnull=True, person__is_active=True).select_related("person")
    for appointment in open_ones.order_by("pk"):
        first.setdefault(appointment.role_group_id, appointment.person)
    return first


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
    """One for each partnership, agency and role that somebody holds: the partnership's own people first."""
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
            if group.pk in holders:
                yield _row(partnership, group, holders[group.pk])


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

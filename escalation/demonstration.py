"""Who one can be in a demonstration: written by `manage.py demo`, shown on the sign-in page and at start."""

import json
from typing import TypedDict

from django.conf import settings


class SignIn(TypedDict):
    """One invented person. `agency` is empty for the people of the partnership itself."""

    partnership: str
    agency: str
    role: str
    name: str
    email: str
    password: str


def sign_ins() -> list[SignIn]:
    """The sign-ins in DATA_DIR/sign-ins.json, by partnership; none outside a demonstration, none without the file."""
    if not settings.DEMONSTRATION:
        return []
    try:
        people: list[SignIn] = json.loads((settings.DATA_DIR / "sign-ins.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return sorted(people, key=lambda person: person["partnership"])


def shown_at_start(people: list[SignIn]) -> list[SignIn]:
    """One person for each partnership and role, a nursery's or school's first: enough to try it, few enough to read."""
    chosen: dict[tuple[str, str], SignIn] = {}
    for person in sorted(people, key=lambda person: ("Nursery" not in person["agency"], person["agency"])):
        chosen.setdefault((person["partnership"], person["role"]), person)
    return [person for person in people if chosen[person["partnership"], person["role"]] is person]


def table() -> str:
    """The sign-ins to begin with as aligned columns for a terminal, "" if there are none."""
    everybody = sign_ins()
    if not everybody:
        return ""
    people = shown_at_start(everybody)
    columns = ("partnership", "agency", "role", "email", "password")
    rows = [tuple(name.capitalize() for name in columns)]
    rows += [(p["partnership"], p["agency"], p["role"], p["email"], p["password"]) for p in people]
    widths = [max(len(row[column]) for row in rows) for column in range(len(columns))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    more = f"These are {len(people)} of {len(everybody)} sign-ins; the sign-in page lists all of them."
    return "\n".join([*lines, more if len(people) < len(everybody) else ""]).rstrip()

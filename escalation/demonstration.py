"""Who one can be in a demonstration: written by `manage.py demo`, shown on the sign-in page and at start."""

import json
from typing import TypedDict

from django.conf import settings


class SignIn(TypedDict):
    """One invented person. `agency` is empty for the people of the partnership itself."""

    partnership: str
    agency: str
    role: str
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


def table() -> str:
    """The sign-ins as lines of aligned columns for a terminal, "" if there are none."""
    people = sign_ins()
    if not people:
        return ""
    columns = ("partnership", "agency", "role", "email", "password")
    rows = [tuple(name.capitalize() for name in columns)]
    rows += [(p["partnership"], p["agency"], p["role"], p["email"], p["password"]) for p in people]
    widths = [max(len(row[column]) for row in rows) for column in range(len(columns))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )

"""Who has read the case: for auditors, and for the safeguarding leads of the agencies concerned."""

from dataclasses import dataclass
from datetime import datetime

from cases.models import Case
from cases.permissions import ACTS
from cases.standing import Standing

#: The newest are shown; the whole of it is the auditors' history.
SHOWN = 50


@dataclass(frozen=True)
class Read:
    who: str
    at: datetime
    what: str


def may_see_reads(who: Standing) -> bool:
    leads = any("lead_safeguarding" in allowed for allowed in who.agency_permissions.values())
    return leads or "audit_cases" in who.partnership_permissions


def _page(code: str) -> str:
    if code == "case":
        return "The case"
    return f"The page “{ACTS[code].label}”" if code in ACTS else code.replace("_", " ").capitalize()


def reads(case: Case, who: Standing) -> list[Read] | None:
    """The newest reads, newest first; None for those whose business it is not.  One query at the most."""
    if not may_see_reads(who):
        return None
    newest = case.reads.select_related("person")[:SHOWN]
    return [Read(who=row.person.name, at=row.at, what=_page(row.page)) for row in newest]

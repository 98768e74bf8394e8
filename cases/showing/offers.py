"""The buttons: what this person may do to the case now, the likeliest first, and why the others are missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse

from cases.permissions import ACTS, may
from cases.showing.gathered import Gathered

#: What is waited for comes before what one may also do.
WAITED_FOR = ("answer_request", "answer_resolution", "decide", "set_date")
WARNING = "move_at_once"


@dataclass(frozen=True)
class Offer:
    code: str
    label: str
    href: str
    look: str = "secondary"


@dataclass(frozen=True)
class Missing:
    label: str
    reason: str


@dataclass(frozen=True)
class Offers:
    """`waited` is the act for which the case waits for this very person; it stands at the top of the page."""

    waited: Offer | None
    offered: Sequence[Offer]
    missing: Sequence[Missing]


def act_address(reference: str, code: str) -> str:
    """The address of the page on which the act is done; addresses are written with hyphens."""
    return reverse("case_act", args=[reference, code.replace("_", "-")])


def _likeliest(allowed: list[str], gathered: Gathered) -> Iterator[str]:
    """The allowed acts, the one that the case waits for first."""
    yield from (code for code in WAITED_FOR if code in allowed)
    side = gathered.who.side
    written = {entry.kind for entry in gathered.entries if side and entry.agency_id == side.agency_id}
    if "give_view" in allowed and "view.given" not in written:
        yield "give_view"
    here = {entry.kind for entry in gathered.entries if entry.stage_code == gathered.case.stage_code}
    if "record_discussion" in allowed and "discussion.recorded" not in here:
        yield "record_discussion"
    yield from allowed


def offers(gathered: Gathered) -> Offers:
    """One green button at the most, a red one for immediate risk, and the rest in grey."""
    case = gathered.case
    allowed, missing = [], []
    for act in ACTS.values():
        if case.state not in act.states:
            continue
        verdict = may(gathered.who.person, act.code, case, gathered.who)
        if verdict.allowed:
            allowed.append(act.code)
        else:
            missing.append(Missing(act.label, verdict.reason))
    ordered = list(dict.fromkeys(_likeliest(allowed, gathered)))
    looks = {code: "primary" for code in ordered[:1]} | {WARNING: "warning"}
    reference = case.reference or ""
    found = [
        Offer(code, ACTS[code].label, act_address(reference, code), looks.get(code, "secondary")) for code in ordered
    ]
    waited = next((offer for offer in found[:1] if offer.code in WAITED_FOR), None)
    return Offers(waited=waited, offered=found[1:] if waited else found, missing=missing)

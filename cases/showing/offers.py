"""The buttons: what this person may do to the case now, the likeliest first, and why the others are missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse

from agencies.tiers import Tier
from cases.models import Case
from cases.permissions import ACTS, may
from cases.showing.asked import returned_here
from cases.showing.gathered import Gathered
from cases.showing.stages import stage_title

#: What is waited for comes before what one may also do.
WAITED_FOR = ("answer_request", "answer_extension", "answer_resolution", "decide", "set_date")
#: Always offered, never in the way: ringing 999 comes first, and no other button may be mistaken for it.
LAST = "move_at_once"


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
    """`waited` is the act for which the case waits for this very person; it stands at the top of the page.

    `again` is the way to ask once more after a request was returned; it stands with the reasons for that.
    """

    waited: Offer | None
    again: Offer | None
    offered: Sequence[Offer]
    missing: Sequence[Missing]

    @property
    def answers_extension(self) -> bool:
        """Whether the reader may answer the later date that is asked for."""
        shown = [*self.offered, *([self.waited] if self.waited else [])]
        return any(offer.code == "answer_extension" for offer in shown)


def act_address(reference: str, code: str) -> str:
    """The address of the page on which the act is done; addresses are written with hyphens."""
    return reverse("case_act", args=[reference, code.replace("_", "-")])


def act_label(code: str, case: Case) -> str:
    """What the act is called where the case stands: the words of its button and of its page's heading."""
    if code == "record_discussion" and case.is_open and case.stage.tier == Tier.OWN_ADVICE:
        return "Record the advice"
    if code == "ask_to_escalate" and case.is_open and not case.stage.approval:
        ways = case.ways_up()
        return f"Go to {stage_title(ways[0])}" if len(ways) == 1 else "Go to the next stage"
    return ACTS[code].label


def _likeliest(allowed: list[str], gathered: Gathered) -> Iterator[str]:
    """The allowed acts, the one that the case waits for first."""
    here = {entry.kind for entry in gathered.entries if entry.stage_code == gathered.case.stage_code}
    unspoken = "record_discussion" in allowed and "discussion.recorded" not in here
    for code in WAITED_FOR:
        if code == "set_date" and unspoken and gathered.stage.tier == Tier.OWN_ADVICE:
            yield "record_discussion"
        if code in allowed:
            yield code
    side = gathered.who.side
    written = {entry.kind for entry in gathered.entries if side and entry.agency_id == side.agency_id}
    if "give_view" in allowed and "view.given" not in written:
        yield "give_view"
    if unspoken:
        yield "record_discussion"
    yield from (code for code in allowed if code != LAST)
    yield from (code for code in allowed if code == LAST)


def offers(gathered: Gathered) -> Offers:
    """One green button at the most, and the rest in grey; what is for immediate risk stands last."""
    case = gathered.case
    allowed, missing = [], []
    for act in ACTS.values():
        if case.state not in act.states:
            continue
        verdict = may(gathered.who.person, act.code, case, gathered.who)
        if verdict.allowed:
            allowed.append(act.code)
        else:
            missing.append(Missing(act_label(act.code, case), verdict.reason))
    ordered = list(dict.fromkeys(_likeliest(allowed, gathered)))
    again = "ask_to_escalate" in allowed and bool(returned_here(gathered))
    waits = _waits(ordered, gathered)
    if again and not waits:
        ordered.remove("ask_to_escalate")
        ordered.insert(0, "ask_to_escalate")
    reference = case.reference or ""
    found = {
        code: Offer(code, act_label(code, case), act_address(reference, code), "secondary" if number else "primary")
        for number, code in enumerate(ordered)
    }
    return Offers(
        waited=found.pop(ordered[0]) if waits else None,
        again=found.pop("ask_to_escalate") if again else None,
        offered=list(found.values()),
        missing=missing,
    )


def _waits(ordered: list[str], gathered: Gathered) -> bool:
    """Whether the case waits for this very person to do the first of the acts."""
    advises = gathered.case.is_open and gathered.stage.tier == Tier.OWN_ADVICE and bool(gathered.who.sides)
    here = {entry.kind for entry in gathered.entries if entry.stage_code == gathered.case.stage_code}
    advice = advises and "discussion.recorded" not in here
    return bool(ordered) and (ordered[0] in WAITED_FOR or (advice and ordered[0] == "record_discussion"))

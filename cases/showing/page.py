"""The case page as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from cases.models import Case
from cases.showing.gathered import Gathered
from cases.showing.next_step import NextStep, next_step
from cases.showing.offers import Offers, offers
from cases.showing.reads import Read, reads
from cases.showing.sides import Ending, Member, Said, Side, discussions, endings, members, other_views, sides
from cases.showing.stages import StageLine, stage_lines, stage_title
from cases.showing.timeline import Check, Entry, check, timeline
from notifications.fates import Fate


@dataclass(frozen=True)
class Dispute:
    """The words for the codes of the case; the rest of the dispute stands on the case itself."""

    subject: str
    ground: str
    situation: str


@dataclass(frozen=True)
class CasePage:
    case: Case
    stage: str
    dispute: Dispute
    stages: Sequence[StageLine]
    next: NextStep | None
    offers: Offers
    sides: Sequence[Side]
    other_views: Sequence[Said]
    discussions: Sequence[Said]
    endings: Sequence[Ending]
    members: Sequence[Member]
    entries: Sequence[Entry]
    check: Check | None
    messages: Sequence[Fate]
    undelivered: Sequence[Fate]
    reads: Sequence[Read] | None


def _dispute(gathered: Gathered) -> Dispute:
    policy, case = gathered.policy, gathered.case
    return Dispute(
        subject=next((subject.name for subject in policy.subjects if subject.code == case.subject), ""),
        ground=next((ground.name for ground in policy.grounds if ground.code == case.ground), ""),
        situation=next((known.name for known in policy.situations if known.code == case.situation), ""),
    )


def case_page_of(gathered: Gathered) -> CasePage:
    """Everything that the template shows."""
    return CasePage(
        case=gathered.case,
        stage=stage_title(gathered.stage),
        dispute=_dispute(gathered),
        stages=stage_lines(gathered),
        next=next_step(gathered),
        offers=offers(gathered),
        sides=sides(gathered),
        other_views=other_views(gathered),
        discussions=discussions(gathered),
        endings=endings(gathered),
        members=members(gathered),
        entries=timeline(gathered),
        check=check(gathered),
        messages=gathered.messages,
        undelivered=[message for message in gathered.messages if not message.in_order],
        reads=reads(gathered.case, gathered.who),
    )

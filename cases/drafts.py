"""What a draft still lacks before it can be sent, step by step, and where one goes on with it."""

from dataclasses import dataclass

from agencies.models import Person
from cases import states
from cases.models import Case, Side
from cases.outlook import beginnings

#: The last step, where everything is answered.
CHECK = "check"


WHICH_CHILD = (
    "Help others know which child it is: give the initials, the year of birth or your own file number. One is enough"
)


@dataclass(frozen=True)
class Gap:
    """One question that is not answered yet: at which step, which field, and what to do."""

    step: str
    field: str
    message: str


def _safety(draft: Case) -> list[Gap]:
    gaps = []
    if draft.immediate_risk is None:
        gaps.append(Gap("safety", "immediate_risk", "Say whether a child is at immediate risk"))
    situation = next((s for s in draft.policy.situations if s.code == draft.situation), None)
    if situation is not None and situation.signpost:
        gaps.append(Gap("safety", "situation", f"{situation.name} is not raised here: follow the guidance shown"))
    if draft.stage_code and not draft.immediate_risk:
        gaps.append(Gap("safety", "stage_code", "Only a case of immediate risk may begin at a later stage"))
    if draft.immediate_risk and not draft.stage_code and len(beginnings(draft.policy)) > 1:
        gaps.append(Gap("safety", "stage_code", "Choose at which stage it should begin"))
    return gaps


def _dispute(draft: Case) -> list[Gap]:
    policy = draft.policy
    gaps = []
    if policy.subjects and draft.subject not in {subject.code for subject in policy.subjects}:
        gaps.append(Gap("dispute", "subject", "Choose what the disagreement is about"))
    if policy.grounds and draft.ground not in {ground.code for ground in policy.grounds}:
        gaps.append(Gap("dispute", "ground", "Choose the main ground of the disagreement"))
    if not draft.decision.strip():
        gaps.append(Gap("dispute", "decision", "Say which decision you disagree with"))
    if not draft.risk.strip():
        gaps.append(Gap("dispute", "risk", "Say why a child may be at risk"))
    return gaps


def _evidence(draft: Case) -> list[Gap]:
    gaps = []
    rows = [row for row in draft.evidence if row.get("what", "").strip()]
    if not rows:
        gaps.append(Gap("evidence", "evidence", "Give at least one piece of evidence"))
    elif any(row.get("source", "").strip() and not row.get("what", "").strip() for row in draft.evidence):
        gaps.append(Gap("evidence", "evidence", "Say what the evidence is, beside where it comes from"))
    elif any(not row.get("source", "").strip() for row in rows):
        gaps.append(Gap("evidence", "evidence", "Say where each piece of evidence comes from"))
    if not draft.aim.strip():
        gaps.append(Gap("evidence", "aim", "Say what you want to achieve"))
    return gaps


def _who(draft: Case) -> list[Gap]:
    gaps = []
    parties = {party.side: party for party in draft.parties.all()}
    if Side.RECEIVING not in parties:
        gaps.append(Gap("who", "receiving", "Choose the agency whose decision it is"))
    raising = parties.get(Side.RAISING)
    file_number = raising.file_number if raising else ""
    if not (draft.child_initials or draft.child_birth_year or file_number.strip()):
        gaps.append(Gap("who", "child_initials", WHICH_CHILD))
    return gaps


def gaps(draft: Case) -> list[Gap]:
    """Everything that has to be answered before the draft can be sent; empty when it can."""
    return [*_safety(draft), *_dispute(draft), *_evidence(draft), *_who(draft)]


@dataclass(frozen=True)
class OpenDraft:
    """A draft of one's own and the step at which one goes on: the first that lacks an answer."""

    draft: Case
    step: str


def open_drafts(person: Person) -> list[OpenDraft]:
    """The person's own drafts, newest first; two queries."""
    own = Case.objects.filter(raised_by=person, state=states.DRAFT)
    found = own.select_related("partnership", "edition").prefetch_related("parties").order_by("-created_at", "-pk")
    return [OpenDraft(draft, next((gap.step for gap in gaps(draft)), CHECK)) for draft in found]

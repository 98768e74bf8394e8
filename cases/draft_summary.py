"""A draft's answers in words, question by question, for checking before it is sent."""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.drafts import Gap
from cases.models import Case, Party, Side
from cases.outlook import beginnings, first_stage, told_at
from escalation.dates import day_words

#: Where on its step's page a question is answered, when its element is not called after it.
ELEMENTS = {
    "immediate_risk": "id_immediate_risk_0",
    "situation": "id_situation_0",
    "stage_code": "id_stage_code_0",
    "subject": "id_subject_0",
    "ground": "id_ground_0",
    "decision_on": "id_decision_on_0",
    "evidence": "id_what_0",
    "receiving": "id_receiving_0",
    "others": "id_others_0",
}


@dataclass(frozen=True)
class Answered:
    """One question and its answer, a line for each part of it; no lines where it was left open."""

    question: str
    lines: tuple[str, ...]
    field: str
    gap: str = ""

    @property
    def element(self) -> str:
        return ELEMENTS.get(self.field, f"id_{self.field}")


@dataclass(frozen=True)
class Part:
    """The questions of one step."""

    title: str
    step: str
    rows: tuple[Answered, ...]


def _named(code: str, offered: Iterable[object]) -> str:
    return next((str(getattr(one, "name", "")) for one in offered if getattr(one, "code", None) == code), "")


@dataclass(frozen=True)
class Applies:
    """The specific situation that applies; `names_staff` where somebody of an agency is accused."""

    name: str
    guidance: str
    names_staff: bool


def situation_of(draft: Case) -> Applies | None:
    """The situation chosen, unless it stops the raising: then its guidance has a page of its own."""
    for one in draft.policy.situations:
        if one.code == draft.situation and not one.signpost:
            return Applies(one.name, one.guidance, "allegation" in f"{one.code} {one.name}".lower())
    return None


def _yes_no(answer: bool | None) -> str:
    return {None: "", True: "Yes", False: "No"}[answer]


def _beginning(draft: Case) -> list[str]:
    if not draft.stage_code and len(beginnings(draft.policy)) > 1:
        return []
    stage = first_stage(draft)
    return [stage.name, told_at(stage)]


def _safety(draft: Case) -> Iterable[tuple[str, str | list[str], str]]:
    policy = draft.policy
    yield "Is a child at immediate risk?", _yes_no(draft.immediate_risk), "immediate_risk"
    if draft.immediate_risk:
        yield "What you have done about it", draft.immediate_action, "immediate_action"
        yield "Stage to begin at", _beginning(draft), "stage_code"
    if policy.situations:
        situation = _named(draft.situation, policy.situations) or "None of these"
        yield "Does a specific situation apply?", situation, "situation"
    seen = "Only the people named on the case" if draft.restricted else "Those concerned, at their stage"
    yield "Who may see it", seen, "restricted"


def _whose(draft: Case) -> list[str]:
    """What was written, and the person chosen at the last step: the case calls that "Taken by"."""
    taken_by = f"Taken by {draft.decision_maker.name}" if draft.decision_maker else ""
    return [draft.decision_by, taken_by]


def _dispute(draft: Case) -> Iterable[tuple[str, str | list[str], str]]:
    policy = draft.policy
    if policy.subjects:
        yield "What it is about", _named(draft.subject, policy.subjects), "subject"
    if policy.grounds:
        yield "Main reason you differ", _named(draft.ground, policy.grounds), "ground"
    yield "The decision you disagree with", draft.decision, "decision"
    yield "Whose decision it is", _whose(draft), "decision_by"
    yield "When it was made", day_words(draft.decision_on) if draft.decision_on else "", "decision_on"
    yield "Why a child may be at risk", draft.risk, "risk"


def _evidence(draft: Case) -> Iterable[tuple[str, str | list[str], str]]:
    yield "What life is like for the child", draft.child_life, "child_life"
    yield "What the child and family say", draft.child_voice, "child_voice"
    lines = [f"{row.get('what', '')} (source: {row.get('source') or 'not given'})" for row in draft.evidence]
    yield "Evidence", lines, "evidence"
    yield "What you want to achieve", draft.aim, "aim"
    yield "What has been done so far", draft.actions_to_date, "actions_to_date"


def _who(draft: Case) -> Iterable[tuple[str, str | list[str], str]]:
    parties: dict[str, list[Party]] = {side: [] for side in Side.values}
    for party in draft.parties.select_related("agency", "first_contact"):
        parties[party.side].append(party)
    raising, receiving = parties[Side.RAISING][0], next(iter(parties[Side.RECEIVING]), None)
    yield "Agency that made the decision", receiving.agency.name if receiving else "", "receiving"
    if receiving:
        contact = receiving.first_contact.name if receiving.first_contact else "Not known: their lead is asked"
        yield "Professional you disagree with", contact, "receiving_contact"
    yield "Other agencies concerned", [party.agency.name for party in parties[Side.OTHER]] or "None", "others"
    manager = raising.first_contact.name if raising.first_contact else "Whoever your agency names"
    yield "Your own manager", manager, "own_manager"
    yield "The child’s initials", draft.child_initials, "child_initials"
    yield "The child’s year of birth", str(draft.child_birth_year or ""), "child_birth_year"
    yield "Your agency’s file number", raising.file_number, "file_number"


PARTS = (
    ("Safety", "safety", _safety),
    ("The decision and the dispute", "dispute", _dispute),
    ("Evidence and aim", "evidence", _evidence),
    ("Who is involved", "who", _who),
)


def summary(draft: Case, gaps: Iterable[Gap]) -> list[Part]:
    """Every question with its answer; `gaps` are those that must still be answered."""
    open_questions = {gap.field: gap.message for gap in gaps}
    return [
        Part(
            title,
            step,
            tuple(
                Answered(
                    question,
                    tuple(line for line in ([said] if isinstance(said, str) else said) if line),
                    field,
                    open_questions.get(field, ""),
                )
                for question, said, field in answers(draft)
            ),
        )
        for title, step, answers in PARTS
    ]

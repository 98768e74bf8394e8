"""What people say and what they talked about: views with evidence, discussions with the policy's prompts."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from agencies.models import Person
from cases.acting import Acting, acting
from cases.models import Case, RecordEntry
from cases.people import everyone_concerned
from cases.said import required
from escalation.errors import RuleViolation


def _tell_those_concerned(act: Acting, event: str, entry: RecordEntry) -> None:
    act.tell(event, everyone_concerned(act.case), occasion=f"entry:{entry.pk}")


def case_give_view(
    *,
    case: Case,
    by: Person,
    at: datetime,
    view: str,
    evidence: Sequence[Mapping[str, str]] = (),
    wanted: str = "",
) -> RecordEntry:
    """Write down one side's view, with evidence (each `{"what", "source"}`) and what they want to happen."""
    with acting("give_view", case=case, by=by, at=at) as act:
        rows = [
            {"what": row["what"].strip(), "source": row["source"].strip()} for row in evidence if row["what"].strip()
        ]
        for row in rows:
            required(row["source"], "source_missing", "Say where each piece of evidence comes from.")
        entry = act.record(
            "view.given",
            {
                "view": required(view, "view_missing", "Write down your view."),
                "evidence": rows,
                "wanted": wanted.strip(),
            },
        )
        _tell_those_concerned(act, "case.view_given", entry)
        return entry


def case_record_discussion(
    *,
    case: Case,
    by: Person,
    at: datetime,
    held_at: datetime,
    who: str,
    how: str,
    summary: str,
    outcome: str = "",
    prompts: Mapping[str, str] | None = None,
) -> RecordEntry:
    """Record who talked, when (`held_at`, aware, not in the future) and how, and the prompts they answered."""
    with acting("record_discussion", case=case, by=by, at=at) as act:
        if held_at > at:
            raise RuleViolation("held_in_future", "A discussion can be recorded once it has taken place.")
        entry = act.record(
            "discussion.recorded",
            {
                "held_at": held_at.isoformat(),
                "who": required(who, "who_missing", "Say who took part in the discussion."),
                "how": how,
                "summary": required(summary, "summary_missing", "Say what was discussed."),
                "outcome": outcome.strip(),
                "prompts": [
                    {"prompt": prompt, "answer": answer.strip()}
                    for prompt, answer in (prompts or {}).items()
                    if answer.strip()
                ],
            },
        )
        _tell_those_concerned(act, "case.discussion_recorded", entry)
        return entry

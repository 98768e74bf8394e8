"""The record of the case as people read it: who did what, when, for whom, and what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.models import RecordEntry, StageVisit
from cases.record import KINDS, faults
from cases.showing.facts import Fact, facts
from cases.showing.gathered import Gathered
from cases.showing.stages import stage_title

#: What these say stands in full in the sections above the record.
SHOWN_ABOVE = frozenset({"case.raised", "view.given", "discussion.recorded", "resolution.proposed", "case.decided"})
BY_THE_CLOCK = "The clock, by itself"


@dataclass(frozen=True)
class Entry:
    """One entry of the record; `folded` when what it says is shown elsewhere on the page as well."""

    number: int
    title: str
    at: datetime
    by: str
    agency: str
    stage: str
    facts: Sequence[Fact]
    folded: bool


@dataclass(frozen=True)
class Check:
    """Whether the chain of the record holds, and what does not."""

    entries: int
    faults: Sequence[str]


def code_names(gathered: Gathered) -> Mapping[str, Mapping[str, str]]:
    """The words for the codes that entries hold."""
    policy = gathered.policy
    stages = {stage.code: stage_title(stage) for stage in policy.stages}
    return {
        "to": stages,
        "from": stages,
        "subject": {subject.code: subject.name for subject in policy.subjects},
        "ground": {ground.code: ground.name for ground in policy.grounds},
        "situation": {situation.code: situation.name for situation in policy.situations},
        "how": {str(value): str(label) for value, label in StageVisit.How.choices},
    }


def _entry(entry: RecordEntry, names: Mapping[str, Mapping[str, str]]) -> Entry:
    content = dict(entry.content) if isinstance(entry.content, Mapping) else {"content": str(entry.content)}
    title = KINDS.get(entry.kind, entry.kind)
    if entry.kind == "stage.entered":
        title = f"{title}: {names['to'].get(str(content.pop('stage', '')), content.get('name', ''))}"
        content.pop("name", None)
    if entry.kind == "case.decided":
        content.pop("outcome", None)
    return Entry(
        number=entry.number,
        title=title,
        at=entry.at,
        by=entry.by.name if entry.by else BY_THE_CLOCK,
        agency=entry.agency.name if entry.agency else "",
        stage=names["to"].get(entry.stage_code, ""),
        facts=facts(content, names),
        folded=entry.kind in SHOWN_ABOVE,
    )


def timeline(gathered: Gathered) -> list[Entry]:
    """Every entry of the record, the newest first."""
    names = code_names(gathered)
    return [_entry(entry, names) for entry in reversed(gathered.entries)]


def check(gathered: Gathered) -> Check | None:
    """The result of verifying the record, for auditors; None for everybody else."""
    if "audit_cases" not in gathered.who.partnership_permissions:
        return None
    found = [f"Entry {fault.number}: {fault.what}." for fault in faults(gathered.case)]
    return Check(len(gathered.entries), found)
